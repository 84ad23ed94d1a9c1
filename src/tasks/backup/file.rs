//! A backup from its file to what it holds, as on the day it is needed.

use std::path::{Path, PathBuf};

use super::records::{How, Record, records};
use super::{BackupError, content_words, name};
use crate::otp::Timestamp;
use crate::ports::{Machine, Version};
use crate::sealing::{self, BackupKey, Manifest, OpenedBackup, OpensWith, SealError, VaultKey};
use crate::tasks::session::Session;
use crate::tasks::unlock::{Trust, Way};
use crate::vault::{self, Vault};

/// A file that may be a backup, or another vault.
pub struct BackupFile {
    /// Where it is; `-` if it came through standard input.
    pub path: PathBuf,
    /// What opens it, by its header.
    pub opens_with: OpensWith,
    /// What its name says, if it has one of ours.
    pub named: Option<super::Named>,
    /// What this device remembers of it.
    pub record: Option<Record>,
    pub(super) bytes: Vec<u8>,
}

/// A backup, or another vault, that was opened.
pub struct Backup {
    /// When it was made.
    pub made: Timestamp,
    /// The name of the computer that made it; empty for a vault. Text from outside: show it through [`crate::shown`].
    pub host: String,
    /// What it holds.
    pub vault: Vault,
    /// Whether the vault's key wrote it; without that key nobody can tell.
    pub is_proved: bool,
    pub(super) manifest: Manifest,
}

impl Backup {
    /// Returns the words for its contents.
    pub fn words(&self) -> String {
        content_words(&self.vault)
    }
}

/// Reads a file, and looks at its header.
///
/// # Errors
/// It cannot be read, or is no backup.
pub fn read(machine: &mut Machine, path: &Path) -> Result<BackupFile, BackupError> {
    let bytes = machine.documents.read(path, sealing::MAX_FILE_BYTES)?;
    let record = records(machine).of(path, &Version::of(&bytes).hex()).cloned();
    let named = path.file_name().and_then(|name| name::read(&name.to_string_lossy()));
    let known =
        |error: SealError| BackupError::Closed { error, hint: error.next_step().unwrap_or_default().to_owned() };
    let opens_with = sealing::look_at_backup(&bytes).map_err(known)?;
    Ok(BackupFile { path: path.to_owned(), opens_with, named, record, bytes })
}

impl BackupFile {
    /// Opens it with what somebody brings. `known` are the keys that may have written it.
    ///
    /// # Errors
    /// It cannot be opened, or is of a newer format.
    pub(super) fn open_knowing(
        &self,
        machine: &Machine,
        way: &Way,
        trust: &Trust,
        known: &[&VaultKey],
    ) -> Result<Backup, BackupError> {
        let policy = trust.policy(machine);
        let closed = |error| BackupError::Closed { error, hint: self.hint(error) };
        let opened =
            sealing::open_backup(&self.bytes, way.as_key(&policy, &machine.key_talk), known).map_err(closed)?;
        contents(opened).map_err(|error| match error {
            BackupError::Closed { error, .. } => closed(error),
            other => other,
        })
    }

    /// Opens it on a device that has no vault.
    ///
    /// # Errors
    /// It cannot be opened, or is of a newer format.
    pub fn open(&self, machine: &Machine, way: &Way, trust: &Trust) -> Result<Backup, BackupError> {
        self.open_knowing(machine, way, trust, &[])
    }

    /// Opens it with what opens the vault, if that does.
    pub fn open_with_the_vaults_key(&self, session: &Session) -> Option<Backup> {
        let known = session.known_keys();
        let mut opened =
            known.iter().filter_map(|key| sealing::open_backup(&self.bytes, BackupKey::Vault(key), &[]).ok());
        contents(opened.next()?).ok()
    }

    /// Returns a sentence on where and when the file was made, and which passphrase it has, as far as that is known.
    pub fn about(&self) -> String {
        let made = self.record.as_ref().map(|record| record.made).or(self.named.as_ref().map(|named| named.made));
        let made = made.map(|moment| format!(" was made on {}", name::day(moment)));
        let host = self.named.as_ref().map(|named| format!(" on {}", named.host));
        let passphrase = match self.record.as_ref().map(|record| record.how) {
            Some(How::SamePassphrase | How::Vault) => "opens with the passphrase that the vault had then",
            Some(How::Passphrase) => "has a passphrase of its own, not the vault's",
            Some(How::Either) => "has a passphrase of its own, not the vault's, and opens with age identities too",
            Some(How::Recipients) => "opens with age identities only",
            None if !self.opens_with.passphrase => "opens with age identities only",
            None => {
                "may have a passphrase of its own, other than the vault's: the one that was chosen when it was made"
            }
        };
        match made {
            Some(made) => format!("this file{made}{} and {passphrase}", host.unwrap_or_default()),
            None => format!("this file {passphrase}"),
        }
    }

    /// Returns what may help somebody who cannot open it.
    fn hint(&self, error: SealError) -> String {
        let is_as_written = self.record.as_ref().map(|record| record.file == Version::of(&self.bytes).hex());
        match error {
            _ if is_as_written == Some(false) => {
                "its bytes are not those that were written when it was made: take another copy, or another backup"
                    .to_owned()
            }
            SealError::WrongPassphrase | SealError::NeedsPassphrase | SealError::NeedsIdentity => {
                format!("{}; mind caps lock and the keyboard layout", self.about())
            }
            SealError::NewerFormat { .. } => "install a newer countersign; nothing was written".to_owned(),
            error => error.next_step().unwrap_or("try again; nothing was written").to_owned(),
        }
    }
}

/// Reads what an opened file holds.
fn contents(backup: OpenedBackup) -> Result<Backup, BackupError> {
    let OpenedBackup { opened, is_proved } = backup;
    if opened.is_read_only() {
        let Manifest { format, minimum, .. } = opened.manifest;
        return Err(BackupError::Closed { error: SealError::NewerFormat { format, minimum }, hint: String::new() });
    }
    let vault = vault::read(opened.expose_secret())?;
    let saved = Timestamp::from_millis(opened.manifest.saved_at_ms);
    let note = opened.manifest.backup.as_ref();
    Ok(Backup {
        made: note.map_or(saved, |note| Timestamp::from_millis(note.made_ms)),
        host: note.map(|note| note.host.clone()).unwrap_or_default(),
        vault,
        is_proved,
        manifest: opened.manifest,
    })
}
