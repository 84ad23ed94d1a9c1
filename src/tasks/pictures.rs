//! What the QR codes of a picture say, wherever the picture is.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use thiserror::Error;

use crate::exchange::qr::{self, PictureError};
use crate::ports::{ClipboardError, FileError, Machine, Pasted};

/// What was on the clipboard.
pub enum Taken {
    /// A text.
    Text(SecretString),
    /// A picture; what its codes say.
    Codes(Vec<SecretString>),
}

/// Why no code was read.
#[derive(Debug, Error)]
pub enum CodesError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in it cannot be.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The clipboard cannot be.
    #[error("the clipboard cannot be read from here")]
    Clipboard(#[source] ClipboardError),
    /// It holds nothing to read.
    #[error("there is neither a text nor a picture on the clipboard")]
    Nothing,
}

impl CodesError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Picture(error) => error.next_step(),
            Self::Clipboard(_) => "save the picture and give its file, or paste the text",
            Self::Nothing => "copy the picture or the address first",
        }
    }
}

/// Reads the codes of a picture file; `-` is standard input.
///
/// # Errors
/// The file cannot be read, or no code in it.
pub fn codes_of_file(machine: &mut Machine, path: &Path) -> Result<Vec<SecretString>, CodesError> {
    let bytes = SecretSlice::from(machine.documents.read(path, qr::MOST_BYTES)?);
    Ok(qr::read(bytes.expose_secret())?)
}

/// Takes what is on the clipboard.
///
/// # Errors
/// It cannot be read, or holds nothing that could be an account.
pub fn take_clipboard(machine: &mut Machine) -> Result<Taken, CodesError> {
    match machine.clipboard.take().map_err(CodesError::Clipboard)? {
        Pasted::Text(text) => Ok(Taken::Text(text)),
        Pasted::Picture(picture) => Ok(Taken::Codes(qr::read_pixels(picture.width, picture.height, &picture.rgba)?)),
        Pasted::Nothing => Err(CodesError::Nothing),
    }
}
