//! Something to read: names with what is said of them and sentences, broken to the width, scrolled where it is long.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{heading, label};
use crate::tui::action::Action;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// From so many columns on, names stand beside what is said of them.
const ROOMY: u16 = 60;
/// Cells of the names there, and of the indent below them elsewhere.
const NAMES: u16 = 18;
const INDENT: u16 = 2;

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// An empty line.
    Gap,
    /// A sentence or more over the whole width.
    Text(String, Role),
    /// A name and what is said of it.
    Named {
        /// What it is about.
        name: String,
        /// What is said.
        text: String,
        /// What that looks like.
        role: Role,
    },
}

impl Passage {
    /// Returns a name and what is said of it.
    pub fn named(name: impl Into<String>, text: impl Into<String>, role: Role) -> Self {
        Self::Named { name: name.into(), text: text.into(), role }
    }

    /// Returns it without names that must not be seen: before it is broken, for a name may have several words.
    fn seen(&self, context: &Context<'_>) -> Self {
        let seen = |text: &str| context.seen(text).into_owned();
        match self {
            Self::Gap => Self::Gap,
            Self::Text(text, role) => Self::Text(seen(text), *role),
            Self::Named { name, text, role } => Self::Named { name: seen(name), text: seen(text), role: *role },
        }
    }
}

/// How far a reader has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    first: usize,
}

impl Place {
    /// Moves; tells whether the action was one that moves.
    pub fn act(&mut self, action: Action, passages: &[Passage], area: Rect) -> bool {
        let height = usize::from(area.height);
        let last = lines(passages, area.width).len().saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        self.first = match action {
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(page),
            Action::PageDown => self.first + page,
            Action::First => 0,
            Action::Last => last,
            _ => return false, // every other action is not about moving
        }
        .min(last);
        true
    }

    /// Draws what can be seen from here; the last row says if there is more.
    pub fn view(&self, passages: &[Passage], context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
        let passages: Vec<Passage> = passages.iter().map(|passage| passage.seen(context)).collect();
        let lines = lines(&passages, area.width);
        let height = usize::from(area.height);
        let first = self.first.min(lines.len().saturating_sub(height));
        for (line, y) in lines.iter().skip(first).zip(area.y..area.bottom()) {
            for piece in line {
                let x = area.x + piece.indent.min(area.width);
                let place = Rect { x, y, width: area.right().saturating_sub(x + heading::MARGIN), height: 1 };
                label::draw(buffer, place, &piece.text, context.style(piece.role));
            }
        }
        if lines.len() > first + height && height > 0 {
            let corner = Rect { x: area.right().saturating_sub(1), y: area.bottom() - 1, width: 1, height: 1 };
            label::draw(buffer, corner, "↓", context.style(Role::Accent));
        }
    }
}

/// A part of a line.
struct Piece {
    indent: u16,
    text: String,
    role: Role,
}

/// Breaks everything to the width.
fn lines(passages: &[Passage], width: u16) -> Vec<Vec<Piece>> {
    let margin = heading::MARGIN;
    let broken = |text: &str, indent: u16, role: Role| {
        let cells = width.saturating_sub(indent + margin);
        let lines = label::wrap(text, usize::from(cells)).into_iter();
        lines.map(move |text| vec![Piece { indent, text, role }]).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for passage in passages {
        match passage {
            Passage::Gap => all.push(Vec::new()),
            Passage::Text(text, role) => all.extend(broken(text, margin, *role)),
            Passage::Named { name, text, role } => {
                let name = Piece { indent: margin, text: name.clone(), role: Role::Muted };
                if width >= ROOMY {
                    let mut lines = broken(text, margin + NAMES, *role);
                    match lines.first_mut() {
                        Some(line) => line.insert(0, name),
                        None => lines.push(vec![name]),
                    }
                    all.extend(lines);
                } else {
                    all.extend((!name.text.is_empty()).then(|| vec![name]));
                    all.extend(broken(text, margin + INDENT, *role));
                }
            }
        }
    }
    all
}
