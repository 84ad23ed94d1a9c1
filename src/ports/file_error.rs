//! Why a file could not be read or written, and what to do about it.

use std::path::PathBuf;

use thiserror::Error;

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
    /// Removing it.
    Remove,
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
            Self::Remove => "remove",
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
