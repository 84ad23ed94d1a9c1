//! What is said of the vault's policy on the command line.

use clap::ValueEnum;

use crate::vault;

/// Without a rule, says which one holds.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Policy {
    /// The rule from now on, on every device that has the vault.
    #[arg(value_enum)]
    pub rule: Option<Rule>,
}

/// Whether secrets may leave the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Rule {
    /// No exports, QR codes, shown secrets, backups for others or further devices; your own backups stay possible.
    SingleDevice,
    /// As you like.
    Open,
}

impl Rule {
    /// Returns the policy.
    pub fn policy(self) -> vault::Policy {
        match self {
            Self::SingleDevice => vault::Policy::SingleDevice,
            Self::Open => vault::Policy::Open,
        }
    }
}
