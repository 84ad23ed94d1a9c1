//! A path as it is typed, pasted or dragged onto a terminal.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// Returns the path that a text means: without the quotes, escapes or scheme that a terminal put around it.
pub fn path_of(text: &str) -> PathBuf {
    let text = text.trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return PathBuf::from(inner);
        }
    }
    if let Some(rest) = text.strip_prefix("file://") {
        return PathBuf::from(percent_decode_str(rest).decode_utf8_lossy().into_owned());
    }
    PathBuf::from(unescaped(text))
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
