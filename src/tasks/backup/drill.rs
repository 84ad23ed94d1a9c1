//! The drill: opens a backup with freshly given credentials, as on the day it is needed, and compares it.

use std::path::PathBuf;

use super::file::{Backup, BackupFile};
use super::records::{How, Record, records};
use super::{BackupError, content_words};
use crate::otp::Timestamp;
use crate::ports::{Machine, Version};
use crate::tasks::session::Session;
use crate::tasks::unlock::{Trust, Way};
use crate::vault::{self, Account, Comparison, Difference, Vault};

/// What a drill found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drilled {
    /// Which file.
    pub file: PathBuf,
    /// When it was made.
    pub made: Timestamp,
    /// The name of the computer that made it. Text from outside: show it through [`crate::shown`].
    pub host: String,
    /// How many accounts are in it.
    pub accounts: usize,
    /// How many more are in its trash.
    pub trash: usize,
    /// How many sets of recovery codes have their texts in a file of their own, and not in it.
    pub sets_apart: usize,
    /// How it compares with the vault, each account in every field and by its codes.
    pub found: Comparison,
    /// How many of the accounts that it lacks were added after it was made.
    pub newer: usize,
    /// Whether the vault's key wrote it. If not, it is of the time before a restore, or was made by somebody else.
    pub is_own: bool,
    /// Whether it opened and holds all that the vault held when it was made.
    pub is_proved: bool,
    /// The words for its contents, and for the vault's.
    pub words: (String, String),
    /// Whether this device will remember that it was proved.
    pub is_recorded: bool,
}

/// Opens a backup with these credentials and nothing else, and compares everything in it with the vault.
///
/// # Errors
/// It cannot be opened, or is of another vault.
pub fn drill(
    machine: &mut Machine,
    session: &Session,
    file: &BackupFile,
    way: &Way,
    trust: &Trust,
) -> Result<Drilled, BackupError> {
    let backup = file.open_knowing(machine, way, trust, &session.known_keys())?;
    if backup.manifest.vault != session.manifest.vault {
        return Err(BackupError::OtherVault);
    }
    let mut found = vault::compare(&backup.vault, &session.vault);
    let wrong = wrong_codes(&backup.vault, &session.vault, machine.clock.now());
    found.same = found.same.saturating_sub(wrong.len());
    found.differs.extend(wrong);
    let is_proved = found.is_faultless();
    Ok(Drilled {
        file: file.path.clone(),
        made: backup.made,
        host: backup.host.clone(),
        accounts: backup.vault.len(),
        trash: backup.vault.trash().count(),
        sets_apart: backup.vault.sets_apart().len(),
        newer: found.missing.iter().filter(|missing| missing.is_since).count(),
        is_own: backup.is_proved,
        is_proved,
        words: (backup.words(), content_words(&session.vault)),
        is_recorded: is_proved && record(machine, file, &backup),
        found,
    })
}

/// Returns the accounts that are the same and yet make other codes now or in the next step.
fn wrong_codes(backup: &Vault, vault: &Vault, now: Timestamp) -> Vec<Difference> {
    let both = backup.accounts().chain(backup.trash()).filter_map(|theirs| Some((theirs, vault.get(theirs.id())?)));
    let same = both.filter(|(theirs, ours)| theirs.enrolment() == ours.enrolment());
    let codes = |account: &Account, step: u64| [account.code(step), account.code(step.saturating_add(1))];
    let wrong = same.filter(|(theirs, ours)| {
        // The counter of HOTP stands for a step, and may have moved on since: that is compared as a field.
        let step = theirs.step(now);
        codes(theirs, step) != codes(ours, step)
    });
    let found = |ours: &Account| Difference { id: ours.id(), label: ours.label(), what: "code", is_since: false };
    wrong.map(|(_, ours)| found(ours)).collect()
}

/// Remembers that a backup was proved now, also one that was made or copied elsewhere.
fn record(machine: &mut Machine, file: &BackupFile, backup: &Backup) -> bool {
    let mut known = records(machine);
    let content = Version::of(&file.bytes).hex();
    let how = match (file.opens_with.passphrase, file.opens_with.identity) {
        (true, true) => How::Either,
        (false, _) => How::Recipients,
        (true, false) => How::Passphrase,
    };
    let new = Record {
        path: file.path.clone(),
        made: backup.made,
        accounts: backup.vault.len(),
        file: content.clone(),
        how: known.of(&file.path, &content).filter(|record| record.file == content).map_or(how, |record| record.how),
        proved: Some(machine.clock.now()),
        is_automatic: file.named.as_ref().is_some_and(|named| named.is_automatic),
    };
    known.add(new);
    known.store(machine)
}
