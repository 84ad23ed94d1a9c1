//! Several accounts that were pasted at once: what they are, and all that is new as one change.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pasted::Found;
use super::said::name;
use crate::shown;
use crate::tui::action::Action;
use crate::tui::effect::Draft;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};

/// Cells between the columns.
const GAP: u16 = 2;

/// The accounts, one row selected.
pub(super) struct Several {
    found: Vec<Found>,
    selected: usize,
}

/// What becomes of an account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    There,
    Twice,
    Wrong,
}

impl Several {
    pub(super) fn new(found: Vec<Found>) -> Self {
        Self { found, selected: 0 }
    }

    /// Adds more of them; an export may come in several pictures.
    pub(super) fn join(&mut self, found: Vec<Found>) {
        self.found.extend(found);
    }

    /// Moves the selection.
    pub(super) fn scroll(&mut self, action: Action) {
        let action = match action {
            Action::NextField => Action::Down,
            Action::PreviousField => Action::Up,
            other => other, // the rest is not about moving
        };
        self.selected = picker::moved(action, self.selected, self.found.len()).unwrap_or(self.selected);
    }

    /// Returns what is new.
    pub(super) fn drafts(&self, context: &Context<'_>) -> Vec<Draft> {
        let fates = self.fates(context);
        let new = self.found.iter().zip(fates).filter(|(_, fate)| *fate == Fate::New);
        new.filter_map(|(found, _)| found.account.as_ref().ok()).cloned().collect()
    }

    fn fates(&self, context: &Context<'_>) -> Vec<Fate> {
        let vault = context.snapshot.map(|snapshot| &snapshot.vault);
        let fate = |(place, found): (usize, &Found)| {
            let Ok(draft) = &found.account else {
                return Fate::Wrong;
            };
            let is_same = |other: &Found| other.account.as_ref().is_ok_and(|other| other.enrolment == draft.enrolment);
            if vault.is_some_and(|vault| vault.with_enrolment(&draft.enrolment).is_some()) {
                Fate::There
            } else if self.found[..place].iter().any(is_same) {
                Fate::Twice
            } else {
                Fate::New
            }
        };
        self.found.iter().enumerate().map(fate).collect()
    }

    pub(super) fn view(&self, is_saving: bool, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let fates = self.fates(context);
        let new = fates.iter().filter(|fate| **fate == Fate::New).count();
        let title = match new {
            0 => "nothing new to add".to_owned(),
            1 => "add 1 account".to_owned(),
            new => format!("add {new} accounts"),
        };
        let rest = fates.len() - new;
        let detail = match rest {
            _ if is_saving => "saving…".to_owned(),
            0 => "nothing is saved yet".to_owned(),
            rest => format!("{rest} left out · nothing is saved yet"),
        };
        let rows = heading::view(&title, &detail, context, frame.buffer_mut(), area);
        picker::view(rows, self.selected, self.found.len(), context, frame.buffer_mut(), |buffer, row, place| {
            view_row(&self.found[row], fates[row], context, buffer, place);
        });
    }
}

fn view_row(found: &Found, fate: Fate, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let (sign, role) = match fate {
        Fate::New => ("+ ", Role::Good),
        Fate::There | Fate::Twice => ("= ", Role::Muted),
        Fate::Wrong => ("! ", Role::Danger),
    };
    let used = label::draw(buffer, place, sign, context.style(role));
    let place = Rect { x: place.x + used, width: place.width.saturating_sub(used + 1), ..place };
    let draft = match &found.account {
        Ok(draft) => draft,
        Err(reason) => {
            label::draw(buffer, place, &format!("{}: {reason}", found.place), context.style(Role::Danger));
            return;
        }
    };
    let words = match fate {
        Fate::There => "there already".to_owned(),
        Fate::Twice => "twice in what was pasted".to_owned(),
        Fate::New | Fate::Wrong => draft.enrolment.params.describe(),
    };
    // The words give way before the name does.
    let words_cells = u16::try_from(shown::width(&words)).unwrap_or(u16::MAX).min(place.width / 2);
    let names = Rect { width: place.width.saturating_sub(words_cells + GAP), ..place };
    let name_role = if fate == Fate::New { Role::Text } else { Role::Muted };
    label::draw(buffer, names, &context.seen_name(&name(draft)), context.style(name_role));
    let right = Rect { x: place.right() - words_cells, width: words_cells, ..place };
    label::draw(buffer, right, &words, context.style(Role::Muted));
}
