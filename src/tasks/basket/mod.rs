//! Recovery codes apart from the vault: the basket's file, opening and writing it, and moving codes out and back.
//!
//! The vault knows which codes there are and which were used; the basket has their texts. It is written before the vault
//! when texts go there, and after it when they come back, so that at each moment one of both has them.

mod earlier;
mod file;
mod moving;

use secrecy::SecretString;
use thiserror::Error;

use super::commit::CommitError;
use super::unlock::{Trust, Way};
use crate::ports::{FileError, Machine, Version};
use crate::sealing::{OpensWith, SealError, look_at_backup};
use crate::vault::{BasketContents, BasketFormatError};

pub use earlier::{earlier_with_codes, remove_earlier_with_codes};
pub use file::{new_basket, open_basket};
pub use moving::{MovedApart, MovedTogether, move_apart, move_together};

/// An opened basket, with what opens it again. Dropping it closes it.
pub struct Basket {
    pub(super) contents: BasketContents,
    /// What opened it; `None` in one that was just made for recipients.
    way: Option<Way>,
    /// What opening it again may cost.
    trust: Trust,
    /// The file as it was last read or written; `None` if there is none yet.
    version: Option<Version>,
}

impl Basket {
    /// Returns what is in it.
    pub fn contents(&self) -> &BasketContents {
        &self.contents
    }
}

/// What shall open a new basket.
pub enum NewLock {
    /// A passphrase that does not open the vault.
    Passphrase(SecretString),
    /// The identities of these recipients (`age1…`), none of which opens the vault.
    Recipients(Vec<String>),
}

/// Why a basket could not be opened or written.
#[derive(Debug, Error)]
pub enum BasketError {
    /// There is none.
    #[error("there is no file with recovery codes at {0}")]
    Missing(String),
    /// It is not open.
    #[error("the recovery codes that are kept apart are not open")]
    Closed,
    /// There is one already.
    #[error("there is a file at {0} already")]
    Exists(String),
    /// The passphrase opens the vault as well.
    #[error("that passphrase opens the vault as well, so one leak would give both")]
    OpensTheVault,
    /// So does the identity of a recipient.
    #[error("the identity of that recipient opens the vault as well, so one leak would give both")]
    RecipientOpensTheVault,
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be opened or sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What is inside cannot be read.
    #[error(transparent)]
    Format(#[from] BasketFormatError),
    /// Others wrote all the time.
    #[error("others kept writing to the file with the recovery codes")]
    TooBusy,
    /// The vault could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl BasketError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Missing(_) => {
                "bring the file back, or say where it is: [recovery] file in the settings; a backup may have a copy beside it"
            }
            Self::Closed => "open them first",
            Self::Exists(_) => "open that one, or choose another place; nothing is ever overwritten",
            Self::OpensTheVault => "choose another passphrase, and keep it elsewhere than the vault's",
            Self::RecipientOpensTheVault => "name a recipient whose identity you keep elsewhere",
            Self::File(error) => error.next_step(),
            Self::Seal(error) => error.next_step().unwrap_or("try again; nothing was changed"),
            Self::Format(error) => error.next_step(),
            Self::TooBusy => "try again; nothing was changed",
            Self::Commit(error) => error.next_step(),
        }
    }

    /// Tells whether another passphrase might do.
    pub fn is_wrong_passphrase(&self) -> bool {
        matches!(self, Self::Seal(error) if error.is_wrong_passphrase())
    }
}

/// Tells what opens the basket, without opening it; `None` if there is none.
///
/// # Errors
/// It cannot be read, or is no age file.
pub fn look_at_basket(machine: &mut Machine) -> Result<Option<OpensWith>, BasketError> {
    let stored = machine.basket_file.read()?;
    Ok(stored.map(|stored| look_at_backup(&stored.bytes)).transpose()?)
}

/// Returns where the basket is, or would be, ready to be shown.
pub fn basket_place(machine: &Machine) -> String {
    crate::shown::shown(&machine.basket_file.path().to_string_lossy())
}
