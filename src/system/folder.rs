//! The folder around a file of ours: made for the owner alone, and refused when others could swap files in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fresh_file::sync_folder;
use crate::ports::{FileError, FileStep};

/// Where a file really is.
pub(super) struct Place {
    /// The file itself, behind a symbolic link if there was one.
    pub(super) target: PathBuf,
    /// Whether there was one.
    pub(super) through_symlink: bool,
}

impl Place {
    /// Follows a symbolic link in the file's place, once; everything after this works on what it found.
    ///
    /// A link that leads nowhere is an error and not an absent file: its disk may only not be mounted.
    pub(super) fn of(path: &Path) -> Result<Self, FileError> {
        let cannot_read = |source| FileError::System { step: FileStep::Read, path: path.to_owned(), source };
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => {
                check_owner(path, &found)?;
                check_folder(folder_of(path))?;
                let target = fs::canonicalize(path).map_err(cannot_read)?;
                Ok(Self { target, through_symlink: true })
            }
            Ok(_) => Ok(Self { target: path.to_owned(), through_symlink: false }),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => {
                check_that_no_link_dangles(path)?;
                Ok(Self { target: path.to_owned(), through_symlink: false })
            }
            Err(source) => Err(cannot_read(source)),
        }
    }

    /// Returns the folder of the file.
    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.target)
    }
}

/// Returns the folder that a path names, `.` for a bare name.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes a folder, and those above it that are missing, for the owner alone, durably.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    create_folder(above)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    match builder.create(folder) {
        // Another process was faster.
        Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
        other => other?,
    }
    make_folder_private(folder)?;
    sync_folder(above)
}

/// Gives a folder that was just made to its owner alone: the umask may have taken rights from the owner too.
fn make_folder_private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        match fs::set_permissions(folder, fs::Permissions::from_mode(0o700)) {
            // FAT and its like have one mode for all folders.
            Err(refused) if refused.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error()) => Ok(()),
            other => other,
        }
    }
    #[cfg(not(unix))]
    {
        let _inherits_from_above = folder;
        Ok(())
    }
}

/// Refuses a folder in which another user could swap our file.
pub(super) fn check_folder(folder: &Path) -> Result<(), FileError> {
    let found = match fs::metadata(folder) {
        Ok(found) => found,
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(FileError::System { step: FileStep::Read, path: folder.to_owned(), source }),
    };
    if !found.is_dir() {
        return Err(FileError::System {
            step: FileStep::Read,
            path: folder.to_owned(),
            source: io::ErrorKind::NotADirectory.into(),
        });
    }
    if is_open_to_others(&found) {
        return Err(FileError::FolderOpenToOthers(folder.to_owned()));
    }
    Ok(())
}

/// Refuses a file that another user made.
pub(super) fn check_owner(path: &Path, found: &fs::Metadata) -> Result<(), FileError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(FileError::NotOurs(path.to_owned()));
        }
    }
    #[cfg(not(unix))]
    let _known_to_the_system_only = (path, found);
    Ok(())
}

/// Tells whether somebody else may rename in this folder. In a sticky one, like `/tmp`, only owners may.
fn is_open_to_others(found: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        const WRITABLE_BY_OTHERS: u32 = 0o022;
        const STICKY: u32 = 0o1000;
        let ourselves = rustix::process::geteuid();
        let owner_is_trusted = found.uid() == ourselves.as_raw() || found.uid() == 0
            // In a container, root works in folders of whoever started it; the file itself must still be root's.
            || ourselves.is_root();
        let rights = found.mode();
        !owner_is_trusted || (rights & WRITABLE_BY_OTHERS != 0 && rights & STICKY == 0)
    }
    #[cfg(not(unix))]
    {
        let _known_to_the_system_only = found;
        false
    }
}

/// Refuses a path that leads through a folder which is a link to nowhere.
fn check_that_no_link_dangles(path: &Path) -> Result<(), FileError> {
    for above in path.ancestors().skip(1) {
        if fs::symlink_metadata(above).is_ok_and(|found| found.is_symlink()) && !above.exists() {
            return Err(FileError::System {
                step: FileStep::Read,
                path: above.to_owned(),
                source: io::ErrorKind::NotFound.into(),
            });
        }
    }
    Ok(())
}
