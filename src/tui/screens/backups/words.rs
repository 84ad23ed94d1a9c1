//! Counts, files and moments of backups in the user's words.

use std::path::Path;

use crate::tui::backups::OpensWith;

/// Returns `1 account`, `24 accounts`.
pub(super) fn accounts(count: u64) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

/// Returns `24 accounts, 2 more in the trash`.
pub(super) fn with_trash(count: u64, trash: u64) -> String {
    match trash {
        0 => accounts(count),
        trash => format!("{}, {trash} more in the trash", accounts(count)),
    }
}

/// Returns a path ready to be shown.
pub(super) fn path(path: &Path) -> String {
    crate::shown::shown(&path.to_string_lossy())
}

/// Returns the folder of a file, ready to be shown.
pub(super) fn folder(file: &Path) -> String {
    file.parent().map(path).filter(|folder| !folder.is_empty()).unwrap_or_else(|| "this folder".to_owned())
}

/// Says what opens a backup, in a column.
pub(super) const fn opens_with(how: OpensWith) -> &'static str {
    match how {
        OpensWith::Passphrase => "own passphrase",
        OpensWith::Identity => "recipients",
        OpensWith::Either => "passphrase or key",
        OpensWith::AsTheVault => "as the vault",
    }
}
