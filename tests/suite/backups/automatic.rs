use std::io::ErrorKind;

use countersign::ports::{Clock, FileStep};
use countersign::tasks::backup::{self, BackupPlan, How};
use countersign::tasks::{self, Session, Warning, Way};
use countersign::vault::Change;

use super::{STICK, file, made, mount, note, on_the_stick, somebody};
use crate::support::fakes::{Handles, machine};
use crate::support::vaults::{self, account, add, hotp, id};

const HOUR: i64 = 60 * 60;

fn plan(keep: usize) -> BackupPlan {
    BackupPlan { folder: STICK.into(), keep, daily: 0, weekly: 0, recipients: Vec::new() }
}

/// A vault whose changes are backed up to the stick.
fn scene(plan: BackupPlan) -> (countersign::ports::Machine, Handles, Session) {
    let (mut machine, handles) = machine();
    let counted = countersign::vault::NewAccount { enrolment: hotp(2), ..account(2, "VPN", "bob") };
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice"), counted]);
    mount(&handles);
    session.back_up_to(plan);
    (machine, handles, session)
}

fn failing(session: &Session) -> bool {
    session.warnings().iter().any(|warning| matches!(warning, Warning::BackupFailing { .. }))
}

#[test]
fn each_change_is_backed_up_and_a_counter_that_moves_is_one() {
    let (mut machine, handles, mut session) = scene(plan(10));
    tasks::commit(&mut machine, &mut session, "note", &note(1, "one")).unwrap();
    handles.clock.advance_secs(1);
    let now = handles.clock.now();
    tasks::issue(&mut machine, &mut session, id(2), tasks::Which::Current, now, true).unwrap();
    handles.clock.advance_secs(1);
    tasks::issue(&mut machine, &mut session, id(1), tasks::Which::Current, now, true).unwrap();
    let names = on_the_stick(&handles);
    assert_eq!(names.len(), 2, "a TOTP code changes nothing: {names:?}");
    assert!(names.iter().all(|name| name.starts_with("countersign-auto-laptop-2026-11-22T00-00-0")), "{names:?}");
    let records = backup::records(&machine);
    assert!(records.backups.iter().all(|record| record.is_automatic && record.how == How::Vault));
    let last = file(&mut machine, &records.backups[1].path).unwrap();
    let opened = last.open(&machine, &Way::Passphrase(vaults::passphrase()), &tasks::Trust::default()).unwrap();
    assert!(opened.is_proved);
    assert_eq!(opened.vault.get(id(2)).unwrap().counter(), 1);
}

#[test]
fn a_failing_destination_is_an_alarm_with_its_age_and_never_fails_the_save() {
    let (mut machine, handles, mut session) = scene(plan(10));
    let start = handles.clock.now();
    handles.documents.fail_with(FileStep::Write, ErrorKind::StorageFull);
    tasks::commit(&mut machine, &mut session, "note", &note(1, "one")).unwrap();
    assert!(failing(&session));
    handles.clock.advance_secs(HOUR);
    tasks::commit(&mut machine, &mut session, "note", &note(1, "two")).unwrap();
    let alarm = backup::records(&machine).failing.unwrap();
    assert_eq!(alarm.since, start, "since the first time");
    assert!(alarm.why.contains("cannot write"), "{}", alarm.why);
    assert_eq!(session.warnings().iter().filter(|warning| matches!(warning, Warning::BackupFailing { .. })).count(), 1);
    assert!(session.warnings().iter().all(|warning| !warning.forbids_writing()));

    handles.documents.recover();
    tasks::commit(&mut machine, &mut session, "note", &note(1, "three")).unwrap();
    assert!(!failing(&session));
    assert_eq!(backup::records(&machine).failing, None);
    assert_eq!(vaults::unlock(&mut machine).vault().get(id(1)).unwrap().note(), "three");
}

#[test]
fn every_kind_of_trouble_with_the_folder_is_noticed() {
    let no_folder = BackupPlan { folder: "/not/there".into(), ..plan(10) };
    let no_recipient = BackupPlan { recipients: vec!["ssh-ed25519 AAAA".to_owned()], ..plan(10) };
    let a_file = BackupPlan { folder: "/stick/photo.jpg".into(), ..plan(10) };
    for plan in [no_folder, no_recipient, a_file] {
        let (mut machine, handles, mut session) = scene(plan);
        tasks::commit(&mut machine, &mut session, "note", &note(1, "one")).unwrap();
        assert!(failing(&session) && backup::records(&machine).failing.is_some());
        assert!(on_the_stick(&handles).is_empty());
        assert_eq!(vaults::unlock(&mut machine).vault().get(id(1)).unwrap().note(), "one");
    }
    let (mut machine, handles, mut session) = scene(plan(10));
    handles.documents.damage_what_is_written();
    tasks::commit(&mut machine, &mut session, "note", &note(1, "one")).unwrap();
    assert!(failing(&session));
    assert!(on_the_stick(&handles).is_empty(), "what did not prove itself is removed");
}

#[test]
fn recipients_can_open_automatic_backups_and_so_can_the_vault() {
    let (identity, _) = somebody();
    let recipient = age::x25519::Identity::generate();
    let with = BackupPlan { recipients: vec![recipient.to_public().to_string()], ..plan(10) };
    let (mut machine, handles, mut session) = scene(with);
    tasks::commit(&mut machine, &mut session, "note", &note(1, "one")).unwrap();
    assert_eq!(on_the_stick(&handles).len(), 1);
    let record = backup::records(&machine).backups.remove(0);
    let file = file(&mut machine, &record.path).unwrap();
    let text = age::secrecy::ExposeSecret::expose_secret(&recipient.to_string()).to_owned();
    assert!(file.open(&machine, &Way::Identity(text.into()), &tasks::Trust::default()).is_ok());
    assert!(file.open(&machine, &Way::Identity(identity), &tasks::Trust::default()).is_err());
}

#[test]
fn old_ones_go_and_nothing_else_ever_does() {
    let (mut machine, handles, mut session) = scene(BackupPlan { daily: 2, ..plan(2) });
    let by_hand = made(&mut machine, &session);
    // Names like ours that are not: no backup, another vault's, another name than its content says.
    let (mut other, their_handles) = crate::support::fakes::machine();
    other.entropy = Box::new(crate::support::fakes::CountingEntropy::from(77));
    let mut theirs = vaults::with(&mut other, [account(9, "Other", "alice")]);
    mount(&their_handles);
    theirs.back_up_to(plan(5));
    tasks::commit(&mut other, &mut theirs, "note", &note(9, "x")).unwrap();
    let foreign = on_the_stick(&their_handles).remove(0);
    let foreign_bytes = their_handles.documents.get(format!("{STICK}/{foreign}")).unwrap();
    let mut strangers = vec![foreign.clone()];
    handles.documents.put(format!("{STICK}/{foreign}"), &foreign_bytes);
    for name in [
        "countersign-auto-laptop-2020-01-01T00-00-00Z-2-accounts.age",
        "countersign-auto-desktop-2020-01-01T00-00-00Z-2-accounts.age",
        "countersign-laptop-2020-01-01T00-00-00Z-2-accounts.age",
        "countersign-auto-laptop-2020-01-01T00-00-00Z-2-accounts.age.txt",
    ] {
        handles.documents.put(format!("{STICK}/{name}"), b"mine, not yours");
        strangers.push(name.to_owned());
    }
    let mut disguised = None;
    for hour in 1..=60 {
        handles.clock.advance_secs(HOUR);
        tasks::commit(&mut machine, &mut session, "note", &note(1, &format!("{hour}"))).unwrap();
        if disguised.is_none() {
            // One of our own under a name that says something else.
            let path = backup::records(&machine).backups.last().unwrap().path.clone();
            let name = "countersign-auto-laptop-2019-01-01T00-00-00Z-7-accounts.age";
            handles.documents.put(format!("{STICK}/{name}"), handles.documents.get(path).unwrap());
            strangers.push(name.to_owned());
            disguised = Some(name);
        }
    }
    let left = on_the_stick(&handles);
    for stranger in &strangers {
        assert!(left.contains(stranger), "{stranger} is gone");
    }
    assert!(handles.documents.get(&by_hand.path).is_some(), "a backup by hand stays");
    let automatic: Vec<_> =
        left.iter().filter(|name| name.starts_with("countersign-auto-laptop-2026") && **name != foreign).collect();
    // The newest two of the last day, and the last one of the day before.
    assert_eq!(automatic.len(), 3, "{automatic:?}");
    let recorded = backup::records(&machine).backups;
    assert_eq!(recorded.iter().filter(|record| record.is_automatic).count(), 3, "what is gone is forgotten");
}

#[test]
fn a_copy_that_cannot_be_removed_stays_until_the_next_time() {
    let (mut machine, handles, mut session) = scene(plan(1));
    handles.documents.fail_with(FileStep::Remove, ErrorKind::PermissionDenied);
    for hour in 1..4 {
        handles.clock.advance_secs(HOUR);
        tasks::commit(&mut machine, &mut session, "note", &note(1, &format!("{hour}"))).unwrap();
    }
    assert_eq!(on_the_stick(&handles).len(), 3);
    handles.documents.recover();
    handles.clock.advance_secs(HOUR);
    tasks::commit(&mut machine, &mut session, "added", &add(account(5, "New", "alice"))).unwrap();
    assert_eq!(on_the_stick(&handles).len(), 1);
    let change = Change::Trash(id(5), handles.clock.now());
    tasks::commit(&mut machine, &mut session, "removed", &change).unwrap();
    assert_eq!(on_the_stick(&handles).len(), 1);
}
