//! What is left in memory of ways in besides the passphrase, and of codes on a desktop's clipboard, once the vault is locked.

use countersign::otp::Timestamp;
use countersign::ports::Clock;
use countersign::sealing::SheetCode;
use countersign::system::clock::WallClock;
use secrecy::{ExposeSecret, SecretString};

use crate::app::command;
use crate::clipboard_of_the_app::boards;
use crate::home::{Home, PASSPHRASE, wait_for};
#[cfg(target_os = "linux")]
use crate::keyring;
use crate::memory::{assert_gone, home, may_read_memory, process_of, secrets, use_everything, with};
use crate::plugin;
use crate::scan::Needles;
use crate::terminal::OnTerminal;

/// One that `age-plugin-trial` takes.
const PIN: &str = "quokka-4711-in-the-attic";

fn now() -> Timestamp {
    WallClock::default().now()
}

/// Looks around in an open vault, locks it, and says that nothing is left: neither of the vault nor of what opened it.
#[track_caller]
fn assert_nothing_stays(mut app: OnTerminal, home: &Home, since: Timestamp, opened_by: &Needles) {
    use_everything(&mut app);
    app.type_in("L").shows("locked").hides("Quagmire");
    assert_gone(opened_by, process_of(&app));
    assert_gone(&secrets(home, since), process_of(&app));
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_is_left_of_a_keyrings_key_after_the_lock() {
    if !may_read_memory() {
        return;
    }
    let Some(desktop) = keyring::Desktop::with(home()) else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    let key = Needles::default().identity("the keyring's key", &desktop.kept());
    let mut program = command(&desktop.home);
    for (name, value) in keyring::session(&desktop.home) {
        program.env(name, value);
    }
    let since = now();
    let mut app = with(program);
    app.shows("Quagmire");
    assert_nothing_stays(app, &desktop.home, since, &key);
}

#[test]
fn nothing_is_left_of_what_a_plugin_opened_and_asked_after_the_lock() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    plugin::install(&home.path(""));
    let path = format!("{}:/usr/bin:/bin", home.path("").display());
    let key = format!("# Recipient: {}\n{}\n", plugin::recipient("pin", "blue"), plugin::identity("pin", "blue"));
    std::fs::write(home.path("key.txt"), key).unwrap();
    let on_path = || {
        let mut program = command(&home);
        program.env("PATH", &path);
        program
    };
    let mut adds = on_path();
    let [key, passphrase] = ["key.txt", "pass"].map(|name| home.path(name).display().to_string());
    adds.args(["slots", "add", "plugin", &key, "--passphrase-file", &passphrase]);
    OnTerminal::run(adds).shows("PIN of the trial key").type_in(PIN).type_in("\r").ends(0);

    let since = now();
    let mut app = with(on_path());
    app.shows("the age plugin")
        .type_in("\t")
        .shows("PIN of the trial key")
        .type_in(PIN)
        .type_in("\r")
        .shows("Quagmire");
    let needles = Needles::default().text("the PIN", PIN);
    assert_gone(&needles, process_of(&app));
    assert_nothing_stays(app, &home, since, &needles);
}

#[test]
fn nothing_is_left_of_a_sheets_words_after_the_lock() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    let words = home.run(&["slots", "add", "sheet"]).ends(0).out.trim().to_owned();
    let code = SheetCode::read(&SecretString::from(words.as_str())).unwrap();
    let needles = Needles::default().text("the words of the sheet", &words);
    let needles = needles.identity("the identity of the sheet", code.identity_file().expose_secret());
    let since = now();
    let mut app = with(command(&home));
    app.shows("passphrase").type_in(&words).type_in("\r").shows("Quagmire");
    assert_gone(&Needles::default().text("the words of the sheet", &words), process_of(&app));
    assert_nothing_stays(app, &home, since, &needles);
}

#[test]
fn nothing_is_left_of_a_code_on_the_desktops_clipboard_after_the_lock() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    for board in boards() {
        let mut program = command(&home);
        board.show_to(&mut program);
        let since = now();
        let mut app = OnTerminal::run(program);
        app.resize(40, 120).shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("Quagmire");
        app.type_in("j\r").shows("copied");
        // Somebody takes it, so that it went all the way.
        let code = board.text();
        assert!(code.len() == 8 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code:?}");
        app.type_in("L").shows("locked").hides("Quagmire");
        wait_for("the code to be cleared", || board.text().is_empty());
        assert_gone(&Needles::default().text("the code", &code), process_of(&app));
        assert_gone(&secrets(&home, since), process_of(&app));
    }
}
