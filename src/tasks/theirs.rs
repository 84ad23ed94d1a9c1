//! Opens a vault or a backup that is to be merged.

use super::merge::MergeError;
use super::session::Session;
use super::unlock::{Trust, Way};
use crate::ports::Machine;
use crate::sealing::{self, BackupKey, Manifest, SealError};
use crate::vault::{self, Vault};

/// Somebody's state of a vault.
pub(super) struct Theirs {
    pub manifest: Manifest,
    pub vault: Vault,
}

/// Opens a file with this vault's key, or else in the way that was given for it.
pub(super) fn open_ours(
    machine: &Machine,
    session: &Session,
    file: &[u8],
    way: Option<&Way>,
    trust: &Trust,
) -> Result<Theirs, MergeError> {
    let known = [&session.key];
    let opened = match (sealing::open_backup(file, BackupKey::Vault(&session.key), &known), way) {
        (Err(SealError::WrongIdentity | SealError::NeedsPassphrase), None) => return Err(MergeError::NeedsItsOwnKey),
        (Err(SealError::WrongIdentity | SealError::NeedsPassphrase), Some(way)) => {
            sealing::open_backup(file, way.as_key(&trust.policy(machine)), &known)?.opened
        }
        (opened, _) => opened?.opened,
    };
    if opened.is_read_only() {
        let Manifest { format, minimum, .. } = opened.manifest;
        return Err(SealError::NewerFormat { format, minimum }.into());
    }
    let vault = vault::read(opened.expose_secret())?;
    Ok(Theirs { manifest: opened.manifest, vault })
}
