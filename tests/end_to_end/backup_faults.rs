//! Backups on real machines: a disk that is full or a process that is killed at any call leaves no half file under a
//! final name, and the vault as it was.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::config::Settings;
use countersign::otp::{Enrolment, Params, Secret, Timestamp};
use countersign::ports::Machine;
use countersign::sealing::WorkFactor;
use countersign::system;
use countersign::system::clock::WallClock;
use countersign::tasks::backup::{self, BackupPassphrase, NewBackup};
use countersign::tasks::{self, Session, Trust, Way};
use countersign::vault::{AccountId, Change, NewAccount};
use secrecy::SecretString;

use crate::faults::{CHILD_VAULT, Case, strace_is_here, sweep_all};

const ACCIDENTS: &[&str] = &["error=ENOSPC", "signal=KILL"];
const PASSPHRASE: &str = "seven-wobbly-moons-anchored";

const CREATE: Case = Case { child: "backup_faults::child_backs_up", prepare: prepare_create, check: check_create };
const RESTORE: Case = Case { child: "backup_faults::child_restores", prepare: prepare_restore, check: check_restore };

#[test]
fn a_full_disk_or_a_kill_at_any_call_of_a_backup_leaves_a_whole_one_or_none() {
    if strace_is_here() {
        let points = sweep_all(&CREATE, ACCIDENTS);
        assert!(points > 40, "only {points} calls were hit");
    }
}

#[test]
fn a_full_disk_or_a_kill_at_any_call_of_a_restore_leaves_a_whole_vault_or_none() {
    if strace_is_here() {
        let points = sweep_all(&RESTORE, ACCIDENTS);
        assert!(points > 40, "only {points} calls were hit");
    }
}

fn passphrase() -> SecretString {
    SecretString::from(PASSPHRASE)
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(1)
}

fn machine(vault: &Path) -> Machine {
    system::machine(&WallClock::default(), vault, None, &vault.with_file_name("state"), &Settings::default())
}

fn unlock(vault: &Path) -> (Machine, Session) {
    let mut machine = machine(vault);
    let session = tasks::unlock(&mut machine, &Way::Passphrase(passphrase()), &Trust::default()).unwrap();
    (machine, session)
}

/// Makes a vault with one account.
fn make(vault: &Path) -> (Machine, Session) {
    let mut machine = machine(vault);
    let mut session = tasks::create(&mut machine, &passphrase(), quick()).unwrap();
    let secret = Secret::from_bytes(vec![7; 20]).unwrap();
    let account = NewAccount {
        id: AccountId::from_bytes([1; 8]),
        issuer: "GitHub".to_owned(),
        account: "alice".to_owned(),
        enrolment: Enrolment { params: Params::USUAL, secret, pin: None },
        counter: 0,
        tags: Default::default(),
        note: String::new(),
        pinned: false,
        pending: false,
        created: Timestamp::from_secs(0),
    };
    tasks::commit(&mut machine, &mut session, "added", &Change::Add(Box::new(account))).unwrap();
    (machine, session)
}

fn new(to: PathBuf) -> NewBackup {
    let passphrase = Some(BackupPassphrase { passphrase: passphrase(), is_the_vaults: false });
    NewBackup { to: Some(to), passphrase, recipients: Vec::new(), work_factor: quick() }
}

fn prepare_create(folder: &Path) {
    make(&folder.join("vault.age"));
    fs::copy(folder.join("vault.age"), folder.join("vault.before")).unwrap();
    fs::create_dir(folder.join("stick")).unwrap();
}

/// Returns what is there under a final name.
fn backups(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("stick")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.')).collect()
}

fn check_create(folder: &Path, saved: bool, what: &str) {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    assert!(read("vault.age") == read("vault.before"), "{what}: the vault was touched");
    let found = backups(folder);
    assert!(found.len() <= 1 && (!saved || found.len() == 1), "{what}: {found:?}");
    let (mut machine, session) = unlock(&folder.join("vault.age"));
    for path in found {
        let file = backup::read(&mut machine, &path).unwrap_or_else(|error| panic!("{what}: {error}"));
        let way = Way::Passphrase(passphrase());
        let drilled = backup::drill(&mut machine, &session, &file, &way, &Trust::default()).unwrap();
        assert!(drilled.is_proved && drilled.accounts == 1, "{what}");
    }
    backup::create(&mut machine, &session, &new(folder.join("stick"))).unwrap();
}

fn prepare_restore(folder: &Path) {
    fs::create_dir(folder.join("elsewhere")).unwrap();
    let (mut machine, session) = make(&folder.join("elsewhere/vault.age"));
    fs::create_dir(folder.join("stick")).unwrap();
    backup::create(&mut machine, &session, &new(folder.join("stick/backup.age"))).unwrap();
}

fn check_restore(folder: &Path, saved: bool, what: &str) {
    let vault = folder.join("vault.age");
    assert!(!saved || vault.exists(), "{what}: said to be restored");
    if vault.exists() {
        let (_, session) = unlock(&vault);
        assert_eq!(session.vault().len(), 1, "{what}: half a vault");
    } else {
        restore(&vault);
    }
}

fn restore(vault: &Path) {
    let mut machine = machine(vault);
    let file = backup::read(&mut machine, &vault.with_file_name("stick/backup.age")).unwrap();
    let opened = file.open(&machine, &Way::Passphrase(passphrase()), &Trust::default()).unwrap();
    backup::restore(&mut machine, &opened, &passphrase(), quick()).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "how the parent tells its child the vault")]
fn vault_of_the_child() -> Option<PathBuf> {
    std::env::var_os(CHILD_VAULT).map(PathBuf::from)
}

/// Does nothing but as the child of another test.
#[test]
fn child_backs_up() {
    if let Some(vault) = vault_of_the_child() {
        let (mut machine, session) = unlock(&vault);
        backup::create(&mut machine, &session, &new(vault.with_file_name("stick"))).unwrap();
    }
}

/// Does nothing but as the child of another test.
#[test]
fn child_restores() {
    if let Some(vault) = vault_of_the_child() {
        restore(&vault);
    }
}
