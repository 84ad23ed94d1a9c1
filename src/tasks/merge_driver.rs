//! What git asks when two branches have changed the vault: three files in, one out.
//!
//! The files are git's own and temporary, so nothing is remembered of them and no earlier copies are kept: the history
//! has those.

use std::path::Path;

use super::device::Device;
use super::merge::MergeError;
use super::pin::contains;
use super::unlock::{Trust, Way, join_generations, key_of};
use crate::otp::Timestamp;
use crate::ports::{FileError, Machine, Version};
use crate::sealing::{self, CostPolicy, MAX_FILE_BYTES, Manifest, Opened, SealError, Slots, VaultKey};
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
    let policy = CostPolicy { cap: trust.work_factor_cap, available_bytes: machine.host.available_memory() };
    let key = key_of(&our_file, way, &policy)?;
    let ours = State::read(&our_file, &key)?;
    let theirs = State::read(&machine.documents.read(branches.theirs, MAX_FILE_BYTES)?, &key)?;
    let base_file = machine.documents.read(branches.base, MAX_FILE_BYTES)?;
    // An empty one, or one from before the key was changed, only means that more is told as a conflict.
    let base = State::read(&base_file, &key).ok();

    let merged = vault::merge(base.as_ref().map(|base| &base.vault), &ours.vault, &theirs.vault);
    let (mut vault, now) = (merged.vault, machine.clock.now());
    if let Some(folding) = vault::folding(&vault, &merged.twins, now) {
        let mut salt = [0; 4];
        machine.entropy.fill(&mut salt).map_err(super::unlock::UnlockError::from)?;
        let stamp = Stamp::next(now, vault.newest_stamp(), u32::from_le_bytes(salt));
        vault::apply(&mut vault, &folding, stamp).map_err(super::commit::CommitError::from)?;
    }
    let slots = slots(base.as_ref(), &ours, &theirs);
    let device = Device::here(machine).map_err(super::unlock::UnlockError::from)?;
    let manifest = next_manifest(ours.opened.manifest.clone(), &theirs.opened.manifest, &device, &our_file, now);
    let body = vault::write(&vault);
    let file = sealing::seal(&body, &manifest, slots, &key)?;
    if State::read(&file, &key)?.vault != vault {
        return Err(FileError::NotProved(branches.ours.to_owned()).into());
    }
    machine.documents.replace(branches.ours, &file)?;
    Ok(merged.decisions)
}

struct State {
    opened: Opened,
    vault: Vault,
}

impl State {
    fn read(file: &[u8], key: &VaultKey) -> Result<Self, MergeError> {
        let opened = match sealing::open(file, key) {
            Err(SealError::WrongIdentity) => return Err(MergeError::NeedsItsOwnKey),
            opened => opened?,
        };
        let vault = vault::read(opened.expose_secret())?;
        Ok(Self { opened, vault })
    }
}

/// Returns the ways to unlock: those of the side that changed them, of ours if both did.
fn slots<'a>(base: Option<&State>, ours: &'a State, theirs: &'a State) -> &'a Slots {
    let is_unchanged = base.is_some_and(|base| base.opened.slots == ours.opened.slots);
    let is_older = contains(&theirs.opened.manifest.generations, &ours.opened.manifest.generations);
    if is_unchanged || is_older { &theirs.opened.slots } else { &ours.opened.slots }
}

fn next_manifest(mut manifest: Manifest, theirs: &Manifest, device: &Device, file: &[u8], now: Timestamp) -> Manifest {
    join_generations(&mut manifest, theirs);
    *manifest.generations.entry(device.id.clone()).or_default() += 1;
    manifest.devices.insert(device.id.clone(), device.name.clone());
    manifest.parent = Some(Version::of(file).hex());
    manifest.saved_at_ms = now.as_millis();
    manifest
}
