//! What deserves its owner's attention: findings, each with what to do about it.
//!
//! A finding is derived and stored nowhere; only that it was dismissed is remembered, by its id. What can be found
//! without asking the machine is found in `accounts.rs`, the rest comes as [`Facts`].

mod accounts;
mod words;

use std::fmt;

use super::Vault;
use super::account::AccountId;
use super::device_memory::DeviceMemory;
use crate::otp::Timestamp;

/// So long a set of recovery codes may go unchecked, unless the user says otherwise, in days.
pub const CHECK_DAYS: u64 = 180;
/// So old the last proved backup may be, unless the user says otherwise, in days.
pub const BACKUP_DAYS: u64 = 90;

/// After how many days something is worth a word; 0: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Since stored recovery codes were compared with the site's.
    pub check_days: u64,
    /// Since a backup was proved to open.
    pub backup_days: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { check_days: CHECK_DAYS, backup_days: BACKUP_DAYS }
    }
}

impl Limits {
    /// Tells whether so many days are more than a limit.
    fn is_over(limit: u64, days: i64) -> bool {
        limit > 0 && u64::try_from(days).is_ok_and(|days| days > limit)
    }
}

/// What the audit must be told of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The present moment.
    pub now: Timestamp,
    /// The lowest work factor of a passphrase, if that is lower than it should be.
    pub weak_work_factor: Option<u8>,
    /// What is known of backups; nothing where no record is kept.
    pub backups: Option<Backups>,
    /// Files with readable secrets that were written from here, as far as they are still there. Text from outside.
    pub plaintext_exports: Vec<String>,
    /// Where the file of recovery codes that are kept apart should be, ready to be shown, if it is not there.
    pub missing_basket: Option<String>,
    /// After how many days something is worth a word.
    pub limits: Limits,
}

impl Facts {
    /// Returns what is assumed where nothing is known but the time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            weak_work_factor: None,
            backups: None,
            plaintext_exports: Vec::new(),
            missing_basket: None,
            limits: Limits::default(),
        }
    }
}

/// What is known of backups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backups {
    /// When the last one was made.
    pub made: Option<Timestamp>,
    /// When one was last proved to open and to hold what it should.
    pub proved: Option<Timestamp>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody may get in, or its owner may be locked out, soon.
    Critical,
    /// It should be set right.
    Warn,
    /// It is good to know.
    Note,
}

impl Severity {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warn => "warn",
            Self::Note => "note",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// An account has no recovery codes.
    NoRecoveryCodes,
    /// All its recovery codes were used.
    RecoveryCodesSpent,
    /// Few are left.
    FewRecoveryCodes {
        /// How many.
        left: usize,
    },
    /// The site does not honour them any more.
    RecoveryCodesExpired,
    /// They were not compared with the site's for long.
    RecoveryCodesUnchecked {
        /// For how many days.
        days: i64,
    },
    /// Recovery codes are kept apart from the vault, and the texts of some are in it all the same.
    RecoveryCodesInVault {
        /// How many sets.
        sets: usize,
    },
    /// The file of recovery codes that are kept apart is not there.
    RecoveryFileMissing {
        /// Where it should be, ready to be shown.
        path: String,
    },
    /// No site has accepted a code of the account for more than a day.
    Pending,
    /// A new secret has stood beside the one in use for more than a day.
    RotationOpen,
    /// The secret is shorter than RFC 4226 allows (R6).
    SecretUnder128 {
        /// How many bits it has.
        bits: usize,
    },
    /// The secret is shorter than RFC 4226 recommends (R6).
    SecretUnder160 {
        /// How many bits it has.
        bits: usize,
    },
    /// Another account has the same secret.
    SharedSecret {
        /// The other one's label, ready to be shown.
        with: String,
    },
    /// Another account is called the same.
    SharedLabel,
    /// The codes have so few digits that guessing is worth a try.
    FewDigits {
        /// How many.
        digits: u8,
    },
    /// A code lives unusually short or long.
    OddPeriod {
        /// How long, in seconds.
        seconds: u64,
    },
    /// Codes that were used here already would be given out again.
    CounterBehind {
        /// The next counter.
        counter: u64,
        /// The latest one that was used here.
        used: u64,
    },
    /// Many codes were made since the last one that was used here.
    CounterAhead {
        /// How many.
        by: u64,
    },
    /// No code was ever used on this device.
    NeverUsed {
        /// For how many days it has been here.
        days: i64,
    },
    /// Checking the passphrase costs a guesser too little.
    WeakWorkFactor {
        /// 2 to the power of this.
        log_n: u8,
    },
    /// There is no backup.
    NoBackup,
    /// No backup was ever proved to open.
    NoProvedBackup,
    /// The last proof is old.
    BackupOld {
        /// How many days.
        days: i64,
    },
    /// A file with readable secrets is about.
    PlaintextExport {
        /// Where. Text from outside: it is shown through [`crate::shown`].
        path: String,
    },
}

/// Where a finding is set right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Among the recovery codes of the account.
    RecoveryCodes,
    /// By confirming the account, or its new secret.
    Confirm,
    /// By a new secret from the site.
    Rotate,
    /// In the account's fields.
    Edit,
    /// Among the backups.
    Backup,
    /// Among the ways to unlock.
    Slots,
    /// Outside, with the machine's own means.
    Outside,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Which account it is about, if about one.
    pub account: Option<AccountId>,
    /// Its label, ready to be shown.
    pub label: String,
    /// Why it was dismissed, if it was. Text from outside: show it through [`crate::shown`].
    pub dismissed: Option<String>,
}

impl Finding {
    fn of_vault(kind: FindingKind) -> Self {
        Self { kind, account: None, label: String::new(), dismissed: None }
    }

    /// Returns its id, which stays the same as long as it is about the same thing.
    pub fn id(&self) -> String {
        let name = self.kind.name();
        if let FindingKind::PlaintextExport { path } = &self.kind {
            return format!("{name}:{}", crate::shown::shown(path));
        }
        self.account.map_or_else(|| name.to_owned(), |account| format!("{name}:{account}"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.account {
            Some(_) => write!(formatter, "{}: {}", self.label, self.kind),
            None => self.kind.fmt(formatter),
        }
    }
}

/// Returns every finding, also dismissed ones: the worst first, then by account.
pub fn audit(vault: &Vault, memory: &DeviceMemory, facts: &Facts) -> Vec<Finding> {
    let mut found = of_vault(facts);
    found.extend(of_basket(vault, facts));
    found.extend(accounts::audit(vault, memory, facts));
    for finding in &mut found {
        finding.dismissed = vault.dismissal(&finding.id()).map(str::to_owned);
    }
    found.sort_by_cached_key(|finding| {
        (finding.kind.severity(), finding.account.is_some(), finding.label.to_lowercase(), finding.id())
    });
    found
}

fn of_vault(facts: &Facts) -> Vec<Finding> {
    let work_factor = facts.weak_work_factor.map(|log_n| FindingKind::WeakWorkFactor { log_n });
    let backup = facts.backups.and_then(|backups| match (backups.made, backups.proved) {
        (None, _) => Some(FindingKind::NoBackup),
        (Some(_), None) => Some(FindingKind::NoProvedBackup),
        (Some(_), Some(proved)) => {
            let days = days_between(proved, facts.now);
            Limits::is_over(facts.limits.backup_days, days).then_some(FindingKind::BackupOld { days })
        }
    });
    let exports = facts.plaintext_exports.iter().map(|path| FindingKind::PlaintextExport { path: path.clone() });
    work_factor.into_iter().chain(backup).chain(exports).map(Finding::of_vault).collect()
}

fn of_basket(vault: &Vault, facts: &Facts) -> Vec<Finding> {
    let here = vault.sets_here().len();
    let in_vault = (vault.keeps_apart() && here > 0).then_some(FindingKind::RecoveryCodesInVault { sets: here });
    let missing = facts.missing_basket.clone().filter(|_| !vault.sets_apart().is_empty());
    let missing = missing.map(|path| FindingKind::RecoveryFileMissing { path });
    in_vault.into_iter().chain(missing).map(Finding::of_vault).collect()
}

fn days_between(earlier: Timestamp, later: Timestamp) -> i64 {
    later.millis_since(earlier).div_euclid(24 * 60 * 60 * 1000)
}
