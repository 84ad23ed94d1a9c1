//! Which rows of a long list are on the screen, and how to move among them.

use std::ops::Range;

use crate::tui::action::Action;

/// A position in a list that scrolls.
///
/// Invariant after [`Scroll::fit`]: the selected row is inside the window, and the window inside the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The selected row.
    pub selected: usize,
    first: usize,
}

impl Scroll {
    /// Moves the selection; tells whether the action was one that moves.
    pub fn act(&mut self, action: Action, count: usize, height: usize) -> bool {
        let last = count.saturating_sub(1);
        let page = height.saturating_sub(1).max(1);
        self.selected = match action {
            Action::Up => self.selected.saturating_sub(1),
            Action::Down => (self.selected + 1).min(last),
            Action::First => 0,
            Action::Last => last,
            Action::PageUp => self.selected.saturating_sub(page),
            Action::PageDown => (self.selected + page).min(last),
            _ => return false, // every other action is not about moving
        };
        self.fit(count, height);
        true
    }

    /// Moves the window no more than needed to hold the selection.
    pub fn fit(&mut self, count: usize, height: usize) {
        self.selected = self.selected.min(count.saturating_sub(1));
        self.first = self.window(count, height).start;
    }

    /// Returns the rows on the screen.
    pub fn window(&self, count: usize, height: usize) -> Range<usize> {
        let lowest = self.first.min(count.saturating_sub(height));
        let first = lowest.min(self.selected).max((self.selected + 1).saturating_sub(height));
        first..(first + height).min(count)
    }
}
