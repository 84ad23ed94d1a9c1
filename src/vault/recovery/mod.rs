//! Recovery codes: what a site handed out for the day the authenticator is gone.
//!
//! They come in sets. A set's codes never change; what happens to them does: a code is used, a set is compared with
//! the site's, superseded by a newer one, or removed by its owner. Whoever marks a code as used is right for all
//! devices: only somebody who has seen that mark can take it back.

mod apart;
mod basket;
mod change;
mod code;
mod set;
mod texts;
mod wire;

use std::collections::BTreeMap;
use std::fmt;

pub use apart::{APART_EXPLAINED, BasketChange};
pub use basket::{BasketContents, BasketFormatError};
pub use change::{NewSet, RecoveryChange};
pub use code::{CodeText, CodeTextError};
pub use set::{CodeState, RecoverySet, SetKind};
pub use texts::SetTexts;

pub(super) use apart::{Apart, apply as apply_to_basket};
pub(super) use change::{apply, restoring, taking_over, undoing};
pub(super) use wire::{read, write};

use super::stamp::Stamp;

/// A set's name among all devices: random, and the same for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId([u8; 8]);

impl SetId {
    /// Returns the id made of these random bytes.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// Reads the sixteen hexadecimal digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for SetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for SetId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// All recovery codes of an account. They change only through [`super::apply`] and [`super::merge()`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    sets: BTreeMap<SetId, RecoverySet>,
}

impl Recovery {
    /// Returns every set that was not removed, the oldest first.
    pub fn sets(&self) -> Vec<&RecoverySet> {
        let mut sets: Vec<_> = self.sets.values().filter(|set| !set.is_removed()).collect();
        sets.sort_by_key(|set| (set.added(), set.id()));
        sets
    }

    /// Returns every set that the site still honours, the oldest first.
    pub fn current(&self) -> Vec<&RecoverySet> {
        self.sets().into_iter().filter(|set| set.superseded().is_none()).collect()
    }

    /// Returns every set that its owner removed, the oldest first.
    pub fn removed(&self) -> Vec<&RecoverySet> {
        let mut sets: Vec<_> = self.sets.values().filter(|set| set.is_removed()).collect();
        sets.sort_by_key(|set| (set.added(), set.id()));
        sets
    }

    /// Returns a set, also a removed one.
    pub fn get(&self, id: SetId) -> Option<&RecoverySet> {
        self.sets.get(&id)
    }

    /// Returns how many codes are left in the sets that the site still honours.
    pub fn unused(&self) -> usize {
        self.current().iter().map(|set| set.unused()).sum()
    }

    /// Returns how many codes of these sets were used.
    pub fn used(&self) -> usize {
        self.current().iter().map(|set| set.len() - set.unused()).sum()
    }

    /// Tells whether nothing was ever stored.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Tells whether both show the same, whoever wrote it when.
    pub(super) fn shows_the_same(&self, other: &Self) -> bool {
        let shown = |set: &RecoverySet| {
            let used: Vec<bool> = (0..set.len()).map(|code| set.state(code) != CodeState::Unused).collect();
            (set.checked(), set.superseded(), set.is_removed(), set.is_apart(), used)
        };
        self.sets.len() == other.sets.len()
            && self.sets.iter().all(|(id, set)| other.sets.get(id).is_some_and(|other| shown(set) == shown(other)))
    }

    /// Returns the join of two states.
    pub(super) fn merge(&self, other: &Self) -> Self {
        let mut sets = self.sets.clone();
        for (id, theirs) in &other.sets {
            let joined = sets.get(id).map_or_else(|| theirs.clone(), |ours| ours.merge(theirs));
            sets.insert(*id, joined);
        }
        Self { sets }
    }

    /// Drops what a deletion of the account at `purged` covers.
    pub(super) fn after(&self, purged: Stamp) -> Self {
        let left = self.sets.iter().filter_map(|(id, set)| Some((*id, set.after(purged)?)));
        Self { sets: left.collect() }
    }

    /// Keeps all of them through an edit of the account.
    pub(super) fn keep(&mut self, stamp: Stamp) {
        self.sets.values_mut().for_each(|set| set.keep(stamp));
    }
}
