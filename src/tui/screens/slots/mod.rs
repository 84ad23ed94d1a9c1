//! The ways to unlock the vault: which there are, what each protects against, which is the weakest.

mod add;
mod change;
mod draw;
mod sheet;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use self::add::AddWay;
use self::change::ChangePassphrase;
use super::confirm::Confirm;
use crate::sealing::SlotKind;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::slots::{KnownSlot, SlotJob, SlotOutcome, weakest};
use crate::tui::widgets::{heading, picker};

/// The ways, one of them selected.
#[derive(Default)]
pub struct SlotList {
    /// Nothing before the worker has answered.
    slots: Option<Vec<KnownSlot>>,
    /// By its id, so that it stays selected when there are others.
    selected: Option<String>,
    /// The vault's words, after it got a new key.
    new_words: Option<String>,
}

impl SlotList {
    /// Opens the screen, and asks for the ways.
    pub fn open() -> Next {
        Next { effects: vec![Effect::Slots(SlotJob::List)], ..Next::open(Self::default()) }
    }

    fn slots(&self) -> &[KnownSlot] {
        self.slots.as_deref().unwrap_or_default()
    }

    fn place(&self) -> usize {
        self.slots().iter().position(|slot| Some(&slot.id) == self.selected.as_ref()).unwrap_or(0)
    }

    fn slot(&self) -> Option<&KnownSlot> {
        self.slots().get(self.place())
    }

    fn select(&mut self, place: usize) {
        self.selected = self.slots().get(place).map(|slot| slot.id.clone());
    }

    fn detail(&self) -> String {
        let count = match self.slots().len() {
            0 => return String::new(),
            1 => "1 way".to_owned(),
            count => format!("{count} ways"),
        };
        match weakest(self.slots()) {
            Some(weakest) if self.slots().len() > 1 => format!("{count} · the weakest: {}", draw::kind(weakest)),
            Some(_) | None => count,
        }
    }

    fn change(&self, context: &Context<'_>) -> Next {
        let passphrases = self.slots().iter().filter(|slot| slot.kind == SlotKind::Passphrase).count();
        match passphrases {
            0 => Next::notice(Notice::note(format!(
                "no passphrase opens the vault; {} adds one",
                context.key(Action::AddWay)
            ))),
            count => Next::open(ChangePassphrase::new(count - 1)),
        }
    }

    /// Asks before a way is taken away.
    fn remove(&self) -> Next {
        let Some(slot) = self.slot() else {
            return Next::default();
        };
        if !slot.is_removable {
            return Next::notice(Notice::note(
                "the last passphrase or recovery sheet stays: a keyring or a key that breaks must not be the only way in",
            ));
        }
        if slot.is_a_devices {
            return Next::notice(Notice::note(
                "it belongs to a device: removing the device, among the devices, gives the vault a new key too",
            ));
        }
        let question = format!("take this way away: {}?", draw::title(slot));
        let mut words =
            "Copies from before still open with it, and so does what is saved from now on for whoever has taken the \
            vault's key out of one. Only a new key, with another passphrase, keeps them out."
                .to_owned();
        if slot.kind == SlotKind::Keyring && slot.opens_here {
            words.push_str(" Its key leaves the keyring of this device.");
        }
        Next::open(Confirm::new(question, words, vec![Effect::Slots(SlotJob::Remove(slot.id.clone()))]))
    }
}

impl Screen for SlotList {
    fn name(&self) -> ScreenName {
        ScreenName::Slots
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let buffer = frame.buffer_mut();
        heading::view("ways to unlock", &self.detail(), context, buffer, area);
        let Some(selected) = self.slot() else { return };
        let (rows, below) = draw::split(area);
        let weakest = weakest(self.slots()).filter(|_| self.slots().len() > 1).map(|slot| slot.id.as_str());
        let is_weakest = |slot: &KnownSlot| weakest == Some(slot.id.as_str());
        picker::view(rows, self.place(), self.slots().len(), context, buffer, |buffer, row, place| {
            let slot = &self.slots()[row];
            draw::row(slot, is_weakest(slot), context, buffer, place);
        });
        draw::below(selected, is_weakest(selected), self.new_words.as_deref(), context, buffer, below);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if let Some(place) = picker::moved(action, self.place(), self.slots().len()) {
            self.select(place);
            return Next::default();
        }
        match action {
            Action::AddWay => Next::open(AddWay::new()),
            Action::RemoveWay => self.remove(),
            Action::ChangePassphrase => self.change(context),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::AddWay, Action::RemoveWay, Action::ChangePassphrase, Action::Help, Action::Back]
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if let Outcome::Slots(outcome) = outcome {
            if let Some(slots) = outcome.slots() {
                let place = self.place();
                self.slots = Some(slots.slots.clone());
                let is_there = slots.slots.iter().any(|slot| Some(&slot.id) == self.selected.as_ref());
                if let Some(added) = &slots.added {
                    self.selected = Some(added.clone());
                } else if !is_there {
                    self.select(place.min(slots.slots.len().saturating_sub(1)));
                }
            }
            if let SlotOutcome::Changed { words, .. } = outcome.as_ref() {
                self.new_words.clone_from(words);
            }
        }
        Next::default()
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        if let Some(place) = picker::hit(draw::split(area).0, self.place(), self.slots().len(), at) {
            self.select(place);
        }
        Next::default()
    }
}
