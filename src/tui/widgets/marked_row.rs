//! A row with a mark, a name, and words at its other end.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::label;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// Cells of the mark, and between the columns.
const MARK_CELLS: u16 = 2;
const GAP: u16 = 2;

/// Draws mark, name and words; of the latter two, the shorter one keeps its cells.
pub fn view(context: &Context<'_>, buffer: &mut Buffer, place: Rect, texts: [&str; 3], roles: [Role; 2]) {
    let [mark, name, words] = texts;
    let (name, words) = (&*context.seen(name), &*context.seen(words));
    label::draw(buffer, place, mark, context.style(roles[0]));
    let rest =
        Rect { x: place.x + MARK_CELLS.min(place.width), width: place.width.saturating_sub(MARK_CELLS), ..place };
    let cells = |text: &str| u16::try_from(crate::shown::width(&crate::shown::shown(text))).unwrap_or(u16::MAX);
    let behind = rest.width.saturating_sub(cells(words).saturating_add(GAP));
    let taken = cells(name).min(behind.max(rest.width / 2));
    label::draw(buffer, Rect { width: taken, ..rest }, name, context.style(roles[1]));
    let taken = (taken + GAP).min(rest.width);
    let right = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
    label::draw_right(buffer, right, words, context.style(Role::Muted));
}
