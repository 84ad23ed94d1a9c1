//! Which device this is: an id for the vault's generations, a name for people, and an age identity of its own.

use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::ports::{FileError, Machine, NoEntropy, StateSlot};
use crate::sealing::{self, CostPolicy, OwnIdentity, SealError, WorkFactor};

/// This device, as the vaults it saves know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Device {
    /// Sixteen random hexadecimal digits.
    pub id: String,
    /// The computer's name when the id was made, until somebody gives it another.
    pub name: String,
    /// To whom a slot for this device has to be encrypted, once it has an identity of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
}

impl Device {
    /// Returns this device, making its id on first use.
    ///
    /// A state folder that cannot be read or written costs only that: the id is then new in every run.
    pub fn here(machine: &mut Machine) -> Result<Self, NoEntropy> {
        if let Some(device) = Self::known(machine) {
            return Ok(device);
        }
        let mut id = [0; 8];
        machine.entropy.fill(&mut id)?;
        let device = Self { id: HEXLOWER.encode(&id), name: machine.host.name(), recipient: None };
        let _kept_if_possible = device.store(machine);
        Ok(device)
    }

    /// Returns this device if it was used before.
    pub fn known(machine: &Machine) -> Option<Self> {
        let stored = machine.state.load(StateSlot::Device).ok().flatten()?;
        serde_json::from_slice(&stored).ok()
    }

    /// Keeps what was changed.
    pub fn store(&self, machine: &mut Machine) -> Result<(), FileError> {
        let bytes = serde_json::to_vec(self).expect("strings, into memory");
        machine.state.store(StateSlot::Device, &bytes)
    }

    /// Makes this device's own identity behind a passphrase, and keeps it; returns its recipient.
    pub fn make_identity(
        &mut self,
        machine: &mut Machine,
        passphrase: &SecretString,
        work: WorkFactor,
    ) -> Result<String, IdentityError> {
        let own = OwnIdentity::generate(passphrase, work)?;
        machine.state.store(StateSlot::Identity, &own.file)?;
        self.recipient = Some(own.recipient.clone());
        self.store(machine)?;
        Ok(own.recipient)
    }
}

/// Why this device has no identity of its own.
#[derive(Debug, thiserror::Error)]
pub(super) enum IdentityError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    File(#[from] FileError),
}

/// Opens this device's own identity; `None` if it has none, or the passphrase is not the one of this device.
pub(super) fn own_identity(machine: &Machine, passphrase: &SecretString, policy: &CostPolicy) -> Option<SecretString> {
    let file = machine.state.load(StateSlot::Identity).ok().flatten()?;
    let opened = sealing::open_age_file_with_passphrase(&file, passphrase, policy).ok()?;
    let text = std::str::from_utf8(opened.expose_secret()).ok()?;
    Some(SecretString::from(text))
}
