//! The app on a real terminal: journeys from the first key to the last, and every way in which it can be ended.

use std::process::Command;

use countersign::config::Settings;
use countersign::otp::Timestamp;
use countersign::ports::{Clock, ClockReading};
use countersign::sealing::WorkFactor;
use countersign::system;
use countersign::system::clock::WallClock;
use countersign::tasks::Trust;
use countersign::tui;
use portable_pty::CommandBuilder;

use crate::home::{ALICE, Home, PASSPHRASE, PROGRAM, SECRET, wait_for};
use crate::terminal::OnTerminal;

/// What the terminal is sent when the app gives it back.
const LEAVES: &str = "\x1b[?1049l";

/// Starts the app, in which nothing but the keyboard can unlock.
fn app(home: &Home) -> OnTerminal {
    OnTerminal::run(command(home))
}

/// Returns the app, in which nothing but the keyboard can unlock.
pub fn command(home: &Home) -> CommandBuilder {
    let mut command = CommandBuilder::new(PROGRAM);
    prepare(&mut command, home);
    command
}

fn prepare(command: &mut CommandBuilder, home: &Home) {
    for absent in ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "NO_COLOR"] {
        command.env_remove(absent);
    }
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    command.env_remove("COUNTERSIGN_PASSPHRASE_FILE");
    command.env("LANG", "C.UTF-8");
}

/// Starts the app on a home with one account, and unlocks it.
fn unlocked(home: &Home) -> OnTerminal {
    let mut app = app(home);
    app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    app
}

/// Says that nothing of the vault stands in what the terminal was sent.
#[track_caller]
fn assert_nothing_leaked(app: &OnTerminal) {
    for secret in [SECRET, PASSPHRASE] {
        assert!(!app.transcript().contains(secret), "a secret was written to the terminal");
    }
}

#[test]
fn a_first_run_ends_with_a_vault_that_holds_the_pasted_account() {
    let home = Home::new();
    let mut app = app(&home);
    app.shows("What").shows("make a vault on this device").type_in("\r");
    app.shows("once more").type_in(PASSPHRASE).type_in("\t").type_in(PASSPHRASE).shows("work factor").type_in("\r");
    app.shows("no accounts yet").type_in(&format!("\x1b[200~{ALICE}\x1b[201~"));
    app.shows("TOTP · 8 digits").type_in("\r");
    app.shows("did the site accept this code?").type_in("y");
    app.shows("recovery codes of the site").type_in("\x1b");
    app.shows("1 account").type_in("q");
    app.ends(0);
    assert!(app.is_as_before());
    assert_nothing_leaked(&app);
    let list = home.run(&["list", "--json"]).ends(0).out;
    assert!(list.contains("GitHub"), "{list}");
}

#[test]
fn a_wrong_passphrase_is_said_and_the_right_one_opens() {
    let home = Home::with_alice();
    let mut app = app(&home);
    app.shows("passphrase").type_in("not this one\r").shows("wrong passphrase").hides("GitHub");
    app.type_in(PASSPHRASE).type_in("\r").shows("alice").type_in("L").shows("locked").hides("alice").type_in("\x03");
    app.ends(0);
    assert!(app.is_as_before());
    assert_nothing_leaked(&app);
}

#[test]
fn a_search_finds_and_a_copied_code_goes_to_the_terminal_where_that_is_allowed() {
    let home = Home::with_alice();
    let mut command = CommandBuilder::new(PROGRAM);
    prepare(&mut command, &home);
    // Over SSH the terminal is the clipboard.
    command.env("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    let mut app = OnTerminal::run(command);
    app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    app.type_in("/hub").shows("/ hub").type_in("\r").wait_for("\x1b]52;c;");
    // Which of both it says depends on how long the code has left.
    app.shows_one_of(["clears in", "expires in"]);
    app.type_in("\x1b").hides("/ hub").type_in("q");
    let rest = app.ends(0);
    assert!(rest.contains("\x1b]52;c;"), "the clipboard is cleared at the end");
    assert_nothing_leaked(&app);
}

#[test]
fn every_size_is_survived_and_the_usual_one_comes_back() {
    let home = Home::with_alice();
    let mut app = unlocked(&home);
    app.resize(5, 20).shows("alice").resize(1, 1).resize(60, 200).shows("GitHub");
    app.resize(24, 80).shows("1 account").type_in("q");
    app.ends(0);
    assert!(app.is_as_before());
}

#[test]
fn each_ending_signal_gives_the_terminal_back_and_ends_with_its_number() {
    let home = Home::with_alice();
    for (name, exit) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut app = unlocked(&home);
        app.signal(name).wait_for(LEAVES).ends(exit);
        assert!(app.is_as_before(), "{name}");
    }
}

#[test]
fn a_stopped_app_has_given_the_terminal_back_and_comes_back_locked() {
    let home = Home::with_alice();
    let mut app = unlocked(&home);
    app.type_in("\x1a").wait_for(LEAVES);
    let process = app.child.process_id().unwrap().to_string();
    wait_for("the app to stop", || state_of(&process).starts_with('T'));
    assert!(app.is_as_before());
    app.signal("CONT").wait_for("\x1b[?1049h").shows("locked").hides("GitHub");
    app.type_in(PASSPHRASE).type_in("\r").shows("GitHub").type_in("q");
    app.ends(0);
    assert!(app.is_as_before());
}

/// Returns the state of a process as `ps` has it: `T` is stopped.
fn state_of(process: &str) -> String {
    let ps = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    String::from_utf8(ps.stdout).unwrap().trim().to_owned()
}

const PANICS: &str = "COUNTERSIGN_TEST_PANICS_IN";

#[test]
#[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
fn a_panic_gives_the_terminal_back_and_tells_the_place_alone() {
    let home = Home::with_alice();
    let mut command = CommandBuilder::new(std::env::args_os().next().unwrap());
    command.args(["--exact", "app::child_panics", "--nocapture"]);
    prepare(&mut command, &home);
    command.env(PANICS, home.vault());
    let mut app = OnTerminal::run(command);
    app.shows("passphrase")
        .type_in("some keys")
        .wait_for(LEAVES)
        .wait_for("countersign panicked at")
        .wait_for("as it was last saved");
    app.ends(101);
    assert!(app.is_as_before());
    assert!(!app.transcript().contains("words that may be a secret"));
}

/// A clock that works for a while.
#[derive(Default)]
struct ClockThatBreaks {
    clock: WallClock,
    readings: std::cell::Cell<u32>,
}

impl Clock for ClockThatBreaks {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn wait_until(&self, moment: Timestamp) {
        self.clock.wait_until(moment);
    }

    fn reading(&self) -> ClockReading {
        self.readings.set(self.readings.get() + 1);
        assert!(self.readings.get() < 5, "words that may be a secret");
        self.clock.reading()
    }

    fn correction_millis(&self) -> i64 {
        0
    }

    fn correct(&self, _: i64) {}
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how a parent speaks to its child")]
fn child_panics() {
    let Some(vault) = std::env::var_os(PANICS).map(std::path::PathBuf::from) else { return };
    let settings = Settings::default();
    let machine = system::machine(&WallClock::default(), &vault, None, &vault.with_file_name("state"), &settings);
    let terminal = tui::Terminal::of(|name| std::env::var(name).ok(), jiff::tz::TimeZone::UTC);
    let start = tui::Start {
        worker: tui::Worker::new(machine, Trust::default(), WorkFactor::DEFAULT),
        clock: Box::new(ClockThatBreaks::default()),
        settings: tui::Settings::new(&settings, &terminal).unwrap(),
        greeting: None,
        keyboard: Box::new(std::io::stdin()),
        screen: Box::new(std::io::stdout()),
        signals: Box::new(std::iter::empty()),
        desktop: None,
        suspend: Box::new(|| {}),
    };
    drop(tui::run(start));
}
