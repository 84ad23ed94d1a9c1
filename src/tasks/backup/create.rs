//! Makes a backup, reads it back from the disk, and keeps it only if it opens as the vault.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::records::{How, Record, records};
use super::{BackupError, content_words, name};
use crate::otp::Timestamp;
use crate::ports::{FileError, FoundKind, Machine, Version};
use crate::sealing::{self, BackupKey, BackupLock, BackupNote, BackupRecipient, CostPolicy, Manifest, SealError};
use crate::sealing::{SlotKind, Slots, WorkFactor};
use crate::tasks::basket::basket_place;
use crate::tasks::session::Session;
use crate::tasks::{own_recipient, policy};
use crate::vault::{self, Deed};

/// How many names are tried where one after the other is taken.
const NAMES: usize = 1000;

/// What a backup shall be like.
pub struct NewBackup {
    /// A folder, or a new file; `None`: where the last one went.
    pub to: Option<PathBuf>,
    /// What to open it with; without passphrase and recipients, what opens the vault.
    pub passphrase: Option<BackupPassphrase>,
    /// Who can open it with an identity of their own.
    pub recipients: Vec<BackupRecipient>,
    /// What guessing the passphrase shall cost.
    pub work_factor: WorkFactor,
}

/// A passphrase for a backup.
pub struct BackupPassphrase {
    /// It.
    pub passphrase: SecretString,
    /// Whether it is the vault's as well; it is remembered, for people forget which it was.
    pub is_the_vaults: bool,
}

/// A backup that was made, and opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made.
    pub made: Timestamp,
    /// How many accounts are in it.
    pub accounts: usize,
    /// How many more are in its trash.
    pub trash: usize,
    /// What opens it.
    pub how: How,
    /// The words for its contents.
    pub words: String,
    /// The kinds of the vault's unlock slots that are not in it. From outside: show them as such.
    pub left_out: Vec<String>,
    /// Whether this device will remember it.
    pub is_recorded: bool,
    /// What became of the recovery codes that are kept apart; `None` if none are.
    pub apart: Option<ApartCopy>,
}

/// What became of the file of recovery codes that are kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApartCopy {
    /// A copy, as it is, stands there; it opens with what it opened with before.
    At(PathBuf),
    /// There is none, in words why.
    Failed(String),
}

/// Tells whether this is a passphrase of the vault. The words of a recovery sheet are none: age wants a passphrase letter
/// by letter, and they may be typed in many ways.
///
/// # Errors
/// It cannot be tried here.
pub fn is_passphrase_of(machine: &Machine, session: &Session, passphrase: &SecretString) -> Result<bool, SealError> {
    opens(machine, session, &session.slots.only_kind(SlotKind::Passphrase), passphrase)
}

/// Tells whether typing this opens the vault: a passphrase, or the words of a recovery sheet.
///
/// # Errors
/// It cannot be tried here.
pub(in crate::tasks) fn opens_by_typing(
    machine: &Machine,
    session: &Session,
    typed: &SecretString,
) -> Result<bool, SealError> {
    opens(machine, session, &session.slots, typed)
}

fn opens(machine: &Machine, session: &Session, slots: &Slots, typed: &SecretString) -> Result<bool, SealError> {
    match slots.unlock_with_passphrase(typed, &session.policy(machine)) {
        Ok(opened) => Ok(opened.key.fingerprint() == session.key.fingerprint()),
        Err(SealError::NoSuchSlot) => Ok(false),
        Err(error) if error.is_wrong_passphrase() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a backup of what the vault holds now.
///
/// # Errors
/// It was not made; nothing is left of it, the vault is as it was.
pub fn create(machine: &mut Machine, session: &Session, new: &NewBackup) -> Result<Created, BackupError> {
    allow(machine, session, &new.recipients)?;
    let mut known = records(machine);
    let planned = session.plan.as_ref().map(|plan| plan.folder.as_path());
    let folder_of_the_last = known.destination.as_deref().or(planned);
    let place = match (&new.to, folder_of_the_last) {
        (Some(path), _) => Place::named(machine, path)?,
        (None, Some(folder)) => Place::Folder(there_is(machine, folder)?.to_owned()),
        (None, None) => return Err(BackupError::NoDestination),
    };
    let passphrase = new.passphrase.as_ref();
    let (lock, how) = match (passphrase.map(|given| &given.passphrase), &new.recipients[..]) {
        (None, []) => (BackupLock::AsTheVault(&session.slots), How::Vault),
        (None, recipients) => (BackupLock::Recipients(recipients), How::Recipients),
        (Some(own), []) => {
            let is_the_vaults = passphrase.is_some_and(|given| given.is_the_vaults);
            let how = if is_the_vaults { How::SamePassphrase } else { How::Passphrase };
            (BackupLock::Passphrase(own, new.work_factor), how)
        }
        (Some(own), recipients) => (BackupLock::Either(own, new.work_factor, recipients), How::Either),
    };
    let (path, record) = write(machine, session, &place, lock, how, false)?;
    known.destination = path.parent().map(Path::to_owned);
    let created = Created {
        made: record.made,
        accounts: record.accounts,
        trash: session.vault.trash().count(),
        how,
        words: content_words(&session.vault),
        left_out: left_out(session, how),
        apart: apart_copy(machine, session, &path),
        is_recorded: {
            known.add(record);
            known.store(machine)
        },
        path,
    };
    Ok(created)
}

/// Copies the file of recovery codes that are kept apart beside a backup.
fn apart_copy(machine: &mut Machine, session: &Session, backup: &Path) -> Option<ApartCopy> {
    if session.vault.sets_apart().is_empty() {
        return None;
    }
    let bytes = match machine.basket_file.read() {
        Ok(Some(stored)) => stored.bytes,
        Ok(None) => return Some(ApartCopy::Failed(format!("there is none at {}", basket_place(machine)))),
        Err(error) => return Some(ApartCopy::Failed(error.to_string())),
    };
    let stem = backup.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let copied = first_free(machine, |number| backup.with_file_name(name::of_the_basket(&stem, number)), &bytes);
    Some(match copied {
        Ok(path) if machine.documents.read(&path, sealing::MAX_FILE_BYTES).is_ok_and(|copy| copy == bytes) => {
            ApartCopy::At(path)
        }
        Ok(path) => ApartCopy::Failed(format!("{} does not read back the same", shown(&path))),
        Err(error) => ApartCopy::Failed(error.to_string()),
    })
}

/// Where a backup goes.
pub(super) enum Place {
    /// Into this folder, under a name of its own.
    Folder(PathBuf),
    /// This file.
    File(PathBuf),
}

impl Place {
    /// Tells which of both a path means.
    fn named(machine: &Machine, path: &Path) -> Result<Self, BackupError> {
        match machine.documents.look(path)?.map(|found| found.kind) {
            Some(FoundKind::Folder) => Ok(Self::Folder(path.to_owned())),
            Some(FoundKind::File | FoundKind::Other) => Err(FileError::Exists(path.to_owned()).into()),
            None if path.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR) => {
                Err(BackupError::NoFolder(shown(path)))
            }
            None => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                folder.map(|folder| there_is(machine, folder)).transpose()?;
                Ok(Self::File(path.to_owned()))
            }
        }
    }
}

/// Returns a folder, if it is there: it is never made, for it may belong to a disk that is not there.
pub(super) fn there_is<'a>(machine: &Machine, folder: &'a Path) -> Result<&'a Path, BackupError> {
    match machine.documents.look(folder)?.map(|found| found.kind) {
        Some(FoundKind::Folder) => Ok(folder),
        Some(FoundKind::File | FoundKind::Other) | None => Err(BackupError::NoFolder(shown(folder))),
    }
}

fn shown(path: &Path) -> String {
    crate::shown::shown(&path.to_string_lossy())
}

/// Refuses recipients where secrets are to stay on a single device, unless it is this device itself.
pub(super) fn allow(machine: &Machine, session: &Session, recipients: &[BackupRecipient]) -> Result<(), BackupError> {
    let own = own_recipient(machine);
    let is_own = |recipient: &BackupRecipient| own.as_deref().is_some_and(|own| recipient.is(own));
    if !recipients.iter().all(is_own) {
        policy::allow(session, Deed::BackupForOthers)?;
    }
    Ok(())
}

/// Writes a backup, proves it, and returns where it is and what to remember of it.
pub(super) fn write(
    machine: &mut Machine,
    session: &Session,
    place: &Place,
    lock: BackupLock<'_>,
    how: How,
    is_automatic: bool,
) -> Result<(PathBuf, Record), BackupError> {
    let made = machine.clock.now();
    let (accounts, trash) = (session.vault.len(), session.vault.trash().count());
    let mut manifest = session.manifest.clone();
    manifest.backup = Some(BackupNote {
        made_ms: made.as_millis(),
        host: session.device.name.clone(),
        accounts: accounts as u64,
        trash: trash as u64,
    });
    let body = vault::write(&session.vault);
    let bytes = sealing::seal_backup(&body, &manifest, lock, &session.key, &machine.key_talk)?;
    let path = match place {
        Place::File(path) => machine.documents.write_new(path, &bytes).map(|()| path.clone())?,
        Place::Folder(folder) => {
            let named = |number| folder.join(name::of(&session.device.name, made, accounts, is_automatic, number));
            first_free(machine, named, &bytes)?
        }
    };
    if !reads_back(machine, session, &path, &body, &manifest, lock) {
        let is_removed = machine.documents.remove(&path).is_ok();
        return Err(BackupError::NotProved { path: shown(&path), is_removed });
    }
    let file = Version::of(&bytes).hex();
    let record = Record { path: path.clone(), made, accounts, file, how, proved: None, is_automatic };
    Ok((path, record))
}

fn first_free(machine: &mut Machine, named: impl Fn(usize) -> PathBuf, bytes: &[u8]) -> Result<PathBuf, BackupError> {
    for number in 1..NAMES {
        let path = named(number);
        match machine.documents.write_new(&path, bytes) {
            Err(FileError::Exists(_)) => {}
            written => return Ok(written.map(|()| path)?),
        }
    }
    Err(FileError::Exists(named(1)).into())
}

/// Reads what is on the disk, and tells whether it opens as what was to be written.
fn reads_back(
    machine: &mut Machine,
    session: &Session,
    path: &Path,
    body: &SecretSlice<u8>,
    manifest: &Manifest,
    lock: BackupLock<'_>,
) -> bool {
    let policy = policy(machine);
    let key = match lock {
        BackupLock::Passphrase(passphrase, _) => BackupKey::Passphrase(passphrase, &policy),
        BackupLock::Recipients(_) | BackupLock::Either(..) | BackupLock::AsTheVault(_) => {
            BackupKey::Vault(&session.key)
        }
    };
    let written = machine.documents.read(path, sealing::MAX_FILE_BYTES);
    let opened = written.ok().and_then(|written| sealing::open_backup(&written, key, &[&session.key]).ok());
    opened.is_some_and(|backup| {
        let same = backup.opened.expose_secret() == body.expose_secret() && backup.opened.manifest == *manifest;
        same && backup.is_proved
    })
}

/// What was just made with the cost we chose may be opened at that cost.
fn policy(machine: &Machine) -> CostPolicy {
    CostPolicy { available_bytes: machine.host.available_memory(), ..CostPolicy::default() }
}

fn left_out(session: &Session, how: How) -> Vec<String> {
    let is_in_it = |kind| match how {
        How::Vault => matches!(kind, SlotKind::Passphrase | SlotKind::Sheet),
        How::SamePassphrase => kind == SlotKind::Passphrase,
        How::Passphrase | How::Recipients | How::Either => false,
    };
    let lost = session.slots.iter().filter(|slot| !is_in_it(slot.kind()));
    let mut kinds: Vec<String> = lost.map(|slot| slot.kind_name().to_owned()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}
