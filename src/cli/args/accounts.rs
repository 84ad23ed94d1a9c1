//! What is said of accounts on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Subcommand;

use super::{Which, values};
use crate::otp::{Algorithm, Digits, Kind, Period, Timestamp};

/// Without a terminal, and unless `--confirmed` is given, new accounts are pending: no site has accepted a code yet.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without options, asks for an otpauth URI or for the fields. With `-`, reads otpauth URIs from standard input, one a
line, and adds them as one change that can be undone; so do --qr and --clipboard. A URI holds the secret, so it is never given as an argument.
What no option says is as usual: totp, sha1, 6 digits, 30 seconds.")]
pub(in crate::cli) struct Add {
    /// `-` reads otpauth URIs from standard input.
    #[arg(value_name = "-", conflicts_with_all = ["issuer", "account", "secret_file", "kind", "algorithm", "digits", "period", "counter", "pin_file"])]
    pub source: Option<OsString>,
    /// Reads the QR codes of a PNG, JPEG or WebP picture; may be given several times, `-` for standard input.
    #[arg(long = "qr", value_name = "IMAGE", conflicts_with_all = ["source", "issuer", "account", "secret_file", "kind", "algorithm", "digits", "period", "counter", "pin_file"])]
    pub pictures: Vec<PathBuf>,
    /// Takes what is on the clipboard: otpauth URIs, or a picture of QR codes.
    #[arg(long, conflicts_with_all = ["source", "pictures", "issuer", "account", "secret_file", "kind", "algorithm", "digits", "period", "counter", "pin_file"])]
    pub clipboard: bool,
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
pub(in crate::cli) struct Fields {
    /// Who issued the secret.
    #[arg(long, value_name = "NAME")]
    pub issuer: Option<String>,
    /// The name of the account there.
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    #[command(flatten)]
    pub codes: CodeFields,
    /// A note.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// What codes are computed from, as `add`, `edit` and `rotate` take it.
#[derive(Debug, Default, clap::Args)]
pub(in crate::cli) struct CodeFields {
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
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct List {
    /// Issuer and account as in the app's search, or the beginning of an id.
    pub query: Option<String>,
    /// Only accounts with this tag.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

/// Prints the code alone. It counts as used on this device from then on.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Code {
    /// Issuer and account as in the app's search, or the beginning of an id; an exact match beats a fuzzy one.
    #[arg(required_unless_present = "all")]
    pub query: Option<String>,
    /// The code after the present one.
    #[arg(long)]
    pub next: bool,
    /// The code of the new secret of an account that is being rotated; it does not count as used.
    #[arg(long)]
    pub new: bool,
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
pub(in crate::cli) struct Show {
    #[command(flatten)]
    pub which: Which,
    /// Shows the secret as well: only on a terminal, and after a typed yes.
    #[arg(long)]
    pub secret: bool,
}

/// Fields that are not named stay as they are; a replaced secret is kept as a former one.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Edit {
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
pub(in crate::cli) enum Trash {
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
