//! Files that the user named, and standard input under the name `-`.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::folder::{Place, create_folder, folder_of};
use super::fresh_file::{FreshFile, rename_to_free_name, sync_folder};
use crate::otp::Timestamp;
use crate::ports::{Documents, FileError, FileStep, Found, FoundKind};

/// Standard input, as a path.
const STANDARD_INPUT: &str = "-";

/// The user's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserFiles;

impl Documents for UserFiles {
    fn read(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
        let failed = |source| FileError::System { step: FileStep::Read, path: path.to_owned(), source };
        let bytes = if path == Path::new(STANDARD_INPUT) {
            read_at_most(standard_input(), limit, 0).map_err(failed)?
        } else {
            // A pipe is fine here: `--passphrase-file <(pass show vault)` is one.
            let file = File::open(path).map_err(failed)?;
            let found = file.metadata().map_err(failed)?;
            if found.is_dir() {
                return Err(FileError::NotAFile(path.to_owned()));
            }
            read_at_most(file, limit, found.len()).map_err(failed)?
        };
        if bytes.len() > limit {
            return Err(FileError::TooLarge { path: path.to_owned(), limit });
        }
        Ok(bytes)
    }

    fn read_line(&mut self) -> Result<Option<String>, FileError> {
        /// Far more than any code has, however it is grouped.
        const LIMIT: usize = 256;
        let path = Path::new(STANDARD_INPUT);
        let failed = |source| FileError::System { step: FileStep::Read, path: path.to_owned(), source };
        let (mut input, mut line) = (standard_input(), Vec::new());
        // Byte by byte: what comes later belongs to whoever reads on, and each line is wanted when it arrives.
        loop {
            let mut byte = [0];
            match (input.read(&mut byte).map_err(failed)?, byte) {
                (0, _) if line.is_empty() => return Ok(None),
                (0, _) | (_, [b'\n']) => {
                    return Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()));
                }
                _ if line.len() == LIMIT => return Err(FileError::TooLarge { path: path.to_owned(), limit: LIMIT }),
                (_, [byte]) => line.push(byte),
            }
        }
    }

    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let failed = |step| move |source| FileError::System { step, path: path.to_owned(), source };
        if path.symlink_metadata().is_err() {
            return self.write_new(path, bytes);
        }
        let place = Place::of(path)?;
        let mut fresh = FreshFile::beside(&place.target).map_err(failed(FileStep::Write))?;
        fresh.write(bytes).map_err(failed(FileStep::Write))?;
        fresh.sync().map_err(failed(FileStep::Sync))?;
        fresh.replace(&place.target).map_err(failed(FileStep::Replace))?;
        sync_folder(place.folder()).map_err(failed(FileStep::Sync))
    }

    fn look(&self, path: &Path) -> Result<Option<Found>, FileError> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some(found(path, &metadata, is_link(path)))),
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(FileError::System { step: FileStep::Read, path: path.to_owned(), source }),
        }
    }

    fn list(&self, folder: &Path) -> Result<Vec<Found>, FileError> {
        let failed = |source| FileError::System { step: FileStep::Read, path: folder.to_owned(), source };
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            // What goes away while we look was not there; what leads nowhere is neither file nor folder.
            let metadata = fs::metadata(&path).or_else(|_| fs::symlink_metadata(&path));
            all.extend(metadata.ok().map(|metadata| found(&path, &metadata, is_link(&path))));
        }
        all.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(all)
    }

    fn remove(&mut self, path: &Path) -> Result<(), FileError> {
        let failed = |source| FileError::System { step: FileStep::Remove, path: path.to_owned(), source };
        fs::remove_file(path).and_then(|()| sync_folder(folder_of(path))).map_err(failed)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), FileError> {
        let failed = |step| move |source| FileError::System { step, path: to.to_owned(), source };
        create_folder(folder_of(to)).map_err(failed(FileStep::MakeFolder))?;
        rename_to_free_name(from, to).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists(to.to_owned()),
            _ => failed(FileStep::Replace)(source),
        })?;
        sync_folder(folder_of(to)).and_then(|()| sync_folder(folder_of(from))).map_err(failed(FileStep::Sync))
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), FileError> {
        let failed = |source| FileError::System { step: FileStep::MakeFolder, path: folder.to_owned(), source };
        create_folder(folder).map_err(failed)
    }

    fn write_new(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let failed = |step| move |source| FileError::System { step, path: path.to_owned(), source };
        if path.symlink_metadata().is_ok() {
            return Err(FileError::Exists(path.to_owned()));
        }
        let mut fresh = FreshFile::beside(path).map_err(failed(FileStep::Write))?;
        fresh.write(bytes).map_err(failed(FileStep::Write))?;
        fresh.sync().map_err(failed(FileStep::Sync))?;
        match fresh.place_new(path) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {
                return Err(FileError::Exists(path.to_owned()));
            }
            other => other.map_err(failed(FileStep::Replace))?,
        }
        sync_folder(folder_of(path)).map_err(|source| {
            // Reported as not written, so it must not be there.
            fs::remove_file(path).ok();
            failed(FileStep::Sync)(source)
        })
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

fn found(path: &Path, metadata: &Metadata, is_link: bool) -> Found {
    let kind = match metadata {
        file if file.is_file() => FoundKind::File,
        folder if folder.is_dir() => FoundKind::Folder,
        _ => FoundKind::Other,
    };
    let since_1970 = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let modified = since_1970.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Timestamp::from_millis);
    Found { path: path.to_owned(), kind, length: metadata.len(), modified, is_link }
}

/// Reads one byte more than `limit` at most, which shows that there was more.
fn read_at_most(source: impl Read, limit: usize, expected: u64) -> io::Result<Vec<u8>> {
    let most = limit.saturating_add(1);
    // Sized once where the size is known: a growing buffer leaves copies of its content behind.
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(most).saturating_add(1).min(most));
    source.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns standard input without the standard library's buffer, which would keep what passed through it.
pub(super) fn standard_input() -> impl Read {
    #[cfg(unix)]
    {
        super::bare_streams::BareInput
    }
    #[cfg(not(unix))]
    {
        io::stdin()
    }
}
