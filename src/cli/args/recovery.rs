//! What is said of recovery codes on the command line.

use std::path::PathBuf;

use clap::Subcommand;

use super::Which;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Recovery {
    /// Lists how many codes are left, without the codes.
    List {
        /// Issuer and account as in the app's search, or the beginning of an id.
        query: Option<String>,
    },
    /// Stores the codes of a downloaded file or a pasted block.
    Add(AddRecovery),
    /// Shows the sets of an account, and on request their codes.
    Show(ShowRecovery),
    /// Prints or copies the next unused code, after marking it as used.
    Use(UseRecovery),
    /// Marks a code as used without showing it, or as unused again.
    Mark(MarkRecovery),
    /// Says that the stored set was compared with the site's today.
    Check(Which),
    /// Prints a sheet with the codes, or writes it to a new file: plain text that everybody can read.
    Print(PrintRecovery),
    /// Removes a set; restore brings it back.
    Remove(WhichSet),
    /// Brings a removed or superseded set back.
    Restore(WhichSet),
    /// Moves all codes out of the vault into a file of their own, and has new ones go there.
    Apart(Apart),
    /// Moves the codes that are kept apart back into the vault, and has new ones stay there.
    Together(OpenBasket),
}

/// A vault that leaks then gives away the codes of the day and not the recovery codes as well: these lie in one more age
/// file, with a passphrase or recipients of its own. In return that file and its passphrase are needed on the day you need a
/// recovery code, so both want a backup of their own.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Apart {
    /// The new file; recovery.age beside the vault unless given here or in the settings.
    pub file: Option<PathBuf>,
    /// Encrypts it to an age identity (`age1…`) instead of a passphrase; may be given several times.
    #[arg(long = "to", value_name = "RECIPIENT", conflicts_with = "password_file")]
    pub recipients: Vec<String>,
    #[command(flatten)]
    pub opening: OpenBasket,
    /// Removes the earlier copies of the vault that still hold the codes.
    #[arg(long)]
    pub remove_earlier: bool,
}

/// What opens the file of codes that are kept apart from the vault.
#[derive(Debug, Default, clap::Args)]
pub(in crate::cli) struct OpenBasket {
    /// Takes the passphrase of the codes that are kept apart from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Opens the codes that are kept apart with an age identity file instead of a passphrase.
    #[arg(long, value_name = "FILE", conflicts_with = "password_file")]
    pub basket_identity: Option<PathBuf>,
}

/// Shows what was understood, and stores nothing without a yes. The sets before are superseded: most sites cancel
/// the old codes when they make new ones.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct AddRecovery {
    #[command(flatten)]
    pub which: Which,
    /// The file; standard input if it is `-` or left out.
    pub file: Option<PathBuf>,
    /// Leaves the sets before as they are.
    #[arg(long)]
    pub keep_old: bool,
    #[command(flatten)]
    pub opening: OpenBasket,
    /// Stores the codes although some lines were not understood, or the text names another site.
    #[arg(long)]
    pub anyway: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ShowRecovery {
    #[command(flatten)]
    pub which: Which,
    /// Shows the codes as well: only on a terminal, and after a typed yes.
    #[arg(long)]
    pub reveal: bool,
    #[command(flatten)]
    pub opening: OpenBasket,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct UseRecovery {
    #[command(flatten)]
    pub which: Which,
    /// Copies the code instead of printing it.
    #[arg(long)]
    pub copy: bool,
    /// This code of the newest set, counted from 1.
    #[arg(long, value_name = "N")]
    pub code: Option<usize>,
    #[command(flatten)]
    pub opening: OpenBasket,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct MarkRecovery {
    #[command(flatten)]
    pub which: Which,
    /// Which code of the newest set, counted from 1.
    pub code: usize,
    /// It was not used after all.
    #[arg(long)]
    pub unused: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct PrintRecovery {
    #[command(flatten)]
    pub which: Which,
    /// The new file; standard output if it is left out.
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub opening: OpenBasket,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct WhichSet {
    #[command(flatten)]
    pub which: Which,
    /// The beginning of the set's id, as `recovery show` prints it.
    pub set: String,
}
