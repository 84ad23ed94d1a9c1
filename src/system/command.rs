//! A command of the user's that prints a secret, such as a password manager.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Command, Stdio};

/// Far more than any passphrase has.
const MOST_BYTES: u64 = 64 * 1024;

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
