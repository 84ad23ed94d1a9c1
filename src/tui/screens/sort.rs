//! Picks by what the list is sorted.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::settings::SortBy;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Panel;
use crate::tui::widgets::{label, picker};

/// How large the picker is at most.
const WIDTH: u16 = 46;
const HEIGHT: u16 = SortBy::ALL.len() as u16;
/// Cells of the name of an order.
const WORDS_CELLS: u16 = 16;

/// The orders, one of them selected.
pub struct Sort {
    current: SortBy,
    selected: usize,
}

impl Sort {
    /// Returns the picker with the present order selected.
    pub fn new(current: SortBy) -> Self {
        let selected = SortBy::ALL.iter().position(|by| *by == current).unwrap_or(0);
        Self { current, selected }
    }

    fn choose(&self) -> Next {
        Next::go(Go::CloseAnd(Action::SortBy(SortBy::ALL[self.selected])))
    }
}

impl Screen for Sort {
    fn name(&self) -> ScreenName {
        ScreenName::Sort
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let panel = Panel::of(area, WIDTH, HEIGHT);
        panel.view("sort the list by", context, frame);
        let count = SortBy::ALL.len();
        picker::view(panel.inner, self.selected, count, context, frame.buffer_mut(), |buffer, row, place| {
            let by = SortBy::ALL[row];
            let mark = if by == self.current { "✓ " } else { "  " };
            let used = label::draw(buffer, place, mark, context.style(Role::Good));
            let words = Rect { x: place.x + used, width: place.width - used, ..place };
            label::draw(buffer, words, by.words(), context.style(Role::Text));
            let used = (used + WORDS_CELLS).min(place.width);
            let rest = Rect { x: place.x + used, width: place.width - used, ..place };
            label::draw(buffer, rest, explanation(by), context.style(Role::Muted));
        });
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        if let Some(selected) = picker::moved(action, self.selected, SortBy::ALL.len()) {
            self.selected = selected;
            return Next::default();
        }
        match action {
            Action::Submit => self.choose(),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Back]
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        let inner = Panel::of(area, WIDTH, HEIGHT).inner;
        match picker::hit(inner, self.selected, SortBy::ALL.len(), at) {
            Some(row) => {
                self.selected = row;
                self.choose()
            }
            None => Next::default(),
        }
    }

    fn is_overlay(&self) -> bool {
        true
    }
}

const fn explanation(by: SortBy) -> &'static str {
    match by {
        SortBy::Name => "issuer, then account",
        SortBy::LastUsed => "on this device",
        SortBy::MostUsed => "on this device",
        SortBy::Own => "moved up and down by you",
    }
}
