//! A frame in the middle of the screen, over what was there before; without a border where there is no room for one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::{frame, heading};
use crate::shown;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// The smallest place in which a border is worth its cells.
const BORDERED: (u16, u16) = (36, 9);

/// Where a panel and its content are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// All of it.
    pub outer: Rect,
    /// What is inside.
    pub inner: Rect,
    has_border: bool,
}

impl Panel {
    /// Places a panel for a content of at most that size.
    pub fn of(area: Rect, width: u16, height: u16) -> Self {
        let has_border = area.width >= BORDERED.0 && area.height >= BORDERED.1;
        if !has_border {
            return Self { outer: area, inner: inset(heading::below(area), heading::MARGIN, 0), has_border };
        }
        let outer = frame::centred(area, width.saturating_add(4), height.saturating_add(2));
        Self { outer, inner: inset(outer, 2, 1), has_border }
    }

    /// Clears the place and draws the border with its title.
    pub fn view(&self, title: &str, context: &Context<'_>, frame: &mut Frame<'_>) {
        let buffer = frame.buffer_mut();
        // A wide letter that reaches under the panel would hide the border's first cell.
        for y in self.outer.top()..self.outer.bottom() {
            let before = self.outer.x.checked_sub(1).filter(|x| shown::width(buffer[(*x, y)].symbol()) > 1);
            if let Some(x) = before {
                buffer.set_stringn(x, y, " ", 1, context.style(Role::Text));
            }
        }
        Clear.render(self.outer, buffer);
        buffer.set_style(self.outer, context.style(Role::Text));
        if self.has_border {
            let block = Block::bordered().border_type(BorderType::Rounded).border_style(context.style(Role::Muted));
            block.render(self.outer, buffer);
            let title = format!(" {} ", context.seen(title));
            let room = usize::from(self.outer.width.saturating_sub(4));
            let title = shown::shown_line(&title, room);
            buffer.set_stringn(self.outer.x + 2, self.outer.y, title, room, context.style(Role::Title));
        } else {
            heading::view(title, "", context, buffer, self.outer);
        }
    }
}

fn inset(area: Rect, across: u16, down: u16) -> Rect {
    Rect {
        x: area.x + across.min(area.width),
        y: area.y + down.min(area.height),
        width: area.width.saturating_sub(2 * across),
        height: area.height.saturating_sub(2 * down),
    }
}
