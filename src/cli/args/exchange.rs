//! What is said of other apps' files on the command line.

use std::path::PathBuf;

use super::values;
use crate::exchange::{Format, OnConflict};

/// Recognises the app by what is in the file, shows what is new and what is known, and brings it in as one change that
/// can be undone. A file that is not encrypted holds every secret readable: delete it once the codes are right.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Import {
    /// Other apps' exports, also the parts of one; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Takes the files for this, whatever they look like.
    #[arg(long, value_name = "FORMAT", ignore_case = true, value_parser = values::formats())]
    pub from: Option<&'static Format>,
    /// Takes the export's password from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// What becomes of an account that has the name of another one here and another secret: it stays out, it takes the
    /// other's place (whose secret is kept), or both stand side by side. Unless given, both do: that loses nothing.
    #[arg(long, value_name = "WHAT", ignore_case = true, value_parser = values::on_conflict())]
    pub on_conflict: Option<OnConflict>,
}

/// Says first what the format cannot carry. Nothing is ever overwritten; what was written is read back and compared.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Export {
    /// The format.
    #[arg(long, value_name = "FORMAT", ignore_case = true, value_parser = values::written_formats())]
    pub to: &'static Format,
    /// The new file.
    pub file: PathBuf,
    /// Only accounts that this means: issuer and account as in the app's search, or the beginning of an id.
    pub query: Option<String>,
    /// Takes the export's password from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Writes the secrets readable by everybody who gets the file, and does not ask about it.
    #[arg(long, conflicts_with = "password_file")]
    pub plaintext: bool,
}
