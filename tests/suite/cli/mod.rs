//! Every command, with fakes for the machine and memory for the streams.

mod add;
mod arguments;
mod audit;
mod backup;
mod basket;
mod by_itself;
mod clock;
mod code;
mod compare;
mod devices;
mod edit;
mod export;
mod hostile;
mod import;
mod init;
mod keys;
mod leftovers;
mod list;
mod merge;
mod pictures;
mod policy;
mod qr;
mod recovery;
mod rotate;
mod show;
mod slots;
mod trash;
mod unlock;
mod watch;
mod whereabouts;

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::PathBuf;

use countersign::cli::{self, Args, Environment, Surroundings};
use countersign::ports::{Entropy, Host, Machine, NoEntropy};
use countersign::sealing::WorkFactor;
use countersign::tasks;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::support::fakes::{self, CountingEntropy, Handles};

/// Where the clock of every scene begins: 2026-11-22 00:00 UTC, the first second of a step.
pub(crate) const START: i64 = 1_795_305_600;
const PASSPHRASE: &str = "unlock-the-test-vault";
const ALICE_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BOB_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const STEAM_SECRET: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
/// What must never reach standard error, and standard output only when it was asked for.
const SECRETS: [&str; 4] = [PASSPHRASE, ALICE_SECRET, BOB_SECRET, STEAM_SECRET];

pub(crate) const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
pub(crate) const BOB: &str = "otpauth://hotp/VPN:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=VPN&counter=7";
pub(crate) const STEAM: &str =
    "otpauth://totp/Steam:carol?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=Steam&encoder=steam";

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub out: String,
    pub err: String,
    pub exit: u8,
}

impl Ran {
    /// Asserts how it ended.
    #[track_caller]
    pub fn ends(self, exit: u8) -> Self {
        assert_eq!(self.exit, exit, "{self:#?}");
        self
    }

    /// Asserts that it said so on standard error.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is missing in {self:#?}");
        self
    }

    /// Asserts that it did not say so on standard error.
    #[track_caller]
    pub fn says_not(self, text: &str) -> Self {
        assert!(!self.err.contains(text), "{text:?} is in {self:#?}");
        self
    }

    /// Asserts what it printed.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert_eq!(self.out, text, "{}", self.err);
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }
}

/// A device with a vault.
pub(crate) struct Scene {
    pub handles: Handles,
    pub config: Option<String>,
    pub environment: Environment,
    /// Whether standard input is a terminal.
    pub in_is_terminal: bool,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// After how many writes the reader of standard output leaves.
    pub reader_leaves_after: Option<usize>,
    /// What `--passphrase-command` was asked to run.
    pub commands: RefCell<Vec<OsString>>,
    machine: RefCell<Machine>,
}

impl Scene {
    /// Returns a device without a vault.
    pub fn bare() -> Self {
        Self::made_of(1)
    }

    /// Returns another one, whose random numbers are others too.
    pub fn elsewhere() -> Self {
        Self::made_of(2)
    }

    fn made_of(seed: u64) -> Self {
        let (mut machine, handles) = fakes::machine();
        machine.entropy = Box::new(Scrambled { seed, numbers: handles.entropy.clone() });
        let environment = Environment { passphrase_file: Some(PathBuf::from("/pass")), ..Environment::default() };
        handles.documents.put("/pass", format!("{PASSPHRASE}\nnot the passphrase\n"));
        Self {
            handles,
            config: None,
            environment,
            in_is_terminal: false,
            out_is_terminal: false,
            reader_leaves_after: None,
            commands: RefCell::default(),
            machine: RefCell::new(machine),
        }
    }

    /// Returns a device with a vault, and in it these accounts, confirmed.
    pub fn with(uris: &[&str]) -> Self {
        let scene = Self::bare();
        scene.make_vault(PASSPHRASE);
        if !uris.is_empty() {
            scene.type_in(&uris.join("\n"));
            scene.run(&["add", "-", "--confirmed"]).ends(0);
        }
        scene
    }

    /// Makes a vault that opens quickly.
    pub fn make_vault(&self, passphrase: &str) {
        let passphrase = SecretString::from(passphrase);
        tasks::create(&mut self.machine.borrow_mut(), &passphrase, WorkFactor::unchecked_for_tests(1)).unwrap();
    }

    /// Puts the machine on another computer.
    pub fn replace_host(&self, host: Box<dyn Host>) {
        self.machine.borrow_mut().host = host;
    }

    /// Says what standard input holds.
    pub fn type_in(&self, text: &str) {
        self.handles.documents.put("-", text);
    }

    /// Puts somebody there who answers; the passphrase is asked for, not read from a file.
    pub fn answers(&mut self, answers: &[&str]) -> &mut Self {
        for answer in answers {
            self.handles.prompter.answer(answer);
        }
        self
    }

    /// Runs a command.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_os(args.iter().map(OsString::from))
    }

    pub fn run_os(&self, args: impl IntoIterator<Item = OsString>) -> Ran {
        let ran = self.run_freely(args);
        for secret in SECRETS {
            assert!(!ran.out.contains(secret), "a secret was printed: {ran:#?}");
        }
        ran
    }

    /// Runs a command that may print a secret on standard output, and nowhere else.
    pub fn run_freely(&self, args: impl IntoIterator<Item = OsString>) -> Ran {
        let mut out = Reader { text: Vec::new(), writes_left: self.reader_leaves_after };
        let mut err = Vec::new();
        let exit = self.perform(args, &mut out, &mut err);
        let err = String::from_utf8(err).unwrap();
        for secret in SECRETS {
            assert!(!err.contains(secret), "a secret is on standard error: {err}");
        }
        Ran { out: String::from_utf8(out.text).unwrap(), err, exit }
    }

    fn perform(&self, args: impl IntoIterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
        let args = [OsString::from("countersign")].into_iter().chain(args);
        let args = match Args::read(args, &self.environment) {
            Ok(args) => args,
            Err(refusal) => return refusal.tell(out, err, false).code(),
        };
        let run_command = |command: &OsStr| {
            self.commands.borrow_mut().push(command.to_owned());
            match command.to_str() {
                Some("show vault") => Ok(format!("{PASSPHRASE}\nand more\n").into_bytes()),
                _ => Err(io::Error::from(io::ErrorKind::NotFound)),
            }
        };
        let surroundings = Surroundings {
            in_is_terminal: self.in_is_terminal,
            out_is_terminal: self.out_is_terminal,
            err_is_terminal: false,
            time_zone: TimeZone::UTC,
            config_path: PathBuf::from("/home/config.toml"),
            config_text: Ok(self.config.clone()),
            run_command: &run_command,
            app_mistakes: &|settings| match settings.look.theme.as_str() {
                "terminal" => Vec::new(),
                _ => vec!["look.theme: there is no such theme".to_owned()],
            },
        };
        cli::run(args, &surroundings, &mut self.machine.borrow_mut(), out, err).code()
    }
}

/// Numbers that begin with different digits, as ids do that people type the beginning of.
struct Scrambled {
    seed: u64,
    numbers: CountingEntropy,
}

impl Entropy for Scrambled {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        self.numbers.fill(buffer)?;
        for chunk in buffer.chunks_mut(8) {
            let number = chunk.iter().fold(self.seed, |number, byte| number << 8 | u64::from(*byte));
            // The golden ratio: neighbours end up far apart.
            let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17) ^ self.seed << 60;
            chunk.copy_from_slice(&spread.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Standard output, whose reader may leave.
struct Reader {
    text: Vec<u8>,
    writes_left: Option<usize>,
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writes_left {
            Some(0) => return Err(io::ErrorKind::BrokenPipe.into()),
            Some(left) => *left -= 1,
            None => {}
        }
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The account's code at a moment, computed beside the command line.
pub(crate) fn code_at(uri: &str, secs: i64) -> String {
    let found = countersign::otp::uri::parse(uri).unwrap();
    let step = found.enrolment.step_at(countersign::otp::Timestamp::from_secs(secs)).unwrap();
    found.enrolment.code(step).expose_secret().to_owned()
}

/// The code of a counter, computed beside the command line.
pub(crate) fn code_of(uri: &str, counter: u64) -> String {
    countersign::otp::uri::parse(uri).unwrap().enrolment.code(counter).expose_secret().to_owned()
}
