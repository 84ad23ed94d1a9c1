//! Giving codes out: a counter is saved before its code is seen, and what was used is remembered here only.

use countersign::otp::Timestamp;
use countersign::ports::{ClipboardError, Delivery, FileStep};
use countersign::tasks::{self, CopyError, Hold, IssueError, Which};
use countersign::vault::{Change, Edit};

use crate::support::fakes::machine;
use crate::support::vaults::{self, account, hotp, id};

const NOW: Timestamp = Timestamp::from_secs(1_795_305_615);

fn hotp_account() -> countersign::vault::NewAccount {
    countersign::vault::NewAccount { enrolment: hotp(1), counter: 7, ..account(1, "Office", "alice") }
}

#[test]
fn the_code_is_the_one_of_the_step_and_says_until_when() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let step = 1_795_305_615 / 30;
    let expected = vaults::enrolment(1).code(step);
    let issued = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, false).expect("it is there");
    assert_eq!(issued.code.expose_secret(), expected.expose_secret());
    let (from, until) = issued.valid.expect("it is a TOTP account");
    assert_eq!((from.as_secs(), until.as_secs()), (1_795_305_600, 1_795_305_630));
    let next = tasks::issue(&mut machine, &mut session, id(1), Which::Next, NOW, false).expect("it is there");
    assert_eq!(next.code.expose_secret(), vaults::enrolment(1).code(step + 1).expose_secret());
    assert_eq!(issued.next.expect("there is a next one").expose_secret(), next.code.expose_secret());
}

#[test]
fn a_used_code_is_known_as_used_in_the_next_run_and_the_vault_does_not_change() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let before = handles.vault_file.bytes();
    let first = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, true).expect("it is there");
    assert!(!first.used_before);
    let mut session = vaults::unlock(&mut machine);
    let again = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, true).expect("it is there");
    assert!(again.used_before);
    assert_eq!(session.memory().times_used(id(1)), 2);
    let later = tasks::issue(&mut machine, &mut session, id(1), Which::Next, NOW, false).expect("it is there");
    assert!(!later.used_before);
    assert_eq!(handles.vault_file.bytes(), before);
}

#[test]
fn looking_without_marking_marks_nothing() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    for _ in 0..2 {
        let issued = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, false).expect("it is there");
        assert!(!issued.used_before);
    }
    assert_eq!(session.memory().times_used(id(1)), 0);
}

#[test]
fn a_counter_is_saved_before_its_code_is_shown() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [hotp_account()]);
    let issued = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, true).expect("it is there");
    assert_eq!((issued.step, issued.code.expose_secret()), (7, hotp(1).code(7).expose_secret()));
    assert_eq!(vaults::unlock(&mut machine).vault().get(id(1)).map(|account| account.counter()), Some(8));
}

#[test]
fn a_counter_that_cannot_be_saved_shows_no_code() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [hotp_account()]);
    handles.vault_file.fail_at(FileStep::Write);
    let error =
        tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, true).expect_err("it was not saved");
    assert!(matches!(error, IssueError::Commit(_)), "{error}");
    assert_eq!(session.vault().get(id(1)).map(|account| account.counter()), Some(7));
}

#[test]
fn a_counter_at_its_end_is_said_to_be_there() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [hotp_account()]);
    let last = Change::Edit(id(1), Box::new(Edit { counter: Some(u64::MAX), ..Edit::default() }));
    tasks::commit(&mut machine, &mut session, "set the counter", &last).expect("any counter may be set");
    let error = tasks::issue(&mut machine, &mut session, id(1), Which::Current, NOW, true).expect_err("it is the last");
    assert!(matches!(error, IssueError::CounterSpent), "{error}");
}

#[test]
fn a_copied_code_is_on_the_clipboard_and_used() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let copied =
        tasks::copy(&mut machine, &mut session, id(1), Which::Current, NOW, Hold::WhileRunning).expect("it is there");
    assert_eq!(copied.delivery, Delivery::Native);
    assert_eq!(handles.clipboard.text().as_deref(), Some(vaults::enrolment(1).code(copied.step).expose_secret()));
    assert!(session.memory().is_used(id(1), copied.step));
}

#[test]
fn a_code_that_nothing_took_is_not_used() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    handles.clipboard.refuse(ClipboardError::None);
    let error =
        tasks::copy(&mut machine, &mut session, id(1), Which::Current, NOW, Hold::WhileRunning).expect_err("refused");
    assert!(matches!(error, CopyError::Clipboard(ClipboardError::None)), "{error}");
    assert_eq!(session.memory().times_used(id(1)), 0);
}

#[test]
fn two_who_ask_at_once_get_codes_of_two_counters() {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [hotp_account()]);
    let mut other = handles.machine();
    let mut theirs = vaults::unlock(&mut other);
    let now = Which::Current;
    let first = tasks::issue(&mut other, &mut theirs, id(1), now, NOW, true).expect("it is there");
    let second = tasks::issue(&mut machine, &mut session, id(1), now, NOW, true).expect("it is there");
    assert_eq!((first.step, second.step), (7, 8));
    assert_eq!(vaults::unlock(&mut machine).vault().get(id(1)).map(|account| account.counter()), Some(9));
}

#[test]
fn codes_can_count_as_used_all_at_once() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice"), account(2, "GitLab", "alice")]);
    tasks::mark_used(&mut machine, &mut session, [(id(1), 5, NOW), (id(2), 6, NOW)].into_iter());
    let session = vaults::unlock(&mut machine);
    assert!(session.memory().is_used(id(1), 5) && session.memory().is_used(id(2), 6));
    assert!(!session.memory().is_used(id(1), 6));
}

#[test]
fn what_another_process_used_is_not_forgotten_by_one_that_has_been_open_for_long() {
    let (mut machine, handles) = machine();
    let mut app = vaults::with(&mut machine, [account(1, "GitHub", "alice"), account(2, "npm", "bob")]);
    let mut command = handles.machine();
    let mut script = vaults::unlock(&mut command);
    let issued = tasks::issue(&mut command, &mut script, id(1), Which::Current, NOW, true).expect("it is there");

    tasks::issue(&mut machine, &mut app, id(2), Which::Current, NOW, true).expect("it is there");
    for session in [app, vaults::unlock(&mut machine)] {
        assert!(session.memory().is_used(id(1), issued.step));
        assert_eq!((session.memory().times_used(id(1)), session.memory().times_used(id(2))), (1, 1));
    }
}
