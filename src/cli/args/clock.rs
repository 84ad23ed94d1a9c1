//! What is said of the clock on the command line.

use clap::Subcommand;

use super::values;

/// Ends with 10 if codes may fail because of the clock, also with `--json`. Asks nobody on the network.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(in crate::cli) struct Clock {
    #[command(subcommand)]
    pub command: Option<ClockCommand>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ClockCommand {
    /// Adds seconds to this computer's time, for countersign alone, where the clock itself may not be set.
    SetOffset {
        /// How many seconds: -61 where the clock is 61 seconds ahead.
        #[arg(value_name = "SECONDS", allow_hyphen_values = true, value_parser = values::offset_millis)]
        millis: i64,
    },
    /// Goes by this computer's own time again.
    ClearOffset,
}
