//! What else to do once an account has a new secret: a list to tick off, kept nowhere.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::ROTATION_CHECKLIST;

/// Rows below the list for the selected line, whole.
const WHOLE_ROWS: u16 = 4;
/// Cells of a box and the one behind it.
const BOX_CELLS: u16 = 4;

/// The lines, one of them selected.
#[derive(Default)]
pub struct Checklist {
    done: [bool; ROTATION_CHECKLIST.len()],
    selected: usize,
}

impl Checklist {
    /// Returns the list with nothing done.
    pub fn new() -> Self {
        Self::default()
    }

    fn tick(&mut self, line: usize) {
        self.selected = line;
        self.done[line] = !self.done[line];
    }
}

fn split(area: Rect) -> (Rect, Rect) {
    let below = heading::below(area);
    let count = u16::try_from(ROTATION_CHECKLIST.len()).unwrap_or(u16::MAX);
    let rows = Rect { height: count.min(below.height), ..below };
    let margin = (heading::MARGIN + 1).min(below.width / 2);
    let y = rows.bottom() + 1;
    let whole = Rect { x: below.x + margin, y, width: below.width - 2 * margin, height: WHOLE_ROWS };
    (rows, whole.intersection(below))
}

impl Screen for Checklist {
    fn name(&self) -> ScreenName {
        ScreenName::Checklist
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let done = self.done.iter().filter(|done| **done).count();
        let detail = format!("{done} of {} done", ROTATION_CHECKLIST.len());
        heading::view("a new secret: what else to do", &detail, context, frame.buffer_mut(), area);
        let (rows, whole) = split(area);
        let count = ROTATION_CHECKLIST.len();
        picker::view(rows, self.selected, count, context, frame.buffer_mut(), |buffer, row, place| {
            let (sign, role) = if self.done[row] { ("[x]", Role::Good) } else { ("[ ]", Role::Muted) };
            label::draw(buffer, place, sign, context.style(role));
            let cells = BOX_CELLS.min(place.width);
            let rest = Rect { x: place.x + cells, width: (place.width - cells).saturating_sub(1), ..place };
            label::draw(buffer, rest, ROTATION_CHECKLIST[row], context.style(Role::Text));
        });
        let words = ROTATION_CHECKLIST[self.selected];
        label::draw_wrapped(frame.buffer_mut(), whole, words, context.style(Role::Muted));
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        if let Some(line) = picker::moved(action, self.selected, ROTATION_CHECKLIST.len()) {
            self.selected = line;
            return Next::default();
        }
        match action {
            Action::Submit => self.tick(self.selected),
            Action::Back => return Next::go(Go::Close),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Back]
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        if let Some(line) = picker::hit(split(area).0, self.selected, ROTATION_CHECKLIST.len(), at) {
            self.tick(line);
        }
        Next::default()
    }
}
