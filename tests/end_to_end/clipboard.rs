//! The clipboard of a real desktop, and the terminal as one.
//!
//! The desktop is an X server without a screen, and `xclip` is the other program on it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

use countersign::config::When;
use countersign::ports::{Clipboard, ClipboardError, Delivery};
use countersign::system::clipboard::ReachableClipboard;
use countersign::system::terminal::Terminal;
use portable_pty::CommandBuilder;
use secrecy::SecretString;

use crate::home::{Home, PROGRAM, wait_for};
use crate::terminal::OnTerminal;

const OURS: &str = "492039";
pub const FOREIGN: &str = "something else";

/// What says that a text is nothing for clipboard histories.
pub const CONCEALED: &str = "x-kde-passwordManagerHint";

/// An X server for one test.
pub struct Desktop {
    server: Child,
    pub display: String,
}

impl Desktop {
    /// Starts one; `None`, with a sentence, where there is none to start.
    pub fn start() -> Option<Self> {
        let has_xclip = Command::new("xclip").arg("-version").output().is_ok();
        // Without `-noreset` it starts anew whenever the last program leaves, and turns away who comes meanwhile.
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let (Ok(mut server), true) = (server, has_xclip) else {
            println!("skipped: Xvfb or xclip is missing");
            return None;
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some(Self { server, display: format!(":{}", number.trim()) })
    }

    /// Returns a program on this desktop and on no other.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY");
        command
    }

    fn xclip(&self, arguments: &[&str]) -> Output {
        self.program("xclip").args(["-selection", "clipboard"]).args(arguments).output().unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.xclip(&["-out"]).stdout).unwrap()
    }

    pub fn kinds(&self) -> String {
        String::from_utf8(self.xclip(&["-out", "-target", "TARGETS"]).stdout).unwrap()
    }

    /// Copies a text as another program.
    pub fn copy(&self, text: &str) {
        copy_with(&mut self.program("xclip"), text);
    }

    /// Starts a holder of our text and returns it with its answer.
    fn hold(&self, seconds: u64) -> (Child, u8) {
        start_holder(&mut self.program(PROGRAM), seconds)
    }

    /// Runs one test of this binary as a child that sees this desktop.
    fn in_child(&self, test: &str) {
        let output = ourselves(&mut self.program("env"), test).output().unwrap();
        let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{said}{failed}");
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// Lets `xclip` copy a text. It stays behind to offer it, and so must not keep a pipe of ours open.
pub fn copy_with(xclip: &mut Command, text: &str) {
    let mut xclip = xclip
        .args(["-selection", "clipboard", "-in"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    xclip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    xclip.wait().unwrap();
}

fn start_holder(program: &mut Command, seconds: u64) -> (Child, u8) {
    let mut holder = program
        .args(["clipboard-holder", &seconds.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    holder.stdin.take().unwrap().write_all(OURS.as_bytes()).unwrap();
    let mut answer = [0];
    holder.stdout.take().unwrap().read_exact(&mut answer).unwrap();
    (holder, answer[0])
}

const IN_CHILD: &str = "COUNTERSIGN_TEST_IN_CHILD";

/// Lets `env` run one test of this binary with a mark that it is a child, and with nothing of an SSH session.
#[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
fn ourselves<'c>(env: &'c mut Command, test: &str) -> &'c mut Command {
    env.args(["-u", "SSH_CONNECTION", "-u", "SSH_TTY"])
        .arg(format!("{IN_CHILD}=1"))
        .arg(std::env::args_os().next().unwrap())
        .args(["--exact", test, "--nocapture"])
}

#[expect(clippy::disallowed_methods, reason = "how a parent speaks to its child")]
fn is_child() -> bool {
    std::env::var_os(IN_CHILD).is_some()
}

fn clipboard() -> ReachableClipboard {
    ReachableClipboard::new(When::Never, Terminal::of_this_process())
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[test]
fn a_held_text_is_concealed_and_cleared_when_its_time_is_over() {
    let Some(desktop) = Desktop::start() else { return };
    let (mut patient, answer) = desktop.hold(600);
    assert_eq!(answer, b'+');
    assert_eq!(desktop.text(), OURS);
    assert!(desktop.kinds().contains(CONCEALED), "{}", desktop.kinds());
    let (mut short, answer) = desktop.hold(1);
    assert_eq!(answer, b'+');
    for holder in [&mut patient, &mut short] {
        wait_for("the holder to end", || holder.try_wait().unwrap().is_some());
    }
    assert_eq!(desktop.text(), "");
}

#[test]
fn a_holder_ends_early_and_keeps_what_another_program_copied() {
    let Some(desktop) = Desktop::start() else { return };
    let (mut holder, _) = desktop.hold(600);
    desktop.copy(FOREIGN);
    wait_for("the holder to end", || holder.try_wait().unwrap().is_some());
    wait_for("the other program to offer its text", || desktop.text() == FOREIGN);
}

#[test]
fn a_holder_outlives_the_hangup_of_its_terminal() {
    let Some(desktop) = Desktop::start() else { return };
    let (mut holder, _) = desktop.hold(600);
    let session = Command::new("ps").args(["-o", "sid=", "-p", &holder.id().to_string()]).output().unwrap();
    assert_eq!(String::from_utf8(session.stdout).unwrap().trim(), holder.id().to_string());
    holder.kill().unwrap();
    holder.wait().unwrap();
}

#[test]
fn a_holder_without_a_desktop_says_so_and_ends() {
    let mut nowhere = Command::new(PROGRAM);
    let (mut holder, answer) = start_holder(nowhere.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY"), 600);
    assert_eq!(answer, b'-');
    wait_for("the holder to end", || holder.try_wait().unwrap().is_some());
}

#[test]
fn a_copied_text_is_there_until_it_is_cleared() {
    let Some(desktop) = Desktop::start() else { return };
    desktop.in_child("clipboard::child_copies_and_clears");
}

/// Does nothing but as the child of another test.
#[test]
fn child_copies_and_clears() {
    if !is_child() {
        return;
    }
    let look = || {
        let xclip = Command::new("xclip").args(["-selection", "clipboard", "-out"]).output();
        String::from_utf8(xclip.unwrap().stdout).unwrap()
    };
    let mut clipboard = clipboard();
    assert_eq!(clipboard.put(&secret(OURS)), Ok(Delivery::Native));
    assert_eq!(look(), OURS);
    clipboard.clear_if_ours();
    assert_eq!(look(), "");

    assert_eq!(clipboard.put(&secret(OURS)), Ok(Delivery::Native));
    copy_with(&mut Command::new("xclip"), FOREIGN);
    wait_for("the other program to offer its text", || look() == FOREIGN);
    clipboard.clear_if_ours();
    assert_eq!(look(), FOREIGN);
}

#[test]
fn without_desktop_and_terminal_nothing_is_claimed() {
    // A session of its own has no terminal.
    let mut alone = Command::new("setsid");
    alone.args(["--wait", "env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY"]);
    let output = ourselves(&mut alone, "clipboard::child_reaches_nothing").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Does nothing but as the child of another test.
#[test]
fn child_reaches_nothing() {
    if !is_child() {
        return;
    }
    for osc52 in [When::Auto, When::Always, When::Never] {
        let terminal = Terminal { is_remote: false, is_plain: false, multiplexer: None };
        let mut clipboard = ReachableClipboard::new(osc52, terminal);
        assert_eq!(clipboard.put(&secret(OURS)), Err(ClipboardError::None), "{osc52:?}");
        assert!(clipboard.hand_over(&secret(OURS), 1).is_err(), "{osc52:?}");
        clipboard.clear_if_ours();
    }
}

#[test]
fn a_command_that_has_ended_leaves_its_code_on_the_desktop_for_a_while() {
    let Some(desktop) = Desktop::start() else { return };
    let home = Home::with_alice();
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    let copy_for = |seconds: u32| {
        let settings = format!("[clipboard]\nclear_after_seconds = {seconds}\n");
        fs::write(home.path("config/countersign/config.toml"), settings).unwrap();
        let mut copy = home.command(&["code", "github", "--copy"]);
        let copied = copy.env("DISPLAY", &desktop.display).output().unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    };
    copy_for(600);
    let code = desktop.text();
    assert!(code.len() == 8 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code:?}");
    assert!(desktop.kinds().contains(CONCEALED));
    copy_for(1);
    wait_for("the code to be cleared", || desktop.text().is_empty());
}

#[test]
fn a_command_without_desktop_asks_the_terminal_to_copy_and_later_to_forget() {
    let home = Home::with_alice();
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    fs::write(home.path("config/countersign/config.toml"), "[clipboard]\nclear_after_seconds = 1\n").unwrap();
    // The terminal lives as long as its shell, which waits for a line here.
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", "\"$0\" code github --copy; read -r line", PROGRAM]);
    command.env_clear();
    command.env("PATH", "/usr/bin:/bin");
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    let mut terminal = OnTerminal::run(command);
    // Eight digits are twelve letters of base64, the last of them padding.
    terminal.wait_for("\x1b]52;c;").wait_for("=\x1b\\").wait_for("\x1b]52;c;\x1b\\");
    terminal.type_in("\r").ends(0);
}

#[test]
fn a_command_that_reaches_no_clipboard_does_not_say_that_it_copied() {
    let home = Home::with_alice();
    let mut alone = Command::new("setsid");
    alone.args(["--wait", PROGRAM, "code", "github", "--copy"]).env_clear().envs(home.environment());
    let ended = alone.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("no clipboard can be reached"), "{said}");
}
