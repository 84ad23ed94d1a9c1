//! Which program a plugin's name leads to, and whether it may be started.
//!
//! The age crate looks it up itself, in the folders of `PATH`. So this looks in the same folders first, and nothing is
//! started if what would be found lies where somebody else could have put it.

use std::env;
use std::path::{Path, PathBuf};

use crate::ports::PluginStop;

/// With `AGEDEBUG=plugin` the age crate prints every message to and from a plugin, PINs and keys included.
const DEBUG_SWITCH: &str = "AGEDEBUG";

/// Tells whether the program that `PATH` leads to may be started.
#[expect(clippy::disallowed_methods, reason = "whatever starts a program goes by the environment")]
pub(super) fn may_start(program: &str) -> Result<(), PluginStop> {
    if env::var_os(DEBUG_SWITCH).is_some() {
        return Err(PluginStop::Debugged);
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    look(program, env::split_paths(&folders))
}

/// Looks for a program in these folders, and tells whether the first one that is found may be started.
///
/// # Errors
/// None has it, or somebody else could have put it there.
#[cfg(not(unix))]
pub fn look(_program: &str, _folders: impl Iterator<Item = PathBuf>) -> Result<(), PluginStop> {
    // The age crate tries every ending that Windows knows, and says itself if there is none.
    Ok(())
}

/// Looks for a program in these folders, and tells whether the first one that is found may be started.
///
/// They are read as the age crate reads them: an empty or relative one is below the current folder, `~` is the user's own.
///
/// # Errors
/// None has it, or somebody else could have put it there.
#[cfg(unix)]
pub fn look(program: &str, folders: impl Iterator<Item = PathBuf>) -> Result<(), PluginStop> {
    use rustix::fs::{Access, access};
    let is_program = |path: &Path| path.is_file() && access(path, Access::EXEC_OK).is_ok();
    for folder in folders {
        let folder = match (folder.strip_prefix("~"), env::home_dir()) {
            (Ok(rest), Some(home)) => home.join(rest),
            (Ok(_) | Err(_), _) => folder,
        };
        let path = folder.join(program);
        if is_program(&path) {
            return if folder.is_absolute() && is_out_of_reach(&path) { Ok(()) } else { Err(PluginStop::Unsafe) };
        }
    }
    Err(PluginStop::Missing)
}

/// Tells whether the program and the folders above it belong to the user or to root, and none is everybody's to write to.
/// Above its own folder, one like `/tmp` will do, where nobody can move what is another's.
#[cfg(unix)]
fn is_out_of_reach(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    const ROOT: u32 = 0;
    // A link is followed, since age starts what it leads to; whoever can write where the link stands can turn it.
    let Ok(real) = path.canonicalize() else { return false };
    [path, &real].into_iter().all(|path| {
        path.ancestors().enumerate().all(|(above, place)| {
            let Ok(metadata) = place.metadata() else { return false };
            let (mode, owner) = (metadata.mode(), metadata.uid());
            let is_trusted = owner == ROOT || owner == rustix::process::geteuid().as_raw();
            is_trusted && (mode & OTHERS_WRITE == 0 || (above > 1 && mode & STICKY != 0))
        })
    })
}
