//! The one way a vault changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use super::account::{Account, AccountId, NewAccount};
use super::field::Field;
use super::policy::{self, Policy};
use super::recovery::{self, BasketChange, RecoveryChange};
use super::rotation::{self, RotationChange};
use super::stamp::Stamp;
use super::{Vault, dismissed};
use crate::otp::{Enrolment, Timestamp};

/// The longest issuer or account name, in bytes.
const LABEL_LIMIT: usize = 1024;
/// The longest note, in bytes.
const NOTE_LIMIT: usize = 64 * 1024;
/// The longest tag, in bytes, and how many an account may have.
const TAG_LIMIT: usize = 128;
const TAGS_LIMIT: usize = 64;

/// What happens to a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new account.
    Add(Box<NewAccount>),
    /// New values for some fields of an account.
    Edit(AccountId, Box<Edit>),
    /// An account goes into the trash.
    Trash(AccountId, Timestamp),
    /// An account comes back from the trash.
    Restore(AccountId),
    /// An account in the trash is deleted for good.
    Purge(AccountId),
    /// The next counter of a HOTP account moves on; never back.
    Advance(AccountId, u64),
    /// Something happens to the recovery codes of an account.
    Recovery(AccountId, RecoveryChange),
    /// An account that is gone comes back as it was, and stays although it was deleted.
    BringBack(Arc<Account>),
    /// Something happens to the new secret of an account that is being rotated.
    Rotation(AccountId, RotationChange),
    /// A finding of the audit is dismissed with a reason; without one, that is taken back.
    Dismiss(String, Option<String>),
    /// The texts of recovery codes go out of the vault, or come back.
    Basket(BasketChange),
    /// Secrets may leave the vault, or may not.
    Policy(Policy),
    /// Several changes, all or none.
    Batch(Vec<Change>),
}

/// New values for some fields; `None` leaves a field alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// Who issued the secret.
    pub issuer: Option<String>,
    /// The account's name at the issuer.
    pub account: Option<String>,
    /// Secret and parameters; the present ones are kept as former.
    pub enrolment: Option<Enrolment>,
    /// The next counter of a HOTP account, also a smaller one.
    pub counter: Option<u64>,
    /// All tags.
    pub tags: Option<BTreeSet<String>>,
    /// The note.
    pub note: Option<String>,
    /// Whether it stands at the top.
    pub pinned: Option<bool>,
    /// Whether the site has yet to accept a code.
    pub pending: Option<bool>,
    /// Its place in the user's own order.
    pub order: Option<Option<i64>>,
}

/// Why a change cannot be made. The vault is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeError {
    /// There is no such account, or it was deleted meanwhile.
    #[error("there is no account {0}")]
    NoSuchAccount(AccountId),
    /// There is one with this id already.
    #[error("there is an account {0} already")]
    Exists(AccountId),
    /// Only what is in the trash can be deleted for good.
    #[error("account {0} is not in the trash")]
    NotInTrash(AccountId),
    /// A counter would go back, or stay where it is.
    #[error("the counter of account {0} would not move on")]
    CounterGoesBack(AccountId),
    /// A text is longer than any site needs.
    #[error("the {field} is longer than {limit} bytes")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// The most it may have.
        limit: usize,
    },
    /// There are more tags than anybody needs.
    #[error("there are more than {TAGS_LIMIT} tags")]
    TooManyTags,
    /// A tag is empty.
    #[error("a tag is empty")]
    EmptyTag,
    /// There are no such recovery codes, or they were deleted meanwhile.
    #[error("there is no such set of recovery codes")]
    NoSuchSet,
    /// They are stored already.
    #[error("this set of recovery codes is stored already")]
    SetExists,
    /// The set has fewer codes.
    #[error("the set of recovery codes has no such code")]
    NoSuchCode,
    /// Somebody has used the code already.
    #[error("this recovery code was used already")]
    CodeUsed,
    /// A set without a code.
    #[error("there is no recovery code in the set")]
    NoCodes,
    /// There is no new secret beside the one in use.
    #[error("account {0} has no new secret beside the one in use")]
    NotRotating(AccountId),
    /// The new secret is the old one.
    #[error("the new secret of account {0} is the one in use already")]
    SameSecret(AccountId),
    /// A finding is dismissed without a reason.
    #[error("a finding is dismissed with a reason only")]
    NoReason,
    /// What comes back into the vault has another number of codes than went out.
    #[error("the recovery codes that come back are not those of the set")]
    OtherCodes,
    /// More than any site hands out.
    #[error("there are more recovery codes than any site hands out")]
    TooManyCodes,
}

impl ChangeError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoSuchAccount(_) => "list the accounts again; another device may have deleted it",
            Self::Exists(_) => "try again",
            Self::NotInTrash(_) => "remove it first",
            Self::CounterGoesBack(_) => "set the counter with edit if the site really starts anew",
            Self::TooLong { .. } | Self::TooManyTags => "shorten it",
            Self::EmptyTag | Self::NoCodes => "leave it out",
            Self::NoSuchSet | Self::NoSuchCode => "list the recovery codes again; another device may have removed them",
            Self::SetExists => "try again",
            Self::NotRotating(_) => "begin with rotate; another device may have ended it",
            Self::SameSecret(_) => "have the site make a new one",
            Self::OtherCodes => "look into the basket with age: docs/RECOVER.md says how; nothing was changed",
            Self::NoReason => "say in a few words why it does not matter",
            Self::CodeUsed => "take the next one; undo takes a mark back that was made by mistake",
            Self::TooManyCodes => "check that it is a list of recovery codes; store it in parts if it is",
        }
    }
}

impl Change {
    /// Returns the accounts that it touches.
    pub fn accounts(&self) -> BTreeSet<AccountId> {
        match self {
            Self::Add(new) => BTreeSet::from([new.id]),
            Self::BringBack(account) => BTreeSet::from([account.id]),
            Self::Edit(id, _)
            | Self::Trash(id, _)
            | Self::Restore(id)
            | Self::Purge(id)
            | Self::Advance(id, _)
            | Self::Recovery(id, _)
            | Self::Rotation(id, _) => BTreeSet::from([*id]),
            Self::Dismiss(..) | Self::Basket(_) | Self::Policy(_) => BTreeSet::new(),
            Self::Batch(changes) => changes.iter().flat_map(Self::accounts).collect(),
        }
    }

    /// Tells whether what was there before may be remembered to take it back: there is no way back from a deletion, of
    /// what went out of the vault nothing must stay, and a policy is lifted with a typed yes alone.
    pub fn can_be_taken_back(&self) -> bool {
        match self {
            Self::Purge(_) | Self::Basket(_) | Self::Policy(_) => false,
            Self::Batch(changes) => changes.iter().all(Self::can_be_taken_back),
            Self::Add(_)
            | Self::BringBack(_)
            | Self::Edit(..)
            | Self::Trash(..)
            | Self::Restore(_)
            | Self::Advance(..)
            | Self::Recovery(..)
            | Self::Rotation(..)
            | Self::Dismiss(..) => true,
        }
    }
}

/// Makes a change.
///
/// # Errors
/// The change does not fit the vault, which then stays as it was.
pub fn apply(vault: &mut Vault, change: &Change, stamp: Stamp) -> Result<(), ChangeError> {
    match change {
        Change::Add(new) => add(vault, new, stamp),
        Change::Edit(id, edit) => {
            check_texts(edit)?;
            alter(vault, *id, stamp, |account| edit_fields(account, edit, stamp))
        }
        Change::Trash(id, at) => alter(vault, *id, stamp, |account| account.trashed.set(Some(*at), stamp)),
        Change::Restore(id) => alter(vault, *id, stamp, |account| account.trashed.set(None, stamp)),
        Change::Purge(id) => purge(vault, *id, stamp),
        Change::Advance(id, counter) => advance(vault, *id, *counter, stamp),
        Change::Recovery(id, change) => {
            // Tried apart, so that a refused change leaves the account as it was.
            let account = vault.accounts.get(id).ok_or(ChangeError::NoSuchAccount(*id))?;
            let mut codes = account.recovery.clone();
            recovery::apply(&mut codes, change, stamp)?;
            alter(vault, *id, stamp, |account| account.recovery = codes)?;
            leave_out(vault, *id);
            Ok(())
        }
        Change::BringBack(account) => bring_back(vault, account, stamp),
        Change::Rotation(id, change) => {
            let mut next = vault.accounts.get(id).ok_or(ChangeError::NoSuchAccount(*id))?.as_ref().clone();
            rotation::apply(&mut next, change, stamp)?;
            alter(vault, *id, stamp, |account| *account = next)
        }
        Change::Dismiss(finding, reason) => dismissed::apply(vault, finding, reason.as_deref(), stamp),
        Change::Policy(new) => {
            policy::apply(vault, *new, stamp);
            Ok(())
        }
        Change::Basket(change) => {
            let mut next = vault.clone();
            recovery::apply_to_basket(&mut next, change, stamp)?;
            *vault = next;
            Ok(())
        }
        Change::Batch(changes) => {
            let mut next = vault.clone();
            changes.iter().try_for_each(|change| apply(&mut next, change, stamp))?;
            *vault = next;
            Ok(())
        }
    }
}

fn add(vault: &mut Vault, new: &NewAccount, stamp: Stamp) -> Result<(), ChangeError> {
    if vault.accounts.contains_key(&new.id) || vault.purged.contains_key(&new.id) {
        return Err(ChangeError::Exists(new.id));
    }
    check_length("issuer", &new.issuer, LABEL_LIMIT)?;
    check_length("account name", &new.account, LABEL_LIMIT)?;
    check_length("note", &new.note, NOTE_LIMIT)?;
    check_tags(&new.tags)?;
    vault.accounts.insert(new.id, Arc::new(Account::new(new, stamp)));
    Ok(())
}

pub(super) fn alter(
    vault: &mut Vault,
    id: AccountId,
    stamp: Stamp,
    alteration: impl FnOnce(&mut Account),
) -> Result<(), ChangeError> {
    let account = vault.accounts.get_mut(&id).ok_or(ChangeError::NoSuchAccount(id))?;
    let account = Arc::make_mut(account);
    alteration(account);
    account.touch(stamp);
    Ok(())
}

fn edit_fields(account: &mut Account, edit: &Edit, stamp: Stamp) {
    rewrite(&mut account.issuer, edit.issuer.as_ref(), stamp);
    rewrite(&mut account.account, edit.account.as_ref(), stamp);
    rewrite(&mut account.counter, edit.counter.as_ref(), stamp);
    rewrite(&mut account.note, edit.note.as_ref(), stamp);
    rewrite(&mut account.pinned, edit.pinned.as_ref(), stamp);
    rewrite(&mut account.pending, edit.pending.as_ref(), stamp);
    rewrite(&mut account.order, edit.order.as_ref(), stamp);
    if let Some(enrolment) = edit.enrolment.as_ref().filter(|new| *new != account.enrolment()) {
        account.enrolments.set(enrolment.clone(), stamp);
    }
    if let Some(tags) = &edit.tags {
        set_tags(account, tags, stamp);
    }
}

/// Writes a field if its value differs: a field that stays the same is not written, so it cannot win over another device's write.
fn rewrite<T: Clone + PartialEq + super::field::Progress>(field: &mut Field<T>, value: Option<&T>, stamp: Stamp) {
    if let Some(value) = value.filter(|value| *value != field.get()) {
        field.set(value.clone(), stamp);
    }
}

fn set_tags(account: &mut Account, tags: &BTreeSet<String>, stamp: Stamp) {
    for (tag, set) in &mut account.tags {
        rewrite(set, Some(&tags.contains(tag)), stamp);
    }
    for tag in tags {
        account.tags.entry(tag.clone()).or_insert_with(|| Field::new(true, stamp));
    }
}

fn purge(vault: &mut Vault, id: AccountId, stamp: Stamp) -> Result<(), ChangeError> {
    let account = vault.accounts.get(&id).ok_or(ChangeError::NoSuchAccount(id))?;
    if account.trashed().is_none() {
        return Err(ChangeError::NotInTrash(id));
    }
    vault.accounts.remove(&id);
    vault.purged.insert(id, stamp);
    Ok(())
}

fn bring_back(vault: &mut Vault, account: &Account, stamp: Stamp) -> Result<(), ChangeError> {
    if vault.accounts.contains_key(&account.id) {
        return Err(ChangeError::Exists(account.id));
    }
    let mut account = account.clone();
    account.trashed.set(None, stamp);
    // Kept after it was deleted, so the deletion covers none of it.
    account.touch(stamp);
    let id = account.id;
    vault.accounts.insert(id, Arc::new(account));
    leave_out(vault, id);
    Ok(())
}

/// Drops the texts of recovery codes that came with a change, and that are kept apart by now.
fn leave_out(vault: &mut Vault, id: AccountId) {
    let Vault { accounts, apart, .. } = vault;
    accounts.get_mut(&id).into_iter().for_each(|account| apart.leave_out(account));
}

fn advance(vault: &mut Vault, id: AccountId, counter: u64, stamp: Stamp) -> Result<(), ChangeError> {
    let account = vault.accounts.get(&id).ok_or(ChangeError::NoSuchAccount(id))?;
    // Nor may it stay: somebody else has given out the code before it.
    if counter <= account.counter() {
        return Err(ChangeError::CounterGoesBack(id));
    }
    alter(vault, id, stamp, |account| account.counter.advance(counter, stamp))
}

pub(super) fn check_texts(edit: &Edit) -> Result<(), ChangeError> {
    let texts = [
        ("issuer", &edit.issuer, LABEL_LIMIT),
        ("account name", &edit.account, LABEL_LIMIT),
        ("note", &edit.note, NOTE_LIMIT),
    ];
    for (field, text, limit) in texts {
        check_length(field, text.as_deref().unwrap_or_default(), limit)?;
    }
    edit.tags.as_ref().map_or(Ok(()), check_tags)
}

fn check_length(field: &'static str, text: &str, limit: usize) -> Result<(), ChangeError> {
    if text.len() > limit { Err(ChangeError::TooLong { field, limit }) } else { Ok(()) }
}

/// Checks tags as every change does, so that a form can tell before.
///
/// # Errors
/// What is wrong with them.
pub fn check_tags(tags: &BTreeSet<String>) -> Result<(), ChangeError> {
    if tags.len() > TAGS_LIMIT {
        return Err(ChangeError::TooManyTags);
    }
    for tag in tags {
        if tag.trim().is_empty() {
            return Err(ChangeError::EmptyTag);
        }
        check_length("tag", tag, TAG_LIMIT)?;
    }
    Ok(())
}
