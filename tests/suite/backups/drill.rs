use std::path::Path;

use countersign::ports::{Clock, StateSlot};
use countersign::sealing::SealError;
use countersign::tasks::backup::{self, BackupError};
use countersign::tasks::{self, Trust};
use countersign::vault::Change;

use secrecy::ExposeSecret;

use super::{OF_ITS_OWN, STICK, added, drilled, file, made, mount, new, note, of_everything, somebody, with};
use crate::support::fakes::{Handles, machine};
use crate::support::vaults::{self, account, hotp, id};

const DAY: i64 = 24 * 60 * 60;

#[test]
fn a_drill_compares_every_account_and_remembers_the_day() {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    let made = made(&mut machine, &session);
    assert_eq!(backup::records(&machine).backups[0].proved, None, "made is not proved");
    assert!(backup::records(&machine).standing(made.made, 90).is_drill_due);

    handles.clock.advance_secs(DAY);
    let found = drilled(&mut machine, &session, &made.path).unwrap();
    assert!(found.is_proved && found.is_own && found.is_recorded);
    assert_eq!((found.accounts, found.trash, found.found.same, found.newer), (7, 1, 7, 0));
    assert_eq!((found.found.differs.len(), found.found.missing.len(), found.found.extra.len()), (0, 0, 0));
    assert_eq!(found.words.0, found.words.1);
    assert_eq!((found.made, found.host.as_str()), (made.made, "laptop"));

    let records = backup::records(&machine);
    let proved = made.made.plus_secs(DAY);
    assert_eq!(records.backups[0].proved, Some(proved));
    assert!(!records.standing(proved.plus_secs(90 * DAY), 90).is_drill_due);
    assert!(records.standing(proved.plus_secs(90 * DAY + 1), 90).is_drill_due);
}

#[test]
fn what_the_vault_wrote_since_is_told_and_is_no_fault() {
    let (mut machine, handles) = machine();
    let mut session = of_everything(&mut machine);
    let counted = vaults::id(4);
    mount(&handles);
    let made = made(&mut machine, &session);
    handles.clock.advance_secs(60);
    let renamed = countersign::vault::Edit { issuer: Some("Renamed".to_owned()), ..Default::default() };
    let changes = vec![
        note(2, "another note"),
        added(20),
        Change::Edit(id(3), Box::new(renamed)),
        Change::Advance(counted, 45),
        Change::Purge(id(8)),
    ];
    tasks::commit(&mut machine, &mut session, "since", &Change::Batch(changes)).unwrap();
    let found = drilled(&mut machine, &session, &made.path).unwrap();
    assert!(found.is_proved, "{found:#?}");
    let differs: Vec<_> = found.found.differs.iter().map(|found| (found.id, found.what, found.is_since)).collect();
    assert_eq!(differs, [(id(2), "note", true), (id(3), "issuer", true), (id(4), "counter", true)]);
    assert_eq!((found.newer, found.found.missing.len(), found.found.extra.len()), (1, 1, 1));
    assert_eq!(found.found.same, 4);
    assert_ne!(found.words.0, found.words.1);
}

/// A backup of the same vault that lacks or has what the vault never wrote after it.
fn faulty(spoil: impl Fn(&mut String)) -> (countersign::ports::Machine, Handles, tasks::Session) {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    let made = made(&mut machine, &session);
    let file = file(&mut machine, &made.path).unwrap();
    let backup = file.open(&machine, &with(OF_ITS_OWN), &Trust::default()).unwrap();
    let mut body = String::from_utf8(countersign::vault::write(&backup.vault).expose_secret().to_vec()).unwrap();
    spoil(&mut body);
    let spoilt = countersign::vault::read(body.as_bytes()).unwrap();
    let bytes = super::backup_of(&handles, &spoilt);
    handles.documents.put("/stick/spoilt.age", bytes);
    (machine, handles, session)
}

#[test]
fn a_backup_that_lacks_something_is_not_proved_and_not_remembered_as_such() {
    let cases = [
        ("renewed by IT", "renewed by HR", "note"),
        ("\"counter\":41", "\"counter\":40", "counter"),
        ("a1f0c-77be2", "a1f0c-77be3", "recovery codes"),
        ("\"digits\":8", "\"digits\":7", "secret or parameters"),
        ("Office VPN", "Office  VPN", "issuer"),
    ];
    for (from, to, what) in cases {
        let (mut machine, _handles, session) = faulty(|body| *body = body.replace(from, to));
        let found = drilled(&mut machine, &session, Path::new("/stick/spoilt.age")).unwrap();
        assert!(!found.is_proved, "{what}");
        let differs: Vec<_> = found.found.differs.iter().map(|found| (found.what, found.is_since)).collect();
        assert_eq!(differs, [(what, false)]);
        assert!(backup::records(&machine).backups.iter().all(|record| record.proved.is_none()));
    }
}

#[test]
fn unknown_fields_of_a_newer_version_are_compared_too() {
    let (mut machine, _handles, session) = faulty(|body| {
        *body = body.replacen("\"issuer\":\"Site 1\"", "\"issuer\":\"Site 1\",\"colour\":\"green\"", 1);
    });
    let found = drilled(&mut machine, &session, Path::new("/stick/spoilt.age")).unwrap();
    assert_eq!(found.found.differs[0].what, "fields of a newer version");
    assert!(!found.is_proved);
}

#[test]
fn the_drill_takes_the_copy_on_the_stick_and_only_what_is_given_to_it() {
    let (mut machine, handles) = machine();
    let session = of_everything(&mut machine);
    mount(&handles);
    let made = made(&mut machine, &session);
    let copy = Path::new("/other/copy-of-it.age");
    handles.documents.put(copy, handles.documents.get(&made.path).unwrap());
    assert!(drilled(&mut machine, &session, copy).unwrap().is_proved);
    assert!(backup::records(&machine).backups.iter().any(|record| record.path == copy && record.proved.is_some()));

    // The session has the key, and yet this must fail: on the day it is needed there is no session.
    let (identity, recipient) = somebody();
    let to_them = backup::create(&mut machine, &session, &new(STICK, None, vec![recipient])).unwrap();
    let error = drilled(&mut machine, &session, &to_them.path).unwrap_err();
    assert!(matches!(error, BackupError::Closed { error: SealError::NeedsIdentity, .. }), "{error}");
    let stranger = tasks::Way::Identity(somebody().0);
    let file = file(&mut machine, &to_them.path).unwrap();
    assert!(backup::drill(&mut machine, &session, &file, &stranger, &Trust::default()).is_err());
    let way = tasks::Way::Identity(identity);
    assert!(backup::drill(&mut machine, &session, &file, &way, &Trust::default()).unwrap().is_proved);
}

#[test]
fn a_wrong_passphrase_gets_a_hint_that_helps() {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    mount(&handles);
    let made = made(&mut machine, &session);
    let way = tasks::Way::Passphrase(vaults::passphrase());
    let file_of_ours = file(&mut machine, &made.path).unwrap();
    let error = backup::drill(&mut machine, &session, &file_of_ours, &way, &Trust::default()).unwrap_err();
    assert!(error.is_wrong_passphrase());
    for part in ["2026-11-22", "laptop", "a passphrase of its own, not the vault's"] {
        assert!(error.next_step().contains(part), "{part:?} in {}", error.next_step());
    }
    // On another machine, only the name speaks.
    handles.state.forget(StateSlot::Backups);
    let foreign = file(&mut machine, &made.path).unwrap();
    assert!(foreign.about().contains("2026-11-22 on laptop"), "{}", foreign.about());
    // Damage that looks like a wrong passphrase is known here by what was written.
    let mut bytes = handles.documents.get(&made.path).unwrap();
    let mut again = bytes.clone();
    bytes[60] ^= 1;
    handles.documents.put("/stick/damaged.age", &bytes);
    again.truncate(3000);
    handles.documents.put("/stick/cut.age", again);
    let error = drilled(&mut machine, &session, Path::new("/stick/cut.age")).unwrap_err();
    assert!(matches!(error, BackupError::Closed { error: SealError::CutShort, .. }), "{error}");
    assert!(drilled(&mut machine, &session, Path::new("/stick/damaged.age")).is_err());
}

#[test]
fn backups_of_others_empty_ones_and_files_that_are_none_are_told_apart() {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    mount(&handles);
    let (mut other, their_handles) = crate::support::fakes::machine();
    other.entropy = Box::new(crate::support::fakes::CountingEntropy::from(77));
    let theirs = vaults::with(&mut other, [account(2, "GitLab", "bob")]);
    mount(&their_handles);
    let made = made(&mut other, &theirs);
    handles.documents.put("/stick/theirs.age", their_handles.documents.get(&made.path).unwrap());
    let error = drilled(&mut machine, &session, Path::new("/stick/theirs.age")).unwrap_err();
    assert!(matches!(error, BackupError::OtherVault), "{error}");
    for (bytes, wanted) in
        [(&b""[..], SealError::Empty), (b"not age", SealError::NotABackup), (&[0; 5000], SealError::NotABackup)]
    {
        handles.documents.put("/stick/odd.age", bytes);
        let error = drilled(&mut machine, &session, Path::new("/stick/odd.age")).unwrap_err();
        assert!(matches!(error, BackupError::Closed { error, .. } if error == wanted), "{error}");
        assert!(!error.next_step().is_empty());
    }
    assert!(matches!(drilled(&mut machine, &session, Path::new("/stick/none.age")), Err(BackupError::File(_))));
    let counted = hotp(3);
    assert!(counted.step_at(handles.clock.now()).is_none(), "HOTP is compared at its counter");
}
