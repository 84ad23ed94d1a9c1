//! A user with a home of their own, and the program run in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
pub const PASSPHRASE: &str = "seven-wobbly-moons-anchored";
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub&digits=8";
/// RFC 6238's own code for this secret at 59 s.
pub const ALICE_AT_59: &str = "94287082\n";

/// How long anything may take before it counts as never. Only a failure waits that long, so it is more than the busiest
/// computer needs.
pub const DEADLINE: Duration = Duration::from_secs(300);

/// A user with a home of their own, in which the passphrase lies in a file.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::write(home.path("pass"), format!("{PASSPHRASE}\n")).unwrap();
        home
    }

    /// Returns a home with an empty vault.
    pub fn with_vault() -> Self {
        let home = Self::new();
        // The cheapest that `init` makes: these tests wait for it.
        home.run(&["init", "--work-factor", "16"]).ends(0);
        home
    }

    /// Returns a home with a vault, and Alice in it.
    pub fn with_alice() -> Self {
        let home = Self::with_vault();
        home.run_with(&["add", "-", "--confirmed"], ALICE).ends(0);
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn vault(&self) -> PathBuf {
        self.path("data/countersign/vault.age")
    }

    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("HOME", self.0.path().to_owned()),
            ("XDG_DATA_HOME", self.path("data")),
            ("XDG_CONFIG_HOME", self.path("config")),
            ("XDG_STATE_HOME", self.path("state")),
            ("COUNTERSIGN_PASSPHRASE_FILE", self.path("pass")),
            ("TERM", PathBuf::from("xterm-256color")),
        ]
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }
}

#[derive(Debug)]
pub struct Ran {
    pub out: String,
    pub err: String,
    pub exit: Option<i32>,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Self { out: text(output.stdout), err: text(output.stderr), exit: output.status.code() };
        for secret in [SECRET, PASSPHRASE] {
            assert!(!ran.err.contains(secret) && !ran.out.contains(secret), "{ran:#?}");
        }
        assert!(!ran.err.contains("panicked"), "{ran:#?}");
        ran
    }

    #[track_caller]
    pub fn ends(self, exit: i32) -> Self {
        assert_eq!(self.exit, Some(exit), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is missing in {self:#?}");
        self
    }
}

/// When to give up waiting.
pub struct Deadline(Instant);

impl Deadline {
    #[expect(clippy::disallowed_methods, reason = "a deadline for programs that run beside us")]
    pub fn from_now() -> Self {
        Self(Instant::now() + DEADLINE)
    }

    /// Returns how much time is left; `None` when it is over.
    #[expect(clippy::disallowed_methods, reason = "a deadline for programs that run beside us")]
    pub fn left(&self) -> Option<Duration> {
        self.0.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

/// Waits until something holds; tells whether it did before the deadline.
#[expect(clippy::disallowed_methods, reason = "it asks again and again for what another program does")]
pub fn comes_true(mut holds: impl FnMut() -> bool) -> bool {
    let deadline = Deadline::from_now();
    while !holds() {
        if deadline.left().is_none() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Waits until something holds, and fails when the deadline comes first.
#[track_caller]
pub fn wait_for(what: &str, holds: impl FnMut() -> bool) {
    assert!(comes_true(holds), "waited in vain for {what}");
}

/// Reads what a program says until a line has this text. What it says later finds somebody who listens.
#[track_caller]
pub fn read_until(said: impl Read + Send + 'static, text: &str) {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            sender.send(line).ok();
        }
    });
    let deadline = Deadline::from_now();
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|line: &String| line.contains(text)) {
        let line = lines.recv_timeout(deadline.left().unwrap_or_default());
        heard.push(line.unwrap_or_else(|_| panic!("waited in vain for {text:?} in {heard:#?}")));
    }
}

/// Returns an address on loopback and a port where nobody else listens: a free port that the system names may be taken
/// again before a program listens there.
pub fn own_address() -> (Ipv4Addr, u16) {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Below those that the system gives away.
    let port = 20_000 + TAKEN.fetch_add(1, Ordering::Relaxed);
    // Linux listens on all of 127.0.0.0/8, so each process has an address of its own.
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, 64 | high, middle, low);
    (if cfg!(target_os = "linux") { own } else { Ipv4Addr::LOCALHOST }, port)
}
