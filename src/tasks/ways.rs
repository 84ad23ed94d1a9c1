//! How this device opens the vault without a passphrase: names and places, never keys.
//!
//! They stand in this device's own state and not in the vault. A file that comes from elsewhere so never decides which
//! program is started, which file is read, or what the keyring is asked for.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::session::Session;
use super::unlock::{Trust, UnlockError, Way, unlock, unlock_for};
use crate::ports::{FileError, KeyringError, Machine, StateSlot};
use crate::sealing::{self, SlotKind};

/// An identity file is a few lines.
const LARGEST_IDENTITY_FILE: usize = 64 << 10;
/// What is said when the keyring takes long.
pub(super) const KEYRING_WAITS: &str = "the keyring does not answer yet; it may have a window open that waits for you";

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

#[derive(Default, Serialize, Deserialize)]
struct WireWays {
    #[serde(default)]
    ways: Vec<WireWay>,
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

/// Returns what the keyring holds under a name. Whoever waits for it with us hears that it takes long.
pub(super) fn in_keyring(machine: &mut Machine, name: &str) -> Result<SecretString, KeyringError> {
    machine.keyring.load(name, &|| machine.key_talk.say(KEYRING_WAITS))
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
    let stored = machine.state.load(StateSlot::Ways).ok().flatten();
    let read = stored.and_then(|bytes| serde_json::from_slice::<WireWays>(&bytes).ok());
    let known = |way| match way {
        WireWay::Keyring { name } => EasyWay::Keyring { name },
        WireWay::File { path, recipient } => EasyWay::File { path: path.into(), recipient },
        WireWay::Plugin { identity, recipient } => EasyWay::Plugin { identity, recipient },
    };
    read.unwrap_or_default().ways.into_iter().map(known).collect()
}

/// Remembers a way.
pub(super) fn remember(machine: &mut Machine, way: EasyWay) -> Result<(), FileError> {
    let mut ways = known(machine);
    if !ways.contains(&way) {
        ways.push(way);
    }
    store(machine, ways)
}

/// Forgets a way.
pub(super) fn forget(machine: &mut Machine, way: &EasyWay) -> Result<(), FileError> {
    let mut ways = known(machine);
    ways.retain(|known| known != way);
    store(machine, ways)
}

fn store(machine: &mut Machine, ways: Vec<EasyWay>) -> Result<(), FileError> {
    let written = |way| match way {
        EasyWay::Keyring { name } => Some(WireWay::Keyring { name }),
        // A path that is no text cannot be remembered; the file is then named each time.
        EasyWay::File { path, recipient } => {
            path.into_os_string().into_string().ok().map(|path| WireWay::File { path, recipient })
        }
        EasyWay::Plugin { identity, recipient } => Some(WireWay::Plugin { identity, recipient }),
    };
    let ways = WireWays { ways: ways.into_iter().filter_map(written).collect() };
    let bytes = serde_json::to_vec(&ways).expect("strings, into memory");
    machine.state.store(StateSlot::Ways, &bytes)
}
