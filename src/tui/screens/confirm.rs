//! Asks for a yes before something that cannot be undone.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Asks for a yes before something that cannot be undone.
pub struct Confirm;

impl Confirm {
    /// Returns a question; a yes asks for `effects`.
    pub fn new(question: String, explanation: String, effects: Vec<crate::tui::effect::Effect>) -> Self {
        let _ = (question, explanation, effects);
        Self
    }
}

impl Screen for Confirm {
    fn name(&self) -> ScreenName {
        ScreenName::Confirm
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
