//! The ways to unlock, on the worker: jobs in, outcomes out, over the fakes of every port.

use countersign::otp::Timestamp;
use countersign::ports::KeyringError;
use countersign::sealing::{SlotKind, WorkFactor};
use countersign::tasks::Trust;
use countersign::tui::effect::{Accept, Effect};
use countersign::tui::message::Outcome;
use countersign::tui::slots::{NewCost, NewWay, PassphraseChange, SlotJob, SlotOutcome, Slots};
use countersign::tui::worker::Worker;
use secrecy::{ExposeSecret, SecretString};

use crate::support::fakes::{self, Handles};

const FIRST: &str = "correct horse";
const SECOND: &str = "brass lantern under the stairs";
const ASKED: Timestamp = Timestamp::from_millis(7);

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn open() -> (Worker, Handles) {
    let (machine, handles) = fakes::machine();
    let mut worker = Worker::new(machine, Trust::default(), WorkFactor::unchecked_for_tests(2));
    worker.perform(Effect::Create { attempt: 1, passphrase: secret(FIRST) });
    (worker, handles)
}

fn perform(worker: &mut Worker, job: SlotJob) -> SlotOutcome {
    match worker.perform(Effect::Slots(job)) {
        Some(Outcome::Slots(outcome)) => *outcome,
        other => panic!("{other:?}"),
    }
}

fn add(worker: &mut Worker, way: NewWay) -> Slots {
    match perform(worker, SlotJob::Add { asked: ASKED, way, name: "a name".to_owned() }) {
        SlotOutcome::Added { asked: ASKED, slots } => slots,
        other => panic!("{other:?}"),
    }
}

fn refusal(outcome: SlotOutcome) -> String {
    match outcome {
        SlotOutcome::Refused { asked: ASKED, trouble } => {
            format!("{}; {}", trouble.what, trouble.next_step.unwrap_or_default())
        }
        other => panic!("{other:?}"),
    }
}

fn change(old: &str, others: &[&str], keep_key: bool) -> SlotJob {
    SlotJob::Change(Box::new(PassphraseChange {
        asked: ASKED,
        old: secret(old),
        new: secret("a new one, and a long one"),
        cost: NewCost::AsBefore,
        others: others.iter().map(|other| secret(other)).collect(),
        keep_key,
    }))
}

fn opens(worker: &mut Worker, passphrase: &str) -> bool {
    worker.perform(Effect::Lock);
    let unlock = Effect::Unlock { attempt: 1, passphrase: secret(passphrase), accept: Accept::default() };
    matches!(worker.perform(unlock), Some(Outcome::Unlocked { .. }))
}

#[test]
fn the_ways_are_listed_with_the_one_that_opened_the_vault() {
    let (mut worker, _handles) = open();
    let slots = match perform(&mut worker, SlotJob::List) {
        SlotOutcome::Listed(slots) => slots.slots,
        other => panic!("{other:?}"),
    };
    let [slot] = &slots[..] else { panic!("{slots:?}") };
    assert_eq!((slot.kind, slot.is_removable, slot.work_factor), (SlotKind::Passphrase, false, Some(2)));
}

#[test]
fn a_keyring_is_added_named_and_taken_away() {
    let (mut worker, handles) = open();
    let slots = add(&mut worker, NewWay::Keyring);
    let added = slots.slots.iter().find(|slot| Some(&slot.id) == slots.added.as_ref()).unwrap().clone();
    assert_eq!((added.kind, added.name.as_str(), added.opens_here), (SlotKind::Keyring, "a name", true));
    match perform(&mut worker, SlotJob::Remove(added.id)) {
        SlotOutcome::Listed(slots) => assert_eq!(slots.slots.len(), 1),
        other => panic!("{other:?}"),
    }
    assert!(handles.keyring.names().is_empty());
}

#[test]
fn a_key_in_a_file_opens_the_vault_from_then_on() {
    let (mut worker, handles) = open();
    let (_, key) = countersign::sealing::fresh_identity();
    handles.documents.put("/keys/key.txt", key.expose_secret());
    let slots = add(&mut worker, NewWay::KeyFile("/keys/key.txt".to_owned()));
    assert!(slots.slots.iter().any(|slot| slot.kind == SlotKind::Identity && slot.opens_here), "{:?}", slots.slots);
    worker.perform(Effect::Lock);
    let Some(Outcome::Looked(look)) = worker.perform(Effect::Look) else { panic!("no look") };
    let opened = worker.perform(Effect::UnlockEasily { attempt: 1, way: look.ways[0].clone() });
    assert!(matches!(opened, Some(Outcome::Unlocked { .. })), "{opened:?}");
}

#[test]
fn a_keyring_that_is_absent_says_so() {
    let (mut worker, handles) = open();
    handles.keyring.fail(Some(KeyringError::Absent));
    let job = SlotJob::Add { asked: ASKED, way: NewWay::Keyring, name: String::new() };
    assert!(refusal(perform(&mut worker, job)).starts_with("there is no keyring here"));
}

#[test]
fn the_words_that_were_drawn_open_the_vault_once_they_are_added() {
    let (mut worker, _handles) = open();
    let words = match perform(&mut worker, SlotJob::DrawSheet { asked: ASKED }) {
        SlotOutcome::SheetDrawn { asked: ASKED, words } => words,
        other => panic!("{other:?}"),
    };
    let slots = add(&mut worker, NewWay::Sheet(words.clone()));
    assert!(slots.slots.iter().any(|slot| slot.kind == SlotKind::Sheet));
    worker.perform(Effect::Lock);
    let unlock = Effect::Unlock { attempt: 1, passphrase: words, accept: Accept::default() };
    assert!(matches!(worker.perform(unlock), Some(Outcome::Unlocked { .. })));
}

#[test]
fn a_sheet_is_written_where_the_app_was_started() {
    let (mut worker, handles) = open();
    let words = match perform(&mut worker, SlotJob::DrawSheet { asked: ASKED }) {
        SlotOutcome::SheetDrawn { words, .. } => words,
        other => panic!("{other:?}"),
    };
    let first = words.expose_secret().split(' ').next().unwrap().to_owned();
    match worker.perform(Effect::Slots(SlotJob::WriteSheet(words))) {
        Some(Outcome::SheetWritten(path)) => {
            let page = String::from_utf8(handles.documents.get(&path).unwrap()).unwrap();
            assert!(path.starts_with("recovery-sheet-2026-11-22") && page.contains(&first), "{path}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_passphrase_takes_the_place_of_the_old_one() {
    let (mut worker, _handles) = open();
    match perform(&mut worker, change(FIRST, &[], false)) {
        SlotOutcome::Changed { asked: ASKED, words, .. } => assert!(words.is_some()),
        other => panic!("{other:?}"),
    }
    assert!(!opens(&mut worker, FIRST));
    assert!(opens(&mut worker, "a new one, and a long one"));
}

#[test]
fn a_wrong_old_passphrase_changes_nothing() {
    let (mut worker, _handles) = open();
    let refused = refusal(perform(&mut worker, change("wrong", &[], true)));
    assert!(refused.starts_with("that is not the passphrase that is to be changed"), "{refused}");
    assert!(opens(&mut worker, FIRST));
}

#[test]
fn a_new_key_wants_the_other_passphrases_in_words_of_the_app() {
    let (mut worker, _handles) = open();
    add(&mut worker, NewWay::Passphrase(secret(SECOND)));
    let refused = refusal(perform(&mut worker, change(FIRST, &[], false)));
    assert!(refused.contains("type the others as well, or keep the key") && !refused.contains("--"), "{refused}");
    assert!(matches!(perform(&mut worker, change(FIRST, &[SECOND], false)), SlotOutcome::Changed { .. }));
    assert!(opens(&mut worker, SECOND));
}

#[test]
fn behind_a_lock_nothing_is_done() {
    let (mut worker, _handles) = open();
    worker.perform(Effect::Lock);
    assert!(worker.perform(Effect::Slots(SlotJob::List)).is_none());
}
