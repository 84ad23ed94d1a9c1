//! Keys that lie elsewhere: in the operating system's keyring, or in hardware behind an age plugin.

use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;

/// A keyring that nobody has to unlock answers long before.
pub const KEYRING_IS_SLOW: Duration = Duration::from_secs(2);

/// The operating system's keyring: Secret Service, macOS Keychain, Windows Credential Manager.
///
/// Its service may have to ask its owner first, so each call may take as long as that person takes, but not for ever.
/// `waiting` is called, once at most, when there is no answer after [`KEYRING_IS_SLOW`].
pub trait Keyring: Send {
    /// Returns the secret that is kept under this name.
    ///
    /// # Errors
    /// There is none, or it cannot be had now.
    fn load(&mut self, name: &str, waiting: &dyn Fn()) -> Result<SecretString, KeyringError>;
    /// Keeps a secret under this name, in the place of any that was there.
    ///
    /// # Errors
    /// It cannot be kept; nothing is left behind then as far as the keyring tells.
    fn store(&mut self, name: &str, secret: &SecretString, waiting: &dyn Fn()) -> Result<(), KeyringError>;
    /// Forgets what is kept under this name; nothing to forget is no error.
    ///
    /// # Errors
    /// It is still there.
    fn forget(&mut self, name: &str, waiting: &dyn Fn()) -> Result<(), KeyringError>;
}

/// Why the keyring was of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyringError {
    /// There is no keyring: no desktop session, no service, or none for this platform.
    #[error("there is no keyring here")]
    Absent,
    /// It holds nothing under the name.
    #[error("the keyring does not hold this vault's key any more")]
    NoEntry,
    /// It is locked, and was not unlocked when it asked.
    #[error("the keyring is locked")]
    Locked,
    /// It gave no answer in time.
    #[error("the keyring did not answer")]
    TimedOut,
    /// It refused, or failed in a way of its own.
    #[error("the keyring failed")]
    Failed,
}

impl KeyringError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Absent => "unlock in another way; in a desktop session the keyring is there again",
            Self::NoEntry => "unlock in another way, then `countersign slots add keyring` once more",
            Self::Locked => "unlock the keyring, or unlock the vault in another way",
            Self::TimedOut => "look for a window of the keyring that waits for you, or unlock in another way",
            Self::Failed => "unlock in another way; `--no-keyring` leaves the keyring out",
        }
    }
}

/// What an age plugin has to say and to ask while it works: "touch the key", "the PIN, please". And whether it may start.
///
/// It works in a process of its own, so it may ask from another thread than the one that waits for it.
pub trait KeyTalk: Send + Sync {
    /// Tells whether the program that would be found under this name (`age-plugin-…`) may be started. One that talks
    /// on behalf of another passes the question on.
    ///
    /// # Errors
    /// There is none, or starting it would be unsafe.
    fn may_start(&self, program: &str) -> Result<(), PluginStop>;
    /// Says something. The text comes from outside and is already shown safely.
    fn say(&self, text: &str);
    /// Asks for a choice between two answers; `None` if nobody can be asked.
    fn confirm(&self, question: &str, yes: &str, no: Option<&str>) -> Option<bool>;
    /// Asks for a line that is no secret; `None` if nobody can be asked.
    fn ask(&self, question: &str) -> Option<String>;
    /// Asks for a secret, without echo; `None` if nobody can be asked.
    fn ask_secret(&self, question: &str) -> Option<SecretString>;
    /// Does what may wait for a person as long as somebody waits for it in turn: a plugin that waits for its key cannot be
    /// stopped, but it can be left alone. Who only ever ends together with it does it here and now.
    fn while_awaited(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

/// Somebody who is not there: no question is answered and no plugin started. For what must not surprise anybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NobodyToAsk;

impl KeyTalk for NobodyToAsk {
    fn may_start(&self, _program: &str) -> Result<(), PluginStop> {
        Err(PluginStop::Missing)
    }

    fn say(&self, _text: &str) {}

    fn confirm(&self, _question: &str, _yes: &str, _no: Option<&str>) -> Option<bool> {
        None
    }

    fn ask(&self, _question: &str) -> Option<String> {
        None
    }

    fn ask_secret(&self, _question: &str) -> Option<SecretString> {
        None
    }
}

/// Why a plugin's program is not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PluginStop {
    /// No folder of `PATH` has it.
    #[error("the program is not installed")]
    Missing,
    /// Nobody on this device has named it: the vault's file does.
    #[error("this device does not use it, so it was not started")]
    Unknown,
    /// It would be taken from a folder that is not absolute, or that everybody may write to.
    #[error("the program lies where anybody could have put it")]
    Unsafe,
    /// `AGEDEBUG` is set, with which age prints all that is said to a plugin.
    #[error("AGEDEBUG is set")]
    Debugged,
}
