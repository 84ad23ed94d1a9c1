//! Shows what was removed, and brings it back.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};

/// Shows what was removed, and brings it back.
#[derive(Default)]
pub struct Trash;

impl Trash {
    /// Returns the trash.
    pub fn new() -> Self {
        Self
    }
}

impl Screen for Trash {
    fn name(&self) -> ScreenName {
        ScreenName::Trash
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
