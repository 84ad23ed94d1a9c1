use std::io::ErrorKind;
use std::path::Path;

use countersign::ports::{Clock, FileStep};
use countersign::sealing::WorkFactor;
use countersign::tasks::backup::{self, BackupError};
use countersign::tasks::{self, Trust};
use countersign::vault::Change;
use secrecy::SecretString;

use super::{OF_ITS_OWN, STICK, added, codes, drilled, file, made, mount, new, note, of_everything, with};
use crate::support::fakes::{Handles, machine};
use crate::support::vaults::{self, account, id};

/// An empty machine with the same stick in it.
fn another_machine(stick: &Handles) -> (countersign::ports::Machine, Handles) {
    let (mut empty, handles) = machine();
    handles.host.rename("desktop");
    empty.entropy = Box::new(crate::support::fakes::CountingEntropy::from(1 << 40));
    for path in stick.documents.paths() {
        handles.documents.put(&path, stick.documents.get(&path).unwrap());
    }
    (empty, handles)
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(2)
}

#[test]
fn backup_drill_and_restore_on_an_empty_machine_give_identical_codes_for_every_kind() {
    let (mut ours, handles) = machine();
    let session = of_everything(&mut ours);
    mount(&handles);
    let recipients = [None, Some(super::somebody())];
    for somebody in recipients {
        let to = somebody.iter().map(|(_, recipient)| recipient.clone()).collect();
        let made = backup::create(&mut ours, &session, &new(STICK, super::own(), to)).unwrap();
        assert!(drilled(&mut ours, &session, &made.path).unwrap().is_proved);

        let (mut empty, theirs) = another_machine(&handles);
        let opened = file(&mut empty, &made.path).unwrap().open(&empty, &with(OF_ITS_OWN), &Trust::default()).unwrap();
        let new_passphrase = SecretString::from("quite another one");
        let (restored, report) = backup::restore(&mut empty, &opened, &new_passphrase, quick()).unwrap();
        let now = handles.clock.now();
        assert_eq!(codes(restored.vault(), now), codes(session.vault(), now));
        assert_eq!(restored.vault(), session.vault(), "and everything else is the same");
        assert_eq!((report.accounts, report.trash), (7, 1));
        assert_eq!(report.words, made.words, "what both sides can compare");
        assert!(restored.fingerprint() != session.fingerprint(), "it has a key of its own");

        drop(restored);
        let way = tasks::Way::Passphrase(new_passphrase);
        let again = tasks::unlock(&mut empty, &way, &Trust::default()).unwrap();
        assert_eq!(codes(again.vault(), now), codes(session.vault(), now));
        assert!(again.warnings().is_empty(), "{:?}", again.warnings());
        // The backup of the time before still proves itself on the new machine.
        let later = drilled(&mut empty, &again, &made.path).unwrap();
        assert!(later.is_proved && !later.is_own);
        assert!(theirs.vault_file.bytes().is_some());
    }
}

#[test]
fn a_restore_that_fails_leaves_no_vault_and_no_half() {
    let (mut ours, handles) = machine();
    let session = of_everything(&mut ours);
    mount(&handles);
    let made = made(&mut ours, &session);
    for step in [FileStep::Write, FileStep::Sync, FileStep::Lock, FileStep::Replace] {
        let (mut empty, theirs) = another_machine(&handles);
        let opened = file(&mut empty, &made.path).unwrap().open(&empty, &with(OF_ITS_OWN), &Trust::default()).unwrap();
        theirs.vault_file.fail_with(step, ErrorKind::StorageFull);
        assert!(backup::restore(&mut empty, &opened, &vaults::passphrase(), quick()).is_err(), "{step:?}");
        assert_eq!(theirs.vault_file.bytes(), None, "{step:?}");
    }
    let (mut empty, theirs) = another_machine(&handles);
    let opened = file(&mut empty, &made.path).unwrap().open(&empty, &with(OF_ITS_OWN), &Trust::default()).unwrap();
    theirs.vault_file.changed_by_another_device(b"a vault, or whatever");
    let refused = backup::restore(&mut empty, &opened, &vaults::passphrase(), quick()).err().unwrap();
    assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
}

#[test]
fn no_damaged_backup_is_restored_half() {
    let (mut ours, handles) = machine();
    let session = of_everything(&mut ours);
    mount(&handles);
    let made = made(&mut ours, &session);
    let whole = handles.documents.get(&made.path).unwrap();
    let refused = |machine: &mut countersign::ports::Machine, bytes: &[u8]| {
        handles.documents.put("/stick/damaged.age", bytes);
        let path = Path::new("/stick/damaged.age");
        file(machine, path).and_then(|file| file.open(machine, &with(OF_ITS_OWN), &Trust::default())).is_err()
    };
    for length in (0..whole.len()).step_by(7) {
        assert!(refused(&mut ours, &whole[..length]), "{length} of {} bytes", whole.len());
    }
    for place in (0..whole.len()).step_by(11) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x20;
        assert!(refused(&mut ours, &damaged), "byte {place}");
    }
}

#[test]
fn a_restore_into_a_vault_is_a_merge_that_loses_nothing_of_either() {
    let (mut machine, handles) = machine();
    let mut session = of_everything(&mut machine);
    mount(&handles);
    let made = made(&mut machine, &session);
    handles.clock.advance_secs(60);
    let changes = vec![added(20), note(2, "newer"), Change::Trash(id(5), handles.clock.now())];
    tasks::commit(&mut machine, &mut session, "since", &Change::Batch(changes)).unwrap();
    let before = session.vault().clone();
    let read = file(&mut machine, &made.path).unwrap();
    let opened = read.open(&machine, &with(OF_ITS_OWN), &Trust::default()).unwrap();
    let report = backup::restore_into(&mut machine, &mut session, &read, opened, &[], false).unwrap();
    assert_eq!(session.vault(), &before, "everything in it was older");
    assert!(!report.is_other_vault && report.merged.is_some_and(|merged| !merged.saved));

    tasks::commit(&mut machine, &mut session, "lost", &Change::Purge(id(5))).unwrap();
    let (mut fresh, theirs) = crate::support::fakes::machine();
    let mut other = vaults::with(&mut fresh, [account(30, "Mine", "alice")]);
    theirs.documents.put(&made.path, handles.documents.get(&made.path).unwrap());
    let read = file(&mut fresh, &made.path).unwrap();
    let opened = read.open(&fresh, &with(OF_ITS_OWN), &Trust::default()).unwrap();
    let report = backup::restore_into(&mut fresh, &mut other, &read, opened, &[], false).unwrap();
    assert_eq!(report.accounts, 8);
    assert!(other.vault().get(id(30)).is_some() && other.vault().get(id(1)).is_some());
}
