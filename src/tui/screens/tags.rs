//! Picks the tag whose accounts are shown.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Picks the tag whose accounts are shown.
pub struct Tags;

impl Tags {
    /// Returns the picker with the present tag selected.
    pub fn new(current: Option<&str>) -> Self {
        let _ = current;
        Self
    }
}

impl Screen for Tags {
    fn name(&self) -> ScreenName {
        ScreenName::Tags
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
