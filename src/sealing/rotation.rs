//! A new key for a vault: the ways in are made anew for it, and the old key stays readable to whoever holds the new one.
//!
//! Who knew the old key, or a passphrase that opened an old copy, can open nothing that is written from then on.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::cost::{CostPolicy, WorkFactor};
use super::label::Label;
use super::slot::{Slot, SlotKind};
use super::slots::Slots;
use super::{SealError, Talk, VaultKey};
use crate::shown::shown;

/// A new key, and the ways in that could be made for it.
#[derive(Debug)]
pub struct Rotated {
    /// The new key.
    pub key: VaultKey,
    /// The ways in, and the former keys.
    pub slots: Slots,
    /// What is known of the slots, under their new ids.
    pub labels: BTreeMap<String, Label>,
    /// The id of the slot for a passphrase that joined.
    pub joined: Option<String>,
    /// The ids of the slots that were made anew, by the ids that they had.
    pub renamed: BTreeMap<String, String>,
    /// The slots that could not be made anew.
    pub left_behind: Vec<LeftBehind>,
}

/// A slot that a rotation could not make anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Its kind, as it stands in the file. It comes from outside: show it as such.
    pub kind: String,
    /// Its id in the old file.
    pub id: String,
    /// Why; none if nobody here knows to whom it was encrypted.
    pub reason: Option<SealError>,
}

impl Rotated {
    /// Returns the slots that could not be made anew, in words, given what was known of them.
    pub fn left_behind_words(&self, labels: &BTreeMap<String, Label>) -> Vec<String> {
        let words = |LeftBehind { kind, id, reason }: &LeftBehind| {
            let slot = match labels.get(id) {
                Some(label) if !label.name.is_empty() => format!("{} ({})", shown(&label.name), shown(kind)),
                Some(_) | None => shown(kind),
            };
            reason.map_or(slot.clone(), |reason| format!("{slot}: {reason}"))
        };
        self.left_behind.iter().map(words).collect()
    }
}

/// What shall become of the passphrase slots.
#[derive(Clone, Copy, Debug)]
pub enum Passphrases<'a> {
    /// They stay; each is opened by one of these.
    Stay(&'a [SecretString]),
    /// This one takes the place of them all.
    Become(&'a SecretString),
    /// This one is new, at this cost; those that are there stay, and each is opened by one of the rest.
    Join(&'a SecretString, WorkFactor, &'a [SecretString]),
}

/// Makes a new key and wraps it for every slot: passphrases need to be known, recipients to be labelled.
///
/// # Errors
/// If a passphrase slot that stays opens with none of the passphrases: whoever uses it would be locked out.
pub fn rotate(
    old: &VaultKey,
    slots: &Slots,
    labels: &BTreeMap<String, Label>,
    passphrases: Passphrases<'_>,
    policy: &CostPolicy,
    talk: &Talk,
) -> Result<Rotated, SealError> {
    let key = VaultKey::generate();
    let mut rotated = Rotated {
        key,
        slots: Slots::default(),
        labels: BTreeMap::new(),
        joined: None,
        renamed: BTreeMap::new(),
        left_behind: Vec::new(),
    };
    let staying = match passphrases {
        Passphrases::Stay(known) => known,
        Passphrases::Become(new) => {
            let work = slots.iter().find_map(Slot::work_factor).map_or(WorkFactor::DEFAULT, WorkFactor::as_it_was);
            rotated.joined = Some(add_proved(&mut rotated, new, work, policy)?);
            &[]
        }
        Passphrases::Join(new, work, others) => {
            rotated.joined = Some(add_proved(&mut rotated, new, work, policy)?);
            others
        }
    };
    for slot in slots.stanzas().iter().filter(|slot| !slot.is_former()) {
        if !slot.is_listed() {
            rotated.slots.push(slot.clone())?;
            continue;
        }
        let label = labels.get(slot.id());
        let recipient = label.and_then(|label| label.recipient.as_deref());
        let made = match (slot.kind(), recipient) {
            (SlotKind::Passphrase, _) if matches!(passphrases, Passphrases::Become(_)) => {
                rotated.renamed.extend(rotated.joined.clone().map(|joined| (slot.id().to_owned(), joined)));
                continue;
            }
            (SlotKind::Passphrase, _) => Ok(rewrap(slot, old, &mut rotated, staying, policy)?),
            (SlotKind::Keyring | SlotKind::Identity | SlotKind::Plugin | SlotKind::Sheet, Some(recipient)) => {
                match rotated.slots.add_recipient(slot.kind(), &rotated.key, recipient, talk) {
                    Err(error) if error.is_about_the_recipient() => Err(Some(error)),
                    made => Ok(made?),
                }
            }
            (SlotKind::Keyring | SlotKind::Identity | SlotKind::Plugin | SlotKind::Sheet, None)
            | (SlotKind::Unknown, _) => Err(None),
        };
        match made {
            Ok(id) => {
                rotated.renamed.insert(slot.id().to_owned(), id.clone());
                rotated.labels.extend(label.map(|label| (id, label.clone())));
            }
            Err(reason) => {
                let (kind, id) = (slot.kind_name().to_owned(), slot.id().to_owned());
                rotated.left_behind.push(LeftBehind { kind, id, reason });
            }
        }
    }
    rotated.slots.add_former(&rotated.key, old)?;
    for former in slots.former_keys(old) {
        rotated.slots.add_former(&rotated.key, &former)?;
    }
    Ok(rotated)
}

/// Makes a passphrase slot anew, as costly as it was.
fn rewrap(
    slot: &Slot,
    old: &VaultKey,
    rotated: &mut Rotated,
    passphrases: &[SecretString],
    policy: &CostPolicy,
) -> Result<String, SealError> {
    let work = slot.work_factor().map_or(WorkFactor::DEFAULT, WorkFactor::as_it_was);
    let mut failure = SealError::WrongPassphrase;
    for passphrase in passphrases {
        match slot.open_with_passphrase(passphrase, policy) {
            Ok(opened) if opened.fingerprint() == old.fingerprint() => {
                return add_proved(rotated, passphrase, work, policy);
            }
            Ok(_) => failure = SealError::SlotDamaged,
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Adds a passphrase slot and proves that the passphrase opens it: nobody notices later until it is too late.
fn add_proved(
    rotated: &mut Rotated,
    passphrase: &SecretString,
    work: WorkFactor,
    policy: &CostPolicy,
) -> Result<String, SealError> {
    let id = rotated.slots.add_passphrase(&rotated.key, passphrase, work)?;
    let made = rotated.slots.iter().find(|made| made.id() == id).ok_or(SealError::NoSuchSlot)?;
    let proved = made.open_with_passphrase(passphrase, policy)?;
    if proved.fingerprint() == rotated.key.fingerprint() { Ok(id) } else { Err(SealError::SlotDamaged) }
}
