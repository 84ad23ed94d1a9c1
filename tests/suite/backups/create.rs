use crate::support::fake_keys::nobody;
use std::io::ErrorKind;
use std::path::Path;

use countersign::ports::{FileStep, StateSlot};
use countersign::sealing::{self, SealError, SlotKind};
use countersign::tasks::backup::{self, BackupError, BackupPlan, How};
use countersign::tasks::{self, Trust, Way};
use secrecy::{ExposeSecret, SecretString};

use super::{OF_ITS_OWN, STICK, drilled, file, made, mount, new, of_everything, on_the_stick, own, somebody, with};
use crate::support::fakes::machine;
use crate::support::vaults::{self, account};

#[test]
fn a_backup_says_where_when_and_how_much_and_the_vault_stays_untouched() {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    let before = handles.vault_file.bytes();
    let made = made(&mut machine, &session);
    assert_eq!(made.path, Path::new("/stick/countersign-laptop-2026-11-22T00-00-00Z-7-accounts.age"));
    assert_eq!((made.accounts, made.trash, made.how), (7, 1, How::Passphrase));
    assert_eq!(made.words, backup::content_words(session.vault()));
    assert_eq!(made.left_out, ["passphrase"], "the vault's own slot is not in it");
    assert!(made.is_recorded);
    assert_eq!(handles.vault_file.bytes(), before);
    let bytes = handles.documents.get(&made.path).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt "), "stock age opens it");
}

#[test]
fn a_second_backup_of_the_same_second_takes_another_name_and_nothing_is_overwritten() {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    mount(&handles);
    let first = made(&mut machine, &session);
    let bytes = handles.documents.get(&first.path);
    let second = made(&mut machine, &session);
    assert!(second.path.to_string_lossy().ends_with("-1-accounts-2.age"), "{:?}", second.path);
    assert_eq!(handles.documents.get(&first.path), bytes);
    let refused = backup::create(&mut machine, &session, &new("/stick/photo.jpg", own(), Vec::new())).unwrap_err();
    assert!(matches!(refused, BackupError::File(_)), "{refused}");
    assert_eq!(handles.documents.get("/stick/photo.jpg").as_deref(), Some(&b"anything"[..]));
}

#[test]
fn the_folder_is_remembered_and_must_be_there_the_next_time() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let nowhere = backup::NewBackup { to: None, ..new("", own(), Vec::new()) };
    let refused = backup::create(&mut machine, &session, &nowhere).unwrap_err();
    assert!(matches!(refused, BackupError::NoDestination), "{refused}");
    mount(&handles);
    backup::create(&mut machine, &session, &new("/stick/mine.age", own(), Vec::new())).unwrap();
    let again = backup::create(&mut machine, &session, &nowhere).unwrap();
    assert_eq!(again.path.parent(), Some(Path::new(STICK)));

    for path in handles.documents.paths() {
        if path.starts_with(STICK) {
            countersign::ports::Documents::remove(&mut handles.documents.clone(), &path).unwrap();
        }
    }
    let gone = backup::create(&mut machine, &session, &nowhere).unwrap_err();
    assert!(matches!(gone, BackupError::NoFolder(_)), "{gone}");
    assert!(on_the_stick(&handles).is_empty(), "a folder that is not there is not made");
    let missing = backup::create(&mut machine, &session, &new("/nowhere/mine.age", own(), Vec::new())).unwrap_err();
    assert!(matches!(missing, BackupError::NoFolder(_)), "{missing}");

    handles.state.forget(StateSlot::Backups);
    mount(&handles);
    session.back_up_to(BackupPlan { folder: STICK.into(), keep: 1, daily: 0, weekly: 0, recipients: Vec::new() });
    assert!(backup::create(&mut machine, &session, &nowhere).is_ok(), "the settings' folder is the second choice");
}

#[test]
fn whatever_step_fails_no_backup_is_left_and_the_vault_is_as_it_was() {
    for step in [FileStep::Write, FileStep::Read] {
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied, ErrorKind::NotFound] {
            let (mut machine, handles) = machine();
            let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
            mount(&handles);
            let before = handles.vault_file.bytes();
            handles.documents.fail_with(step, kind);
            let error = backup::create(&mut machine, &session, &new(STICK, own(), Vec::new())).unwrap_err();
            assert!(!error.next_step().is_empty(), "{error}");
            handles.documents.recover();
            assert!(on_the_stick(&handles).is_empty(), "{step:?} {kind:?}");
            assert_eq!(handles.vault_file.bytes(), before);
            assert!(backup::records(&machine).backups.is_empty(), "what failed is not remembered");
            made(&mut machine, &session);
        }
    }
}

#[test]
fn what_does_not_read_back_the_same_is_removed_again_and_said() {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    mount(&handles);
    handles.documents.damage_what_is_written();
    for (passphrase, recipients) in [(own(), vec![]), (None, vec![]), (None, vec![somebody().1])] {
        let error = backup::create(&mut machine, &session, &new(STICK, passphrase, recipients)).unwrap_err();
        assert!(matches!(error, BackupError::NotProved { is_removed: true, .. }), "{error}");
        assert!(error.to_string().contains("removed again"), "{error}");
        assert!(on_the_stick(&handles).is_empty());
    }
    handles.documents.fail_with(FileStep::Remove, ErrorKind::ReadOnlyFilesystem);
    let error = backup::create(&mut machine, &session, &new(STICK, own(), Vec::new())).unwrap_err();
    assert!(matches!(error, BackupError::NotProved { is_removed: false, .. }), "{error}");
    assert!(error.next_step().contains("do not rely on it"), "{}", error.next_step());
}

#[test]
fn each_way_to_lock_a_backup_opens_it_and_no_other() {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    let (identity, recipient) = somebody();
    let theirs = || Way::Identity(identity.clone());
    let the_vaults = || Way::Passphrase(vaults::passphrase());
    let cases: [(_, Vec<_>, How, [bool; 3]); 4] = [
        (own(), vec![], How::Passphrase, [true, false, false]),
        (None, vec![recipient.clone()], How::Recipients, [false, true, false]),
        (own(), vec![recipient.clone()], How::Either, [true, true, false]),
        (None, vec![], How::Vault, [false, false, true]),
    ];
    for (passphrase, recipients, how, opens) in cases {
        let made = backup::create(&mut machine, &session, &new(STICK, passphrase, recipients)).unwrap();
        assert_eq!(made.how, how);
        let file = file(&mut machine, &made.path).unwrap();
        for (way, opens) in [with(OF_ITS_OWN), theirs(), the_vaults()].iter().zip(opens) {
            let opened = file.open(&machine, way, &countersign::tasks::Trust::default());
            assert_eq!(opened.is_ok(), opens, "{how:?}");
            if let Ok(backup) = opened {
                assert_eq!(&backup.vault, &**session.vault(), "{how:?}: recovery codes, notes, tags and trash too");
            }
        }
    }
}

#[test]
fn the_vaults_passphrase_is_recognised_before_it_is_used_for_a_backup() {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    mount(&handles);
    assert!(backup::is_passphrase_of(&machine, &session, &vaults::passphrase()).unwrap());
    assert!(!backup::is_passphrase_of(&machine, &session, &SecretString::from(OF_ITS_OWN)).unwrap());
    let same = backup::BackupPassphrase { passphrase: vaults::passphrase(), is_the_vaults: true };
    let made = backup::create(&mut machine, &session, &new(STICK, Some(same), Vec::new())).unwrap();
    assert_eq!(made.how, How::SamePassphrase);
    let error = drilled(&mut machine, &session, &made.path).unwrap_err();
    assert!(error.is_wrong_passphrase());
    assert!(error.next_step().contains("the passphrase that the vault had then"), "{}", error.next_step());
}

/// A vault with a recovery sheet, its words, and the same words with one that is none of the list.
fn with_a_sheet(machine: &mut countersign::ports::Machine) -> (tasks::Session, SecretString, SecretString) {
    let mut session = vaults::with(machine, [account(1, "GitHub", "alice")]);
    let code = tasks::slots::new_sheet(machine).unwrap();
    tasks::slots::add_slot(machine, &mut session, tasks::slots::NewSlot::Sheet(&code), "").unwrap();
    let mut words: Vec<&str> = code.words().expose_secret().split(' ').collect();
    words[2] = "xylophobe";
    let slip = SecretString::from(words.join(" "));
    (session, code.words().clone(), slip)
}

#[test]
fn the_words_of_a_sheet_are_not_taken_for_the_vaults_passphrase() {
    let (mut machine, _handles) = machine();
    let (session, words, slip) = with_a_sheet(&mut machine);
    assert_eq!(
        backup::is_passphrase_of(&machine, &session, &words),
        Ok(false),
        "age would want them as they were typed"
    );
    assert_eq!(backup::is_passphrase_of(&machine, &session, &slip), Ok(false), "any eleven words may be tried again");
    assert_eq!(backup::is_passphrase_of(&machine, &session, &vaults::passphrase()), Ok(true));
}

#[test]
fn a_slip_with_the_sheet_is_a_wrong_passphrase_for_a_backup_too() {
    let (mut machine, handles) = machine();
    let (session, words, slip) = with_a_sheet(&mut machine);
    mount(&handles);
    let made = backup::create(&mut machine, &session, &new(STICK, None, Vec::new())).unwrap();
    let file = file(&mut machine, &made.path).unwrap();
    let mut drill = |way| backup::drill(&mut machine, &session, &file, &tasks::Way::Passphrase(way), &Trust::default());
    let error = drill(slip).unwrap_err();
    assert!(error.is_wrong_passphrase() && error.to_string().contains("word 3"), "{error}");
    assert!(drill(words).unwrap().is_proved);
}

#[test]
fn a_vault_that_only_this_device_can_unlock_gets_no_backup_that_nobody_can_open() {
    let key = sealing::VaultKey::generate();
    let mut slots = sealing::Slots::default();
    let users = age::x25519::Identity::generate();
    slots.add_recipient(SlotKind::Identity, &key, &users.to_public().to_string(), &nobody()).unwrap();
    let lock = sealing::BackupLock::AsTheVault(&slots);
    let manifest = sealing::Manifest::new("00".repeat(16));
    let refused = sealing::seal_backup(&b"{}".to_vec().into(), &manifest, lock, &key, &nobody()).unwrap_err();
    assert_eq!(refused, SealError::NoSlots);
    assert!(BackupError::from(refused).next_step().contains("choose a passphrase"));
}

#[test]
fn records_hold_no_secret_and_survive_nonsense() {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    made(&mut machine, &session);
    let stored = String::from_utf8(handles.state.get(StateSlot::Backups).unwrap()).unwrap();
    for secret in [OF_ITS_OWN, "ochre", "a1f0c", "renewed", "Site"] {
        assert!(!stored.contains(secret), "{secret} in {stored}");
    }
    for nonsense in [&b""[..], b"{", b"[]", b"{\"backups\":5}", b"\xff"] {
        handles.state.put(StateSlot::Backups, nonsense);
        assert_eq!(backup::records(&machine), backup::Records::default());
    }
    handles.state.fail(ErrorKind::StorageFull);
    assert!(!made(&mut machine, &session).is_recorded, "said, and the backup is there all the same");
    assert_eq!(on_the_stick(&handles).len(), 2);
}
