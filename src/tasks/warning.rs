//! What the owner of an opened vault should know about it.

use std::fmt;

use super::conflict_copies::{ConflictCopy, in_words};
use super::seen::Lacks;
use crate::otp::Timestamp;
use crate::ports::FileNote;
use crate::sealing::{Fingerprint, SlotKind};

/// Something that the owner should know about an opened vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Something about the file.
    File(FileNote),
    /// This device has not seen the vault before.
    FirstSight(Fingerprint),
    /// It is an older state than this device last saw.
    Older {
        /// When this one was saved.
        saved: Timestamp,
        /// When the one last seen was saved.
        seen: Timestamp,
        /// What was in that one and is not in this one.
        lacks: Lacks,
    },
    /// It has changes that this device has not seen, and lacks some that it has.
    GrewApart {
        /// Which.
        lacks: Lacks,
    },
    /// Backups that are made by themselves fail.
    BackupFailing {
        /// Since when.
        since: Timestamp,
        /// Why, in words.
        why: String,
    },
    /// The file says of these slots that they are for another key than this device heard at first.
    OtherRecipients(Vec<String>),
    /// Its last passphrase and its last recovery sheet were removed on two devices; this one is kept.
    KeptForPeople(SlotKind),
    /// Another device has given it a new key since it was seen here.
    NewKey(Fingerprint),
    /// A newer countersign wrote it in a way that this one must not write over.
    NewerFormat,
    /// Sync tools left copies beside it, because two devices had changed it at once.
    ConflictCopies(Vec<ConflictCopy>),
}

impl Warning {
    /// Tells whether the vault must not be written because of it.
    pub fn forbids_writing(&self) -> bool {
        match self {
            Self::Older { .. } | Self::GrewApart { .. } | Self::NewerFormat => true,
            Self::File(_)
            | Self::FirstSight(_)
            | Self::NewKey(_)
            | Self::OtherRecipients(_)
            | Self::KeptForPeople(_)
            | Self::ConflictCopies(_)
            | Self::BackupFailing { .. } => false,
        }
    }

    /// Returns what the vault lacks of the state last seen here, if that is the matter.
    pub fn lacks(&self) -> Option<&Lacks> {
        match self {
            Self::Older { lacks, .. } | Self::GrewApart { lacks } => Some(lacks),
            Self::File(_)
            | Self::FirstSight(_)
            | Self::NewKey(_)
            | Self::OtherRecipients(_)
            | Self::KeptForPeople(_)
            | Self::BackupFailing { .. }
            | Self::NewerFormat
            | Self::ConflictCopies(_) => None,
        }
    }

    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(FileNote::ReadableByOthers) => "the next save takes that right away; or chmod 600 it now",
            Self::File(FileNote::ThroughSymlink) => "nothing, if you made the link",
            Self::FirstSight(_) => "compare these words with those that your other device shows under status",
            Self::NewKey(_) => "nothing, if you know who removed a device or changed the passphrase",
            Self::OtherRecipients(_) => {
                "this was not believed, and the next save puts it right; but somebody with the vault's key has forged it: remove the device that you do not trust"
            }
            Self::KeptForPeople(_) => {
                "add another passphrase or sheet; this one then goes with `countersign slots remove`"
            }
            Self::Older { .. } => {
                "nothing is written to it; bring in what was seen here: countersign merge; or say --accept older"
            }
            Self::GrewApart { .. } => {
                "nothing is written to it; bring both together: countersign merge; or say --accept older"
            }
            Self::BackupFailing { .. } => {
                "the vault itself is saved; connect the disk, or name another folder: backup.folder in the settings"
            }
            Self::NewerFormat => "nothing is written to it; install a newer countersign",
            Self::ConflictCopies(_) => "bring them in: countersign merge; or let it be done: sync.merge = \"auto\"",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(FileNote::ReadableByOthers) => {
                write!(formatter, "other users of this computer may read the vault file")
            }
            Self::File(FileNote::ThroughSymlink) => {
                write!(formatter, "the vault file stands at the end of a symbolic link")
            }
            Self::FirstSight(words) => write!(formatter, "this device has not seen this vault before: {words}"),
            Self::NewKey(words) => {
                write!(formatter, "the vault has a new key since it was last seen here; its words are now: {words}")
            }
            Self::OtherRecipients(slots) => {
                let slots = slots.join(", ");
                write!(formatter, "the file says of ways to unlock that they are for another key than before: {slots}")
            }
            Self::KeptForPeople(kind) => {
                let kept = if *kind == SlotKind::Sheet { "sheet" } else { "passphrase" };
                write!(
                    formatter,
                    "the last passphrase and the last recovery sheet were removed on two devices: the {kept} still opens the vault"
                )
            }
            Self::Older { saved, seen, lacks } => {
                let hours = seen.millis_since(*saved) / 3_600_000;
                write!(
                    formatter,
                    "this copy of the vault is older than the one last seen here, by {hours} hours{lacks}"
                )
            }
            Self::GrewApart { lacks } => {
                write!(formatter, "this copy of the vault lacks changes that were seen here before{lacks}")
            }
            Self::BackupFailing { why, .. } => write!(formatter, "no backup was made: {why}"),
            Self::NewerFormat => write!(formatter, "a newer countersign has written this vault"),
            Self::ConflictCopies(copies) => write!(formatter, "{}", in_words(copies)),
        }
    }
}
