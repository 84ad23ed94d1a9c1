//! Where things are put that nobody puts away: Downloads, Desktop, Documents.

use std::path::{Path, PathBuf};

use crate::ports::{FoundKind, Machine};

/// The folders, as desktops of freedesktop.org call them in their file of names, and in English.
const FOLDERS: [(&str, &str); 3] =
    [("XDG_DOWNLOAD_DIR", "Downloads"), ("XDG_DESKTOP_DIR", "Desktop"), ("XDG_DOCUMENTS_DIR", "Documents")];
/// Where that file lies in a home; in another language, the folders are called otherwise.
const NAMES: &str = ".config/user-dirs.dirs";
const NAMES_BYTES: usize = 16 * 1024;

/// Returns those of the usual folders that there are in a home.
pub fn usual_folders(machine: &mut Machine, home: &Path) -> Vec<PathBuf> {
    let names = machine.documents.read(&home.join(NAMES), NAMES_BYTES).ok();
    let names = names.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let mut folders: Vec<PathBuf> = Vec::new();
    for (key, english) in FOLDERS {
        let written = names.lines().find_map(|line| folder_of(line, key, home));
        for folder in [written, Some(home.join(english))].into_iter().flatten() {
            let is_there = machine.documents.look(&folder);
            let is_there = is_there.is_ok_and(|found| found.is_some_and(|found| found.kind == FoundKind::Folder));
            // A desktop that wants no such folder names the home itself.
            if is_there && folder != home && !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    folders
}

/// Reads `XDG_DESKTOP_DIR="$HOME/Schreibtisch"`.
fn folder_of(line: &str, key: &str, home: &Path) -> Option<PathBuf> {
    let value = line.trim().strip_prefix(key)?.strip_prefix('=')?.trim_matches('"');
    let below = value.strip_prefix("$HOME/")?.trim_end_matches('/');
    Some(home.join(below)).filter(|_| !below.is_empty())
}
