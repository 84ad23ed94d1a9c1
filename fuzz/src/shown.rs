//! Outside text on its way to the terminal.

use countersign::shown::{shown, shown_line, width};

use crate::input::{Input, text};

pub fn check(input: &[u8]) {
    let mut input = Input(input);
    let most_cells = usize::from(input.byte());
    let text = text(input.0);
    let whole = shown(&text);
    assert_is_tame(&whole);
    assert_eq!(shown(&whole), whole, "what is shown is shown as it is");
    let line = shown_line(&text, most_cells);
    assert_is_tame(&line);
    assert!(width(&line) <= most_cells, "{} cells of {most_cells}", width(&line));
    if width(&whole) <= most_cells {
        assert_eq!(line, whole, "what fits is shown whole");
    }
}

/// Panics if the text does something to a terminal or hides: told by other means than the library's own.
pub fn assert_is_tame(text: &str) {
    let mut before = None;
    for letter in text.chars() {
        let is_hidden = matches!(u32::from(letter),
            0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
            | 0x200b | 0x200c | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0d
            | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff);
        assert!(!is_hidden, "raw: {text:?}");
        let is_bare = before.is_none_or(|before: char| before == ' ' || before.is_ascii_alphabetic());
        assert!(!matches!(letter, '\u{200D}' | '\u{FE0E}' | '\u{FE0F}') || !is_bare, "hidden: {text:?}");
        before = Some(letter);
    }
}

/// Panics if a sentence of ours is not fit for a terminal. Several lines are several sentences.
pub fn assert_sentences_are_tame(text: &str) {
    text.split('\n').for_each(assert_is_tame);
}
