//! Adds or changes an account.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Adds or changes an account.
pub struct AccountForm;

impl AccountForm {
    /// Returns the form for a new account.
    pub fn adding() -> Self {
        Self
    }

    /// Returns the form filled from an otpauth URI, or saying what is wrong with it.
    pub fn from_uri(text: &secrecy::SecretString) -> Self {
        let _ = text;
        Self
    }

    /// Returns the form for changing an account.
    pub fn editing(account: &crate::vault::Account) -> Self {
        let _ = account;
        Self
    }
}

impl Screen for AccountForm {
    fn name(&self) -> ScreenName {
        ScreenName::AccountForm
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
