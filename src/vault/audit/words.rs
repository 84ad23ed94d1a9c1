//! Each finding in words: its name for scripts, how much it matters, what it is and what to do.

use std::fmt;

use super::{FindingKind, Remedy, Severity};

impl FindingKind {
    /// Returns its name, which never changes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoRecoveryCodes => "no-recovery-codes",
            Self::RecoveryCodesSpent => "recovery-codes-spent",
            Self::FewRecoveryCodes { .. } => "few-recovery-codes",
            Self::RecoveryCodesExpired => "recovery-codes-expired",
            Self::RecoveryCodesUnchecked { .. } => "recovery-codes-unchecked",
            Self::RecoveryCodesInVault { .. } => "recovery-codes-in-vault",
            Self::RecoveryFileMissing { .. } => "recovery-file-missing",
            Self::Pending => "pending",
            Self::RotationOpen => "rotation-open",
            Self::SecretUnder128 { .. } => "secret-under-128-bits",
            Self::SecretUnder160 { .. } => "secret-under-160-bits",
            Self::SharedSecret { .. } => "shared-secret",
            Self::SharedLabel => "shared-label",
            Self::FewDigits { .. } => "few-digits",
            Self::OddPeriod { .. } => "odd-period",
            Self::CounterBehind { .. } => "counter-behind",
            Self::CounterAhead { .. } => "counter-ahead",
            Self::NeverUsed { .. } => "never-used",
            Self::WeakWorkFactor { .. } => "weak-work-factor",
            Self::NoBackup => "no-backup",
            Self::NoProvedBackup => "no-proved-backup",
            Self::BackupOld { .. } => "backup-old",
            Self::PlaintextExport { .. } => "plaintext-export",
        }
    }

    /// Returns how much it matters.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::NoBackup
            | Self::SecretUnder128 { .. }
            | Self::CounterBehind { .. }
            | Self::RecoveryFileMissing { .. } => Severity::Critical,
            Self::RecoveryCodesSpent
            | Self::FewRecoveryCodes { .. }
            | Self::RecoveryCodesExpired
            | Self::RecoveryCodesInVault { .. }
            | Self::Pending
            | Self::RotationOpen
            | Self::SharedSecret { .. }
            | Self::FewDigits { .. }
            | Self::CounterAhead { .. }
            | Self::WeakWorkFactor { .. }
            | Self::NoProvedBackup
            | Self::BackupOld { .. }
            | Self::PlaintextExport { .. } => Severity::Warn,
            Self::NoRecoveryCodes
            | Self::RecoveryCodesUnchecked { .. }
            | Self::SecretUnder160 { .. }
            | Self::SharedLabel
            | Self::OddPeriod { .. }
            | Self::NeverUsed { .. } => Severity::Note,
        }
    }

    /// Says what to do about it.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoRecoveryCodes => "have the site show its recovery codes and store them here",
            Self::RecoveryCodesSpent | Self::FewRecoveryCodes { .. } | Self::RecoveryCodesExpired => {
                "have the site make new recovery codes and store them here before you need one"
            }
            Self::RecoveryCodesUnchecked { .. } => "compare them with what the site shows, and say so here",
            Self::RecoveryCodesInVault { .. } => "move them out as well: countersign recovery apart",
            Self::RecoveryFileMissing { .. } => {
                "bring it back from another device or from beside a backup, or say where it is: [recovery] file"
            }
            Self::Pending => "try a code at the site and confirm the account, or remove it",
            Self::RotationOpen => "try a code of the new secret at the site and confirm it, or stop the rotation",
            Self::SecretUnder128 { .. } => {
                "enrol anew at the site: a secret this short can be guessed from a few codes"
            }
            Self::SecretUnder160 { .. } => {
                "enrol anew when the site offers a longer one; it is still out of reach today"
            }
            Self::SharedSecret { .. } => {
                "remove one if they are the same account; if not, have one site make a new secret"
            }
            Self::SharedLabel => "rename one of them, so that you never take the other's code",
            Self::FewDigits { .. } => "ask the site for codes of six digits or more",
            Self::OddPeriod { .. } => "compare with what the site said; most use 30 seconds",
            Self::CounterBehind { .. } => "set the counter past the last used code: the site refuses earlier ones",
            Self::CounterAhead { .. } => {
                "nothing, if another device gave them out; otherwise the site may ask for two codes in a row"
            }
            Self::NeverUsed { .. } => "try a code at the site; remove the account if it is not needed any more",
            Self::WeakWorkFactor { .. } => "give it the usual one: countersign slots change-passphrase",
            Self::NoBackup => "make a backup and prove that it opens",
            Self::NoProvedBackup => "run a drill: a backup counts only when it was proved to open",
            Self::BackupOld { .. } => "make a new backup and prove that it opens",
            Self::PlaintextExport { .. } => "delete it once it has served; whoever reads it has all its codes",
        }
    }

    /// Returns where it is set right.
    pub const fn remedy(&self) -> Remedy {
        match self {
            Self::NoRecoveryCodes
            | Self::RecoveryCodesSpent
            | Self::FewRecoveryCodes { .. }
            | Self::RecoveryCodesExpired
            | Self::RecoveryCodesUnchecked { .. }
            | Self::RecoveryCodesInVault { .. } => Remedy::RecoveryCodes,
            Self::Pending | Self::RotationOpen => Remedy::Confirm,
            Self::SecretUnder128 { .. } | Self::SecretUnder160 { .. } | Self::FewDigits { .. } => Remedy::Rotate,
            Self::SharedSecret { .. }
            | Self::SharedLabel
            | Self::OddPeriod { .. }
            | Self::CounterBehind { .. }
            | Self::CounterAhead { .. }
            | Self::NeverUsed { .. } => Remedy::Edit,
            Self::WeakWorkFactor { .. } => Remedy::Slots,
            Self::NoBackup | Self::NoProvedBackup | Self::BackupOld { .. } => Remedy::Backup,
            Self::PlaintextExport { .. } | Self::RecoveryFileMissing { .. } => Remedy::Outside,
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecoveryCodes => write!(formatter, "no recovery codes are stored"),
            Self::RecoveryCodesSpent => write!(formatter, "no recovery code is left"),
            Self::FewRecoveryCodes { left: 1 } => write!(formatter, "one recovery code is left"),
            Self::FewRecoveryCodes { left } => write!(formatter, "{left} recovery codes are left"),
            Self::RecoveryCodesExpired => write!(formatter, "the recovery codes have expired"),
            Self::RecoveryCodesUnchecked { days } => {
                write!(formatter, "the recovery codes were not compared with the site's for {days} days")
            }
            Self::RecoveryCodesInVault { sets: 1 } => {
                write!(formatter, "recovery codes are kept apart, but one set is still in the vault")
            }
            Self::RecoveryCodesInVault { sets } => {
                write!(formatter, "recovery codes are kept apart, but {sets} sets are still in the vault")
            }
            Self::RecoveryFileMissing { path } => {
                write!(formatter, "the recovery codes that are kept apart are not at {path}")
            }
            Self::Pending => write!(formatter, "no site has accepted a code yet"),
            Self::RotationOpen => write!(formatter, "a new secret waits for the site to accept a code of it"),
            Self::SecretUnder128 { bits } => {
                write!(formatter, "the secret has {bits} bits, less than the 128 that RFC 4226 demands")
            }
            Self::SecretUnder160 { bits } => {
                write!(formatter, "the secret has {bits} bits, less than the 160 that RFC 4226 recommends")
            }
            Self::SharedSecret { with } => write!(formatter, "it has the same secret as {with}"),
            Self::SharedLabel => write!(formatter, "another account has the same name"),
            Self::FewDigits { digits } => write!(formatter, "its codes have only {digits} digits"),
            Self::OddPeriod { seconds } => write!(formatter, "its codes live {seconds} seconds"),
            Self::CounterBehind { counter, used } => {
                write!(formatter, "its next code is number {counter}, but number {used} was used here already")
            }
            Self::CounterAhead { by } => write!(formatter, "{by} codes were made since the last one used here"),
            Self::NeverUsed { days } => write!(formatter, "none of its codes was used here in {days} days"),
            Self::WeakWorkFactor { log_n } => {
                write!(formatter, "the passphrase is quicker to guess at than usual: work factor {log_n}")
            }
            Self::NoBackup => write!(formatter, "there is no backup"),
            Self::NoProvedBackup => write!(formatter, "no backup was ever proved to open"),
            Self::BackupOld { days } => write!(formatter, "the last proof of a backup is {days} days old"),
            Self::PlaintextExport { path } => {
                write!(formatter, "secrets lie readable in {}", crate::shown::shown(path))
            }
        }
    }
}
