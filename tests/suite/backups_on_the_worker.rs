//! The worker and backups: made, proved, brought back, and a vault in another place; over the fakes of every port.

use std::path::{Path, PathBuf};

use countersign::config::{Placed, Settings, file_of};
use countersign::otp::Timestamp;
use countersign::ports::Documents;
use countersign::sealing::WorkFactor;
use countersign::tasks::Trust;
use countersign::tui::backups::{BackupOutcome, BackupTask, FileKey, Lock, OpensWith, Refused};
use countersign::tui::effect::{Draft, Effect};
use countersign::tui::message::{Outcome, Snapshot};
use countersign::tui::{Places, Worker};
use countersign::vault::NewAccount;
use secrecy::SecretString;

use crate::support::accounts::account;
use crate::support::fakes::{self, Handles};

const OWN: &str = "lantern harbour velvet";
const ASKED: Timestamp = Timestamp::from_millis(7);

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn worker(handles: &Handles) -> Worker {
    Worker::new(handles.machine(), Trust::default(), WorkFactor::unchecked_for_tests(2))
}

/// A worker with an open vault of two accounts, and a stick.
fn open() -> (Worker, Handles) {
    let (_, handles) = fakes::machine();
    handles.documents.put(Path::new("/media/stick/about.txt"), b"a stick");
    let mut worker = worker(&handles);
    worker.perform(Effect::Create { attempt: 1, passphrase: secret("correct horse") });
    add(&mut worker, account(1, "GitHub", "alice"));
    add(&mut worker, account(2, "npm", "bob"));
    (worker, handles)
}

fn add(worker: &mut Worker, new: NewAccount) {
    let NewAccount { issuer, account, enrolment, counter, tags, note, pending, .. } = new;
    let draft = Draft { issuer, account, enrolment, counter, tags, note, pending };
    assert!(matches!(worker.perform(Effect::Add(Box::new(draft))), Some(Outcome::Saved { .. })));
}

fn perform(worker: &mut Worker, task: BackupTask) -> BackupOutcome {
    match worker.perform(Effect::Backup(task)) {
        Some(Outcome::Backup(outcome)) => outcome,
        other => panic!("{other:?}"),
    }
}

fn make(worker: &mut Worker, passphrase: &str, is_the_vaults: bool) -> BackupOutcome {
    let lock = Lock { passphrase: Some(secret(passphrase)), is_the_vaults, recipients: Vec::new() };
    perform(worker, BackupTask::Make { asked: ASKED, place: "'/media/stick'".to_owned(), lock })
}

fn made(worker: &mut Worker) -> (PathBuf, Snapshot, String) {
    match make(worker, OWN, false) {
        BackupOutcome::Made { made, snapshot, .. } => (made.file, snapshot, made.words),
        other => panic!("{other:?}"),
    }
}

fn drill(worker: &mut Worker, file: &Path, passphrase: &str) -> BackupOutcome {
    let key = FileKey::Passphrase(secret(passphrase));
    perform(worker, BackupTask::Drill { asked: ASKED, file: file.to_string_lossy().into_owned(), key })
}

fn restore(worker: &mut Worker, file: &Path, passphrase: &str) -> BackupOutcome {
    let key = FileKey::Passphrase(secret(passphrase));
    let file = file.to_string_lossy().into_owned();
    perform(worker, BackupTask::Restore { asked: ASKED, file, key, passphrase: secret("another device") })
}

#[test]
fn a_backup_is_made_proved_and_restored_on_another_device_with_the_same_words() {
    let (mut worker, handles) = open();
    let (file, snapshot, words) = made(&mut worker);
    assert_eq!(snapshot.backups.made.len(), 1);
    assert_eq!(snapshot.backups.made[0].opens_with, OpensWith::Passphrase);
    assert_eq!(snapshot.backups.last_proved(), None, "nobody has typed its passphrase afresh yet");

    let refused = drill(&mut worker, &file, "wrong");
    assert!(matches!(refused, BackupOutcome::Refused { reason: Refused::WrongPassphrase, .. }), "{refused:?}");
    let BackupOutcome::Drilled { found, snapshot, .. } = drill(&mut worker, &file, OWN) else { panic!("no drill") };
    assert_eq!((found.accounts, found.same, found.faults.len()), (2, 2, 0));
    assert!(found.proved.is_some() && snapshot.backups.last_proved() == found.proved);

    let (_, elsewhere) = fakes::machine();
    elsewhere.documents.put(&file, handles.documents.get(&file).unwrap());
    let mut other = self::worker(&elsewhere);
    let refused = restore(&mut other, &file, "correct horse");
    let BackupOutcome::Refused { reason: Refused::WrongPassphrase, trouble, .. } = refused else {
        panic!("{refused:?}");
    };
    assert!(trouble.next_step.unwrap().contains("passphrase of its own"), "people forget which one it was");
    let BackupOutcome::Restored { restored, snapshot, .. } = restore(&mut other, &file, OWN) else {
        panic!("nothing was restored");
    };
    assert_eq!((restored.accounts, restored.words), (2, words));
    assert_eq!(snapshot.vault.len(), 2);
    other.perform(Effect::Lock);
    let unlock = Effect::Unlock { attempt: 1, passphrase: secret("another device"), accept: Default::default() };
    assert!(matches!(other.perform(unlock), Some(Outcome::Unlocked { .. })));
}

#[test]
fn a_wrong_passphrase_of_the_vault_makes_no_backup() {
    let (mut worker, handles) = open();
    let before = handles.documents.paths();
    let refused = make(&mut worker, "wrong horse", true);
    assert!(matches!(refused, BackupOutcome::Refused { reason: Refused::WrongPassphrase, .. }), "{refused:?}");
    assert_eq!(handles.documents.paths(), before);
    assert!(matches!(make(&mut worker, "correct horse", true), BackupOutcome::Made { .. }));
}

#[test]
fn a_drill_names_what_is_newer_in_the_vault_and_is_proved_all_the_same() {
    let (mut worker, _handles) = open();
    let (file, ..) = made(&mut worker);
    add(&mut worker, account(3, "Fastmail", "me"));
    let BackupOutcome::Drilled { found, .. } = drill(&mut worker, &file, OWN) else { panic!("no drill") };
    assert_eq!((found.newer, found.faults.len()), (1, 0));
    assert!(found.proved.is_some());
}

#[test]
fn a_backup_brings_back_what_was_deleted_for_good() {
    let (mut worker, _handles) = open();
    let (file, snapshot, _) = made(&mut worker);
    let id = snapshot.vault.accounts().next().unwrap().id();
    let change = countersign::vault::Change::Edit(
        id,
        Box::new(countersign::vault::Edit { note: Some("newer".to_owned()), ..Default::default() }),
    );
    worker.perform(Effect::Commit { title: "changed".to_owned(), change });
    let key = FileKey::Passphrase(secret(OWN));
    let task = BackupTask::BringIn { asked: ASKED, file: file.to_string_lossy().into_owned(), key };
    let BackupOutcome::BroughtIn { snapshot, .. } = perform(&mut worker, task) else { panic!("nothing came") };
    assert_eq!(snapshot.vault.get(id).unwrap().note(), "newer", "a backup takes nothing back");
    assert_eq!(snapshot.vault.len(), 2);
}

#[test]
fn what_is_compared_is_the_same_in_the_review_and_in_the_backup() {
    let (mut worker, _handles) = open();
    let (.., words) = made(&mut worker);
    let BackupOutcome::Reviewed(review) = perform(&mut worker, BackupTask::Review) else { panic!("no review") };
    assert_eq!(review.words, words);
}

/// A worker in front of no vault, which can open the one of `shared` under any other path.
fn beside(handles: &Handles, shared: &Handles) -> Worker {
    let shared = shared.clone();
    worker(handles).at(Places {
        home: "/home/alice".into(),
        settings: "/home/alice/.config/countersign/config.toml".into(),
        machine_at: Box::new(move |_| shared.machine()),
    })
}

fn open_elsewhere(worker: &mut Worker, passphrase: &str) -> BackupOutcome {
    let passphrase = secret(passphrase);
    perform(worker, BackupTask::OpenElsewhere { asked: ASKED, file: "~/Sync/vault.age".to_owned(), passphrase })
}

#[test]
fn a_vault_elsewhere_is_written_into_the_settings_once_it_is_taken() {
    let (_, shared) = open();
    let (_, here) = fakes::machine();
    let mut worker = beside(&here, &shared);
    let refused = open_elsewhere(&mut worker, "wrong");
    assert!(matches!(refused, BackupOutcome::Refused { reason: Refused::WrongPassphrase, .. }), "{refused:?}");
    assert!(matches!(open_elsewhere(&mut worker, "correct horse"), BackupOutcome::OpenedElsewhere { .. }));
    assert!(here.documents.paths().is_empty() && shared_settings(&shared).is_none(), "nothing was taken yet");

    assert!(worker.perform(Effect::Backup(BackupTask::StayElsewhere)).is_none());
    let settings = shared_settings(&shared).unwrap();
    assert_eq!(file_of(&settings, Placed::Vault).as_deref(), Some("/home/alice/Sync/vault.age"));
    assert!(Settings::read(&settings).is_ok());
    assert!(
        matches!(worker.perform(Effect::Refresh), Some(Outcome::Refreshed { snapshot, .. }) if snapshot.vault.len() == 2)
    );
}

#[test]
fn a_vault_elsewhere_that_was_given_up_is_forgotten() {
    let (_, shared) = open();
    let (_, here) = fakes::machine();
    let mut worker = beside(&here, &shared);
    open_elsewhere(&mut worker, "correct horse");
    worker.perform(Effect::Lock);
    assert!(worker.perform(Effect::Backup(BackupTask::StayElsewhere)).is_none());
    assert!(shared_settings(&shared).is_none());
    assert!(matches!(worker.perform(Effect::Look), Some(Outcome::Looked(look)) if !look.exists));
}

fn shared_settings(handles: &Handles) -> Option<String> {
    let mut documents = handles.documents.clone();
    let bytes = documents.read(Path::new("/home/alice/.config/countersign/config.toml"), 4096).ok()?;
    String::from_utf8(bytes).ok()
}
