//! The vault on disk, and the one way in which it is written.
//!
//! Lock, read again and compare, write a new file beside it, make that durable, read it back and have it
//! proved, keep the old one as an earlier copy, rename, make the name durable. Until the rename the old file
//! is untouched; a step that fails leaves nothing behind. Any error but absence stops: an unreadable vault is
//! never taken for "no vault yet".

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clock;
use super::earlier::EarlierCopies;
use super::folder::{Place, check_folder, check_owner, create_folder};
use super::fresh_file::{FreshFile, guarded, sync_folder};
use super::lock::Lock;
use crate::otp::Timestamp;
use crate::ports::{FileError, FileNote, FileStep, Replacement, Stored, VaultFile, Version};

/// No vault is larger, and no file of that size is read to find out.
const LARGEST: usize = 64 * 1024 * 1024;

/// How long to wait for other writers. Two hundred at once take a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The vault at a path.
pub struct VaultOnDisk {
    path: PathBuf,
    patience: Duration,
    now: Box<dyn Fn() -> Timestamp + Send>,
    before: Box<dyn FnMut(FileStep) -> io::Result<()> + Send>,
    /// What the file looked like when it was last read or replaced here.
    seen: Option<Trace>,
    /// Held from a `Changed` to the next attempt, so that this one succeeds whoever else is waiting.
    reserved: Option<Lock>,
}

impl VaultOnDisk {
    /// Returns the vault at this path, whether or not there is one yet.
    pub fn new(path: &Path) -> Self {
        Self {
            // A path that cannot be made absolute (no working folder) is left as it is.
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            patience: PATIENCE,
            now: Box::new(clock::now),
            before: Box::new(|_| Ok(())),
            seen: None,
            reserved: None,
        }
    }

    /// Waits for other writers only this long.
    #[must_use]
    pub fn waiting_at_most(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Dates earlier copies by another clock than the system's.
    #[must_use]
    pub fn dated_by(mut self, now: impl Fn() -> Timestamp + Send + 'static) -> Self {
        self.now = Box::new(now);
        self
    }

    /// Calls `before` ahead of every step that can fail; when it returns an error, the step fails with that.
    #[must_use]
    pub fn failing_when(mut self, before: impl FnMut(FileStep) -> io::Result<()> + Send + 'static) -> Self {
        self.before = Box::new(before);
        self
    }

    /// Does one step, and says on failure which one it was.
    fn step<T>(&mut self, step: FileStep, path: &Path, act: impl FnOnce() -> io::Result<T>) -> Result<T, FileError> {
        (self.before)(step).and_then(|()| act()).map_err(|source| FileError::System {
            step,
            path: path.to_owned(),
            source,
        })
    }

    /// Opens and reads the file; `None` only when the system says that there is none.
    fn current(&mut self, place: &Place) -> Result<Option<Current>, FileError> {
        check_folder(place.folder())?;
        let target = &place.target;
        let opened = self.step(FileStep::Read, target, || match guarded().read(true).open(target) {
            Ok(file) => file.metadata().map(|found| Some((file, found))),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(other) => Err(other),
        })?;
        let Some((file, found)) = opened else {
            return Ok(None);
        };
        if !found.is_file() {
            return Err(FileError::NotAFile(target.clone()));
        }
        check_owner(target, &found)?;
        let bytes = self.step(FileStep::Read, target, || read_at_most(&file, LARGEST + 1))?;
        if bytes.len() > LARGEST {
            return Err(FileError::TooLarge { path: target.clone(), limit: LARGEST });
        }
        Ok(Some(Current { bytes, found }))
    }

    /// Takes the lock, or goes on with the one that the last attempt reserved.
    fn lock(&mut self, place: &Place) -> Result<Lock, FileError> {
        if let Some(lock) = self.reserved.take()
            && lock.is_beside(&place.target)
        {
            return Ok(lock);
        }
        self.step(FileStep::Lock, &place.target, || Ok(()))?;
        Lock::beside(&place.target, self.patience)
    }

    /// Writes the new file beside the old one and makes sure that it can be read.
    fn prepare(
        &mut self,
        place: &Place,
        bytes: &[u8],
        proof: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<FreshFile, FileError> {
        let target = &place.target;
        let mut fresh = self.step(FileStep::Write, target, || FreshFile::beside(target))?;
        self.step(FileStep::Write, target, || fresh.write(bytes))?;
        self.step(FileStep::Sync, target, || fresh.sync())?;
        let written = self.step(FileStep::Read, target, || fresh.read_back())?;
        if written != bytes || !proof(&written) {
            return Err(FileError::NotProved(target.clone()));
        }
        Ok(fresh)
    }

    /// Keeps the old file as an earlier copy; `None` when it is no longer the one that was read.
    fn keep(&mut self, place: &Place, current: &Current) -> Result<Option<PathBuf>, FileError> {
        let now = (self.now)();
        let earlier = EarlierCopies::of(&place.target);
        self.step(FileStep::KeepCopy, &place.target, || {
            earlier.keep(&place.target, &current.bytes, &current.found, now)
        })
    }

    /// Renames the new file into place and makes that durable, or else puts the old one back.
    fn put_in_place(
        &mut self,
        place: &Place,
        mut fresh: FreshFile,
        kept: Option<&Path>,
    ) -> Result<Replacement, FileError> {
        let (target, folder) = (&place.target, place.folder());
        let renamed = self.step(FileStep::Replace, target, || match kept {
            Some(_) => fresh.replace(target),
            None => fresh.place_new(target),
        });
        match renamed {
            Ok(()) => {}
            // Somebody who takes no locks, a sync tool say, put a file there since we looked.
            Err(FileError::System { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                return Ok(Replacement::Changed);
            }
            Err(other) => return Err(other),
        }
        if let Err(not_durable) = self.step(FileStep::Sync, folder, || sync_folder(folder)) {
            put_back(place, kept);
            return Err(not_durable);
        }
        self.seen = fresh.metadata().ok().map(|found| Trace::of(&found));
        Ok(Replacement::Done)
    }

    /// Does what must be done under the lock.
    fn replace_locked(
        &mut self,
        place: &Place,
        expected: Option<Version>,
        bytes: &[u8],
        proof: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Replacement, FileError> {
        let current = self.current(place)?;
        if current.as_ref().map(|current| Version::of(&current.bytes)) != expected {
            return Ok(Replacement::Changed);
        }
        let fresh = self.prepare(place, bytes, proof)?;
        let kept = match &current {
            None => None,
            Some(current) => match self.keep(place, current)? {
                None => return Ok(Replacement::Changed),
                kept @ Some(_) => kept,
            },
        };
        let replacement = self.put_in_place(place, fresh, kept.as_deref())?;
        if replacement == Replacement::Done {
            // Only now, with the new file safe, may an old copy go.
            EarlierCopies::of(&place.target).tidy(kept.as_deref(), (self.now)());
        }
        Ok(replacement)
    }
}

impl VaultFile for VaultOnDisk {
    fn path(&self) -> &Path {
        &self.path
    }

    fn read(&mut self) -> Result<Option<Stored>, FileError> {
        let place = Place::of(&self.path)?;
        let Some(Current { bytes, found }) = self.current(&place)? else {
            self.seen = None;
            return Ok(None);
        };
        self.seen = Some(Trace::of(&found));
        let mut notes = Vec::new();
        if is_readable_by_others(&found) {
            notes.push(FileNote::ReadableByOthers);
        }
        if place.through_symlink {
            notes.push(FileNote::ThroughSymlink);
        }
        Ok(Some(Stored { bytes, notes }))
    }

    fn may_have_changed(&mut self) -> bool {
        // Whoever looks around is not in the middle of a second attempt.
        self.reserved = None;
        self.seen != fs::metadata(&self.path).ok().map(|found| Trace::of(&found))
    }

    fn replace(
        &mut self,
        expected: Option<Version>,
        bytes: &[u8],
        proof: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Replacement, FileError> {
        let place = Place::of(&self.path)?;
        self.step(FileStep::MakeFolder, place.folder(), || create_folder(place.folder()))?;
        check_folder(place.folder())?;
        let lock = self.lock(&place)?;
        let replacement = self.replace_locked(&place, expected, bytes, proof)?;
        if replacement == Replacement::Changed {
            self.reserved = Some(lock);
        }
        Ok(replacement)
    }

    fn earlier_copies(&self) -> Vec<PathBuf> {
        Place::of(&self.path).map(|place| EarlierCopies::of(&place.target).newest_first()).unwrap_or_default()
    }

    fn earlier_folder(&self) -> PathBuf {
        let target = Place::of(&self.path).map_or_else(|_| self.path.clone(), |place| place.target);
        EarlierCopies::of(&target).folder().to_owned()
    }

    fn keep_earlier(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let place = Place::of(&self.path)?;
        let now = (self.now)();
        self.step(FileStep::KeepCopy, &place.target, || {
            EarlierCopies::of(&place.target).keep_bytes(&place.target, bytes, now)
        })
    }

    fn grew_from(&self, version: Version) -> bool {
        Place::of(&self.path).is_ok_and(|place| EarlierCopies::of(&place.target).has(version))
    }
}

/// The file as it was found under the lock.
struct Current {
    bytes: Vec<u8>,
    found: Metadata,
}

/// What a look at a file shows without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Trace {
    length: u64,
    modified: Option<std::time::SystemTime>,
    /// Device, inode, and when the inode last changed: a file in another's place has other ones.
    inode: (u64, u64, i64, i64),
}

impl Trace {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = {
            use std::os::unix::fs::MetadataExt;
            (found.dev(), found.ino(), found.ctime(), found.ctime_nsec())
        };
        #[cfg(not(unix))]
        let inode = (0, 0, 0, 0);
        Self { length: found.len(), modified: found.modified().ok(), inode }
    }
}

/// Undoes a rename that could not be made durable, so that what was reported and what is there agree.
fn put_back(place: &Place, kept: Option<&Path>) {
    let undone = match kept {
        Some(old) => fs::rename(old, &place.target),
        None => fs::remove_file(&place.target),
    };
    // Both can fail on a failing disk; then the new file stays, which is whole and was proved.
    undone.and_then(|()| sync_folder(place.folder())).ok();
}

fn read_at_most(file: &File, limit: usize) -> io::Result<Vec<u8>> {
    // Sized once: growing would copy the file again and again.
    let expected = file.metadata().map_or(0, |found| found.len()).min(limit as u64);
    let mut bytes = Vec::with_capacity(expected as usize + 1);
    file.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_readable_by_others(found: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        found.mode() & 0o077 != 0
    }
    #[cfg(not(unix))]
    {
        let _known_to_the_system_only = found;
        false
    }
}
