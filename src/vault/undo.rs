//! The change that takes the last one back.
//!
//! What to take back is found by comparing: a field is written back only if its latest write is the one to be
//! undone, so that nothing somebody else wrote meanwhile is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Vault;
use super::account::{Account, AccountId};
use super::change::{Change, Edit};
use super::device_memory::LastChange;
use super::field::{Field, Progress};
use super::stamp::Stamp;
use super::{dismissed, recovery, rotation};
use crate::otp::Timestamp;

/// Returns the change that takes the last one back, made to the vault as it is `now`.
///
/// `None` if nothing of it is left to take back.
pub fn undoing(last: &LastChange, now: &Vault) -> Option<Change> {
    let changed = last.before.accounts.values().filter_map(|before| Some((before, now.get(before.id)?)));
    let changes = changed.flat_map(|(before, now)| match &last.after {
        // It was in the vault before and is now, so somebody brought it back since.
        Some(after) => after.get(before.id).map_or_else(Vec::new, |after| back(before, now, &Made::As(after))),
        None => back(before, now, &Made::At(last.stamp)),
    });
    let gone =
        last.after.iter().flat_map(|after| last.before.accounts.values().filter(|one| after.get(one.id).is_none()));
    let returns = gone.filter(|one| now.get(one.id).is_none()).map(|one| Change::BringBack(Arc::clone(one)));
    // What it added goes to the trash, from where it can come back.
    let removals = added(last, now).map(|id| Change::Trash(id, Timestamp::from_millis(last.stamp.at)));
    let all: Vec<Change> = changes.chain(returns).chain(removals).chain(dismissed::undoing(last, now)).collect();
    (!all.is_empty()).then_some(Change::Batch(all))
}

/// Returns what the change added, or brought back, and nobody has removed or restored since.
fn added<'a>(last: &'a LastChange, now: &'a Vault) -> impl Iterator<Item = AccountId> {
    let new = now.accounts().filter(|account| last.before.get(account.id).is_none());
    let is_its_own = |account: &&Arc<Account>| match &last.after {
        Some(after) => {
            after.get(account.id).is_some_and(|made| made.trashed.head().written == account.trashed.head().written)
        }
        None => account.added == last.stamp || account.trashed.head().written == last.stamp,
    };
    new.filter(is_its_own).map(|account| account.id)
}

/// By what a write is known as one that is to be taken back.
enum Made<'a> {
    /// By its stamp: the change wrote all fields at once.
    At(Stamp),
    /// By being the one that the change left: a merge brings writes of any time.
    As(&'a Account),
}

impl Made<'_> {
    fn wrote(&self, now: &Account, written: impl Fn(&Account) -> Option<Stamp>) -> bool {
        let made = match self {
            Self::At(stamp) => Some(*stamp),
            Self::As(after) => written(after),
        };
        written(now) == made
    }

    fn value_before<T: Clone + PartialEq + Progress>(
        &self,
        before: &Account,
        now: &Account,
        pick: impl Fn(&Account) -> &Field<T>,
    ) -> Option<T> {
        let is_its_own = self.wrote(now, |account| Some(pick(account).head().written));
        (is_its_own && pick(now).get() != pick(before).get()).then(|| pick(before).get().clone())
    }
}

fn back(before: &Account, now: &Account, made: &Made<'_>) -> Vec<Change> {
    let is_new_secret =
        now.enrolment() != before.enrolment() && made.wrote(now, |account| Some(account.enrolments.head().written));
    let counter = made.value_before(before, now, |account| &account.counter);
    let edit = Edit {
        issuer: made.value_before(before, now, |account| &account.issuer),
        account: made.value_before(before, now, |account| &account.account),
        enrolment: is_new_secret.then(|| before.enrolment().clone()),
        counter: counter.filter(|counter| match made {
            Made::At(_) => true,
            // The codes in between were given out on another device.
            Made::As(_) => *counter > now.counter(),
        }),
        tags: tags_before(before, now, made),
        note: made.value_before(before, now, |account| &account.note),
        pinned: made.value_before(before, now, |account| &account.pinned),
        pending: made.value_before(before, now, |account| &account.pending),
        order: made.value_before(before, now, |account| &account.order),
    };
    let trash = made.value_before(before, now, |account| &account.trashed).map(|trashed| match trashed {
        Some(since) => Change::Trash(now.id, since),
        None => Change::Restore(now.id),
    });
    let edit = (edit != Edit::default()).then(|| Change::Edit(now.id, Box::new(edit)));
    let codes = match made {
        Made::At(stamp) => recovery::undoing(&before.recovery, &now.recovery, *stamp),
        Made::As(after) => recovery::restoring(&before.recovery, &after.recovery, &now.recovery),
    };
    let codes = codes.into_iter().map(|change| Change::Recovery(now.id, change));
    let is_its_rotation = made.value_before(before, now, |account| &account.candidate).is_some();
    let rotation = is_its_rotation.then(|| Change::Rotation(now.id, rotation::returning_to(before)));
    // The secret in use comes first: what is tried beside it must differ from it.
    edit.into_iter().chain(trash).chain(codes).chain(rotation).collect()
}

/// Returns the tags with those that the change set or took as they were before.
fn tags_before(before: &Account, now: &Account, made: &Made<'_>) -> Option<BTreeSet<String>> {
    let written = |tag: &str| {
        let tag = tag.to_owned();
        move |account: &Account| account.tags.get(&tag).map(|set| set.head().written)
    };
    let was_set = |tag: &str| before.tags.get(tag).is_some_and(|set| *set.get());
    let is_set = |(tag, set): &(&String, &Field<bool>)| {
        if made.wrote(now, written(tag)) { was_set(tag) } else { *set.get() }
    };
    let tags: BTreeSet<String> = now.tags.iter().filter(is_set).map(|(tag, _)| tag.clone()).collect();
    (tags.iter().map(String::as_str).collect::<Vec<_>>() != now.tags()).then_some(tags)
}
