//! Another passphrase, and with it, by default, another key for the vault: an old copy with the old passphrase then opens
//! nothing that is written from now on.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::super::commit::{Saved, Ways, save_ways};
use super::super::known_plugins::only_known_plugins;
use super::super::session::Session;
use super::SlotError;
use crate::ports::Machine;
use crate::sealing::{self, CostPolicy, Label, Passphrases, SealError, SlotKind, Slots, WorkFactor};

/// A passphrase in the place of another.
pub struct NewPassphrase<'a> {
    /// The one that is to be changed.
    pub old: &'a SecretString,
    /// The one in its place.
    pub new: &'a SecretString,
    /// What guessing the new one shall cost.
    pub work: WorkFactor,
    /// The passphrases of the vault's other slots, which a new key has to be made for as well.
    pub others: &'a [SecretString],
    /// Whether the vault keeps its key: then an old copy with the old passphrase opens what is written from now on.
    pub keep_key: bool,
}

/// How a passphrase was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseChanged {
    /// The id of the new slot.
    pub id: String,
    /// The vault's words from now on, if it got a new key.
    pub new_words: Option<String>,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Changes one passphrase of the vault.
///
/// # Errors
/// The old one opens no slot, others are missing, a slot would be left behind, or the vault cannot be saved. It is then
/// as it was.
pub fn change_passphrase(
    machine: &mut Machine,
    session: &mut Session,
    change: &NewPassphrase<'_>,
) -> Result<PassphraseChanged, SlotError> {
    let policy = session.policy(machine);
    policy.allows(change.work.log_n())?;
    let mut id = String::new();
    let saved = save_ways(machine, session, |machine, session| {
        let slots = &session.slots;
        let old = passphrase_slot(slots, change.old, &policy)?;
        let (ways, made) = match change.keep_key {
            true => replaced(machine, session, change, &old, &policy)?,
            false => rotated(machine, session, change, &old, &policy)?,
        };
        id = made;
        Ok::<_, SlotError>(ways)
    })?;
    // What is remembered here is sealed to the key; and there is no way back to the old one.
    session.remember(machine, |memory| {
        if !change.keep_key {
            memory.set_last_change(None);
        }
    });
    let new_words = (!change.keep_key).then(|| session.fingerprint().to_string());
    Ok(PassphraseChanged { id, new_words, saved })
}

/// Returns the id of the slot that a passphrase opens.
///
/// # Errors
/// It opens none, or trying it costs more than this machine has.
pub fn slot_of_passphrase(
    machine: &Machine,
    session: &Session,
    passphrase: &SecretString,
) -> Result<String, SlotError> {
    passphrase_slot(&session.slots, passphrase, &session.policy(machine))
}

fn passphrase_slot(slots: &Slots, passphrase: &SecretString, policy: &CostPolicy) -> Result<String, SlotError> {
    let opened = slots.only_kind(SlotKind::Passphrase).unlock_with_passphrase(passphrase, policy);
    opened.map(|opened| opened.id).map_err(|error| match error {
        SealError::WrongPassphrase | SealError::NoSuchSlot | SealError::EmptyPassphrase => SlotError::WrongPassphrase,
        other => other.into(),
    })
}

/// The same key behind the new passphrase.
fn replaced(
    machine: &Machine,
    session: &Session,
    change: &NewPassphrase<'_>,
    old: &str,
    policy: &CostPolicy,
) -> Result<(Ways, String), SlotError> {
    let (mut slots, mut manifest) = (session.slots.clone(), session.manifest.clone());
    let now = machine.clock.now().as_millis();
    slots.remove(old)?;
    manifest.removed.insert(old.to_owned(), now);
    let id = slots.add_passphrase(&session.key, change.new, change.work)?;
    slots.only(&id).unlock_with_passphrase(change.new, policy).map_err(SlotError::NotProved)?;
    let name = manifest.labels.remove(old).map(|label| label.name).unwrap_or_default();
    manifest.labels.insert(id.clone(), Label::named(&name, now));
    let renamed = BTreeMap::from([(old.to_owned(), id.clone())]);
    Ok((Ways { key: None, slots, manifest, renamed }, id))
}

/// A new key, and every way to unlock made anew for it.
fn rotated(
    machine: &Machine,
    session: &Session,
    change: &NewPassphrase<'_>,
    old: &str,
    policy: &CostPolicy,
) -> Result<(Ways, String), SlotError> {
    let (mut slots, mut manifest) = (session.slots.clone(), session.manifest.clone());
    let now = machine.clock.now().as_millis();
    slots.remove(old)?;
    manifest.removed.insert(old.to_owned(), now);
    let name = manifest.labels.remove(old).map(|label| label.name).unwrap_or_default();
    let staying = slots.iter().filter(|slot| slot.kind() == SlotKind::Passphrase).count();
    let passphrases = Passphrases::Join(change.new, change.work, change.others);
    let talk = only_known_plugins(machine);
    let rotated = sealing::rotate(&session.key, &slots, &manifest.labels, passphrases, policy, &talk);
    let mut rotated = rotated.map_err(|error| match error {
        SealError::WrongPassphrase => SlotError::NeedsOtherPassphrases { others: staying },
        other => other.into(),
    })?;
    if !rotated.left_behind.is_empty() {
        return Err(SlotError::WouldLeaveBehind(rotated.left_behind_words(&manifest.labels)));
    }
    let id = rotated.joined.take().ok_or(SealError::NoSuchSlot)?;
    manifest.labels = rotated.labels;
    manifest.labels.insert(id.clone(), Label::named(&name, now));
    manifest.rotated_ms = Some(now);
    rotated.renamed.insert(old.to_owned(), id.clone());
    Ok((Ways { key: Some(rotated.key), slots: rotated.slots, manifest, renamed: rotated.renamed }, id))
}
