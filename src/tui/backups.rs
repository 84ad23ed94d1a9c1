//! What the screens and the worker say to each other about backups and the vault's place.

use std::path::PathBuf;

use secrecy::SecretString;

use super::message::{Snapshot, Trouble};
use crate::otp::Timestamp;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What this device knows of the vault's backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backups {
    /// Those that were made from here, the newest first.
    pub made: Vec<KnownBackup>,
    /// Where the last one that was asked for went.
    pub destination: Option<String>,
    /// The folder of automatic ones, if there are any.
    pub automatic: Option<String>,
    /// What keeps them from being made.
    pub failing: Option<Failing>,
    /// For whom backups are made unless somebody says otherwise.
    pub recipients: Vec<String>,
}

/// A backup that was made from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBackup {
    /// Where it was written.
    pub file: PathBuf,
    /// When.
    pub made: Timestamp,
    /// How many accounts are in it.
    pub accounts: u64,
    /// What opens it.
    pub opens_with: OpensWith,
    /// When it was last opened as on the day it is needed.
    pub proved: Option<Timestamp>,
    /// Whether nobody asked for it.
    pub is_automatic: bool,
}

/// What opens a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpensWith {
    /// A passphrase of its own.
    Passphrase,
    /// The identity of a recipient.
    Identity,
    /// Either.
    Either,
    /// The vault's passphrase.
    AsTheVault,
}

/// Automatic backups that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Since when.
    pub since: Timestamp,
    /// Why, ready to be shown.
    pub why: String,
}

impl Backups {
    /// Returns when the newest one was made.
    pub fn last_made(&self) -> Option<Timestamp> {
        self.made.iter().map(|backup| backup.made).max()
    }

    /// Returns when one was last proved to open.
    pub fn last_proved(&self) -> Option<Timestamp> {
        self.made.iter().filter_map(|backup| backup.proved).max()
    }

    /// Tells whether there are backups of which none was proved in so many days; 0 days never ask.
    pub fn is_drill_due(&self, now: Timestamp, remind_days: u64) -> bool {
        let limit = i64::try_from(remind_days).unwrap_or(i64::MAX).saturating_mul(DAY_MILLIS);
        let is_recent = |proved: Timestamp| now.millis_since(proved) <= limit;
        remind_days > 0 && !self.made.is_empty() && !self.last_proved().is_some_and(is_recent)
    }
}

/// Something that is asked of the worker.
#[derive(Debug)]
pub enum BackupTask {
    /// Look at what nobody can know without looking.
    Review,
    /// Make a backup.
    Make {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
        /// A folder or a new file, as it was written.
        place: String,
        /// What shall open it.
        lock: Lock,
    },
    /// Open a backup as on the day it is needed, and compare it with the vault.
    Drill {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
        /// The backup, as it was written.
        file: String,
        /// What opens it.
        key: FileKey,
    },
    /// Make this device's vault from a backup.
    Restore {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
        /// The backup, as it was written.
        file: String,
        /// What opens it.
        key: FileKey,
        /// What shall unlock the vault.
        passphrase: SecretString,
    },
    /// Bring what is in a backup into the open vault.
    BringIn {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
        /// The backup, as it was written.
        file: String,
        /// What opens it.
        key: FileKey,
    },
    /// Open a vault in another place. Nothing is kept of it until [`BackupTask::StayElsewhere`].
    OpenElsewhere {
        /// When it was asked for, which comes back with the answer.
        asked: Timestamp,
        /// The vault, as it was written.
        file: String,
        /// What unlocks it.
        passphrase: SecretString,
    },
    /// Use the vault that was opened elsewhere from now on.
    StayElsewhere,
}

/// What shall open a backup.
#[derive(Debug)]
pub struct Lock {
    /// A passphrase, if one shall.
    pub passphrase: Option<SecretString>,
    /// Whether that must be the vault's.
    pub is_the_vaults: bool,
    /// Recipients, if any shall.
    pub recipients: Vec<String>,
}

/// What opens a file.
#[derive(Debug)]
pub enum FileKey {
    /// A passphrase.
    Passphrase(SecretString),
    /// The age identities in a file, as its path was written.
    IdentityFile(String),
}

/// How a task ended.
#[derive(Clone, Debug)]
pub enum BackupOutcome {
    /// It was looked.
    Reviewed(Review),
    /// A backup is made, and was read back.
    Made {
        /// What this answers.
        asked: Timestamp,
        /// What is in the vault, and what is known of backups now.
        snapshot: Snapshot,
        /// The backup.
        made: Made,
    },
    /// A backup was opened and compared.
    Drilled {
        /// What this answers.
        asked: Timestamp,
        /// What is in the vault, and what is known of backups now.
        snapshot: Snapshot,
        /// What was found.
        found: Box<Drilled>,
    },
    /// There is a vault again, and it is open.
    Restored {
        /// What this answers.
        asked: Timestamp,
        /// What is in it.
        snapshot: Snapshot,
        /// Where it is from.
        restored: Restored,
    },
    /// A backup was brought into the open vault.
    BroughtIn {
        /// What this answers.
        asked: Timestamp,
        /// What is in the vault now.
        snapshot: Snapshot,
        /// What that changed, one sentence each.
        told: Vec<String>,
    },
    /// A vault elsewhere is open.
    OpenedElsewhere {
        /// What this answers.
        asked: Timestamp,
        /// What is in it.
        snapshot: Snapshot,
    },
    /// Nothing was done.
    Refused {
        /// What this answers.
        asked: Timestamp,
        /// Why, as far as a screen can do something about it.
        reason: Refused,
        /// Why, in words.
        trouble: Trouble,
    },
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The file is opened with an identity.
    NeedsIdentity,
    /// The file is opened with a passphrase.
    NeedsPassphrase,
    /// Anything else.
    Other,
}

/// What nobody can know without looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// The words for what is in the vault, the same on every device that has the same.
    pub words: String,
    /// Copies that a sync tool left beside the vault, ready to be shown.
    pub conflict_copies: Vec<String>,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub file: PathBuf,
    /// How many accounts are in it.
    pub accounts: u64,
    /// How many more are in its trash.
    pub trash: u64,
    /// The words for what is in it.
    pub words: String,
    /// Ways to unlock the vault that the backup leaves out.
    pub left_out: Vec<String>,
}

/// Something that is wrong with a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which account, ready to be shown. The vault may not have it.
    pub account: String,
    /// What is wrong with it.
    pub what: String,
}

/// What a drill found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drilled {
    /// Where the backup is.
    pub file: PathBuf,
    /// When it was made.
    pub made: Option<Timestamp>,
    /// How many accounts are in it.
    pub accounts: u64,
    /// How many of them are in the vault just so, with the same codes now and next.
    pub same: u64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// How many accounts the vault has got since.
    pub newer: u64,
    /// How many fields of accounts the vault has changed since.
    pub changed: u64,
    /// When it was proved; nothing if it was not.
    pub proved: Option<Timestamp>,
}

/// Where a restored vault is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The name of the computer that made the backup.
    pub host: String,
    /// When it was made.
    pub made: Option<Timestamp>,
    /// How many accounts came out of it.
    pub accounts: u64,
    /// How many more are in the trash.
    pub trash: u64,
    /// The words for what is in it.
    pub words: String,
}

impl BackupOutcome {
    /// Returns the snapshot that came with it, if it is of the vault that was open before.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::Made { snapshot, .. } | Self::Drilled { snapshot, .. } | Self::BroughtIn { snapshot, .. } => {
                Some(snapshot)
            }
            Self::Reviewed(_) | Self::Restored { .. } | Self::OpenedElsewhere { .. } | Self::Refused { .. } => None,
        }
    }
}
