//! The change that takes the last one back.
//!
//! What to take back is found by comparing: a field is written back only if its latest write is the one to be
//! undone, so that nothing somebody else wrote meanwhile is lost.

use super::Vault;
use super::account::Account;
use super::change::{Change, Edit};
use super::field::{Field, Progress};
use super::recovery;
use super::stamp::Stamp;
use crate::otp::Timestamp;

/// Returns the change that takes back what the one made at `stamp` did, given the accounts it changed as they were `before`.
///
/// `None` if nothing of it is left to take back.
pub fn undoing(before: &Vault, now: &Vault, stamp: Stamp) -> Option<Change> {
    let changed = before.accounts.values().filter_map(|before| Some((before, now.get(before.id)?)));
    let changes = changed.flat_map(|(before, now)| back(before, now, stamp));
    // What it added goes to the trash, from where it can come back.
    let added = now.accounts().filter(|account| account.added == stamp);
    let removals = added.map(|account| Change::Trash(account.id, Timestamp::from_millis(stamp.at)));
    let all: Vec<Change> = changes.chain(removals).collect();
    (!all.is_empty()).then_some(Change::Batch(all))
}

fn back(before: &Account, now: &Account, stamp: Stamp) -> Vec<Change> {
    let enrolment = now.enrolments.head().written == stamp && now.enrolment() != before.enrolment();
    let tags = now.tags.values().any(|tag| tag.head().written == stamp) && now.tags() != before.tags();
    let edit = Edit {
        issuer: value_before(&before.issuer, &now.issuer, stamp),
        account: value_before(&before.account, &now.account, stamp),
        enrolment: enrolment.then(|| before.enrolment().clone()),
        counter: value_before(&before.counter, &now.counter, stamp),
        tags: tags.then(|| before.tags().into_iter().map(str::to_owned).collect()),
        note: value_before(&before.note, &now.note, stamp),
        pinned: value_before(&before.pinned, &now.pinned, stamp),
        pending: value_before(&before.pending, &now.pending, stamp),
        order: value_before(&before.order, &now.order, stamp),
    };
    let trash = value_before(&before.trashed, &now.trashed, stamp).map(|trashed| match trashed {
        Some(since) => Change::Trash(now.id(), since),
        None => Change::Restore(now.id()),
    });
    let edit = (edit != Edit::default()).then(|| Change::Edit(now.id(), Box::new(edit)));
    let codes = recovery::undoing(&before.recovery, &now.recovery, stamp);
    let codes = codes.into_iter().map(|change| Change::Recovery(now.id(), change));
    edit.into_iter().chain(trash).chain(codes).collect()
}

fn value_before<T: Clone + PartialEq + Progress>(before: &Field<T>, now: &Field<T>, stamp: Stamp) -> Option<T> {
    (now.head().written == stamp && now.get() != before.get()).then(|| before.get().clone())
}
