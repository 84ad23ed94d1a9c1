//! Other programs: a command of the user's that prints a secret, such as a password manager, and those of the system.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::clock::{Stopwatch, pause};

/// Far more than any passphrase has.
const MOST_BYTES: u64 = 64 * 1024;
/// How often it is looked whether a program has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Runs a line of shell and returns what it printed. It may ask at the terminal and complain there.
///
/// # Errors
/// It cannot be started, or ends without success.
pub fn output_of(line: &OsStr) -> io::Result<Vec<u8>> {
    let mut child = shell().arg(line).stdout(Stdio::piped()).spawn()?;
    // Sized once: a growing buffer leaves copies of its content behind.
    let mut printed = Vec::with_capacity(MOST_BYTES as usize + 1);
    if let Some(pipe) = child.stdout.take() {
        pipe.take(MOST_BYTES).read_to_end(&mut printed)?;
    }
    let ended = child.wait()?;
    if ended.success() { Ok(printed) } else { Err(io::Error::other(ended.to_string())) }
}

fn shell() -> Command {
    let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.arg(option);
    command
}

/// Runs a program and returns what it printed, if it ends by itself with success in that time. It can ask nobody.
pub(super) fn output_within(command: &mut Command, deadline: Duration) -> Option<String> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let stopwatch = Stopwatch::start();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if stopwatch.elapsed() < deadline => pause(LOOK_AGAIN),
            // What it says so late is not worth waiting for.
            Ok(None) | Err(_) => {
                child.kill().ok();
                child.wait().ok();
                break false;
            }
        }
    };
    let mut printed = Vec::new();
    child.stdout.take()?.take(MOST_BYTES).read_to_end(&mut printed).ok()?;
    ended.then(|| String::from_utf8_lossy(&printed).into_owned())
}
