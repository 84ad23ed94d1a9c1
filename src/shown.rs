//! What a terminal may see of a text that came from outside: names, notes, file names, reasons.
//!
//! A control character can rewrite the screen, a bidirectional override can turn a name around, an invisible one can make
//! two names look alike. All of them become visible marks such as `<U+202E>`. What people write stays as it is: accents,
//! every script, emoji with their joiners.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const ZERO_WIDTH_JOINER: char = '\u{200D}';
const TEXT_STYLE: char = '\u{FE0E}';
const EMOJI_STYLE: char = '\u{FE0F}';
/// Combining marks that one letter may carry: Vietnamese needs two, Hebrew and Tibetan three or four.
const MOST_MARKS: usize = 4;
/// Joiners in one emoji: the largest family with skin tones needs four.
const MOST_JOINERS: usize = 6;

/// Returns the text as a terminal may see it, on one line: what is invisible or dangerous becomes a visible mark.
///
/// A line break is a mark as well; a text of several lines is split before it comes here.
pub fn shown(text: &str) -> String {
    let mut sieve = Sieve::default();
    sieve.take(text, usize::MAX);
    sieve.finish()
}

/// Returns the text as [`shown`], cut to at most `max_cells` cells; what was cut ends with `…`.
pub fn shown_line(text: &str, max_cells: usize) -> String {
    let mut sieve = Sieve::default();
    let is_whole = sieve.take(text, max_cells.saturating_add(1));
    let line = sieve.finish();
    if is_whole && width(&line) <= max_cells {
        return line;
    }
    let mut cut = String::with_capacity(line.len());
    let mut cells = 1; // of the ellipsis
    for grapheme in line.graphemes(true) {
        cells += grapheme.width();
        if cells > max_cells {
            break;
        }
        cut.push_str(grapheme);
    }
    if max_cells > 0 {
        cut.push('…');
    }
    cut
}

/// Returns how many cells the text fills, grapheme by grapheme as the screen draws it.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(|grapheme| grapheme.width()).sum()
}

/// Lets characters through one by one, knowing what came before.
#[derive(Default)]
struct Sieve {
    out: String,
    /// What the next character would attach to; none at the start and after a mark of ours.
    base: Option<char>,
    /// The last character that was let through.
    last: Option<char>,
    /// Combining marks on the base so far.
    marks: usize,
    /// Joiners in the emoji so far.
    joiners: usize,
    /// Combining marks left out since.
    left_out: usize,
    /// The last hidden character, and how often in a row.
    hidden: Option<(char, usize)>,
}

impl Sieve {
    /// Takes the text until it has `most_bases` characters that fill at least a cell; returns whether that was all of it.
    fn take(&mut self, text: &str, most_bases: usize) -> bool {
        let mut bases = 0;
        let mut rest = text.chars();
        while let Some(letter) = rest.next() {
            if bases >= most_bases {
                return false;
            }
            bases += usize::from(self.one(letter, rest.clone().next()));
        }
        true
    }

    fn finish(mut self) -> String {
        self.close_runs();
        self.out
    }

    /// Takes one character; returns whether it (or the mark in its place) fills a cell of its own.
    fn one(&mut self, letter: char, next: Option<char>) -> bool {
        if letter == ' ' || letter.is_ascii_graphic() {
            return self.pass_base(letter);
        }
        match letter {
            ZERO_WIDTH_JOINER if self.may_join(next) => self.pass_joiner(),
            TEXT_STYLE | EMOJI_STYLE if self.may_style() => self.pass_attached(letter),
            _ if is_tone(letter) && self.may_tone() => self.pass_attached(letter),
            _ if is_hidden(letter) => self.hide(letter),
            _ if letter.width() == Some(0) => self.pass_mark(letter),
            _ => self.pass_base(letter),
        }
    }

    fn pass_base(&mut self, letter: char) -> bool {
        self.close_runs();
        let is_joined = self.last == Some(ZERO_WIDTH_JOINER);
        if !is_joined {
            self.joiners = 0;
        }
        self.base = Some(letter);
        self.marks = 0;
        self.push(letter);
        !is_joined
    }

    fn pass_mark(&mut self, letter: char) -> bool {
        if self.base.is_none() {
            // On its own it would sit on whatever we write before it.
            return self.hide(letter);
        }
        if self.marks == MOST_MARKS {
            // Closes the base for joiners and styles as well.
            self.last = None;
            self.left_out += 1;
            return self.left_out == 1;
        }
        self.marks += 1;
        self.pass_attached(letter)
    }

    fn pass_joiner(&mut self) -> bool {
        self.joiners += 1;
        self.pass_attached(ZERO_WIDTH_JOINER)
    }

    fn pass_attached(&mut self, letter: char) -> bool {
        self.push(letter);
        false
    }

    fn push(&mut self, letter: char) {
        self.out.push(letter);
        self.last = Some(letter);
    }

    /// A run of the same character becomes one mark with its length, so that a flood stays short.
    fn hide(&mut self, letter: char) -> bool {
        if let Some((hidden, times)) = &mut self.hidden
            && *hidden == letter
        {
            *times += 1;
            return false;
        }
        self.close_runs();
        self.hidden = Some((letter, 1));
        self.base = None;
        self.last = None;
        true
    }

    fn close_runs(&mut self) {
        if self.left_out > 0 {
            write!(self.out, "<+{} marks>", self.left_out).expect("writing to a string cannot fail");
            self.left_out = 0;
            self.base = None;
            self.last = None;
        }
        if let Some((hidden, times)) = self.hidden.take() {
            write!(self.out, "<U+{:04X}>", hidden as u32).expect("writing to a string cannot fail");
            if times > 1 {
                write!(self.out, "×{times}").expect("writing to a string cannot fail");
            }
        }
    }

    /// A joiner is legitimate between two pictures and nowhere else.
    fn may_join(&self, next: Option<char>) -> bool {
        let is_behind_picture =
            self.last == self.base || self.last.is_some_and(|last| last == EMOJI_STYLE || is_tone(last));
        self.joiners < MOST_JOINERS
            && is_behind_picture
            && self.base.is_some_and(is_picture)
            && next.is_some_and(|next| is_picture(next) && !is_hidden(next))
    }

    /// A style selector is legitimate once, directly behind a picture or the base of a keycap.
    fn may_style(&self) -> bool {
        self.last == self.base && self.base.is_some_and(|base| is_keycap_base(base) || is_picture(base))
    }

    /// A skin tone belongs to the picture before it; anywhere else it is a picture of its own.
    fn may_tone(&self) -> bool {
        self.last == self.base && self.base.is_some_and(is_picture)
    }
}

/// Tells whether a character shows nothing of itself, or tells the terminal to do something.
fn is_hidden(letter: char) -> bool {
    // Marks and letters of no shape; the unprintable are found below.
    let is_ignorable = matches!(letter,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}');
    let is_line_end = matches!(letter, '\u{0085}' | '\u{2028}' | '\u{2029}');
    is_ignorable || is_line_end || !(is_printable(letter) || letter.is_whitespace() && !letter.is_control())
}

/// The standard library escapes what it cannot print: controls, formats, private use and the unassigned. Behind a letter,
/// for at the start of a text it escapes combining marks as well.
fn is_printable(letter: char) -> bool {
    let mut buffer = [b'a', 0, 0, 0, 0];
    let size = letter.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..=size]).is_ok_and(|text| text.escape_debug().nth(1) == Some(letter))
}

/// Tells whether the character is a picture that may be joined, by asking whether a joiner makes one grapheme of two of
/// them; letters of some scripts are one without it.
fn is_picture(letter: char) -> bool {
    let graphemes = |letters: &[char]| letters.iter().collect::<String>().graphemes(true).count();
    graphemes(&[letter, ZERO_WIDTH_JOINER, letter]) == 1 && graphemes(&[letter, letter]) == 2
}

fn is_tone(letter: char) -> bool {
    matches!(letter, '\u{1F3FB}'..='\u{1F3FF}')
}

fn is_keycap_base(letter: char) -> bool {
    matches!(letter, '0'..='9' | '#' | '*')
}
