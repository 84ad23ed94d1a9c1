//! Files of other programs that are not part of this one: a folder named by `COUNTERSIGN_CORPUS`, if there is one.

use std::path::PathBuf;

/// Reads a text of the corpus; says that the test is skipped where there is none.
pub(crate) fn corpus(path: &str) -> Option<String> {
    // The test's own setting, not an input of the program.
    #[allow(clippy::disallowed_methods)]
    let Some(folder) = std::env::var_os("COUNTERSIGN_CORPUS") else {
        println!("skipped: COUNTERSIGN_CORPUS is not set, so there is no {path}");
        return None;
    };
    let path = PathBuf::from(folder).join(path);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
