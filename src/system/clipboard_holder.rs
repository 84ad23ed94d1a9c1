//! A copy that outlives the command that made it: our own program once more, detached, which offers the text,
//! clears it when its time is over if it is still ours, and ends early when another text took its place.
//!
//! The text goes through a pipe, never through arguments or the environment, which others can read.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::clock::{Stopwatch, pause};
use super::documents::standard_input;
use super::hardening::harden;
use super::native_clipboard::{NativeClipboard, NotTaken};
use super::terminal;
use crate::ports::ClipboardError;

/// The hidden command that makes this program a holder, followed by the seconds and, where the terminal has
/// the text, by [`TERMINAL`]. No help mentions it: it is nothing for people.
const COMMAND: &str = "clipboard-holder";
/// Says that the terminal holds the text, and standard output is that terminal.
const TERMINAL: &str = "terminal";
/// Stands for the seconds: the text goes when standard input ends.
const ATTENDED: &str = "attended";

/// No code, recovery code or secret that is copied is longer.
const LONGEST: u64 = 64 * 1024;
/// How often to look whether the text is still ours.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What the holder answers, in one byte on its standard output.
const TAKEN: u8 = b'+';
const NO_DESKTOP: u8 = b'-';

/// Hands a text to a holder, and returns when that has it on the desktop's clipboard.
pub(super) fn hand_over(text: &SecretString, seconds: u64) -> Result<(), ClipboardError> {
    let mut holder = detached(seconds)
        .and_then(|mut command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn())
        .map_err(|_| ClipboardError::Refused)?;
    if let Some(mut pipe) = holder.stdin.take() {
        // A holder that is gone answers nothing, which is noticed below.
        pipe.write_all(text.expose_secret().as_bytes()).ok();
    }
    let mut answer = [0];
    let answered = holder.stdout.take().is_some_and(|mut pipe| pipe.read_exact(&mut answer).is_ok());
    understand(answered.then_some(answer[0])).map_err(ClipboardError::from)
}

/// A text that a holder offers until this is dropped, or until we are gone however that happens.
///
/// What offers a text to a desktop serves it from threads of its own, on whose stacks it stays when they have ended. With the
/// process it is gone.
pub(super) struct Attended(Child);

impl Attended {
    /// Has this program, run once more, offer a text.
    ///
    /// # Errors
    /// It cannot be started; the inner error says why it did not take the text.
    pub(super) fn offer(program: &Path, text: &SecretString) -> io::Result<Result<Self, NotTaken>> {
        let mut command = Command::new(program);
        command.args([COMMAND, ATTENDED]).current_dir("/").stderr(Stdio::null());
        let mut attended = Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?);
        let text = text.expose_secret().as_bytes();
        let length = u64::try_from(text.len()).map_err(io::Error::other)?;
        if let Some(pipe) = &mut attended.0.stdin {
            // A holder that is gone answers nothing, which is noticed below.
            pipe.write_all(&length.to_le_bytes()).and_then(|()| pipe.write_all(text)).ok();
        }
        let mut answer = [0];
        let answered = attended.0.stdout.take().is_some_and(|mut pipe| pipe.read_exact(&mut answer).is_ok());
        Ok(understand(answered.then_some(answer[0])).map(|()| attended))
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        // The end of its input, upon which it clears what is still ours, and ends.
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

fn understand(answer: Option<u8>) -> Result<(), NotTaken> {
    match answer {
        Some(TAKEN) => Ok(()),
        Some(NO_DESKTOP) => Err(NotTaken::NoDesktop),
        _refused_or_died => Err(NotTaken::Refused),
    }
}

/// Starts a holder that will only ask the terminal, which has the text, to forget it.
pub(super) fn clear_terminal_later(seconds: u64) -> Result<(), ClipboardError> {
    detached(seconds)
        .and_then(|mut command| command.arg(TERMINAL).stdin(Stdio::null()).stdout(terminal::as_stream()?).spawn())
        .map(drop)
        .map_err(|_| ClipboardError::Refused)
}

/// Returns the command that runs this program as a holder.
fn detached(seconds: u64) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([COMMAND, &seconds.to_string()]).current_dir("/").stderr(Stdio::null());
    Ok(command)
}

/// Is the holder, if that is what the arguments of this process ask for; returns whether it was.
pub fn hold_if_asked(arguments: &[OsString]) -> bool {
    let words: Vec<Option<&str>> = arguments.iter().skip(1).map(|word| word.to_str()).collect();
    let (seconds, in_terminal) = match words[..] {
        [Some(COMMAND), Some(ATTENDED)] => {
            alone();
            hold_attended();
            return true;
        }
        [Some(COMMAND), Some(seconds)] => (seconds, false),
        [Some(COMMAND), Some(seconds), Some(TERMINAL)] => (seconds, true),
        _ => return false,
    };
    let Ok(seconds) = seconds.parse() else {
        return false;
    };
    alone();
    if in_terminal {
        pause(Duration::from_secs(seconds));
        terminal::clear_behind(&mut io::stdout()).ok();
    } else {
        hold_text(seconds);
    }
    true
}

/// Lets nobody look into this process, and neither Ctrl-C nor the end of the terminal reach it.
fn alone() {
    harden();
    #[cfg(unix)]
    rustix::process::setsid().ok();
}

fn hold_text(seconds: u64) {
    let mut clipboard = NativeClipboard::default();
    let taken = read_text().and_then(|text| clipboard.put(&text));
    answer(taken);
    if taken.is_err() {
        return;
    }
    let held = Stopwatch::start();
    while held.elapsed() < Duration::from_secs(seconds) {
        pause(LOOK_EVERY);
        if !clipboard.still_holds_ours() {
            return;
        }
    }
    clipboard.clear_if_ours();
}

fn hold_attended() {
    let mut clipboard = NativeClipboard::default();
    let mut input = standard_input();
    let taken = read_measured(&mut input).and_then(|text| clipboard.put(&text));
    answer(taken);
    if taken.is_ok() {
        // Nothing more is said; this ends with the pipe.
        io::copy(&mut input, &mut io::sink()).ok();
        clipboard.clear_if_ours();
    }
}

fn answer(taken: Result<(), NotTaken>) {
    let answer = match taken {
        Ok(()) => TAKEN,
        Err(NotTaken::NoDesktop) => NO_DESKTOP,
        Err(NotTaken::Refused) => b'!',
    };
    // Whoever asked may be gone; the text is held all the same.
    let mut output = io::stdout();
    output.write_all(&[answer]).and_then(|()| output.flush()).ok();
}

fn read_text() -> Result<SecretString, NotTaken> {
    let mut text = String::with_capacity(1024);
    standard_input().take(LONGEST).read_to_string(&mut text).map_err(|_| NotTaken::Refused)?;
    Ok(SecretString::from(text))
}

/// Reads a text that comes after its length in bytes, and leaves the rest.
fn read_measured(input: &mut impl Read) -> Result<SecretString, NotTaken> {
    let mut length = [0; 8];
    input.read_exact(&mut length).map_err(|_| NotTaken::Refused)?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST {
        return Err(NotTaken::Refused);
    }
    let mut text = vec![0; usize::try_from(length).map_err(|_| NotTaken::Refused)?];
    input.read_exact(&mut text).map_err(|_| NotTaken::Refused)?;
    String::from_utf8(text).map(SecretString::from).map_err(|_| NotTaken::Refused)
}
