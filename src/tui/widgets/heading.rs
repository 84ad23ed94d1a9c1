//! The first line of a screen: what it is, and at the other end how things stand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::label;
use crate::shown;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// Cells that stay free at both ends.
pub const MARGIN: u16 = 1;
/// Cells between the title and what stands at the other end.
const GAP: usize = 3;
/// With fewer rows than this, the heading gives way to what it heads.
const LEAST_ROWS: u16 = 5;
/// From so many rows on, an empty one separates the heading from what it heads.
const AIRY_ROWS: u16 = 10;

/// Draws the heading in the first row, and returns what is left below it.
pub fn view(title: &str, detail: &str, context: &Context<'_>, buffer: &mut Buffer, area: Rect) -> Rect {
    let (title, detail) = (&*context.seen(title), &*context.seen(detail));
    let line = Rect { x: area.x + MARGIN, width: area.width.saturating_sub(2 * MARGIN), height: 1, ..area };
    if area.height >= LEAST_ROWS {
        label::draw(buffer, line, title, context.style(Role::Title));
        if has_room(title, detail, area) {
            label::draw_right(buffer, line, detail, context.style(Role::Muted));
        }
    }
    below(area)
}

/// Tells whether the detail can stand at the other end of the title's line.
pub fn has_room(title: &str, detail: &str, area: Rect) -> bool {
    let cells = usize::from(area.width.saturating_sub(2 * MARGIN));
    shown::width(title) + GAP + shown::width(detail) <= cells
}

/// Returns what is left below the heading.
pub fn below(area: Rect) -> Rect {
    let taken = u16::from(area.height >= LEAST_ROWS) + u16::from(area.height >= AIRY_ROWS);
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}
