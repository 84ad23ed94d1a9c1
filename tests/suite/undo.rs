//! Undo: one step back, also in a later run, and never over what somebody else wrote since.

use std::collections::BTreeSet;

use countersign::otp::Timestamp;
use countersign::tasks::{self, UndoError};
use countersign::vault::{Change, Edit};

use crate::support::fakes::machine;
use crate::support::vaults::{self, account, add, enrolment, id};

fn edit(edit: Edit) -> Change {
    Change::Edit(id(1), Box::new(edit))
}

#[test]
fn an_edit_of_everything_is_taken_back_in_a_later_run() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let before = session.vault().get(id(1)).expect("it was added").clone();
    let all = edit(Edit {
        issuer: Some("GitLab".into()),
        account: Some("bob".into()),
        enrolment: Some(enrolment(9)),
        counter: Some(5),
        tags: Some(BTreeSet::from(["work".to_owned()])),
        note: Some("note".into()),
        pinned: Some(true),
        pending: Some(true),
        order: Some(Some(3)),
    });
    tasks::commit(&mut machine, &mut session, "edited GitHub", &all).expect("it fits");
    let mut later = vaults::unlock(&mut machine);
    assert_eq!(later.can_undo(), Some("edited GitHub"));
    assert_eq!(tasks::undo(&mut machine, &mut later).expect("it can be undone").title, "edited GitHub");

    let after = vaults::unlock(&mut machine).vault().get(id(1)).expect("it is there").clone();
    assert_eq!((after.issuer(), after.account(), after.note()), (before.issuer(), before.account(), before.note()));
    assert_eq!(after.enrolment(), before.enrolment());
    assert_eq!((after.counter(), after.tags(), after.order()), (before.counter(), before.tags(), before.order()));
    assert_eq!((after.pinned(), after.pending()), (before.pinned(), before.pending()));
    assert!(after.former().any(|former| *former == enrolment(9)), "the secret that was taken back is kept");
}

#[test]
fn undoing_twice_brings_the_change_back() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    tasks::commit(
        &mut machine,
        &mut session,
        "wrote a note",
        &edit(Edit { note: Some("n".into()), ..Edit::default() }),
    )
    .expect("it fits");
    tasks::undo(&mut machine, &mut session).expect("it can be undone");
    assert_eq!(session.can_undo(), Some("undid: wrote a note"));
    tasks::undo(&mut machine, &mut session).expect("it can be undone");
    assert_eq!(session.vault().get(id(1)).map(|account| account.note().to_owned()), Some("n".to_owned()));
    assert_eq!(session.can_undo(), Some("wrote a note"));
}

#[test]
fn a_removed_account_comes_back_and_an_added_one_goes_to_the_trash() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    tasks::commit(&mut machine, &mut session, "removed", &Change::Trash(id(1), Timestamp::from_secs(5)))
        .expect("it is there");
    assert!(session.vault().is_empty());
    tasks::undo(&mut machine, &mut session).expect("it can be undone");
    assert_eq!(session.vault().len(), 1);
    tasks::commit(&mut machine, &mut session, "added", &add(account(2, "GitLab", "alice"))).expect("it is new");
    tasks::undo(&mut machine, &mut session).expect("it can be undone");
    assert!(session.vault().get(id(2)).is_some_and(|account| account.trashed().is_some()), "not lost, in the trash");
}

#[test]
fn what_another_device_wrote_since_is_not_undone() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let ours = edit(Edit { note: Some("ours".into()), issuer: Some("Ours".into()), ..Edit::default() });
    tasks::commit(&mut machine, &mut session, "edited", &ours).expect("it fits");
    let (mut other, _other_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut other);
    tasks::commit(&mut other, &mut there, "edited", &edit(Edit { note: Some("theirs".into()), ..Edit::default() }))
        .expect("it fits");

    tasks::refresh(&mut machine, &mut session).expect("it is our vault");
    tasks::undo(&mut machine, &mut session).expect("the issuer is left to take back");
    let account = session.vault().get(id(1)).expect("it is there");
    assert_eq!((account.issuer(), account.note()), ("GitHub", "theirs"));
}

#[test]
fn with_nothing_to_undo_that_is_said() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::create(&mut machine);
    assert!(matches!(tasks::undo(&mut machine, &mut session), Err(UndoError::Nothing)));
}

#[test]
fn a_deletion_for_good_cannot_be_undone_and_says_so() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    tasks::commit(&mut machine, &mut session, "removed", &Change::Trash(id(1), Timestamp::from_secs(5)))
        .expect("it is there");
    tasks::commit(&mut machine, &mut session, "emptied the trash", &Change::Batch(vec![Change::Purge(id(1))]))
        .expect("it is in it");
    assert!(matches!(tasks::undo(&mut machine, &mut session), Err(UndoError::Nothing)));
}

#[test]
fn a_tag_that_somebody_else_set_since_survives_the_undo() {
    let tagged = |tags: &[&str]| {
        edit(Edit { tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()), ..Edit::default() })
    };
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    tasks::commit(&mut machine, &mut session, "tagged", &tagged(&["work"])).expect("it fits");
    let (mut other, _other_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut other);
    tasks::commit(&mut other, &mut there, "tagged", &tagged(&["work", "home"])).expect("it fits");
    tasks::refresh(&mut machine, &mut session).expect("it is our vault");
    tasks::undo(&mut machine, &mut session).expect("our tag is left to take back");
    assert_eq!(session.vault().get(id(1)).map(|account| account.tags()), Some(vec!["home"]));
}
