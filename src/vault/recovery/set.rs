//! One set of recovery codes: what was handed out together, and what became of it.

use std::collections::BTreeMap;

use super::SetId;
use super::basket::BasketContents;
use super::texts::{Held, SetTexts};
use crate::otp::Timestamp;
use crate::vault::field::Field;
use crate::vault::stamp::Stamp;

/// What matters about how the site treats a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SetKind {
    /// One key that is typed once and for all, not a list of which each counts.
    pub one_off: bool,
    /// The site asks for them in their order.
    pub ordered: bool,
    /// The site hands out a new one for each that was used.
    pub replaced_when_used: bool,
    /// When the site stops honouring them.
    pub expires: Option<Timestamp>,
}

/// Whether a code can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// It was not used yet.
    Unused,
    /// It was used on that date.
    Used(Timestamp),
}

/// Codes that were handed out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverySet {
    pub(super) id: SetId,
    /// When it was stored here. The same set has the same stamp everywhere.
    pub(super) added: Stamp,
    /// When an edit of the account last kept it.
    pub(super) kept: Stamp,
    pub(super) created: Timestamp,
    pub(super) origin: String,
    pub(super) kind: SetKind,
    /// Its texts; `None` while they are kept apart.
    pub(super) held: Option<Held>,
    /// For each code, when it was marked as used.
    pub(super) marks: Vec<BTreeMap<Stamp, Mark>>,
    pub(super) checked: Field<Option<Timestamp>>,
    pub(super) superseded: Field<Option<Timestamp>>,
    pub(super) removed: Field<bool>,
    /// Members of a newer version, as JSON, kept as they are.
    pub(super) unknown: BTreeMap<String, String>,
}

/// A mark that a code was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// When that was.
    pub at: Timestamp,
    /// When an edit of the account last kept it.
    pub kept: Stamp,
    /// The changes that took it back, if any did. They have seen the mark, so they count for ever.
    pub taken_back: Option<Field<()>>,
}

impl Mark {
    /// Returns the mark that a change at `stamp` makes.
    pub fn new(at: Timestamp, stamp: Stamp) -> Self {
        Self { at, kept: stamp, taken_back: None }
    }

    fn merge(&self, other: &Self) -> Self {
        let taken_back = match (&self.taken_back, &other.taken_back) {
            (Some(ours), Some(theirs)) => Some(ours.merge(theirs)),
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        };
        Self { at: self.at, kept: self.kept.max(other.kept), taken_back }
    }

    /// Drops what a deletion of the account covers; `None` if that is the whole mark.
    fn after(&self, purged: Stamp) -> Option<Self> {
        let taken_back = self.taken_back.as_ref().and_then(|back| back.after(purged));
        (self.kept > purged).then_some(Self { taken_back, ..self.clone() })
    }

    fn keep(&mut self, stamp: Stamp) {
        self.kept = stamp;
        self.taken_back.iter_mut().for_each(|back| back.keep(stamp));
    }
}

impl RecoverySet {
    /// Returns its id.
    pub fn id(&self) -> SetId {
        self.id
    }

    /// Returns when it was stored; a stamp orders sets across devices.
    pub fn added(&self) -> Stamp {
        self.added
    }

    /// Returns when the site issued it, or else when it was stored.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns where it came from: a file's name, or how it was brought. Text from outside: show it through [`crate::shown`].
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns how the site treats it.
    pub fn kind(&self) -> SetKind {
        self.kind
    }

    /// Returns its texts, if they are in the vault.
    pub fn texts(&self) -> Option<&SetTexts> {
        self.held.as_ref().map(|held| &*held.texts)
    }

    /// Returns its texts, from the vault or from an opened basket.
    pub fn texts_in<'a>(&'a self, basket: Option<&'a BasketContents>) -> Option<&'a SetTexts> {
        self.texts().or_else(|| basket?.texts(self.id))
    }

    /// Tells whether its texts are kept apart from the vault.
    pub fn is_apart(&self) -> bool {
        self.held.is_none()
    }

    /// Returns how many codes there are.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Tells whether there is no code in it; there never is such a set.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Returns whether a code, counted from 0, was used; a code that does not exist is unused.
    pub fn state(&self, code: usize) -> CodeState {
        let standing = self.standing_marks(code).map(|mark| mark.at).min();
        standing.map_or(CodeState::Unused, CodeState::Used)
    }

    /// Returns how many codes were not used yet.
    pub fn unused(&self) -> usize {
        (0..self.len()).filter(|code| self.state(*code) == CodeState::Unused).count()
    }

    /// Returns the first code that was not used yet, counted from 0.
    pub fn next_unused(&self) -> Option<usize> {
        (0..self.len()).find(|code| self.state(*code) == CodeState::Unused)
    }

    /// Returns when its owner last compared it with the site's.
    pub fn checked(&self) -> Option<Timestamp> {
        *self.checked.get()
    }

    /// Returns when a newer set took its place.
    pub fn superseded(&self) -> Option<Timestamp> {
        *self.superseded.get()
    }

    /// Tells whether its owner removed it.
    pub fn is_removed(&self) -> bool {
        *self.removed.get()
    }

    fn standing_marks(&self, code: usize) -> impl Iterator<Item = &Mark> {
        self.marks.get(code).into_iter().flat_map(BTreeMap::values).filter(|mark| mark.taken_back.is_none())
    }

    /// Returns the join of two states of one set.
    pub(super) fn merge(&self, other: &Self) -> Self {
        // Two states of one set have as many codes each. Where a broken file says otherwise, no mark is lost.
        let none = BTreeMap::new();
        let count = self.marks.len().max(other.marks.len());
        let of = |marks: &[BTreeMap<Stamp, Mark>], code: usize| marks.get(code).unwrap_or(&none).clone();
        let marks = (0..count).map(|code| join_marks(&of(&self.marks, code), &of(&other.marks, code))).collect();
        let mut unknown = self.unknown.clone();
        for (key, json) in &other.unknown {
            let held = unknown.entry(key.clone()).or_default();
            *held = json.clone().max(std::mem::take(held));
        }
        Self {
            kept: self.kept.max(other.kept),
            held: Held::merge(self.held.as_ref(), other.held.as_ref()),
            marks,
            checked: self.checked.merge(&other.checked),
            superseded: self.superseded.merge(&other.superseded),
            removed: self.removed.merge(&other.removed),
            unknown,
            // What is left of it never changes.
            ..self.clone()
        }
    }

    /// Drops what a deletion of the account covers; `None` if that is the whole set.
    pub(super) fn after(&self, purged: Stamp) -> Option<Self> {
        if self.kept <= purged {
            return None;
        }
        let left = |(stamp, mark): (&Stamp, &Mark)| mark.after(purged).map(|mark| (*stamp, mark));
        Some(Self {
            held: self.held.as_ref().and_then(|held| held.after(purged)),
            marks: self.marks.iter().map(|marks| marks.iter().filter_map(left).collect()).collect(),
            checked: self.checked.after(purged)?,
            superseded: self.superseded.after(purged)?,
            removed: self.removed.after(purged)?,
            ..self.clone()
        })
    }

    /// Keeps it through an edit of the account.
    pub(super) fn keep(&mut self, stamp: Stamp) {
        self.kept = stamp;
        self.held.iter_mut().for_each(|held| held.here.keep(stamp));
        self.marks.iter_mut().flat_map(BTreeMap::values_mut).for_each(|mark| mark.keep(stamp));
        self.checked.keep(stamp);
        self.superseded.keep(stamp);
        self.removed.keep(stamp);
    }
}

fn join_marks(ours: &BTreeMap<Stamp, Mark>, theirs: &BTreeMap<Stamp, Mark>) -> BTreeMap<Stamp, Mark> {
    let mut joined = ours.clone();
    for (stamp, mark) in theirs {
        let both = joined.get(stamp).map_or_else(|| mark.clone(), |held| held.merge(mark));
        joined.insert(*stamp, both);
    }
    joined
}
