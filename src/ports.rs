//! What countersign asks of the machine: a handful of small traits, bundled as one [`Machine`].
//!
//! The real ones live in `system/`; tests bring fakes that can fail on purpose. Cryptography is not among
//! them: a fake cipher proves nothing.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::otp::Timestamp;

/// Everything the program may ask of the machine it runs on.
pub struct Machine {
    /// The wall clock, with the user's own correction applied.
    pub clock: Box<dyn Clock>,
    /// The one vault file of this run.
    pub vault_file: Box<dyn VaultFile>,
    /// What this device remembers beside the vault.
    pub state: Box<dyn StateStore>,
    /// Files that the user named.
    pub documents: Box<dyn Documents>,
    /// Where a copied code goes.
    pub clipboard: Box<dyn Clipboard>,
    /// The person at the terminal.
    pub prompter: Box<dyn Prompter>,
    /// Random numbers for ids, stamps and generated passphrases.
    pub entropy: Box<dyn Entropy>,
    /// Facts about this computer.
    pub host: Box<dyn Host>,
}

/// The wall clock.
pub trait Clock: Send {
    /// Returns the present moment.
    fn now(&self) -> Timestamp;
    /// Returns when the wall clock has reached `moment`, at once if it has already.
    fn wait_until(&self, moment: Timestamp);
}

/// Which bytes a vault file held: their SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version([u8; 32]);

impl Version {
    /// Returns the version of a file with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Returns the digest as 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

/// Something about a file that its owner should know, and that did not stop us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileNote {
    /// Other users of this computer may read the file; the next save takes that right away.
    ReadableByOthers,
    /// The file stands at the end of a symbolic link; saves go to the file that the link names.
    ThroughSymlink,
}

/// A vault file as it was read.
pub struct Stored {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What its owner should know.
    pub notes: Vec<FileNote>,
}

/// How a compare-and-replace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// The new bytes are the file, durably.
    Done,
    /// Somebody else wrote since; nothing was changed. Read, merge, try again.
    Changed,
}

/// The vault's place on disk. At every moment it holds the old file or the new one, whole.
pub trait VaultFile: Send {
    /// Returns where the vault is, for messages.
    fn path(&self) -> &Path;
    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// Anything but absence, and a folder or link that another user could have prepared.
    fn read(&mut self) -> Result<Option<Stored>, FileError>;
    /// Tells cheaply whether the file may have changed since it was last read or replaced here.
    fn may_have_changed(&mut self) -> bool;
    /// Replaces the file if it still holds `expected` (`None`: if there is still none).
    ///
    /// The new bytes are written beside it, made durable, read back and given to `proof`; only when that
    /// agrees do they take the place of the old ones, which stay as an earlier copy.
    ///
    /// After [`Replacement::Changed`] others wait: until the next attempt, which so succeeds however many they
    /// are, or until [`VaultFile::may_have_changed`] is asked.
    ///
    /// # Errors
    /// Any step that failed; the old file is then untouched.
    fn replace(
        &mut self,
        expected: Option<Version>,
        bytes: &[u8],
        proof: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Replacement, FileError>;
    /// Lists the earlier copies that saves have kept, newest first.
    fn earlier_copies(&self) -> Vec<PathBuf>;
    /// Tells whether one of the earlier copies is this version: the file has then grown out of it.
    fn grew_from(&self, version: Version) -> bool;
}

/// One thing that this device remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateSlot {
    /// This device's id and name, the same for all vaults.
    Device,
    /// What this device last saw of the vault at this path.
    Pin,
    /// Used codes and the last change, encrypted to the vault at this path.
    Private,
}

/// Small files of this device, outside the vault and never synchronised.
pub trait StateStore: Send {
    /// Reads one; `None` when there is none.
    ///
    /// # Errors
    /// Anything but absence.
    fn load(&self, slot: StateSlot) -> Result<Option<Vec<u8>>, FileError>;
    /// Replaces one, atomically.
    ///
    /// # Errors
    /// Any step that failed; what was there stays.
    fn store(&mut self, slot: StateSlot, bytes: &[u8]) -> Result<(), FileError>;
}

/// Files that the user named on purpose.
pub trait Documents: Send {
    /// Reads a file of at most `limit` bytes; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read or is larger.
    fn read(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, FileError>;
    /// Writes a new file with mode 0600, durably.
    ///
    /// # Errors
    /// There is a file of that name already, or it cannot be written; then nothing is left behind.
    fn write_new(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;
}

/// By which way a text reached a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The desktop's own clipboard, marked as not for histories.
    Native,
    /// The terminal was asked to (OSC 52); it cannot say whether it did.
    Terminal,
}

/// Where a copied code goes.
pub trait Clipboard: Send {
    /// Puts a text there, for as long as this process lives.
    ///
    /// # Errors
    /// Nothing can take it.
    fn put(&mut self, text: &SecretString) -> Result<Delivery, ClipboardError>;
    /// Clears it, but only if it still holds the text that [`Clipboard::put`] put there last.
    fn clear_if_ours(&mut self);
    /// Puts a text there on behalf of a process that is about to end, and has it cleared after `seconds`.
    ///
    /// # Errors
    /// Nothing can take it.
    fn hand_over(&mut self, text: &SecretString, seconds: u64) -> Result<Delivery, ClipboardError>;
}

/// The person at the terminal.
pub trait Prompter: Send {
    /// Tells whether somebody can be asked.
    fn can_ask(&self) -> bool;
    /// Says something that is not data.
    fn say(&mut self, text: &str);
    /// Asks for a yes; anything else is a no.
    ///
    /// # Errors
    /// Nobody can be asked, or they gave up.
    fn confirm(&mut self, question: &str) -> Result<bool, PromptError>;
    /// Asks for a line that is no secret.
    ///
    /// # Errors
    /// Nobody can be asked, or they gave up.
    fn ask(&mut self, question: &str) -> Result<String, PromptError>;
    /// Asks for a secret, without echo.
    ///
    /// # Errors
    /// Nobody can be asked, or they gave up.
    fn ask_secret(&mut self, question: &str) -> Result<SecretString, PromptError>;
}

/// Random numbers.
pub trait Entropy: Send {
    /// Fills the buffer with unpredictable bytes.
    ///
    /// # Errors
    /// The system has none to give.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy>;
}

/// Facts about this computer.
pub trait Host: Send {
    /// Returns its name, as its owner knows it.
    fn name(&self) -> String;
    /// Returns how many bytes a process here may still allocate, where that can be known.
    fn available_memory(&self) -> Option<u64>;
}

/// What was being done to a file when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStep {
    /// Reading it.
    Read,
    /// Taking the lock beside it.
    Lock,
    /// Making its folder.
    MakeFolder,
    /// Writing the new one.
    Write,
    /// Making the new one durable.
    Sync,
    /// Keeping the old one as an earlier copy.
    KeepCopy,
    /// Putting the new one in its place.
    Replace,
}

impl FileStep {
    /// Returns the words for "cannot …".
    fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Lock => "lock",
            Self::MakeFolder => "make the folder",
            Self::Write => "write",
            Self::Sync => "make durable",
            Self::KeepCopy => "keep an earlier copy of",
            Self::Replace => "replace",
        }
    }
}

/// Why a file could not be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system refused a step.
    #[error("cannot {} {}: {source}", .step.words(), crate::shown::shown(&.path.to_string_lossy()))]
    System {
        /// What was being done.
        step: FileStep,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is one already and it must not be overwritten.
    #[error("{} is there already", crate::shown::shown(&.0.to_string_lossy()))]
    Exists(PathBuf),
    /// It is larger than anything we read.
    #[error("{} is larger than {limit} bytes", crate::shown::shown(&.path.to_string_lossy()))]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How much would have been read.
        limit: usize,
    },
    /// It is a folder, a device or a pipe where a plain file belongs.
    #[error("{} is not a plain file", crate::shown::shown(&.0.to_string_lossy()))]
    NotAFile(PathBuf),
    /// Other users may write to its folder and so could swap the file.
    #[error("other users may write to the folder {}", crate::shown::shown(&.0.to_string_lossy()))]
    FolderOpenToOthers(PathBuf),
    /// It belongs to somebody else.
    #[error("{} belongs to another user", crate::shown::shown(&.0.to_string_lossy()))]
    NotOurs(PathBuf),
    /// What was read back is not what was written.
    #[error("what was written to {} did not read back the same", crate::shown::shown(&.0.to_string_lossy()))]
    NotProved(PathBuf),
    /// Another process has held the lock for too long.
    #[error("another countersign has been holding {} for {seconds} s", crate::shown::shown(&.path.to_string_lossy()))]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
}

impl FileError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::System { source, .. } => match source.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                    "free some space and try again; the vault is as it was"
                }
                std::io::ErrorKind::PermissionDenied => "check who owns the file and its folder; nothing was changed",
                std::io::ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only; nothing was changed",
                std::io::ErrorKind::NotFound => "check the path",
                _ => "nothing was changed; try again, and check the disk if it fails again",
            },
            Self::Exists(_) => "choose another name; nothing is ever overwritten",
            Self::TooLarge { .. } => "check that it is the file you meant",
            Self::NotAFile(_) => "check the path",
            Self::FolderOpenToOthers(_) => "take that right away (chmod go-w) or choose another folder",
            Self::NotOurs(_) => "use a file of your own, or change its owner",
            Self::NotProved(_) => "check the disk; the vault is as it was",
            Self::Busy { .. } => "wait for it or end it; nothing was changed",
        }
    }
}

/// Why nothing took a copied text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClipboardError {
    /// There is no desktop and the terminal was not allowed.
    #[error("no clipboard can be reached from here")]
    None,
    /// There is one, but it refused.
    #[error("the clipboard refused the text")]
    Refused,
}

impl ClipboardError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::None => {
                "read the code instead, or allow the terminal's clipboard: clipboard.osc52 = \"auto\" in the settings"
            }
            Self::Refused => "try again, or read the code instead",
        }
    }
}

/// Why somebody could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PromptError {
    /// There is no terminal.
    #[error("there is no terminal to ask on")]
    NoTerminal,
    /// They pressed Ctrl-C or Ctrl-D.
    #[error("the question was not answered")]
    GaveUp,
}

/// The system has no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system gave no random numbers")]
pub struct NoEntropy;
