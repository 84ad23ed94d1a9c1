//! The accounts and their codes.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// The accounts and their codes.
pub struct List;

impl List {
    /// Returns the list in that order.
    pub fn new(sort: crate::tui::settings::SortBy) -> Self {
        let _ = sort;
        Self
    }
}

impl Screen for List {
    fn name(&self) -> ScreenName {
        ScreenName::List
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
