//! The ways to unlock a vault, as its owner sees them: what there is, what each protects against, adding and removing.

mod add;
mod calibration;
mod identity;
mod passphrase;
mod remove;
mod sheet;
mod words;

use thiserror::Error;

use super::commit::CommitError;
use super::session::Session;
use super::unlock::UnlockError;
use super::ways::{self, EasyWay};
use crate::otp::Timestamp;
use crate::ports::{FileError, KeyringError, Machine, NoEntropy};
use crate::sealing::{SealError, Slot, SlotKind};

pub use self::add::{Added, NewSlot, add_slot, new_sheet};
pub use self::calibration::calibrated;
pub use self::passphrase::{NewPassphrase, PassphraseChanged, change_passphrase, slot_of_passphrase};
pub use self::remove::{SlotRemoved, remove_slot};
pub use self::sheet::sheet_page;
pub use self::words::{Protection, protection, weakest};

/// The shortest beginning of an id that names a slot.
const SHORTEST_ID: usize = 4;

/// One way to unlock the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSlot {
    /// Its id. It comes from outside: show it as such.
    pub id: String,
    /// How it is opened.
    pub kind: SlotKind,
    /// The kind as it stands in the file. It comes from outside: show it as such.
    pub kind_name: String,
    /// What its owner calls it; empty if nobody has named it. It comes from outside: show it as such.
    pub name: String,
    /// When it was added, if that is known.
    pub added: Option<Timestamp>,
    /// The day on which it last opened the vault on this device.
    pub last_used: Option<Timestamp>,
    /// The work factor of a passphrase.
    pub work_factor: Option<u8>,
    /// Whether it is the one that opened the vault now.
    pub is_in_use: bool,
    /// Whether this device opens it by itself.
    pub opens_here: bool,
    /// Whether it belongs to a device: see [`super::devices()`].
    pub is_a_devices: bool,
    /// Whether it may be removed: one passphrase or recovery sheet has to stay.
    pub is_removable: bool,
}

/// Why nothing was done with a slot.
#[derive(Debug, Error)]
pub enum SlotError {
    /// No slot is called that.
    #[error("the vault has no unlock slot of that id")]
    NoSuch,
    /// More than one is.
    #[error("more than one unlock slot has an id that begins so")]
    Several,
    /// Without it nothing that one knows or has on paper would open the vault.
    #[error("this is the last passphrase or recovery sheet of the vault")]
    LastForPeople,
    /// The keyring of this device opens the vault already.
    #[error("the keyring of this device opens the vault already")]
    KeyringThere,
    /// The same identity has a slot already.
    #[error("the vault opens for that identity already")]
    IdentityThere,
    /// The file has keys of another kind.
    #[error("there is no such key in the file")]
    NoSuchKey,
    /// The same passphrase has a slot already.
    #[error("the vault opens with that passphrase already")]
    PassphraseThere,
    /// The new slot did not give the vault's key back. Nothing was saved.
    #[error("the new unlock slot did not open the vault when it was tried: {0}")]
    NotProved(SealError),
    /// The passphrase that is to be changed is another one.
    #[error("that is not the passphrase that is to be changed")]
    WrongPassphrase,
    /// The vault has other passphrases than were given, and a new key can be wrapped only for those that are known.
    #[error("the new key has to be made for each other passphrase of the vault, of which it has {others}")]
    NeedsOtherPassphrases {
        /// How many the vault has besides the one that is changed.
        others: usize,
    },
    /// Slots that a new key cannot be wrapped for here.
    #[error("a new key for the vault would leave ways to unlock it behind: {}", .0.join(", "))]
    WouldLeaveBehind(Vec<String>),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The keyring was of no use.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// It could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// What this device remembers could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The vault could not be opened in that way.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl SlotError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoSuch | Self::Several => "`countersign slots list` shows the ids",
            Self::LastForPeople => {
                "add another passphrase or a sheet first: a keyring or a key that breaks must not be the only way in"
            }
            Self::KeyringThere | Self::IdentityThere | Self::PassphraseThere => "nothing is left to do",
            Self::NoSuchKey => {
                "`slots add identity` takes age and SSH keys, `slots add plugin` those behind an age plugin"
            }
            Self::NotProved(_) => "the vault is as it was; try again, or choose another way",
            Self::WrongPassphrase => "try again; mind caps lock and the keyboard layout",
            Self::NeedsOtherPassphrases { .. } => {
                "give the others as well, remove their slots first, or keep the key (--keep-key)"
            }
            Self::WouldLeaveBehind(_) => {
                "make them reachable, remove them first with `countersign slots remove`, or keep the key (--keep-key)"
            }
            Self::Seal(error) => error.next_step().unwrap_or("try again; the vault is as it was"),
            Self::Keyring(KeyringError::Absent) => "in a desktop session there is one; nothing was changed",
            Self::Keyring(KeyringError::Locked) => "unlock the keyring and try again; nothing was changed",
            Self::Keyring(KeyringError::TimedOut) => {
                "look for a window of the keyring that waits for you, and try again; nothing was changed"
            }
            Self::Keyring(KeyringError::NoEntry | KeyringError::Failed) => "try again; nothing was changed",
            Self::Commit(error) => error.next_step(),
            Self::File(error) => error.next_step(),
            Self::Unlock(error) => error.next_step(),
            Self::NoEntropy(_) => "try again",
        }
    }
}

/// Returns the ways to unlock the vault, in the order of its header.
pub fn slots(machine: &Machine, session: &Session) -> Vec<KnownSlot> {
    let easy = ways::known(machine);
    let of_devices: Vec<String> = super::devices(session).into_iter().filter_map(|device| device.slot).collect();
    let known = |slot: &Slot| {
        let id = slot.id().to_owned();
        let label = session.manifest.labels.get(&id);
        KnownSlot {
            kind: slot.kind(),
            kind_name: slot.kind_name().to_owned(),
            name: label.map(|label| label.name.clone()).unwrap_or_default(),
            added: label.map(|label| Timestamp::from_millis(label.added_ms)),
            last_used: session.memory.slot_used(&id),
            work_factor: slot.work_factor(),
            is_in_use: session.slot.as_ref() == Some(&id),
            opens_here: easy.iter().any(|way| is_opened_by(session, way, slot)),
            is_a_devices: of_devices.contains(&id),
            is_removable: !is_last_for_people(session, slot),
            id,
        }
    };
    session.slots.iter().map(known).collect()
}

/// Returns the slot whose id begins so.
///
/// # Errors
/// There is none, or more than one.
pub fn slot_named(machine: &Machine, session: &Session, which: &str) -> Result<KnownSlot, SlotError> {
    let id = named(session, which)?.id();
    slots(machine, session).into_iter().find(|slot| slot.id == id).ok_or(SlotError::NoSuch)
}

/// Tells whether this device opens the slot in this way, as far as labels tell.
fn is_opened_by(session: &Session, way: &EasyWay, slot: &Slot) -> bool {
    let label = session.manifest.labels.get(slot.id());
    let is_of_this_device = label.is_some_and(|label| label.device.as_deref() == Some(&session.device.id));
    let is_for = |recipient: &String| label.is_some_and(|label| label.recipient.as_ref() == Some(recipient));
    match way {
        EasyWay::Keyring { .. } => slot.kind() == SlotKind::Keyring && is_of_this_device,
        EasyWay::File { recipient, .. } => slot.kind() == SlotKind::Identity && is_for(recipient),
        EasyWay::Plugin { recipient, .. } => slot.kind() == SlotKind::Plugin && is_for(recipient),
    }
}

/// Tells whether nothing that people know or have on paper would be left without this slot.
fn is_last_for_people(session: &Session, slot: &Slot) -> bool {
    slot.kind().is_for_people() && session.slots.iter().filter(|slot| slot.kind().is_for_people()).count() == 1
}

/// Finds a slot by the beginning of its id.
fn named<'a>(session: &'a Session, which: &str) -> Result<&'a Slot, SlotError> {
    let which = which.trim().to_lowercase();
    let starts = |slot: &&Slot| which.len() >= SHORTEST_ID && slot.id().starts_with(&which);
    let hits: Vec<&Slot> = session.slots.iter().filter(starts).collect();
    match hits.as_slice() {
        [slot] => Ok(slot),
        [] => Err(SlotError::NoSuch),
        [..] => Err(SlotError::Several),
    }
}
