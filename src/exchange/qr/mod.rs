//! QR codes: out of pictures, and into something to draw.
//!
//! What a code says is a secret nearly always, and so are its modules and the picture of it.

mod account;
mod draw;
mod looks;
mod picture;
mod read;
mod write;

use thiserror::Error;

pub use draw::QUIET;
pub use picture::MOST_BYTES;
pub use read::{read, read_pixels};
pub use write::{QrCode, most_bytes};

/// Why nothing was read from a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    /// It does not begin as a picture does.
    #[error("this is not a PNG, JPEG or WebP picture")]
    NotAPicture,
    /// It has more pixels than are looked at.
    #[error("the picture is too large")]
    TooLarge,
    /// It begins as it should and then makes no sense.
    #[error("the picture is damaged or was cut off")]
    Damaged,
    /// It is whole, and no code was found in it.
    #[error("no QR code was found in the picture")]
    NoCode,
}

impl PictureError {
    /// Returns what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::NotAPicture => "save it as PNG, or take a screenshot of it",
            Self::TooLarge => "cut out the part with the code, or save it smaller",
            Self::Damaged => "save or send it again",
            Self::NoCode => "show the whole code with some margin around it, sharp and large, or give its text instead",
        }
    }
}

/// A text has more in it than a QR code can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is more than a QR code can hold")]
pub struct TooLong;

impl TooLong {
    /// Returns what to do about it.
    pub fn next_step(self) -> &'static str {
        "shorten the names of the account, or export to a file"
    }
}
