//! What comes out of another app's export, whatever the app.

use std::fmt;

use super::error::{ImportError, SkipReason};
use super::format::MAX_ENTRIES;
use crate::otp::Enrolment;
use crate::otp::uri::UriNote;
use crate::vault::Account;

/// What came out of another app's export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The accounts that could be read, in the app's order.
    pub accounts: Vec<Entry>,
    /// Those that could not, and why.
    pub skipped: Vec<Skipped>,
    /// What should be told about how the others were read.
    pub notes: Vec<ImportNote>,
    /// Which parts of a larger export are in it, if it is only a part.
    pub parts: Vec<Part>,
    /// The version that the export itself names.
    pub version: Option<u64>,
    /// Whether a password was needed.
    pub encrypted: bool,
}

impl Imported {
    /// Takes what came of the next entry of an export.
    pub(super) fn take(&mut self, entry: Result<Entry, SkipReason>) -> Result<(), ImportError> {
        let index = self.len();
        if index == MAX_ENTRIES {
            return Err(ImportError::TooMany);
        }
        match entry {
            Ok(entry) => self.accounts.push(Entry { index, ..entry }),
            Err(reason) => self.skipped.push(Skipped { index, reason }),
        }
        Ok(())
    }

    /// Takes all of another piece of the same export, which stands behind this one.
    pub(super) fn append(&mut self, other: Self) -> Result<(), ImportError> {
        let before = self.len();
        if before + other.len() > MAX_ENTRIES {
            return Err(ImportError::TooMany);
        }
        self.accounts.extend(other.accounts.into_iter().map(|entry| Entry { index: entry.index + before, ..entry }));
        let skipped = other.skipped.into_iter();
        self.skipped.extend(skipped.map(|skipped| Skipped { index: skipped.index + before, ..skipped }));
        self.notes.extend(other.notes.into_iter().map(|note| note.moved(before)));
        self.parts.extend(other.parts);
        Ok(())
    }

    /// Returns how many entries the export had, read or not.
    pub fn len(&self) -> usize {
        self.accounts.len() + self.skipped.len()
    }

    /// Tells whether it had none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One account as another app has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the export, counted from 0.
    pub index: usize,
    /// Who issued it; may be empty.
    pub issuer: String,
    /// Whose account it is; may be empty.
    pub account: String,
    /// How to compute the codes.
    pub enrolment: Enrolment,
    /// Where a HOTP stands; 0 for every other kind.
    pub counter: u64,
    /// What the user wrote about it.
    pub note: String,
    /// The groups it was in.
    pub tags: Vec<String>,
    /// Whether it was a favourite.
    pub pinned: bool,
}

impl Entry {
    /// Returns an account with nothing but a name and a secret.
    pub fn new(issuer: String, account: String, enrolment: Enrolment, counter: u64) -> Self {
        Self { index: 0, issuer, account, enrolment, counter, note: String::new(), tags: Vec::new(), pinned: false }
    }

    /// Returns an account of ours as another app may have it.
    pub fn of(account: &Account, index: usize) -> Self {
        let counter = if account.params().period().is_none() { account.counter() } else { 0 };
        Self {
            index,
            note: account.note().to_owned(),
            tags: account.tags().into_iter().map(str::to_owned).collect(),
            pinned: account.pinned(),
            ..Self::new(account.issuer().to_owned(), account.account().to_owned(), account.enrolment().clone(), counter)
        }
    }
}

/// An account that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its place in the export, counted from 0.
    pub index: usize,
    /// Why it was left out.
    pub reason: SkipReason,
}

/// Something that was read, but not as the app had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportNote {
    /// That many accounts had a picture.
    Icons(usize),
    /// A newer version of the app than we know wrote it.
    NewerVersion(u64),
    /// Something about one account.
    Entry {
        /// Its place in the export, counted from 0.
        index: usize,
        /// What.
        note: EntryNote,
    },
}

/// Something about how one account was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryNote {
    /// What was noted of its URI.
    Uri(UriNote),
    /// It asks for MD5, which its app computes as SHA-1.
    Md5AsSha1,
}

impl ImportNote {
    fn moved(self, by: usize) -> Self {
        match self {
            Self::Entry { index, note } => Self::Entry { index: index + by, note },
            Self::Icons(_) | Self::NewerVersion(_) => self,
        }
    }
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Icons(1) => f.write_str("the picture of one account is left out"),
            Self::Icons(count) => write!(f, "the pictures of {count} accounts are left out"),
            Self::NewerVersion(version) => {
                write!(f, "the export has version {version}, newer than countersign knows; compare some codes")
            }
            Self::Entry { index, note } => write!(f, "entry {}: {note}", index + 1),
        }
    }
}

impl fmt::Display for EntryNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(note) => note.fmt(f),
            Self::Md5AsSha1 => f.write_str("it asks for MD5, which its app takes for SHA-1; so does countersign"),
        }
    }
}

/// One QR code out of several that make an export together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which one, counted from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// The same in all parts of one export.
    pub batch: i32,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of {}", self.number, self.of)
    }
}
