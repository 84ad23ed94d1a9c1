//! Rows of which one is selected, in a window around it.
//!
//! The window follows from the selection alone, so that drawing needs no state of its own: the selected row stays in the
//! middle as long as there are rows on both sides.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// How many rows a page key moves.
const PAGE: usize = 10;
/// The mark of the selected row and the cell behind it.
const MARK_CELLS: u16 = 2;

/// Returns the rows that are on the screen.
pub fn window(selected: usize, count: usize, height: u16) -> Range<usize> {
    let height = usize::from(height);
    let first = selected.saturating_sub(height / 2).min(count.saturating_sub(height));
    first..(first + height).min(count)
}

/// Returns the row that the action moves to; none if it is not about moving.
pub fn moved(action: Action, selected: usize, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    match action {
        Action::Up => Some(selected.saturating_sub(1)),
        Action::Down => Some((selected + 1).min(last)),
        Action::First => Some(0),
        Action::Last => Some(last),
        Action::PageUp => Some(selected.saturating_sub(PAGE)),
        Action::PageDown => Some((selected + PAGE).min(last)),
        _ => None, // every other action is not about moving
    }
}

/// Returns the row at a cell.
pub fn hit(area: Rect, selected: usize, count: usize, at: Position) -> Option<usize> {
    let window = window(selected, count, area.height);
    let row = window.start + usize::from(at.y.saturating_sub(area.y));
    (area.contains(at) && window.contains(&row)).then_some(row)
}

/// Draws the rows: `draw` puts one into its place, the mark of the selected one is ours.
pub fn view(
    area: Rect,
    selected: usize,
    count: usize,
    context: &Context<'_>,
    buffer: &mut Buffer,
    mut draw: impl FnMut(&mut Buffer, usize, Rect),
) {
    for (row, y) in window(selected, count, area.height).zip(area.y..) {
        let line = Rect { y, height: 1, ..area };
        let taken = MARK_CELLS.min(line.width);
        draw(buffer, row, Rect { x: line.x + taken, width: line.width - taken, ..line });
        if row == selected {
            buffer.set_stringn(line.x, y, "▌", usize::from(line.width), context.style(Role::Accent));
            buffer.set_style(line, context.style(Role::Selected));
        }
    }
}
