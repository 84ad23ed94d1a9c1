//! The lock beside a vault: one writer at a time, however many processes there are.
//!
//! It is a file of its own because a save gives the vault a new inode, and it is never deleted because two
//! processes could then hold locks on two files of one name.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clock::{Stopwatch, pause};
use super::folder::check_owner;
use super::fresh_file::{guarded, make_private};
use crate::ports::{FileError, FileStep};

/// The longest pause between two attempts.
const LONGEST_PAUSE_MILLIS: u64 = 40;

/// A lock that is held; dropping it lets the next one in.
pub(super) struct Lock {
    path: PathBuf,
    _held: File,
}

impl Lock {
    /// Waits for the lock beside `target`, at most for `patience`.
    pub(super) fn beside(target: &Path, patience: Duration) -> Result<Self, FileError> {
        let path = name_beside(target);
        let waiting = Stopwatch::start();
        let mut attempt = 0;
        let mut file = open(&path)?;
        loop {
            match file.try_lock() {
                Ok(()) if still_has_its_name(&file, &path) => return Ok(Self { path, _held: file }),
                // A sync tool put another file in its place while we waited.
                Ok(()) => file = open(&path)?,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(interrupted)) if interrupted.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(refused)) => return Err(cannot_lock(&path, refused)),
            }
            if waiting.elapsed() >= patience {
                return Err(FileError::Busy { path, seconds: patience.as_secs() });
            }
            pause(pause_after(attempt));
            attempt += 1;
        }
    }

    /// Tells whether this is the lock beside `target`.
    pub(super) fn is_beside(&self, target: &Path) -> bool {
        self.path == name_beside(target)
    }
}

/// Returns `NAME.lock` in the same folder.
fn name_beside(target: &Path) -> PathBuf {
    let mut name = OsString::from(target.file_name().unwrap_or_default());
    name.push(".lock");
    target.with_file_name(name)
}

fn open(path: &Path) -> Result<File, FileError> {
    let refused = |source| cannot_lock(path, source);
    let file = guarded().read(true).write(true).create(true).truncate(false).open(path).map_err(refused)?;
    check_owner(path, &file.metadata().map_err(refused)?)?;
    make_private(&file).map_err(refused)?;
    Ok(file)
}

fn cannot_lock(path: &Path, source: io::Error) -> FileError {
    FileError::System { step: FileStep::Lock, path: path.to_owned(), source }
}

/// Tells whether whoever opens `path` now gets the file that we locked.
fn still_has_its_name(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let (Ok(locked), Ok(named)) = (file.metadata(), std::fs::symlink_metadata(path)) else {
            return false;
        };
        (locked.dev(), locked.ino()) == (named.dev(), named.ino())
    }
    #[cfg(not(unix))]
    {
        let _cannot_be_replaced_while_open = (file, path);
        true
    }
}

/// Returns a pause that grows with each attempt, and differs between processes so that they do not march in step.
fn pause_after(attempt: u32) -> Duration {
    let longest = LONGEST_PAUSE_MILLIS.min(1 << attempt.min(6));
    let mut random = [0; 2];
    // Without random numbers all wait equally long, and still each gets its turn.
    getrandom::fill(&mut random).ok();
    Duration::from_micros(200 + longest * 1000 * u64::from(u16::from_le_bytes(random)) / u64::from(u16::MAX))
}
