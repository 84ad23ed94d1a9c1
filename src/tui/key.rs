//! Keys as people write them: `ctrl-n`, `enter`, `?`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use thiserror::Error;

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Whether Ctrl was held.
    pub ctrl: bool,
    /// Whether Alt was held.
    pub alt: bool,
}

/// Which key. Shift has done its work on a letter already; elsewhere it only matters with Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A letter, digit or sign.
    Char(char),
    /// Enter.
    Enter,
    /// Esc.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// The keys that have a name, and that name. `space` is a letter with a name.
const NAMES: [(KeyCode, &str); 16] = [
    (KeyCode::Enter, "enter"),
    (KeyCode::Esc, "esc"),
    (KeyCode::Tab, "tab"),
    (KeyCode::BackTab, "shift-tab"),
    (KeyCode::Backspace, "backspace"),
    (KeyCode::Delete, "delete"),
    (KeyCode::Up, "up"),
    (KeyCode::Down, "down"),
    (KeyCode::Left, "left"),
    (KeyCode::Right, "right"),
    (KeyCode::Home, "home"),
    (KeyCode::End, "end"),
    (KeyCode::PageUp, "page-up"),
    (KeyCode::PageDown, "page-down"),
    (KeyCode::Char(' '), "space"),
    (KeyCode::Char('<'), "lt"),
];

impl Key {
    /// Returns the key alone, without Ctrl or Alt.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// Returns the letter that this key writes into a text, if it writes one.
    pub fn letter(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if !self.ctrl && !self.alt && !letter.is_control() => Some(letter),
            _ => None,
        }
    }

    /// Returns the key as hints show it: `↵`, `space`, `^p`; without signs beyond ASCII: `enter`.
    pub fn label(self, unicode: bool) -> String {
        let name = match self.code {
            KeyCode::Enter if unicode => "↵".to_owned(),
            KeyCode::Up if unicode => "↑".to_owned(),
            KeyCode::Down if unicode => "↓".to_owned(),
            KeyCode::Char('<') => "<".to_owned(),
            code => Self::plain(code).to_string(),
        };
        let prefix = if self.ctrl { "^" } else { "" };
        format!("{prefix}{}{name}", if self.alt { "alt-" } else { "" })
    }

    /// Reads a line of keys as tests and documents write them: `/git<enter>c`, `<ctrl-p>`, `<lt>`.
    ///
    /// # Errors
    /// A name between `<` and `>` is no key.
    pub fn sequence(text: &str) -> Result<Vec<Self>, UnknownKey> {
        let mut keys = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let name = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
            if let Some((name, after)) = name {
                keys.push(name.parse()?);
                rest = after;
            } else {
                keys.push(Self::plain(KeyCode::Char(letter)));
                rest = &rest[letter.len_utf8()..];
            }
        }
        Ok(keys)
    }
}

/// The text names no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no key is called that: try a letter, enter, esc, tab, space, up, f1, or ctrl- and alt- before one")]
pub struct UnknownKey;

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let mut letters = text.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return if letter.is_control() { Err(UnknownKey) } else { Ok(Self::plain(KeyCode::Char(letter))) };
        }
        let name = text.to_ascii_lowercase();
        if let Some((code, _)) = NAMES.iter().find(|(_, known)| *known == name) {
            return Ok(Self::plain(*code));
        }
        if let Some(rest) = name.strip_prefix("ctrl-") {
            return Ok(Self { ctrl: true, ..rest.parse()? });
        }
        if name.starts_with("alt-") {
            return Ok(Self { alt: true, ..text[4..].parse()? });
        }
        let number = name.strip_prefix('f').and_then(|number| number.parse().ok());
        number
            .filter(|number| (1..=12).contains(number))
            .map(|number| Self::plain(KeyCode::F(number)))
            .ok_or(UnknownKey)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ctrl, alt) = (if self.ctrl { "ctrl-" } else { "" }, if self.alt { "alt-" } else { "" });
        write!(formatter, "{ctrl}{alt}")?;
        match (NAMES.iter().find(|(code, _)| *code == self.code), self.code) {
            (Some((_, name)), _) => formatter.write_str(name),
            (None, KeyCode::Char(letter)) => write!(formatter, "{letter}"),
            (None, KeyCode::F(number)) => write!(formatter, "f{number}"),
            (None, _) => Ok(()), // every other key has a name
        }
    }
}

/// What the mouse did, and in which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Counted from the left, from 0.
    pub column: u16,
    /// Counted from the top, from 0.
    pub row: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Click,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// What the terminal told us, as far as it concerns us.
pub enum Input {
    /// A key.
    Key(Key),
    /// Something pasted.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The terminal has another size, or has come to the front: draw again.
    Redraw,
}

/// Translates an event of the Windows console; elsewhere [`super::terminal_input`] reads what a terminal sends.
pub fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => from_event(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(mouse) => from_mouse(mouse).map(Input::Mouse),
        Event::Resize(..) | Event::FocusGained => Some(Input::Redraw),
        Event::Key(_) | Event::FocusLost => None,
    }
}

fn from_event(event: KeyEvent) -> Option<Key> {
    use crossterm::event::KeyCode as Theirs;
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let code = match event.code {
        Theirs::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
        Theirs::Char(letter) => KeyCode::Char(letter),
        Theirs::Enter => KeyCode::Enter,
        Theirs::Esc => KeyCode::Esc,
        Theirs::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        Theirs::Tab => KeyCode::Tab,
        Theirs::BackTab => KeyCode::BackTab,
        Theirs::Backspace => KeyCode::Backspace,
        Theirs::Delete => KeyCode::Delete,
        Theirs::Up => KeyCode::Up,
        Theirs::Down => KeyCode::Down,
        Theirs::Left => KeyCode::Left,
        Theirs::Right => KeyCode::Right,
        Theirs::Home => KeyCode::Home,
        Theirs::End => KeyCode::End,
        Theirs::PageUp => KeyCode::PageUp,
        Theirs::PageDown => KeyCode::PageDown,
        Theirs::F(number) => KeyCode::F(number),
        _ => return None, // keys that we never use: media keys, locks, modifiers alone
    };
    Some(Key { code, ctrl, alt })
}

fn from_mouse(event: MouseEvent) -> Option<Mouse> {
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Click,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None, // movements and the other buttons
    };
    Some(Mouse { kind, column: event.column, row: event.row })
}
