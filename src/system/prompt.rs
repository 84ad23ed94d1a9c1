//! Questions to the person at the terminal. They never touch standard output, which is for data, nor
//! standard input, which may be data too.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use secrecy::SecretString;

use super::plugin_program;
use crate::ports::{KeyTalk, PluginStop, PromptError, Prompter};

/// The terminal that this process was started from.
#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";

/// Asks at the terminal, if there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerminalPrompter;

impl Prompter for TerminalPrompter {
    fn can_ask(&self) -> bool {
        // With neither of them a terminal nobody is watching, even where a terminal could be opened.
        (io::stdin().is_terminal() || io::stderr().is_terminal()) && open().is_ok()
    }

    fn say(&mut self, text: &str) {
        // Nobody to hear it is no failure.
        writeln!(io::stderr(), "{text}").ok();
    }

    fn confirm(&mut self, question: &str) -> Result<bool, PromptError> {
        let answer = self.ask(&format!("{question} [y/N]"))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    fn ask(&mut self, question: &str) -> Result<String, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        let (source, mut sink) = open().map_err(|_| PromptError::NoTerminal)?;
        let mut answer = String::new();
        let read = write!(sink, "{question} ")
            .and_then(|()| sink.flush())
            .and_then(|()| BufReader::new(source).read_line(&mut answer));
        match read {
            Ok(1..) => Ok(answer.trim_end_matches(['\r', '\n']).to_owned()),
            // Ctrl-D on an empty line.
            Ok(0) | Err(_) => Err(PromptError::GaveUp),
        }
    }

    fn ask_secret(&mut self, question: &str) -> Result<SecretString, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        ask_unseen(question).map_err(|_| PromptError::GaveUp)
    }
}

impl KeyTalk for TerminalPrompter {
    fn may_start(&self, program: &str) -> Result<(), PluginStop> {
        plugin_program::may_start(program)
    }

    fn say(&self, text: &str) {
        Prompter::say(&mut self.to_owned(), text);
    }

    fn confirm(&self, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let question = format!("{question} (y: {yes}, n: {})", no.unwrap_or("no"));
        Prompter::confirm(&mut self.to_owned(), &question).ok()
    }

    fn ask(&self, question: &str) -> Option<String> {
        Prompter::ask(&mut self.to_owned(), question).ok()
    }

    fn ask_secret(&self, question: &str) -> Option<SecretString> {
        Prompter::ask_secret(&mut self.to_owned(), question).ok()
    }
}

/// Opens the terminal for reading and for writing.
#[cfg(unix)]
fn open() -> io::Result<(File, File)> {
    Ok((File::open(TERMINAL)?, OpenOptions::new().write(true).open(TERMINAL)?))
}

#[cfg(not(unix))]
fn open() -> io::Result<(File, File)> {
    let both = || OpenOptions::new().read(true).write(true).to_owned();
    Ok((both().open("CONIN$")?, both().open("CONOUT$")?))
}

#[cfg(unix)]
use super::quiet_terminal::ask as ask_unseen;

#[cfg(not(unix))]
fn ask_unseen(question: &str) -> io::Result<SecretString> {
    rpassword::prompt_password(format!("{question} ")).map(SecretString::from)
}
