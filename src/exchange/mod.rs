//! Other apps' accounts: their bytes to ours, and ours to theirs.
//!
//! A partial success is normal: what cannot be read is left out with its place and the reason, and never stops the rest.

pub mod google;
pub mod qr;

use std::fmt;

use thiserror::Error;

use crate::otp::{Enrolment, SecretError};

/// What came out of another app's export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The accounts that could be read, in the app's order.
    pub accounts: Vec<Entry>,
    /// Those that could not, and why.
    pub skipped: Vec<Skipped>,
    /// Which part of a larger export this is, if it is only a part.
    pub part: Option<Part>,
}

/// One account as another app had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who issued it; may be empty.
    pub issuer: String,
    /// Whose account it is; may be empty.
    pub account: String,
    /// How to compute the codes.
    pub enrolment: Enrolment,
    /// Where a HOTP stands; 0 for every other kind.
    pub counter: u64,
    /// What the user wrote about it.
    pub note: String,
    /// The groups it was in.
    pub tags: Vec<String>,
}

/// An account that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its place in the export, counted from 0.
    pub index: usize,
    /// Why it was left out.
    pub reason: SkipReason,
}

/// Why an account was left out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SkipReason {
    /// Its bytes do not make sense.
    #[error("the entry is damaged")]
    Damaged,
    /// A type of code that does not exist here.
    #[error("its type of code is unknown")]
    Type,
    /// An algorithm that codes are not computed with here.
    #[error("its algorithm is not supported")]
    Algorithm,
    /// A length that codes do not have.
    #[error("its number of digits is not supported")]
    Digits,
    /// A secret that cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// One QR code out of several that make an export together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which one, counted from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// The same in all parts of one export.
    pub batch: i32,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of {}", self.number, self.of)
    }
}

/// Why nothing at all could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// No known app writes such a thing.
    #[error("this is not an export of an app that countersign knows")]
    NotRecognised,
    /// It begins as it should and then makes no sense.
    #[error("the export is damaged or was cut off")]
    Damaged,
    /// It is whole, but no account is in it.
    #[error("the export holds no accounts")]
    Empty,
}

impl ImportError {
    /// Returns what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotRecognised => {
                "name the app with --from, or export again in one of the formats that `countersign help import` lists"
            }
            Self::Damaged => "export again and copy all of it",
            Self::Empty => "choose the accounts in the other app and export again",
        }
    }
}
