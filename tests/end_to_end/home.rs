//! A user with a home of their own, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
pub const PASSPHRASE: &str = "seven-wobbly-moons-anchored";
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub&digits=8";
/// RFC 6238's own code for this secret at 59 s.
pub const ALICE_AT_59: &str = "94287082\n";

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

/// Waits until something holds, and fails after thirty seconds.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a deadline for programs that run beside us")]
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
