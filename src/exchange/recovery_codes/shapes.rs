//! Which shapes the codes of a text have: how many groups of how many letters and digits.
//!
//! A text is read as a whole: `1234 5678` is one code of eight digits if that makes all codes alike, in a usual number.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::line::{Cell, Line, Token, has_digit};

/// How many codes sites hand out.
const USUAL_COUNTS: [usize; 10] = [1, 4, 5, 6, 8, 10, 12, 15, 16, 20];
/// Shorter groups are read together, longer ones are codes of their own.
const LONGEST_GROUP: usize = 5;
/// The most groups that are tried as one code: twice the words of the longest key that anybody writes down.
const MOST_GROUPS: usize = 48;
/// From so many alike, another one alone is something else.
const CROWD: usize = 3;

/// What a code looks like: the length of each group and what stands between: `5-5`, `4 4`.
pub(super) type Shape = String;

/// One code as a cell has it, verbatim.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) shape: Shape,
    pub(super) is_struck: bool,
}

/// How to read the cells of a text.
#[derive(Default)]
pub(super) struct Shapes {
    /// How many groups of a length are one code.
    joins: BTreeMap<usize, usize>,
    accepted: BTreeMap<Shape, Letters>,
    /// Whether a code may stand at the end of a sentence: there is one, and no list.
    pub(super) is_in_sentence: bool,
    /// Whether groups were read together.
    pub(super) are_joined: bool,
}

/// Which characters the codes of a shape have.
#[derive(Clone, Copy, Default)]
struct Letters {
    has_upper: bool,
    has_lower: bool,
    is_beyond_hex: bool,
    /// Whether words of letters only are codes as well.
    takes_words: bool,
}

impl Letters {
    fn take(&mut self, text: &str) {
        self.has_upper |= text.bytes().any(|byte| byte.is_ascii_uppercase());
        self.has_lower |= text.bytes().any(|byte| byte.is_ascii_lowercase());
        self.is_beyond_hex |= text.bytes().any(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit());
    }

    /// Tells whether a word without digits may be one of these.
    fn takes(self, word: &str) -> bool {
        let mut own = Self::default();
        own.take(word);
        self.takes_words
            || (own.has_upper <= self.has_upper)
                && (own.has_lower <= self.has_lower)
                && (own.is_beyond_hex <= self.is_beyond_hex)
                && (self.has_upper || self.has_lower)
    }
}

impl Shapes {
    /// Finds out how to read a text; of a phrase, only words with digits can be codes.
    pub(super) fn of(lines: &[Line<'_>], is_phrase: bool) -> Self {
        let candidates: Vec<&Line<'_>> = lines.iter().filter(|line| is_candidate(line)).collect();
        let cells: Vec<&Cell<'_>> = candidates.iter().flat_map(|line| &line.cells).collect();
        let mut shapes = Self::default();
        shapes.choose_joins(&cells);
        let found = cells.iter().flat_map(|cell| shapes.split(cell)).filter(|found| has_digit(&found.text)).collect();
        shapes.accept(found);
        if shapes.accepted.is_empty() && !is_phrase {
            shapes.accept_words(lines);
        }
        if shapes.accepted.is_empty() {
            shapes.accept_sentence(lines);
        }
        shapes
    }

    /// Returns the codes of a cell; nothing if it holds anything else.
    pub(super) fn codes(&self, cell: &Cell<'_>) -> Option<Vec<Found>> {
        let found = self.split(cell);
        (!found.is_empty() && found.iter().all(|found| self.is_code(found))).then_some(found)
    }

    /// Returns the codes at the beginning of a cell that goes on with something else: as many as there are, read as if the
    /// cell ended behind them.
    pub(super) fn codes_in_front(&self, cell: &Cell<'_>) -> Vec<Found> {
        let short = cell.tokens.iter().take_while(|token| is_short_group(token)).count();
        let apart = self.leading(cell, 1, cell.tokens.len());
        if apart.len() > short {
            return apart;
        }
        let length = cell.tokens.first().map_or(0, |first| first.text.len());
        let alike = cell.tokens[..short].iter().take_while(|token| token.text.len() == length).count();
        match self.longest_uneven(cell, alike + 1..=short) {
            Some(whole) => vec![whole],
            None => self.leading(cell, self.joins.get(&length).copied().unwrap_or(1), alike),
        }
    }

    /// Returns the codes of so many groups each that stand at the beginning of so many groups.
    fn leading(&self, cell: &Cell<'_>, together: usize, groups: usize) -> Vec<Found> {
        let parts = (0..groups / together).map(|part| joined(cell, part * together, together));
        parts.take_while(|found| self.is_code(found)).collect()
    }

    /// Returns the longest code that all of a cell's first groups make, which are short ones; of so many groups.
    fn longest_uneven(&self, cell: &Cell<'_>, counts: RangeInclusive<usize>) -> Option<Found> {
        let mut shape = Shape::new();
        let mut longest = None;
        for place in 0..*counts.end() {
            shape.push_str(gap(cell, place));
            shape.push_str(&cell.tokens[place].text.len().to_string());
            if counts.contains(&(place + 1)) && self.accepted.contains_key(&shape) {
                longest = Some(joined(cell, 0, place + 1)).filter(|found| self.is_code(found)).or(longest);
            }
        }
        longest
    }

    /// Tells whether a word has the shape of the codes, digits and all.
    pub(super) fn has_code(&self, cell: &Cell<'_>) -> bool {
        let alone = |text: &str| has_digit(text) && self.accepted.contains_key(&shape(text));
        self.split(cell).iter().any(|found| has_digit(&found.text) && self.is_code(found))
            || cell.tokens.iter().any(|token| alone(token.text))
    }

    fn is_code(&self, found: &Found) -> bool {
        let letters = self.accepted.get(&found.shape);
        letters.is_some_and(|letters| has_digit(&found.text) || letters.takes(&found.text))
    }

    /// Reads a cell's groups together where that is how the text is read.
    fn split(&self, cell: &Cell<'_>) -> Vec<Found> {
        let groups = cell.tokens.len();
        let together = match short_groups(cell) {
            Some(Groups::Alike(length)) => self.joins.get(&length).copied().unwrap_or(1),
            Some(Groups::Uneven) => groups,
            None => 1,
        };
        if groups == 0 || !groups.is_multiple_of(together) {
            return Vec::new();
        }
        (0..groups).step_by(together).map(|first| joined(cell, first, together)).collect()
    }

    fn choose_joins(&mut self, cells: &[&Cell<'_>]) {
        let mut by_length: BTreeMap<usize, Vec<&Cell<'_>>> = BTreeMap::new();
        for cell in cells {
            if let Some(Groups::Alike(length)) = short_groups(cell) {
                by_length.entry(length).or_default().push(cell);
            }
        }
        for (length, cells) in by_length {
            let most = cells.iter().map(|cell| cell.tokens.len()).max().unwrap_or(1).min(MOST_GROUPS);
            let best = (1..=most).max_by_key(|together| score(&cells, length, *together)).unwrap_or(1);
            self.joins.insert(length, best);
            self.are_joined |= best > 1;
        }
    }

    /// Accepts the shapes that are frequent or long enough not to be chance.
    fn accept(&mut self, found: Vec<Found>) {
        let mut classes: BTreeMap<Shape, BTreeSet<String>> = BTreeMap::new();
        for Found { text, shape, .. } in found {
            classes.entry(shape).or_default().insert(text);
        }
        let crowd = classes.values().map(BTreeSet::len).max().unwrap_or(0);
        for (shape, texts) in classes {
            let length = size(texts.first().map_or("", String::as_str));
            let is_revoking = texts.iter().all(|text| is_revoking(text));
            let needed = match length {
                _ if is_revoking => 1,
                0..=3 => usize::MAX,
                4..=5 => 4,
                6..=7 => 2,
                _ => 1,
            };
            let is_stray = texts.len() == 1 && crowd >= CROWD;
            if texts.len() >= needed && !is_stray {
                let mut letters = Letters::default();
                texts.iter().for_each(|text| letters.take(text));
                self.accepted.insert(shape, letters);
            }
        }
    }

    /// Accepts codes of letters only: alike in length, or words with dashes, in a list.
    fn accept_words(&mut self, lines: &[Line<'_>]) {
        let mut classes: BTreeMap<(Shape, bool), usize> = BTreeMap::new();
        let mut dashed: BTreeSet<(usize, Shape)> = BTreeSet::new();
        let mut dashed_lines = 0;
        for line in lines.iter().filter(|line| line.is_pure() && line.label.is_none()) {
            let tokens: Vec<&str> = line.tokens().map(|token| token.text).collect();
            let [only] = tokens.as_slice() else { continue };
            let is_one_case = *only == only.to_ascii_uppercase() || *only == only.to_ascii_lowercase();
            if size(only) >= 6 && is_one_case {
                let is_upper = *only == only.to_ascii_uppercase();
                *classes.entry((shape(only), is_upper)).or_default() += 1;
            }
            let dashes = only.matches('-').count();
            if dashes >= 2 {
                dashed_lines += 1;
                dashed.insert((dashes, shape(only)));
            }
        }
        let letters = Letters { takes_words: true, ..Letters::default() };
        let frequent = classes.into_iter().filter(|(_, count)| *count >= CROWD).map(|((shape, _), _)| shape);
        self.accepted.extend(frequent.map(|shape| (shape, letters)));
        let first = dashed.first().map(|(dashes, _)| *dashes);
        if self.accepted.is_empty() && dashed_lines >= 2 && dashed.iter().all(|(dashes, _)| Some(*dashes) == first) {
            self.accepted.extend(dashed.into_iter().map(|(_, shape)| (shape, letters)));
        }
    }

    /// Accepts the only long word with digits, where there is no list.
    fn accept_sentence(&mut self, lines: &[Line<'_>]) {
        let is_no_place = |line: &&Line<'_>| !line.text.contains("://") && !line.text.contains('@');
        let words = lines.iter().filter(is_no_place).filter_map(|line| line.last_word());
        let long: Vec<&str> = words.filter(|text| has_digit(text) && size(text) >= 8 || is_revoking(text)).collect();
        if let [only] = long.as_slice() {
            self.accept(vec![Found { text: (*only).to_owned(), shape: shape(only), is_struck: false }]);
            self.is_in_sentence = true;
        }
    }
}

/// Tells whether a line may be of codes alone: each word has a digit, or is as long as one that has.
fn is_candidate(line: &Line<'_>) -> bool {
    let with_digits: BTreeSet<Shape> =
        line.tokens().filter(|token| has_digit(token.text)).map(|token| shape(token.text)).collect();
    line.is_pure()
        && !with_digits.is_empty()
        && line.tokens().all(|token| has_digit(token.text) || with_digits.contains(&shape(token.text)))
}

/// How short groups stand in a cell.
enum Groups {
    /// All have this length.
    Alike(usize),
    /// They have not.
    Uneven,
}

/// Tells how a cell of short groups without separators of their own is made; nothing if it is not one.
fn short_groups(cell: &Cell<'_>) -> Option<Groups> {
    let lengths = cell.tokens.iter().map(|token| token.text.len());
    let first = cell.tokens.first()?.text.len();
    if !cell.tokens.iter().all(is_short_group) {
        return None;
    }
    Some(if lengths.clone().all(|length| length == first) { Groups::Alike(first) } else { Groups::Uneven })
}

fn is_short_group(token: &Token<'_>) -> bool {
    token.text.len() <= LONGEST_GROUP && token.text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Reads so many of a cell's groups as one code.
fn joined(cell: &Cell<'_>, first: usize, count: usize) -> Found {
    let tokens = &cell.tokens[first..first + count];
    let mut text = String::new();
    for (place, token) in (first..).zip(tokens) {
        text.push_str(if place == first { "" } else { gap(cell, place) });
        text.push_str(token.text);
    }
    Found { shape: shape(&text), text, is_struck: tokens.iter().any(|token| token.is_struck) }
}

/// Returns what stands before a group that is read together with others: a dash with a gap on both sides joins even
/// where nothing else does.
fn gap(cell: &Cell<'_>, place: usize) -> &'static str {
    match place.checked_sub(1) {
        Some(before) if cell.joints[before] => " - ",
        Some(_) => " ",
        None => "",
    }
}

/// Rates a reading of so many groups together; the highest is the likeliest.
fn score(cells: &[&Cell<'_>], length: usize, together: usize) -> i32 {
    let fitting: Vec<&&Cell<'_>> = cells.iter().filter(|cell| cell.tokens.len().is_multiple_of(together)).collect();
    let count: usize = fitting.iter().map(|cell| cell.tokens.len() / together).sum();
    let is_whole = cells.iter().all(|cell| cell.tokens.len() == together);
    let are_digits =
        cells.iter().flat_map(|cell| &cell.tokens).all(|token| token.text.bytes().all(|byte| byte.is_ascii_digit()));
    let misfits = i32::try_from(cells.len() - fitting.len()).unwrap_or(i32::MAX / 8);
    let usual = if USUAL_COUNTS.contains(&count) { 2 } else { 0 };
    let long_key = if count == 1 && length * together >= 20 { 2 } else { 0 };
    likely(length * together, are_digits) + usual + long_key + if is_whole { 3 } else { 0 } - 4 * misfits
}

/// Rates the length of a code by how often sites choose it.
fn likely(length: usize, are_digits: bool) -> i32 {
    match (are_digits, length) {
        (_, 0..=4) => -3,
        (_, 5) => -1,
        (true, 8) => 4,
        (true, 6 | 10) => 2,
        (true, 7 | 9 | 12 | 24) => 1,
        (true, _) => 0,
        (false, 8 | 10 | 12 | 16) => 3,
        (false, 20 | 24 | 25 | 28 | 32) => 2,
        (false, _) => 1,
    }
}

/// Tells whether a text is Steam's code for removing an authenticator: R and five digits.
pub(super) fn is_revoking(text: &str) -> bool {
    text.len() == 6 && text.strip_prefix('R').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns how many letters and digits a text has.
pub(super) fn size(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_alphanumeric).count()
}

/// Returns the shape of a text.
pub(super) fn shape(text: &str) -> Shape {
    let mut shape = String::new();
    let mut run = 0;
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || "+/=".contains(letter) {
            run += 1;
            continue;
        }
        push_run(&mut shape, &mut run);
        shape.push(letter);
    }
    push_run(&mut shape, &mut run);
    shape
}

fn push_run(shape: &mut String, run: &mut usize) {
    if *run > 0 {
        shape.push_str(&run.to_string());
    }
    *run = 0;
}
