//! What the screens and the worker say to each other about the ways to unlock the vault.

use secrecy::SecretString;

use super::message::{Snapshot, Trouble};
use crate::otp::Timestamp;
pub use crate::tasks::slots::{KnownSlot, Protection, protection, weakest};

/// Something that is asked of the worker.
#[derive(Debug)]
pub enum SlotJob {
    /// Say which ways there are.
    List,
    /// Draw the words of a recovery sheet. They open nothing yet.
    DrawSheet {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
    },
    /// Write these words into a new file, ready to be printed.
    WriteSheet(SecretString),
    /// Add a way, after it has opened the vault once.
    Add {
        /// When it was asked for.
        asked: Timestamp,
        /// Which.
        way: NewWay,
        /// What its owner calls it; may be empty.
        name: String,
    },
    /// Remove the slot of this id.
    Remove(String),
    /// Put another passphrase in the place of one.
    Change(Box<PassphraseChange>),
}

/// A way to unlock that is to be added.
#[derive(Debug)]
pub enum NewWay {
    /// Another passphrase.
    Passphrase(SecretString),
    /// An identity in the keyring of this device.
    Keyring,
    /// The key in an identity file: age's own, or an SSH key.
    KeyFile(String),
    /// The key behind an age plugin, which this identity file names.
    Plugin(String),
    /// The words of a recovery sheet.
    Sheet(SecretString),
}

/// Another passphrase, and what goes with it.
#[derive(Debug)]
pub struct PassphraseChange {
    /// When it was asked for.
    pub asked: Timestamp,
    /// The one that is changed.
    pub old: SecretString,
    /// The one in its place.
    pub new: SecretString,
    /// What guessing the new one shall cost.
    pub cost: NewCost,
    /// The vault's other passphrases, for which a new key is made too.
    pub others: Vec<SecretString>,
    /// Whether the vault keeps its key.
    pub keep_key: bool,
}

/// What guessing a new passphrase shall cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewCost {
    /// As much as the vault's passphrase did before.
    AsBefore,
    /// About a second on this computer, which is measured first.
    Measured,
    /// This work factor: scrypt's logN.
    Factor(u8),
}

/// What became of it.
#[derive(Debug)]
pub enum SlotOutcome {
    /// The ways there are now.
    Listed(Slots),
    /// The words of a recovery sheet.
    SheetDrawn {
        /// When it was asked for.
        asked: Timestamp,
        /// They.
        words: SecretString,
    },
    /// A way was added.
    Added {
        /// When it was asked for.
        asked: Timestamp,
        /// The ways there are now.
        slots: Slots,
    },
    /// A passphrase was changed.
    Changed {
        /// When it was asked for.
        asked: Timestamp,
        /// The ways there are now.
        slots: Slots,
        /// The vault's words from now on, if it got a new key.
        words: Option<String>,
    },
    /// It was not done, and the vault is as it was.
    Refused {
        /// When it was asked for.
        asked: Timestamp,
        /// Why.
        trouble: Trouble,
    },
}

/// The ways to unlock the vault.
#[derive(Clone, Debug)]
pub struct Slots {
    /// What is in the vault now.
    pub snapshot: Snapshot,
    /// They, in the order of the vault's header.
    pub slots: Vec<KnownSlot>,
    /// The id of the one that was just added.
    pub added: Option<String>,
    /// What was done, in the user's words.
    pub title: Option<String>,
}

impl SlotOutcome {
    /// Returns the ways there are now, if they were told.
    pub fn slots(&self) -> Option<&Slots> {
        match self {
            Self::Listed(slots) | Self::Added { slots, .. } | Self::Changed { slots, .. } => Some(slots),
            Self::SheetDrawn { .. } | Self::Refused { .. } => None,
        }
    }
}
