//! What the worker does about backups: makes them, proves them, brings them back.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::words::{tell, trouble};
use super::{Worker, snapshot};
use crate::config::path_of;
use crate::otp::Timestamp;
use crate::ports::Machine;
use crate::sealing::{BackupRecipient, SealError};
use crate::tasks::backup::{
    self, BackupError, BackupPassphrase, Drilled as Drill, How, NewBackup, Record, content_words,
};
use crate::tasks::{Session, Warning, Way};
use crate::tui::backups::{
    BackupOutcome, BackupTask, Backups, Drilled, Failing, Fault, FileKey, KnownBackup, Lock, Made, OpensWith, Refused,
    Restored, Review,
};
use crate::tui::message::{Outcome, Snapshot, Trouble};
use crate::vault::{Comparison, Decision, Difference};

/// The largest file of age identities.
const IDENTITY_BYTES: usize = 1024 * 1024;

/// Why nothing was done.
pub(super) struct Refusal {
    reason: Refused,
    trouble: Trouble,
}

impl Refusal {
    pub(super) fn new(reason: Refused, trouble: Trouble) -> Self {
        Self { reason, trouble }
    }

    pub(super) fn outcome(self, asked: Timestamp) -> Outcome {
        Outcome::Backup(BackupOutcome::Refused { asked, reason: self.reason, trouble: self.trouble })
    }
}

impl From<BackupError> for Refusal {
    fn from(error: BackupError) -> Self {
        let reason = match &error {
            error if error.is_wrong_passphrase() => Refused::WrongPassphrase,
            BackupError::Closed { error: SealError::NeedsIdentity, .. } => Refused::NeedsIdentity,
            BackupError::Closed { error: SealError::NeedsPassphrase, .. } => Refused::NeedsPassphrase,
            _ => Refused::Other, // nothing that a form could ask for
        };
        Self::new(reason, trouble(&error, &error.next_step()))
    }
}

impl Worker {
    /// Does something about backups or the vault's place; some of it has nothing to answer.
    pub(super) fn perform_backup(&mut self, task: BackupTask) -> Option<Outcome> {
        let answered = |asked: Timestamp, done: Result<BackupOutcome, Refusal>| {
            Some(done.map_or_else(|refusal| refusal.outcome(asked), Outcome::Backup))
        };
        match task {
            BackupTask::Review => self.session.as_ref().map(review),
            BackupTask::Make { asked, place, lock } => {
                let made = self.make(&place, lock)?;
                answered(asked, made.map(|(snapshot, made)| BackupOutcome::Made { asked, snapshot, made }))
            }
            BackupTask::Drill { asked, file, key } => {
                let drilled = self.drill(&file, key)?;
                answered(asked, drilled.map(|(snapshot, found)| BackupOutcome::Drilled { asked, snapshot, found }))
            }
            BackupTask::Restore { asked, file, key, passphrase } => {
                let restored = self.restore(&file, key, &passphrase);
                let done = |(snapshot, restored)| BackupOutcome::Restored { asked, snapshot, restored };
                answered(asked, restored.map(done))
            }
            BackupTask::BringIn { asked, file, key } => {
                let brought = self.bring_in(&file, key)?;
                answered(asked, brought.map(|(snapshot, told)| BackupOutcome::BroughtIn { asked, snapshot, told }))
            }
            BackupTask::OpenElsewhere { asked, file, passphrase } => {
                Some(self.open_elsewhere(asked, &file, passphrase))
            }
            BackupTask::StayElsewhere => self.stay_elsewhere(),
        }
    }

    /// Returns the path that somebody wrote, however this process was started.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        let path = path_of(written, self.places.as_ref().map(|places| places.home.as_path()));
        std::path::absolute(&path).unwrap_or(path)
    }

    fn make(&mut self, place: &str, lock: Lock) -> Option<Result<(Snapshot, Made), Refusal>> {
        let to = self.path(place);
        let session = self.session.as_mut()?;
        let work_factor = session.work_factor();
        let new = new_backup(&self.machine, session, lock).map(|(passphrase, recipients)| NewBackup {
            to: Some(to),
            passphrase,
            recipients,
            work_factor,
        });
        let made = new.and_then(|new| Ok(backup::create(&mut self.machine, session, &new)?));
        Some(made.map(|created| {
            let made = Made {
                file: created.path,
                accounts: created.accounts as u64,
                trash: created.trash as u64,
                words: created.words,
                left_out: created.left_out.iter().map(|kind| crate::shown::shown(kind)).collect(),
            };
            (snapshot(&self.machine, session), made)
        }))
    }

    fn drill(&mut self, file: &str, key: FileKey) -> Option<Result<(Snapshot, Box<Drilled>), Refusal>> {
        let path = self.path(file);
        let way = self.way(key);
        let session = self.session.as_ref()?;
        let trust = self.trust;
        let machine = &mut self.machine;
        let drilled = way.and_then(|way| {
            let file = backup::read(machine, &path)?;
            Ok(backup::drill(machine, session, &file, &way, &trust)?)
        });
        Some(drilled.map(|drill| {
            let found = Box::new(told(drill, self.machine.clock.now()));
            (snapshot(&self.machine, session), found)
        }))
    }

    fn restore(
        &mut self,
        file: &str,
        key: FileKey,
        passphrase: &SecretString,
    ) -> Result<(Snapshot, Restored), Refusal> {
        let path = self.path(file);
        let way = self.way(key)?;
        let file = backup::read(&mut self.machine, &path)?;
        let opened = file.open(&self.machine, &way, &self.trust)?;
        let (session, restored) = backup::restore(&mut self.machine, &opened, passphrase, self.work_factor)?;
        let restored = Restored {
            host: opened.host,
            made: Some(opened.made),
            accounts: restored.accounts as u64,
            trash: restored.trash as u64,
            words: restored.words,
        };
        Ok((self.hold(session), restored))
    }

    fn bring_in(&mut self, file: &str, key: FileKey) -> Option<Result<(Snapshot, Vec<String>), Refusal>> {
        let path = self.path(file);
        let way = self.way(key);
        let session = self.session.as_mut()?;
        let (machine, trust) = (&mut self.machine, &self.trust);
        let restored = way.and_then(|way| {
            let file = backup::read(machine, &path)?;
            let opened = file.open(machine, &way, trust)?;
            backup::restore_into(machine, session, &file, opened, &[], false)
                .map_err(|error| Refusal::new(Refused::Other, trouble(&error, error.next_step())))
        });
        Some(restored.map(|restored| {
            let decided = restored.merged.map(|merged| merged.decisions).unwrap_or_default();
            let decisions: Vec<Decision> = decided.into_iter().map(|decided| decided.decision).collect();
            (snapshot(&self.machine, session), tell(&decisions))
        }))
    }

    fn way(&mut self, key: FileKey) -> Result<Way, Refusal> {
        match key {
            FileKey::Passphrase(passphrase) => Ok(Way::Passphrase(passphrase)),
            FileKey::IdentityFile(written) => {
                let path = self.path(&written);
                let bytes = self.machine.documents.read(&path, IDENTITY_BYTES).map_err(BackupError::from)?;
                let text = String::from_utf8(bytes).map_err(|_| {
                    let what = format!("{} is not a file of age identities", super::words::shown_path(&path));
                    let next_step = Some("give the file that age-keygen wrote".to_owned());
                    Refusal::new(Refused::Other, Trouble { what, next_step })
                })?;
                Ok(Way::Identity(SecretString::from(text)))
            }
        }
    }
}

fn review(session: &Session) -> Outcome {
    let copies = session.warnings().iter().filter_map(|warning| match warning {
        Warning::ConflictCopies(copies) => Some(copies),
        _ => None, // about something else
    });
    let name = |path: &Path| crate::shown::shown(&path.file_name().unwrap_or_default().to_string_lossy());
    let conflict_copies = copies.flatten().map(|copy| name(&copy.path)).collect();
    Outcome::Backup(BackupOutcome::Reviewed(Review { words: content_words(session.vault()), conflict_copies }))
}

type Locks = (Option<BackupPassphrase>, Vec<BackupRecipient>);

/// Checks what shall open a backup.
fn new_backup(machine: &Machine, session: &Session, lock: Lock) -> Result<Locks, Refusal> {
    let Lock { passphrase, is_the_vaults, recipients } = lock;
    let of_seal = |error: SealError| Refusal::from(BackupError::from(error));
    if let Some(passphrase) = passphrase.as_ref().filter(|_| is_the_vaults)
        && !backup::is_passphrase_of(machine, session, passphrase).map_err(of_seal)?
    {
        let what = "this is not the passphrase of this vault".to_owned();
        let next_step = Some("type it again, or choose a passphrase of its own".to_owned());
        return Err(Refusal::new(Refused::WrongPassphrase, Trouble { what, next_step }));
    }
    let parsed: Result<Vec<_>, _> = recipients.iter().map(|text| BackupRecipient::parse(text)).collect();
    let passphrase = passphrase.map(|passphrase| BackupPassphrase { passphrase, is_the_vaults });
    Ok((passphrase, parsed.map_err(of_seal)?))
}

/// Returns what this device knows of the vault's backups.
pub(super) fn known(machine: &Machine, session: &Session) -> Backups {
    let records = backup::records(machine);
    let mut made: Vec<KnownBackup> = records.backups.iter().map(known_backup).collect();
    made.sort_by_key(|backup| std::cmp::Reverse(backup.made));
    let plan = session.plan();
    let text = |path: &Path| path.to_string_lossy().into_owned();
    Backups {
        made,
        destination: records.destination.as_deref().map(text),
        automatic: plan.map(|plan| text(&plan.folder)),
        failing: records.failing.map(|alarm| Failing { since: alarm.since, why: alarm.why }),
        recipients: plan.map(|plan| plan.recipients.clone()).unwrap_or_default(),
    }
}

fn known_backup(record: &Record) -> KnownBackup {
    KnownBackup {
        file: record.path.clone(),
        made: record.made,
        accounts: record.accounts as u64,
        opens_with: match record.how {
            How::Passphrase => OpensWith::Passphrase,
            How::Recipients => OpensWith::Identity,
            How::Either => OpensWith::Either,
            How::SamePassphrase | How::Vault => OpensWith::AsTheVault,
        },
        proved: record.proved,
        is_automatic: record.is_automatic,
    }
}

fn told(drill: Drill, now: Timestamp) -> Drilled {
    let Comparison { same, differs, missing, extra } = drill.found;
    let (changed, wrong): (Vec<_>, Vec<_>) = differs.into_iter().partition(|difference| difference.is_since);
    let fault = |difference: &Difference, what: String| Fault { account: difference.label.clone(), what };
    let mut faults: Vec<Fault> =
        wrong.iter().map(|difference| fault(difference, format!("another {}", difference.what))).collect();
    let gone = |found: &[Difference], from: &str| -> Vec<Fault> {
        let old = found.iter().filter(|difference| !difference.is_since);
        old.map(|difference| fault(difference, format!("not in the {from}"))).collect()
    };
    faults.extend(gone(&missing, "backup"));
    faults.extend(gone(&extra, "vault"));
    Drilled {
        file: drill.file,
        made: Some(drill.made),
        accounts: drill.accounts as u64,
        same: same as u64,
        faults,
        newer: drill.newer as u64,
        changed: changed.len() as u64,
        proved: drill.is_proved.then_some(now),
    }
}
