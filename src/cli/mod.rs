//! The command line: every command without a screen.
//!
//! [`run`] is given the machine and two streams, so that a test sees all that a terminal or a script would see.

mod add;
pub mod args;
mod audit;
mod backup;
mod clock;
mod code;
mod config;
mod dates;
mod decisions;
mod devices;
mod edit;
mod export;
mod failures;
mod fields;
mod generate;
mod import;
mod init;
mod input;
mod leftovers;
mod list;
mod merge;
pub mod output;
mod pick;
mod policy;
mod qr;
mod recovery;
mod remove;
mod rotate;
mod show;
mod slots;
mod status;
mod trial;
mod unlock;
mod watch;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::config::Settings;
use crate::ports::{FileError, Machine};
use crate::tasks::{self, Session, Way};
use crate::vault::Change;

pub use args::{Args, Environment, Refusal};
pub use backup::plan as backup_plan;
pub use output::Exit;

use args::{Colour, Command, Global};
use output::{Failure, Output};

/// What the command line must know of the world besides the [`Machine`]: facts, found once.
pub struct Surroundings<'a> {
    /// Whether standard input is a terminal.
    pub in_is_terminal: bool,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// Where this user lives, for dates.
    pub time_zone: TimeZone,
    /// Where the settings are looked for.
    pub config_path: PathBuf,
    /// What stands there; `None` if nothing does and nothing has to.
    pub config_text: Result<Option<String>, FileError>,
    /// Runs a command of the user's and returns what it printed.
    pub run_command: &'a dyn Fn(&OsStr) -> io::Result<Vec<u8>>,
    /// Says what is wrong with settings that only the app understands: its keys, its theme.
    pub app_mistakes: &'a dyn Fn(&Settings) -> Vec<String>,
}

/// Runs a command to its end.
pub fn run(
    args: Args,
    surroundings: &Surroundings<'_>,
    machine: &mut Machine,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let Args { global, command } = args;
    let mut context = Context {
        output: Output::new(out, err, is_coloured(&global, surroundings), global.quiet),
        global: &global,
        surroundings,
        machine,
        has_read_input: false,
        given_passphrase: None,
        needs_passphrase_again: false,
    };
    let was_failing = context.is_backup_failing();
    let ended = match command {
        Some(command) => context.perform(command),
        None => Err(Failure::new(Exit::Usage, "a command is missing", "see --help")),
    };
    if !was_failing && context.is_backup_failing() {
        context.warn_of_failing_backups();
    }
    // What was printed before a failure is data all the same.
    let flushed = context.output.flush();
    context.output.end(ended.and(flushed))
}

/// Returns what the options give to unlock the app's vault with, if they give anything.
///
/// # Errors
/// The file or the command that they name gives nothing.
pub fn way_for_the_app(
    args: &Args,
    surroundings: &Surroundings<'_>,
    machine: &mut Machine,
) -> Result<Option<Way>, Refusal> {
    let (mut out, mut err) = (std::io::sink(), std::io::sink());
    let mut context = Context {
        output: Output::new(&mut out, &mut err, false, true),
        global: &args.global,
        surroundings,
        machine,
        has_read_input: false,
        given_passphrase: None,
        needs_passphrase_again: false,
    };
    unlock::given_way(&mut context).map_err(Refusal::Wrong)
}

/// Tells whether messages have colour; data never has.
fn is_coloured(global: &Global, surroundings: &Surroundings<'_>) -> bool {
    match global.color.unwrap_or_default() {
        Colour::Auto => surroundings.err_is_terminal,
        Colour::Always => true,
        Colour::Never => false,
    }
}

/// What every command works with.
struct Context<'a> {
    output: Output<'a>,
    global: &'a Global,
    surroundings: &'a Surroundings<'a>,
    machine: &'a mut Machine,
    /// Whether standard input was read, which can be done once.
    has_read_input: bool,
    /// What the options gave to unlock with: a pipe can be read once.
    given_passphrase: Option<SecretString>,
    /// Whether that is needed again once the vault is open; else it is wiped then.
    needs_passphrase_again: bool,
}

impl Context<'_> {
    /// Has what the options gave to unlock with kept once the vault is open.
    fn keep_passphrase(&mut self) {
        self.needs_passphrase_again = true;
    }

    fn perform(&mut self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Init(init) => init::run(self, &init),
            Command::Add(add) => add::run(self, add),
            Command::List(list) => list::run(self, &list),
            Command::Code(code) => code::run(self, &code),
            Command::Watch { query } => watch::run(self, query.as_deref().unwrap_or_default()),
            Command::Show(show) => show::run(self, &show),
            Command::Qr(args) => qr::run(self, &args),
            Command::Edit(edit) => edit::run(self, *edit),
            Command::Remove(which) => remove::run(self, &which),
            Command::Trash { command } => remove::trash(self, &command),
            Command::Undo => remove::undo(self),
            Command::Confirm(which) => edit::confirm(self, &which),
            Command::Rotate(rotate) => rotate::run(self, &rotate),
            Command::Recovery { command } => recovery::run(self, &command),
            Command::Merge(merge) => merge::run(self, &merge),
            Command::MergeDriver(files) => merge::drive(self, &files),
            Command::Import(import) => import::run(self, &import),
            Command::Export(export) => export::run(self, &export),
            Command::Devices { command } => devices::run(self, &command),
            Command::Backup { command } => backup::run(self, &command),
            Command::Slots { command } => slots::run(self, &command),
            Command::Policy(args) => policy::run(self, &args),
            Command::Audit(args) => audit::run(self, &args),
            Command::Clock(args) => clock::run(self, &args),
            Command::Status => status::run(self),
            Command::Config { command } => config::run(self, command),
            Command::Completions { shell } => generate::completions(self, shell),
            Command::Man { dir } => generate::manual(self, dir.as_deref()),
        }
    }

    /// Returns the settings; the usual ones where they cannot be read, of which `config check` says why.
    fn settings(&self) -> Settings {
        let text = self.surroundings.config_text.as_ref().ok().and_then(Option::as_deref);
        text.and_then(|text| Settings::read(text).ok()).unwrap_or_default()
    }

    /// Tells whether backups that should be made by themselves fail.
    fn is_backup_failing(&self) -> bool {
        backup::plan(&self.settings()).is_some() && tasks::backup::records(self.machine).failing.is_some()
    }

    fn warn_of_failing_backups(&mut self) {
        if let Some(alarm) = tasks::backup::records(self.machine).failing {
            let since = dates::minute(alarm.since, &self.surroundings.time_zone);
            let next =
                "the vault itself is saved; connect the disk, or name another folder: backup.folder in the settings";
            self.output.warning(&format!("no backup was made since {since}: {}", alarm.why), next);
        }
    }

    fn unlock(&mut self) -> Result<Session, Failure> {
        unlock::unlock(self)
    }

    /// Saves a change, and says what others had done meanwhile.
    fn commit(&mut self, session: &mut Session, title: &str, change: &Change) -> Result<(), Failure> {
        let saved = tasks::commit(self.machine, session, title, change)?;
        decisions::tell(&mut self.output, &saved.decisions);
        Ok(())
    }
}
