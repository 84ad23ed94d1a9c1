//! What is left in the memory of the real program: of the passphrase while the vault is open, of everything once it is locked.

use std::io::{BufRead, BufReader, Write};
use std::ops::RangeInclusive;
use std::process::{Command, Stdio};

use countersign::otp::{Timestamp, uri};
use countersign::ports::Clock;
use countersign::sealing::{CostPolicy, open_age_file_with_passphrase};
use countersign::system::clock::WallClock;
use data_encoding::BASE64_NOPAD;
use portable_pty::CommandBuilder;
use secrecy::{ExposeSecret, SecretString};

use crate::app::command;
use crate::home::{Home, PASSPHRASE, comes_true, read_until, wait_for};
use crate::scan::{Needles, identity_bytes};
use crate::terminal::OnTerminal;

/// Eight digits each: six turn up in any memory by chance.
const ACCOUNTS: [(&str, &str, &str); 3] = [
    ("Quagmire", "wilhelmina", "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"),
    ("Zanzibar", "bartholomew", "NJ2W24DTEBXXMZLSEB2GQZJANRQXU6JA"),
    ("Xylophone", "featherstone", "MRXWOICXNF2GQIDBEBZW63THEBXWMIDJ"),
];
const RECOVERY_CODES: [&str; 3] = ["k7x2q-93mwd", "h4v8t-5znbr", "p6y3c-29fjs"];
/// Typed to search, and into a form.
const SEARCH: &str = "zanzib";
/// A secret that is typed into the form of a new account, and never saved.
const NEVER_SAVED: &str = "OVXGIZLDNFSGKZBAMZXXEIDBEB3WQ2LM";

/// Tells whether this is root, and says what is skipped if not.
pub fn is_root(why: &str) -> bool {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !is_root {
        println!("skipped: {why}");
    }
    is_root
}

/// Tells whether the memory of a program that lets nobody read it can be read; says so where not.
pub fn may_read_memory() -> bool {
    is_root("only root may read the memory of the program")
}

/// Returns a home with a vault that has something of everything.
pub fn home() -> Home {
    let home = Home::with_vault();
    for (issuer, name, secret) in ACCOUNTS {
        home.run_with(&["add", "-", "--confirmed"], &address(issuer, name, secret)).ends(0);
    }
    std::fs::write(home.path("codes.txt"), RECOVERY_CODES.join("\n")).unwrap();
    let file = home.path("codes.txt");
    home.run(&["recovery", "add", "quagmire", file.to_str().unwrap(), "--anyway"]).ends(0);
    home
}

fn address(issuer: &str, name: &str, secret: &str) -> String {
    format!("otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&digits=8")
}

/// Reads the vault's own key with nothing but its file and its passphrase: as text, and its 32 bytes.
pub fn vault_key(home: &Home) -> (String, Vec<u8>) {
    let file = std::fs::read(home.vault()).unwrap();
    let header = String::from_utf8_lossy(&file).into_owned();
    let (_, slot) = header.split_once("-> countersign.app/slot passphrase ").unwrap();
    let mut body = String::new();
    for line in slot.lines().skip(1) {
        body.push_str(line);
        if line.len() < 64 {
            break;
        }
    }
    let body = BASE64_NOPAD.decode(body.as_bytes()).unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    let opened = open_age_file_with_passphrase(&body, &passphrase, &CostPolicy::default()).unwrap();
    let text = String::from_utf8(opened.expose_secret().to_vec()).unwrap().trim().to_owned();
    let raw = identity_bytes(&text);
    (text, raw)
}

pub fn passphrase() -> Needles {
    Needles::default().text("the passphrase", PASSPHRASE)
}

/// Everything of a vault that must be gone once it is locked. Codes are those that were shown since a moment.
pub fn secrets(home: &Home, since: Timestamp) -> Needles {
    let mut needles = passphrase().identity("the vault's key", &vault_key(home).0);
    let now = WallClock::default().now();
    for (issuer, name, secret) in ACCOUNTS {
        needles = needles.base32(&format!("the secret of {issuer}"), secret);
        needles = needles.text("an issuer", issuer).text("an account name", name);
        let read = uri::parse(&address(issuer, name, secret)).unwrap();
        for step in steps(since, now) {
            let code = read.enrolment.code(step);
            let code = code.expose_secret();
            needles = needles.text("a code", code);
            needles = needles.text("a code", &format!("{} {}", &code[..4], &code[4..]));
        }
    }
    for code in RECOVERY_CODES {
        needles = needles.text("a recovery code", code);
    }
    needles.text("what was searched for", SEARCH).base32("a secret that was typed", NEVER_SAVED)
}

fn steps(since: Timestamp, until: Timestamp) -> RangeInclusive<u64> {
    let [first, last] = [since, until].map(|moment| u64::try_from(moment.as_millis() / 30_000).unwrap());
    // The code after the present one is shown as well.
    first..=last + 1
}

/// Starts the app, in which nothing but the keyboard can unlock.
fn app(home: &Home) -> OnTerminal {
    with(command(home))
}

/// Starts the app so, on a terminal with room for everything.
pub fn with(mut command: CommandBuilder) -> OnTerminal {
    // Over SSH the terminal is the clipboard.
    command.env("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    let mut app = OnTerminal::run(command);
    app.resize(40, 120);
    app
}

pub fn process_of(app: &OnTerminal) -> u32 {
    app.child.process_id().unwrap()
}

/// Looks until nothing is left, since a worker may still be at it; fails with what is left.
#[track_caller]
pub fn assert_gone(needles: &Needles, process: u32) {
    let mut left = Vec::new();
    let is_gone = comes_true(|| {
        left = needles.found_in(process);
        left.is_empty()
    });
    assert!(is_gone, "left in memory:\n{}", left.join("\n"));
}

/// Looks at everything that shows or takes a secret.
pub fn use_everything(app: &mut OnTerminal) {
    app.type_in("jkj ").type_in("\r").shows_one_of(["clears in", "expires in"]);
    app.type_in("/").type_in(SEARCH).shows("/ zanzib").type_in("\x1b").hides("/ zanzib");
    // The account's form, with its secret shown.
    app.type_in("ge").shows("issuer").type_in("\x1b").hides("issuer");
    app.type_in("r").shows("recovery codes").type_in("R").shows(RECOVERY_CODES[0]);
    app.type_in("\x1b").hides(RECOVERY_CODES[0]);
    app.type_in("Q").shows("hides in").type_in("\x1b").hides("hides in");
    app.type_in(&format!("\x1b[200~{}\x1b[201~", address("Nobody", "anybody", NEVER_SAVED))).shows("anybody");
    app.type_in("\x1b").shows("throw away").type_in("y").hides("anybody");
    type_a_secret(app);
    app.type_in("\x1b").shows("throw away").type_in("y").hides(&NEVER_SAVED[..4]);
}

/// Types a secret into a form, where it can be seen.
fn type_a_secret(app: &mut OnTerminal) {
    app.type_in("a").shows("issuer").type_in(NEVER_SAVED).type_in("\x12").shows(&NEVER_SAVED[..4]);
}

#[test]
fn nothing_is_left_in_memory_after_the_lock() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    let since = WallClock::default().now();
    let mut app = app(&home);
    app.shows("passphrase");
    for letter in PASSPHRASE.chars() {
        app.type_in(&letter.to_string());
    }
    app.type_in("\r").shows("Quagmire");
    assert_gone(&passphrase(), process_of(&app));
    use_everything(&mut app);
    assert_gone(&passphrase(), process_of(&app));
    app.type_in("L").shows("locked").hides("Quagmire");
    assert_gone(&secrets(&home, since), process_of(&app));
}

#[test]
fn nothing_is_left_once_nobody_was_here_for_a_while() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    std::fs::create_dir_all(home.path("config/countersign")).unwrap();
    std::fs::write(home.path("config/countersign/config.toml"), "[lock]\nidle_minutes = 1\n").unwrap();
    let since = WallClock::default().now();
    let mut app = app(&home);
    app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("Quagmire");
    type_a_secret(&mut app);
    app.shows("locked").hides(&NEVER_SAVED[..4]);
    assert_gone(&secrets(&home, since), process_of(&app));
}

#[test]
fn nothing_is_left_after_a_pasted_passphrase() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    let since = WallClock::default().now();
    let mut app = app(&home);
    app.shows("passphrase").type_in(&format!("\x1b[200~{PASSPHRASE}\x1b[201~")).type_in("\r").shows("Quagmire");
    assert_gone(&passphrase(), process_of(&app));
    app.type_in("L").shows("locked").hides("Quagmire");
    assert_gone(&secrets(&home, since), process_of(&app));
}

/// Looks while the program shows codes and waits for the next ones.
#[track_caller]
fn assert_waits_without_the_passphrase(command: &mut Command, input: &str) {
    let mut watch = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    watch.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    read_until(watch.stdout.take().unwrap(), "Quagmire");
    let found = passphrase().found_in(watch.id());
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_command_that_waits_has_forgotten_the_passphrase_wherever_it_came_from() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    let watch = |args: &[&str]| {
        let mut command = home.command(&["watch", "quagmire"]);
        command.args(args).env_remove("COUNTERSIGN_PASSPHRASE_FILE").env("PATH", "/usr/bin:/bin");
        command
    };
    let file = home.path("pass").display().to_string();
    assert_waits_without_the_passphrase(&mut watch(&["--passphrase-file", &file]), "");
    assert_waits_without_the_passphrase(&mut watch(&["--passphrase-file", "-"]), &format!("{PASSPHRASE}\n"));
    assert_waits_without_the_passphrase(&mut watch(&["--passphrase-command", &format!("cat {file}")]), "");
    let mut asks = command(&home);
    asks.args(["watch", "quagmire"]);
    let mut terminal = OnTerminal::run(asks);
    terminal.wait_for("Passphrase:");
    for letter in PASSPHRASE.chars() {
        terminal.type_in(&letter.to_string());
    }
    terminal.type_in("\r").wait_for("Quagmire");
    assert_gone(&passphrase(), process_of(&terminal));
}

#[test]
fn a_code_that_is_waited_for_is_waited_for_without_the_passphrase() {
    if !may_read_memory() {
        return;
    }
    let home = home();
    let fresh = |input: &str| {
        // What it gave out before is used, so that this one waits. A step may end in between.
        home.run(&["code", "quagmire"]).ends(0);
        let mut command = home.command(&["code", "quagmire", "--fresh", "--passphrase-file", "-"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let waits = lines.any(|line| line.starts_with("waiting "));
        let found = passphrase().found_in(child.id());
        // One that has gone on meanwhile is no proof.
        let still_waits = waits && child.try_wait().unwrap().is_none();
        child.kill().ok();
        child.wait().unwrap();
        still_waits.then_some(found)
    };
    let mut found = None;
    wait_for("a code to be waited for", || {
        found = fresh(&format!("{PASSPHRASE}\n"));
        found.is_some()
    });
    assert_eq!(found.unwrap(), [""; 0]);
}
