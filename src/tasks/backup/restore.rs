//! Brings a backup back: as a new vault where there is none, by a merge where there is one.

use secrecy::SecretString;

use super::file::{Backup, BackupFile};
use super::{BackupError, content_words};
use crate::ports::Machine;
use crate::sealing::{Manifest, Slots, VaultKey, WorkFactor};
use crate::tasks::ancestor;
use crate::tasks::choices::Choice;
use crate::tasks::commit;
use crate::tasks::device::Device;
use crate::tasks::merge::{MergeError, MergeReport, merge_opened};
use crate::tasks::session::Session;
use crate::tasks::sources::Source;
use crate::tasks::theirs::Theirs;
use crate::tasks::unlock::take_in_whole;

/// What the vault holds after a restore, to be compared with the other side.
#[derive(Debug)]
pub struct Restored {
    /// How many accounts there are.
    pub accounts: usize,
    /// How many more are in the trash.
    pub trash: usize,
    /// How many sets of recovery codes have their texts in a file of their own, and not in it.
    pub sets_apart: usize,
    /// The words for the vault's contents.
    pub words: String,
    /// The words for the backup's.
    pub backup_words: String,
    /// Whether the backup was of another vault.
    pub is_other_vault: bool,
    /// What the merge decided; none for a new vault.
    pub merged: Option<MergeReport>,
}

/// Makes a vault of a backup where there is none, with a key of its own, and leaves it unlocked.
///
/// It is the same vault to those who merge it: it keeps its id, its accounts' ids, and the count of its saves.
///
/// # Errors
/// There is something in its place, or it cannot be written; then there is nothing new on disk.
pub fn restore(
    machine: &mut Machine,
    backup: &Backup,
    passphrase: &SecretString,
    work: WorkFactor,
) -> Result<(Session, Restored), BackupError> {
    if machine.vault_file.read()?.is_some() {
        return Err(BackupError::Exists(crate::shown::shown(&machine.vault_file.path().to_string_lossy())));
    }
    let key = VaultKey::generate();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, passphrase, work)?;
    let device = Device::here(machine)?;
    let mut manifest = Manifest::new(backup.manifest.vault.clone());
    manifest.generations = backup.manifest.generations.clone();
    manifest.devices = backup.manifest.devices.clone();
    let own_generation = manifest.generations.get(&device.id).copied().unwrap_or(0);
    let mut session = Session::unsaved(key, slots, manifest, backup.vault.clone(), device, own_generation);
    commit::save_new(machine, &mut session)?;
    let restored = after(&session, backup.words(), false, None);
    Ok((session, restored))
}

/// Merges a backup into the vault that is here, losing nothing of either.
///
/// # Errors
/// It could not be saved; then nothing was changed.
pub fn restore_into(
    machine: &mut Machine,
    session: &mut Session,
    file: &BackupFile,
    backup: Backup,
    choices: &[Choice],
    is_dry_run: bool,
) -> Result<Restored, MergeError> {
    take_in_whole(machine, session)?;
    let (backup_words, is_other_vault) = (backup.words(), backup.manifest.vault != session.manifest.vault);
    let theirs = Theirs { manifest: backup.manifest, vault: backup.vault, slots: None, is_former: false };
    let base = ancestor::of(machine, session, &file.bytes, &theirs);
    let source = Source { path: Some(file.path.clone()), copy: None, theirs, base };
    let merged = merge_opened(machine, session, vec![source], choices, is_dry_run)?;
    Ok(after(session, backup_words, is_other_vault, Some(merged)))
}

fn after(session: &Session, backup_words: String, is_other_vault: bool, merged: Option<MergeReport>) -> Restored {
    Restored {
        accounts: session.vault.len(),
        trash: session.vault.trash().count(),
        sets_apart: session.vault.sets_apart().len(),
        words: content_words(&session.vault),
        backup_words,
        is_other_vault,
        merged,
    }
}
