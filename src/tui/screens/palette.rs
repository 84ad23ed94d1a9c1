//! Finds an action by its name.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Finds an action by its name.
pub struct Palette;

impl Palette {
    /// Returns the palette with the actions of a screen.
    pub fn on(screen: ScreenName) -> Self {
        let _ = screen;
        Self
    }
}

impl Screen for Palette {
    fn name(&self) -> ScreenName {
        ScreenName::Palette
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
