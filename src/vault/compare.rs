//! Compares a backup with the vault that it was made of, and tells a fault from what was changed since.

use std::sync::Arc;

use super::Vault;
use super::account::{Account, AccountId};
use super::field::{Field, Progress};
use super::stamp::Stamp;

/// What a backup holds, beside what the vault holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many accounts outside the backup's trash are the same in every field.
    pub same: usize,
    /// Fields that differ, in the order of account ids.
    pub differs: Vec<Difference>,
    /// Accounts of the vault that the backup lacks, also those in the trash; `what` is empty.
    pub missing: Vec<Difference>,
    /// Accounts of the backup that the vault lacks; `what` is empty.
    pub extra: Vec<Difference>,
}

impl Comparison {
    /// Tells whether the backup holds all that the vault held when it was made.
    pub fn is_faultless(&self) -> bool {
        [&self.differs, &self.missing, &self.extra].into_iter().flatten().all(|found| found.is_since)
    }
}

/// One difference between a backup and the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which account.
    pub id: AccountId,
    /// Its label, ready to be shown.
    pub label: String,
    /// Which field, in words.
    pub what: &'static str,
    /// Whether the vault wrote it after the backup was made.
    pub is_since: bool,
}

/// Compares a backup with its vault, account by account and field by field.
///
/// A change that the vault made after everything that is in the backup is no fault of the backup.
pub fn compare(backup: &Vault, vault: &Vault) -> Comparison {
    let newest = backup.newest_stamp();
    // Recovery codes whose texts were moved out since are missing in the vault on purpose.
    let backup = &backup.without_those_apart_in(vault);
    let is_since = |stamp: Stamp| newest.is_none_or(|newest| stamp > newest);
    let mut found = Comparison::default();
    for (id, theirs) in &backup.accounts {
        let Some(ours) = vault.accounts.get(id) else {
            let is_since = vault.purged.get(id).is_some_and(|stamp| is_since(*stamp));
            found.extra.push(Difference { is_since, ..difference(theirs, "") });
            continue;
        };
        let differs = differences(theirs, ours, newest);
        found.same += usize::from(differs.is_empty() && theirs.trashed().is_none());
        found.differs.extend(differs);
    }
    let lacking = vault.accounts.iter().filter(|(id, _)| !backup.accounts.contains_key(id));
    found.missing =
        lacking.map(|(_, ours)| Difference { is_since: is_since(ours.added), ..difference(ours, "") }).collect();
    found
}

fn difference(account: &Account, what: &'static str) -> Difference {
    Difference { id: account.id, label: account.label(), what, is_since: false }
}

fn differences(backup: &Arc<Account>, vault: &Arc<Account>, newest: Option<Stamp>) -> Vec<Difference> {
    if backup == vault {
        return Vec::new();
    }
    // An edit keeps every field, which is no difference to anybody: both are kept until the same moment.
    let until = backup.touched.max(vault.touched);
    let kept = |account: &Account| {
        let mut account = account.clone();
        account.touch(until);
        account
    };
    let (theirs, ours) = (kept(backup), kept(vault));
    // Every field there is: a new one has to be put into one of these lists.
    let Account {
        id: _,
        created: _,
        added: _,
        touched: _,
        issuer,
        account,
        enrolments,
        counter,
        candidate,
        candidate_counter,
        tags,
        note,
        pinned,
        pending,
        order,
        trashed,
        recovery,
        unknown,
    } = &ours;
    let is_since = |stamp: Stamp| newest.is_none_or(|newest| stamp > newest);
    let touched = is_since(vault.touched);
    let found = [
        changed("issuer", &theirs.issuer, issuer, newest),
        changed("account", &theirs.account, account, newest),
        (theirs.enrolment() != &enrolments.head().enrolment)
            .then(|| ("secret or parameters", is_since(enrolments.head().written))),
        (theirs.enrolments.versions() != enrolments.versions() && theirs.enrolment() == vault.enrolment())
            .then_some(("former secrets", touched)),
        // A counter moves on inside its write.
        (theirs.counter.get() != counter.get()).then_some(("counter", touched)),
        changed("new secret", &theirs.candidate, candidate, newest),
        (theirs.enrolments.tried() != enrolments.tried() && theirs.candidate.get() == candidate.get())
            .then_some(("former secrets", touched)),
        (theirs.candidate_counter.get() != candidate_counter.get()).then_some(("counter of the new secret", touched)),
        (theirs.tags() != ours.tags()).then(|| ("tags", tags.values().any(|tag| is_since(tag.head().written)))),
        changed("note", &theirs.note, note, newest),
        changed("pinned", &theirs.pinned, pinned, newest),
        changed("pending", &theirs.pending, pending, newest),
        changed("order", &theirs.order, order, newest),
        changed("trash", &theirs.trashed, trashed, newest),
        (theirs.recovery != *recovery).then_some(("recovery codes", touched)),
        (values(&theirs) != values(&ours))
            .then(|| ("fields of a newer version", unknown.values().any(|field| is_since(field.head().written)))),
    ];
    let with = |(what, is_since)| Difference { is_since, ..difference(vault, what) };
    found.into_iter().flatten().map(with).collect()
}

fn changed<T: Clone + PartialEq + Progress>(
    what: &'static str,
    theirs: &Field<T>,
    ours: &Field<T>,
    newest: Option<Stamp>,
) -> Option<(&'static str, bool)> {
    let is_since = newest.is_none_or(|newest| ours.head().written > newest);
    (theirs.get() != ours.get()).then_some((what, is_since))
}

/// Returns the fields that we do not know, with their values.
fn values(account: &Account) -> Vec<(&String, &String)> {
    account.unknown.iter().map(|(key, field)| (key, field.get())).collect()
}
