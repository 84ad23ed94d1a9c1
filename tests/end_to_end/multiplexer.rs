//! A real tmux: it keeps what is copied through it, so nothing is before somebody has said yes; and names can be hidden.

use std::fs;
use std::process::{Command, Output};

use crate::home::{Home, PASSPHRASE, PROGRAM, wait_for};

/// A tmux server of its own, which takes texts from programs, with one program in it.
struct Tmux<'a>(&'a Home);

impl<'a> Tmux<'a> {
    /// Returns `None`, and says so, where there is no tmux.
    fn running(home: &'a Home, shell_command: &str) -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            println!("skipped: tmux is not installed");
            return None;
        }
        let tmux = Self(home);
        let made = tmux.run(&["new-session", "-d", "-x", "100", "-y", "30", "exec cat"]);
        assert!(made.status.success(), "{made:?}");
        tmux.run(&["set-option", "-g", "set-clipboard", "on"]);
        tmux.run(&["respawn-pane", "-k", shell_command]);
        Some(tmux)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        // The program shall find no desktop, and tmux no session around it.
        for name in ["TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "ASCIINEMA_SESSION"] {
            command.env_remove(name);
        }
        command.envs(self.0.environment()).env("TMUX_TMPDIR", self.0.path("")).env("LC_ALL", "C.UTF-8");
        command.args(["-f", "/dev/null"]).args(args).output().unwrap()
    }

    fn text(&self, args: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(args).stdout).into_owned()
    }

    #[track_caller]
    fn shows(&self, text: &str) {
        wait_for(text, || self.text(&["capture-pane", "-p"]).replace('\n', " ").contains(text));
    }

    fn press(&self, key: &str) {
        self.run(&["send-keys", key]);
    }

    fn buffers(&self) -> usize {
        self.text(&["list-buffers"]).lines().count()
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
fn in_a_real_tmux_nothing_is_copied_before_a_second_yes() {
    let home = Home::with_alice();
    let Some(tmux) = Tmux::running(&home, PROGRAM) else { return };
    tmux.shows("this terminal is tmux: others may look on");
    tmux.press("Enter");
    tmux.shows("tmux keeps every text that is copied through it");
    assert_eq!(tmux.buffers(), 0);
    tmux.press("Enter");
    wait_for("the code in tmux", || tmux.buffers() == 1);
    let code = tmux.text(&["show-buffer"]);
    assert!(code.len() == 8 && code.bytes().all(|letter| letter.is_ascii_digit()), "{code:?}");
    tmux.shows("tmux delete-buffer forgets it");
    tmux.run(&["delete-buffer"]);
    assert_eq!(tmux.buffers(), 0, "and what is said to forget it does");
}

#[test]
fn in_a_real_tmux_one_key_leaves_no_name_and_no_code_in_the_pane() {
    let home = Home::with_alice();
    let Some(tmux) = Tmux::running(&home, PROGRAM) else { return };
    tmux.shows("GitHub");
    tmux.press("P");
    let pane = || tmux.text(&["capture-pane", "-p", "-S", "-"]);
    // The pane may be read in the middle of a frame.
    wait_for("masked names and no others", || {
        let pane = pane();
        pane.contains("G•••••") && !pane.contains("GitHub") && !pane.contains("alice")
    });
    assert!(pane().contains("••• •••"), "{}", pane());
    tmux.press("q");
}

#[test]
fn a_multiplexers_scrollback_has_nothing_of_the_app() {
    let home = Home::with_alice();
    let line = format!("echo before; env -u COUNTERSIGN_PASSPHRASE_FILE LANG=C.UTF-8 {PROGRAM}; echo after; exec cat");
    let Some(tmux) = Tmux::running(&home, &line) else { return };
    tmux.shows("passphrase");
    tmux.run(&["send-keys", "-l", PASSPHRASE]);
    tmux.press("Enter");
    tmux.shows("GitHub");
    tmux.press("q");
    tmux.shows("after");
    let kept = tmux.text(&["capture-pane", "-p", "-S", "-"]);
    let title = tmux.text(&["display-message", "-p", "#{pane_title}"]);
    assert!(kept.contains("before"), "{kept}");
    for text in ["GitHub", "alice", "passphrase", "locks in"] {
        assert!(!kept.contains(text) && !title.contains(text), "{text} in {kept}");
    }
}

#[test]
fn the_command_line_copies_through_a_real_tmux_and_says_that_it_keeps_the_code() {
    let home = Home::with_alice();
    let words = home.path("words");
    let command = format!("{PROGRAM} code github --copy 2>{}; exec cat", words.display());
    let Some(tmux) = Tmux::running(&home, &command) else { return };
    let said = || fs::read_to_string(&words).unwrap_or_default();
    wait_for("what it says", || said().contains("tmux keeps it: tmux delete-buffer forgets it"));
    wait_for("the code in tmux", || tmux.buffers() == 1);
}
