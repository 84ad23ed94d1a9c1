//! Which device this is: an id for the vault's generations, and a name for people.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::ports::{Machine, NoEntropy, StateSlot};

/// This device, as the vaults it saves know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Device {
    /// Sixteen random hexadecimal digits.
    pub id: String,
    /// The computer's name when the id was made.
    pub name: String,
}

impl Device {
    /// Returns this device, making its id on first use.
    ///
    /// A state folder that cannot be read or written costs only that: the id is then new in every run.
    pub fn here(machine: &mut Machine) -> Result<Self, NoEntropy> {
        let stored = machine.state.load(StateSlot::Device).ok().flatten();
        if let Some(device) = stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(device);
        }
        let mut id = [0; 8];
        machine.entropy.fill(&mut id)?;
        let device = Self { id: HEXLOWER.encode(&id), name: machine.host.name() };
        let bytes = serde_json::to_vec(&device).expect("two strings, into memory");
        let _kept_if_possible = machine.state.store(StateSlot::Device, &bytes);
        Ok(device)
    }
}
