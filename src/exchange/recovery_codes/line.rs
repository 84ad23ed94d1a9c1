//! One line taken apart: numbering and bullets away, columns apart, marks of use beside what they mark.

use super::text::STRIKE;
use super::{dates, words};
use crate::otp::Timestamp;

/// The most letters and digits that stand behind a number and still are a part of the numbering.
const NUMBERING_DIGITS: usize = 3;
/// What separates columns, besides tabs and wide gaps.
const SEPARATORS: &str = "|│┃¦,;，、；";
const BRACKETS: [(char, char); 6] = [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】'), ('{', '}'), ('「', '」')];
const QUOTES: &str = "\"'`“”‘’«»„*";
const DASHES: &str = "-–—‑‐";
const TICKED: &str = "xX×✓✔✗✘☑☒✅❌🗸";
const UNTICKED: &str = "☐□⬜◻";
const BULLETS: &str = "•·‣◦●■▪→>+◆○▸";
/// What else stands alone between a code and what is said about it.
const BETWEEN: &str = "=#/<-–—";

/// A run of letters, digits and single separators, which may be a code.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) is_struck: bool,
}

/// Whether something beside a code says that it was used, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) is_used: bool,
    pub(super) at: Option<Timestamp>,
}

/// One column of a line: words that stand together, and what is noted beside them.
#[derive(Default)]
pub(super) struct Cell<'t> {
    pub(super) tokens: Vec<Token<'t>>,
    /// For each token but the first, whether a dash stands before it.
    pub(super) joints: Vec<bool>,
    pub(super) mark: Option<Mark>,
    /// The text in brackets behind it, if its words say nothing.
    pub(super) note: Option<&'t str>,
    /// The date that is all there is in it.
    pub(super) date: Option<Timestamp>,
    /// Whether there is more in it that was not understood.
    pub(super) has_more: bool,
}

/// One line.
pub(super) struct Line<'t> {
    pub(super) number: usize,
    pub(super) text: &'t str,
    /// What stands before a colon.
    pub(super) label: Option<&'t str>,
    pub(super) is_numbered: bool,
    pub(super) cells: Vec<Cell<'t>>,
}

enum Piece<'t> {
    Token(Token<'t>),
    Word(&'t str),
    Number,
    Dash,
    Tick(bool),
    Note(&'t str),
    Gap,
}

impl<'t> Line<'t> {
    pub(super) fn new(number: usize, text: &'t str) -> Self {
        let (label, rest) = split_label(text);
        let pieces = pieces(rest);
        let is_numbered = pieces.iter().any(|piece| matches!(piece, Piece::Number))
            || label.is_some_and(|label| label.trim_end().ends_with(|last: char| last.is_ascii_digit()));
        let mut cells: Vec<Cell<'t>> = Vec::new();
        let mut taken = Vec::new();
        for piece in pieces {
            match piece {
                // `Code 2:` in the second column.
                Piece::Number if taken.iter().all(is_label) => taken.clear(),
                Piece::Gap | Piece::Number => close(&mut cells, std::mem::take(&mut taken)),
                other => taken.push(other),
            }
        }
        close(&mut cells, taken);
        Self { number, text, label, is_numbered, cells }
    }

    /// Tells whether there is nothing to read in it.
    pub(super) fn is_blank(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }

    /// Tells whether all of it may be codes and what is noted beside them.
    pub(super) fn is_pure(&self) -> bool {
        !self.cells.is_empty() && self.cells.iter().all(|cell| !cell.tokens.is_empty() && !cell.has_more)
    }

    /// Returns the word at its end, if it may be a code.
    pub(super) fn last_word(&self) -> Option<&'t str> {
        let is_around = |letter: char| QUOTES.contains(letter) || ".!?:".contains(letter);
        let last = self.text.split_whitespace().next_back()?.trim_matches(is_around);
        (is_token(last) && !dates::is_date(last)).then_some(last)
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token<'t>> {
        self.cells.iter().flat_map(|cell| &cell.tokens)
    }
}

fn is_label(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Token(token) if words::is_label(token.text))
}

/// Makes a cell of what stands together; a mark in a column of its own belongs to the one before.
fn close<'t>(cells: &mut Vec<Cell<'t>>, pieces: Vec<Piece<'t>>) {
    let mut cell = cell(pieces);
    // A date in a column of its own says when the code was used, where that is said to be so.
    if let Some(date) = cell.date.take() {
        match cells.last_mut().and_then(|before| before.mark.as_mut()) {
            Some(mark) if mark.is_used => mark.at = mark.at.or(Some(date)),
            Some(_) | None => cell.has_more = true,
        }
    }
    let says_something = cell.mark.is_some() || cell.note.is_some();
    match cells.last_mut() {
        Some(before) if cell.tokens.is_empty() && !cell.has_more && says_something => {
            before.mark = before.mark.or(cell.mark);
            before.note = before.note.or(cell.note);
        }
        _ if cell.tokens.is_empty() && !cell.has_more && !says_something => {}
        // Alone in its column, and the column says yes or no.
        Some(before) if before.mark.is_none() && only_word(&cell).and_then(words::answer).is_some() => {
            let is_used = only_word(&cell).and_then(words::answer).unwrap_or_default();
            before.mark = Some(Mark { is_used, at: None });
        }
        _ => cells.push(cell),
    }
}

fn only_word<'t>(cell: &Cell<'t>) -> Option<&'t str> {
    match cell.tokens.as_slice() {
        [only] if !cell.has_more => Some(only.text),
        _ => None,
    }
}

fn cell(pieces: Vec<Piece<'_>>) -> Cell<'_> {
    let mut cell = Cell::default();
    let mut is_joined = false;
    let mut marked_by_word = false;
    let is_alone = pieces.len() == 1;
    // Words behind a mark explain it: "used on 2026-11-20 at home".
    for piece in pieces {
        match piece {
            Piece::Token(token) => {
                let is_word = !has_digit(token.text);
                let at = if is_word { None } else { dates::find(token.text) };
                let by_word = if is_word { words::mark(token.text) } else { None };
                if let Some(is_used) = by_word {
                    mark(&mut cell, is_used, None);
                    marked_by_word = true;
                } else if at.is_some() && cell.mark.is_some_and(|mark| mark.is_used) {
                    mark(&mut cell, true, at);
                } else if marked_by_word && !cell.tokens.is_empty() && is_word {
                    // A word of the explanation.
                } else if cell.has_more && !cell.tokens.is_empty() || marked_by_word && !cell.tokens.is_empty() {
                    cell.has_more = true;
                } else {
                    if !cell.tokens.is_empty() {
                        cell.joints.push(is_joined);
                    }
                    cell.tokens.push(token);
                }
                is_joined = false;
            }
            Piece::Dash => is_joined = true,
            Piece::Tick(is_used) => mark(&mut cell, is_used, None),
            Piece::Note(text) => read_note(&mut cell, text),
            Piece::Word(word) => match words::mark(word).filter(|_| !has_digit(word)) {
                Some(is_used) => {
                    mark(&mut cell, is_used, None);
                    marked_by_word = true;
                }
                None if marked_by_word && !has_digit(word) => {}
                None => match dates::find(word) {
                    Some(at) if cell.mark.is_some_and(|mark| mark.is_used) => mark(&mut cell, true, Some(at)),
                    Some(at) if is_alone => cell.date = Some(at),
                    _ => cell.has_more = true,
                },
            },
            Piece::Number | Piece::Gap => {}
        }
    }
    cell
}

fn mark(cell: &mut Cell<'_>, is_used: bool, at: Option<Timestamp>) {
    let before = cell.mark;
    // What says "not" once means it, whatever stands beside it.
    let is_used = is_used && before.is_none_or(|mark| mark.is_used);
    cell.mark = Some(Mark { is_used, at: at.or(before.and_then(|mark| mark.at)) });
}

/// Reads what stands in brackets: a tick, a date, words of any language.
fn read_note<'t>(cell: &mut Cell<'t>, text: &'t str) {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return mark(cell, false, None);
    }
    let only = |set: &str| trimmed.chars().all(|letter| set.contains(letter));
    match (only(TICKED), words::mark(trimmed), dates::find(trimmed)) {
        (true, ..) => mark(cell, true, None),
        (_, Some(is_used), at) => mark(cell, is_used, at.filter(|_| is_used)),
        (_, None, Some(at)) => mark(cell, true, Some(at)),
        // A number is numbering, wherever it stands.
        _ if trimmed.len() <= NUMBERING_DIGITS && trimmed.bytes().all(|byte| byte.is_ascii_digit()) => {}
        _ if cell.tokens.is_empty() || trimmed.contains('@') => cell.has_more = true,
        _ => cell.note = Some(trimmed),
    }
}

/// Takes a label off: `Recovery codes: `, `Code 3: `, `"codes": [`.
fn split_label(text: &str) -> (Option<&str>, &str) {
    let ends =
        |after: &str| after.is_empty() || after.starts_with(char::is_whitespace) || after.starts_with(['[', '"']);
    let colon = text.match_indices([':', '：']).find(|(at, colon)| ends(&text[at + colon.len()..]));
    if let Some((at, colon)) = colon {
        let before = &text[..at];
        let first = before.split_whitespace().next().unwrap_or_default();
        let is_code = has_digit(first) && first.chars().filter(char::is_ascii_alphanumeric).count() > NUMBERING_DIGITS;
        if !is_code && before.contains(char::is_alphabetic) && !is_marked_list(before) {
            return (Some(before), &text[at + colon.len()..]);
        }
    }
    (None, text)
}

/// Tells whether a label is none because a code of several groups stands in it.
fn is_marked_list(before: &str) -> bool {
    before.split_whitespace().any(|word| has_digit(word) && word.contains('-') && word.len() > 6)
}

pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut is_struck = false;
    // In a list as programs write it, brackets are no notes.
    let is_program_list = text.trim_start().starts_with(['[', '{', '"']) && text.contains('"');
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            let end = rest.find(|letter: char| !letter.is_whitespace()).unwrap_or(rest.len());
            let gap = &rest[..end];
            if gap.contains('\t') || gap.chars().count() > 1 {
                pieces.push(Piece::Gap);
            }
            rest = &rest[end..];
        } else if SEPARATORS.contains(first) {
            pieces.push(Piece::Gap);
            rest = &rest[first.len_utf8()..];
        } else if let Some((open, close)) = BRACKETS.iter().find(|(open, close)| first == *open || first == *close) {
            let end = rest.find(*close).filter(|_| first == *open && !is_program_list);
            match end {
                Some(end) => {
                    pieces.push(Piece::Note(&rest[open.len_utf8()..end]));
                    rest = &rest[end + close.len_utf8()..];
                }
                None => {
                    pieces.push(Piece::Gap);
                    rest = &rest[first.len_utf8()..];
                }
            }
        } else {
            let is_end = |letter: char| {
                !letter.is_ascii_alphanumeric()
                    && (letter.is_whitespace()
                        || SEPARATORS.contains(letter)
                        || BRACKETS
                            .iter()
                            .any(|(open, close)| letter == *open || letter == *close && !")".contains(letter)))
            };
            let end = rest.find(is_end).unwrap_or(rest.len());
            word(&mut pieces, &rest[..end], &mut is_struck);
            rest = &rest[end..];
        }
    }
    pieces
}

/// Tells what one word is.
fn word<'t>(pieces: &mut Vec<Piece<'t>>, word: &'t str, is_struck: &mut bool) {
    let opens = word.starts_with(STRIKE);
    let bare = word.trim_matches('~').trim_matches(|letter| QUOTES.contains(letter));
    let closes = word.ends_with(STRIKE) && (word.len() > STRIKE.len() || *is_struck);
    let is_this_struck = opens || *is_struck;
    *is_struck = is_this_struck && !closes;
    let only = |set: &str| bare.chars().all(|letter| set.contains(letter));
    if only(DASHES) && !bare.is_empty() {
        return pieces.push(Piece::Dash);
    }
    if bare.chars().all(|letter| BULLETS.contains(letter) || BETWEEN.contains(letter)) {
        return;
    }
    if only(UNTICKED) || only(TICKED) && bare.chars().count() == 1 {
        return pieces.push(Piece::Tick(!only(UNTICKED)));
    }
    // Asked only where it counts: a line may be of many words.
    let is_first = || pieces.iter().rev().take_while(|piece| !matches!(piece, Piece::Gap)).all(is_label);
    let (is_number, rest) = match is_lettered(bare) && is_first() {
        true => (true, ""),
        false => numbering(bare, is_first),
    };
    if is_number {
        pieces.push(Piece::Number);
    }
    let rest = rest.trim_matches(|letter| QUOTES.contains(letter));
    let rest = rest.trim_start_matches(|letter: char| BULLETS.contains(letter));
    let rest = rest.trim_end_matches([')', '.', ':', '!', '?', '…']);
    if rest.is_empty() {
        return;
    }
    pieces.push(match is_token(rest) && !dates::is_date(rest) {
        true => Piece::Token(Token { text: rest, is_struck: is_this_struck }),
        false => Piece::Word(rest),
    });
}

/// Tells whether a word is a number in letters: `a)`, `iv.`.
fn is_lettered(word: &str) -> bool {
    let letters = word.trim_end_matches([')', '.']);
    let is_roman = letters.len() <= 4 && letters.bytes().all(|byte| b"ivxIVX".contains(&byte));
    letters.len() + 1 == word.len() && !letters.is_empty() && (letters.len() == 1 || is_roman) && letters.is_ascii()
}

/// Splits `3.`, `#3:`, `03)`, and a bare `3` at the beginning, from what follows without a gap.
fn numbering(word: &str, is_first: impl Fn() -> bool) -> (bool, &str) {
    let bare = word.trim_start_matches(['#', '№']);
    // `①` and the digits of other scripts.
    let foreign = bare.chars().take_while(|letter| letter.is_numeric() && !letter.is_ascii()).count();
    if (1..NUMBERING_DIGITS).contains(&foreign) {
        let rest = bare.trim_start_matches(|letter: char| letter.is_numeric() && !letter.is_ascii());
        return (true, rest.trim_start_matches(['.', ')', ':']));
    }
    let is_hashed = bare.len() < word.len();
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > NUMBERING_DIGITS {
        return (false, word);
    }
    let after = &bare[digits..];
    // `1.-` and `1º` are numbers alone; with something behind, a dash may be a part of a code.
    let is_whole = after.chars().all(|letter| ".):-–º°ª".contains(letter));
    let rest = if is_whole { "" } else { after.trim_start_matches(['.', ')', ':']) };
    let is_dotted = rest.len() < after.len();
    let is_short = digits < NUMBERING_DIGITS;
    match rest.is_empty() {
        true if is_dotted || is_hashed || is_short && is_first() => (true, ""),
        // `1.5` is a number, `1.abcd-efgh` is not.
        false if is_dotted && is_short && rest.chars().filter(char::is_ascii_alphanumeric).count() > 3 => (true, rest),
        _ => (false, word),
    }
}

/// Tells whether a word is made as codes are: letters and digits, in groups.
fn is_token(word: &str) -> bool {
    let count = word.bytes().filter(u8::is_ascii_alphanumeric).count();
    if count < 3 {
        return false;
    }
    let is_base64 = count >= 12 && has_digit(word) && !word.contains("//");
    let is_separator = |letter: char| DASHES.contains(letter) || "_.".contains(letter);
    let mut was_separator = true;
    for letter in word.chars() {
        let is_inside = letter.is_ascii_alphanumeric() || is_base64 && "+/=".contains(letter);
        if !is_inside && (was_separator || !is_separator(letter)) {
            return false;
        }
        was_separator = !is_inside;
    }
    // `example.com` is a place, `abcd.ef12` may be a code.
    !was_separator && (!word.contains('.') || word.split('.').all(has_digit))
}
