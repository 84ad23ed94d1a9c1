//! What can be typed: clap, and nothing but clap.
//!
//! No option takes a secret as its value: the arguments of a process can be read by others, and shells write
//! them down. Nor does a refusal repeat what was typed, for it may have been a secret all the same.

mod environment;
mod refusal;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::otp::{Algorithm, Digits, Kind, Period, Timestamp};
use crate::tasks::Trust;

pub use environment::Environment;
pub use refusal::Refusal;
pub(super) use refusal::{holds_a_uri, uri_as_argument};

/// Second-factor codes in the terminal, offline, from a vault that only you can open.
///
/// Without a command, opens the full-screen app. Every command works without a terminal, and none takes a secret
/// as its value: secrets come by prompt, standard input or file.
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
  7  needs a decision: would overwrite, older or different vault, no terminal to ask on";

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

    /// Returns what the user expects of the vault.
    pub fn trust(&self) -> Trust {
        self.global.trust()
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
    /// Brings in another device's vault, losing nothing.
    Merge(Merge),
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

/// Without a terminal, and unless `--confirmed` is given, new accounts are pending: no site has accepted a code yet.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without options, asks for an otpauth URI or for the fields. With `-`, reads otpauth URIs from standard input, one a
line, and adds them as one change that can be undone. A URI holds the secret, so it is never given as an argument.
What no option says is as usual: totp, sha1, 6 digits, 30 seconds.")]
pub(super) struct Add {
    /// `-` reads otpauth URIs from standard input.
    #[arg(value_name = "-", conflicts_with_all = ["issuer", "account", "secret_file", "kind", "algorithm", "digits", "period", "counter", "pin_file"])]
    pub source: Option<OsString>,
    #[command(flatten)]
    pub fields: Fields,
    /// A tag; may be given several times.
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Leaves the account pending: the site has yet to accept a code.
    #[arg(long)]
    pub pending: bool,
    /// The site has accepted a code already.
    #[arg(long, conflicts_with = "pending")]
    pub confirmed: bool,
}

/// The fields that `add` and `edit` share.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Fields {
    /// Who issued the secret.
    #[arg(long, value_name = "NAME")]
    pub issuer: Option<String>,
    /// The name of the account there.
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Reads the secret from a file, `-` for standard input: in base32, for motp in hexadecimal.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Reads the PIN of an mOTP or Yandex account from a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub pin_file: Option<PathBuf>,
    /// The type of code.
    #[arg(long = "type", value_name = "TYPE", ignore_case = true, value_parser = values::kinds())]
    pub kind: Option<Kind>,
    /// The algorithm.
    #[arg(long, value_name = "NAME", ignore_case = true, value_parser = values::algorithms())]
    pub algorithm: Option<Algorithm>,
    /// How many digits a code has, 1 to 10.
    #[arg(long, value_name = "N", value_parser = values::digits)]
    pub digits: Option<Digits>,
    /// How many seconds a code lives.
    #[arg(long, value_name = "SECONDS", value_parser = values::period)]
    pub period: Option<Period>,
    /// The next counter of a hotp account.
    #[arg(long, value_name = "N", value_parser = values::counter)]
    pub counter: Option<u64>,
    /// A note.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Issuer and account as in the app's search, or the beginning of an id.
    pub query: Option<String>,
    /// Only accounts with this tag.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

/// Prints the code alone. It counts as used on this device from then on.
#[derive(Debug, clap::Args)]
pub(super) struct Code {
    /// Issuer and account as in the app's search, or the beginning of an id; an exact match beats a fuzzy one.
    #[arg(required_unless_present = "all")]
    pub query: Option<String>,
    /// The code after the present one.
    #[arg(long)]
    pub next: bool,
    /// Waits for a code that was not used here yet.
    #[arg(long)]
    pub fresh: bool,
    /// Waits for a code that lives at least this many more seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds)]
    pub min_left: Option<u64>,
    /// The code of another moment, in seconds since 1970 or as RFC 3339; it does not count as used.
    #[arg(long, value_name = "TIME", value_parser = values::moment, allow_hyphen_values = true, conflicts_with_all = ["fresh", "min_left", "copy"])]
    pub at: Option<Timestamp>,
    /// Copies the code instead of printing it.
    #[arg(long)]
    pub copy: bool,
    /// Prints the codes of all accounts that match, with their names.
    #[arg(long, conflicts_with = "copy")]
    pub all: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[command(flatten)]
    pub which: Which,
    /// Shows the secret as well: only on a terminal, and after a typed yes.
    #[arg(long)]
    pub secret: bool,
}

/// Fields that are not named stay as they are; a replaced secret is kept as a former one.
#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub fields: Fields,
    /// Adds a tag; may be given several times.
    #[arg(long = "add-tag", value_name = "TAG")]
    pub add_tags: Vec<String>,
    /// Takes a tag away; may be given several times.
    #[arg(long = "remove-tag", value_name = "TAG")]
    pub remove_tags: Vec<String>,
    /// Keeps the account at the top of the list.
    #[arg(long)]
    pub pin: bool,
    /// Keeps it there no longer.
    #[arg(long, conflicts_with = "pin")]
    pub unpin: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Trash {
    /// Lists removed accounts.
    List,
    /// Brings a removed account back.
    Restore(Which),
    /// Deletes all removed accounts for good.
    Empty {
        /// Does so without asking. This cannot be undone.
        #[arg(long)]
        for_good: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Merge {
    /// The other vault.
    pub file: PathBuf,
    /// Takes the other vault's passphrase from the first line of a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
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
