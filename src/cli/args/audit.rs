//! What is said of the audit on the command line.

use std::path::PathBuf;

/// Ends with 10 if there are findings, also with `--json`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Audit {
    /// Says no more of a finding, by its id; --reason says why.
    #[arg(long, value_name = "ID", requires = "reason")]
    pub dismiss: Option<String>,
    /// Why the dismissed finding does not matter.
    #[arg(long, value_name = "TEXT", requires = "dismiss")]
    pub reason: Option<String>,
    /// Takes the dismissal of a finding back.
    #[arg(long, value_name = "ID", conflicts_with = "dismiss")]
    pub recall: Option<String>,
    /// Tells of dismissed findings as well.
    #[arg(long)]
    pub all: bool,
    /// Looks through these folders instead, for recovery codes, readable exports, otpauth addresses and pictures of
    /// them, and offers to bring them in and to delete them.
    #[arg(long, value_name = "FOLDER", num_args = 0.., conflicts_with_all = ["dismiss", "recall", "all"])]
    pub leftovers: Option<Vec<PathBuf>>,
}
