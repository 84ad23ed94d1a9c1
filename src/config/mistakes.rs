//! What can be wrong with a file of settings, in words that quote no value.

use std::fmt;

use thiserror::Error;

/// Every mistake in a file of settings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ConfigError {
    /// In the order of their lines; never empty.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            write!(f, "{}{mistake}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl ConfigError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        "correct these lines; `countersign config default` prints every setting with its comment"
    }
}

/// One mistake in a file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, counted from 1.
    pub line: usize,
    /// What.
    pub what: What,
}

/// What is wrong with a line of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is no TOML; the parser's words, which do not quote the line.
    NotToml {
        /// What the parser said.
        problem: String,
    },
    /// There is no such setting.
    Unknown {
        /// As it was written.
        name: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// It has a value that it cannot have.
    Unexpected {
        /// The setting.
        name: String,
        /// What it can have.
        expected: String,
    },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.what {
            What::NotToml { problem } => write!(f, "{}", visible(problem)),
            What::Unknown { name, nearest: None } => write!(f, "there is no setting \"{}\"", visible(name)),
            What::Unknown { name, nearest: Some(nearest) } => {
                write!(f, "there is no setting \"{}\"; did you mean {nearest}?", visible(name))
            }
            What::Unexpected { name, expected } => write!(f, "{} must be {expected}", visible(name)),
        }
    }
}

/// Returns a name from the file as a terminal may see it, and no more of it than helps.
fn visible(name: &str) -> String {
    const ENOUGH: usize = 80;
    name.chars().take(ENOUGH).flat_map(char::escape_debug).collect()
}

/// Returns the known name that the fewest slips turn into `name`, if those are few.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(slips, known)| *slips <= (known.chars().count() / 3).max(1))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}
