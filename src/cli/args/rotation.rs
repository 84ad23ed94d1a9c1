//! What is said of a rotation on the command line.

use std::ffi::OsString;

use super::{CodeFields, Which};

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
    #[command(flatten)]
    pub codes: CodeFields,
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
