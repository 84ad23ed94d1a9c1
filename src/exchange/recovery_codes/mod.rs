//! Recovery codes as sites hand them out: a pasted block or a downloaded file, read into a set.
//!
//! No site is looked for. What counts is the shape: codes are alike, stand in a list, and have digits. Each line ends in
//! one place: as codes, as text around them, as odd, or as a set-up key that was left out. No code is altered.

mod about;
mod dates;
mod doubts;
mod html;
mod line;
mod phrase;
mod program;
mod shapes;
mod sheet;
mod sorting;
mod text;
mod words;

use std::fmt;

pub use doubts::{Doubt, doubts, holder};
pub use sheet::sheet;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::otp::{Timestamp, uri};
use crate::vault::{CodeText, SetKind};

/// The most bytes of a text with recovery codes. They take some hundreds.
pub const LIMIT: usize = 64 * 1024;
/// The most text around the codes that a vault keeps.
const ABOUT_LIMIT: usize = 16 * 1024;
/// The most codes of a set.
const CODES_LIMIT: usize = 256;

/// What was understood of a text.
#[derive(Debug)]
pub struct Reading {
    /// The codes in their order, verbatim.
    pub codes: Vec<ReadCode>,
    /// How the site treats them, as far as text and shape tell.
    pub kind: SetKind,
    /// The lines around them, in their order.
    pub about: Vec<String>,
    /// The lines that were not understood, or not whole.
    pub odd: Vec<OddLine>,
    /// What is worth knowing about how they were read.
    pub remarks: Vec<Remark>,
    /// The first e-mail address in the text.
    pub mail: Option<String>,
    /// The first date in the text.
    pub issued: Option<Timestamp>,
    /// Whose codes they seem to be.
    pub site: Option<String>,
}

/// One code.
#[derive(Debug)]
pub struct ReadCode {
    /// Its text.
    pub text: CodeText,
    /// Whether the text marks it as used.
    pub is_used: bool,
    /// The date beside that mark.
    pub used_at: Option<Timestamp>,
}

/// A line that was not understood, or not whole. It may hold a code.
#[derive(Debug)]
pub struct OddLine {
    /// Which line it is, from 1.
    pub number: usize,
    /// The whole line.
    pub text: SecretString,
    /// Whether codes of it were taken all the same.
    pub is_read: bool,
}

/// Something about a reading that its reader may want to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Groups with a gap between were read as one code.
    Joined,
    /// The codes have different lengths, or are grouped in different ways.
    Lengths,
    /// Codes stand under two headings that speak of recovery codes.
    Headings,
    /// So many codes stood there more than once, and were taken once.
    Repeated(usize),
    /// Every code has the same note in brackets, which so cannot mean that it was used.
    NoteOnAll,
    /// A line held the set-up key of an authenticator, and was left out.
    SetUpKey,
    /// The only code stood in a sentence.
    InSentence,
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined => write!(formatter, "groups with a space between were read as one code"),
            Self::Lengths => write!(formatter, "the codes differ in length: a set may be mixed, or a code cut short"),
            Self::Headings => write!(formatter, "codes stand under two headings: two sets may be mixed"),
            Self::Repeated(1) => write!(formatter, "1 code stood there twice and was taken once"),
            Self::Repeated(count) => write!(formatter, "{count} codes stood there twice and were taken once"),
            Self::NoteOnAll => write!(formatter, "every code has the same note in brackets; none was taken as used"),
            Self::SetUpKey => write!(formatter, "a line with the set-up key was left out: it belongs into the account"),
            Self::InSentence => write!(formatter, "the code was found in a sentence"),
        }
    }
}

/// Why there is nothing to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// Nothing is in it.
    #[error("there is nothing in it")]
    Empty,
    /// More than any site writes.
    #[error("this is more than {} KiB, and recovery codes take some hundred bytes", LIMIT / 1024)]
    TooLarge,
    /// It is no text.
    #[error("this is not text")]
    NotText,
    /// It is a picture.
    #[error("this is a picture")]
    Picture,
    /// It is a document of some program.
    #[error("this is a document with formatting, such as PDF, not text")]
    Document,
    /// An address that sets an authenticator up.
    #[error("this is the address that sets an authenticator up, not recovery codes")]
    SetUpAddress,
    /// A secret that sets an authenticator up.
    #[error("this looks like a set-up key, not like recovery codes")]
    SetUpKey,
    /// One word that is too short or too plain.
    #[error("this is a single word, and no recovery code")]
    SingleWord,
    /// No code was recognised.
    #[error("no recovery codes were recognised in it")]
    NoCodes,
    /// A book, not a list.
    #[error("there is far more text than codes in it")]
    TooMuchText,
    /// More than any site hands out.
    #[error("there are more than {CODES_LIMIT} codes in it, more than any site hands out")]
    TooManyCodes,
}

impl Problem {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Empty => "copy the codes at the site and paste them",
            Self::TooLarge | Self::NotText => "check that it is the right file, or paste the codes themselves",
            Self::Picture | Self::Document => "open it, copy the codes and paste them",
            Self::SetUpAddress => "add an account with it instead: countersign add, or a in the app",
            Self::SetUpKey => {
                "add an account with it instead; if the site calls it a recovery key, write that in the line above it"
            }
            Self::SingleWord => "copy all codes of the site, each on a line",
            Self::NoCodes => "give one code a line, without anything else",
            Self::TooMuchText | Self::TooManyCodes => "give the lines with the codes alone",
        }
    }
}

/// Reads a text or a file; `name` is the file's.
///
/// # Errors
/// There are no recovery codes in it.
pub fn read(bytes: &[u8], name: Option<&str>) -> Result<Reading, Problem> {
    let text = text::decode(bytes)?;
    let sorted = sorting::sort(&text, name)?;
    finish(sorted, &text, name)
}

/// Tells whether a text that was meant to be a secret is a list of recovery codes.
pub fn is_list(text: &str) -> bool {
    let read = read(text.as_bytes(), None);
    // Base32 in two lines may be a secret that was broken.
    let needed = if crate::otp::Secret::from_base32(text).is_ok() { 3 } else { 2 };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    read.is_ok_and(|read| read.codes.len() >= needed && (lines > 1 || !read.remarks.contains(&Remark::Joined)))
        && !uri::find(text)
}

/// The fewest codes and the most text around them of a file that is taken for one of recovery codes unasked.
const FEWEST_BY_CHANCE: usize = 4;
const MOST_TEXT_BY_CHANCE: usize = 12;

/// Reads a file that lies about, whose name says what is in it (`is_named`) or whose text does; nothing if it is
/// another sort of file.
pub fn found_by_chance(bytes: &[u8], name: &str, is_named: bool) -> Option<Reading> {
    let reading = read(bytes, Some(name)).ok()?;
    let says_so = reading.about.iter().any(|line| words::is_about_codes(&line.to_lowercase()));
    let is_list = reading.is_understood()
        && reading.codes.len() >= FEWEST_BY_CHANCE
        && reading.about.len() <= MOST_TEXT_BY_CHANCE;
    (is_named || says_so && is_list).then_some(reading)
}

fn finish(sorted: sorting::Sorted, text: &str, name: Option<&str>) -> Result<Reading, Problem> {
    let sorting::Sorted { codes, about, odd, mut remarks, is_numbered, .. } = sorted;
    let kept = about.iter().map(String::len).chain(odd.iter().map(|line| line.text.expose_secret().len()));
    if kept.map(|length| length + 1).sum::<usize>() > ABOUT_LIMIT {
        return Err(Problem::TooMuchText);
    }
    if codes.len() > CODES_LIMIT {
        return Err(Problem::TooManyCodes);
    }
    let (issued, expires) = about::dates(&about);
    let found: Vec<shapes::Found> = codes.iter().map(|code| code.found.clone()).collect();
    let kind = about::kind(&found, text, is_numbered, expires);
    let sizes: std::collections::BTreeSet<usize> = found.iter().map(|found| shapes::size(&found.text)).collect();
    if sizes.len() > 1 {
        remarks.push(Remark::Lengths);
    }
    let codes = codes.into_iter().map(|code| {
        let text = CodeText::new(SecretString::from(code.found.text)).map_err(|_| Problem::NoCodes)?;
        Ok(ReadCode { text, is_used: code.is_used, used_at: code.used_at })
    });
    Ok(Reading {
        codes: codes.collect::<Result<_, _>>()?,
        kind,
        mail: about::mail(&about),
        site: about::site(&about, name),
        issued: issued.or_else(|| dates::in_name(name?)),
        about,
        odd,
        remarks,
    })
}

impl Reading {
    /// Tells whether every line was understood.
    pub fn is_understood(&self) -> bool {
        self.odd.is_empty()
    }

    /// Returns the text around the codes with the odd lines that hold no code of theirs, so that nothing is lost.
    pub fn provenance(&self) -> String {
        let odd = self.odd.iter().filter(|line| !line.is_read).map(|line| line.text.expose_secret());
        self.about.iter().map(String::as_str).chain(odd).collect::<Vec<_>>().join("\n")
    }

    /// Returns how many codes were not used yet.
    pub fn unused(&self) -> usize {
        self.codes.iter().filter(|code| !code.is_used).count()
    }

    /// Tells whether the text names this site or account.
    pub fn mentions(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        let is_word = |text: &str| {
            let lower = text.to_lowercase();
            lower.match_indices(&name).any(|(at, found)| {
                let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
                !is_letter(lower[..at].chars().next_back()) && !is_letter(lower[at + found.len()..].chars().next())
            })
        };
        name.chars().count() > 1
            && (self.about.iter().any(|line| is_word(line)) || self.site.as_deref().is_some_and(is_word))
    }
}
