//! What is said of other devices' vaults on the command line.

use std::path::PathBuf;

/// Three files, as git hands them to a merge driver.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct MergeDriver {
    /// The last state that both had in common; git's %O.
    pub base: PathBuf,
    /// Our state, into which the result goes; git's %A.
    pub ours: PathBuf,
    /// The other state; git's %B.
    pub theirs: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Merge {
    /// Other vaults and backups, and folders of them; without any, the conflict copies beside the vault and what this
    /// device last saw in its place.
    #[arg(value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Takes the other file's passphrase from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Takes our side of what is decided about an account, or about one of its fields.
    #[arg(long, value_name = "ID[:FIELD]")]
    pub ours: Vec<String>,
    /// Takes the other side.
    #[arg(long, value_name = "ID[:FIELD]")]
    pub theirs: Vec<String>,
}
