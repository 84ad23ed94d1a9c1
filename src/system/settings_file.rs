//! The file of settings, as text.

use std::io;
use std::path::Path;

use super::documents::UserFiles;
use crate::ports::{Documents, FileError, FileStep};

/// Far more than all settings with their comments.
const MOST_BYTES: usize = 1024 * 1024;

/// Reads the settings; there need not be any unless the user named the file.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &Path, is_named: bool) -> Result<Option<String>, FileError> {
    match UserFiles.read(path, MOST_BYTES) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| {
            let source = io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
            FileError::System { step: FileStep::Read, path: path.to_owned(), source }
        }),
        Err(FileError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound && !is_named => Ok(None),
        Err(error) => Err(error),
    }
}
