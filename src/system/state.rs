//! What this device remembers beside the vault: small files that are never synchronised.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::create_folder;
use super::fresh_file::{FreshFile, sync_folder};
use super::paths::canonical;
use crate::ports::{FileError, FileStep, StateSlot, StateStore, Version};

/// None of these files is larger.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The state of this device, for one vault.
pub struct StateOnDisk {
    device: PathBuf,
    of_this_vault: PathBuf,
}

impl StateOnDisk {
    /// Returns the state under `folder` that belongs to the vault at this path, however that path is written.
    pub fn new(folder: &Path, vault: &Path) -> Self {
        let digest = Version::of(canonical(vault).as_os_str().as_encoded_bytes()).hex();
        Self { device: folder.to_owned(), of_this_vault: folder.join("vaults").join(&digest[..32]) }
    }

    fn path(&self, slot: StateSlot) -> PathBuf {
        match slot {
            StateSlot::Device => self.device.join("device.json"),
            StateSlot::Pin => self.of_this_vault.join("pin.json"),
            StateSlot::Private => self.of_this_vault.join("private.age"),
            StateSlot::Seen => self.of_this_vault.join("seen.age"),
            StateSlot::Backups => self.of_this_vault.join("backups.json"),
            StateSlot::Ways => self.of_this_vault.join("ways.json"),
            StateSlot::Clock => self.device.join("clock.json"),
            StateSlot::Identity => self.device.join("identity.age"),
        }
    }
}

impl StateStore for StateOnDisk {
    fn load(&self, slot: StateSlot) -> Result<Option<Vec<u8>>, FileError> {
        let path = self.path(slot);
        let read = || match fs::metadata(&path) {
            Ok(found) if found.len() > LARGEST => Err(io::ErrorKind::FileTooLarge.into()),
            Ok(_) => fs::read(&path).map(Some),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(other) => Err(other),
        };
        read().map_err(|source| FileError::System { step: FileStep::Read, path: path.clone(), source })
    }

    fn store(&mut self, slot: StateSlot, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.path(slot);
        let failed = |step| {
            let path = path.clone();
            move |source| FileError::System { step, path, source }
        };
        let folder = path.parent().unwrap_or(&self.device);
        create_folder(folder).map_err(failed(FileStep::MakeFolder))?;
        let mut fresh = FreshFile::beside(&path).map_err(failed(FileStep::Write))?;
        fresh.write(bytes).map_err(failed(FileStep::Write))?;
        if must_survive_a_power_cut(slot) {
            fresh.sync().map_err(failed(FileStep::Sync))?;
        }
        fresh.replace(&path).map_err(failed(FileStep::Replace))?;
        if must_survive_a_power_cut(slot) {
            sync_folder(folder).map_err(failed(FileStep::Sync))?;
        }
        Ok(())
    }
}

/// Tells whether a loss would weaken a promise. Which codes were used is written with every copied code, and
/// a device that forgets the last one of them only fails to say "used".
fn must_survive_a_power_cut(slot: StateSlot) -> bool {
    match slot {
        StateSlot::Device
        | StateSlot::Pin
        | StateSlot::Seen
        | StateSlot::Backups
        | StateSlot::Clock
        | StateSlot::Ways
        | StateSlot::Identity => true,
        StateSlot::Private => false,
    }
}
