//! What is said of the ways to unlock on the command line.

use std::path::PathBuf;

use clap::Subcommand;

use super::values;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Slots {
    /// Lists the ways to unlock the vault, what each protects against, and which is the weakest.
    List,
    /// Adds a way to unlock the vault, which opens it once before it is kept.
    Add {
        #[command(subcommand)]
        slot: AddSlot,
    },
    /// Takes a way to unlock the vault away. Copies of the vault from before still open with it.
    Remove {
        /// The beginning of its id, as `slots list` shows it.
        id: String,
    },
    /// Changes the passphrase and, unless told otherwise, the vault's key: an old copy with the old passphrase then
    /// opens nothing that is saved from now on.
    ChangePassphrase(ChangePassphrase),
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AddSlot {
    /// Another passphrase.
    Passphrase {
        #[command(flatten)]
        new: NewPassphrase,
        #[command(flatten)]
        name: SlotName,
    },
    /// A key in this computer's keyring: the vault then opens without a passphrase while you are logged in.
    Keyring {
        #[command(flatten)]
        name: SlotName,
    },
    /// An age identity file or an SSH key: the vault then opens here as long as that file is there.
    Identity {
        /// The file; it may be encrypted with a passphrase, which is then asked for. `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        name: SlotName,
    },
    /// A key behind an age plugin, such as a YubiKey, a FIDO2 key or a TPM.
    Plugin {
        /// The identity file that the plugin has made; `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        name: SlotName,
    },
    /// A recovery sheet: eleven words on paper that open the vault when everything else is gone.
    Sheet {
        /// Writes the sheet into a new file, ready to be printed, instead of showing the words.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        name: SlotName,
    },
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SlotName {
    /// What it is to be called.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub name: String,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct NewPassphrase {
    /// Takes the new passphrase from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub new_password_file: Option<PathBuf>,
    /// Makes a new passphrase of six random words and prints it.
    #[arg(long, conflicts_with = "new_password_file")]
    pub generate: bool,
    /// How much checking the new passphrase costs: 2^N; 18 unless given or higher already, 16 at least.
    #[arg(long, value_name = "N", value_parser = values::making_work_factor)]
    pub work_factor: Option<u8>,
    /// Measures this computer, and lets checking the new passphrase cost about a second of it; 17 to 20.
    #[arg(long, conflicts_with = "work_factor")]
    pub recalibrate: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ChangePassphrase {
    #[command(flatten)]
    pub new: NewPassphrase,
    /// Leaves the vault its key: old copies then open with the old passphrase, and with their key all that is to come.
    #[arg(long)]
    pub keep_key: bool,
    /// Takes another passphrase of the vault from the first line of a file: the new key is made for it as well.
    #[arg(long = "other-passphrase-file", value_name = "FILE", conflicts_with = "keep_key")]
    pub others: Vec<PathBuf>,
}
