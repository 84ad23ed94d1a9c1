//! Brings another app's accounts in.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use thiserror::Error;

use super::code::new_account_id;
use super::commit::{CommitError, Saved, commit};
use super::session::Session;
use crate::exchange::qr::{self, PictureError};
use crate::exchange::{self, Choice, Format, ImportError, Imported, Preview, Row};
use crate::ports::{FileError, Machine};
use crate::vault::Change;

/// Another app's export, whose format is known and which may be encrypted.
pub struct Export {
    /// What it is.
    pub format: &'static Format,
    bytes: SecretSlice<u8>,
}

impl Export {
    /// Reads a file, or standard input for `-`, and tells its format by what is in it, unless it is given. Of a picture,
    /// what its QR codes say.
    ///
    /// # Errors
    /// The file cannot be read, or nobody knows what it is.
    pub fn open(machine: &mut Machine, path: &Path, format: Option<&'static Format>) -> Result<Self, ExportFileError> {
        let bytes = SecretSlice::from(machine.documents.read(path, exchange::MAX_BYTES)?);
        let bytes = what_is_said(bytes)?;
        let format = format.or_else(|| exchange::recognise(bytes.expose_secret()));
        Ok(Self { format: format.ok_or(ImportError::NotRecognised)?, bytes })
    }

    /// Reads the accounts.
    ///
    /// # Errors
    /// It is damaged, or encrypted to another password.
    pub fn read(&self, password: Option<&SecretString>) -> Result<Imported, ImportError> {
        (self.format.read)(self.bytes.expose_secret(), password)
    }
}

/// Returns the texts of a picture's QR codes, one a line; anything else as it is.
fn what_is_said(bytes: SecretSlice<u8>) -> Result<SecretSlice<u8>, PictureError> {
    if std::str::from_utf8(bytes.expose_secret()).is_ok() {
        return Ok(bytes);
    }
    match qr::read(bytes.expose_secret()) {
        Ok(codes) => {
            Ok(codes.iter().flat_map(|code| code.expose_secret().bytes().chain([b'\n'])).collect::<Vec<u8>>().into())
        }
        Err(PictureError::NotAPicture) => Ok(bytes),
        Err(error @ (PictureError::TooLarge | PictureError::Damaged | PictureError::NoCode)) => Err(error),
    }
}

/// Why an export was not read.
#[derive(Debug, Error)]
pub enum ExportFileError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in it cannot be.
    #[error(transparent)]
    Content(#[from] ImportError),
    /// It is a picture, and no code was read in it.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl ExportFileError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Content(error) => error.next_step(),
            Self::Picture(error) => error.next_step(),
        }
    }
}

/// Compares exports with the vault.
pub fn preview_import(session: &Session, exports: Vec<Imported>) -> Vec<Preview> {
    exchange::preview(&session.vault, exports)
}

/// Makes all the choices come true as one change, which one undo takes back. Returns how many there were.
///
/// # Errors
/// Nothing was saved then.
pub fn import<'a>(
    machine: &mut Machine,
    session: &mut Session,
    from: &str,
    rows: impl IntoIterator<Item = (&'a Row, Choice)>,
) -> Result<(usize, Saved), CommitError> {
    let now = machine.clock.now();
    let mut changes = Vec::new();
    for (row, choice) in rows {
        let id = new_account_id(machine)?;
        changes.extend(row.change(choice, &session.vault, id, now));
    }
    if changes.is_empty() {
        return Ok((0, Saved::default()));
    }
    let count = changes.len();
    let title = format!("imported {count} account{} from {from}", if count == 1 { "" } else { "s" });
    let saved = commit(machine, session, &title, &Change::Batch(changes))?;
    Ok((count, saved))
}
