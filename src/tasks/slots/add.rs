//! Another way to unlock: made, tried, and only then kept.

use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::path::Path;

use secrecy::SecretString;

use super::super::commit::{Saved, Ways, save_ways};
use super::super::session::Session;
use super::super::ways::{self, EasyWay};
use super::identity::{self, Identity};
use super::{KnownSlot, SlotError, slots};
use crate::ports::{KeyringError, Machine};
use crate::sealing::{self, CostPolicy, Label, OpenedSlot, SealError, SheetCode, SlotKind, Slots, WorkFactor};

/// Bytes of the name under which a key stands in the keyring.
const NAME_BYTES: usize = 8;

/// What shall open the vault as well.
#[derive(Clone, Copy)]
pub enum NewSlot<'a> {
    /// Another passphrase.
    Passphrase(&'a SecretString, WorkFactor),
    /// An identity that is made now and kept in the operating system's keyring.
    Keyring,
    /// The key in an identity file of the user, and where that is, if this device shall find it there from now on.
    Identity(&'a SecretString, Option<&'a Path>),
    /// The key behind an age plugin that an identity file names. This device asks the plugin from now on, unless the file
    /// is encrypted.
    Plugin(&'a SecretString),
    /// The words of a recovery sheet, which the user has already.
    Sheet(&'a SheetCode),
}

/// A slot that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its id.
    pub id: String,
    /// How it is opened.
    pub kind: SlotKind,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Draws the words of a new recovery sheet. They open nothing until [`add_slot`] has added them.
///
/// # Errors
/// The system gave no random numbers.
pub fn new_sheet(machine: &mut Machine) -> Result<SheetCode, SlotError> {
    let mut drawn = Ok(());
    let code = SheetCode::generate(&mut |buffer| {
        if let Err(error) = machine.entropy.fill(buffer) {
            drawn = Err(error);
        }
    });
    drawn?;
    Ok(code)
}

/// Adds a way to unlock. It has opened the vault once before it is kept. A key in the keyring takes the place of one that the
/// keyring has lost.
///
/// # Errors
/// There is such a slot already, it did not open the vault, or the vault cannot be saved. It is then as it was.
pub fn add_slot(
    machine: &mut Machine,
    session: &mut Session,
    new: NewSlot<'_>,
    name: &str,
) -> Result<Added, SlotError> {
    let prepared = Prepared::of(machine, session, new)?;
    if let Err(error) = prepared.easy().map_or(Ok(()), |easy| ways::remember(machine, easy)) {
        prepared.take_back(machine);
        return Err(error.into());
    }
    let mut id = String::new();
    let saved = save_ways(machine, session, |machine, session| {
        let (mut slots, mut manifest) = (session.slots.clone(), session.manifest.clone());
        for lost in prepared.in_the_place_of() {
            // Another device may have removed it meanwhile.
            if slots.remove(lost).is_ok() {
                manifest.labels.remove(lost);
                manifest.removed.insert(lost.clone(), machine.clock.now().as_millis());
            }
        }
        id = prepared.add_to(machine, &mut slots, session)?;
        let policy = session.policy(machine);
        let found = prepared.open(machine, &slots.only(&id), &policy).map_err(SlotError::NotProved)?;
        if found.key.fingerprint() != session.key.fingerprint() {
            return Err(SlotError::NotProved(SealError::SlotDamaged));
        }
        manifest.labels.insert(id.clone(), prepared.label(machine, session, name));
        Ok(Ways { key: None, slots, manifest, renamed: BTreeMap::new() })
    });
    match saved {
        Ok(saved) => {
            if let Prepared::Keyring { lost, .. } = &prepared {
                // A way that stays known is tried in vain, no more.
                lost.ways.iter().for_each(|way| drop(ways::forget(machine, way)));
            }
            Ok(Added { id, kind: prepared.kind(), saved })
        }
        Err(error) => {
            prepared.take_back(machine);
            Err(error)
        }
    }
}

/// A new slot with all that it needs, whichever state of the vault it is added to.
enum Prepared<'a> {
    Passphrase(&'a SecretString, WorkFactor),
    Keyring { name: String, recipient: String, lost: Lost },
    Identity(Identity),
    Sheet(&'a SheetCode),
}

/// What the keyring of this device opened the vault with before, and does not hold any more.
#[derive(Default)]
struct Lost {
    /// The ids of its slots.
    slots: Vec<String>,
    /// Under which names it does not hold anything.
    ways: Vec<EasyWay>,
}

impl Lost {
    /// Asks the keyring whether what this device knows still opens the vault.
    fn of(machine: &mut Machine, session: &Session) -> Result<Self, SlotError> {
        let of_this_keyring = |slot: &KnownSlot| slot.kind == SlotKind::Keyring && slot.opens_here;
        let slots: Vec<KnownSlot> = slots(machine, session).into_iter().filter(of_this_keyring).collect();
        let mut lost = Self::default();
        if slots.is_empty() {
            return Ok(lost);
        }
        let policy = session.policy(machine);
        for way in ways::known(machine) {
            let EasyWay::Keyring { name } = &way else { continue };
            match ways::in_keyring(machine, name) {
                Ok(identity) if session.slots.unlock_with_identity(&identity, &machine.key_talk, &policy).is_ok() => {
                    return Err(SlotError::KeyringThere);
                }
                // The key of another vault that stood here.
                Ok(_) => {}
                Err(KeyringError::NoEntry) => lost.ways.push(way),
                Err(error) => return Err(error.into()),
            }
        }
        lost.slots = slots.into_iter().map(|slot| slot.id).collect();
        Ok(lost)
    }
}

impl<'a> Prepared<'a> {
    fn of(machine: &mut Machine, session: &Session, new: NewSlot<'a>) -> Result<Self, SlotError> {
        match new {
            NewSlot::Passphrase(passphrase, work) => {
                let policy = session.policy(machine);
                policy.allows(work.log_n())?;
                match session.slots.unlock_with_passphrase(passphrase, &policy) {
                    Ok(_) => Err(SlotError::PassphraseThere),
                    Err(_other) => Ok(Self::Passphrase(passphrase, work)),
                }
            }
            NewSlot::Keyring => Self::in_keyring(machine, session),
            NewSlot::Identity(text, path) => identity::in_file(machine, session, text, path).map(Self::Identity),
            NewSlot::Plugin(text) => identity::behind_plugin(machine, session, text).map(Self::Identity),
            NewSlot::Sheet(code) => Ok(Self::Sheet(code)),
        }
    }

    /// Makes an identity and gives it to the keyring, in the place of one that it has lost.
    fn in_keyring(machine: &mut Machine, session: &Session) -> Result<Self, SlotError> {
        let lost = Lost::of(machine, session)?;
        let mut bytes = [0; NAME_BYTES];
        machine.entropy.fill(&mut bytes)?;
        let name = HEXLOWER.encode(&bytes);
        let (recipient, identity) = sealing::fresh_identity();
        machine.keyring.store(&name, &identity, &ways::told(&machine.key_talk))?;
        Ok(Self::Keyring { name, recipient, lost })
    }

    fn kind(&self) -> SlotKind {
        match self {
            Self::Passphrase(..) => SlotKind::Passphrase,
            Self::Keyring { .. } => SlotKind::Keyring,
            Self::Identity(identity) => identity.kind,
            Self::Sheet(_) => SlotKind::Sheet,
        }
    }

    /// Returns the ids of the slots that go when this one comes.
    fn in_the_place_of(&self) -> &[String] {
        match self {
            Self::Keyring { lost, .. } => &lost.slots,
            Self::Passphrase(..) | Self::Identity(_) | Self::Sheet(_) => &[],
        }
    }

    fn add_to(&self, machine: &Machine, slots: &mut Slots, session: &Session) -> Result<String, SlotError> {
        Ok(match self {
            Self::Passphrase(passphrase, work) => slots.add_passphrase(&session.key, passphrase, *work)?,
            Self::Keyring { recipient, .. } => {
                slots.add_recipient(SlotKind::Keyring, &session.key, recipient, &machine.key_talk)?
            }
            Self::Identity(identity) => {
                slots.add_recipient(identity.kind, &session.key, &identity.recipient, &machine.key_talk)?
            }
            Self::Sheet(code) => slots.add_sheet(&session.key, code)?,
        })
    }

    /// Opens the slot as it will be opened later: what the keyring gives back counts, not what it was given.
    fn open(&self, machine: &mut Machine, slots: &Slots, policy: &CostPolicy) -> Result<OpenedSlot, SealError> {
        match self {
            Self::Passphrase(passphrase, _) => slots.unlock_with_passphrase(passphrase, policy),
            Self::Keyring { name, .. } => match ways::in_keyring(machine, name) {
                Ok(identity) => slots.unlock_with_identity(&identity, &machine.key_talk, policy),
                Err(_gone) => Err(SealError::WrongIdentity),
            },
            Self::Identity(identity) => slots.unlock_with_identity(&identity.text, &machine.key_talk, policy),
            Self::Sheet(code) => slots.unlock_with_passphrase(code.words(), policy),
        }
    }

    fn label(&self, machine: &Machine, session: &Session, name: &str) -> Label {
        let now = machine.clock.now().as_millis();
        let recipient = match self {
            Self::Passphrase(..) => None,
            Self::Keyring { recipient, .. } => Some(recipient.clone()),
            Self::Identity(identity) => Some(identity.recipient.clone()),
            Self::Sheet(code) => Some(code.recipient()),
        };
        let mut label = Label::named(name.trim(), now);
        label.recipient = recipient;
        label.is_for_file = self.kind() == SlotKind::Identity;
        label.device = self.easy().map(|_opened_here| session.device.id.clone());
        label
    }

    /// Returns how this device opens the slot from now on without being told anything.
    fn easy(&self) -> Option<EasyWay> {
        match self {
            Self::Keyring { name, .. } => Some(EasyWay::Keyring { name: name.clone() }),
            Self::Identity(identity) => identity.easy.clone(),
            Self::Passphrase(..) | Self::Sheet(_) => None,
        }
    }

    /// Leaves nothing behind of a slot that was not kept.
    fn take_back(&self, machine: &mut Machine) {
        if let Self::Keyring { name, .. } = self {
            machine.keyring.forget(name, &ways::told(&machine.key_talk)).ok();
        }
        if let Some(easy) = self.easy() {
            ways::forget(machine, &easy).ok();
        }
    }
}
