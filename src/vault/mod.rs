//! What we keep: accounts, what was deleted, and how both change and merge.
//!
//! A [`Vault`] is a value. It changes in one way, [`apply`]ing a [`Change`], and two of them join in one way,
//! [`merge()`]. Neither reads a clock, makes a random number or touches a file.

mod account;
pub mod audit;
mod change;
mod compare;
mod contents;
mod device_memory;
mod dismissed;
mod enrolments;
mod field;
mod merge;
mod plaintext;
mod policy;
mod recovery;
mod rotation;
mod search;
mod stamp;
mod turn;
mod twins;
mod undo;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use account::{Account, AccountId, NewAccount};
pub use change::{Change, ChangeError, Edit, apply, check_tags};
pub use compare::{Comparison, Difference, compare};
pub use contents::content_digest;
pub use device_memory::{DeviceMemory, LastChange};
pub use merge::{Decision, DecisionKind, Merged, Side, merge};
pub use plaintext::{FormatError, read, write};
pub use policy::{Deed, Forbidden, Policy};
pub use recovery::{
    APART_EXPLAINED, BasketChange, BasketContents, BasketFormatError, CodeState, CodeText, CodeTextError, NewSet,
    Recovery, RecoveryChange, RecoverySet, SetId, SetKind, SetTexts,
};
pub use rotation::{ROTATION_CHECKLIST, RotationChange};
pub use search::{Found, Selection, find, nearest, rank, read_meant, select};
pub use stamp::Stamp;
pub use turn::turning;
pub use twins::{Twin, folding};
pub use undo::undoing;

use crate::otp::{Enrolment, Timestamp};
use field::Field;

/// How long a removed account stays in the trash, in milliseconds: 30 days.
pub const TRASH_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// All accounts, and what is known of deleted ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vault {
    /// Shared, so that a change copies one account and not ten thousand.
    accounts: BTreeMap<AccountId, Arc<Account>>,
    /// Accounts that were deleted for good, and when. It covers what was kept until then, not later edits.
    purged: BTreeMap<AccountId, Stamp>,
    /// Findings of the audit that the owner has dismissed, by their ids, and why; none: taken back.
    dismissed: BTreeMap<String, Field<Option<String>>>,
    /// Recovery codes whose texts are not in the vault.
    apart: recovery::Apart,
    /// The name of the policy; `None` as long as nobody has set one.
    policy: Option<Field<String>>,
    /// Top-level fields of a newer version, as JSON, kept as they are.
    unknown: BTreeMap<String, String>,
}

impl Vault {
    /// Returns every account that is not in the trash, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values().filter(|account| account.trashed().is_none())
    }

    /// Returns what is in the trash, in the order of their ids.
    pub fn trash(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values().filter(|account| account.trashed().is_some())
    }

    /// Returns an account, also one in the trash.
    pub fn get(&self, id: AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(&id)
    }

    /// Returns how many accounts there are outside the trash.
    pub fn len(&self) -> usize {
        self.accounts().count()
    }

    /// Tells whether there is no account outside the trash.
    pub fn is_empty(&self) -> bool {
        self.accounts().next().is_none()
    }

    /// Returns an account, also one in the trash, that already has this secret with these parameters.
    pub fn with_enrolment(&self, enrolment: &Enrolment) -> Option<&Arc<Account>> {
        self.accounts.values().find(|account| account.enrolment() == enrolment)
    }

    /// Returns why a finding of the audit was dismissed, if it was.
    pub fn dismissal(&self, finding: &str) -> Option<&str> {
        self.dismissed.get(finding)?.get().as_deref()
    }

    /// Returns every tag in use, in alphabetical order.
    pub fn tags(&self) -> Vec<String> {
        let tags: std::collections::BTreeSet<&str> = self.accounts().flat_map(|account| account.tags()).collect();
        tags.into_iter().map(str::to_owned).collect()
    }

    /// Returns the accounts whose time in the trash is over.
    pub fn overdue_trash(&self, now: Timestamp) -> Vec<AccountId> {
        let over = |account: &&Arc<Account>| {
            account.trashed().is_some_and(|since| now.as_millis().saturating_sub(since.as_millis()) > TRASH_MILLIS)
        };
        self.trash().filter(over).map(|account| account.id()).collect()
    }

    /// Returns a vault with only these accounts, and what was dismissed.
    pub fn only(&self, ids: &std::collections::BTreeSet<AccountId>) -> Self {
        let held = ids.iter().filter_map(|id| Some((*id, Arc::clone(self.accounts.get(id)?))));
        Self { accounts: held.collect(), dismissed: self.dismissed.clone(), ..Self::default() }
    }

    /// Returns the accounts that are not the same here and there.
    pub fn differing(&self, other: &Self) -> std::collections::BTreeSet<AccountId> {
        let same = |one: &Arc<Account>, other: &Arc<Account>| Arc::ptr_eq(one, other) || one == other;
        let ids = self.accounts.keys().chain(other.accounts.keys()).copied();
        ids.filter(|id| match (self.accounts.get(id), other.accounts.get(id)) {
            (Some(one), Some(other)) => !same(one, other),
            (one, other) => one.is_some() || other.is_some(),
        })
        .collect()
    }

    /// Returns the newest stamp in it, which the next change must exceed.
    pub fn newest_stamp(&self) -> Option<Stamp> {
        let touched = self.accounts.values().map(|account| account.touched);
        let dismissed = self.dismissed.values().map(|field| field.head().written);
        let policy = self.policy.as_ref().map(|field| field.head().written);
        touched.chain(self.purged.values().copied()).chain(dismissed).chain(self.apart.newest()).chain(policy).max()
    }
}
