//! A new secret beside the old one: neither is ever lost, and every step can be taken back.

use countersign::otp::{Enrolment, Timestamp};
use countersign::vault::{
    self, Change, ChangeError, DecisionKind, Edit, LastChange, RotationChange, Stamp, Vault, apply, merge,
};

use crate::support::vaults::{account, add, enrolment, hotp, id};

fn stamp(at: i64) -> Stamp {
    Stamp { at, salt: 0 }
}

fn rotation(change: RotationChange) -> Change {
    Change::Rotation(id(1), change)
}

fn trying(number: u8) -> Change {
    rotation(RotationChange::Try { enrolment: Box::new(enrolment(number)), counter: 0 })
}

/// One account with secret 1, after these changes.
fn vault(changes: &[Change]) -> Vault {
    let mut vault = Vault::default();
    apply(&mut vault, &add(account(1, "GitHub", "alice")), stamp(1)).expect("it is new");
    for (change, at) in changes.iter().zip(10..) {
        apply(&mut vault, change, stamp(at)).expect("it fits");
    }
    vault
}

/// What undoing a change made at that stamp needs.
fn last(before: &Vault, at: i64) -> LastChange {
    LastChange { title: String::new(), stamp: stamp(at), before: before.clone(), after: None }
}

/// The secret in use, the one that is tried, and the former ones.
fn secrets(vault: &Vault) -> (Enrolment, Option<Enrolment>, Vec<Enrolment>) {
    let account = vault.get(id(1)).expect("it is there");
    (account.enrolment().clone(), account.candidate().cloned(), account.former().cloned().collect())
}

#[test]
fn the_old_secret_stays_in_use_until_the_new_one_is_accepted() {
    let tried = vault(&[trying(2)]);
    assert_eq!(secrets(&tried), (enrolment(1), Some(enrolment(2)), vec![]));
    let since = tried.get(id(1)).expect("it is there").rotating_since();
    assert_eq!(since, Some(Timestamp::from_millis(10)));
    let accepted = vault(&[trying(2), rotation(RotationChange::Accept)]);
    assert_eq!(secrets(&accepted), (enrolment(2), None, vec![enrolment(1)]));
}

#[test]
fn a_secret_that_is_tried_no_longer_is_kept_as_a_former_one() {
    let stopped = vault(&[trying(2), rotation(RotationChange::Stop)]);
    assert_eq!(secrets(&stopped), (enrolment(1), None, vec![enrolment(2)]));
    let another = vault(&[trying(2), trying(3)]);
    assert_eq!(secrets(&another), (enrolment(1), Some(enrolment(3)), vec![enrolment(2)]));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut plain = vault(&[]);
    let before = plain.clone();
    for change in [RotationChange::Accept, RotationChange::Stop, RotationChange::Advance(1)] {
        let refused = apply(&mut plain, &rotation(change), stamp(50));
        assert_eq!(refused, Err(ChangeError::NotRotating(id(1))));
    }
    assert_eq!(apply(&mut plain, &trying(1), stamp(50)), Err(ChangeError::SameSecret(id(1))));
    assert_eq!(plain, before);
}

#[test]
fn two_devices_that_rotate_at_once_keep_both_new_secrets_and_say_so() {
    let base = vault(&[]);
    let (mut ours, mut theirs) = (base.clone(), base.clone());
    apply(&mut ours, &trying(2), stamp(20)).expect("it fits");
    apply(&mut theirs, &trying(3), stamp(21)).expect("it fits");
    let merged = merge(Some(&base), &ours, &theirs);
    assert_eq!(secrets(&merged.vault), (enrolment(1), Some(enrolment(3)), vec![enrolment(2)]));
    let is_told = |kind: &DecisionKind| matches!(kind, DecisionKind::Conflict { field: "new secret", .. });
    assert!(merged.decisions.iter().any(|decision| is_told(&decision.kind)), "{:?}", merged.decisions);
}

#[test]
fn an_accepted_secret_is_in_use_whatever_another_device_did_meanwhile() {
    let base = vault(&[trying(2)]);
    let mut ours = base.clone();
    apply(&mut ours, &rotation(RotationChange::Accept), stamp(20)).expect("it fits");
    let others = [
        rotation(RotationChange::Stop),
        Change::Edit(id(1), Box::new(Edit { note: Some("n".into()), ..Edit::default() })),
    ];
    for (other, at) in others.iter().flat_map(|other| [(other, 19), (other, 21)]) {
        let mut theirs = base.clone();
        apply(&mut theirs, other, stamp(at)).expect("it fits");
        let merged = merge(Some(&base), &ours, &theirs).vault;
        assert_eq!(secrets(&merged), (enrolment(2), None, vec![enrolment(1)]));
    }
}

#[test]
fn the_counter_of_a_new_hotp_secret_is_its_own() {
    let mut vault = Vault::default();
    let old = vault::NewAccount { enrolment: hotp(1), counter: 40, ..account(1, "VPN", "bob") };
    apply(&mut vault, &add(old), stamp(1)).expect("it is new");
    let change = RotationChange::Try { enrolment: Box::new(hotp(2)), counter: 0 };
    apply(&mut vault, &rotation(change), stamp(2)).expect("it fits");
    apply(&mut vault, &rotation(RotationChange::Advance(1)), stamp(3)).expect("it moves on");
    let back = apply(&mut vault, &rotation(RotationChange::Advance(1)), stamp(4));
    assert_eq!(back, Err(ChangeError::CounterGoesBack(id(1))));
    let account = vault.get(id(1)).expect("it is there");
    assert_eq!((account.counter(), account.candidate_counter()), (40, 1));
    apply(&mut vault, &rotation(RotationChange::Accept), stamp(5)).expect("it fits");
    assert_eq!(vault.get(id(1)).map(|account| account.counter()), Some(1));
}

#[test]
fn every_step_of_a_rotation_can_be_undone_and_done_again() {
    let steps: [(&[Change], Change); 4] = [
        (&[], trying(2)),
        (&[trying(2)], trying(3)),
        (&[trying(2)], rotation(RotationChange::Stop)),
        (&[trying(2)], rotation(RotationChange::Accept)),
    ];
    let look = |vault: &Vault| {
        let (in_use, tried, _) = secrets(vault);
        (in_use, tried)
    };
    for (first, change) in steps {
        let before = vault(first);
        let mut after = before.clone();
        apply(&mut after, &change, stamp(50)).expect("it fits");
        let mut undone = after.clone();
        let undo = vault::undoing(&last(&before, 50), &after).expect("there is something to take back");
        apply(&mut undone, &undo, stamp(60)).expect("it fits");
        assert_eq!(look(&undone), look(&before), "{change:?}");
        let mut redone = undone.clone();
        let redo = vault::undoing(&last(&after, 60), &undone).expect("there is something to take back");
        apply(&mut redone, &redo, stamp(70)).expect("it fits");
        assert_eq!(look(&redone), look(&after), "{change:?}");
    }
}

#[test]
fn a_dismissed_finding_travels_and_can_be_taken_back() {
    let dismiss = |reason: Option<&str>| Change::Dismiss("pending:x".into(), reason.map(str::to_owned));
    let base = vault(&[]);
    let mut ours = base.clone();
    apply(&mut ours, &dismiss(Some("a test account")), stamp(20)).expect("it has a reason");
    assert_eq!(merge(None, &base, &ours).vault.dismissal("pending:x"), Some("a test account"));
    let undo = vault::undoing(&last(&base, 20), &ours).expect("there is something to take back");
    let mut undone = ours.clone();
    apply(&mut undone, &undo, stamp(30)).expect("it fits");
    assert_eq!(undone.dismissal("pending:x"), None);
    assert_eq!(merge(None, &ours, &undone).vault.dismissal("pending:x"), None);
    let redo = vault::undoing(&last(&ours, 30), &undone).expect("there is something to take back");
    apply(&mut undone, &redo, stamp(40)).expect("it fits");
    assert_eq!(undone.dismissal("pending:x"), Some("a test account"));
    let refused = apply(&mut undone, &dismiss(Some("  ")), stamp(50));
    assert_eq!(refused, Err(ChangeError::NoReason));
    let refused = apply(&mut undone, &dismiss(Some(&"x".repeat(2000))), stamp(50));
    assert!(matches!(refused, Err(ChangeError::TooLong { .. })));
}
