//! One enrolment at one site: who, with which secret, and what its owner noted about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::enrolments::Enrolments;
use super::field::Field;
use super::recovery::Recovery;
use super::stamp::Stamp;
use crate::otp::{Code, Enrolment, Params, Timestamp};

/// An account's name among all devices: random, and the same for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 8]);

impl AccountId {
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

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// What is needed to make an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id, from random bytes.
    pub id: AccountId,
    /// Who issued the secret; may be empty.
    pub issuer: String,
    /// The name of the account at the issuer; may be empty.
    pub account: String,
    /// Secret and parameters.
    pub enrolment: Enrolment,
    /// The next counter of a HOTP account; 0 otherwise.
    pub counter: u64,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// A note.
    pub note: String,
    /// Whether it stands at the top of the list.
    pub pinned: bool,
    /// Whether the site has yet to accept a code.
    pub pending: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// One account. It changes only through [`super::apply`] and [`super::merge()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) id: AccountId,
    pub(super) created: Timestamp,
    /// When it was added.
    pub(super) added: Stamp,
    /// When any field was last written. Invariant: no field was kept later.
    pub(super) touched: Stamp,
    pub(super) issuer: Field<String>,
    pub(super) account: Field<String>,
    pub(super) enrolments: Enrolments,
    pub(super) counter: Field<u64>,
    /// Which of the secrets that were tried stands beside the one in use, by the stamp that wrote it.
    pub(super) candidate: Field<Option<Stamp>>,
    /// The next counter of a HOTP account with that one.
    pub(super) candidate_counter: Field<u64>,
    pub(super) tags: BTreeMap<String, Field<bool>>,
    pub(super) note: Field<String>,
    pub(super) pinned: Field<bool>,
    pub(super) pending: Field<bool>,
    pub(super) order: Field<Option<i64>>,
    pub(super) trashed: Field<Option<Timestamp>>,
    pub(super) recovery: Recovery,
    /// Fields of a newer version, as JSON, kept as they are.
    pub(super) unknown: BTreeMap<String, Field<String>>,
}

impl Account {
    pub(super) fn new(new: &NewAccount, stamp: Stamp) -> Self {
        Self {
            id: new.id,
            created: new.created,
            added: stamp,
            touched: stamp,
            issuer: Field::new(new.issuer.clone(), stamp),
            account: Field::new(new.account.clone(), stamp),
            enrolments: Enrolments::new(new.enrolment.clone(), stamp),
            counter: Field::new(new.counter, stamp),
            candidate: Field::new(None, stamp),
            candidate_counter: Field::new(0, stamp),
            tags: new.tags.iter().map(|tag| (tag.clone(), Field::new(true, stamp))).collect(),
            note: Field::new(new.note.clone(), stamp),
            pinned: Field::new(new.pinned, stamp),
            pending: Field::new(new.pending, stamp),
            order: Field::new(None, stamp),
            trashed: Field::new(None, stamp),
            recovery: Recovery::default(),
            unknown: BTreeMap::new(),
        }
    }

    /// Returns its id.
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// Returns who issued the secret; may be empty. Text from outside: show it through [`crate::shown`].
    pub fn issuer(&self) -> &str {
        self.issuer.get()
    }

    /// Returns the account's name at the issuer; may be empty. Text from outside: show it through [`crate::shown`].
    pub fn account(&self) -> &str {
        self.account.get()
    }

    /// Returns `issuer · account`, or the one of both that is not empty, ready to be shown.
    pub fn label(&self) -> String {
        match (self.issuer(), self.account()) {
            ("", "") => "(no name)".to_owned(),
            (only, "") | ("", only) => crate::shown::shown(only),
            (issuer, account) => format!("{} · {}", crate::shown::shown(issuer), crate::shown::shown(account)),
        }
    }

    /// Returns the secret and the parameters that codes are made of.
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolments.head().enrolment
    }

    /// Returns the parameters that codes are made of.
    pub fn params(&self) -> &Params {
        &self.enrolment().params
    }

    /// Returns the new secret that is tried beside the one in use, while the account is being rotated.
    pub fn candidate(&self) -> Option<&Enrolment> {
        self.candidate.get().and_then(|stamp| self.enrolments.tried_at(stamp))
    }

    /// Returns since when the new secret is tried.
    pub fn rotating_since(&self) -> Option<Timestamp> {
        self.candidate().and(*self.candidate.get()).map(|stamp| Timestamp::from_millis(stamp.at))
    }

    /// Returns the next counter of a HOTP account with the new secret.
    pub fn candidate_counter(&self) -> u64 {
        *self.candidate_counter.get()
    }

    /// Returns the secrets it had before or tried, latest first.
    pub fn former(&self) -> impl Iterator<Item = &Enrolment> {
        self.enrolments.former(self.candidate()).into_iter()
    }

    /// Returns the next counter of a HOTP account.
    pub fn counter(&self) -> u64 {
        *self.counter.get()
    }

    /// Returns the step whose code is right at `now`; for HOTP, the next counter.
    pub fn step(&self, now: Timestamp) -> u64 {
        self.enrolment().step_at(now).unwrap_or_else(|| self.counter())
    }

    /// Returns the code of a step, or of a counter.
    pub fn code(&self, step: u64) -> Code {
        self.enrolment().code(step)
    }

    /// Returns its tags in alphabetical order.
    pub fn tags(&self) -> Vec<&str> {
        self.tags.iter().filter(|(_, set)| *set.get()).map(|(tag, _)| tag.as_str()).collect()
    }

    /// Tells whether it has a tag, upper and lower case alike.
    pub fn has_tag(&self, tag: &str) -> bool {
        let wanted = tag.to_lowercase();
        self.tags().iter().any(|held| held.to_lowercase() == wanted)
    }

    /// Returns its note; may be empty. Text from outside: show it through [`crate::shown`].
    pub fn note(&self) -> &str {
        self.note.get()
    }

    /// Tells whether it stands at the top of the list.
    pub fn pinned(&self) -> bool {
        *self.pinned.get()
    }

    /// Tells whether the site has yet to accept a code.
    pub fn pending(&self) -> bool {
        *self.pending.get()
    }

    /// Returns its place in the user's own order.
    pub fn order(&self) -> Option<i64> {
        *self.order.get()
    }

    /// Returns its recovery codes.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Returns when it was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns when it was put into the trash.
    pub fn trashed(&self) -> Option<Timestamp> {
        *self.trashed.get()
    }

    /// Calls `visit` for every field that is not an enrolment.
    pub(super) fn each_field(&mut self, visit: &mut dyn FnMut(&mut dyn Kept)) {
        let Self { issuer, account, counter, tags, note, pinned, pending, order, trashed, unknown, .. } = self;
        let plain: [&mut dyn Kept; 8] = [issuer, account, counter, note, pinned, pending, order, trashed];
        let rotation: [&mut dyn Kept; 2] = [&mut self.candidate, &mut self.candidate_counter];
        rotation.into_iter().for_each(&mut *visit);
        plain.into_iter().for_each(&mut *visit);
        tags.values_mut().for_each(|tag| visit(tag));
        unknown.values_mut().for_each(|field| visit(field));
    }

    /// Keeps every field through an edit made at `stamp`.
    pub(super) fn touch(&mut self, stamp: Stamp) {
        self.touched = stamp;
        self.enrolments.keep(stamp);
        self.recovery.keep(stamp);
        self.each_field(&mut |field| field.keep(stamp));
    }
}

/// A field of whatever type, as far as edits keep it.
pub(super) trait Kept {
    /// Keeps the shown value through an edit.
    fn keep(&mut self, stamp: Stamp);
}

impl<T: Clone + PartialEq + super::field::Progress> Kept for Field<T> {
    fn keep(&mut self, stamp: Stamp) {
        Self::keep(self, stamp);
    }
}
