//! The ways in which this device opens the vault by itself: which is being tried, and why others did not work.

use crate::tui::message::{EasyWay, Look, Trouble};
use crate::tui::theme::Role;
use crate::tui::widgets::page::Item;

/// What is known of these ways.
#[derive(Default)]
pub(super) struct Easy {
    ways: Vec<EasyWay>,
    trying: Option<Trying>,
    /// The place of the one to try next.
    next: usize,
    /// Whether one after the other is tried without being asked for.
    goes_on: bool,
    /// What a key has said since it was asked.
    said: Option<String>,
    /// Why others did not open the vault, the last one last.
    failures: Vec<String>,
}

struct Trying {
    place: usize,
    attempt: u32,
    /// Whether nobody asked for it.
    is_at_once: bool,
}

impl Easy {
    /// Takes in what was found out; tries them one after the other if `at_once`.
    pub(super) fn know(&mut self, look: &Look, at_once: bool) {
        self.ways.clone_from(&look.ways);
        self.next = 0;
        self.goes_on = at_once;
    }

    /// Tells whether there are any.
    pub(super) fn are_there(&self) -> bool {
        !self.ways.is_empty()
    }

    /// Tells whether there is one that is not being tried.
    pub(super) fn has_other(&self) -> bool {
        self.ways.len() > usize::from(self.is_trying())
    }

    /// Tells whether one is being tried.
    pub(super) fn is_trying(&self) -> bool {
        self.trying.is_some()
    }

    /// Tells whether this attempt is the one that is under way.
    pub(super) fn is(&self, attempt: u32) -> bool {
        self.trying.as_ref().is_some_and(|trying| trying.attempt == attempt)
    }

    /// Tells whether somebody asked for the one that is being tried, and so expects that it asks something in turn.
    pub(super) fn is_asked_for(&self) -> bool {
        self.trying.as_ref().is_some_and(|trying| !trying.is_at_once)
    }

    /// Returns the way to try without being asked: one that asks its owner nothing, or elsewhere than on this screen,
    /// where a passphrase may be half typed.
    pub(super) fn begin_at_once(&mut self, attempt: u32) -> Option<EasyWay> {
        let way = self.ways.get(self.next).filter(|_| self.goes_on)?;
        match way {
            EasyWay::Keyring { .. } | EasyWay::File { .. } => {}
            EasyWay::Plugin { .. } => return None,
        }
        let way = self.begin(attempt);
        self.trying = self.trying.take().map(|trying| Trying { is_at_once: true, ..trying });
        way
    }

    /// Returns the next way to try.
    pub(super) fn begin(&mut self, attempt: u32) -> Option<EasyWay> {
        let place = self.next;
        let way = self.ways.get(place)?.clone();
        // After the last one comes the first again, but only for whoever asks for it.
        self.next = (place + 1) % self.ways.len();
        self.goes_on &= self.next > 0;
        self.said = None;
        self.trying = Some(Trying { place, attempt, is_at_once: false });
        Some(way)
    }

    /// Tries none any more; tells whether one was tried.
    pub(super) fn stop(&mut self) -> bool {
        self.goes_on = false;
        self.said = None;
        self.trying.take().is_some()
    }

    /// Hears what a key says.
    pub(super) fn hear(&mut self, text: &str) {
        self.said = Some(text.to_owned());
    }

    /// Passes on what a key says.
    pub(super) fn push_said<'a>(&self, items: &mut Vec<Item<'a>>) {
        items.extend(self.said.clone().map(|said| Item::Text(said, Role::Accent)));
    }

    /// Remembers why the one that was tried opened nothing.
    pub(super) fn failed(&mut self, trouble: &Trouble) {
        self.trying = None;
        self.said = None;
        self.failures.retain(|failure| *failure != trouble.what);
        self.failures.push(trouble.what.clone());
    }

    /// Forgets why others did not work.
    pub(super) fn forget_failures(&mut self) {
        self.failures.clear();
    }

    /// Says how things stand; `key` is the one that tries the next.
    pub(super) fn push<'a>(&self, items: &mut Vec<Item<'a>>, key: &str) {
        for failure in &self.failures {
            items.push(Item::Text(format!("! {failure}"), Role::Warning));
        }
        match &self.trying {
            Some(trying) => {
                let asked = match &self.ways[trying.place] {
                    EasyWay::Keyring { .. } => "asking the keyring (look for its window)",
                    EasyWay::File { .. } => "trying the identity file",
                    EasyWay::Plugin { .. } => "asking the age plugin",
                };
                items.push(Item::Text(format!("{asked}, or type the passphrase"), Role::Muted));
                self.push_said(items);
            }
            None => {
                let words: Vec<&str> = self.ways.iter().map(EasyWay::words).collect();
                items.extend(
                    (!words.is_empty()).then(|| Item::Aside(format!("{key} opens it with {}", in_words(&words)))),
                );
            }
        }
    }
}

/// Returns `a, b or c`.
fn in_words(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
