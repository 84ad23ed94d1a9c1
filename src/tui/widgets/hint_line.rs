//! The last line: what can be done here, each hint clickable, and the notice.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::frame::Frames;
use super::label;
use crate::shown;
use crate::tui::action::Action;
use crate::tui::notice::Notice;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// Cells between two hints.
const GAP: u16 = 3;
/// Cells that stay free at both ends.
const MARGIN: u16 = 1;

/// What to hint at.
pub struct Hints {
    /// The most useful action first.
    pub actions: Vec<Action>,
    /// Whether letters are typed into a text at the moment.
    pub is_typing: bool,
}

/// A hint and where it stands.
struct Hint {
    action: Action,
    key: String,
    word: &'static str,
    area: Rect,
}

/// Draws the hints and the notice.
pub fn view(hints: &Hints, notice: Option<&Notice>, context: &Context<'_>, buffer: &mut Buffer, frames: &Frames) {
    for hint in layout(hints, notice, context, frames) {
        let key = label::draw(buffer, hint.area, &hint.key, context.style(Role::Accent));
        let word = Rect { x: hint.area.x + key + 1, width: hint.area.width.saturating_sub(key + 1), ..hint.area };
        label::draw(buffer, word, hint.word, context.style(Role::Muted));
    }
    if let Some(notice) = notice {
        view_notice(notice, context, buffer, frames);
    }
}

/// Returns what the hint at a cell stands for.
pub fn hit(
    hints: &Hints,
    notice: Option<&Notice>,
    context: &Context<'_>,
    frames: &Frames,
    at: Position,
) -> Option<Action> {
    layout(hints, notice, context, frames).into_iter().find(|hint| hint.area.contains(at)).map(|hint| hint.action)
}

/// Places as many hints as there is room for, from the left.
fn layout(wanted: &Hints, notice: Option<&Notice>, context: &Context<'_>, frames: &Frames) -> Vec<Hint> {
    let line = frames.hints;
    let mut taken = MARGIN;
    if let Some(notice) = notice.filter(|notice| fits_beside(notice, context, frames)) {
        taken += width(&text(notice, context)) + GAP;
    }
    let end = line.right().saturating_sub(taken);
    let mut x = line.x + MARGIN;
    let mut hints = Vec::new();
    for action in &wanted.actions {
        let mut keys = context.settings.keymap.keys(*action).iter();
        // While a text is typed, a letter is a letter.
        let Some(key) = keys.find(|key| !wanted.is_typing || key.letter().is_none()) else {
            continue;
        };
        let (key, word) = (key.label(context.settings.unicode), action.entry().hint);
        let width = width(&key) + 1 + width(word);
        if x + width > end {
            break;
        }
        hints.push(Hint { action: *action, key, word, area: Rect { x, width, ..line } });
        x += width + GAP;
    }
    hints
}

/// A short notice stands at the end of the line; a long one covers the rows above.
fn fits_beside(notice: &Notice, context: &Context<'_>, frames: &Frames) -> bool {
    width(&text(notice, context)) + 2 * MARGIN <= frames.hints.width * 3 / 5
}

fn view_notice(notice: &Notice, context: &Context<'_>, buffer: &mut Buffer, frames: &Frames) {
    let style = context.style(notice.tone.role());
    let text = text(notice, context);
    if fits_beside(notice, context, frames) {
        let line = Rect { width: frames.hints.width.saturating_sub(MARGIN), ..frames.hints };
        label::draw_right(buffer, line, &text, style);
        return;
    }
    let cells = frames.notice.width.saturating_sub(2 * MARGIN);
    let rows =
        u16::try_from(label::wrap(&text, usize::from(cells)).len()).unwrap_or(u16::MAX).min(frames.notice.height);
    let y = frames.notice.bottom() - rows;
    for row in y..frames.notice.bottom() {
        let blank = " ".repeat(usize::from(frames.notice.width));
        buffer.set_stringn(frames.notice.x, row, blank, usize::from(frames.notice.width), context.style(Role::Text));
    }
    let area = Rect { x: frames.notice.x + MARGIN, y, width: cells, height: rows };
    label::draw_wrapped(buffer, area, &text, style);
}

fn text(notice: &Notice, context: &Context<'_>) -> String {
    format!("{}{}", notice.tone.sign(), context.seen(&notice.text))
}

fn width(text: &str) -> u16 {
    u16::try_from(shown::width(text)).unwrap_or(u16::MAX)
}
