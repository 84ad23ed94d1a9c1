//! Saving: whatever fails, the file is the old vault or the new one; whoever else writes, nothing is lost.

use countersign::ports::FileStep;
use countersign::sealing::{self, CostPolicy, Opened};
use countersign::tasks::{self, CommitError, CreateError};
use countersign::vault::{Change, Edit, Vault};

use crate::support::fakes::machine;
use crate::support::vaults::{self, account, add, id};

const STEPS: [FileStep; 7] = [
    FileStep::Read,
    FileStep::Lock,
    FileStep::MakeFolder,
    FileStep::Write,
    FileStep::Sync,
    FileStep::KeepCopy,
    FileStep::Replace,
];

fn note(text: &str) -> Change {
    Change::Edit(id(1), Box::new(Edit { note: Some(text.to_owned()), ..Edit::default() }))
}

#[test]
fn a_failed_save_keeps_the_old_vault_and_says_so() {
    let mut failed = 0;
    for step in STEPS {
        let (mut machine, handles) = machine();
        let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
        let before = handles.vault_file.bytes();
        handles.vault_file.fail_at(step);
        if let Err(error) = tasks::commit(&mut machine, &mut session, "wrote a note", &note("new")) {
            failed += 1;
            assert!(matches!(error, CommitError::File(_)), "{step:?}: {error}");
            assert!(!error.next_step().is_empty());
            assert_eq!(handles.vault_file.bytes(), before, "{step:?} changed the file");
            assert_eq!(session.vault().get(id(1)).map(|account| account.note().to_owned()), Some(String::new()));
        }
        handles.vault_file.recover();
        tasks::commit(&mut machine, &mut session, "wrote a note", &note("again")).expect("nothing fails any more");
        let reopened = vaults::unlock(&mut machine);
        assert_eq!(reopened.vault().get(id(1)).map(|account| account.note().to_owned()), Some("again".to_owned()));
    }
    assert!(failed >= 4, "only {failed} steps were ever reached");
}

#[test]
fn what_does_not_read_back_the_same_never_becomes_the_vault() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let before = handles.vault_file.bytes();
    handles.vault_file.damage_what_is_written();
    assert!(tasks::commit(&mut machine, &mut session, "wrote a note", &note("new")).is_err());
    assert_eq!(handles.vault_file.bytes(), before);
}

#[test]
fn the_second_of_two_writers_merges() {
    let (mut ours, handles) = machine();
    let mut here = vaults::with(&mut ours, [account(1, "GitHub", "alice")]);
    let (mut theirs, _their_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut theirs);

    tasks::commit(&mut theirs, &mut there, "added", &add(account(2, "GitLab", "alice"))).expect("it is new");
    let saved = tasks::commit(&mut ours, &mut here, "wrote a note", &note("mine")).expect("it merges");

    assert_eq!(saved.decisions.len(), 1, "the other's account is told of");
    let reopened = vaults::unlock(&mut ours);
    assert!(reopened.vault().get(id(2)).is_some(), "the other's account is there");
    assert_eq!(reopened.vault().get(id(1)).map(|account| account.note().to_owned()), Some("mine".to_owned()));
    assert_eq!(tasks::devices(&reopened).len(), 2);
}

#[test]
fn a_count_of_saves_that_is_at_its_end_stops_nobody_from_saving() {
    let (mut machine, handles) = machine();
    drop(vaults::with(&mut machine, [account(1, "GitHub", "alice")]));
    let file = handles.vault_file.bytes().expect("it was saved");
    let slots = sealing::peek(&file).expect("it is a vault");
    let policy = CostPolicy::default();
    let key = slots.unlock_with_passphrase(&vaults::passphrase(), &policy).expect("it is its passphrase").key;
    let Opened { mut manifest, slots, .. } = sealing::open(&file, &key).expect("it is its key");
    manifest.generations.values_mut().for_each(|count| *count = u64::MAX);
    let body = countersign::vault::write(&Vault::default());
    let counted = sealing::seal(&body, &manifest, &slots, &key).expect("it is one line");
    handles.vault_file.changed_by_another_device(&counted);

    let mut session = vaults::unlock(&mut machine);
    for number in [2, 3] {
        let new = add(account(number, "GitLab", "alice"));
        tasks::commit(&mut machine, &mut session, "added", &new).expect("it is saved all the same");
        assert_eq!(vaults::unlock(&mut machine).vault(), session.vault());
    }
}

#[test]
fn a_vault_is_never_made_over_a_file() {
    let (mut machine, handles) = machine();
    handles.vault_file.changed_by_another_device(b"anything");
    let refused =
        tasks::create(&mut machine, &vaults::passphrase(), countersign::sealing::WorkFactor::unchecked_for_tests(4));
    assert!(matches!(refused, Err(CreateError::Exists(_))));
    assert_eq!(handles.vault_file.bytes().as_deref(), Some(&b"anything"[..]));
}

#[test]
fn two_processes_that_make_the_first_vault_at_once_leave_one() {
    let (mut machine, handles) = machine();
    handles.vault_file.changes_just_before_the_next_save(b"somebody was quicker");
    let made =
        tasks::create(&mut machine, &vaults::passphrase(), countersign::sealing::WorkFactor::unchecked_for_tests(4));
    assert!(matches!(made, Err(CreateError::Commit(CommitError::MadeByOthers))));
    assert_eq!(handles.vault_file.bytes().as_deref(), Some(&b"somebody was quicker"[..]));
}

#[test]
fn a_vault_that_vanished_is_not_made_anew_by_a_save() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    handles.vault_file.remove();
    let error = tasks::commit(&mut machine, &mut session, "wrote a note", &note("new")).expect_err("it has gone");
    assert!(matches!(error, CommitError::Gone), "{error}");
    assert_eq!(handles.vault_file.bytes(), None);
}

#[test]
fn a_stranger_in_the_vaults_place_is_not_written_over() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let (mut other, other_handles) = crate::support::fakes::machine();
    vaults::create(&mut other);
    let stranger = other_handles.vault_file.bytes().expect("it was just made");
    handles.vault_file.changed_by_another_device(&stranger);
    let error = tasks::commit(&mut machine, &mut session, "wrote a note", &note("new")).expect_err("it is another's");
    assert!(matches!(error, CommitError::Theirs(_)), "{error}");
    assert_eq!(handles.vault_file.bytes(), Some(stranger));
}

#[test]
fn a_change_elsewhere_is_taken_in_without_a_save() {
    let (mut ours, handles) = machine();
    let mut here = vaults::with(&mut ours, [account(1, "GitHub", "alice")]);
    assert!(tasks::refresh(&mut ours, &mut here).expect("nothing happened").decisions.is_empty());
    let (mut theirs, _their_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut theirs);
    tasks::commit(&mut theirs, &mut there, "added", &add(account(2, "GitLab", "alice"))).expect("it is new");
    assert_eq!(tasks::refresh(&mut ours, &mut here).expect("it is our vault").decisions.len(), 1);
    assert!(here.vault().get(id(2)).is_some());
}

#[test]
fn a_change_that_does_not_fit_saves_nothing() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let before = handles.vault_file.bytes();
    let half = Change::Batch(vec![note("kept?"), Change::Trash(id(9), countersign::otp::Timestamp::from_secs(0))]);
    assert!(tasks::commit(&mut machine, &mut session, "half", &half).is_err());
    assert_eq!(handles.vault_file.bytes(), before);
    assert_eq!(session.vault().get(id(1)).map(|account| account.note().to_owned()), Some(String::new()));
}
