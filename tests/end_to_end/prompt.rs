//! Questions on a real terminal, and the terminal as a clipboard.

use std::path::Path;

use countersign::config::When;
use countersign::ports::{Clipboard, Delivery, PromptError, Prompter};
use countersign::system::clipboard::ReachableClipboard;
use countersign::system::prompt::TerminalPrompter;
use countersign::system::terminal::Terminal;
use portable_pty::CommandBuilder;
use secrecy::{ExposeSecret, SecretString};

use crate::terminal::{OnTerminal, shows_what_is_typed};

const IN_CHILD: &str = "COUNTERSIGN_TEST_ON_TERMINAL";

/// Runs one test of this binary on a terminal of its own, with no other clipboard than that.
#[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
fn on_terminal(test: &str) -> OnTerminal {
    let mut command = CommandBuilder::new(std::env::args_os().next().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.env(IN_CHILD, "1");
    command.env("TERM", "xterm-256color");
    for absent in ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY"] {
        command.env_remove(absent);
    }
    OnTerminal::run(command)
}

#[expect(clippy::disallowed_methods, reason = "how a parent speaks to its child")]
fn is_child() -> bool {
    std::env::var_os(IN_CHILD).is_some()
}

#[test]
fn a_secret_is_asked_for_without_echo() {
    let mut terminal = on_terminal("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    terminal.type_in("corrêct horse\r");
    terminal.wait_for("got 13 letters");
    terminal.ends(0);
    assert!(!terminal.transcript().contains("horse"));
}

#[test]
fn a_secret_that_is_given_up_leaves_the_terminal_as_it_was() {
    let mut terminal = on_terminal("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    terminal.type_in("half\x03");
    terminal.wait_for("gave up");
    terminal.wait_for("echo is on");
    terminal.ends(0);
    assert!(!terminal.transcript().contains("half"));
}

#[test]
fn a_process_that_is_ended_while_a_secret_is_typed_gives_the_terminal_back() {
    let mut terminal = on_terminal("prompt::child_asks_for_a_secret");
    terminal.wait_for("Passphrase: ");
    let process = terminal.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").arg(&process).status().unwrap().success());
    let status = terminal.ended();
    assert!(!status.success(), "{status}");
    assert!(terminal.is_as_before());
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

#[test]
fn only_a_yes_is_a_yes() {
    let mut terminal = on_terminal("prompt::child_asks_three_times");
    for answer in ["y\r", "\r", "\x04"] {
        terminal.wait_for("[y/N] ");
        terminal.type_in(answer);
    }
    terminal.wait_for("Ok(true) Ok(false) Err(GaveUp)");
    terminal.ends(0);
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
    let mut terminal = on_terminal("prompt::child_copies_through_the_terminal");
    terminal.wait_for("\x1b]52;c;NDkyMDM5\x1b\\");
    terminal.wait_for("\x1b]52;c;\x1b\\");
    terminal.ends(0);
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
