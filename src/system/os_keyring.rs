//! The keyring of macOS and Windows, which may have to ask its owner before it answers.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use crate::ports::{KEYRING_IS_SLOW, Keyring, KeyringError};

/// Under which name our keys stand in the keyring.
const SERVICE: &str = "countersign";
/// How long somebody has to unlock the keyring when it asks.
const PATIENCE: Duration = Duration::from_secs(60);

/// The keyring of this desktop session.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn load(&mut self, name: &str, waiting: &dyn Fn()) -> Result<SecretString, KeyringError> {
        in_time(name, waiting, |entry| entry.get_password().map(SecretString::from), |_entry| {})
    }

    fn store(&mut self, name: &str, secret: &SecretString, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        let secret = secret.clone();
        // A key that comes into the keyring when nobody waits for it any more is a key that nobody knows of.
        let take_back = |entry: &Entry| drop(entry.delete_credential());
        in_time(name, waiting, move |entry| entry.set_password(secret.expose_secret()), take_back)
    }

    fn forget(&mut self, name: &str, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        match in_time(name, waiting, Entry::delete_credential, |_entry| {}) {
            Err(KeyringError::NoEntry) => Ok(()),
            other => other,
        }
    }
}

/// Asks on a thread of its own: a keyring that shows a window blocks until somebody answers it. What is done when nobody waits
/// for the answer any more is `too_late`.
fn in_time<T: Send + 'static>(
    name: &str,
    waiting: &dyn Fn(),
    ask: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    too_late: impl FnOnce(&Entry) + Send + 'static,
) -> Result<T, KeyringError> {
    let name = name.to_owned();
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            let entry = match Entry::new(SERVICE, &name) {
                Ok(entry) => entry,
                Err(error) => return drop(sender.send(Err(named(&error)))),
            };
            let answer = ask(&entry).map_err(|error| named(&error));
            if sender.send(answer).is_err() {
                too_late(&entry);
            }
        })
        .map_err(|_refused| KeyringError::Failed)?;
    if let Ok(answer) = receiver.recv_timeout(KEYRING_IS_SLOW) {
        return answer;
    }
    waiting();
    receiver.recv_timeout(PATIENCE.saturating_sub(KEYRING_IS_SLOW)).unwrap_or(Err(KeyringError::TimedOut))
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
