//! One line of text being typed, hidden if it is a secret.
//!
//! The text lives in one buffer that never grows, so that no copy of it stays behind; the program's allocator wipes
//! that buffer when it is freed.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::{ExposeSecret, SecretString};
use unicode_segmentation::UnicodeSegmentation;

use crate::shown;
use crate::tui::key::{Key, KeyCode};
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// The most bytes that a field takes unless told otherwise.
const USUAL_LIMIT: usize = 1024;
/// What stands for a hidden character.
const BULLET: &str = "•";

/// One line of text being typed.
pub struct TextField {
    /// Invariant: never longer than the capacity it was made with.
    text: String,
    limit: usize,
    /// A byte index between two graphemes.
    cursor: usize,
    is_hidden: bool,
}

impl TextField {
    /// Returns an empty field.
    pub fn new() -> Self {
        Self::with_limit(USUAL_LIMIT)
    }

    /// Returns an empty field for a secret.
    pub fn hidden() -> Self {
        Self { is_hidden: true, ..Self::new() }
    }

    /// Returns an empty field that takes that many bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { text: String::with_capacity(limit), limit, cursor: 0, is_hidden: false }
    }

    /// Returns the field with this text in it, as much as it takes.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.insert(text);
        self
    }

    /// Returns what was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Tells whether exactly this was typed.
    pub fn holds(&self, secret: &SecretString) -> bool {
        self.text == secret.expose_secret()
    }

    /// Tells whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes what was typed out of the field, as a secret.
    pub fn take(&mut self) -> SecretString {
        self.cursor = 0;
        let text = std::mem::replace(&mut self.text, String::with_capacity(self.limit));
        SecretString::from(text)
    }

    /// Empties the field.
    pub fn clear(&mut self) {
        self.text = String::with_capacity(self.limit);
        self.cursor = 0;
    }

    /// Hides what is typed, or shows it.
    pub fn hide(&mut self, is_hidden: bool) {
        self.is_hidden = is_hidden;
    }

    /// Tells whether what is typed is hidden.
    pub fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    /// Takes a key, if it types or edits; tells whether it did.
    pub fn press(&mut self, key: Key) -> bool {
        if let Some(letter) = key.letter() {
            self.insert(letter.encode_utf8(&mut [0; 4]));
            return true;
        }
        match (key.code, key.ctrl, key.alt) {
            (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, false) => self.remove_to(self.before()),
            (KeyCode::Delete, false, false) | (KeyCode::Char('d'), true, false) => self.remove_to(self.after()),
            (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, _, _) => self.remove_to(self.word_before()),
            (KeyCode::Char('u'), true, false) => self.remove_to(0),
            (KeyCode::Char('k'), true, false) => self.remove_to(self.text.len()),
            (KeyCode::Left, false, false) => self.cursor = self.before(),
            (KeyCode::Right, false, false) => self.cursor = self.after(),
            (KeyCode::Home, false, false) | (KeyCode::Char('a'), true, false) => self.cursor = 0,
            (KeyCode::End, false, false) | (KeyCode::Char('e'), true, false) => self.cursor = self.text.len(),
            _ => return false, // the terminal has many more keys
        }
        true
    }

    /// Takes pasted text: its first line with something in it, without control characters.
    pub fn paste(&mut self, text: &SecretString) {
        if let Some(line) = text.expose_secret().lines().find(|line| !line.trim().is_empty()) {
            self.insert(line);
        }
    }

    /// Draws the field in one row; with the cursor in it if it has the focus.
    pub fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect, has_focus: bool) {
        self.view_marked(context, frame, area, has_focus, None);
    }

    /// Draws the field with one character marked as wrong, which shows itself also where the others are hidden.
    pub fn view_marked(
        &self,
        context: &Context<'_>,
        frame: &mut Frame<'_>,
        area: Rect,
        has_focus: bool,
        marked: Option<usize>,
    ) {
        self.draw(context, frame, area, has_focus, marked, self.is_hidden);
    }

    /// Draws the field without what was typed, whether it is a secret or not.
    pub fn view_hidden(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect, has_focus: bool) {
        self.draw(context, frame, area, has_focus, None, true);
    }

    fn draw(
        &self,
        context: &Context<'_>,
        frame: &mut Frame<'_>,
        area: Rect,
        has_focus: bool,
        marked: Option<usize>,
        is_hidden: bool,
    ) {
        if area.is_empty() {
            return;
        }
        let as_shown = |text: &str| as_shown(text, is_hidden);
        let shown_before = as_shown(&self.text[..self.cursor]);
        let room = usize::from(area.width) - 1; // a cell for the cursor behind the last letter
        let skipped = shown::width(&shown_before).saturating_sub(room);
        let whole = shown_before.clone() + &as_shown(&self.text[self.cursor..]);
        let (cut, visible) = skip_cells(&whole, skipped);
        let style = context.style(Role::Field);
        frame.buffer_mut().set_stringn(area.x, area.y, visible, usize::from(area.width), style);
        if let Some((before, letter)) = marked.and_then(|marked| self.split_at(marked)) {
            let column = shown::width(&as_shown(before)).checked_sub(cut).and_then(|cells| u16::try_from(cells).ok());
            if let Some(column) = column.filter(|column| *column < area.width) {
                let style = context.style(Role::Danger);
                let room = usize::from(area.width - column);
                let letter = shown::shown_line(letter, if is_hidden { 1 } else { room });
                frame.buffer_mut().set_stringn(area.x + column, area.y, letter, room, style);
            }
        }
        if has_focus {
            let column = u16::try_from(shown::width(&shown_before).saturating_sub(cut)).unwrap_or(area.width);
            frame.set_cursor_position(Position::new(area.x + column.min(area.width - 1), area.y));
        }
    }

    /// Returns what stands before a character, and that character.
    fn split_at(&self, place: usize) -> Option<(&str, &str)> {
        let (start, letter) = self.text.char_indices().nth(place)?;
        Some((&self.text[..start], &self.text[start..start + letter.len_utf8()]))
    }

    /// Types a text at the cursor: as much as there is room for, without control characters.
    pub fn insert(&mut self, text: &str) {
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if self.text.len() + letter.len_utf8() > self.limit {
                return;
            }
            self.text.insert(self.cursor, letter);
            self.cursor += letter.len_utf8();
        }
    }

    fn remove_to(&mut self, other: usize) {
        let (from, to) = (self.cursor.min(other), self.cursor.max(other));
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(index, _)| index)
    }

    fn after(&self) -> usize {
        self.cursor + self.text[self.cursor..].graphemes(true).next().map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let before = self.text[..self.cursor].trim_end();
        before
            .rfind(char::is_whitespace)
            .map_or(0, |index| index + before[index..].chars().next().map_or(1, char::len_utf8))
    }
}

impl Default for TextField {
    fn default() -> Self {
        Self::new()
    }
}

fn as_shown(text: &str, is_hidden: bool) -> String {
    if is_hidden { BULLET.repeat(text.graphemes(true).count()) } else { shown::shown(text) }
}

/// Returns the text without its first `cells` cells at least, and how many those were.
fn skip_cells(text: &str, cells: usize) -> (usize, &str) {
    let mut skipped = 0;
    for (index, grapheme) in text.grapheme_indices(true) {
        if skipped >= cells {
            return (skipped, &text[index..]);
        }
        skipped += shown::width(grapheme);
    }
    (skipped, "")
}
