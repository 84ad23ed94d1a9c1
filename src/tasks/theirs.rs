//! Opens a vault or a backup that is to be merged.

use super::merge::MergeError;
use super::session::Session;
use super::unlock::{Trust, Way};
use crate::ports::Machine;
use crate::sealing::{self, BackupKey, Manifest, SealError, Slots, VaultKey};
use crate::vault::{self, Vault};

/// Somebody's state of a vault.
pub(super) struct Theirs {
    pub manifest: Manifest,
    pub vault: Vault,
    /// Its ways to unlock; those of another key, or of a backup, are of no use here.
    pub slots: Option<Slots>,
    /// Whether it was written with a key that the vault has no more, perhaps by somebody who was removed.
    pub is_former: bool,
}

/// Opens a file with this vault's key, or else in the way that was given for it.
pub(super) fn open_ours(
    machine: &Machine,
    session: &Session,
    file: &[u8],
    way: Option<&Way>,
    trust: &Trust,
) -> Result<Theirs, MergeError> {
    let known = session.known_keys();
    let with = |key: &VaultKey| sealing::open_backup(file, BackupKey::Vault(key), &known);
    let is_of = |key: &&&VaultKey| !matches!(with(key), Err(SealError::WrongIdentity));
    let former = known.iter().skip(1).find(is_of).filter(|_| !is_of(&&&session.key));
    let mut opens_here = true;
    let opened = match (with(former.unwrap_or(&&session.key)), way) {
        (Err(SealError::WrongIdentity | SealError::NeedsPassphrase), None) => return Err(MergeError::NeedsItsOwnKey),
        (Err(SealError::WrongIdentity | SealError::NeedsPassphrase), Some(way)) => {
            opens_here = false;
            sealing::open_backup(file, way.as_key(&trust.policy(machine), &machine.key_talk), &known)?.opened
        }
        (opened, _) => opened?.opened,
    };
    if opened.is_read_only() {
        let Manifest { format, minimum, .. } = opened.manifest;
        return Err(SealError::NewerFormat { format, minimum }.into());
    }
    let vault = vault::read(opened.expose_secret())?;
    let is_state = opens_here && former.is_none() && opened.manifest.backup.is_none();
    let slots = is_state.then_some(opened.slots);
    Ok(Theirs { manifest: opened.manifest, vault, slots, is_former: former.is_some() })
}
