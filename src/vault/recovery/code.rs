//! The text of one recovery code: a secret, kept exactly as the site wrote it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// The longest code, in bytes; the longest known ones are recovery phrases of 24 words.
const LIMIT: usize = 1024;

/// A recovery code, verbatim: upper and lower case matter at some sites.
#[derive(Clone)]
pub struct CodeText(SecretString);

/// Why a text is no recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeTextError {
    /// Nothing is in it.
    #[error("a recovery code is empty")]
    Empty,
    /// It is longer than any.
    #[error("a recovery code is longer than {LIMIT} bytes")]
    TooLong,
}

impl CodeText {
    /// Returns the code with this text.
    ///
    /// # Errors
    /// It is empty or longer than 1,024 bytes.
    pub fn new(text: SecretString) -> Result<Self, CodeTextError> {
        match text.expose_secret() {
            blank if blank.trim().is_empty() => Err(CodeTextError::Empty),
            long if long.len() > LIMIT => Err(CodeTextError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    /// Gives the text away.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns what stands for a code that is not shown: `•••••-•••••`.
    ///
    /// It is the same for every code: its own shape would tell its length, and of words how long each is.
    #[must_use]
    pub fn masked(&self) -> String {
        "•••••-•••••".to_owned()
    }

    /// Returns a copy to hand to a clipboard.
    #[must_use]
    pub fn to_secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl PartialEq for CodeText {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl Eq for CodeText {}

impl fmt::Debug for CodeText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeText([REDACTED])")
    }
}
