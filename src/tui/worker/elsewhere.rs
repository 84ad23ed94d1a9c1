//! A vault in another place: opened first, and remembered in the settings only when it is.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::backups::Refusal;
use super::words::{shown_path, trouble};
use super::{Worker, snapshot};
use crate::config::{Placed, with_file};
use crate::otp::Timestamp;
use crate::ports::{FileError, FoundKind, Machine};
use crate::tasks::{self, Session, Way};
use crate::tui::backups::{BackupOutcome, Refused};
use crate::tui::message::{Outcome, Trouble};

/// The name of a vault's file, where only its folder is given.
const VAULT: &str = "vault.age";
/// Far more than all settings with their comments.
const SETTINGS_BYTES: usize = 1024 * 1024;

/// Where things are on this computer, as far as the app has to find or make them.
pub struct Places {
    /// The user's home.
    pub home: PathBuf,
    /// The settings.
    pub settings: PathBuf,
    /// Returns the machine with its vault at another path.
    pub machine_at: Box<dyn Fn(&Path) -> Machine + Send>,
}

/// A vault that was opened and not taken yet.
pub(super) struct Elsewhere {
    path: PathBuf,
    machine: Machine,
    session: Session,
}

impl Worker {
    pub(super) fn open_elsewhere(&mut self, asked: Timestamp, file: &str, passphrase: SecretString) -> Outcome {
        match self.unlock_elsewhere(file, passphrase) {
            Ok(elsewhere) => {
                let snapshot = snapshot(&elsewhere.machine, &elsewhere.session);
                self.elsewhere = Some(elsewhere);
                Outcome::Backup(BackupOutcome::OpenedElsewhere { asked, snapshot })
            }
            Err(refusal) => refusal.outcome(asked),
        }
    }

    fn unlock_elsewhere(&mut self, file: &str, passphrase: SecretString) -> Result<Elsewhere, Refusal> {
        let refused = |error: FileError| Refusal::new(Refused::Other, trouble(&error, error.next_step()));
        let mut path = self.path(file);
        let found = self.machine.documents.look(&path).map_err(refused)?;
        if found.is_some_and(|found| found.kind == FoundKind::Folder) {
            path.push(VAULT);
        }
        let Some(places) = &self.places else {
            let what = "the app does not know its own settings here".to_owned();
            let next_step = Some("start it with --vault".to_owned());
            return Err(Refusal::new(Refused::Other, Trouble { what, next_step }));
        };
        let mut machine = (places.machine_at)(&path);
        machine.key_talk = self.key_talk();
        let opened = tasks::unlock(&mut machine, &Way::Passphrase(passphrase), &self.trust);
        match opened {
            Ok(session) => Ok(Elsewhere { path, machine, session }),
            Err(error) if error.is_wrong_passphrase() => {
                let next_step = "mind caps lock; without a passphrase for it, run countersign devices request";
                Err(Refusal::new(Refused::WrongPassphrase, trouble(&error, next_step)))
            }
            Err(error) => Err(Refusal::new(Refused::Other, trouble(&error, error.next_step()))),
        }
    }

    pub(super) fn stay_elsewhere(&mut self) -> Option<Outcome> {
        let Elsewhere { path, machine, session } = self.elsewhere.take()?;
        self.machine = machine;
        self.hold(session);
        let written = self.write_place(&path);
        written.err().map(|Trouble { what, next_step }| {
            let what = format!("the vault is open, but its place is not in the settings: {what}");
            let next_step = next_step.or_else(|| Some(format!("start with --vault {}", shown_path(&path))));
            Outcome::Failed(Trouble { what, next_step })
        })
    }

    /// Writes into the settings where the vault is.
    fn write_place(&mut self, vault: &Path) -> Result<(), Trouble> {
        let Some(settings) = self.places.as_ref().map(|places| places.settings.clone()) else {
            return Ok(());
        };
        let failed = |error: FileError| trouble(&error, error.next_step());
        let documents = &mut self.machine.documents;
        let before = match documents.look(&settings).map_err(failed)? {
            Some(_) => documents.read(&settings, SETTINGS_BYTES).map_err(failed)?,
            None => Vec::new(),
        };
        let no_text = |what: &str| Trouble { what: what.to_owned(), next_step: None };
        let before = String::from_utf8(before).map_err(|_| no_text("the settings are not UTF-8 text"))?;
        let vault = vault.to_str().ok_or_else(|| no_text("its path is not UTF-8 text"))?;
        let after = with_file(&before, Placed::Vault, vault).map_err(|error| trouble(&error, error.next_step()))?;
        if after == before {
            return Ok(());
        }
        if let Some(folder) = settings.parent() {
            documents.make_folder(folder).map_err(failed)?;
        }
        documents.replace(&settings, after.as_bytes()).map_err(failed)
    }
}
