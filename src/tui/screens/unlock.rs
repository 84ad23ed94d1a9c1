//! Asks for the passphrase.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Asks for the passphrase.
#[derive(Default)]
pub struct Unlock;

impl Unlock {
    /// Returns the screen as the app starts.
    pub fn new() -> Self {
        Self
    }

    /// Returns the screen after the vault was locked.
    pub fn locked(since: crate::otp::Timestamp) -> Self {
        let _ = since;
        Self
    }
}

impl Screen for Unlock {
    fn name(&self) -> ScreenName {
        ScreenName::Unlock
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
