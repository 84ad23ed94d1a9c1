//! How this device opens the vault without a passphrase: names and places, never keys.
//!
//! They stand in this device's own state and not in the vault. A file that comes from elsewhere so never decides which
//! program is started, which file is read, or what the keyring is asked for.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::session::Session;
use super::unlock::{Trust, UnlockError, Way, unlock, unlock_for};
use crate::ports::{FileError, KeyringError, Machine, StateSlot};
use crate::sealing::{self, SlotKind, Talk};

/// An identity file is a few lines.
const LARGEST_IDENTITY_FILE: usize = 64 << 10;
/// What is said when the keyring takes long.
const KEYRING_WAITS: &str = "the keyring does not answer yet; it may have a window open that waits for you";

/// One way in which this device opens the vault by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EasyWay {
    /// An identity in the operating system's keyring.
    Keyring {
        /// Under which name it stands there.
        name: String,
    },
    /// An identity file of the user.
    File {
        /// Where it is.
        path: PathBuf,
        /// To whom its slot is encrypted: which slot it is.
        recipient: String,
    },
    /// An age plugin.
    Plugin {
        /// What the plugin needs to find its key (`AGE-PLUGIN-…`). It opens nothing without the plugin's hardware.
        identity: String,
        /// To whom its slot is encrypted: which slot it is.
        recipient: String,
    },
}

/// A way as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WireWay {
    Keyring { name: String },
    File { path: String, recipient: String },
    Plugin { identity: String, recipient: String },
}

/// The file. What a newer version has written in it stays.
#[derive(Default, Serialize, Deserialize)]
struct WireWays {
    #[serde(default)]
    ways: Vec<Value>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl EasyWay {
    /// Returns the kind of slot that it opens.
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Keyring { .. } => SlotKind::Keyring,
            Self::File { .. } => SlotKind::Identity,
            Self::Plugin { .. } => SlotKind::Plugin,
        }
    }

    /// Returns what it is called in a sentence.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Keyring { .. } => "the keyring",
            Self::File { .. } => "the identity file",
            Self::Plugin { .. } => "the age plugin",
        }
    }

    /// Returns the text of the identity file that it stands for.
    fn identity(&self, machine: &mut Machine) -> Result<SecretString, UnlockError> {
        match self {
            Self::Keyring { name } => Ok(in_keyring(machine, name)?),
            Self::Plugin { identity, .. } => Ok(SecretString::from(identity.as_str())),
            Self::File { path, .. } => {
                let bytes = machine.documents.read(path, LARGEST_IDENTITY_FILE).map_err(UnlockError::IdentityFile)?;
                Ok(sealing::identity_text(bytes)?)
            }
        }
    }
}

/// Returns what tells somebody that the keyring takes long.
pub(super) fn told(talk: &Talk) -> impl Fn() {
    || talk.say(KEYRING_WAITS)
}

/// Returns what the keyring holds under a name. Whoever waits for it with us hears that it takes long.
pub(super) fn in_keyring(machine: &mut Machine, name: &str) -> Result<SecretString, KeyringError> {
    machine.keyring.load(name, &told(&machine.key_talk))
}

/// Returns the ways in which this device may open the vault by itself, those first that ask for nothing. Only those for
/// which the vault has a slot: what it says is not proved yet, but a way without a slot cannot work.
pub fn easy_ways(machine: &mut Machine) -> Vec<EasyWay> {
    let mut ways = known(machine);
    if ways.is_empty() {
        return ways;
    }
    let stored = machine.vault_file.read().ok().flatten();
    let Some(slots) = stored.and_then(|stored| sealing::peek(&stored.bytes).ok()) else {
        return Vec::new();
    };
    ways.retain(|way| slots.iter().any(|slot| slot.kind() == way.kind()));
    ways.sort_by_key(|way| match way {
        EasyWay::Keyring { .. } => 0,
        EasyWay::File { .. } => 1,
        EasyWay::Plugin { .. } => 2,
    });
    ways
}

/// Unlocks the vault in a way that this device knows; for one query if there is one, as [`unlock_for`].
///
/// # Errors
/// As [`unlock`]; [`UnlockError::is_about_the_way`] tells whether another way may do.
pub fn unlock_easily(
    machine: &mut Machine,
    easy: &EasyWay,
    trust: &Trust,
    query: Option<&str>,
) -> Result<Session, UnlockError> {
    let way = Way::Identity(easy.identity(machine)?);
    let mut session = match query {
        Some(query) => unlock_for(machine, &way, trust, query)?,
        None => unlock(machine, &way, trust)?,
    };
    // It opens a successor of the vault's key as well. A plugin would ask for its hardware then, unexpectedly.
    if let (Way::Identity(text), SlotKind::Keyring | SlotKind::Identity) = (way, easy.kind()) {
        session.own = Some(text);
    }
    Ok(session)
}

/// Returns all ways that this device knows for the vault.
pub(super) fn known(machine: &Machine) -> Vec<EasyWay> {
    read(machine).unwrap_or_default().ways.iter().filter_map(WireWay::understood).collect()
}

/// Remembers a way.
pub(super) fn remember(machine: &mut Machine, way: EasyWay) -> Result<(), FileError> {
    let mut wire = read(machine)?;
    if !wire.ways.iter().any(|known| WireWay::understood(known).as_ref() == Some(&way)) {
        wire.ways.extend(WireWay::written(way));
    }
    store(machine, &wire)
}

/// Forgets a way.
pub(super) fn forget(machine: &mut Machine, way: &EasyWay) -> Result<(), FileError> {
    let mut wire = read(machine)?;
    wire.ways.retain(|known| WireWay::understood(known).as_ref() != Some(way));
    store(machine, &wire)
}

/// Reads what is remembered. What is no such file at all is as good as none.
fn read(machine: &Machine) -> Result<WireWays, FileError> {
    let stored = machine.state.load(StateSlot::Ways)?;
    Ok(stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

fn store(machine: &mut Machine, wire: &WireWays) -> Result<(), FileError> {
    let bytes = serde_json::to_vec(wire).expect("strings, into memory");
    machine.state.store(StateSlot::Ways, &bytes)
}

impl WireWay {
    /// Returns the way that it is, if this version knows such ways.
    fn understood(wire: &Value) -> Option<EasyWay> {
        Some(match Self::deserialize(wire).ok()? {
            Self::Keyring { name } => EasyWay::Keyring { name },
            Self::File { path, recipient } => EasyWay::File { path: path.into(), recipient },
            Self::Plugin { identity, recipient } => EasyWay::Plugin { identity, recipient },
        })
    }

    /// Returns what is written of a way. A path that is no text cannot be remembered; the file is then named each time.
    fn written(way: EasyWay) -> Option<Value> {
        let wire = match way {
            EasyWay::Keyring { name } => Self::Keyring { name },
            EasyWay::File { path, recipient } => {
                Self::File { path: path.into_os_string().into_string().ok()?, recipient }
            }
            EasyWay::Plugin { identity, recipient } => Self::Plugin { identity, recipient },
        };
        serde_json::to_value(wire).ok()
    }
}
