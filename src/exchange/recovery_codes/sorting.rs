//! Each line to its place: codes, text around them, odd, or a set-up key.

use std::collections::BTreeSet;

use secrecy::SecretString;

use super::line::{Cell, Line, Mark, Token, has_digit};
use super::shapes::{Found, Shapes, shape, size};
use super::{OddLine, Problem, Remark, dates, phrase, words};
use crate::otp::{Timestamp, uri};

/// How long the secrets of authenticators are in base32.
const SET_UP_LENGTHS: std::ops::RangeInclusive<usize> = 16..=52;
/// From so many letters and digits on, a word that is not understood may be a code.
const WORTH_A_LOOK: usize = 5;

/// A code and what stood beside it.
pub(super) struct Code {
    pub(super) found: Found,
    pub(super) is_used: bool,
    pub(super) used_at: Option<Timestamp>,
    note: Option<String>,
}

/// A text in its parts.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) codes: Vec<Code>,
    pub(super) about: Vec<String>,
    pub(super) odd: Vec<OddLine>,
    pub(super) remarks: Vec<Remark>,
    pub(super) is_numbered: bool,
    headings: Headings,
}

/// How many headings have codes below them.
#[derive(Default)]
struct Headings {
    with_codes: usize,
    is_open: bool,
}

/// Sorts the lines of a text.
///
/// # Errors
/// No codes are among them.
pub(super) fn sort(text: &str, name: Option<&str>) -> Result<Sorted, Problem> {
    let lines: Vec<Line<'_>> = text.lines().zip(1..).map(|(line, number)| Line::new(number, line)).collect();
    let shapes = Shapes::of(&lines, phrase::find(&lines).is_some());
    let mut sorted = Sorted::default();
    for line in &lines {
        sorted.take(line, &shapes);
    }
    if sorted.codes.is_empty() {
        sorted = of_phrase(&lines).ok_or_else(|| why_none(text, &lines))?;
    }
    sorted.drop_repeated();
    sorted.judge_notes();
    let context = format!("{} {text}", name.unwrap_or_default()).to_lowercase();
    if let [only] = sorted.codes.as_slice()
        && is_set_up_key(&only.found.text)
        && (!words::is_about_recovery(&context) || words::is_about_setting_up(&context))
    {
        return Err(Problem::SetUpKey);
    }
    if uri::find(text) && sorted.codes.len() < 2 {
        return Err(Problem::SetUpAddress);
    }
    if shapes.are_joined {
        sorted.remarks.push(Remark::Joined);
    }
    if sorted.headings.with_codes > 1 {
        sorted.remarks.push(Remark::Headings);
    }
    if shapes.is_in_sentence {
        sorted.remarks.push(Remark::InSentence);
    }
    Ok(sorted)
}

impl Sorted {
    fn take(&mut self, line: &Line<'_>, shapes: &Shapes) {
        if line.is_blank() {
            return;
        }
        if holds_set_up_key(line, shapes) {
            return self.remark(Remark::SetUpKey);
        }
        let is_place = line.text.contains("://") || line.text.contains('@');
        let whole = line.cells.iter().map(|cell| shapes.codes(cell)).collect::<Option<Vec<_>>>();
        match whole {
            Some(codes) if line.is_pure() && !is_place => {
                self.is_numbered |= line.is_numbered;
                self.about.extend(line.label.map(str::trim).filter(|label| is_telling(label)).map(str::to_owned));
                for (cell, codes) in line.cells.iter().zip(codes) {
                    self.add(codes, cell.mark, cell.note);
                }
            }
            _ if shapes.is_in_sentence && !is_place && self.take_last(line, shapes) => {}
            _ if !is_place && self.take_first(line, shapes) => self.put_odd(line, true),
            _ if !is_place && is_odd(line, shapes) => self.put_odd(line, false),
            _ => self.tell(line),
        }
    }

    /// Keeps a line as text around the codes.
    fn tell(&mut self, line: &Line<'_>) {
        self.headings.is_open |= words::is_about_codes(&line.text.to_lowercase());
        self.about.push(line.text.trim().to_owned());
    }

    fn add(&mut self, codes: Vec<Found>, mark: Option<Mark>, note: Option<&str>) {
        self.headings.with_codes += usize::from(std::mem::take(&mut self.headings.is_open));
        for found in codes {
            let is_used = found.is_struck || mark.is_some_and(|mark| mark.is_used);
            let used_at = mark.and_then(|mark| mark.at).filter(|_| is_used);
            let note = note.filter(|_| mark.is_none()).map(str::to_owned);
            self.codes.push(Code { found, is_used, used_at, note });
        }
    }

    /// Takes the codes at the beginning of a line that goes on with something else, which is kept as text.
    fn take_first(&mut self, line: &Line<'_>, shapes: &Shapes) -> bool {
        let Some(first) = line.cells.first() else { return false };
        if line.label.is_some_and(is_telling) || !first.tokens.first().is_some_and(|token| has_digit(token.text)) {
            return false;
        }
        let codes = shapes.codes_in_front(first);
        let Some(last) = codes.last() else { return false };
        let end = line.text.find(&last.text).map_or(line.text.len(), |at| at + last.text.len());
        self.is_numbered |= line.is_numbered;
        self.add(codes, first.mark, first.note);
        let rest = line.text[end..].trim();
        self.about.extend((!rest.is_empty()).then(|| rest.to_owned()));
        true
    }

    /// Takes the code at the end of a sentence, and keeps the sentence.
    fn take_last(&mut self, line: &Line<'_>, shapes: &Shapes) -> bool {
        let Some(text) = line.last_word().filter(|word| has_digit(word)) else { return false };
        let mut alone = Cell::default();
        alone.tokens.push(Token { text, is_struck: false });
        let Some(codes) = shapes.codes(&alone) else { return false };
        self.add(codes, None, None);
        self.about.push(line.text.replacen(text, "…", 1).trim().to_owned());
        true
    }

    fn put_odd(&mut self, line: &Line<'_>, is_read: bool) {
        self.odd.push(OddLine { number: line.number, text: SecretString::from(line.text.trim()), is_read });
    }

    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Keeps the first of equal codes; it was used if one of them was.
    fn drop_repeated(&mut self) {
        let mut kept: Vec<Code> = Vec::with_capacity(self.codes.len());
        let mut repeated = 0;
        for code in std::mem::take(&mut self.codes) {
            match kept.iter_mut().find(|held| held.found.text == code.found.text) {
                Some(held) => {
                    repeated += 1;
                    held.is_used |= code.is_used;
                    held.used_at = held.used_at.or(code.used_at);
                }
                None => kept.push(code),
            }
        }
        self.codes = kept;
        if repeated > 0 {
            self.remark(Remark::Repeated(repeated));
        }
    }

    /// A note in brackets says in some language that a code was used, unless all have it.
    fn judge_notes(&mut self) {
        let noted: BTreeSet<&str> = self.codes.iter().filter_map(|code| code.note.as_deref()).collect();
        let is_on_all = self.codes.len() > 1 && self.codes.iter().all(|code| code.note.is_some()) && noted.len() == 1;
        if is_on_all {
            return self.remark(Remark::NoteOnAll);
        }
        for code in &mut self.codes {
            code.is_used |= code.note.is_some();
        }
    }
}

/// Returns a recovery phrase as the only code.
fn of_phrase(lines: &[Line<'_>]) -> Option<Sorted> {
    let (text, places) = phrase::find(lines)?;
    let others = lines.iter().enumerate().filter(|(place, line)| !places.contains(place) && !line.is_blank());
    let about = others.map(|(_, line)| line.text.trim().to_owned()).collect();
    let found = Found { shape: shape(&text), text, is_struck: false };
    let code = Code { found, is_used: false, used_at: None, note: None };
    Some(Sorted { codes: vec![code], about, ..Sorted::default() })
}

/// Says why no code was found.
fn why_none(text: &str, lines: &[Line<'_>]) -> Problem {
    if uri::find(text) {
        return Problem::SetUpAddress;
    }
    if is_set_up_key(text.trim()) || lines.iter().any(|line| is_lone_key(line)) {
        return Problem::SetUpKey;
    }
    let is_single = text.split_whitespace().count() == 1;
    if is_single { Problem::SingleWord } else { Problem::NoCodes }
}

/// Tells whether a line holds what sets an authenticator up, which nobody wants to keep beside the codes.
fn holds_set_up_key(line: &Line<'_>, shapes: &Shapes) -> bool {
    let lower = line.text.to_ascii_lowercase();
    if uri::find(line.text) || lower.contains("secret=") || lower.contains("secret%3d") {
        return true;
    }
    is_lone_key(line) && line.cells.iter().all(|cell| shapes.codes(cell).is_none())
}

/// Tells whether all of a line, but for a label, is one key in base32.
fn is_lone_key(line: &Line<'_>) -> bool {
    let rest = match line.label {
        Some(label) => line.text[label.len()..].trim_start_matches([':', '：']),
        None => line.text,
    };
    is_set_up_key(rest.trim())
}

/// Tells whether a text is one secret in base32, as sites show it.
fn is_set_up_key(text: &str) -> bool {
    let letters: String = text.chars().filter(|letter| !letter.is_whitespace() && !"-=".contains(*letter)).collect();
    let is_base32 = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
    let is_one_case = letters == letters.to_ascii_uppercase() || letters == letters.to_ascii_lowercase();
    let groups: Vec<usize> = text.split_whitespace().map(str::len).collect();
    // A sentence in small letters is base32 as well.
    let is_even = groups.split_last().is_none_or(|(_, before)| before.iter().all(|length| *length == groups[0]));
    SET_UP_LENGTHS.contains(&letters.len())
        && is_one_case
        && letters.bytes().all(is_base32)
        && letters.bytes().any(|byte| byte.is_ascii_alphabetic())
        && is_even
        && (groups.len() == 1 || has_digit(text))
}

/// Tells whether a label says more than the number of a code.
fn is_telling(label: &str) -> bool {
    let is_number = |word: &str| word.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_digit());
    let words = || label.split_whitespace().map(|word| word.trim_matches(|letter: char| "\"{[#".contains(letter)));
    let is_plain = words().all(|word| is_number(word) || words::is_label(word));
    !is_plain || words().count() > 1 && !words().any(is_number)
}

/// Tells whether a line may hold a code that was not understood.
fn is_odd(line: &Line<'_>, shapes: &Shapes) -> bool {
    if line.cells.iter().any(|cell| shapes.has_code(cell)) {
        return true;
    }
    let is_strange = |word: &str| {
        has_digit(word) && size(word) >= WORTH_A_LOOK && !word.contains("://") && dates::find(word).is_none()
    };
    let words: Vec<&str> =
        line.text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let is_date = dates::find(line.text).is_some();
    !is_date && words.iter().all(|word| is_strange(word))
}
