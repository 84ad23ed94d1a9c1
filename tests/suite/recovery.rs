//! Recovery codes get stored and used: marked before they are shown, on every device.

use countersign::exchange::recovery_codes::{Reading, read};
use countersign::ports::{ClipboardError, FileStep, Machine};
use countersign::tasks::{
    self, CodeChoice, Hold, RecoveryError, Session, UseNote, add_recovery, copy_recovery, use_recovery,
};
use countersign::vault::{Account, CodeState};

use crate::support::fakes;
use crate::support::vaults::{account, id, unlock, with};

const CODES: &str = "a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), None).unwrap()
}

/// Returns a vault with one account and these codes.
fn stored(machine: &mut Machine, text: &str) -> Session {
    let mut session = with(machine, [account(1, "GitHub", "alice")]);
    add_recovery(machine, &mut session, None, id(1), &reading(text), "codes.txt", false).unwrap();
    session
}

fn held(session: &Session) -> &Account {
    session.vault().get(id(1)).unwrap()
}

#[test]
fn a_used_code_is_on_disk_as_used_before_it_is_given_out() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine, CODES);
    let used = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap();
    assert_eq!((used.code.expose_secret(), used.number, used.left), ("a1f0c-77be2", 1, 3));
    let mut again = handles.machine();
    let next = unlock(&mut again);
    assert_eq!(held(&next).recovery().unused(), 3);
    handles.vault_file.fail_at(FileStep::Write);
    let error = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap_err();
    assert!(matches!(error, RecoveryError::Commit(_)), "{error}");
    assert_eq!(held(&session).recovery().unused(), 3, "what could not be saved was not given out");
}

#[test]
fn two_devices_never_get_the_same_code() {
    let (mut machine, handles) = fakes::machine();
    let mut here = stored(&mut machine, CODES);
    let (mut other_machine, _) = handles.another_device("there");
    let mut there = unlock(&mut other_machine);
    let first = use_recovery(&mut machine, &mut here, None, id(1), CodeChoice::Next).unwrap();
    let second = use_recovery(&mut other_machine, &mut there, None, id(1), CodeChoice::Next).unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    let same = use_recovery(&mut machine, &mut here, None, id(1), CodeChoice::Number(2)).unwrap_err();
    assert!(matches!(same, RecoveryError::Used(2)), "{same}");
}

#[test]
fn undo_makes_a_used_code_unused_and_a_stored_set_removed() {
    let (mut machine, _) = fakes::machine();
    let mut session = stored(&mut machine, CODES);
    use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap();
    tasks::undo(&mut machine, &mut session).unwrap();
    assert_eq!(held(&session).recovery().unused(), 4);
    add_recovery(&mut machine, &mut session, None, id(1), &reading("11223344\n55667788\n"), "new", false).unwrap();
    assert_eq!(held(&session).recovery().unused(), 2);
    tasks::undo(&mut machine, &mut session).unwrap();
    let recovery = held(&session).recovery();
    assert_eq!((recovery.unused(), recovery.current().len()), (4, 1), "the old set counts again");
}

#[test]
fn a_new_set_supersedes_the_old_one_unless_both_stay() {
    for (keep_old, current) in [(false, 1), (true, 2)] {
        let (mut machine, _) = fakes::machine();
        let mut session = stored(&mut machine, CODES);
        let new = reading("11223344\n55667788\n");
        add_recovery(&mut machine, &mut session, None, id(1), &new, "new", keep_old).unwrap();
        assert_eq!(held(&session).recovery().sets().len(), 2);
        assert_eq!(held(&session).recovery().current().len(), current);
        let used = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap();
        assert_eq!(used.code.expose_secret(), "11223344", "the newest set comes first");
    }
}

#[test]
fn ordered_codes_are_given_out_in_their_order_only() {
    let (mut machine, _) = fakes::machine();
    let mut session = stored(&mut machine, &format!("Use these codes in this order\n{CODES}"));
    let error = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Number(3)).unwrap_err();
    assert!(matches!(error, RecoveryError::OutOfOrder(1)), "{error}");
    use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Number(1)).unwrap();
    use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Number(2)).unwrap();
}

#[test]
fn few_codes_warn_and_none_are_refused() {
    let (mut machine, _) = fakes::machine();
    let mut session = stored(&mut machine, CODES);
    let notes: Vec<Vec<UseNote>> = (0..4)
        .map(|_| use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap().notes)
        .collect();
    assert_eq!(notes, [vec![], vec![UseNote::Few(2)], vec![UseNote::Few(1)], vec![UseNote::Few(0)]]);
    let error = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap_err();
    assert!(matches!(error, RecoveryError::Spent), "{error}");
    assert!(matches!(
        use_recovery(&mut machine, &mut session, None, id(9), CodeChoice::Next).unwrap_err(),
        RecoveryError::Gone
    ));
}

#[test]
fn expired_and_replaced_codes_are_said_to_be() {
    let (mut machine, _) = fakes::machine();
    let mut session = stored(&mut machine, &format!("They expire on 2026-11-01 and each is replaced\n{CODES}"));
    let used = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap();
    assert_eq!(used.notes, [UseNote::Expired, UseNote::Replaced]);
}

#[test]
fn a_code_that_nothing_took_is_unused_again() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine, CODES);
    handles.clipboard.refuse(ClipboardError::None);
    let error =
        copy_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next, Hold::WhileRunning).unwrap_err();
    assert!(matches!(error, RecoveryError::Clipboard(_)), "{error}");
    assert_eq!(held(&session).recovery().sets()[0].state(0), CodeState::Unused);
}

#[test]
fn the_dates_of_a_text_are_kept_and_its_marks() {
    let (mut machine, handles) = fakes::machine();
    let text =
        "Made 2026-11-20 for alice@example.com\na1f0c-77be2 (used 2026-11-21)\n0d9e8-1a2b3 (used)\n55aa0-c0ffe\n";
    let session = stored(&mut machine, text);
    let set = held(&session).recovery().sets()[0];
    let day = |day: i64| countersign::otp::Timestamp::from_secs(1_795_132_800 + (day - 20) * 86_400);
    assert_eq!(set.created(), day(20));
    assert_eq!(set.state(0), CodeState::Used(day(21)));
    assert_eq!(set.state(1), CodeState::Used(handles.machine().clock.now()));
    assert_eq!(set.state(2), CodeState::Unused);
    assert_eq!((set.origin(), set.texts().unwrap().about()), ("codes.txt", "Made 2026-11-20 for alice@example.com"));
}
