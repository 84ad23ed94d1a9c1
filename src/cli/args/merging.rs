//! What is said of other devices' vaults on the command line.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Merge {
    /// The other vault.
    pub file: PathBuf,
    /// Takes the other vault's passphrase from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
}
