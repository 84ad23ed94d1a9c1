//! What this device alone remembers about a vault: which codes were used here, and its last change.
//!
//! It is kept beside the vault, encrypted to the vault's identity, and never synchronised: looking at a code must
//! not make the vault change.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::account::AccountId;
use super::plaintext::{self, FormatError};
use super::stamp::Stamp;
use super::wire::WireStamp;
use super::{Change, Vault};
use crate::otp::Timestamp;

/// How many used steps are remembered for an account: this one, the next one, and room for a clock that was set.
const STEPS: usize = 8;
const DAY_MILLIS: i64 = 86_400_000;

/// What this device remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    used: BTreeMap<AccountId, Used>,
    last_change: Option<LastChange>,
    /// Files with readable secrets that were written from here.
    plaintext: BTreeSet<String>,
    /// When each slot last opened the vault here, to the day, in milliseconds since 1970.
    slots: BTreeMap<String, i64>,
    /// To whom each slot is encrypted, as it was first said here.
    recipients: BTreeMap<String, String>,
}

/// How an account was used on this device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Used {
    /// The last few steps or counters whose codes were copied or printed.
    steps: Vec<u64>,
    /// When the last one was, in milliseconds since 1970.
    at: i64,
    /// How many were, ever.
    times: u64,
}

/// The last change made on this device, as far as undoing it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// What it was, in the user's words.
    pub title: String,
    /// When it was made.
    pub stamp: Stamp,
    /// The accounts that it changed, as they were before; not those that it added.
    pub before: Vault,
    /// Of a merge, which brings in writes of any time: all accounts that it changed or added, as they were after it.
    pub after: Option<Vault>,
}

impl LastChange {
    /// Returns what must be remembered to undo `change`, before it is made to `vault` at `stamp`.
    pub fn of(title: &str, change: &Change, vault: &Vault, stamp: Stamp) -> Self {
        Self { title: title.to_owned(), stamp, before: vault.only(&change.accounts()), after: None }
    }

    /// Returns what must be remembered to undo a merge that was saved at `stamp`.
    pub fn of_merge(title: &str, before: &Vault, after: &Vault, stamp: Stamp) -> Self {
        let changed = before.differing(after);
        Self { title: title.to_owned(), stamp, before: before.only(&changed), after: Some(after.only(&changed)) }
    }
}

impl DeviceMemory {
    /// Tells whether the code of a step or counter was already used here.
    pub fn is_used(&self, id: AccountId, step: u64) -> bool {
        self.used.get(&id).is_some_and(|used| used.steps.contains(&step))
    }

    /// Returns when a code of the account was last used here.
    pub fn last_used(&self, id: AccountId) -> Option<Timestamp> {
        self.used.get(&id).map(|used| Timestamp::from_millis(used.at))
    }

    /// Returns how many codes of the account were used here.
    pub fn times_used(&self, id: AccountId) -> u64 {
        self.used.get(&id).map_or(0, |used| used.times)
    }

    /// Returns the step or counter whose code was used here last.
    pub fn last_step(&self, id: AccountId) -> Option<u64> {
        self.used.get(&id).and_then(|used| used.steps.last()).copied()
    }

    /// Returns where files with readable secrets were written to from here, whether or not they are still there.
    pub fn plaintext_exports(&self) -> impl Iterator<Item = &str> {
        self.plaintext.iter().map(String::as_str)
    }

    /// Remembers that a file with readable secrets was written.
    pub fn remember_plaintext(&mut self, path: &str) {
        self.plaintext.insert(path.to_owned());
    }

    /// Returns the day on which a slot last opened the vault here.
    pub fn slot_used(&self, slot: &str) -> Option<Timestamp> {
        self.slots.get(slot).copied().map(Timestamp::from_millis)
    }

    /// Tells whether it would be news that a slot opened the vault now. Days are enough, and spare a write a time.
    pub fn is_slot_news(&self, slot: &str, now: Timestamp) -> bool {
        self.slots.get(slot) != Some(&day_of(now))
    }

    /// Remembers that a slot opened the vault.
    pub fn mark_slot(&mut self, slot: &str, now: Timestamp) {
        self.slots.insert(slot.to_owned(), day_of(now));
    }

    /// Goes on with slots that were made anew under their new ids, and forgets what is there no more.
    pub fn rename_slots(&mut self, renamed: &BTreeMap<String, String>, is_there: impl Fn(&str) -> bool) {
        for (old, new) in renamed {
            if let Some(day) = self.slots.remove(old) {
                let known = self.slots.entry(new.clone()).or_insert(day);
                *known = (*known).max(day);
            }
            self.recipients.remove(old);
        }
        self.slots.retain(|id, _| is_there(id));
        self.recipients.retain(|id, _| is_there(id));
    }

    /// Returns to whom a slot is encrypted, as it was first said here.
    pub fn recipient_of(&self, slot: &str) -> Option<&str> {
        self.recipients.get(slot).map(String::as_str)
    }

    /// Remembers to whom a slot is encrypted. What was said first stays.
    pub fn learn_recipient(&mut self, slot: String, recipient: String) {
        self.recipients.entry(slot).or_insert(recipient);
    }

    /// Returns the last change made here.
    pub fn last_change(&self) -> Option<&LastChange> {
        self.last_change.as_ref()
    }

    /// Remembers that the code of a step or counter was used.
    pub fn mark_used(&mut self, id: AccountId, step: u64, now: Timestamp) {
        let used = self.used.entry(id).or_default();
        if !used.steps.contains(&step) {
            used.steps.push(step);
        }
        if used.steps.len() > STEPS {
            used.steps.remove(0);
        }
        used.at = now.as_millis();
        used.times = used.times.saturating_add(1);
    }

    /// Forgets which steps of an account were used, because its secret is another one now.
    pub fn forget_steps(&mut self, id: AccountId) {
        if let Some(used) = self.used.get_mut(&id) {
            used.steps.clear();
        }
    }

    /// Takes in what another process of this device remembered meanwhile.
    pub fn absorb(&mut self, other: Self) {
        for (id, theirs) in other.used {
            let ours = self.used.entry(id).or_default();
            let fresh = theirs.steps.iter().filter(|step| !ours.steps.contains(step)).copied();
            let mut steps: Vec<u64> = fresh.chain(ours.steps.iter().copied()).collect();
            steps.drain(..steps.len().saturating_sub(STEPS));
            ours.steps = steps;
            ours.at = ours.at.max(theirs.at);
            ours.times = ours.times.max(theirs.times);
        }
        self.plaintext.extend(other.plaintext);
        for (slot, day) in other.slots {
            let ours = self.slots.entry(slot).or_insert(day);
            *ours = (*ours).max(day);
        }
        for (slot, recipient) in other.recipients {
            self.recipients.insert(slot, recipient);
        }
        self.last_change = other.last_change;
    }

    /// Remembers the last change; `None` if it cannot be undone.
    pub fn set_last_change(&mut self, change: Option<LastChange>) {
        self.last_change = change;
    }

    /// Forgets the texts of recovery codes that the vault keeps apart; tells whether there were any.
    pub fn leave_out_those_apart_in(&mut self, vault: &Vault) -> bool {
        let Some(last) = &mut self.last_change else {
            return false;
        };
        let left = |held: &Vault| held.without_those_apart_in(vault);
        let (before, after) = (left(&last.before), last.after.as_ref().map(left));
        let is_less = before != last.before || after != last.after;
        (last.before, last.after) = (before, after);
        is_less
    }

    /// Writes it as JSON.
    pub fn write(&self) -> SecretSlice<u8> {
        let last_change = self.last_change.as_ref().map(|change| {
            let raw = |vault: &Vault| {
                let written = plaintext::write(vault);
                let json = String::from_utf8(written.expose_secret().to_vec()).expect("JSON is UTF-8");
                RawValue::from_string(json).expect("serde_json wrote it")
            };
            WireChange {
                title: change.title.clone(),
                stamp: change.stamp.into(),
                before: raw(&change.before),
                after: change.after.as_ref().map(raw),
            }
        });
        let used = self.used.iter().map(|(id, used)| (id.to_string(), used.clone())).collect();
        let bytes = serde_json::to_vec(&WireMemory {
            used,
            last_change,
            plaintext: self.plaintext.clone(),
            slots: self.slots.clone(),
            recipients: self.recipients.clone(),
        })
        .expect("strings and numbers, into memory");
        SecretSlice::from(bytes)
    }

    /// Reads what [`DeviceMemory::write`] wrote.
    ///
    /// # Errors
    /// The bytes are something else.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let wire: WireMemory =
            serde_json::from_slice(bytes).map_err(|error| FormatError::Json { column: error.column() })?;
        let used = wire.used.into_iter().filter_map(|(id, used)| Some((AccountId::parse(&id)?, used))).collect();
        let last_change = wire.last_change.map(|change| {
            Ok(LastChange {
                title: change.title,
                stamp: change.stamp.into(),
                before: plaintext::read(change.before.get().as_bytes())?,
                after: change.after.map(|after| plaintext::read(after.get().as_bytes())).transpose()?,
            })
        });
        let WireMemory { plaintext, slots, recipients, .. } = wire;
        Ok(Self { used, last_change: last_change.transpose()?, plaintext, slots, recipients })
    }
}

/// Returns when the day of a moment began, in milliseconds since 1970, in UTC.
fn day_of(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(DAY_MILLIS).saturating_mul(DAY_MILLIS)
}

#[derive(Serialize, Deserialize)]
struct WireMemory {
    #[serde(default)]
    used: BTreeMap<String, Used>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_change: Option<WireChange>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    plaintext: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    slots: BTreeMap<String, i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    recipients: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct WireChange {
    title: String,
    stamp: WireStamp,
    before: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Box<RawValue>>,
}
