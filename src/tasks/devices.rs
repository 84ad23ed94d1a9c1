//! The devices of a vault: who they are, and how one gets a slot of its own.

use std::collections::BTreeMap;

use secrecy::SecretString;
use thiserror::Error;

use super::commit::{CommitError, Saved, Ways, save_ways};
use super::device::{Device, IdentityError};
use super::policy;
use super::session::Session;
use crate::otp::Timestamp;
use crate::ports::{FileError, Machine, NoEntropy};
use crate::sealing::{self, Label, SealError, SlotKind, WorkFactor};
use crate::vault::{Deed, Forbidden};

/// The longest name of a device, in bytes.
const LONGEST_NAME: usize = 128;

/// A device that has saved the vault, or has a slot of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Its id; the slot's if it has not saved the vault yet.
    pub id: String,
    /// Its name. It comes from outside: show it as such.
    pub name: String,
    /// How often it has saved the vault.
    pub saves: u64,
    /// When it did last, if that is known.
    pub last_saved: Option<Timestamp>,
    /// The id of its own slot; without one it opens the vault with the vault's passphrase.
    pub slot: Option<String>,
    /// When it got that slot.
    pub added: Option<Timestamp>,
    /// Whether it is the one in use.
    pub is_this: bool,
}

/// Why nothing was done with a device.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// No device or slot is called that.
    #[error("no device or slot of this vault is called that")]
    NoSuch,
    /// More than one is.
    #[error("more than one device is called that")]
    Several,
    /// It is the device in use.
    #[error("this is the device that you are using")]
    ThisDevice,
    /// A name of no characters, or a very long one.
    #[error("a device needs a name of 1 to {LONGEST_NAME} bytes")]
    BadName,
    /// Another device is called that.
    #[error("another device has that name")]
    NameTaken,
    /// The recipient has a slot already.
    #[error("the vault opens for that device already")]
    AlreadyAdded,
    /// The text is this vault's own recipient, or none at all.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Nothing but that slot could be opened from memory or paper.
    #[error("that is the last passphrase or recovery sheet of the vault")]
    LastForPeople,
    /// The device has no slot of its own, so it knows the vault's passphrase.
    #[error("that device opens the vault with the vault's passphrase, and would go on to")]
    NeedsNewPassphrase,
    /// A passphrase slot can be made anew for the new key only with its passphrase.
    #[error("the vault's passphrase is needed, so that it opens the vault under its new key as well")]
    NeedsPassphrase,
    /// The vault's policy forbids it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// What this device remembers could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl DeviceError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoSuch => "`countersign devices list` shows their names and ids",
            Self::Several => "give the beginning of its id, as `countersign devices list` shows it",
            Self::ThisDevice => "remove it from another device",
            Self::BadName | Self::NameTaken => "choose another name",
            Self::AlreadyAdded => "nothing is left to do; unlock it there with the passphrase of that device",
            Self::Seal(error) => error.next_step().unwrap_or("try again; the vault is as it was"),
            Self::LastForPeople => "choose a new one first: without any, a lost device would be a lost vault",
            Self::NeedsNewPassphrase => "give the vault a new passphrase in the same step",
            Self::NeedsPassphrase => "give the passphrase of the vault itself, or a new one in its place",
            Self::Forbidden(forbidden) => forbidden.next_step(),
            Self::Commit(error) => error.next_step(),
            Self::File(error) => error.next_step(),
            Self::NoEntropy(_) => "try again",
        }
    }
}

impl From<IdentityError> for DeviceError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Seal(error) => error.into(),
            IdentityError::File(error) => error.into(),
        }
    }
}

/// Returns the devices of a vault: this one first, then by name.
pub fn devices(session: &Session) -> Vec<KnownDevice> {
    let manifest = &session.manifest;
    let moment = |millis: &i64| Timestamp::from_millis(*millis);
    let labels: Vec<(&String, &Label)> = session.device_labels().collect();
    let slot_of = |id: &String| labels.iter().copied().find(|(_, label)| label.device.as_ref() == Some(id));
    let own_slot = session.own_slot();
    let savers = manifest.generations.iter().filter_map(|(id, saves)| {
        let is_this = *id == session.device.id;
        let label = slot_of(id).or_else(|| manifest.labels.get_key_value(own_slot.filter(|_| is_this)?));
        let is_gone = label.is_none() && !is_this && manifest.removed.contains_key(id);
        (!is_gone).then(|| KnownDevice {
            id: id.clone(),
            name: manifest.devices.get(id).unwrap_or(id).clone(),
            saves: *saves,
            last_saved: manifest.saved.get(id).map(moment),
            slot: label.map(|(slot, _)| slot.clone()),
            added: label.map(|(_, label)| moment(&label.added_ms)),
            is_this,
        })
    });
    let mut known: Vec<KnownDevice> = savers.collect();
    for (slot, label) in labels {
        if known.iter().all(|device| device.slot.as_ref() != Some(slot)) {
            known.push(KnownDevice {
                id: slot.clone(),
                name: label.name.clone(),
                saves: 0,
                last_saved: None,
                slot: Some(slot.clone()),
                added: Some(moment(&label.added_ms)),
                is_this: own_slot == Some(slot.as_str()),
            });
        }
    }
    known.sort_by_cached_key(|device| (!device.is_this, device.name.to_lowercase(), device.id.clone()));
    known
}

/// Returns this device's recipient, if it has an identity of its own.
pub fn own_recipient(machine: &Machine) -> Option<String> {
    Device::known(machine)?.recipient
}

/// Makes an identity for this device, behind a passphrase of its own, and returns its recipient: what another device
/// needs to let this one in. If there is one already, that stays.
///
/// # Errors
/// The passphrase is empty, the name is none, or it cannot be kept.
pub fn make_recipient(
    machine: &mut Machine,
    name: Option<&str>,
    passphrase: &SecretString,
    work: WorkFactor,
) -> Result<String, DeviceError> {
    let mut device = Device::here(machine)?;
    if let Some(name) = name {
        device.name = usable(name)?;
    }
    match device.recipient.clone() {
        Some(recipient) => {
            device.store(machine)?;
            Ok(recipient)
        }
        None => Ok(device.make_identity(machine, passphrase, work)?),
    }
}

/// Lets another device in, which then needs no passphrase but its own.
///
/// That the recipient is the right one cannot be proved here: only that device can open what is encrypted to it.
///
/// # Errors
/// It is no recipient, it or the name is there already, or the vault cannot be saved.
pub fn add_device(
    machine: &mut Machine,
    session: &mut Session,
    recipient: &str,
    name: &str,
) -> Result<Saved, DeviceError> {
    policy::allow(session, Deed::AddDevice)?;
    let name = usable(name)?;
    let recipient = recipient.trim();
    if !sealing::is_recipient(recipient) {
        return Err(SealError::NotARecipient.into());
    }
    save_ways(machine, session, |machine, session| {
        let labels = &session.manifest.labels;
        if labels.values().any(|label| label.recipient.as_deref() == Some(recipient)) {
            return Err(DeviceError::AlreadyAdded);
        }
        let own = session.device.recipient.as_deref() == Some(recipient);
        if !own && devices(session).iter().any(|device| is_called(device, &name)) {
            return Err(DeviceError::NameTaken);
        }
        let (mut slots, mut manifest) = (session.slots.clone(), session.manifest.clone());
        let slot = slots.add_recipient(SlotKind::Identity, &session.key, recipient, &machine.key_talk)?;
        manifest.labels.insert(slot, Label::new(&name, machine.clock.now().as_millis(), recipient));
        Ok(Ways { key: None, slots, manifest, renamed: BTreeMap::new() })
    })
}

/// Gives this device another name, here and in the vault.
///
/// # Errors
/// Another device has it, or it cannot be saved.
pub fn rename_device(machine: &mut Machine, session: &mut Session, name: &str) -> Result<Saved, DeviceError> {
    let name = usable(name)?;
    if devices(session).iter().any(|device| !device.is_this && is_called(device, &name)) {
        return Err(DeviceError::NameTaken);
    }
    let before = std::mem::replace(&mut session.device.name, name);
    let saved = save_ways(machine, session, |_, session| {
        let (slots, manifest) = (session.slots.clone(), session.manifest.clone());
        Ok::<_, DeviceError>(Ways { key: None, slots, manifest, renamed: BTreeMap::new() })
    });
    match saved {
        Ok(saved) => {
            session.device.store(machine)?;
            Ok(saved)
        }
        Err(error) => {
            session.device.name = before;
            Err(error)
        }
    }
}

pub(super) fn is_called(device: &KnownDevice, name: &str) -> bool {
    device.name.to_lowercase() == name.to_lowercase()
}

fn usable(name: &str) -> Result<String, DeviceError> {
    let name = name.trim();
    let is_usable = !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    is_usable.then(|| name.to_owned()).ok_or(DeviceError::BadName)
}
