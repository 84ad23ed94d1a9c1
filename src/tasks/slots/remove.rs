//! Taking a way to unlock away.

use std::collections::BTreeMap;

use super::super::commit::{Saved, Ways, save_ways};
use super::super::session::Session;
use super::super::ways::{self, EasyWay};
use super::{SlotError, is_last_for_people, is_opened_by, named};
use crate::ports::Machine;
use crate::sealing::SlotKind;

/// A slot that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRemoved {
    /// Its id.
    pub id: String,
    /// How it was opened.
    pub kind: SlotKind,
    /// What it was called. It comes from outside: show it as such.
    pub name: String,
    /// Whether its key is still in the keyring of this device, which did not let go of it. It opens earlier copies only.
    pub is_left_in_keyring: bool,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Removes the slot whose id begins so. Copies of the vault from before still open with it; only a new key for the vault
/// ([`super::change_passphrase`]) keeps what is saved from now on from whoever has taken the old key out of it.
///
/// # Errors
/// There is no such slot, it is the last passphrase or sheet, or the vault cannot be saved.
pub fn remove_slot(machine: &mut Machine, session: &mut Session, which: &str) -> Result<SlotRemoved, SlotError> {
    let mut removed = None;
    let saved = save_ways(machine, session, |machine, session| {
        let slot = named(session, which)?;
        if is_last_for_people(session, slot) {
            return Err(SlotError::LastForPeople);
        }
        let id = slot.id().to_owned();
        let easy: Vec<EasyWay> =
            ways::known(machine).into_iter().filter(|way| is_opened_by(session, way, slot)).collect();
        let (mut slots, mut manifest) = (session.slots.clone(), session.manifest.clone());
        slots.remove(&id)?;
        manifest.removed.insert(id.clone(), machine.clock.now().as_millis());
        let name = manifest.labels.remove(&id).map(|label| label.name).unwrap_or_default();
        removed = Some((id, slot.kind(), name, easy));
        Ok(Ways { key: None, slots, manifest, renamed: BTreeMap::new() })
    })?;
    let (id, kind, name, easy) = removed.ok_or(SlotError::NoSuch)?;
    let mut is_left_in_keyring = false;
    for way in easy {
        if let EasyWay::Keyring { name } = &way {
            is_left_in_keyring |= machine.keyring.forget(name, &ways::told(&machine.key_talk)).is_err();
        }
        // The slot is gone. A way that stays known is tried in vain, no more.
        ways::forget(machine, &way).ok();
    }
    Ok(SlotRemoved { id, kind, name, is_left_in_keyring, saved })
}
