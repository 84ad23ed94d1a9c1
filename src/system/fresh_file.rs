//! A file that is written whole, under a name of its own, before it gets the name it is meant for.
//!
//! Every file that countersign writes goes this way: readable by its owner alone whatever the umask, never
//! through a link that somebody prepared, and gone again when a step fails.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::clock;

/// A temporary file whose process cannot be asked about is given up after this long.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(60 * 60);

/// How many random bytes stand in a temporary name.
const RANDOM_BYTES: usize = 8;

/// A new file beside the one it will become; dropped before that, it is removed.
pub(super) struct FreshFile {
    path: PathBuf,
    file: File,
    placed: bool,
}

impl FreshFile {
    /// Creates an empty one in the folder of `target`, and removes what killed processes left there.
    pub(super) fn beside(target: &Path) -> io::Result<Self> {
        sweep(target);
        let path = target.with_file_name(temporary_name(target)?);
        let file = guarded().read(true).write(true).create_new(true).open(&path)?;
        let fresh = Self { path, file, placed: false };
        make_private(&fresh.file)?;
        Ok(fresh)
    }

    /// Writes all of it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes its content durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Opens it once more, by its name, and returns what a reader will find.
    pub(super) fn read_back(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        guarded().read(true).open(&self.path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Gives it the name `target`, in place of whatever has that name.
    pub(super) fn replace(&mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.placed = true;
        Ok(())
    }

    /// Gives it the name `target`; fails with `AlreadyExists` when anything has that name.
    pub(super) fn place_new(&mut self, target: &Path) -> io::Result<()> {
        self.placed = rename_to_free_name(&self.path, target)?;
        Ok(())
    }

    /// Returns what the system knows about it, under whichever name it has now.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}

impl Drop for FreshFile {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing more can be done when this fails; a later save sweeps.
            fs::remove_file(&self.path).ok();
        }
    }
}

/// Returns options that follow no link in the last part of a path, wait for no pipe, and create for the owner alone.
pub(super) fn guarded() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    }
    options
}

/// Takes every right from everybody but the owner, whatever the umask left.
pub(super) fn make_private(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        match file.set_permissions(fs::Permissions::from_mode(0o600)) {
            // FAT and its like have one mode for all files and refuse any other; a USB stick is still a place for a vault.
            Err(refused) if refused.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error()) => Ok(()),
            other => other,
        }
    }
    #[cfg(not(unix))]
    {
        let _inherits_the_folder = file;
        Ok(())
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        match File::open(folder)?.sync_all() {
            // Some network file systems know no such thing.
            Err(unknown) if matches!(unknown.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
                Ok(())
            }
            other => other,
        }
    }
    #[cfg(not(unix))]
    {
        let _needs_none = folder;
        Ok(())
    }
}

/// Renames, unless the new name is taken; returns true, for that is what the caller notes.
pub(super) fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<bool> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    // A link to a taken name fails, on every system.
    fs::hard_link(from, to)?;
    fs::remove_file(from).ok();
    Ok(true)
}

/// Returns `.NAME.tmp-PID-RANDOM`.
fn temporary_name(target: &Path) -> io::Result<OsString> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("the system gave no random numbers"))?;
    let mut name = temporary_prefix(target);
    name.push(format!("{}-{}", std::process::id(), data_encoding::HEXLOWER.encode(&random)));
    Ok(name)
}

fn temporary_prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or(OsStr::new("")));
    prefix.push(".tmp-");
    prefix
}

/// Removes what a killed process left beside `target`: our own pattern only, of dead processes or very old.
fn sweep(target: &Path) {
    let (Some(folder), prefix) = (target.parent(), temporary_prefix(target)) else {
        return;
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(process) = owner_of(&name, &prefix) else {
            continue;
        };
        if !is_running(process) || entry.metadata().is_ok_and(|found| is_given_up(&found)) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// Returns the process that made a temporary file of this prefix.
fn owner_of(name: &OsStr, prefix: &OsStr) -> Option<u32> {
    let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?;
    let (process, random) = std::str::from_utf8(rest).ok()?.split_once('-')?;
    let is_ours = random.len() == 2 * RANDOM_BYTES && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    process.parse().ok().filter(|_| is_ours)
}

fn is_given_up(found: &Metadata) -> bool {
    let Ok(modified) = found.modified() else {
        return false;
    };
    let now = std::time::UNIX_EPOCH + Duration::from_millis(u64::try_from(clock::now().as_millis()).unwrap_or(0));
    now.duration_since(modified).is_ok_and(|age| age > GIVEN_UP_AFTER)
}

/// Tells whether a process of this number runs here; where that cannot be known, it does.
fn is_running(process: u32) -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, test_kill_process};
        let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
            return false;
        };
        test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
    }
    #[cfg(not(unix))]
    {
        let _unknown = process;
        true
    }
}
