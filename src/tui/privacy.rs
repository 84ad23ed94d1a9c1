//! Privacy: names of accounts do not reach the screen.
//!
//! Every text is drawn in an [`Ink`], which only the screen's context gives out, and which knows what it must not show:
//! a screen cannot forget to ask. What is looked for are the names of all accounts that this run has met, also in
//! sentences, because much of what is told comes from the worker ready to be shown.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::shown;
use crate::vault::Vault;

/// Cells of what stands for a name: as many for every name.
const MASKED_CELLS: usize = 6;
/// The fewest characters of a name that is looked for in sentences. One letter is shown of every name.
const LEAST: usize = 2;
/// With fewer characters, a word has to be the very same: `me` is no `Me`.
const EXACT: usize = 4;
/// What stands at the end of a text that was cut.
const CUT: char = '…';

/// How a text is drawn: what it looks like, and which names it must not show.
#[derive(Clone, Copy, Debug)]
pub struct Ink<'a> {
    style: Style,
    names: Option<&'a Names>,
}

impl<'a> Ink<'a> {
    /// Returns what looks like that and does not show these names.
    pub(super) fn new(style: Style, names: Option<&'a Names>) -> Self {
        Self { style, names }
    }

    /// Returns what it looks like.
    pub fn style(self) -> Style {
        self.style
    }

    /// Returns the text without the names that it must not show.
    pub fn seen<'t>(self, text: &'t str) -> Cow<'t, str> {
        seen(self.names, text)
    }
}

impl From<Ink<'_>> for Style {
    fn from(ink: Ink<'_>) -> Self {
        ink.style
    }
}

/// Returns the text without these names, if there are any.
pub fn seen<'t>(names: Option<&Names>, text: &'t str) -> Cow<'t, str> {
    names.map_or(Cow::Borrowed(text), |names| names.masked(text))
}

/// Returns what stands for a name: its first letter, so that its owner finds it, and the same width for all.
pub fn mask(name: &str) -> String {
    let shown = shown::shown(name);
    let Some(first) = shown.graphemes(true).next() else { return shown };
    let dots = MASKED_CELLS.saturating_sub(shown::width(first));
    format!("{first}{}", "•".repeat(dots))
}

/// The names that must not be shown: those of all accounts that were in the vault since it was opened.
///
/// An account that was deleted for good stays among them, because what is told of it comes after.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: HashSet<String>,
    /// By their first two letters in lower case, the longest first.
    by_start: HashMap<[char; 2], Vec<String>>,
}

impl Names {
    /// Adds the names of every account of a vault, those in the trash included.
    pub fn add_all_of(&mut self, vault: &Vault) {
        for account in vault.accounts().chain(vault.trash()) {
            self.add(account.issuer());
            self.add(account.account());
        }
    }

    /// Adds a name, as it is and as it is shown.
    pub fn add(&mut self, name: &str) {
        for form in [name.trim().to_owned(), shown::shown(name.trim())] {
            let Some(start) = start(&form) else { continue };
            if self.known.insert(form.clone()) {
                let names = self.by_start.entry(start).or_default();
                let place = names.partition_point(|other| other.len() > form.len());
                names.insert(place, form);
            }
        }
    }

    /// Returns the text with a mask in place of every name.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(letter) = text[at..].chars().next() {
            let is_start =
                !text[..at].chars().next_back().is_some_and(char::is_alphanumeric) || !letter.is_alphanumeric();
            match self.name_at(&text[at..]).filter(|_| is_start) {
                Some(length) => {
                    out.push_str(&text[copied..at]);
                    out.push_str(&mask(&text[at..]));
                    at += length;
                    copied = at;
                }
                None => at += letter.len_utf8(),
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[copied..]);
        Cow::Owned(out)
    }

    /// Returns how many bytes of the text a name at its beginning fills.
    fn name_at(&self, text: &str) -> Option<usize> {
        self.by_start.get(&start(text)?)?.iter().find_map(|name| length_at(text, name))
    }
}

/// Returns the first two letters in lower case; nothing for what is too short to be looked for.
fn start(name: &str) -> Option<[char; LEAST]> {
    let mut letters = name.chars().map(lower);
    Some([letters.next()?, letters.next()?])
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Returns how many bytes of the text this name fills as a word, or the beginning of it where the text was cut.
fn length_at(text: &str, name: &str) -> Option<usize> {
    let is_exact = name.chars().count() < EXACT;
    let mut letters = text.char_indices();
    let mut last = None;
    for wanted in name.chars() {
        match letters.next() {
            Some((at, CUT)) if at > 0 => return Some(at + CUT.len_utf8()),
            Some((_, letter)) if letter == wanted || !is_exact && lower(letter) == lower(wanted) => last = Some(letter),
            Some(_) | None => return None,
        }
    }
    let next = letters.next();
    let goes_on = next.is_some_and(|(_, next)| next.is_alphanumeric()) && last.is_some_and(char::is_alphanumeric);
    (!goes_on).then(|| next.map_or(text.len(), |(at, _)| at))
}
