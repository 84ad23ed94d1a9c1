//! What is said of a rotation on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Fields, Which, values};
use crate::otp::{Algorithm, Digits, Kind, Period};

/// The old secret stays in use until `countersign confirm` says that the site accepted a code of the new one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without options, asks for the otpauth URI or the secret that the site shows. With `-`, reads one of them from standard
input. What no option says stays as it was.")]
pub(in crate::cli) struct Rotate {
    #[command(flatten)]
    pub which: Which,
    /// `-` reads the otpauth URI or the secret from standard input.
    #[arg(value_name = "-", conflicts_with_all = ["secret_file", "kind", "algorithm", "digits", "period", "counter", "pin_file"])]
    pub source: Option<OsString>,
    /// Reads the new secret from a file, `-` for standard input: in base32, for motp in hexadecimal.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Reads the PIN of an mOTP or Yandex account from a file; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub pin_file: Option<PathBuf>,
    /// The new type of code.
    #[arg(long = "type", value_name = "TYPE", ignore_case = true, value_parser = values::kinds())]
    pub kind: Option<Kind>,
    /// The new algorithm.
    #[arg(long, value_name = "NAME", ignore_case = true, value_parser = values::algorithms())]
    pub algorithm: Option<Algorithm>,
    /// How many digits a code has from now on, 1 to 10.
    #[arg(long, value_name = "N", value_parser = values::digits)]
    pub digits: Option<Digits>,
    /// How many seconds a code lives from now on.
    #[arg(long, value_name = "SECONDS", value_parser = values::period)]
    pub period: Option<Period>,
    /// The next counter of a hotp account.
    #[arg(long, value_name = "N", value_parser = values::counter)]
    pub counter: Option<u64>,
    /// Leaves it at both secrets: the site has yet to accept a code of the new one.
    #[arg(long)]
    pub pending: bool,
    /// The site has accepted a code of the new secret already.
    #[arg(long, conflicts_with = "pending")]
    pub confirmed: bool,
    /// Ends the rotation: the old secret stays, the new one is kept as a former one.
    #[arg(long, conflicts_with_all = ["source", "secret_file", "pending", "confirmed"])]
    pub stop: bool,
}

impl Rotate {
    /// Returns what was said of the new secret in the form that `add` and `edit` have it.
    pub(in crate::cli) fn fields(&self) -> Fields {
        Fields {
            secret_file: self.secret_file.clone(),
            pin_file: self.pin_file.clone(),
            kind: self.kind,
            algorithm: self.algorithm,
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            ..Fields::default()
        }
    }
}
