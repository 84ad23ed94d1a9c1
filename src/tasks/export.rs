//! Writes accounts as another app reads them.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use thiserror::Error;

use super::import::{Export, ExportFileError};
use super::policy;
use super::session::Session;
use crate::exchange::qr::{QrCode, TooLong};
use crate::exchange::{Entry, ExportPlan};
use crate::ports::{FileError, Machine, NoEntropy};
use crate::vault::{Deed, Forbidden};

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
    /// An account has more in it than one QR code can hold.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The vault's policy forbids it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
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
            Self::TooLong(error) => error.next_step(),
            Self::Forbidden(forbidden) => forbidden.next_step(),
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
    session: &Session,
    path: &Path,
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<Written, ExportError> {
    policy::allow(session, Deed::Export)?;
    if plan.is_empty() {
        return Err(ExportError::Nothing);
    }
    let bytes = write(machine, plan, password)?;
    let files = if plan.writer.pictures { pictures(path, &bytes)? } else { vec![(path.to_owned(), bytes)] };
    // All of them or none: looked at before the first is written.
    for (path, _) in &files {
        if machine.documents.look(path)?.is_some() {
            return Err(FileError::Exists(path.clone()).into());
        }
    }
    let mut written = Vec::with_capacity(files.len());
    let proved = write_all(machine, &files, &mut written).and_then(|()| prove(machine, &written, plan, password));
    if let Err(error) = proved {
        // What does not open must not be taken for a copy. If even that fails, the error still says enough.
        for path in &written {
            machine.documents.remove(path).ok();
        }
        return Err(error);
    }
    let encrypted = password.is_some() && plan.can_encrypt();
    Ok(Written { files: written, accounts: plan.len(), encrypted })
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

/// Draws each line as a QR code: `codes.png`, or of several `codes-1-of-3.png`.
fn pictures(path: &Path, lines: &SecretSlice<u8>) -> Result<Vec<(PathBuf, SecretSlice<u8>)>, TooLong> {
    let lines: Vec<SecretString> =
        String::from_utf8_lossy(lines.expose_secret()).lines().map(SecretString::from).collect();
    let is_png = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    let start = if is_png { path.with_extension("") } else { path.to_owned() };
    let named = |number: usize| {
        let mut name = start.clone().into_os_string();
        name.push(if lines.len() == 1 { ".png".to_owned() } else { format!("-{number}-of-{}.png", lines.len()) });
        PathBuf::from(name)
    };
    lines.iter().zip(1..).map(|(line, number)| Ok((named(number), QrCode::of(line)?.to_png()))).collect()
}

fn write_all(
    machine: &mut Machine,
    files: &[(PathBuf, SecretSlice<u8>)],
    written: &mut Vec<PathBuf>,
) -> Result<(), ExportError> {
    for (path, bytes) in files {
        machine.documents.write_new(path, bytes.expose_secret())?;
        written.push(path.clone());
    }
    Ok(())
}

/// Reads everything back, as an import would, and compares it.
fn prove(
    machine: &mut Machine,
    paths: &[PathBuf],
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<(), ExportError> {
    let mut accounts = Vec::with_capacity(plan.len());
    for path in paths {
        let not_proved = || ExportError::NotProved(path.clone());
        let export = match Export::open(machine, path, Some(plan.format)) {
            Ok(export) => export,
            Err(ExportFileError::File(error)) => return Err(error.into()),
            Err(ExportFileError::Content(_) | ExportFileError::Picture(_)) => return Err(not_proved()),
        };
        let read = export.read(password).map_err(|_| not_proved())?;
        if !read.skipped.is_empty() {
            return Err(not_proved());
        }
        accounts.extend(read.accounts);
    }
    let is_same = accounts.iter().map(compared).eq(plan.entries.iter().map(compared));
    if is_same { Ok(()) } else { Err(ExportError::NotProved(paths[0].clone())) }
}

/// Returns what is compared: white space around a name is lost in most formats, and nobody misses it; an account's place
/// begins anew in every file.
fn compared(entry: &Entry) -> Entry {
    let (issuer, account) = (entry.issuer.trim().to_owned(), entry.account.trim().to_owned());
    Entry { index: 0, issuer, account, ..entry.clone() }
}
