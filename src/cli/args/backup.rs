//! What is said of backups on the command line.

use std::path::PathBuf;

use super::values;

/// A backup is one age file that opens without this device: with `age -d` if it has a passphrase of its own, with
/// `age -d -i` if it was made for age recipients. A drill proves that it opens and holds what it should.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Backup {
    /// Makes a backup, reads it back from the disk and compares it with the vault.
    Create(Create),
    /// Lists the backups that were made or proved on this device.
    List,
    /// Opens a backup as on the day it is needed, and compares every account with the vault.
    Drill(Drill),
    /// Brings a backup back: as a new vault, or merged into the one that is here.
    Restore(Restore),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Create {
    /// A folder, or a new file; the folder is remembered. Unless given: the remembered one, or that of the settings.
    pub path: Option<PathBuf>,
    /// Makes it for somebody with an age identity (`age1…`); may be given several times.
    #[arg(long = "to", value_name = "RECIPIENT")]
    pub recipients: Vec<String>,
    #[command(flatten)]
    pub password: PasswordFile,
    /// Gives it the vault's own passphrase; without one at hand, it opens with what opens the vault.
    #[arg(long, conflicts_with = "password_file")]
    pub same: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PasswordFile {
    /// Takes the backup's passphrase from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// What opens a backup.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Opening {
    #[command(flatten)]
    pub password: PasswordFile,
    /// Opens the backup with an age identity file instead of a passphrase.
    #[arg(long, value_name = "FILE", conflicts_with = "password_file")]
    pub backup_identity: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Drill {
    /// The backup, for instance the copy on the stick; `-` for standard input.
    pub file: PathBuf,
    #[command(flatten)]
    pub opening: Opening,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Restore {
    /// The backup; `-` for standard input.
    pub file: PathBuf,
    #[command(flatten)]
    pub opening: Opening,
    /// How much checking the new vault's passphrase costs: 2^N; 18 unless given, 16 at least.
    #[arg(long, value_name = "N", value_parser = values::making_work_factor)]
    pub work_factor: Option<u8>,
    /// Says what would be merged into the vault, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
}
