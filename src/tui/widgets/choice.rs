//! One of a few words, chosen with the arrows, the space bar or its first letter.

use crate::tui::key::{Key, KeyCode};

/// Returns the place that a key moves to from `place`, if it is a key for choosing.
pub fn moved<'n>(key: Key, place: usize, count: usize, name: impl Fn(usize) -> &'n str) -> Option<usize> {
    let step = match key.code {
        KeyCode::Right | KeyCode::Char(' ') => 1,
        KeyCode::Left => count - 1,
        _ => {
            let letter = key.letter()?.to_ascii_lowercase();
            // From the next one on, so that a second press finds a second one of that letter.
            (1..count).find(|step| name((place + step) % count).starts_with(letter)).unwrap_or(0)
        }
    };
    Some((place + step) % count)
}
