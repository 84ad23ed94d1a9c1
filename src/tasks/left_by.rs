//! Which sync tool gives a file such a name when two devices changed it at once.

/// Who left a copy beside a file, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftBy {
    /// The tool.
    pub tool: &'static str,
    /// Whether nobody else gives such names: a person may well write `vault-old.age`.
    pub is_sure: bool,
}

/// Reads the name of a file that lies beside the vault; `None` if it has nothing to do with it.
pub(super) fn of(vault: &str, name: &str) -> Option<LeftBy> {
    let (stem, ending) = vault.rsplit_once('.').map_or((vault, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let rest = name.strip_prefix(stem)?;
    let by = |tool| Some(LeftBy { tool, is_sure: true });
    let perhaps = |tool| Some(LeftBy { tool, is_sure: false });
    // `vault.age.orig`, `vault.age~HEAD`
    if let Some(after) = rest.strip_prefix(&ending).filter(|after| !after.is_empty()) {
        return match after {
            ".orig" => by("git"),
            after if after.starts_with('~') => by("git"),
            after if after.starts_with(".conflict") || after.starts_with("..path") => by("rclone"),
            _ => None, // a temporary file, or nobody we know
        };
    }
    let between = rest.strip_suffix(&ending)?;
    let in_brackets = between.strip_prefix(" (").and_then(|inside| inside.strip_suffix(')'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (between, in_brackets) {
        (dotted, _) if dotted.starts_with(".sync-conflict-") => by("Syncthing"),
        (".Conflict", _) => by("Resilio Sync"),
        (marked, _) if marked.starts_with("_conflict-") => by("Nextcloud"),
        (marked, _) if ["_LOCAL_", "_REMOTE_", "_BASE_", "_BACKUP_"].iter().any(|mark| marked.starts_with(mark)) => {
            by("git")
        }
        (_, Some(inside)) if inside.starts_with("conflicted copy") => by("Nextcloud"),
        (_, Some(inside)) if inside.contains("conflicted copy") => by("Dropbox"),
        (_, Some(inside)) if inside.starts_with("SFConflict") => by("Seafile"),
        (_, Some(inside)) if is_number(inside) => perhaps("Google Drive"),
        (spaced, _) if spaced.strip_prefix(' ').is_some_and(is_number) => perhaps("iCloud"),
        (dashed, _) if dashed.len() > 1 && dashed.starts_with('-') => perhaps("OneDrive"),
        _ => None,
    }
}
