//! Writes accounts as another app reads them.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use thiserror::Error;

use crate::exchange::{self, Entry, ExportPlan};
use crate::ports::{FileError, Machine, NoEntropy};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub files: Vec<PathBuf>,
    /// How many accounts are in it.
    pub accounts: usize,
    /// Whether a password is needed to read it.
    pub encrypted: bool,
}

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file cannot be written, or there is one already.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was read back is not what was written; it is removed again.
    #[error("what was written to {} did not read back the same, and was removed", crate::shown::shown(&.0.to_string_lossy()))]
    NotProved(PathBuf),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The format can carry none of the accounts.
    #[error("the format can carry none of these accounts")]
    Nothing,
}

impl ExportError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::NotProved(_) => "check the disk, or write it somewhere else",
            Self::NoEntropy(_) => "try again",
            Self::Nothing => "choose another format, or other accounts",
        }
    }
}

/// Writes a new file, reads it back and compares what is in it with what should be.
///
/// # Errors
/// Nothing is left behind then.
pub fn export(
    machine: &mut Machine,
    path: &Path,
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<Written, ExportError> {
    if plan.is_empty() {
        return Err(ExportError::Nothing);
    }
    let bytes = write(machine, plan, password)?;
    machine.documents.write_new(path, bytes.expose_secret())?;
    if !is_proved(machine, path, plan, password)? {
        // What does not open must not be taken for a copy. If even that fails, the error still says enough.
        machine.documents.remove(path).ok();
        return Err(ExportError::NotProved(path.to_owned()));
    }
    let encrypted = password.is_some() && plan.can_encrypt();
    Ok(Written { files: vec![path.to_owned()], accounts: plan.len(), encrypted })
}

fn write(
    machine: &mut Machine,
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<SecretSlice<u8>, NoEntropy> {
    let mut drawn = Ok(());
    let bytes = (plan.writer.write)(&plan.entries, password, &mut |buffer| {
        if drawn.is_ok() {
            drawn = machine.entropy.fill(buffer);
        }
    });
    drawn.map(|()| bytes)
}

fn is_proved(
    machine: &mut Machine,
    path: &Path,
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<bool, FileError> {
    let written = SecretSlice::from(machine.documents.read(path, exchange::MAX_BYTES)?);
    let read = (plan.format.read)(written.expose_secret(), password);
    Ok(read.is_ok_and(|read| {
        read.skipped.is_empty() && read.accounts.iter().map(trimmed).eq(plan.entries.iter().map(trimmed))
    }))
}

/// White space around a name is lost in most formats, and nobody misses it.
fn trimmed(entry: &Entry) -> Entry {
    Entry { issuer: entry.issuer.trim().to_owned(), account: entry.account.trim().to_owned(), ..entry.clone() }
}
