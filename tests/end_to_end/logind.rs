//! The app and a logind that is played here, on a system bus of its own.

use std::fs;
use std::io::{BufRead, BufReader, PipeReader, Read, pipe};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use tempfile::TempDir;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::app::command;
use crate::clipboard::Desktop;
use crate::home::{DEADLINE, Home, PASSPHRASE, SECRET};
use crate::memory::may_read_memory;
use crate::scan::Needles;
use crate::terminal::OnTerminal;

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const OWN_SESSION: &str = "/org/freedesktop/login1/session/_31";
const FOREIGN_SESSION: &str = "/org/freedesktop/login1/session/_32";
const FOREIGN_USER: u32 = 54_321;

/// A system bus, and logind on it.
struct Logind {
    daemon: Child,
    address: String,
    connection: Connection,
    /// Ends when whoever asked for a delay lets go of it.
    delays: Receiver<PipeReader>,
    _folder: TempDir,
}

impl Drop for Logind {
    fn drop(&mut self) {
        self.daemon.kill().ok();
        self.daemon.wait().ok();
    }
}

struct Manager(Sender<PipeReader>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::zvariant::OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (reader, writer) = pipe().unwrap();
        self.0.send(reader).unwrap();
        OwnedFd::from(writer).into()
    }
}

struct Session(u32);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn user(&self) -> (u32, OwnedObjectPath) {
        (self.0, OwnedObjectPath::try_from("/org/freedesktop/login1/user/_0").unwrap())
    }
}

impl Logind {
    /// Starts both; `None`, with a sentence, where there is no bus to start.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--address=unix:path={}", folder.path().join("bus").display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut daemon) = daemon else {
            println!("skipped: dbus-daemon is missing");
            return None;
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let (sender, delays) = channel();
        let connection = connection::Builder::address(address.as_str())
            .and_then(|builder| builder.serve_at(MANAGER_PATH, Manager(sender)))
            .and_then(|builder| builder.serve_at(OWN_SESSION, Session(rustix::process::getuid().as_raw())))
            .and_then(|builder| builder.serve_at(FOREIGN_SESSION, Session(FOREIGN_USER)))
            .and_then(|builder| builder.name(LOGIND))
            .and_then(connection::Builder::build)
            .unwrap();
        Some(Self { daemon, address, connection, delays, _folder: folder })
    }

    fn says_that_sleep_comes(&self, comes: bool) {
        let manager = "org.freedesktop.login1.Manager";
        self.connection.emit_signal(None::<&str>, MANAGER_PATH, manager, "PrepareForSleep", &comes).unwrap();
    }

    fn says_lock(&self, session: &str) {
        self.connection.emit_signal(None::<&str>, session, "org.freedesktop.login1.Session", "Lock", &()).unwrap();
    }

    fn says_that_it_is_locked(&self, session: &str, is_locked: bool) {
        let changed = std::collections::HashMap::from([("LockedHint", OwnedValue::from(is_locked))]);
        let body = ("org.freedesktop.login1.Session", changed, Vec::<String>::new());
        let properties = "org.freedesktop.DBus.Properties";
        self.connection.emit_signal(None::<&str>, session, properties, "PropertiesChanged", &body).unwrap();
    }

    /// Starts the app on this bus, and unlocks it.
    fn unlocked(&self, home: &Home, display: Option<&str>) -> OnTerminal {
        let mut command = command(home);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        let mut app = OnTerminal::run(command);
        app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("GitHub");
        app
    }

    /// Waits until sleep waits for the app.
    #[track_caller]
    fn delay(&self) -> PipeReader {
        self.delays.recv_timeout(DEADLINE).expect("the app asks sleep to wait for it")
    }
}

/// Waits until the app lets go of its delay.
#[track_caller]
fn wait_until_released(mut delay: PipeReader) {
    let (sender, released) = channel();
    std::thread::spawn(move || sender.send(delay.read(&mut [0]).unwrap()));
    assert_eq!(released.recv_timeout(DEADLINE), Ok(0), "the app lets go of its delay");
}

#[test]
fn the_app_locks_before_the_computer_sleeps_and_sleep_waits_for_that() {
    let Some(logind) = Logind::start() else { return };
    let home = Home::with_alice();
    let desktop = Desktop::start();
    // So that nothing but the lock clears it.
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    fs::write(home.path("config/countersign/config.toml"), "[clipboard]\nclear_after_seconds = 600\n").unwrap();
    let mut app = logind.unlocked(&home, desktop.as_ref().map(|desktop| desktop.display.as_str()));
    let delay = logind.delay();
    if let Some(desktop) = &desktop {
        app.type_in("\r").shows_one_of(["clears in", "expires in"]);
        assert_eq!(desktop.text().len(), 8);
    }
    logind.says_that_sleep_comes(true);
    wait_until_released(delay);
    // Sleep would begin here: nothing may be left to do.
    if may_read_memory() {
        let needles = Needles::default().base32("the secret", SECRET).text("the passphrase", PASSPHRASE);
        assert_eq!(needles.found_in(app.child.process_id().unwrap()), [""; 0]);
    }
    if let Some(desktop) = &desktop {
        assert_eq!(desktop.text(), "");
    }
    app.shows("goes to sleep").hides("GitHub");
    logind.says_that_sleep_comes(false);
    // The next sleep waits as well.
    app.type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    let delay = logind.delay();
    logind.says_that_sleep_comes(true);
    wait_until_released(delay);
    app.shows("goes to sleep").hides("GitHub");
}

#[test]
fn a_half_typed_passphrase_does_not_sleep_along() {
    const HALF: &str = "seven-wobbly-mo";
    let Some(logind) = Logind::start() else { return };
    let home = Home::with_alice();
    let mut app = logind.unlocked(&home, None);
    let delay = logind.delay();
    app.type_in("L").shows("locked").type_in(HALF).shows("•••••").type_in("\x12").shows(HALF);
    logind.says_that_sleep_comes(true);
    wait_until_released(delay);
    if may_read_memory() {
        let needles = Needles::default().text("what was typed", HALF);
        assert_eq!(needles.found_in(app.child.process_id().unwrap()), [""; 0]);
    }
    app.hides(HALF).type_in(PASSPHRASE).type_in("\r").shows("GitHub");
}

#[test]
fn the_app_locks_with_the_screen_of_its_user_and_of_nobody_else() {
    let Some(logind) = Logind::start() else { return };
    let home = Home::with_alice();
    let mut app = logind.unlocked(&home, None);
    let _delay = logind.delay();
    for signal in [Logind::says_lock as fn(&Logind, &str), |logind, session| {
        logind.says_that_it_is_locked(session, true);
    }] {
        signal(&logind, FOREIGN_SESSION);
        logind.says_that_it_is_locked(OWN_SESSION, false);
        signal(&logind, OWN_SESSION);
        app.shows("the screen was locked").hides("GitHub");
        app.type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    }
    // Had the other's screen locked it, this would meet a locked vault and say nothing.
    logind.says_lock(FOREIGN_SESSION);
    logind.says_that_sleep_comes(true);
    app.shows("goes to sleep").hides("GitHub");
}

#[test]
fn who_does_not_want_to_be_locked_with_the_screen_is_not() {
    let Some(logind) = Logind::start() else { return };
    let home = Home::with_alice();
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    fs::write(home.path("config/countersign/config.toml"), "[lock]\non_screen_lock = false\n").unwrap();
    let mut app = logind.unlocked(&home, None);
    let _delay = logind.delay();
    logind.says_lock(OWN_SESSION);
    logind.says_that_sleep_comes(true);
    app.shows("goes to sleep").hides("GitHub");
}

#[test]
fn a_bus_that_goes_away_takes_nothing_along() {
    let Some(logind) = Logind::start() else { return };
    let home = Home::with_alice();
    let mut app = logind.unlocked(&home, None);
    let delay = logind.delay();
    drop(logind);
    app.type_in("L").shows("locked").hides("GitHub").type_in(PASSPHRASE).type_in("\r").shows("GitHub").type_in("q");
    app.ends(0);
    wait_until_released(delay);
}
