//! What a command says: data to standard output, everything else to standard error, and how it ends.
//!
//! Every line for people passes [`crate::shown`] here once more, so that no forgotten text reaches a terminal raw.

mod exact;
mod table;

use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::shown::shown;

pub(super) use table::Table;

/// How a command ends, as the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// Nothing matches.
    NothingMatches = 3,
    /// Several accounts match where one is needed.
    SeveralMatch = 4,
    /// The vault cannot be unlocked.
    CannotUnlock = 5,
    /// A file is damaged, forged or unreadable.
    Damaged = 6,
    /// Somebody has to decide: it would overwrite, the vault is older or another one, or there is no terminal to ask on.
    NeedsDecision = 7,
    /// Something deserves attention; what, has been said.
    Findings = 10,
}

impl Exit {
    /// Returns the exit code.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command stops: one sentence on what happened, one on what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) exit: Exit,
    what: String,
    details: Vec<String>,
    next: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, what: impl ToString, next: impl ToString) -> Self {
        Self { exit, what: what.to_string(), details: Vec::new(), next: next.to_string() }
    }

    /// Adds lines between the two sentences: what to choose from, or which mistakes there are.
    pub(super) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    fn rest(&self) -> Vec<&str> {
        self.details.iter().chain([&self.next]).map(String::as_str).collect()
    }

    /// Returns the end of a command whose reader has heard enough, as `head` does. There is nobody to tell.
    fn reader_left() -> Self {
        Self::new(Exit::Done, "", "")
    }

    /// Returns the end of a command that has told of findings.
    pub(super) fn found() -> Self {
        Self::new(Exit::Findings, "", "")
    }

    fn of_writing(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::reader_left(),
            ErrorKind::StorageFull => {
                Self::new(Exit::Failed, "standard output is full", "free some space and try again")
            }
            _ => Self::new(Exit::Failed, "standard output cannot be written", "check where it goes and try again"),
        }
    }
}

/// The two streams.
pub(super) struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    is_coloured: bool,
    is_quiet: bool,
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const PLAIN: &str = "\x1b[0m";

impl<'a> Output<'a> {
    pub(super) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, is_coloured: bool, is_quiet: bool) -> Self {
        Self { out, err, is_coloured, is_quiet }
    }

    /// Writes one line of data.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.raw(format!("{}\n", shown(text)).as_bytes())
    }

    /// Writes what is known of one thing: names, and beside them their values whole.
    pub(super) fn facts(&mut self, facts: &[(&str, String)]) -> Result<(), Failure> {
        let widest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        facts.iter().try_for_each(|(name, value)| self.line(&format!("{name:<widest$}  {value}")))
    }

    /// Writes data as it is: generated texts, and codes.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(|error| Failure::of_writing(&error))
    }

    /// Writes all there is to write.
    pub(super) fn whole(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.raw(bytes)?;
        self.flush()
    }

    /// Writes data as one line of JSON, exact and yet harmless on a terminal.
    pub(super) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        exact::write(&mut self.out, value).map_err(|error| Failure::of_writing(&error))?;
        self.raw(b"\n")
    }

    /// Hands everything on, so that a watcher sees it now.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| Failure::of_writing(&error))
    }

    /// Says something that is not data.
    pub(super) fn note(&mut self, text: &str) {
        if !self.is_quiet {
            self.tell(&shown(text));
        }
    }

    /// Says what its reader should do something about.
    pub(super) fn warning(&mut self, what: &str, next: &str) {
        self.say("warning: ", YELLOW, what, &[next]);
    }

    /// Says what went wrong and did not stop the command.
    pub(super) fn setback(&mut self, failure: &Failure) {
        self.say("warning: ", YELLOW, &failure.what, &failure.rest());
    }

    /// Says why a command stopped, if it did not simply end, and returns its exit code.
    pub(super) fn end(&mut self, ended: Result<(), Failure>) -> Exit {
        match ended {
            Ok(()) => Exit::Done,
            Err(failure) => {
                self.failure(&failure);
                failure.exit
            }
        }
    }

    /// Says why a command stopped.
    fn failure(&mut self, failure: &Failure) {
        if !matches!(failure.exit, Exit::Done | Exit::Findings) {
            self.say("error: ", RED, &failure.what, &failure.rest());
        }
    }

    /// Says what happened behind a label, and under it the rest.
    fn say(&mut self, label: &str, colour: &str, what: &str, rest: &[&str]) {
        let indent = " ".repeat(label.len());
        let label = if self.is_coloured { format!("{colour}{label}{PLAIN}") } else { label.to_owned() };
        self.tell(&format!("{label}{}", shown(what)));
        for line in rest.iter().filter(|line| !line.is_empty()) {
            self.tell(&format!("{indent}{}", shown(line)));
        }
    }

    /// Writes a line to standard error. If that fails, there is nobody left to tell.
    pub(super) fn tell(&mut self, line: &str) {
        self.err.write_all(format!("{line}\n").as_bytes()).ok();
    }
}
