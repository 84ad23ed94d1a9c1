//! Arguments that were not understood, in our words: clap's own repeat what was typed.

use std::ffi::{OsStr, OsString};
use std::io::Write;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::super::output::{Exit, Failure, Output};
use crate::otp::uri;

/// Why there is nothing to run.
#[derive(Debug)]
pub enum Refusal {
    /// Help or the version was asked for; it belongs on standard output.
    Asked(StyledStr),
    /// A command is missing; its help says which there are.
    Incomplete(StyledStr),
    /// The arguments make no sense.
    Wrong(Failure),
}

impl Refusal {
    pub(super) fn of(error: &clap::Error, args: &[OsString]) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Self::Asked(error.render()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Self::Incomplete(error.render()),
            _ if args.iter().any(|arg| holds_a_uri(arg)) => Self::Wrong(uri_as_argument()),
            _ => Self::Wrong(Failure::new(Exit::Usage, what_is_wrong(error), next_step(error))),
        }
    }

    /// Returns the refusal to open the app where there is no terminal.
    pub fn no_terminal() -> Self {
        Self::Incomplete(super::command().render_help())
    }

    /// Returns the refusal to work for a user whose files have no place.
    pub fn no_home() -> Self {
        let next = "set HOME; --vault and --config name single files";
        Self::Wrong(Failure::new(Exit::Failed, "this user has no home folder to keep things in", next))
    }

    /// Says it where it belongs, and returns how the program ends.
    pub fn tell(self, out: &mut dyn Write, err: &mut dyn Write, is_coloured: bool) -> Exit {
        let drawn = |text: &StyledStr| if is_coloured { text.ansi().to_string() } else { text.to_string() };
        match self {
            Self::Asked(text) => {
                let mut output = Output::new(out, err, is_coloured, false);
                let written = output.whole(drawn(&text).as_bytes());
                output.end(written)
            }
            Self::Incomplete(text) => {
                // With nobody to read it there is nothing left to do.
                err.write_all(drawn(&text).as_bytes()).ok();
                Exit::Usage
            }
            Self::Wrong(failure) => Output::new(out, err, is_coloured, false).end(Err(failure)),
        }
    }
}

/// Tells whether an argument is a URI with a secret in it.
pub(in crate::cli) fn holds_a_uri(arg: &OsStr) -> bool {
    arg.to_str().is_some_and(uri::find)
}

/// Returns the refusal of a URI among the arguments.
pub(in crate::cli) fn uri_as_argument() -> Failure {
    let what = "a URI holds the secret, and arguments can be read by others and stay in the shell's history";
    Failure::new(Exit::Usage, what, "give it on standard input: countersign add -")
}

fn what_is_wrong(error: &clap::Error) -> String {
    // An argument that is declared is named; one that is not may be anything, also a secret.
    let argument = || text(error, ContextKind::InvalidArg).unwrap_or_else(|| "an option".to_owned());
    match error.kind() {
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::UnknownArgument => match text(error, ContextKind::InvalidArg) {
            Some(option) if is_plain_option(&option) => format!("there is no option {option} here"),
            _ => "there is an argument too many".to_owned(),
        },
        ErrorKind::MissingRequiredArgument => format!("{} is missing", argument()),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            Some(other) if other != argument() => format!("{} and {other} exclude each other", argument()),
            _ => format!("{} is given twice", argument()),
        },
        ErrorKind::InvalidValue if is_empty(error) => format!("{} needs a value", argument()),
        ErrorKind::InvalidValue => format!("the value of {} is not one of those it can have", argument()),
        ErrorKind::ValueValidation => format!("the value of {} cannot be read", argument()),
        ErrorKind::InvalidUtf8 => "an argument is not valid UTF-8".to_owned(),
        _ => "the arguments cannot be understood".to_owned(),
    }
}

fn next_step(error: &clap::Error) -> String {
    const SUGGESTIONS: [ContextKind; 2] = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg];
    if let Some(suggested) = SUGGESTIONS.into_iter().find_map(|kind| text(error, kind)) {
        return format!("did you mean {suggested}?");
    }
    let valid = text(error, ContextKind::ValidValue).filter(|_| !is_empty(error));
    // Our own parsers' words, see `values`.
    let expected = std::error::Error::source(error).filter(|_| error.kind() == ErrorKind::ValueValidation);
    match (valid, expected) {
        (Some(valid), _) => format!("it can be {valid}"),
        (None, Some(expected)) => format!("give {expected}"),
        (None, None) => "see --help".to_owned(),
    }
}

fn is_empty(error: &clap::Error) -> bool {
    text(error, ContextKind::InvalidValue).is_none_or(|value| value.is_empty())
}

fn is_plain_option(text: &str) -> bool {
    text.starts_with('-') && text.len() <= 20 && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}
