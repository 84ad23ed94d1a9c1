//! Which texts are kept apart from the vault, in the basket.
//!
//! A set stays in the vault as a skeleton: how many codes, which of them were used. That its texts were moved out is a
//! fact of the vault and not of the account, as a deletion for good is: it covers the texts that were put here until
//! then, wherever a copy still has them, and nothing takes it back. Texts come back by a move that is later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::SetId;
use super::basket::BasketContents;
use super::set::RecoverySet;
use super::texts::{Held, SetTexts};
use crate::vault::Vault;
use crate::vault::account::Account;
use crate::vault::change::{ChangeError, alter};
use crate::vault::field::Field;
use crate::vault::stamp::Stamp;

/// What is said where somebody chooses to keep recovery codes apart from the vault.
pub const APART_EXPLAINED: [&str; 2] = [
    "A vault that leaks then gives away the codes of the day and not the recovery codes as well: these lie in a file of their own.",
    "In return that file and its own passphrase are needed on the day you need a recovery code, so keep a copy of both.",
];

/// What is known of texts that are not in the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::vault) struct Apart {
    /// When the texts of a set were last moved out.
    pub moved: BTreeMap<SetId, Stamp>,
    /// Whether the owner keeps recovery codes apart; `None` as long as nobody has said so.
    pub rule: Option<Field<bool>>,
}

/// Something happens to where the texts of recovery codes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BasketChange {
    /// From now on new codes are kept apart, or in the vault.
    Rule(bool),
    /// The texts of these sets go out of the vault. Whoever makes this change has them elsewhere.
    MoveOut(BTreeSet<SetId>),
    /// Texts come back into the vault.
    MoveBack(BTreeMap<SetId, Arc<SetTexts>>),
}

impl Apart {
    /// Returns the join of two states.
    pub fn merge(&self, other: &Self) -> Self {
        let mut moved = self.moved.clone();
        for (set, theirs) in &other.moved {
            let held = moved.entry(*set).or_insert(*theirs);
            *held = (*held).max(*theirs);
        }
        let rule = match (&self.rule, &other.rule) {
            (Some(ours), Some(theirs)) => Some(ours.merge(theirs)),
            (one, other) => one.as_ref().or(other.as_ref()).cloned(),
        };
        Self { moved, rule }
    }

    /// Returns the greatest stamp in it.
    pub fn newest(&self) -> Option<Stamp> {
        let rule = self.rule.as_ref().map(|rule| rule.head().written);
        self.moved.values().copied().chain(rule).max()
    }

    /// Drops texts that were moved out.
    pub fn leave_out(&self, account: &mut Arc<Account>) {
        if account.recovery.sets.iter().any(|(id, set)| self.covers(*id, set.held.as_ref())) {
            for (id, set) in &mut Arc::make_mut(account).recovery.sets {
                if let Some(moved) = self.moved.get(id) {
                    set.held = set.held.take().and_then(|held| held.since(*moved));
                }
            }
        }
    }

    /// Tells whether a move out covers some of what holds the texts here.
    fn covers(&self, id: SetId, held: Option<&Held>) -> bool {
        let moved = self.moved.get(&id);
        held.zip(moved).is_some_and(|(held, moved)| held.here.since(*moved).as_ref() != Some(&held.here))
    }
}

impl Vault {
    /// Tells whether its owner keeps recovery codes apart, so that new ones go there.
    pub fn keeps_apart(&self) -> bool {
        self.apart.rule.as_ref().is_some_and(|rule| *rule.get())
    }

    /// Returns the sets whose texts are in the vault, also removed ones and those in the trash.
    pub fn sets_here(&self) -> BTreeSet<SetId> {
        self.all_sets(|set| !set.is_apart())
    }

    /// Returns the sets whose texts are not in the vault, also removed ones and those in the trash.
    pub fn sets_apart(&self) -> BTreeSet<SetId> {
        self.all_sets(RecoverySet::is_apart)
    }

    /// Returns this vault as it is to whoever has opened the basket: for looking only, never to be saved.
    pub fn seen_with(&self, basket: &BasketContents) -> Self {
        let mut seen = self.clone();
        for account in seen.accounts.values_mut() {
            let is_apart = |set: &&RecoverySet| set.is_apart() && basket.texts(set.id()).is_some();
            if !account.recovery.sets.values().any(|set| is_apart(&set)) {
                continue;
            }
            for set in Arc::make_mut(account).recovery.sets.values_mut().filter(|set| set.is_apart()) {
                set.held = basket.shared(set.id).map(|texts| Held::new(texts, set.added));
            }
        }
        seen
    }

    fn all_sets(&self, is_wanted: impl Fn(&RecoverySet) -> bool) -> BTreeSet<SetId> {
        let sets = self.accounts.values().flat_map(|account| account.recovery.sets.values());
        sets.filter(|set| is_wanted(set)).map(RecoverySet::id).collect()
    }

    /// Returns this vault without the texts that `other` knows to be apart.
    pub(in crate::vault) fn without_those_apart_in(&self, other: &Self) -> Self {
        let mut left = self.clone();
        left.accounts.values_mut().for_each(|account| other.apart.leave_out(account));
        left
    }
}

/// Makes a change.
///
/// # Errors
/// It does not fit; the caller drops what was changed then.
pub(in crate::vault) fn apply(vault: &mut Vault, change: &BasketChange, stamp: Stamp) -> Result<(), ChangeError> {
    match change {
        BasketChange::Rule(is_apart) => {
            if vault.apart.rule.as_ref().is_none_or(|rule| rule.get() != is_apart) {
                vault.apart.rule = Some(Field::new(*is_apart, stamp));
            }
            Ok(())
        }
        // The accounts stay as they are: this is no edit of theirs, which would outlive a deletion.
        BasketChange::MoveOut(sets) => {
            vault.apart.moved.extend(sets.iter().map(|set| (*set, stamp)));
            let Vault { accounts, apart, .. } = vault;
            accounts.values_mut().for_each(|account| apart.leave_out(account));
            Ok(())
        }
        BasketChange::MoveBack(texts) => texts.iter().try_for_each(|(set, texts)| move_back(vault, *set, texts, stamp)),
    }
}

fn move_back(vault: &mut Vault, id: SetId, texts: &Arc<SetTexts>, stamp: Stamp) -> Result<(), ChangeError> {
    let has_it = |account: &&Arc<Account>| account.recovery.sets.contains_key(&id);
    let owners: Vec<_> = vault.accounts.values().filter(has_it).map(|account| account.id).collect();
    for owner in owners {
        let fits =
            |account: &Arc<Account>| account.recovery.sets.get(&id).is_some_and(|set| set.len() == texts.codes.len());
        if !vault.accounts.get(&owner).is_some_and(fits) {
            return Err(ChangeError::OtherCodes);
        }
        alter(vault, owner, stamp, |account| {
            if let Some(set) = account.recovery.sets.get_mut(&id) {
                set.held = Some(Held::new(Arc::clone(texts), stamp));
            }
        })?;
    }
    Ok(())
}
