//! Reads what the user hands over in files, through standard input or from a command: secrets, mostly.

use std::ffi::OsStr;
use std::path::Path;

use secrecy::{SecretSlice, SecretString};

use super::Context;
use super::output::{Exit, Failure};
use crate::exchange::recovery_codes;
use crate::sealing;
use crate::tasks::UnlockError;

/// Far more than any passphrase, secret or identity file has.
const SECRET_LIMIT: usize = 64 * 1024;
/// Far more than ten thousand otpauth URIs have.
const TEXT_LIMIT: usize = 64 * 1024 * 1024;
const STANDARD_INPUT: &str = "-";

impl Context<'_> {
    /// Reads the first line of a file, without its end.
    pub(super) fn read_first_line(&mut self, path: &Path, what: &str) -> Result<SecretString, Failure> {
        let bytes = self.read(path, SECRET_LIMIT)?;
        first_line(bytes, what)
    }

    /// Reads the first line that a command prints, without its end.
    pub(super) fn read_from_command(&mut self, command: &OsStr, what: &str) -> Result<SecretString, Failure> {
        let bytes = (self.surroundings.run_command)(command).map_err(|error| {
            let next = "run it by itself to see what is wrong with it";
            Failure::new(Exit::CannotUnlock, format!("the command that prints {what} failed: {error}"), next)
        })?;
        first_line(bytes, what)
    }

    /// Reads a small file whole.
    pub(super) fn read_secret_text(&mut self, path: &Path, what: &str) -> Result<SecretString, Failure> {
        let bytes = self.read(path, SECRET_LIMIT)?;
        text(bytes, what).map(SecretString::from)
    }

    /// Reads an identity file, which may itself be encrypted.
    pub(super) fn read_identity(&mut self, path: &Path) -> Result<SecretString, Failure> {
        let bytes = self.read(path, SECRET_LIMIT)?;
        sealing::identity_text(bytes).map_err(|error| UnlockError::Seal(error).into())
    }

    /// Reads standard input to its end.
    pub(super) fn read_standard_input(&mut self) -> Result<SecretString, Failure> {
        let bytes = self.read(Path::new(STANDARD_INPUT), TEXT_LIMIT)?;
        text(bytes, "standard input").map(SecretString::from)
    }

    /// Sees that standard input, if that is what the path means, is read by nobody else.
    pub(super) fn claim_input(&mut self, path: &Path) -> Result<(), Failure> {
        if path == Path::new(STANDARD_INPUT) {
            if self.has_read_input {
                let next = "give one of them as a file";
                return Err(Failure::new(Exit::Usage, "standard input is asked for twice", next));
            }
            self.has_read_input = true;
        }
        Ok(())
    }

    /// Reads a text that may hold recovery codes.
    pub(super) fn read_recovery_text(&mut self, path: &Path) -> Result<SecretSlice<u8>, Failure> {
        Ok(self.read(path, recovery_codes::LIMIT)?.into())
    }

    fn read(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
        self.claim_input(path)?;
        Ok(self.machine.documents.read(path, limit)?)
    }
}

fn first_line(mut bytes: Vec<u8>, what: &str) -> Result<SecretString, Failure> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    bytes.truncate(end);
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if bytes.is_empty() {
        return Err(Failure::new(
            Exit::Failed,
            format!("the first line of {what} is empty"),
            "write it there and try again",
        ));
    }
    text(bytes, what).map(SecretString::from)
}

fn text(bytes: Vec<u8>, what: &str) -> Result<String, Failure> {
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Exit::Failed, format!("{what} is not UTF-8 text"), "check that it is the right one"))
}
