//! What countersign asks of the machine: a handful of small traits, bundled as one [`Machine`].
//!
//! The real ones live in `system/`; tests bring fakes that can fail on purpose. Cryptography is not among
//! them: a fake cipher proves nothing.

mod clipboard;
mod clock;
mod file_error;
mod host;
mod keys;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub use self::clipboard::{Clipboard, ClipboardError, Delivery, Pasted, Picture};
pub use self::clock::{
    Clock, ClockReading, Keeper, KernelClock, Means, ServerAnswer, ServerError, TimeService, TimeSources,
};
pub use self::file_error::{FileError, FileStep};
pub use self::host::{Host, NotKept};
pub use self::keys::{KEYRING_IS_SLOW, KeyTalk, Keyring, KeyringError, NobodyToAsk, PluginStop};

use crate::otp::Timestamp;

/// Everything the program may ask of the machine it runs on.
pub struct Machine {
    /// The wall clock, with the user's own correction applied.
    pub clock: Box<dyn Clock>,
    /// Who else may know what time it is.
    pub time_sources: Box<dyn TimeSources>,
    /// The one vault file of this run.
    pub vault_file: Box<dyn VaultFile>,
    /// The file for recovery codes that are kept apart from the vault.
    pub basket_file: Box<dyn VaultFile>,
    /// What this device remembers beside the vault.
    pub state: Box<dyn StateStore>,
    /// Files that the user named.
    pub documents: Box<dyn Documents>,
    /// Where a copied code goes.
    pub clipboard: Box<dyn Clipboard>,
    /// The operating system's keyring.
    pub keyring: Box<dyn Keyring>,
    /// Whom age plugins talk to.
    pub key_talk: Arc<dyn KeyTalk>,
    /// The person at the terminal.
    pub prompter: Box<dyn Prompter>,
    /// What that person is shown and nobody finds afterwards.
    pub private_screen: Box<dyn PrivateScreen>,
    /// Random numbers for ids, stamps and generated passphrases.
    pub entropy: Box<dyn Entropy>,
    /// Facts about this computer.
    pub host: Box<dyn Host>,
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
    /// Returns the folder of the earlier copies, which stands beside the file itself, not beside a link to it.
    fn earlier_folder(&self) -> PathBuf;
    /// Keeps these bytes among the earlier copies, unless they are there already.
    ///
    /// # Errors
    /// They cannot be kept; nothing is left behind then.
    fn keep_earlier(&mut self, bytes: &[u8]) -> Result<(), FileError>;
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
    /// The vault file itself as this device last saved or accepted it, whatever has become of the file since.
    Seen,
    /// Which backups of the vault were made and proved from here, and where they go.
    Backups,
    /// What this device knows of its clock, and the user's correction of it; the same for all vaults.
    Clock,
    /// How this device opens the vault at this path besides a passphrase: which names, files and plugins. No keys.
    Ways,
    /// This device's own age identity, encrypted to a passphrase of its own; the same for all vaults.
    Identity,
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
    /// Reads the next line of standard input, without its end, as soon as it is there; `None` when no more will come.
    ///
    /// # Errors
    /// It cannot be read, or is longer than any code.
    fn read_line(&mut self) -> Result<Option<String>, FileError>;
    /// Writes a new file with mode 0600, durably.
    ///
    /// # Errors
    /// There is a file of that name already, or it cannot be written; then nothing is left behind.
    fn write_new(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;
    /// Puts new bytes in the place of a file, atomically and durably; where there is none, as [`Documents::write_new`].
    ///
    /// # Errors
    /// It cannot be written; the old file is then untouched.
    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;
    /// Tells what stands at a path.
    ///
    /// # Errors
    /// Anything but absence.
    fn look(&self, path: &Path) -> Result<Option<Found>, FileError>;
    /// Lists what is in a folder, by name; nothing of what is below.
    ///
    /// # Errors
    /// The folder cannot be read.
    fn list(&self, folder: &Path) -> Result<Vec<Found>, FileError>;
    /// Removes a plain file.
    ///
    /// # Errors
    /// It cannot be removed; then it is still there.
    fn remove(&mut self, path: &Path) -> Result<(), FileError>;
    /// Gives a plain file another name in the same file system, never that of another one. Makes the new folder.
    ///
    /// # Errors
    /// It keeps its name then.
    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), FileError>;
    /// Makes a folder, and those above it that are missing, for the owner alone; one that is there stays as it is.
    ///
    /// # Errors
    /// It cannot be made.
    fn make_folder(&mut self, folder: &Path) -> Result<(), FileError>;
}

/// Something that stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub path: PathBuf,
    /// What it is.
    pub kind: FoundKind,
    /// How many bytes a plain file has.
    pub length: u64,
    /// When it was last written, where the system knows.
    pub modified: Option<Timestamp>,
    /// Whether a symbolic link stands there, which may lead anywhere.
    pub is_link: bool,
}

/// What can stand at a path. A symbolic link is what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, a socket, or a link to nowhere.
    Other,
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

/// A screen of the terminal of which nothing is left when it is put away.
pub trait PrivateScreen: Send {
    /// Returns how many columns and lines it has; `None` where there is no such screen.
    fn size(&self) -> Option<(usize, usize)>;
    /// Shows lines, dark on light whatever the terminal's own colours are, and words below them, until a key is
    /// pressed, or for so many seconds.
    ///
    /// # Errors
    /// There is no such screen.
    fn show(&mut self, lines: &[SecretString], words: &str, seconds: u32) -> Result<(), PromptError>;
}

/// Random numbers.
pub trait Entropy: Send {
    /// Fills the buffer with unpredictable bytes.
    ///
    /// # Errors
    /// The system has none to give.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy>;
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
