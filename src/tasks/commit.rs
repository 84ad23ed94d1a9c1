//! The one way a changed vault reaches the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::ExposeSecret;
use thiserror::Error;

use super::backup;
use super::keys;
use super::session::Session;
use super::unlock::UnlockError;
use super::warning::Warning;
use crate::otp::Timestamp;
use crate::ports::{FileError, Machine, NoEntropy, Replacement, Version};
use crate::sealing::{self, Manifest, SealError, Slots, VaultKey};
use crate::vault::{self, Change, ChangeError, Decision, LastChange, RotationChange, Stamp, Vault};

/// How often to start over because somebody else wrote first. Each time somebody has got on, so this only ends a
/// run against a file that changes by itself.
const ROUNDS: u32 = 1000;

/// How a commit ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// What was taken in from others who had written meanwhile.
    pub decisions: Vec<Decision>,
}

/// Why a change was not saved. The vault on disk is whole, and without it.
#[derive(Debug, Error)]
pub enum CommitError {
    /// The vault must not be written to.
    #[error("nothing was saved: {0}")]
    Forbidden(Warning),
    /// The change does not fit the vault.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What another writer left there cannot be opened.
    #[error("what another writer left in the vault's place cannot be used: {0}")]
    Theirs(Box<UnlockError>),
    /// The file has gone since it was opened.
    #[error("the vault file has gone since it was opened")]
    Gone,
    /// Somebody else made a vault in this place first.
    #[error("somebody else has just made a vault in this place")]
    MadeByOthers,
    /// Others wrote all the time.
    #[error("others kept writing to the vault")]
    TooBusy,
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl CommitError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Forbidden(warning) => warning.next_step(),
            Self::Change(error) => error.next_step(),
            Self::File(error) => error.next_step(),
            Self::Seal(error) => error.next_step().unwrap_or("try again; the vault is as it was"),
            Self::Theirs(error) => error.next_step(),
            Self::Gone => "bring the file back, or restore an earlier copy; nothing was written",
            Self::MadeByOthers => "open that one; nothing was overwritten",
            Self::TooBusy | Self::NoEntropy(_) => "try again; the vault is as it was",
        }
    }
}

/// Makes a change and saves it; what others wrote meanwhile is merged in first.
///
/// # Errors
/// The vault on disk and in the session is then without the change.
pub fn commit(
    machine: &mut Machine,
    session: &mut Session,
    title: &str,
    change: &Change,
) -> Result<Saved, CommitError> {
    let (saved, last) = save(machine, session, |vault, stamp| {
        let last = LastChange::of(title, change, vault, stamp);
        let mut next = vault.clone();
        vault::apply(&mut next, change, stamp)?;
        Ok((next, last))
    })?;
    // A counter that moves on is no change that anybody would take back.
    if !matches!(change, Change::Advance(..) | Change::Rotation(_, RotationChange::Advance(_))) {
        let last = change.can_be_taken_back().then_some(last);
        session.remember(machine, |memory| memory.set_last_change(last));
    }
    Ok(saved)
}

/// Saves what `next` makes of the vault; it is asked again when somebody else wrote first.
pub(super) fn save<T>(
    machine: &mut Machine,
    session: &mut Session,
    mut next: impl FnMut(&Vault, Stamp) -> Result<(Vault, T), ChangeError>,
) -> Result<(Saved, T), CommitError> {
    if let Some(warning) = session.write_forbidden_by() {
        return Err(CommitError::Forbidden(warning.clone()));
    }
    let mut saved = Saved::default();
    for _ in 0..ROUNDS {
        let stamp = session.next_stamp(&session.vault, machine)?;
        let (vault, result) = next(&session.vault, stamp)?;
        let vault = folded(vault, session, stamp)?;
        let manifest = next_manifest(machine, session, &session.manifest);
        match write(machine, session.version, &vault, manifest, &session.slots, &session.key)? {
            Some(written) => {
                adopt(machine, session, vault, written);
                return Ok((saved, result));
            }
            None => saved.decisions.extend(take_in_others(machine, session)?),
        }
    }
    Err(CommitError::TooBusy)
}

/// Makes one of accounts that were found to be one when others' changes were taken in.
fn folded(mut vault: Vault, session: &Session, stamp: Stamp) -> Result<Vault, ChangeError> {
    let at = Timestamp::from_millis(stamp.at);
    if let Some(folding) = vault::folding(&vault, &session.twins, at) {
        // Later than the change itself, so that undoing that leaves this.
        let stamp = Stamp::next(at, vault.newest_stamp(), stamp.salt);
        vault::apply(&mut vault, &folding, stamp)?;
    }
    Ok(vault)
}

/// The ways to unlock as a save shall write them.
pub(super) struct Ways {
    /// The key, if it shall be a new one.
    pub key: Option<VaultKey>,
    /// The slots for that key, and the keys before it.
    pub slots: Slots,
    /// With what it says of the slots.
    pub manifest: Manifest,
    /// The ids of slots that were made anew, by the ids that they had.
    pub renamed: BTreeMap<String, String>,
}

/// Saves other ways to unlock with the same accounts; `next` is asked again when somebody else wrote first.
pub(super) fn save_ways<E: From<CommitError>>(
    machine: &mut Machine,
    session: &mut Session,
    mut next: impl FnMut(&mut Machine, &Session) -> Result<Ways, E>,
) -> Result<Saved, E> {
    if let Some(warning) = session.write_forbidden_by() {
        return Err(CommitError::Forbidden(warning.clone()).into());
    }
    let mut saved = Saved::default();
    for _ in 0..ROUNDS {
        let Ways { key, slots, manifest, renamed } = next(machine, session)?;
        let manifest = next_manifest(machine, session, &manifest);
        let writing = key.as_ref().unwrap_or(&session.key);
        let stamp = session.next_stamp(&session.vault, machine).map_err(CommitError::from)?;
        let vault = folded(Vault::clone(&session.vault), session, stamp).map_err(CommitError::from)?;
        match write(machine, session.version, &vault, manifest, &slots, writing)? {
            Some(written) => {
                session.slots = slots;
                session.slot = session.slot.take().map(|slot| renamed.get(&slot).cloned().unwrap_or(slot));
                let has_new_key = key.is_some();
                if let Some(key) = key {
                    session.formers = session.slots.former_keys(&key);
                    session.key = key;
                }
                adopt(machine, session, vault, written);
                if !renamed.is_empty() {
                    let slots = session.slots.clone();
                    let is_there = |id: &str| !has_new_key || slots.iter().any(|slot| slot.id() == id);
                    session.remember(machine, |memory| memory.rename_slots(&renamed, is_there));
                }
                return Ok(saved);
            }
            None => saved.decisions.extend(take_in_others(machine, session)?),
        }
    }
    Err(CommitError::TooBusy.into())
}

/// Saves a vault for the first time.
pub(super) fn save_new(machine: &mut Machine, session: &mut Session) -> Result<(), CommitError> {
    let vault = Vault::clone(&session.vault);
    let manifest = next_manifest(machine, session, &session.manifest);
    let written = write(machine, session.version, &vault, manifest, &session.slots, &session.key)?;
    adopt(machine, session, vault, written.ok_or(CommitError::MadeByOthers)?);
    Ok(())
}

/// A file as it was written.
struct Written {
    manifest: Manifest,
    bytes: Vec<u8>,
}

fn adopt(machine: &mut Machine, session: &mut Session, vault: Vault, written: Written) {
    // It may be at its end: whoever has the vault's key can write any number there.
    session.own_generation = session.own_generation.saturating_add(1);
    session.vault = Arc::new(vault);
    session.twins.clear();
    session.is_ahead = false;
    session.manifest = written.manifest;
    session.version = Some(Version::of(&written.bytes));
    session.keep_keys(machine);
    session.learn_recipients(machine);
    session.pin(machine, &written.bytes);
    backup::after_save(machine, session);
}

/// Seals a vault and puts it in the file's place; `None` if somebody else wrote first.
fn write(
    machine: &mut Machine,
    expected: Option<Version>,
    vault: &Vault,
    manifest: Manifest,
    slots: &Slots,
    key: &VaultKey,
) -> Result<Option<Written>, CommitError> {
    let body = vault::write(vault);
    let bytes = sealing::seal(&body, &manifest, slots, key)?;
    let mut proof = |written: &[u8]| {
        let opened = sealing::open(written, key);
        opened.is_ok_and(|opened| opened.expose_secret() == body.expose_secret() && opened.slots == *slots)
    };
    match machine.vault_file.replace(expected, &bytes, &mut proof)? {
        Replacement::Done => Ok(Some(Written { manifest, bytes })),
        Replacement::Changed => Ok(None),
    }
}

fn next_manifest(machine: &Machine, session: &Session, manifest: &Manifest) -> Manifest {
    let mut manifest = manifest.clone();
    if let Some(label) = session.own_slot().and_then(|slot| manifest.labels.get_mut(slot)) {
        label.device = Some(session.device.id.clone());
    }
    manifest.generations.insert(session.device.id.clone(), session.own_generation.saturating_add(1));
    manifest.devices.insert(session.device.id.clone(), session.device.name.clone());
    manifest.parent = session.version.map(|version| version.hex());
    manifest.saved_at_ms = machine.clock.now().as_millis();
    // A backup that was put into the vault's place is a vault from its first save on.
    manifest.backup = None;
    manifest.saved.insert(session.device.id.clone(), manifest.saved_at_ms);
    manifest
}

fn take_in_others(machine: &mut Machine, session: &mut Session) -> Result<Vec<Decision>, CommitError> {
    let stored = machine.vault_file.read()?.ok_or(CommitError::Gone)?;
    let version = Version::of(&stored.bytes);
    keys::take_in(session, &stored.bytes, version).map_err(|error| CommitError::Theirs(Box::new(error)))
}
