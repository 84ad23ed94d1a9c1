//! What a terminal sends, as keys, pastes and clicks.
//!
//! crossterm reads it into buffers of the whole process, where a passphrase would lie for as long as the program runs.
//! Here nothing is kept but a sequence whose end has not come yet.

use super::key::{Input, Key, KeyCode, Mouse, MouseKind};

const ESCAPE: u8 = 0x1b;
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// No sequence that means something to us is longer.
const LONGEST_SEQUENCE: usize = 64;

/// Reads what comes in, piece by piece.
#[derive(Default)]
pub struct TerminalInput {
    /// The beginning of something whose end has not come yet.
    pending: Vec<u8>,
    /// What was pasted so far.
    paste: Option<Vec<u8>>,
}

/// What stands at the beginning of some bytes, and how many of them it takes.
enum Found {
    Input(Input, usize),
    /// Something that says nothing to us.
    Nothing(usize),
    PasteBegins(usize),
    /// Its end is missing.
    Unfinished,
}

impl TerminalInput {
    /// Takes what one reading gave, and returns what it means.
    ///
    /// An Escape with nothing behind it is the key: no terminal says so in any other way.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Input> {
        let mut inputs = Vec::new();
        let whole = [&std::mem::take(&mut self.pending), bytes].concat();
        let mut rest = &whole[..];
        while !rest.is_empty() {
            let used = match &mut self.paste {
                Some(paste) => {
                    let (used, is_over) = fill(paste, rest);
                    let text =
                        self.paste.take_if(|_| is_over).map(|paste| String::from_utf8_lossy(&paste).into_owned());
                    inputs.extend(text.map(Input::Paste));
                    used
                }
                None => match first(rest) {
                    Found::Input(input, used) => {
                        inputs.push(input);
                        used
                    }
                    Found::Nothing(used) => used,
                    Found::PasteBegins(used) => {
                        self.paste = Some(Vec::new());
                        used
                    }
                    Found::Unfinished => {
                        self.pending = rest.to_vec();
                        rest.len()
                    }
                },
            };
            rest = &rest[used..];
        }
        inputs
    }
}

/// Adds to what was pasted, up to the end if it is there: returns how much was taken, and whether that was the end.
fn fill(paste: &mut Vec<u8>, bytes: &[u8]) -> (usize, bool) {
    let before = paste.len();
    // The end may have begun with the last piece.
    let searched = before.saturating_sub(PASTE_ENDS.len() - 1);
    paste.extend_from_slice(bytes);
    match paste[searched..].windows(PASTE_ENDS.len()).position(|window| window == PASTE_ENDS) {
        Some(place) => {
            paste.truncate(searched + place);
            (searched + place + PASTE_ENDS.len() - before, true)
        }
        None => (bytes.len(), false),
    }
}

fn first(bytes: &[u8]) -> Found {
    match bytes {
        [ESCAPE] => Found::Input(Input::Key(Key::plain(KeyCode::Esc)), 1),
        [ESCAPE, b'[', rest @ ..] => sequence(rest),
        // Where Alt is held with it, or where the terminal counts itself in application mode.
        [ESCAPE, b'O', letter, ..] => match named(*letter) {
            Some(code) => Found::Input(Input::Key(Key::plain(code)), 3),
            None => with_alt(&bytes[1..]),
        },
        [ESCAPE, ESCAPE, ..] => Found::Input(Input::Key(Key::plain(KeyCode::Esc)), 1),
        [ESCAPE, rest @ ..] => with_alt(rest),
        bytes => letter(bytes),
    }
}

fn with_alt(rest: &[u8]) -> Found {
    match letter(rest) {
        Found::Input(Input::Key(key), used) => Found::Input(Input::Key(Key { alt: true, ..key }), used + 1),
        Found::Input(..) | Found::Nothing(_) | Found::PasteBegins(_) => Found::Nothing(2),
        Found::Unfinished => Found::Unfinished,
    }
}

/// Reads a key that is one character.
fn letter(bytes: &[u8]) -> Found {
    let with_ctrl = |letter| Key { code: KeyCode::Char(letter), ctrl: true, alt: false };
    let key = match bytes[0] {
        b'\r' => Key::plain(KeyCode::Enter),
        b'\t' => Key::plain(KeyCode::Tab),
        0x7f => Key::plain(KeyCode::Backspace),
        0 => with_ctrl(' '),
        control @ 0x01..=0x1a => with_ctrl(char::from(control - 1 + b'a')),
        control @ 0x1c..=0x1f => with_ctrl(char::from(control - 0x1c + b'4')),
        _ => return character(bytes),
    };
    Found::Input(Input::Key(key), 1)
}

fn character(bytes: &[u8]) -> Found {
    /// The longest character of UTF-8.
    const LONGEST: usize = 4;
    let beginning = &bytes[..bytes.len().min(LONGEST)];
    let whole = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => return error.error_len().map_or(Found::Unfinished, Found::Nothing),
    };
    match whole.chars().next() {
        Some(letter) => Found::Input(Input::Key(Key::plain(KeyCode::Char(letter))), letter.len_utf8()),
        None => Found::Nothing(1),
    }
}

/// Reads a control sequence (ECMA-48, section 5.4), of which the bytes after its introducer are given.
fn sequence(rest: &[u8]) -> Found {
    const INTRODUCER: usize = 2;
    // The Linux console's first five function keys.
    match rest {
        [b'['] => return Found::Unfinished,
        [b'[', letter @ b'A'..=b'E', ..] => {
            return Found::Input(Input::Key(Key::plain(KeyCode::F(letter - b'A' + 1))), INTRODUCER + 2);
        }
        _ => {}
    }
    if let [b'M', after @ ..] = rest {
        return old_mouse(after).map_or(Found::Unfinished, |mouse| {
            mouse.map_or(Found::Nothing(INTRODUCER + 4), |mouse| Found::Input(Input::Mouse(mouse), INTRODUCER + 4))
        });
    }
    let Some(end) = rest.iter().position(|byte| !matches!(byte, b' '..=b'?')) else {
        return if rest.len() > LONGEST_SEQUENCE { Found::Nothing(INTRODUCER + rest.len()) } else { Found::Unfinished };
    };
    let used = INTRODUCER + end + 1;
    let (parameters, last) = (&rest[..end], rest[end]);
    let input = match (parameters, last) {
        (b"200", b'~') => return Found::PasteBegins(used),
        (b"", b'I') => Some(Input::Redraw),
        ([b'<', of_mouse @ ..], b'M') => mouse(of_mouse).map(Input::Mouse),
        (parameters, last) => key(parameters, last).map(Input::Key),
    };
    match input {
        Some(input) => Found::Input(input, used),
        // Of what is no sequence the last byte belongs to the next one.
        None => Found::Nothing(if matches!(last, b'@'..=b'~') { used } else { used - 1 }),
    }
}

/// Reads numbers between semicolons; of one with parts, the first.
fn numbers(parameters: &[u8]) -> Option<Vec<u32>> {
    let text = std::str::from_utf8(parameters).ok()?;
    let first_part = |number: &str| number.split(':').next().and_then(|part| part.parse().ok());
    text.split(';').map(first_part).collect()
}

fn key(parameters: &[u8], last: u8) -> Option<Key> {
    let numbers = if parameters.is_empty() { Vec::new() } else { numbers(parameters)? };
    let first = numbers.first().copied().unwrap_or(1);
    // One more than the sum of 1 for Shift, 2 for Alt, 4 for Ctrl.
    let held = numbers.get(1).copied().unwrap_or(1).saturating_sub(1);
    let code = match last {
        b'~' => numbered(first)?,
        b'u' if first == u32::from(ESCAPE) => KeyCode::Esc,
        b'u' => match letter(char::from_u32(first)?.encode_utf8(&mut [0; 4]).as_bytes()) {
            Found::Input(Input::Key(key), _) => key.code,
            Found::Input(..) | Found::Nothing(_) | Found::PasteBegins(_) | Found::Unfinished => return None,
        },
        last => named(last)?,
    };
    let code = if code == KeyCode::Tab && held & 1 != 0 { KeyCode::BackTab } else { code };
    Some(Key { code, alt: held & 2 != 0, ctrl: held & 4 != 0 })
}

/// Returns the key that a sequence's last letter names.
fn named(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        b'Z' => KeyCode::BackTab,
        _ => return None, // keys that we never use, and other terminals' reports
    })
}

/// Returns the key that a sequence's number names.
fn numbered(number: u32) -> Option<KeyCode> {
    let function = |first: u32, of: u8| u8::try_from(number - first).map(|above| KeyCode::F(of + above)).ok();
    match number {
        1 | 7 => Some(KeyCode::Home),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=24 => function(23, 11),
        _ => None, // Insert, and keys that few keyboards have
    }
}

/// Reads the report of a terminal that knows no other: three bytes, each 32 more than it means. `None`: they are not all there.
fn old_mouse(after: &[u8]) -> Option<Option<Mouse>> {
    let report = after.first_chunk::<3>()?;
    Some(pointed(report.map(|byte| u32::from(byte.saturating_sub(b' ')))))
}

/// Reads what xterm calls an SGR report.
fn mouse(parameters: &[u8]) -> Option<Mouse> {
    pointed(*numbers(parameters)?.first_chunk::<3>()?)
}

/// A button, a column and a row, both from 1.
fn pointed([button, column, row]: [u32; 3]) -> Option<Mouse> {
    /// Shift, Alt and Ctrl, which say nothing here.
    const HELD: u32 = 4 | 8 | 16;
    let kind = match button & !HELD {
        0 => MouseKind::Click,
        64 => MouseKind::WheelUp,
        65 => MouseKind::WheelDown,
        _ => return None, // movements and the other buttons
    };
    let cell = |number: u32| u16::try_from(number.saturating_sub(1)).ok();
    Some(Mouse { kind, column: cell(column)?, row: cell(row)? })
}
