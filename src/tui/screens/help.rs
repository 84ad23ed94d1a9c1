//! Says what can be done here.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Says what can be done here.
pub struct Help;

impl Help {
    /// Returns the help for a screen.
    pub fn about(screen: ScreenName) -> Self {
        let _ = screen;
        Self
    }
}

impl Screen for Help {
    fn name(&self) -> ScreenName {
        ScreenName::Help
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
