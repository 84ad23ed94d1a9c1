//! A copy that outlives the command that made it: our own program once more, detached, which offers the text,
//! clears it when its time is over if it is still ours, and ends early when another text took its place.
//!
//! The text goes through a pipe, never through arguments or the environment, which others can read.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
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
    match answer[0] {
        TAKEN if answered => Ok(()),
        NO_DESKTOP => Err(ClipboardError::None),
        _refused_or_died => Err(ClipboardError::Refused),
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
        [Some(COMMAND), Some(seconds)] => (seconds, false),
        [Some(COMMAND), Some(seconds), Some(TERMINAL)] => (seconds, true),
        _ => return false,
    };
    let Ok(seconds) = seconds.parse() else {
        return false;
    };
    harden();
    // A session of our own, so that neither Ctrl-C nor the end of the terminal reaches us.
    #[cfg(unix)]
    rustix::process::setsid().ok();
    if in_terminal {
        pause(Duration::from_secs(seconds));
        terminal::clear_behind(&mut io::stdout()).ok();
    } else {
        hold_text(seconds);
    }
    true
}

fn hold_text(seconds: u64) {
    let mut clipboard = NativeClipboard::default();
    let taken = read_text().and_then(|text| clipboard.put(&text));
    let answer = match taken {
        Ok(()) => TAKEN,
        Err(NotTaken::NoDesktop) => NO_DESKTOP,
        Err(NotTaken::Refused) => b'!',
    };
    // Whoever asked may be gone; the text is held all the same.
    let mut output = io::stdout();
    output.write_all(&[answer]).and_then(|()| output.flush()).ok();
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

fn read_text() -> Result<SecretString, NotTaken> {
    let mut text = String::with_capacity(1024);
    standard_input().take(LONGEST).read_to_string(&mut text).map_err(|_| NotTaken::Refused)?;
    Ok(SecretString::from(text))
}
