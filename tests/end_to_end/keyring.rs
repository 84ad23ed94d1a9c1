//! A real gnome-keyring on a session bus of its own: no desktop, and nobody else's keyring.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::home::{ALICE, Home, PASSPHRASE, Ran, wait_for};

/// A session bus that starts nothing by itself: a keyring that is gone stays gone, and no window asks for anything.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:path=SOCKET</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;
const SERVICE: &str = "/org/freedesktop/secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const NEW: &str = "seventeen quiet herons by the weir";

/// A desktop session in which somebody is logged in.
pub struct Desktop {
    pub home: Home,
    bus: Child,
    keyring: Child,
}

impl Desktop {
    /// Returns a session, and in its home Alice's vault; says that the test is skipped where there is no such keyring.
    fn with_alice() -> Option<Self> {
        Self::is_here().then(|| Self::around(Home::with_alice()))
    }

    /// Returns a session around this home.
    pub fn with(home: Home) -> Option<Self> {
        Self::is_here().then(|| Self::around(home))
    }

    fn is_here() -> bool {
        for program in ["dbus-daemon", "dbus-send", "gnome-keyring-daemon"] {
            if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
                println!("skipped: `{program}` is not installed, so no real keyring can be tried");
                return false;
            }
        }
        true
    }

    fn around(home: Home) -> Self {
        let run = home.path("run");
        fs::create_dir(&run).unwrap();
        fs::set_permissions(&run, Permissions::from_mode(0o700)).unwrap();
        let config = home.path("bus.conf");
        fs::write(&config, BUS.replace("SOCKET", run.join("bus").to_str().unwrap())).unwrap();
        let started = |program: &str| {
            let mut command = Command::new(program);
            command.env_clear().envs(session(&home)).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let bus = started("dbus-daemon").arg("--nofork").arg("--config-file").arg(&config).spawn().unwrap();
        wait_for("the session bus", || run.join("bus").exists());
        let mut keyring = started("gnome-keyring-daemon")
            .args(["--unlock", "--foreground", "--components=secrets"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        keyring.stdin.take().unwrap().write_all(b"the login password").unwrap();
        let desktop = Self { home, bus, keyring };
        wait_for("the keyring", || desktop.ask(SERVICE, "Service.ReadAlias", &["string:default"]).contains(LOGIN));
        desktop
    }

    /// Asks the keyring something beside countersign, and returns its answer, or nothing.
    fn ask(&self, object: &str, method: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("dbus-send");
        command.env_clear().envs(session(&self.home)).stderr(Stdio::null());
        command.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", object]);
        command.arg(format!("org.freedesktop.Secret.{method}")).args(arguments);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    /// Returns the entries that the keyring has for countersign.
    fn entries(&self) -> Vec<String> {
        let found = self.ask(SERVICE, "Service.SearchItems", &["dict:string:string:service,countersign"]);
        let quoted = found.split('"').filter(|part| part.starts_with(LOGIN));
        quoted.map(str::to_owned).collect()
    }

    /// Returns what it keeps for countersign.
    #[cfg(target_os = "linux")]
    pub fn kept(&self) -> String {
        type Secret = (zbus::zvariant::OwnedObjectPath, Vec<u8>, Vec<u8>, String);
        let address = format!("unix:path={}", self.home.path("run/bus").display());
        let bus = zbus::blocking::connection::Builder::address(address.as_str()).unwrap().build().unwrap();
        let at = |path: &'static str, interface: &'static str| {
            zbus::blocking::Proxy::new(&bus, "org.freedesktop.secrets", path, interface).unwrap()
        };
        let plain = ("plain", zbus::zvariant::Value::from(""));
        let opened = at(SERVICE, "org.freedesktop.Secret.Service").call("OpenSession", &plain).unwrap();
        let (_, session): (zbus::zvariant::OwnedValue, zbus::zvariant::OwnedObjectPath) = opened;
        let entry = self.entries().pop().unwrap().leak();
        let (_, _, secret, _): Secret =
            at(entry, "org.freedesktop.Secret.Item").call("GetSecret", &(session,)).unwrap();
        String::from_utf8(secret).unwrap()
    }

    fn lock(&self) {
        assert!(self.ask(SERVICE, "Service.Lock", &[&format!("array:objpath:{LOGIN}")]).contains(LOGIN));
    }

    /// Runs the program in the session, without a passphrase at hand.
    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Runs it with the passphrase.
    pub fn run_with_passphrase(&self, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        Ran::of(command.env("COUNTERSIGN_PASSPHRASE_FILE", self.home.path("pass")).output().unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.home.command(args);
        command.envs(session(&self.home)).env_remove("COUNTERSIGN_PASSPHRASE_FILE");
        command
    }

    /// Returns the id of the one slot of a kind.
    fn slot(&self, kind: &str) -> String {
        let ran = self.run_with_passphrase(&["slots", "list", "--json"]).ends(0);
        let slots: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let slot = slots.as_array().unwrap().iter().find(|slot| slot["kind"] == kind).unwrap();
        slot["id"].as_str().unwrap().to_owned()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for program in [&mut self.keyring, &mut self.bus] {
            program.kill().ok();
            program.wait().ok();
        }
    }
}

/// Returns what programs of the session find in their environment.
pub fn session(home: &Home) -> Vec<(&'static str, PathBuf)> {
    let address = format!("unix:path={}", home.path("run/bus").display());
    let mut environment = home.environment();
    environment.retain(|(name, _)| *name != "COUNTERSIGN_PASSPHRASE_FILE");
    environment.extend([("DBUS_SESSION_BUS_ADDRESS", address.into()), ("XDG_RUNTIME_DIR", home.path("run"))]);
    environment
}

#[test]
fn a_real_keyring_keeps_a_key_opens_the_vault_and_forgets_it_again() {
    let Some(desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0).says("added keyring");
    assert_eq!(desktop.entries().len(), 1);

    assert_eq!(desktop.run(&["code", "github", "--at", "59"]).ends(0).out, crate::home::ALICE_AT_59);
    desktop.run(&["edit", "github", "--note", "written without a passphrase"]).ends(0);
    desktop.run(&["slots", "add", "keyring"]).ends(1).says("opens the vault already");
    assert_eq!(desktop.entries().len(), 1);

    desktop.run(&["slots", "remove", &desktop.slot("keyring"), "--yes"]).ends(0).says("removed keyring");
    assert_eq!(desktop.entries().len(), 0);
    desktop.run(&["list"]).ends(7).says("no terminal to ask for the passphrase");
}

#[test]
fn a_locked_keyring_is_a_sentence_and_the_passphrase_still_opens_the_vault() {
    let Some(desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    desktop.lock();
    desktop.run(&["list"]).ends(5).says("the keyring did not open the vault: the keyring is locked");
    desktop.run_with_passphrase(&["list"]).ends(0);

    let id = desktop.slot("keyring");
    desktop.run_with_passphrase(&["slots", "remove", &id, "--yes"]).ends(0).says("did not let go of its key");
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(1).says("nothing was changed");
    desktop.run_with_passphrase(&["list"]).ends(0);
}

#[test]
fn a_keyring_that_is_gone_or_was_never_there_is_a_sentence() {
    let Some(mut desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    desktop.keyring.kill().unwrap();
    desktop.keyring.wait().unwrap();
    wait_for("the bus to notice", || desktop.ask(SERVICE, "Service.ReadAlias", &["string:default"]).is_empty());
    let why = "the keyring did not open the vault: there is no keyring here";
    desktop.run(&["list"]).ends(5).says(why).says("--passphrase-file");
    desktop.run_with_passphrase(&["list"]).ends(0);

    desktop.bus.kill().unwrap();
    desktop.bus.wait().unwrap();
    desktop.run(&["list"]).ends(5).says(why);

    let mut without = desktop.command(&["list"]);
    without.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("XDG_RUNTIME_DIR");
    Ran::of(without.output().unwrap()).ends(5).says(why);
    let nowhere = Home::with_alice();
    nowhere.run(&["slots", "add", "keyring"]).ends(1).says("no keyring here").says("nothing was changed");
}

#[test]
fn an_entry_that_somebody_else_deleted_is_a_sentence_and_can_be_made_anew() {
    let Some(desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    desktop.ask(&desktop.entries()[0], "Item.Delete", &[]);
    assert_eq!(desktop.entries().len(), 0);
    desktop.run(&["list"]).ends(5).says("does not hold this vault's key any more").says("slots add keyring");
    let lost = desktop.slot("keyring");
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    assert_ne!(desktop.slot("keyring"), lost);
    assert_eq!(desktop.entries().len(), 1);
    assert_eq!(desktop.run(&["list"]).ends(0).err, "");
}

#[test]
fn two_vaults_have_two_entries_and_open_each_with_its_own() {
    let Some(desktop) = Desktop::with_alice() else { return };
    let second = desktop.home.path("second.age");
    let at = |args: &[&'static str]| -> Vec<String> {
        let place = ["--vault".to_owned(), second.to_str().unwrap().to_owned()];
        args.iter().map(|arg| (*arg).to_owned()).chain(place).collect()
    };
    let run = |args: Vec<String>| desktop.run_with_passphrase(&args.iter().map(String::as_str).collect::<Vec<_>>());
    run(at(&["init", "--work-factor", "16"])).ends(0);
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    run(at(&["slots", "add", "keyring"])).ends(0);
    assert_eq!(desktop.entries().len(), 2);

    assert!(desktop.run(&["list"]).ends(0).out.contains("GitHub"));
    let other = at(&["list"]);
    let other: Vec<&str> = other.iter().map(String::as_str).collect();
    assert_eq!(desktop.run(&other).ends(0).out, "");
    desktop.run(&["slots", "remove", &desktop.slot("keyring"), "--yes"]).ends(0);
    assert_eq!(desktop.entries().len(), 1);
    desktop.run(&other).ends(0);
}

#[test]
fn a_new_key_of_the_vault_reaches_the_keyring_of_this_device_and_of_another() {
    let Some(desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    let Some(other) = Desktop::with_alice() else { return };
    bring(&desktop, &other);
    other.run_with_passphrase(&["slots", "add", "keyring", "--accept", "different"]).ends(0);
    other.run(&["list"]).ends(0);
    bring(&other, &desktop);

    fs::write(desktop.home.path("new"), format!("{NEW}\n")).unwrap();
    let new = desktop.home.path("new");
    let args = ["slots", "change-passphrase", "--work-factor", "16", "--new-password-file", new.to_str().unwrap()];
    desktop.run_with_passphrase(&args).ends(0).says("the vault has a new key");
    desktop.run(&["list"]).ends(0);
    desktop.run_with_passphrase(&["list"]).ends(5).says("wrong passphrase");
    bring(&desktop, &other);
    other.run(&["code", "github", "--at", "59"]).ends(0).says("the vault has a new key");
    assert_eq!((desktop.entries().len(), other.entries().len()), (1, 1));
}

/// Brings the vault of one device to another, as a sync tool does.
fn bring(from: &Desktop, to: &Desktop) {
    fs::copy(from.home.vault(), to.home.vault()).unwrap();
}

#[test]
fn what_the_keyring_keeps_is_not_the_passphrase_and_not_in_the_vaults_folder() {
    let Some(desktop) = Desktop::with_alice() else { return };
    desktop.run_with_passphrase(&["slots", "add", "keyring"]).ends(0);
    let ways = files_below(&desktop.home.path("state")).into_iter().find(|path| path.ends_with("ways.json"));
    let ways = fs::read_to_string(ways.unwrap()).unwrap();
    assert!(ways.contains("keyring") && !ways.contains("AGE-SECRET-KEY"), "{ways}");
    for path in files_below(desktop.home.path("data/countersign").as_path()) {
        let bytes = fs::read(&path).unwrap();
        for secret in [PASSPHRASE, "AGE-SECRET-KEY", ALICE] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", path.display());
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
