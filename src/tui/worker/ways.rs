//! Opening the vault in a way that this device knows. It may take as long as a person takes who is asked first.

use std::sync::Arc;

use super::Worker;
use super::words::trouble;
use crate::ports::{KeyTalk, Machine};
use crate::tasks::{self, EasyWay, Session, Trust, UnlockError};
use crate::tui::message::{NotUnlocked, Outcome, Trouble};

/// A way that is about to be tried, with all that takes: it can be done on a thread of its own.
pub struct Aside {
    machine: Machine,
    trust: Trust,
    attempt: u32,
    way: EasyWay,
}

/// What became of it.
pub struct Opened {
    attempt: u32,
    /// Nothing if it panicked.
    result: Option<Result<Session, UnlockError>>,
}

impl Aside {
    /// Returns the way.
    pub fn way(&self) -> &EasyWay {
        &self.way
    }

    /// Returns which attempt it is.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Tries it.
    pub fn unlock(mut self) -> Opened {
        let result = tasks::unlock_easily(&mut self.machine, &self.way, &self.trust, None);
        Opened { attempt: self.attempt, result: Some(result) }
    }
}

impl Opened {
    /// Returns what became of an attempt that panicked.
    pub fn crashed(attempt: u32) -> Self {
        Self { attempt, result: None }
    }

    /// Says that a way which was left has not answered yet.
    pub fn still_asked(attempt: u32, way: &EasyWay) -> Outcome {
        let what = format!("{} has not answered yet", way.words());
        let trouble = Trouble { what, next_step: Some("wait until it does, or unlock in another way".to_owned()) };
        Outcome::NotUnlocked { attempt, reason: NotUnlocked::Way, trouble }
    }
}

impl Worker {
    /// Returns whom age plugins talk to.
    pub fn key_talk(&self) -> Arc<dyn KeyTalk> {
        Arc::clone(&self.machine.key_talk)
    }

    /// Has age plugins talk to somebody else from now on.
    pub fn talk_through(&mut self, talk: Arc<dyn KeyTalk>) {
        self.machine.key_talk = talk;
    }

    /// Returns what it takes to try a way on another thread; nothing if there is no machine for that.
    pub fn aside(&self, attempt: u32, way: &EasyWay) -> Option<Aside> {
        let places = self.places.as_ref()?;
        let mut machine = (places.machine_at)(self.machine.vault_file.path());
        machine.key_talk = self.key_talk();
        Some(Aside { machine, trust: self.trust, attempt, way: way.clone() })
    }

    /// Tries a way here and now.
    pub(super) fn unlock_easily(&mut self, attempt: u32, way: &EasyWay) -> Option<Outcome> {
        let result = tasks::unlock_easily(&mut self.machine, way, &self.trust, None);
        self.take_opened(Opened { attempt, result: Some(result) })
    }

    /// Takes what a way opened, or says why it opened nothing. A vault that is open already stays as it is.
    pub fn take_opened(&mut self, opened: Opened) -> Option<Outcome> {
        let Opened { attempt, result } = opened;
        match result {
            Some(Ok(_second)) if self.session.is_some() => None,
            Some(Ok(session)) => Some(self.open(attempt, session)),
            Some(Err(error)) if error.is_about_the_way() => {
                let trouble = trouble(&error, error.next_step());
                Some(Outcome::NotUnlocked { attempt, reason: NotUnlocked::Way, trouble })
            }
            Some(Err(error)) => Some(Self::not_unlocked(attempt, &error)),
            None => {
                let what = "something went wrong inside".to_owned();
                let trouble = Trouble { what, next_step: Some("unlock in another way".to_owned()) };
                Some(Outcome::NotUnlocked { attempt, reason: NotUnlocked::Way, trouble })
            }
        }
    }

    /// Returns the ways in which this device opens the vault by itself, those left out that the user does not want.
    pub(super) fn easy_ways(&mut self) -> Vec<EasyWay> {
        let mut ways = tasks::easy_ways(&mut self.machine);
        ways.retain(|way| self.uses_keyring || !matches!(way, EasyWay::Keyring { .. }));
        ways
    }
}
