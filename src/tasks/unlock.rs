//! From a passphrase or an identity to an open vault.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use thiserror::Error;

use super::commit;
use super::conflict_copies::{self, ConflictCopy, Looked};
use super::device::Device;
use super::keys::{Found, key_here, take_in};
use super::pin::{Pin, Standing};
use super::seen::{self, Lacks};
use super::session::{Session, stored_memory};
use super::warning::Warning;
use crate::otp::Timestamp;
use crate::ports::{FileError, FileNote, KeyringError, Machine, NoEntropy, StateSlot, Stored, Version};
use crate::sealing::{self, BackupKey, CostPolicy, Manifest, SealError, SlotKind, Talk, VaultKey, WorkFactor};
use crate::vault::{self, Decision, FormatError, Vault};

/// What the user brings to unlock a vault.
pub enum Way {
    /// The passphrase.
    Passphrase(SecretString),
    /// The text of an age identity file: the vault's own identity, or one that a slot was made for.
    Identity(SecretString),
}

/// What the user has said about a vault that is not what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// An older copy, or one that grew apart, is to be written to.
    pub accept_older: bool,
    /// Another vault in the same place is the right one.
    pub accept_different: bool,
    /// The highest work factor to try.
    pub work_factor_cap: u8,
}

impl Default for Trust {
    fn default() -> Self {
        Self { accept_older: false, accept_different: false, work_factor_cap: WorkFactor::OPEN_CAP }
    }
}

impl Trust {
    /// Returns what opening may cost on this machine.
    pub(super) fn policy(&self, machine: &Machine) -> CostPolicy {
        CostPolicy { cap: self.work_factor_cap, available_bytes: machine.host.available_memory() }
    }
}

impl Way {
    /// Returns it as a key to a backup.
    pub(super) fn as_key<'a>(&'a self, policy: &'a CostPolicy, talk: &'a Talk) -> BackupKey<'a> {
        match self {
            Self::Passphrase(passphrase) => BackupKey::Passphrase(passphrase, policy),
            Self::Identity(text) => BackupKey::Identities(text, talk, policy),
        }
    }
}

/// What can be said of a vault before it is unlocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What its owner should know about the file.
    pub notes: Vec<FileNote>,
    /// The kinds of its slots.
    pub slots: Vec<String>,
    /// The work factor of its first passphrase slot.
    pub work_factor: Option<u8>,
    /// When this device last saw it saved; nobody has proved it yet.
    pub seen_saved: Option<Timestamp>,
    /// Whether it opens with the passphrase of this device, and not with the vault's alone.
    pub opens_with_own: bool,
}

/// Why a vault could not be unlocked.
#[derive(Debug, Error)]
pub enum UnlockError {
    /// There is none.
    #[error("there is no vault at {0}")]
    NoVault(String),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be opened: wrong passphrase, damaged, forged.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What is inside cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// It is another vault than the one this device knows in this place.
    #[error("this is not the vault that was seen at {path} before: its words are {words}")]
    Different {
        /// Where.
        path: String,
        /// The fingerprint of the one that is there now.
        words: String,
    },
    /// It was written with a key that the vault had before: by a device that did not know, or that was removed.
    #[error("this copy was written with a key that the vault has no more")]
    FormerKey,
    /// Another device gave the vault a new key while it was open here, or put another vault in its place.
    #[error("the vault has another key since it was opened here")]
    NewKey,
    /// The passphrase is this device's own, and the vault has no slot for this device.
    #[error("the passphrase is the one of this device, but the vault does not open for this device")]
    NotForThisDevice,
    /// The operating system's keyring was of no use.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The identity file that this device knows cannot be read.
    #[error("the identity file cannot be read: {0}")]
    IdentityFile(FileError),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl UnlockError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoVault(_) => "wait, if a sync tool brings it; or make one with: countersign init",
            Self::File(error) => error.next_step(),
            Self::Seal(error) => error.next_step().unwrap_or("try again"),
            Self::Format(error) => error.next_step(),
            Self::Different { .. } => {
                "if you put it there, say --accept different; otherwise somebody else did: nothing was written"
            }
            Self::FormerKey => {
                "put the vault's own file back, unlock it, and merge this one if you trust the device that wrote it"
            }
            Self::NewKey => "lock and unlock it again; nothing of yours was written",
            Self::NotForThisDevice => {
                "it was removed, or not added yet: on a device that opens the vault, `countersign devices` shows both"
            }
            Self::Keyring(error) => error.next_step(),
            Self::IdentityFile(_) => "bring it back, or unlock in another way",
            Self::NoEntropy(_) => "try again",
        }
    }

    /// Tells whether another way to unlock may do: the fault is not in the vault's file.
    pub fn is_about_the_way(&self) -> bool {
        match self {
            Self::Seal(error) => !error.is_about_the_file(),
            Self::Keyring(_) | Self::IdentityFile(_) | Self::NotForThisDevice => true,
            Self::NoVault(_)
            | Self::File(_)
            | Self::Format(_)
            | Self::Different { .. }
            | Self::FormerKey
            | Self::NewKey
            | Self::NoEntropy(_) => false,
        }
    }

    /// Tells whether another passphrase might do.
    pub fn is_wrong_passphrase(&self) -> bool {
        matches!(self, Self::Seal(error) if error.is_wrong_passphrase())
    }
}

/// Looks at the vault without unlocking it; `None` if there is none.
///
/// # Errors
/// The file cannot be read, or is no vault.
pub fn look(machine: &mut Machine) -> Result<Option<Look>, UnlockError> {
    let Some(stored) = machine.vault_file.read()? else {
        return Ok(None);
    };
    let slots = sealing::peek(&stored.bytes)?;
    let passphrase = slots.iter().find(|slot| slot.kind() == SlotKind::Passphrase);
    let pin = machine.state.load(StateSlot::Pin).ok().flatten().and_then(|bytes| Pin::read(&bytes));
    let own_slot = pin.as_ref().and_then(|pin| pin.slot.as_deref());
    let has_identity = Device::known(machine).is_some_and(|device| device.recipient.is_some());
    let is_own = |slot: &sealing::Slot| slot.kind() == SlotKind::Identity && own_slot.is_none_or(|id| id == slot.id());
    Ok(Some(Look {
        opens_with_own: has_identity && (pin.is_none() || own_slot.is_some()) && slots.iter().any(is_own),
        notes: stored.notes,
        slots: slots.iter().map(|slot| slot.kind_name().to_owned()).collect(),
        work_factor: passphrase.and_then(sealing::Slot::work_factor),
        seen_saved: pin.map(|pin| Timestamp::from_millis(pin.saved_at_ms)),
    }))
}

/// Unlocks the vault.
///
/// # Errors
/// There is none, the key does not fit, or it is not the vault that was expected. Nothing is written then.
pub fn unlock(machine: &mut Machine, way: &Way, trust: &Trust) -> Result<Session, UnlockError> {
    open(machine, way, trust, &|body| Ok((vault::read(body)?, true)))
}

/// Unlocks the vault for one query: the session may hold only the accounts that the query may mean.
///
/// Reading ten thousand accounts to show the code of one would take most of the time. Such a session stands on no
/// state of the file, so the first save or refresh finds the file changed and merges with the whole of it.
///
/// # Errors
/// As [`unlock`].
pub fn unlock_for(machine: &mut Machine, way: &Way, trust: &Trust, query: &str) -> Result<Session, UnlockError> {
    open(machine, way, trust, &|body| match vault::read_meant(body, query)? {
        Some(meant) => Ok((meant, false)),
        None => Ok((vault::read(body)?, true)),
    })
}

/// Reads accounts, and tells whether they are all.
type Read<'a> = &'a dyn Fn(&[u8]) -> Result<(Vault, bool), FormatError>;

fn open(machine: &mut Machine, way: &Way, trust: &Trust, accounts: Read<'_>) -> Result<Session, UnlockError> {
    // Before the file: another process of this device that saves meanwhile must not make this file look old.
    let pin = machine.state.load(StateSlot::Pin)?.and_then(|bytes| Pin::read(&bytes));
    let stored = read(machine)?;
    let policy = trust.policy(machine);
    let Found { key, own, slot } = key_here(machine, &stored.bytes, way, &policy)?;
    if !trust.accept_different && pin.as_ref().is_some_and(|pin| pin.was_key(&key)) {
        return Err(UnlockError::FormerKey);
    }
    let device = Device::here(machine)?;
    let version = Version::of(&stored.bytes);
    let opened = sealing::open(&stored.bytes, &key)?;
    let (vault, is_whole) = accounts(opened.expose_secret())?;

    let formers = opened.slots.former_keys(&key);
    let stand = |pin: &Pin| pin.standing(&opened.manifest, version, &key, &formers);
    let stands = pin.as_ref().map_or(Standing::FirstSight, stand);
    let has_new_key = stands != Standing::Different && pin.as_ref().is_some_and(|pin| !pin.is_of(&key));
    let standing = accepted(machine, stands, trust, &key)?;
    let lacks = match stands.is_behind() {
        true => seen::lacks(machine, &key, &formers, &vault::read(opened.expose_secret())?),
        false => Lacks::default(),
    };
    let in_vault = opened.manifest.generations.get(&device.id).copied().unwrap_or(0);
    let in_pin = pin.as_ref().filter(|_| stands != Standing::Different).map_or(0, |pin| pin.generation(&device.id));
    let mut session = Session {
        memory: Arc::new(stored_memory(machine, &key, &formers).unwrap_or_default()),
        slots: opened.slots,
        manifest: opened.manifest,
        vault: Arc::new(vault),
        version: Some(version),
        own_generation: in_vault.max(in_pin),
        device,
        basket: None,
        warnings: Vec::new(),
        looked: Looked::default(),
        twins: Vec::new(),
        is_ahead: false,
        plan: None,
        not_kept: None,
        work_factor_cap: trust.work_factor_cap,
        key,
        formers,
        own,
        slot,
    };
    session.keep_keys(machine);
    session.warn(&stored.notes, standing, pin.as_ref(), lacks);
    if has_new_key {
        session.warnings.push(Warning::NewKey(session.fingerprint()));
    }
    // What must not be written must not become what was last seen either.
    if session.write_forbidden_by().is_none()
        && (has_new_key || pin.is_none_or(|pin| pin.file != version.hex() || stands != Standing::Usual))
    {
        seen::keep(machine, stands)?;
        session.pin(machine, &stored.bytes);
    }
    session.forget_those_apart(machine);
    session.hold_labels(&BTreeMap::new());
    session.note_slots(machine);
    session.version = session.version.filter(|_| is_whole);
    conflict_copies::look(machine, &mut session);
    Ok(session)
}

fn read(machine: &mut Machine) -> Result<Stored, UnlockError> {
    let path = crate::shown::shown(&machine.vault_file.path().to_string_lossy());
    machine.vault_file.read()?.ok_or(UnlockError::NoVault(path))
}

fn accepted(machine: &Machine, standing: Standing, trust: &Trust, key: &VaultKey) -> Result<Standing, UnlockError> {
    match standing {
        Standing::Different if !trust.accept_different => Err(UnlockError::Different {
            path: crate::shown::shown(&machine.vault_file.path().to_string_lossy()),
            words: key.fingerprint().to_string(),
        }),
        Standing::Older | Standing::GrewApart if trust.accept_older => Ok(Standing::Usual),
        other => Ok(other),
    }
}

/// What was found to have happened elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// What another process or device wrote to the vault.
    pub decisions: Vec<Decision>,
    /// Conflict copies that were not there before.
    pub copies: Vec<ConflictCopy>,
    /// Whether somebody had put a state there that lacked some of ours; it has all of both again.
    pub is_reunited: bool,
}

/// Takes in what another process or device wrote to the file since, keeping what is here.
///
/// Only two things make it save: both had added one account, of which one is made, or what is there now lacks some of
/// ours, as after a sync tool that took the other of two states.
///
/// # Errors
/// The file is gone, or is not this vault any more. What is in memory stays.
pub fn refresh(machine: &mut Machine, session: &mut Session) -> Result<Refreshed, UnlockError> {
    let mut refreshed = Refreshed::default();
    if machine.vault_file.may_have_changed() {
        (refreshed.decisions, refreshed.is_reunited) = take_in_file(machine, session)?;
    }
    refreshed.copies = conflict_copies::look(machine, session);
    Ok(refreshed)
}

/// Returns what others wrote, and whether ours had to be saved again beside it.
fn take_in_file(machine: &mut Machine, session: &mut Session) -> Result<(Vec<Decision>, bool), UnlockError> {
    let stored = read(machine)?;
    let version = Version::of(&stored.bytes);
    if session.version == Some(version) {
        return Ok((Vec::new(), false));
    }
    let mut decisions = take_in(session, &stored.bytes, version)?;
    session.keep_keys(machine);
    session.learn_recipients(machine);
    session.settle(machine);
    if !session.is_ahead && session.write_forbidden_by().is_none() {
        session.pin(machine, &stored.bytes);
    }
    let is_ahead = session.is_ahead;
    if !is_ahead && session.twins.is_empty() {
        return Ok((decisions, false));
    }
    // If it fails the next save does it. Until then what was last seen stays the state that has ours.
    match commit::save(machine, session, |vault, _| Ok((vault.clone(), ()))) {
        Ok((saved, ())) => {
            decisions.extend(saved.decisions);
            Ok((decisions, is_ahead))
        }
        Err(_) => Ok((decisions, false)),
    }
}

/// Reads the rest of a vault of which only what a query meant was read.
pub(super) fn take_in_whole(machine: &mut Machine, session: &mut Session) -> Result<(), UnlockError> {
    if session.version.is_none() {
        let stored = read(machine)?;
        take_in(session, &stored.bytes, Version::of(&stored.bytes))?;
    }
    Ok(())
}

/// Counts the saves that `other` knows of as contained in `manifest`.
pub(super) fn join_generations(manifest: &mut Manifest, other: &Manifest) {
    for (device, count) in &other.generations {
        let held = manifest.generations.entry(device.clone()).or_default();
        *held = (*held).max(*count);
    }
    for (device, name) in &other.devices {
        manifest.devices.entry(device.clone()).or_insert_with(|| name.clone());
    }
    for (device, at) in &other.saved {
        let held = manifest.saved.entry(device.clone()).or_insert(*at);
        *held = (*held).max(*at);
    }
}
