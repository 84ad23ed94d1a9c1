//! From a file's bytes to plain lines: encodings, terminal colours, web pages, characters that cannot be seen.

use super::{LIMIT, Problem};

const BYTE_ORDER_MARK: char = '\u{FEFF}';
const ESCAPE: char = '\u{1B}';
/// What stands around a text that was struck through, in Markdown and from here on in every text.
pub(super) const STRIKE: &str = "~~";

/// How files begin that hold no plain text.
const PICTURES: [&[u8]; 5] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"RIFF", b"II*\0"];
const DOCUMENTS: [&[u8]; 4] = [b"%PDF", b"PK\x03\x04", b"{\\rtf", b"\xD0\xCF\x11\xE0"];

/// Returns the text of a file without what only looks: colours, markup, invisible characters.
///
/// # Errors
/// It is no text, or too much of it.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.len() > LIMIT {
        return Err(Problem::TooLarge);
    }
    if PICTURES.iter().any(|start| bytes.starts_with(start)) {
        return Err(Problem::Picture);
    }
    if DOCUMENTS.iter().any(|start| bytes.starts_with(start)) {
        return Err(Problem::Document);
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        _ if is_wide(bytes, 1) => wide(bytes, u16::from_le_bytes)?,
        _ if is_wide(bytes, 0) => wide(bytes, u16::from_be_bytes)?,
        narrow => match str::from_utf8(narrow) {
            Ok(text) => text.to_owned(),
            Err(_) => western(narrow)?,
        },
    };
    if text.contains('\0') {
        return Err(Problem::NotText);
    }
    let text = visible(&text);
    let text = if super::html::is_markup(&text) { super::html::strip(&text) } else { text };
    let text = if super::program::is_list(&text) { super::program::lines(&text) } else { text };
    if text.chars().all(char::is_whitespace) { Err(Problem::Empty) } else { Ok(text) }
}

/// Reads UTF-16, as Windows' editor writes it when asked for "Unicode".
fn wide(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| Problem::NotText)
}

/// Tells whether every second byte is nothing, as in UTF-16 of plain letters; `zero` says which one.
fn is_wide(bytes: &[u8], zero: usize) -> bool {
    let is_letter = |pair: &[u8]| pair[zero] == 0 && pair[1 - zero] != 0;
    let letters = bytes.chunks_exact(2).filter(|pair| is_letter(pair)).count();
    bytes.len() >= 8 && letters * 20 >= bytes.len() / 2 * 19
}

/// Reads what Windows' editor calls "ANSI" in Western Europe; the codes in it are plain letters all the same.
fn western(bytes: &[u8]) -> Result<String, Problem> {
    const MOST_BEYOND_ASCII: usize = 10;
    let is_text = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0xA0..=0xFF);
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let is_prose = bytes.iter().all(|byte| is_text(*byte)) && beyond * MOST_BEYOND_ASCII <= bytes.len();
    is_prose.then(|| bytes.iter().map(|byte| char::from(*byte)).collect()).ok_or(Problem::NotText)
}

/// Leaves out what nobody sees, and writes a strike-through of combining strokes as Markdown does.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut is_struck = false;
    while let Some(letter) = letters.next() {
        match letter {
            ESCAPE => skip_sequence(&mut letters),
            '\r' if letters.peek() == Some(&'\n') => {}
            // Every way to end a line.
            '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            _ if is_invisible(letter) || is_stroke(letter) => {}
            _ => {
                let is_next_struck = letters.peek().copied().is_some_and(is_stroke);
                if is_next_struck != is_struck {
                    out.push_str(STRIKE);
                    is_struck = is_next_struck;
                }
                out.push(letter);
            }
        }
    }
    if is_struck {
        out.push_str(STRIKE);
    }
    out
}

fn is_stroke(letter: char) -> bool {
    matches!(letter, '\u{0335}'..='\u{0338}')
}

fn is_invisible(letter: char) -> bool {
    letter == BYTE_ORDER_MARK
        || matches!(letter, '\u{20E3}' | '\u{FE00}'..='\u{FE0F}')
        || matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
        || letter.is_control() && letter != '\n' && letter != '\t'
}

/// Skips what a terminal would have obeyed: `ESC [ 1 ; 31 m`.
fn skip_sequence(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if letters.peek() != Some(&'[') {
        return;
    }
    letters.next();
    while let Some(letter) = letters.next_if(|letter| *letter != '\n') {
        if letter.is_ascii_alphabetic() {
            break;
        }
    }
}
