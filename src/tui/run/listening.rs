//! Threads that wait for what somebody tells: the terminal, the system, the desktop.

use std::io;
#[cfg(unix)]
use std::io::Read;
use std::sync::mpsc::Sender;
use std::thread;

#[cfg(windows)]
use crossterm::event;
use secrecy::SecretString;

#[cfg(windows)]
use super::super::key;
use super::super::key::Input;
use super::super::message::{Message, Signal};
#[cfg(unix)]
use super::super::terminal_input::TerminalInput;
use super::HANGUP;

/// Passes on what somebody tells, on a thread of its own.
pub(super) fn pass_on(
    name: &str,
    told: impl Iterator<Item = Message> + Send + 'static,
    inbox: Sender<Box<Message>>,
) -> io::Result<()> {
    let pass_on = move || {
        for message in told {
            if inbox.send(Box::new(message)).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(pass_on).map(drop)
}

/// How much of what was pasted is read at once.
#[cfg(unix)]
const READ_AT_ONCE: usize = 4096;

#[cfg(unix)]
pub(super) fn spawn_input(mut keyboard: Box<dyn Read + Send>, inbox: Sender<Box<Message>>) -> io::Result<()> {
    let pass_on = move || {
        let mut input = TerminalInput::default();
        loop {
            // One for each reading, wiped when it is given back: a passphrase passes through it.
            let mut buffer = vec![0; READ_AT_ONCE];
            let messages: Vec<Message> = match keyboard.read(&mut buffer) {
                Ok(length @ 1..) => input.take(&buffer[..length]).into_iter().map(message_of).collect(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => Vec::new(),
                // The terminal is gone.
                Ok(0) | Err(_) => vec![Message::Signal(Signal::End { number: HANGUP })],
            };
            for message in messages {
                let is_end = matches!(message, Message::Signal(_));
                if inbox.send(Box::new(message)).is_err() || is_end {
                    return;
                }
            }
        }
    };
    thread::Builder::new().name("input".to_owned()).spawn(pass_on).map(drop)
}

#[cfg(windows)]
pub(super) fn spawn_input(inbox: Sender<Box<Message>>) -> io::Result<()> {
    let pass_on = move || {
        loop {
            let message = match event::read() {
                Ok(event) => key::translate(event).map(message_of),
                // The terminal is gone.
                Err(_) => Some(Message::Signal(Signal::End { number: HANGUP })),
            };
            let is_end = matches!(message, Some(Message::Signal(_)));
            if message.is_some_and(|message| inbox.send(Box::new(message)).is_err()) || is_end {
                return;
            }
        }
    };
    thread::Builder::new().name("input".to_owned()).spawn(pass_on).map(drop)
}

fn message_of(input: Input) -> Message {
    match input {
        Input::Key(key) => Message::Key(key),
        Input::Paste(text) => Message::Paste(SecretString::from(text)),
        Input::Mouse(mouse) => Message::Mouse(mouse),
        Input::Redraw => Message::Redraw,
    }
}
