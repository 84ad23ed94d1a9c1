//! The first vault.

use data_encoding::HEXLOWER;
use secrecy::SecretString;
use thiserror::Error;

use super::commit::{self, CommitError};
use super::device::Device;
use super::session::Session;
use crate::ports::{FileError, Machine, NoEntropy};
use crate::sealing::{Manifest, SealError, Slots, VaultKey, WorkFactor};
use crate::vault::Vault;

/// Why no vault could be made.
#[derive(Debug, Error)]
pub enum CreateError {
    /// There is something in its place already.
    #[error("there is a file at {0} already")]
    Exists(String),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The first save failed.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl CreateError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Exists(_) => "open it, or choose another place with --vault; nothing is ever overwritten",
            Self::File(error) => error.next_step(),
            Self::Seal(error) => error.next_step().unwrap_or("try again"),
            Self::NoEntropy(_) => "try again",
            Self::Commit(error) => error.next_step(),
        }
    }
}

/// Makes a vault with one passphrase slot where there is none, and leaves it unlocked.
///
/// # Errors
/// There is something in its place, or it cannot be written; then there is nothing new on disk.
pub fn create(machine: &mut Machine, passphrase: &SecretString, work: WorkFactor) -> Result<Session, CreateError> {
    if machine.vault_file.read()?.is_some() {
        return Err(CreateError::Exists(crate::shown::shown(&machine.vault_file.path().to_string_lossy())));
    }
    let mut id = [0; 16];
    machine.entropy.fill(&mut id)?;
    let key = VaultKey::generate();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, passphrase, work)?;
    let manifest = Manifest::new(HEXLOWER.encode(&id));
    let device = Device::here(machine)?;
    let mut session = Session::unsaved(key, slots, manifest, Vault::default(), device, 0);
    commit::save_new(machine, &mut session)?;
    Ok(session)
}
