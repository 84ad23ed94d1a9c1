//! The keyring of macOS and Windows, which may have to ask its owner before it answers.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use crate::ports::{Keyring, KeyringError};

/// Under which name our keys stand in the keyring.
const SERVICE: &str = "countersign";
/// How long somebody has to unlock the keyring when it asks.
const PATIENCE: Duration = Duration::from_secs(60);

/// The keyring of this desktop session.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn load(&mut self, name: &str) -> Result<SecretString, KeyringError> {
        in_time(name, |entry| entry.get_password().map(SecretString::from))
    }

    fn store(&mut self, name: &str, secret: &SecretString) -> Result<(), KeyringError> {
        let secret = secret.clone();
        in_time(name, move |entry| entry.set_password(secret.expose_secret()))
    }

    fn forget(&mut self, name: &str) -> Result<(), KeyringError> {
        match in_time(name, Entry::delete_credential) {
            Err(KeyringError::NoEntry) => Ok(()),
            other => other,
        }
    }
}

/// Asks on a thread of its own: a keyring that shows a window blocks until somebody answers it.
fn in_time<T: Send + 'static>(
    name: &str,
    ask: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeyringError> {
    let name = name.to_owned();
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            let answer = Entry::new(SERVICE, &name).and_then(|entry| ask(&entry));
            // Nobody listens any more when it took too long.
            sender.send(answer.map_err(|error| named(&error))).ok();
        })
        .map_err(|_refused| KeyringError::Failed)?;
    receiver.recv_timeout(PATIENCE).unwrap_or(Err(KeyringError::TimedOut))
}

/// Names the keyring's error in our words: its own may hold what it keeps.
fn named(error: &Error) -> KeyringError {
    match error {
        Error::NoDefaultStore => KeyringError::Absent,
        Error::NoEntry => KeyringError::NoEntry,
        Error::NoStorageAccess(_) => KeyringError::Locked,
        // The enum is the keyring crate's and may grow; what is left is nothing that its owner could tell apart.
        _ => KeyringError::Failed,
    }
}
