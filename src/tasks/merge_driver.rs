//! What git asks when two branches have changed the vault: three files in, one out.
//!
//! The files are git's own and temporary, so nothing is remembered of them and no earlier copies are kept: the history
//! has those.

use std::path::Path;

use super::device::Device;
use super::keys::{Ours, join_ways, key_here, open_with};
use super::merge::MergeError;
use super::unlock::{Trust, Way, join_generations};
use crate::ports::{FileError, Machine, Version};
use crate::sealing::{self, MAX_FILE_BYTES, Opened, SealError, VaultKey};
use crate::vault::{self, Decision, Stamp, Vault};

/// The three files, as git names them.
pub struct Branches<'a> {
    /// The last state that both had in common; empty if there is none.
    pub base: &'a Path,
    /// Ours, into which the result goes.
    pub ours: &'a Path,
    /// The other one.
    pub theirs: &'a Path,
}

/// Merges two branches of a vault into the file of ours.
///
/// # Errors
/// One of them cannot be opened, or the result cannot be written; the file of ours is then as it was.
pub fn merge_branches(
    machine: &mut Machine,
    way: &Way,
    trust: &Trust,
    branches: &Branches<'_>,
) -> Result<Vec<Decision>, MergeError> {
    let our_file = machine.documents.read(branches.ours, MAX_FILE_BYTES)?;
    let key = key_here(machine, &our_file, way, &trust.policy(machine))?.key;
    let ours = State::read(&our_file, &key, &[])?;
    let formers = ours.opened.slots.former_keys(&key);
    let theirs = State::read(&machine.documents.read(branches.theirs, MAX_FILE_BYTES)?, &key, &formers)?;
    let base_file = machine.documents.read(branches.base, MAX_FILE_BYTES)?;
    // An empty one only means that more is told as a conflict.
    let base = State::read(&base_file, &key, &formers).ok();

    let merged = vault::merge(base.as_ref().map(|base| &base.vault), &ours.vault, &theirs.vault);
    let (mut vault, now) = (merged.vault, machine.clock.now());
    if let Some(folding) = vault::folding(&vault, &merged.twins, now) {
        let mut salt = [0; 4];
        machine.entropy.fill(&mut salt).map_err(super::unlock::UnlockError::from)?;
        let stamp = Stamp::next(now, vault.newest_stamp(), u32::from_le_bytes(salt));
        vault::apply(&mut vault, &folding, stamp).map_err(super::commit::CommitError::from)?;
    }
    let device = Device::here(machine).map_err(super::unlock::UnlockError::from)?;
    let (mut manifest, mut slots) = (ours.opened.manifest, ours.opened.slots);
    join_generations(&mut manifest, &theirs.opened.manifest);
    if !theirs.is_former {
        join_ways((&mut manifest, &mut slots), (&theirs.opened.manifest, &theirs.opened.slots));
    }
    let own = manifest.generations.entry(device.id.clone()).or_default();
    *own = own.saturating_add(1);
    manifest.devices.insert(device.id.clone(), device.name);
    manifest.saved.insert(device.id, now.as_millis());
    manifest.parent = Some(Version::of(&our_file).hex());
    manifest.saved_at_ms = now.as_millis();
    let body = vault::write(&vault);
    let file = sealing::seal(&body, &manifest, &slots, &key)?;
    if State::read(&file, &key, &[])?.vault != vault {
        return Err(FileError::NotProved(branches.ours.to_owned()).into());
    }
    machine.documents.replace(branches.ours, &file)?;
    Ok(merged.decisions)
}

struct State {
    opened: Opened,
    vault: Vault,
    /// Whether it was written with a key that the vault had before.
    is_former: bool,
}

impl State {
    fn read(file: &[u8], key: &VaultKey, formers: &[VaultKey]) -> Result<Self, MergeError> {
        let Ours { opened, is_former } = match open_with(file, key, formers) {
            Err(SealError::WrongIdentity) => return Err(MergeError::NeedsItsOwnKey),
            opened => opened?,
        };
        let vault = vault::read(opened.expose_secret())?;
        Ok(Self { opened, vault, is_former })
    }
}
