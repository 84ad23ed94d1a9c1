//! How the terminal is divided: the screen, and the line of hints below it.

use ratatui::Frame;
use ratatui::layout::Rect;

/// The narrowest terminal that is of use.
const LEAST_COLUMNS: u16 = 20;
/// The lowest terminal that is of use.
const LEAST_ROWS: u16 = 5;
/// From so many rows on, an empty one separates the hints from the rest.
const AIRY_ROWS: u16 = 12;

/// Where things go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frames {
    /// The screen's own place.
    pub screen: Rect,
    /// Rows above the hints that a long notice may cover.
    pub notice: Rect,
    /// The line of hints.
    pub hints: Rect,
}

impl Frames {
    /// Divides the terminal.
    pub fn of(area: Rect) -> Self {
        let gap = u16::from(area.height >= AIRY_ROWS);
        let hints = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        let screen = Rect { height: area.height.saturating_sub(1 + gap), ..area };
        let notice_rows = if area.height >= AIRY_ROWS { 3 } else { area.height.saturating_sub(1).min(2) };
        let notice = Rect { y: hints.y.saturating_sub(notice_rows), height: notice_rows, ..area };
        Self { screen, notice, hints }
    }
}

/// Tells whether the terminal is too small to be of use.
pub fn is_too_small(area: Rect) -> bool {
    area.width < LEAST_COLUMNS || area.height < LEAST_ROWS
}

/// Says that the terminal is too small, as far as there is room to.
pub fn view_too_small(frame: &mut Frame<'_>) {
    let area = frame.area();
    let words = ["too small:", "20 × 5", "needed"];
    for (y, line) in (area.top()..area.bottom()).zip(words) {
        frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), ratatui::style::Style::new());
    }
}

/// Returns a rectangle of at most that size in the middle of another.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
