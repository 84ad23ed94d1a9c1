//! Picks by what the list is sorted.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Picks by what the list is sorted.
pub struct Sort;

impl Sort {
    /// Returns the picker with the present order selected.
    pub fn new(current: crate::tui::settings::SortBy) -> Self {
        let _ = current;
        Self
    }
}

impl Screen for Sort {
    fn name(&self) -> ScreenName {
        ScreenName::Sort
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let _ = (context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let _ = context;
        match action {
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        let _ = context;
        vec![Action::Back]
    }
}
