//! What this device remembers of its backups, without secrets: where they go, which there are, which were proved.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::otp::Timestamp;
use crate::ports::{Machine, StateSlot};

/// Far more than anybody keeps; beyond, the oldest are forgotten.
const MOST: usize = 1000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// All that is remembered of the backups of the vault in this place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// The folder that the last backup by hand went to.
    pub destination: Option<PathBuf>,
    /// Each backup that was made or proved here, in the order in which that happened.
    pub backups: Vec<Record>,
    /// Since when backups by themselves fail.
    pub failing: Option<Failing>,
}

/// One backup that was made or proved on this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it was then.
    pub path: PathBuf,
    /// When it was made.
    pub made: Timestamp,
    /// How many accounts are in it.
    pub accounts: usize,
    /// The SHA-256 of its file, in hexadecimal.
    pub file: String,
    /// What opens it.
    pub how: How,
    /// When a drill last proved it.
    pub proved: Option<Timestamp>,
    /// Whether it was made without being asked for.
    pub is_automatic: bool,
}

/// What opens a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A passphrase of its own.
    Passphrase,
    /// A passphrase that was the vault's when it was made.
    SamePassphrase,
    /// The identities of age recipients.
    Recipients,
    /// A passphrase or the identities of age recipients.
    Either,
    /// What opened the vault when it was made.
    Vault,
}

impl How {
    const WORDS: [(Self, &'static str); 5] = [
        (Self::Passphrase, "passphrase"),
        (Self::SamePassphrase, "same-passphrase"),
        (Self::Recipients, "recipients"),
        (Self::Either, "either"),
        (Self::Vault, "vault"),
    ];

    /// Returns it as the records and JSON have it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(how, _)| *how == self).map_or("", |(_, word)| word)
    }

    fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(how, _)| *how)
    }
}

/// An alarm: backups by themselves fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Since when.
    pub since: Timestamp,
    /// Why the last one did, in words.
    pub why: String,
}

/// How the vault stands as to backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The newest one.
    pub last: Option<&'a Record>,
    /// The newest one of those that were proved.
    pub proved: Option<&'a Record>,
    /// Whether it is time to prove one (again).
    pub is_drill_due: bool,
}

/// Returns what this device remembers of its backups; also of a locked vault. What cannot be read is nothing.
pub fn records(machine: &Machine) -> Records {
    let stored = machine.state.load(StateSlot::Backups).ok().flatten();
    stored.and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).ok()).map(Records::from).unwrap_or_default()
}

impl Records {
    /// Returns how the vault stands at `now`, if a backup shall be proved every so many days; 0 never reminds.
    pub fn standing(&self, now: Timestamp, remind_days: u64) -> Standing<'_> {
        let last = self.backups.iter().max_by_key(|record| record.made);
        let proved = self.backups.iter().filter(|record| record.proved.is_some()).max_by_key(|record| record.made);
        let last_drill = self.backups.iter().filter_map(|record| record.proved).max();
        let limit = i64::try_from(remind_days).unwrap_or(i64::MAX).saturating_mul(DAY_MILLIS);
        // Never proved is due from the first backup on: it may be the one that does not open.
        let is_drill_due =
            remind_days > 0 && last.is_some() && last_drill.is_none_or(|drill| now.millis_since(drill) > limit);
        Standing { last, proved, is_drill_due }
    }

    /// Returns the record of a file, by its path or else by its content.
    pub fn of(&self, path: &Path, file: &str) -> Option<&Record> {
        let by_path = self.backups.iter().rev().find(|record| record.path == path);
        by_path.or_else(|| self.backups.iter().rev().find(|record| record.file == file))
    }

    /// Puts a record in the place of an older one of the same path.
    pub(super) fn add(&mut self, record: Record) {
        self.backups.retain(|known| known.path != record.path);
        self.backups.push(record);
        let beyond = self.backups.len().saturating_sub(MOST);
        self.backups.drain(..beyond);
    }

    /// Stores it; tells whether that could be done. Losing it costs the reminders, not the backups.
    pub(super) fn store(self, machine: &mut Machine) -> bool {
        let bytes = serde_json::to_vec(&Stored::from(self)).expect("texts and numbers, into memory");
        machine.state.store(StateSlot::Backups, &bytes).is_ok()
    }
}

/// The same as it is stored. Members that are missing have their defaults, so that others can be added.
#[derive(Serialize, Deserialize)]
struct Stored {
    destination: Option<String>,
    #[serde(default)]
    backups: Vec<StoredRecord>,
    failing: Option<StoredFailing>,
}

#[derive(Serialize, Deserialize)]
struct StoredRecord {
    path: String,
    made: i64,
    accounts: usize,
    file: String,
    how: String,
    proved: Option<i64>,
    #[serde(default)]
    automatic: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredFailing {
    since: i64,
    why: String,
}

impl From<Records> for Stored {
    fn from(records: Records) -> Self {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let stored = |record: Record| StoredRecord {
            path: text(&record.path),
            made: record.made.as_millis(),
            accounts: record.accounts,
            file: record.file,
            how: record.how.word().to_owned(),
            proved: record.proved.map(Timestamp::as_millis),
            automatic: record.is_automatic,
        };
        Self {
            destination: records.destination.as_deref().map(text),
            backups: records.backups.into_iter().map(stored).collect(),
            failing: records.failing.map(|alarm| StoredFailing { since: alarm.since.as_millis(), why: alarm.why }),
        }
    }
}

impl From<Stored> for Records {
    fn from(stored: Stored) -> Self {
        // A record of a kind that only a newer version knows is one of which this one knows nothing.
        let record = |record: StoredRecord| {
            Some(Record {
                path: PathBuf::from(record.path),
                made: Timestamp::from_millis(record.made),
                accounts: record.accounts,
                file: record.file,
                how: How::named(&record.how)?,
                proved: record.proved.map(Timestamp::from_millis),
                is_automatic: record.automatic,
            })
        };
        Self {
            destination: stored.destination.map(PathBuf::from),
            backups: stored.backups.into_iter().filter_map(record).collect(),
            failing: stored.failing.map(|alarm| Failing { since: Timestamp::from_millis(alarm.since), why: alarm.why }),
        }
    }
}
