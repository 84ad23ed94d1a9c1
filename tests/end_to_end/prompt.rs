//! Questions on a real terminal, and the terminal as a clipboard.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use countersign::config::When;
use countersign::ports::{Clipboard, Delivery, PromptError, Prompter};
use countersign::system::clipboard::ReachableClipboard;
use countersign::system::prompt::TerminalPrompter;
use countersign::system::terminal::Terminal;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use secrecy::{ExposeSecret, SecretString};

const IN_CHILD: &str = "COUNTERSIGN_TEST_ON_TERMINAL";

/// A test of this binary that runs on a terminal of its own.
struct OnTerminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: mpsc::Receiver<Vec<u8>>,
    shown: String,
    terminal: Box<dyn MasterPty + Send>,
}

impl OnTerminal {
    #[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
    fn run(test: &str) -> Self {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(std::env::args_os().next().unwrap());
        command.args(["--exact", test, "--nocapture"]);
        command.cwd("/");
        command.env(IN_CHILD, "1");
        command.env("TERM", "xterm-256color");
        for absent in ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(absent);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let (sender, screen) = mpsc::channel();
        let mut reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        Self { child, keyboard, screen, shown: String::new(), terminal: pair.master }
    }

    /// Waits until the terminal has been sent this text.
    fn wait_for(&mut self, text: &str) {
        while !self.shown.contains(text) {
            let bytes = self.screen.recv_timeout(Duration::from_secs(10));
            let bytes = bytes.unwrap_or_else(|_| panic!("waited in vain for {text:?} in {:?}", self.shown));
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits for the end and returns everything that was shown.
    fn end(mut self) -> String {
        assert!(self.child.wait().unwrap().success(), "{}", self.shown);
        drop((self.keyboard, self.terminal));
        for bytes in self.screen {
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
        self.shown
    }
}

#[expect(clippy::disallowed_methods, reason = "how a parent speaks to its child")]
fn is_child() -> bool {
    std::env::var_os(IN_CHILD).is_some()
}

#[test]
fn a_secret_is_asked_for_without_echo() {
    let mut terminal = OnTerminal::run("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    terminal.press("corrêct horse\r");
    terminal.wait_for("got 13 letters");
    assert!(!terminal.end().contains("horse"));
}

#[test]
fn a_secret_that_is_given_up_leaves_the_terminal_as_it_was() {
    let mut terminal = OnTerminal::run("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    terminal.press("half\x03");
    terminal.wait_for("gave up");
    terminal.wait_for("echo is on");
    assert!(!terminal.end().contains("half"));
}

#[test]
fn a_process_that_is_ended_while_a_secret_is_typed_gives_the_terminal_back() {
    let mut terminal = OnTerminal::run("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    let process = terminal.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").arg(&process).status().unwrap().success());
    let status = terminal.child.wait().unwrap();
    assert!(!status.success(), "{status}");
    let name = terminal.terminal.tty_name().unwrap();
    assert!(shows_what_is_typed(&name));
}

/// Does nothing but as the child of another test.
#[test]
fn child_asks_for_a_secret() {
    if !is_child() {
        return;
    }
    match TerminalPrompter.ask_secret("Passphrase:") {
        Ok(secret) => println!("got {} letters", secret.expose_secret().chars().count()),
        Err(PromptError::GaveUp) => println!("gave up"),
        Err(PromptError::NoTerminal) => println!("no terminal"),
    }
    println!("echo is {}", if shows_what_is_typed(Path::new("/dev/tty")) { "on" } else { "off" });
}

fn shows_what_is_typed(terminal: &Path) -> bool {
    let stty = std::process::Command::new("stty").arg("-a").arg("-F").arg(terminal).output().unwrap();
    let modes = String::from_utf8(stty.stdout).unwrap();
    ["echo", "icanon", "isig"].iter().all(|mode| modes.split_whitespace().any(|word| word == *mode))
}

#[test]
fn only_a_yes_is_a_yes() {
    let mut terminal = OnTerminal::run("prompt::child_asks_three_times");
    for answer in ["y\r", "\r", "\x04"] {
        terminal.wait_for("[y/N] ");
        terminal.shown.clear();
        terminal.press(answer);
    }
    terminal.wait_for("Ok(true) Ok(false) Err(GaveUp)");
    terminal.end();
}

/// Does nothing but as the child of another test.
#[test]
fn child_asks_three_times() {
    if !is_child() {
        return;
    }
    let answers: Vec<String> = (0..3).map(|_| format!("{:?}", TerminalPrompter.confirm("Sure?"))).collect();
    println!("{}", answers.join(" "));
}

#[test]
fn a_terminal_without_a_desktop_is_asked_to_copy_and_to_clear() {
    let mut terminal = OnTerminal::run("prompt::child_copies_through_the_terminal");
    terminal.wait_for("\x1b]52;c;NDkyMDM5\x1b\\");
    terminal.wait_for("\x1b]52;c;\x1b\\");
    terminal.end();
}

/// Does nothing but as the child of another test.
#[test]
fn child_copies_through_the_terminal() {
    if !is_child() {
        return;
    }
    let text = SecretString::from("492039".to_owned());
    let mut clipboard = ReachableClipboard::new(When::Auto, Terminal::of_this_process());
    assert_eq!(clipboard.put(&text), Ok(Delivery::Terminal));
    clipboard.clear_if_ours();
    let mut forbidden = ReachableClipboard::new(When::Never, Terminal::of_this_process());
    forbidden.put(&text).unwrap_err();
}
