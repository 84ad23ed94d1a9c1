//! Opening: each thing that can be wrong has its own sentence, and nothing is written over what is doubtful.

use countersign::otp::Timestamp;
use std::path::PathBuf;

use countersign::ports::{FileNote, FileStep, Machine, NotKept, StateSlot};
use countersign::sealing::{SealError, WorkFactor};
use countersign::tasks::{
    self, CommitError, MergeError, MergeReport, MergeRequest, Session, Trust, UnlockError, Warning, Way,
};
use countersign::vault::{Change, Edit};
use secrecy::SecretString;

use crate::support::fakes::{Handles, machine};
use crate::support::vaults::{self, account, add, id};

fn way() -> Way {
    Way::Passphrase(vaults::passphrase())
}

fn note() -> Change {
    Change::Edit(id(1), Box::new(Edit { note: Some("new".to_owned()), ..Edit::default() }))
}

/// A vault with two saves behind it: returns the file after the first of them.
fn older_copy() -> (Handles, Vec<u8>) {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let old = handles.vault_file.bytes().expect("it was saved");
    tasks::commit(&mut machine, &mut session, "added", &add(account(2, "GitLab", "alice"))).expect("it is new");
    (handles, old)
}

fn merge(machine: &mut Machine, session: &mut Session, path: &str) -> Result<MergeReport, MergeError> {
    let (sources, trust) = ([PathBuf::from(path)], Trust::default());
    let request = MergeRequest { sources: &sources, way: None, trust: &trust, choices: &[], is_dry_run: false };
    tasks::merge(machine, session, &request)
}

#[test]
fn a_missing_vault_is_said_to_be_missing() {
    let (mut machine, _handles) = machine();
    assert!(tasks::look(&mut machine).expect("absence is no error").is_none());
    let error = tasks::unlock(&mut machine, &way(), &Trust::default()).err().expect("there is none");
    assert!(matches!(error, UnlockError::NoVault(_)), "{error}");
    assert!(error.next_step().starts_with("wait, if a sync tool brings it"), "it may be gone for a moment only");
    assert!(error.next_step().contains("init"));
}

#[test]
fn a_vault_that_cannot_be_read_is_not_a_missing_one() {
    let (mut machine, handles) = machine();
    vaults::create(&mut machine);
    handles.vault_file.fail_at(FileStep::Read);
    assert!(matches!(tasks::unlock(&mut machine, &way(), &Trust::default()), Err(UnlockError::File(_))));
    assert!(matches!(tasks::look(&mut machine), Err(UnlockError::File(_))));
}

#[test]
fn the_key_is_kept_in_memory_for_as_long_as_the_vault_is_open() {
    let (mut machine, handles) = machine();
    let created = vaults::create(&mut machine);
    assert_eq!(handles.host.kept(), 1);
    drop(created);
    assert_eq!(handles.host.kept(), 0);
    let opened = tasks::unlock(&mut machine, &way(), &Trust::default()).expect("it opens");
    assert_eq!((handles.host.kept(), opened.may_be_swapped_out()), (1, None));
    drop(opened);
    handles.host.may_keep(1);
    let opened = tasks::unlock(&mut machine, &way(), &Trust::default()).expect("it opens all the same");
    assert_eq!((handles.host.kept(), opened.may_be_swapped_out()), (0, Some(NotKept::Limit { limit_bytes: 1 })));
}

#[test]
fn a_wrong_passphrase_is_said_to_be_wrong() {
    let (mut machine, _handles) = machine();
    vaults::create(&mut machine);
    let wrong = Way::Passphrase(SecretString::from("not that one"));
    let error = tasks::unlock(&mut machine, &wrong, &Trust::default()).err().expect("it is wrong");
    assert!(error.is_wrong_passphrase(), "{error}");
}

#[test]
fn a_damaged_vault_is_said_to_be_damaged_and_stays() {
    let (mut machine, handles) = machine();
    vaults::create(&mut machine);
    let mut bytes = handles.vault_file.bytes().expect("it was saved");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    handles.vault_file.changed_by_another_device(&bytes);
    let error = tasks::unlock(&mut machine, &way(), &Trust::default()).err().expect("it is damaged");
    assert!(matches!(error, UnlockError::Seal(SealError::Damaged)), "{error}");
    assert_eq!(handles.vault_file.bytes(), Some(bytes));
}

#[test]
fn an_older_copy_is_named_and_not_written_to() {
    let (handles, old) = older_copy();
    handles.vault_file.changed_by_another_device(&old);
    let mut machine = handles.machine();
    let mut session = tasks::unlock(&mut machine, &way(), &Trust::default()).expect("it may be looked at");
    assert!(
        session.warnings().iter().any(|warning| matches!(warning, Warning::Older { .. })),
        "{:?}",
        session.warnings()
    );
    let refused = tasks::commit(&mut machine, &mut session, "note", &note()).expect_err("it must not be written to");
    assert!(matches!(refused, CommitError::Forbidden(Warning::Older { .. })), "{refused}");
    assert_eq!(handles.vault_file.bytes(), Some(old.clone()));
    // Looking at it has not made it the one last seen.
    let again = vaults::unlock(&mut machine);
    assert!(again.warnings().iter().any(Warning::forbids_writing));
}

#[test]
fn an_older_copy_that_was_accepted_is_the_vault_from_then_on() {
    let (handles, old) = older_copy();
    handles.vault_file.changed_by_another_device(&old);
    let mut machine = handles.machine();
    let trust = Trust { accept_older: true, ..Trust::default() };
    let mut session = tasks::unlock(&mut machine, &way(), &trust).expect("it was accepted");
    tasks::commit(&mut machine, &mut session, "note", &note()).expect("it was accepted");
    let again = vaults::unlock(&mut machine);
    assert!(!again.warnings().iter().any(Warning::forbids_writing), "{:?}", again.warnings());
}

#[test]
fn what_an_older_copy_lacks_is_named_in_the_warning_and_in_the_refusal() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice"), account(2, "npm", "bob")]);
    let old = handles.vault_file.bytes().expect("it was saved");
    let remove = Change::Trash(id(2), Timestamp::from_secs(1));
    for change in [add(account(3, "VPN", "carol")), note(), remove] {
        tasks::commit(&mut machine, &mut session, "changed", &change).expect("it fits");
    }
    handles.vault_file.changed_by_another_device(&old);
    let mut session =
        tasks::unlock_for(&mut machine, &way(), &Trust::default(), "github").expect("it may be looked at");
    let lacks = "it lacks: GitHub · alice (note changed), npm · bob (removed), VPN · carol (added)";
    assert!(session.warnings()[0].to_string().ends_with(lacks), "{}", session.warnings()[0]);
    let refused = tasks::commit(&mut machine, &mut session, "note", &note()).expect_err("it must not be written to");
    assert!(refused.to_string().contains(lacks), "{refused}");
}

#[test]
fn what_an_older_copy_lacks_is_counted_where_it_is_much() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let old = handles.vault_file.bytes().expect("it was saved");
    let many = (10..20).map(|number| add(account(number, "Site", "alice"))).collect();
    tasks::commit(&mut machine, &mut session, "added", &Change::Batch(many)).expect("they are new");
    handles.vault_file.changed_by_another_device(&old);
    let warning = vaults::unlock(&mut machine).warnings()[0].to_string();
    assert!(warning.ends_with("Site · alice (added), and 7 more"), "{warning}");
}

#[test]
fn accepting_an_older_copy_keeps_the_newer_one_first() {
    let (handles, old) = older_copy();
    let newest = handles.vault_file.bytes().expect("it was saved");
    handles.vault_file.changed_by_another_device(&old);
    let mut machine = handles.machine();
    let trust = Trust { accept_older: true, ..Trust::default() };
    handles.vault_file.fail_at(FileStep::KeepCopy);
    let error = tasks::unlock(&mut machine, &way(), &trust).err().expect("it cannot be kept");
    assert!(matches!(error, UnlockError::File(_)), "{error}");
    handles.vault_file.recover();
    tasks::unlock(&mut machine, &way(), &trust).expect("it was accepted");
    assert!(handles.vault_file.earlier().contains(&newest), "what the older copy lacks is still there");
}

#[test]
fn a_run_that_changes_nothing_writes_nothing_beside_the_vault() {
    let (mut machine, handles) = machine();
    vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    handles.state.put(StateSlot::Seen, b"as it was");
    vaults::unlock(&mut machine);
    assert_eq!(handles.state.get(StateSlot::Seen).as_deref(), Some(&b"as it was"[..]));
}

#[test]
fn two_histories_of_one_vault_are_told_apart_and_merging_settles_it() {
    let (handles, old) = older_copy();
    let newest = handles.vault_file.bytes().expect("it was saved");
    // Another device, which only ever had the old copy, saves.
    handles.vault_file.changed_by_another_device(&old);
    let (mut other, _other_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut other);
    tasks::commit(&mut other, &mut there, "added", &add(account(3, "npm", "alice"))).expect("it is new");

    let mut machine = handles.machine();
    let mut session = vaults::unlock(&mut machine);
    assert!(
        session.warnings().iter().any(|warning| matches!(warning, Warning::GrewApart { .. })),
        "{:?}",
        session.warnings()
    );
    assert!(tasks::commit(&mut machine, &mut session, "note", &note()).is_err());

    handles.documents.put("newest.age", &newest);
    let report = merge(&mut machine, &mut session, "newest.age");
    assert!(report.expect("it is our vault").saved);
    tasks::commit(&mut machine, &mut session, "note", &note()).expect("now it contains both");
    let reopened = vaults::unlock(&mut machine);
    assert_eq!(reopened.vault().len(), 3);
    assert!(!reopened.warnings().iter().any(Warning::forbids_writing), "{:?}", reopened.warnings());
}

#[test]
fn another_vault_in_the_same_place_is_refused_until_accepted() {
    let (mut machine, handles) = machine();
    vaults::create(&mut machine);
    let (mut other, other_handles) = crate::support::fakes::machine();
    vaults::create(&mut other);
    handles.vault_file.changed_by_another_device(&other_handles.vault_file.bytes().expect("it was saved"));
    let error = tasks::unlock(&mut machine, &way(), &Trust::default()).err().expect("it is another one");
    assert!(matches!(error, UnlockError::Different { .. }), "{error}");
    let trust = Trust { accept_different: true, ..Trust::default() };
    tasks::unlock(&mut machine, &way(), &trust).expect("it was accepted");
    vaults::unlock(&mut machine);
}

#[test]
fn a_new_device_is_shown_the_words_and_may_write() {
    let (mut machine, handles) = machine();
    let words = vaults::with(&mut machine, [account(1, "GitHub", "alice")]).fingerprint().to_string();
    let (mut other, _other_handles) = handles.another_device("laptop");
    let mut session = vaults::unlock(&mut other);
    assert!(session.warnings().iter().any(|warning| warning.to_string().contains(&words)));
    tasks::commit(&mut other, &mut session, "note", &note()).expect("a first sight forbids nothing");
    let known = vaults::unlock(&mut other);
    assert!(!known.warnings().iter().any(|warning| matches!(warning, Warning::FirstSight(_))));
}

#[test]
fn a_pin_that_somebody_else_wrote_proves_nothing() {
    let (handles, old) = older_copy();
    let pin = handles.state.get(StateSlot::Pin).expect("it was pinned");
    let forged = String::from_utf8(pin).expect("JSON is UTF-8").replace("\"saved_at_ms\":1", "\"saved_at_ms\":2");
    handles.state.put(StateSlot::Pin, forged.as_bytes());
    handles.vault_file.changed_by_another_device(&old);
    let session = vaults::unlock(&mut handles.machine());
    assert!(
        session.warnings().iter().any(|warning| matches!(warning, Warning::FirstSight(_))),
        "{:?}",
        session.warnings()
    );
}

#[test]
fn an_identity_file_opens_without_key_derivation() {
    let (mut machine, _handles) = machine();
    vaults::create(&mut machine);
    let no_identity = Way::Identity(SecretString::from("# nothing\n"));
    let error = tasks::unlock(&mut machine, &no_identity, &Trust::default()).err().expect("there is none in it");
    assert!(matches!(error, UnlockError::Seal(SealError::NotAnIdentity)), "{error}");
}

#[test]
fn too_little_memory_is_said_before_it_is_taken() {
    let (mut machine, handles) = machine();
    tasks::create(&mut machine, &vaults::passphrase(), WorkFactor::unchecked_for_tests(10)).expect("there is none yet");
    handles.host.leave_memory(1024);
    let error = tasks::unlock(&mut machine, &way(), &Trust::default()).err().expect("it would not fit");
    assert!(matches!(error, UnlockError::Seal(SealError::NotEnoughMemory { .. })), "{error}");
}

#[test]
fn a_file_that_others_may_read_is_named_once_it_is_open() {
    let (mut machine, handles) = machine();
    vaults::create(&mut machine);
    handles.vault_file.note(FileNote::ReadableByOthers);
    assert!(vaults::unlock(&mut machine).warnings().contains(&Warning::File(FileNote::ReadableByOthers)));
}

#[test]
fn a_spoilt_memory_of_this_device_costs_no_vault() {
    let (mut machine, handles) = machine();
    vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    handles.state.put(StateSlot::Private, b"spoilt");
    assert_eq!(vaults::unlock(&mut machine).vault().len(), 1);
}

#[test]
fn warnings_tell_how_old_a_copy_is() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let old = handles.vault_file.bytes().expect("it was saved");
    handles.clock.set(Timestamp::from_secs(1_795_305_600 + 5 * 3600));
    tasks::commit(&mut machine, &mut session, "note", &note()).expect("it fits");
    handles.vault_file.changed_by_another_device(&old);
    let warnings = vaults::unlock(&mut machine).warnings().to_vec();
    assert!(warnings.iter().any(|warning| warning.to_string().contains("by 5 hours")), "{warnings:?}");
}

#[test]
fn a_session_for_one_query_holds_little_and_saves_everything() {
    let (mut machine, _handles) = machine();
    let mut hotp = account(2, "Office", "alice");
    hotp.enrolment = vaults::hotp(2);
    vaults::with(&mut machine, [account(1, "GitHub", "alice"), hotp, account(3, "npm", "bob")]);

    let mut session = tasks::unlock_for(&mut machine, &way(), &Trust::default(), "office").expect("it was made so");
    assert_eq!(session.vault().len(), 1);
    let now = Timestamp::from_secs(1_795_305_600);
    let issued = tasks::issue(&mut machine, &mut session, id(2), tasks::Which::Current, now, true);
    assert_eq!(issued.expect("the counter can be saved").step, 0);
    let whole = vaults::unlock(&mut machine);
    assert_eq!(whole.vault().len(), 3, "the accounts that were not read are still there");
    assert_eq!(whole.vault().get(id(2)).map(|account| account.counter()), Some(1));
    assert!(whole.memory().is_used(id(2), 0));
}

#[test]
fn a_session_for_a_query_that_names_nothing_holds_everything() {
    let (mut machine, _handles) = machine();
    vaults::with(&mut machine, [account(1, "GitHub", "alice"), account(3, "npm", "bob")]);
    let session = tasks::unlock_for(&mut machine, &way(), &Trust::default(), "gthb").expect("it was made so");
    assert_eq!(session.vault().len(), 2, "only the whole vault can be matched fuzzily");
}

#[test]
fn merging_an_older_copy_of_the_same_vault_finds_no_conflicts() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let write = |text: &str| Change::Edit(id(1), Box::new(Edit { note: Some(text.to_owned()), ..Edit::default() }));
    tasks::commit(&mut machine, &mut session, "note", &write("first")).expect("it fits");
    handles.documents.put("copy.age", handles.vault_file.bytes().expect("it was saved"));
    tasks::commit(&mut machine, &mut session, "note", &write("second")).expect("it fits");
    let report = merge(&mut machine, &mut session, "copy.age").expect("it is our vault");
    assert_eq!((report.decisions, report.unchanged, report.saved), (Vec::new(), 1, false));
}

#[test]
fn a_clock_at_either_end_of_time_keeps_nobody_out() {
    let (mut machine, handles) = machine();
    drop(vaults::create(&mut machine));
    for now in [Timestamp::MIN, Timestamp::MAX] {
        handles.clock.set(now);
        vaults::unlock(&mut machine);
    }
}
