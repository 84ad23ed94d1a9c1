//! What is said of the clock on the command line.

use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;

use super::{QrPlace, values};

/// Ends with 10 if codes may fail because of the clock, also with `--json`. Asks nobody on the network unless told to.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true, subcommand_precedence_over_arg = true)]
pub(in crate::cli) struct Clock {
    /// Asks these time servers, `host` or `host:port`, all at once; without one, those of the settings (clock.servers).
    #[arg(long, value_name = "SERVER", num_args = 0.., value_parser = NonEmptyStringValueParser::new())]
    pub network: Option<Vec<String>>,
    #[command(subcommand)]
    pub command: Option<ClockCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ClockCommand {
    /// Finds out how far this clock is from another device's, by the codes that the other device shows.
    ///
    /// Type a code and press Enter while it is still on the other screen; each further one narrows the result. Enter
    /// alone means: the other code has changed just now. Without a terminal the codes are read from standard input,
    /// one a line, each as of the moment at which it arrives.
    Compare(Compare),
    /// Says why a site may have refused a code, in the order in which to look, and what to do.
    Help {
        /// Issuer and account as in the app's search, or the beginning of an id; the general list without one.
        query: Option<String>,
    },
    /// Adds seconds to this computer's time, for countersign alone, where the clock itself may not be set.
    SetOffset {
        /// How many seconds: -61 where the clock is 61 seconds ahead.
        #[arg(value_name = "SECONDS", allow_hyphen_values = true, value_parser = values::offset_millis)]
        millis: i64,
    },
    /// Goes by this computer's own time again.
    ClearOffset,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Compare {
    /// The account that both have: issuer and account as in the app's search, or the beginning of an id.
    pub query: Option<String>,
    /// Compares by a throw-away secret instead of an account: shows its QR code, and keeps it nowhere.
    #[arg(long, conflicts_with = "query")]
    pub calibrate: bool,
    #[command(flatten)]
    pub place: QrPlace,
}
