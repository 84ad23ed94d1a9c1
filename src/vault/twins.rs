//! Accounts that two devices added on their own: one secret with the same parameters, under two ids.
//!
//! Which of the two stays follows from when they were added, so devices that find the same twins independently
//! decide alike. What the other one was noted with goes over to it; the other one goes into the trash, and no
//! further, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::{Account, AccountId};
use super::change::{Change, Edit, check_texts};
use super::merge::{Decision, DecisionKind};
use super::stamp::Stamp;
use super::{Vault, recovery};
use crate::otp::Timestamp;

/// Two accounts that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Twin {
    /// The one added first.
    pub stays: AccountId,
    /// The one that goes into the trash.
    pub goes: AccountId,
}

/// Finds accounts that each side has added without the other.
///
/// Two that stood in one vault already are what somebody wanted, and are left alone.
pub(super) fn find(ours: &Vault, theirs: &Vault, joined: &Vault) -> Vec<Twin> {
    let (here, there) = (alone(ours, theirs, joined), alone(theirs, ours, joined));
    if here.is_empty() || there.is_empty() {
        return Vec::new();
    }
    let mut by_secret: BTreeMap<&[u8], Vec<&Arc<Account>>> = BTreeMap::new();
    for account in there {
        by_secret.entry(account.enrolment().secret.expose_secret()).or_default().push(account);
    }
    let mut found = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for ours in here {
        let same = by_secret.get(ours.enrolment().secret.expose_secret());
        let free = |theirs: &&&Arc<Account>| theirs.enrolment() == ours.enrolment() && !taken.contains(&theirs.id());
        let Some(theirs) = same.and_then(|same| same.iter().find(free)) else {
            continue;
        };
        taken.insert(theirs.id());
        let (stays, goes) = if age(ours) < age(theirs) { (ours, *theirs) } else { (*theirs, ours) };
        found.insert(Twin { stays: stays.id(), goes: goes.id() });
    }
    found.into_iter().collect()
}

/// Returns the accounts in use that only one side has ever known, the one added first before the others.
fn alone<'a>(here: &'a Vault, there: &Vault, joined: &Vault) -> Vec<&'a Arc<Account>> {
    let is_known = |id: &AccountId| there.accounts.contains_key(id) || there.purged.contains_key(id);
    let mut alone: Vec<&Arc<Account>> =
        here.accounts().filter(|account| !is_known(&account.id) && joined.accounts.contains_key(&account.id)).collect();
    alone.sort_by_key(|account| age(account));
    alone
}

fn age(account: &Account) -> (Stamp, AccountId) {
    (account.added, account.id)
}

/// Tells of twins in place of accounts that were added.
pub(super) fn told(mut decisions: Vec<Decision>, twins: &[Twin], joined: &Vault) -> Vec<Decision> {
    let ids: BTreeSet<AccountId> = twins.iter().flat_map(|twin| [twin.stays, twin.goes]).collect();
    decisions.retain(|decision| decision.kind != DecisionKind::Added || !ids.contains(&decision.id));
    decisions.extend(twins.iter().map(|twin| Decision {
        id: twin.stays,
        label: joined.get(twin.stays).map(|account| account.label()).unwrap_or_default(),
        kind: DecisionKind::Twin { other: twin.goes },
    }));
    decisions
}

/// Returns the change that makes one account of each two; `None` if nothing is left to do.
pub fn folding(vault: &Vault, twins: &[Twin], at: Timestamp) -> Option<Change> {
    let in_use = |id: AccountId| vault.get(id).filter(|account| account.trashed().is_none());
    let pairs = twins.iter().filter_map(|twin| Some((in_use(twin.stays)?, in_use(twin.goes)?)));
    let same = pairs.filter(|(stays, goes)| stays.enrolment() == goes.enrolment());
    let all: Vec<Change> = same.flat_map(|(stays, goes)| fold(stays, goes, at)).collect();
    (!all.is_empty()).then_some(Change::Batch(all))
}

fn fold(stays: &Account, goes: &Account, at: Timestamp) -> Vec<Change> {
    let taken_over = |ours: &str, theirs: &str| (ours.is_empty() && !theirs.is_empty()).then(|| theirs.to_owned());
    let tags: BTreeSet<String> = stays.tags().into_iter().chain(goes.tags()).map(str::to_owned).collect();
    let edit = Edit {
        issuer: taken_over(stays.issuer(), goes.issuer()),
        account: taken_over(stays.account(), goes.account()),
        tags: (tags.len() > stays.tags().len()).then_some(tags).filter(|tags| super::check_tags(tags).is_ok()),
        note: both_notes(stays.note(), goes.note()),
        pinned: (goes.pinned() && !stays.pinned()).then_some(true),
        pending: (stays.pending() && !goes.pending()).then_some(false),
        order: (stays.order().is_none() && goes.order().is_some()).then_some(goes.order()),
        ..Edit::default()
    };
    let edit = (edit != Edit::default()).then(|| Change::Edit(stays.id, Box::new(edit)));
    // A counter that either has given out is given out.
    let counter = (goes.counter() > stays.counter()).then(|| Change::Advance(stays.id, goes.counter()));
    let codes = recovery::taking_over(&stays.recovery, &goes.recovery);
    let codes = codes.into_iter().map(|change| Change::Recovery(stays.id, change));
    edit.into_iter().chain(counter).chain(codes).chain([Change::Trash(goes.id, at)]).collect()
}

/// Puts one note below the other, unless it says nothing new or is too long for both.
fn both_notes(ours: &str, theirs: &str) -> Option<String> {
    if theirs.is_empty() || ours.contains(theirs) {
        return None;
    }
    let both = if ours.is_empty() { theirs.to_owned() } else { format!("{ours}\n{theirs}") };
    check_texts(&Edit { note: Some(both.clone()), ..Edit::default() }).is_ok().then_some(both)
}
