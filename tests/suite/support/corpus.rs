//! Files of other programs that are not part of this one: a folder named by `COUNTERSIGN_CORPUS`, if there is one.

use std::path::PathBuf;

/// Reads a text of the corpus; says that the test is skipped where there is none.
pub(crate) fn corpus(path: &str) -> Option<String> {
    let path = corpus_path(path)?;
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Returns where something of the corpus is; says that the test is skipped where there is none.
pub(crate) fn corpus_path(path: &str) -> Option<PathBuf> {
    // The test's own setting, not an input of the program.
    #[allow(clippy::disallowed_methods)]
    let folder = std::env::var_os("COUNTERSIGN_CORPUS");
    if folder.is_none() {
        println!("skipped: COUNTERSIGN_CORPUS is not set, so there is no {path}");
    }
    Some(PathBuf::from(folder?).join(path))
}
