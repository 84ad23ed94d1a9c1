//! A path as people write it: in the settings, in a field, or dragged onto a terminal.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

const FILE_URI: &str = "file://";

/// Returns the path that was meant: without the quotes and escapes of a terminal, `~/` being the home.
pub fn path_of(written: &str, home: Option<&Path>) -> PathBuf {
    let written = written.trim();
    if let Some(uri) = written.strip_prefix(FILE_URI) {
        let path = uri.strip_prefix("localhost").unwrap_or(uri);
        return PathBuf::from(percent_decode_str(path).decode_utf8_lossy().into_owned());
    }
    let path = match unquoted(written) {
        Some(inner) => inner.to_owned(),
        None => unescaped(written),
    };
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        (Some(_) | None, Some(_) | None) => PathBuf::from(path),
    }
}

fn unquoted(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// Takes the backslashes away that a shell would have wanted; elsewhere they separate folders.
fn unescaped(text: &str) -> String {
    if cfg!(windows) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let mut path = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        path.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    path
}
