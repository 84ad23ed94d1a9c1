//! Where this platform keeps things.

use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

/// The places that countersign uses unless it is told others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The vault file.
    pub vault: PathBuf,
    /// The settings file.
    pub config: PathBuf,
    /// The folder of what this device remembers.
    pub state: PathBuf,
    /// The user's home.
    pub home: PathBuf,
}

impl Places {
    /// Finds them; `None` when this user has no home.
    pub fn find() -> Option<Self> {
        let of_this_program = ProjectDirs::from("", "", "countersign")?;
        let data = of_this_program.data_dir();
        Some(Self {
            home: BaseDirs::new()?.home_dir().to_owned(),
            vault: data.join("vault.age"),
            config: of_this_program.config_dir().join("config.toml"),
            // Only Linux has a place of its own for state.
            state: of_this_program
                .state_dir()
                .map_or_else(|| of_this_program.data_local_dir().join("state"), Path::to_owned),
        })
    }
}

/// Returns one spelling for all paths that lead to the same file, also for a file that is not there yet.
pub(super) fn canonical(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in absolute.ancestors() {
        if let (Ok(resolved), Ok(missing)) = (existing.canonicalize(), absolute.strip_prefix(existing)) {
            // Joining an empty rest would add a slash.
            return if missing.as_os_str().is_empty() { resolved } else { resolved.join(missing) };
        }
    }
    absolute
}
