//! The terminal as a clipboard: OSC 52.
//!
//! It says nothing back, neither whether it took a text nor whether the text is still there. An empty text
//! is the only way to ask for clearing, and it also clears what somebody else put there since; tmux, which
//! keeps every such text in its list of buffers, only adds an empty one.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::process::Stdio;

use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};

/// What the environment says about the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The terminal stands on another computer's desk.
    pub is_remote: bool,
    /// It would show the sequence instead of obeying it.
    pub is_plain: bool,
    /// The multiplexer between us and it, which keeps what passes.
    pub multiplexer: Option<&'static str>,
}

impl Terminal {
    /// Reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    pub fn of_this_process() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let term = std::env::var_os("TERM").unwrap_or_default();
        Self {
            is_remote: is_set("SSH_CONNECTION") || is_set("SSH_TTY"),
            // The Linux console prints what it does not know.
            is_plain: term.is_empty() || term == "dumb" || term == "linux",
            multiplexer: [("TMUX", "tmux"), ("STY", "screen")]
                .into_iter()
                .find(|(set, _)| is_set(*set))
                .map(|(_, name)| name),
        }
    }
}

/// Asks the terminal to take a text.
pub(super) fn copy(text: &SecretString) -> io::Result<()> {
    send(&mut open()?, text.expose_secret().as_bytes())
}

/// Asks the terminal to hold nothing any more.
pub(super) fn clear() -> io::Result<()> {
    send(&mut open()?, b"")
}

/// Asks the terminal behind a stream, which a detached process was given, to hold nothing any more.
pub(super) fn clear_behind(stream: &mut impl Write) -> io::Result<()> {
    send(stream, b"")
}

/// Returns the terminal as the stream of another process.
pub(super) fn as_stream() -> io::Result<Stdio> {
    Ok(Stdio::from(open()?))
}

fn open() -> io::Result<File> {
    OpenOptions::new().write(true).open(if cfg!(windows) { "CONOUT$" } else { "/dev/tty" })
}

fn send(terminal: &mut impl Write, text: &[u8]) -> io::Result<()> {
    // One write: a frame that is being drawn meanwhile comes before or after, never between.
    terminal.write_all(sequence(text).expose_secret().as_bytes())?;
    terminal.flush()
}

fn sequence(text: &[u8]) -> SecretString {
    const BEFORE: &str = "\x1b]52;c;";
    const AFTER: &str = "\x1b\\";
    let mut sequence = String::with_capacity(BEFORE.len() + BASE64.encode_len(text.len()) + AFTER.len());
    sequence.push_str(BEFORE);
    BASE64.encode_append(text, &mut sequence);
    sequence.push_str(AFTER);
    SecretString::from(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes whole writes, as a terminal does, and remembers each.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_text_goes_out_in_one_write() {
        let mut writes = Writes::default();
        send(&mut writes, b"492039").expect("a buffer takes everything");
        assert_eq!(writes.0, [b"\x1b]52;c;NDkyMDM5\x1b\\"]);
    }

    #[test]
    fn clearing_sends_an_empty_text() {
        let mut writes = Writes::default();
        clear_behind(&mut writes).expect("a buffer takes everything");
        assert_eq!(writes.0, [b"\x1b]52;c;\x1b\\"]);
    }
}
