//! What can be typed: clap, and nothing but clap.
//!
//! No option takes a secret as its value: the arguments of a process can be read by others, and shells write
//! them down. Nor does a refusal repeat what was typed, for it may have been a secret all the same.

mod accounts;
mod audit;
mod backup;
mod clock;
mod devices;
mod environment;
mod exchange;
mod merging;
mod policy;
mod qr;
mod recovery;
mod refusal;
mod rotation;
mod slots;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::tasks::Trust;

pub(super) use accounts::{Add, Code, CodeFields, Edit, Fields, List, Show, Trash};
pub(super) use audit::Audit;
pub(super) use backup::{
    Backup, Create as BackupCreate, Drill as BackupDrill, Opening, PasswordFile, Restore as BackupRestore,
};
pub(super) use clock::{Clock, ClockCommand, Compare};
pub(super) use devices::{AddDevice, Devices, RemoveDevice, Request};
pub(super) use exchange::{Export, Import};
pub(super) use merging::{Merge, MergeDriver};
pub(super) use policy::Policy;
pub(super) use qr::{Qr, QrPlace};
pub(super) use recovery::{
    AddRecovery, Apart, MarkRecovery, OpenBasket, PrintRecovery, Recovery, ShowRecovery, UseRecovery, WhichSet,
};
pub(super) use rotation::Rotate;
pub(super) use slots::{AddSlot, ChangePassphrase, NewPassphrase, Slots};

pub use environment::Environment;
pub use refusal::Refusal;
pub(super) use refusal::{holds_a_uri, uri_as_argument};

/// Second-factor codes in the terminal, offline, from a vault that only you can open.
///
/// Without a command, opens the full-screen app. Every command works without a terminal, and none takes a secret
/// as its value: secrets come by prompt, standard input or file.
///
/// Unless an option says how, the vault is opened as this device does by itself (`countersign slots add keyring`), or else
/// with the passphrase, which is asked for; the words of a recovery sheet are taken there as well.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_long_help = EXIT_CODES)]
pub struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  usage
  3  nothing matches
  4  several accounts match
  5  cannot unlock
  6  damaged, forged or unreadable file
  7  needs a decision: would overwrite, older or different vault, no terminal to ask on
  10 findings";

impl Args {
    /// Reads the arguments, the program's name first, and fills in what the environment says.
    ///
    /// # Errors
    /// They cannot be understood, or ask for help.
    pub fn read(args: impl IntoIterator<Item = OsString>, environment: &Environment) -> Result<Self, Refusal> {
        let args: Vec<OsString> = args.into_iter().collect();
        let matches = command().try_get_matches_from(&args).map_err(|error| Refusal::of(&error, &args))?;
        let mut args = Self::from_arg_matches(&matches).map_err(|error| Refusal::of(&error, &[]))?;
        args.global.fill_in(environment);
        Ok(args)
    }

    /// Tells whether no command was given, so that the full-screen app is meant.
    pub fn is_for_the_app(&self) -> bool {
        self.command.is_none()
    }

    /// Returns the vault file that was named, if any.
    pub fn vault(&self) -> Option<&PathBuf> {
        self.global.vault.as_ref()
    }

    /// Returns the file that was named for recovery codes which shall be kept apart, if any.
    pub fn basket(&self) -> Option<&PathBuf> {
        match &self.command {
            Some(Command::Recovery { command: Recovery::Apart(apart) }) => apart.file.as_ref(),
            _ => None, // other commands take the file that the settings name
        }
    }

    /// Returns what the user expects of the vault.
    pub fn trust(&self) -> Trust {
        self.global.trust()
    }

    /// Tells whether the keyring may be asked.
    pub fn uses_keyring(&self) -> bool {
        !self.global.no_keyring
    }

    /// Returns the settings file that was named, if any.
    pub fn config(&self) -> Option<&PathBuf> {
        self.global.config.as_ref()
    }
}

/// The whole command line as clap knows it, from which completions and manual pages are made.
pub(super) type Declaration = clap::Command;

pub(super) fn command() -> Declaration {
    Args::command()
}

/// What can be said with every command.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Uses this vault (also COUNTERSIGN_VAULT).
    #[arg(long, global = true, value_name = "FILE")]
    pub vault: Option<PathBuf>,
    /// Uses these settings (also COUNTERSIGN_CONFIG).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Takes the passphrase from the first line of a file, `-` for standard input (also COUNTERSIGN_PASSPHRASE_FILE).
    #[arg(long, global = true, value_name = "FILE", conflicts_with_all = ["passphrase_command", "identity"])]
    pub passphrase_file: Option<PathBuf>,
    /// Takes the passphrase from the first line that a command prints.
    #[arg(long, global = true, value_name = "CMD", conflicts_with = "identity")]
    pub passphrase_command: Option<OsString>,
    /// Unlocks with an age identity file instead of a passphrase.
    #[arg(long, global = true, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// Never asks the keyring.
    #[arg(long, global = true)]
    pub no_keyring: bool,
    /// Goes on although the vault is older than this device last saw it, or a different one.
    #[arg(long, global = true, value_enum, value_name = "WHICH")]
    pub accept: Vec<Accept>,
    /// Opens vaults whose passphrase costs more to check than 2^20; at most 22.
    #[arg(long, global = true, value_name = "N", value_parser = values::opening_work_factor)]
    pub max_work_factor: Option<u8>,
    /// Prints data as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Says nothing but data, questions and errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Says yes to questions that lose nothing.
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Whether to use colour (also NO_COLOR).
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub color: Option<Colour>,
}

impl Global {
    /// Returns what the user expects of the vault.
    pub fn trust(&self) -> Trust {
        let usual = Trust::default();
        Trust {
            accept_older: self.accept.contains(&Accept::Older),
            accept_different: self.accept.contains(&Accept::Different),
            work_factor_cap: self.max_work_factor.unwrap_or(usual.work_factor_cap),
        }
    }
}

/// Which surprise about the vault was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Accept {
    /// It is older than this device last saw it.
    Older,
    /// It is not the vault that was here before.
    Different,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes a vault and chooses its passphrase.
    Init(Init),
    /// Adds accounts.
    Add(Add),
    /// Lists accounts, without secrets and codes.
    List(List),
    /// Prints or copies a code.
    Code(Code),
    /// Prints codes as plain lines, a new line for every change, until interrupted.
    Watch {
        /// Issuer and account as in the app's search, or the beginning of an id.
        query: Option<String>,
    },
    /// Shows one account.
    Show(Show),
    /// Shows an account as a QR code.
    Qr(Qr),
    /// Changes fields of an account.
    Edit(Box<Edit>),
    /// Moves an account into the trash, where it stays for 30 days.
    Remove(Which),
    /// Lists, restores or deletes what was removed.
    Trash {
        #[command(subcommand)]
        command: Trash,
    },
    /// Takes back the last change made on this device.
    Undo,
    /// Says that the site accepted a code of the account.
    Confirm(Which),
    /// Puts a new secret beside the old one of an account, until the site has accepted a code of it.
    Rotate(Rotate),
    /// Keeps the recovery codes of sites, and gives them out one by one.
    Recovery {
        #[command(subcommand)]
        command: Recovery,
    },
    /// Brings in another device's vault, losing nothing.
    Merge(Merge),
    /// Merges two branches of a vault for git; docs/SHARED-FOLDER.md has the lines that tell git so.
    MergeDriver(MergeDriver),
    /// Brings in another app's accounts.
    Import(Import),
    /// Writes accounts as another app reads them.
    Export(Export),
    /// Lists, adds and removes devices; asks to be let in as one.
    Devices {
        #[command(subcommand)]
        command: Devices,
    },
    /// Makes, lists, proves and brings back backups.
    Backup {
        #[command(subcommand)]
        command: Backup,
    },
    /// Lists, adds and removes ways to unlock the vault; changes its passphrase.
    Slots {
        #[command(subcommand)]
        command: Slots,
    },
    /// Says whether secrets may leave the vault, or sets it.
    Policy(Policy),
    /// Names what deserves attention, and what to do about it.
    Audit(Audit),
    /// Says what is known about this computer's clock, and what to do about it.
    Clock(Clock),
    /// Says where everything is and how the vault stands.
    Status,
    /// Shows or checks the settings.
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Prints what a shell needs to complete countersign's commands.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page, or writes all of them into a folder.
    Man {
        /// The folder; it must exist.
        dir: Option<PathBuf>,
    },
}

/// Which account is meant.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Issuer and account as in the app's search, or the beginning of an id; an exact match beats a fuzzy one.
    pub query: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// How much checking a passphrase costs: 2^N; 18 unless given, 16 at least.
    #[arg(long, value_name = "N", value_parser = values::making_work_factor)]
    pub work_factor: Option<u8>,
    /// Makes a passphrase of six random words and prints it.
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_command", "identity"])]
    pub generate: bool,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum Config {
    /// Prints where the settings file is looked for.
    Path,
    /// Prints the settings in force.
    Show,
    /// Prints every setting with its default and what it does.
    Default,
    /// Names every mistake in the settings file.
    Check,
}
