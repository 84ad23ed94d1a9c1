//! A terminal with a program on it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};

use crate::home::{Deadline, wait_for};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// What ends a frame of the app.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Cuts behind the end of each frame.
fn frames(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    while let Some(end) = bytes.windows(FRAME_END.len()).position(|part| part == FRAME_END) {
        let (frame, rest) = bytes.split_at(end + FRAME_END.len());
        frames.push(frame);
        bytes = rest;
    }
    frames.push(bytes);
    frames
}

/// A program on a terminal of its own.
pub struct OnTerminal {
    pub child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: mpsc::Receiver<Vec<u8>>,
    /// The beginning of a letter whose end has not come yet.
    pending: Vec<u8>,
    /// All that the terminal was sent.
    transcript: String,
    /// How much of it was waited for already.
    seen: usize,
    /// What it shows.
    picture: vt100::Parser,
    terminal: Box<dyn MasterPty + Send>,
}

impl OnTerminal {
    pub fn run(mut command: CommandBuilder) -> Self {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        // The default, HOME, need not be there.
        command.cwd("/");
        let child = pair.slave.spawn_command(command).unwrap();
        let (sender, screen) = mpsc::channel();
        let mut reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                // One frame after the other, however many came at once: each is looked at.
                for frame in frames(&buffer[..length]) {
                    if sender.send(frame.to_vec()).is_err() {
                        return;
                    }
                }
            }
        });
        Self {
            child,
            keyboard: pair.master.take_writer().unwrap(),
            screen,
            pending: Vec::new(),
            transcript: String::new(),
            seen: 0,
            picture: vt100::Parser::default(),
            terminal: pair.master,
        }
    }

    /// Waits until the terminal shows this text somewhere.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.shows_what("shows", text, |shown| shown.contains(text))
    }

    /// Waits until the terminal shows one of these texts somewhere.
    #[track_caller]
    pub fn shows_one_of(&mut self, texts: [&str; 2]) -> &mut Self {
        self.shows_what("shows", &texts.join("\" or \""), |shown| texts.iter().any(|text| shown.contains(text)))
    }

    /// Waits until the terminal shows this text nowhere.
    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        self.shows_what("hides", text, |shown| !shown.contains(text))
    }

    #[track_caller]
    fn shows_what(&mut self, does: &str, text: &str, is_so: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Deadline::from_now();
        while !is_so(&self.picture.screen().contents()) {
            if self.hear_more(&deadline).is_err() {
                panic!("waited in vain until it {does} {text:?}:\n{}", self.picture.screen().contents());
            }
        }
        self
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.terminal.resize(PtySize { rows, cols, ..PtySize::default() }).unwrap();
        let [rows, cols] = [rows, cols].map(|cells| NonZero::new(cells).unwrap());
        self.picture.screen_mut().set_size(rows, cols);
        self
    }

    /// Sends a signal to the program, by its name without SIG.
    pub fn signal(&mut self, name: &str) -> &mut Self {
        let process = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &process]).status().unwrap();
        assert!(sent.success());
        self
    }

    /// Waits until the terminal has been sent this text, after what was waited for before.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        let deadline = Deadline::from_now();
        loop {
            if let Some(start) = self.transcript[self.seen..].find(text) {
                self.seen += start + text.len();
                return self;
            }
            if self.hear_more(&deadline).is_err() {
                panic!("waited in vain for {text:?} in {:?}", self.transcript);
            }
        }
    }

    /// Takes in what the terminal is sent next, even by a program that goes on talking for ever.
    fn hear_more(&mut self, deadline: &Deadline) -> Result<(), RecvTimeoutError> {
        let left = deadline.left().ok_or(RecvTimeoutError::Timeout)?;
        let bytes = self.screen.recv_timeout(left)?;
        self.hear(&bytes);
        Ok(())
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.picture.process(bytes);
        self.pending.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.pending) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => self.pending.len(),
        };
        let whole: Vec<u8> = self.pending.drain(..whole).collect();
        self.transcript.push_str(&String::from_utf8_lossy(&whole));
    }

    pub fn type_in(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    /// Waits for the end, and returns what came after that which was waited for.
    #[track_caller]
    pub fn ends(&mut self, exit: u32) -> String {
        let ended = self.ended();
        assert_eq!(ended.exit_code(), exit, "{}", self.transcript);
        self.transcript[self.seen..].to_owned()
    }

    /// Waits for the end, and takes in all that the terminal was sent until then.
    #[track_caller]
    pub fn ended(&mut self) -> ExitStatus {
        let mut ended = None;
        wait_for("the program to end", || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        let deadline = Deadline::from_now();
        loop {
            match self.hear_more(&deadline) {
                Ok(()) => {}
                // The system has closed the terminal: nothing more can come.
                Err(RecvTimeoutError::Disconnected) => return ended.unwrap(),
                Err(RecvTimeoutError::Timeout) => panic!("the terminal stays open:\n{}", self.transcript),
            }
        }
    }

    /// Returns all that the terminal was sent so far.
    pub fn transcript(&self) -> &str {
        &self.transcript
    }

    /// Tells whether the terminal is as a shell leaves it: what is typed is shown, and sent line by line.
    pub fn is_as_before(&self) -> bool {
        shows_what_is_typed(&self.terminal.tty_name().unwrap())
    }
}

/// Asks a terminal for its modes.
pub fn shows_what_is_typed(terminal: &Path) -> bool {
    let stty = std::process::Command::new("stty").arg("-a").arg("-F").arg(terminal).output().unwrap();
    let modes = String::from_utf8(stty.stdout).unwrap();
    ["echo", "icanon", "isig"].iter().all(|mode| modes.split_whitespace().any(|word| word == *mode))
}
