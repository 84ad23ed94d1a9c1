//! Backups: making them, proving that they open, bringing them back. A vault is never changed by the first two.

mod automatic;
mod create;
mod drill;
mod file;
mod name;
mod records;
mod restore;
mod retention;

use std::path::PathBuf;

use thiserror::Error;

use super::commit::CommitError;
use crate::ports::{FileError, NoEntropy};
use crate::sealing::SealError;
use crate::vault::{self, Forbidden, FormatError, Vault};

pub(super) use automatic::after_save;
pub(super) use create::opens_by_typing;
pub use create::{ApartCopy, BackupPassphrase, Created, NewBackup, create, is_passphrase_of};
pub use drill::{Drilled, drill};
pub use file::{Backup, BackupFile, read};
pub use name::Named;
pub use records::{Failing, How, Record, Records, Standing, records};
pub use restore::{Restored, restore, restore_into};

/// Where backups go by themselves, and how many stay there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupPlan {
    /// The folder; it is never made, for it may be a disk that is not there.
    pub folder: PathBuf,
    /// How many of the newest stay.
    pub keep: usize,
    /// For how many days the newest of the day stays.
    pub daily: usize,
    /// For how many weeks the newest of the week stays.
    pub weekly: usize,
    /// Age recipients that can open them as well; with none, they open with what opens the vault.
    pub recipients: Vec<String>,
}

/// Returns the six words by which people compare what two devices or a backup hold.
pub fn content_words(vault: &Vault) -> String {
    crate::sealing::six_words(&vault::content_digest(vault))
}

/// Why a backup was not made, not opened or not brought back.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Nobody has said where to.
    #[error("it is not known where backups go")]
    NoDestination,
    /// The folder is not there; a disk or a share may not be.
    #[error("there is no folder {0}")]
    NoFolder(String),
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What was written did not read back as the vault.
    #[error("what was written to {path} does not open as what it should be{}", if *.is_removed { "; it was removed again" } else { "" })]
    NotProved {
        /// Where.
        path: String,
        /// Whether it was removed again.
        is_removed: bool,
    },
    /// It cannot be opened.
    #[error("{error}")]
    Closed {
        /// Why.
        error: SealError,
        /// What is known of the file, and what may help.
        hint: String,
    },
    /// What is inside cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// It opens, and is of another vault.
    #[error("this is a backup of another vault")]
    OtherVault,
    /// There is a vault already.
    #[error("there is a file at {0} already")]
    Exists(String),
    /// The vault that it became could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The vault's policy forbids it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl BackupError {
    /// Says what to do about it.
    pub fn next_step(&self) -> String {
        let next = match self {
            Self::NoDestination => "name a folder or a new file; the folder is remembered for the next time",
            Self::NoFolder(_) => "connect the disk or make the folder; nothing was written",
            Self::File(error) => error.next_step(),
            Self::Seal(SealError::NoSlots) => {
                "choose a passphrase for it: the vault has no unlock slot that works on another device"
            }
            Self::Seal(error) => error.next_step().unwrap_or("try again; the vault is as it was"),
            Self::NotProved { is_removed: true, .. } => "check the disk, or take another one; the vault is as it was",
            Self::NotProved { .. } => "do not rely on it; remove it, check the disk, and take another one",
            Self::Closed { hint, .. } => hint,
            Self::Format(error) => error.next_step(),
            Self::OtherVault => "check that it is the right file; to bring in what it holds, merge it",
            Self::Exists(_) => "unlock it, so that the backup is merged into it; nothing is ever overwritten",
            Self::Commit(error) => error.next_step(),
            Self::Forbidden(forbidden) => forbidden.next_step(),
            Self::NoEntropy(_) => "try again",
        };
        next.to_owned()
    }

    /// Tells whether another passphrase might do.
    pub fn is_wrong_passphrase(&self) -> bool {
        matches!(self, Self::Closed { error, .. } if error.is_wrong_passphrase())
    }
}
