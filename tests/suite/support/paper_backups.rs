//! What the worker of paper answers about backups.

use std::path::PathBuf;
use std::sync::Arc;

use countersign::otp::Timestamp;
use countersign::tui::backups::{
    BackupOutcome, BackupTask, Backups, Drilled, FileKey, KnownBackup, Lock, Made, OpensWith, Refused, Restored, Review,
};
use countersign::tui::message::{Snapshot, Trouble};
use secrecy::ExposeSecret;

use super::driver::PASSPHRASE;

/// The words of every vault here.
pub(crate) const WORDS: &str = "anchor brisk candle dune ember fjord";

/// The backups of a vault of paper.
#[derive(Default)]
pub(crate) struct PaperBackups {
    pub(crate) known: Backups,
    pub(crate) conflict_copies: Vec<String>,
    /// What the next drill finds.
    pub(crate) found: Option<Drilled>,
    /// Why nothing opens.
    pub(crate) refusal: Option<(Refused, Trouble)>,
}

impl PaperBackups {
    pub(crate) fn perform(
        &mut self,
        task: BackupTask,
        now: Timestamp,
        snapshot: impl Fn(Arc<Backups>) -> Snapshot,
    ) -> Option<BackupOutcome> {
        let opens = |key: &FileKey| match key {
            FileKey::Passphrase(passphrase) => passphrase.expose_secret() == PASSPHRASE,
            FileKey::IdentityFile(_) => true,
        };
        let asked = match &task {
            BackupTask::Make { asked, .. }
            | BackupTask::Drill { asked, .. }
            | BackupTask::Restore { asked, .. }
            | BackupTask::BringIn { asked, .. }
            | BackupTask::OpenElsewhere { asked, .. } => *asked,
            BackupTask::Review => {
                let conflict_copies = self.conflict_copies.clone();
                return Some(BackupOutcome::Reviewed(Review { words: WORDS.to_owned(), conflict_copies }));
            }
            BackupTask::StayElsewhere => return None,
        };
        let is_open = match &task {
            BackupTask::Drill { key, .. } | BackupTask::Restore { key, .. } | BackupTask::BringIn { key, .. } => {
                opens(key)
            }
            BackupTask::OpenElsewhere { passphrase, .. } => passphrase.expose_secret() == PASSPHRASE,
            BackupTask::Make { lock: Lock { is_the_vaults: true, passphrase, .. }, .. } => {
                passphrase.as_ref().is_some_and(|typed| typed.expose_secret() == PASSPHRASE)
            }
            BackupTask::Make { .. } | BackupTask::Review | BackupTask::StayElsewhere => true,
        };
        if let Some((reason, trouble)) = self.refusal.clone().or_else(|| (!is_open).then(wrong_passphrase)) {
            return Some(BackupOutcome::Refused { asked, reason, trouble });
        }
        Some(match task {
            BackupTask::Make { place, lock, .. } => {
                let made = self.make(&place, &lock, now);
                BackupOutcome::Made { asked, snapshot: snapshot(Arc::new(self.known.clone())), made }
            }
            BackupTask::Drill { file, .. } => {
                let found = Box::new(self.drill(&file, now));
                BackupOutcome::Drilled { asked, snapshot: snapshot(Arc::new(self.known.clone())), found }
            }
            BackupTask::Restore { .. } => BackupOutcome::Restored {
                asked,
                snapshot: snapshot(Arc::default()),
                restored: Restored {
                    host: "laptop".to_owned(),
                    made: Some(now.plus_millis(-12 * 86_400_000)),
                    accounts: 24,
                    trash: 2,
                    words: WORDS.to_owned(),
                },
            },
            BackupTask::BringIn { .. } => BackupOutcome::BroughtIn {
                asked,
                snapshot: snapshot(Arc::new(self.known.clone())),
                told: vec!["added GitHub · alice".to_owned()],
            },
            BackupTask::OpenElsewhere { .. } => {
                BackupOutcome::OpenedElsewhere { asked, snapshot: snapshot(Arc::default()) }
            }
            BackupTask::Review | BackupTask::StayElsewhere => return None,
        })
    }

    fn make(&mut self, place: &str, lock: &Lock, now: Timestamp) -> Made {
        let file = PathBuf::from(place).join("countersign-laptop-2026-11-22T09-14-11Z-3-accounts.age");
        let opens_with = match (lock.passphrase.is_some(), lock.recipients.is_empty()) {
            (true, _) if lock.is_the_vaults => OpensWith::AsTheVault,
            (true, true) => OpensWith::Passphrase,
            (true, false) => OpensWith::Either,
            (false, _) => OpensWith::Identity,
        };
        self.known.made.insert(0, known(&file.to_string_lossy(), now, None, opens_with));
        self.known.destination = Some(place.to_owned());
        Made { file, accounts: 3, trash: 1, words: WORDS.to_owned(), left_out: vec!["keyring".to_owned()] }
    }

    fn drill(&mut self, file: &str, now: Timestamp) -> Drilled {
        let found = self.found.clone().unwrap_or(Drilled {
            file: PathBuf::from(file),
            made: Some(now),
            accounts: 3,
            same: 3,
            proved: Some(now),
            ..Drilled::default()
        });
        for backup in &mut self.known.made {
            if backup.file == found.file {
                backup.proved = found.proved;
            }
        }
        found
    }
}

/// Returns a backup of three accounts.
pub(crate) fn known(file: &str, made: Timestamp, proved: Option<Timestamp>, opens_with: OpensWith) -> KnownBackup {
    KnownBackup { file: PathBuf::from(file), made, accounts: 3, opens_with, proved, is_automatic: false }
}

fn wrong_passphrase() -> (Refused, Trouble) {
    let next_step = "this file was made on 2026-11-10 on laptop and has a passphrase of its own, not the vault's";
    let what = "the passphrase is wrong".to_owned();
    (Refused::WrongPassphrase, Trouble { what, next_step: Some(next_step.to_owned()) })
}
