//! The worker: effects in, outcomes out, over the fakes of every port.

use std::sync::Arc;

use countersign::exchange::recovery_codes::read;
use countersign::otp::Timestamp;
use countersign::ports::ClipboardError;
use countersign::sealing::WorkFactor;
use countersign::tasks::{Trust, Way};
use countersign::tui::effect::{Accept, BasketTask, Draft, Effect};
use countersign::tui::message::{Look, NotUnlocked, Outcome, Snapshot};
use countersign::tui::worker::Worker;
use countersign::vault::{AccountId, Change};
use secrecy::SecretString;

use crate::support::accounts::{account, enrolment};
use crate::support::fakes::{self, Handles};

fn worker() -> (Worker, Handles) {
    let (machine, handles) = fakes::machine();
    (Worker::new(machine, Trust::default(), WorkFactor::unchecked_for_tests(2)), handles)
}

fn open() -> (Worker, Handles) {
    let (mut worker, handles) = worker();
    let passphrase = SecretString::from("correct horse");
    let outcome = worker.perform(Effect::Create { attempt: 1, passphrase });
    assert!(matches!(outcome, Some(Outcome::Unlocked { attempt: 1, .. })), "{outcome:?}");
    (worker, handles)
}

fn unlock(worker: &mut Worker, passphrase: &str) -> Outcome {
    let effect = Effect::Unlock { attempt: 7, passphrase: SecretString::from(passphrase), accept: Accept::default() };
    worker.perform(effect).unwrap()
}

fn add(worker: &mut Worker, new: countersign::vault::NewAccount) -> (AccountId, Snapshot) {
    let draft = Draft {
        issuer: new.issuer,
        account: new.account,
        enrolment: new.enrolment,
        counter: new.counter,
        tags: new.tags,
        note: new.note,
        pending: new.pending,
    };
    match worker.perform(Effect::Add(Box::new(draft))) {
        Some(Outcome::Saved { added: Some(id), snapshot, .. }) => (id, snapshot),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_command_line_gave_unlocks_once() {
    let (_, handles) = open();
    let way = Way::Passphrase(SecretString::from("correct horse"));
    let fresh = Worker::new(handles.machine(), Trust::default(), WorkFactor::unchecked_for_tests(2));
    let mut worker = fresh.given(Some(way));
    let looked = worker.perform(Effect::Look);
    assert!(matches!(looked, Some(Outcome::Looked(Look { is_way_given: true, .. }))), "{looked:?}");
    let opened = worker.perform(Effect::UnlockAsGiven { attempt: 1 });
    assert!(matches!(opened, Some(Outcome::Unlocked { attempt: 1, .. })), "{opened:?}");
    worker.perform(Effect::Lock);
    let looked = worker.perform(Effect::Look);
    assert!(matches!(looked, Some(Outcome::Looked(Look { is_way_given: false, .. }))), "a locked vault stays locked");
    assert!(worker.perform(Effect::UnlockAsGiven { attempt: 2 }).is_none());
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_the_right_one_does() {
    let (mut worker, _handles) = open();
    worker.perform(Effect::Lock);
    let refused = unlock(&mut worker, "wrong");
    assert!(matches!(refused, Outcome::NotUnlocked { attempt: 7, reason: NotUnlocked::WrongPassphrase, .. }));
    assert!(worker.perform(Effect::Refresh).is_none(), "there is nothing to refresh behind a lock");
    assert!(matches!(unlock(&mut worker, "correct horse"), Outcome::Unlocked { attempt: 7, .. }));
}

#[test]
fn without_a_vault_the_look_says_so() {
    let (mut worker, _handles) = worker();
    assert!(matches!(worker.perform(Effect::Look), Some(Outcome::Looked(look)) if !look.exists));
    let refused = unlock(&mut worker, "any");
    assert!(matches!(refused, Outcome::NotUnlocked { reason: NotUnlocked::NoVault, .. }));
}

#[test]
fn a_copied_code_is_on_the_clipboard_and_counts_as_used() {
    let (mut worker, handles) = open();
    let (id, snapshot) = add(&mut worker, account(1, "GitHub", "alice"));
    let at = Timestamp::from_secs(59);
    let expected = snapshot.vault.get(id).unwrap().code(1);
    let Some(Outcome::Copied { copied, snapshot }) = worker.perform(Effect::Copy { id, at }) else {
        panic!("nothing was copied");
    };
    assert!(copied.delivery.is_ok());
    assert_eq!(copied.step, 1);
    assert!(snapshot.memory.is_used(id, 1));
    assert_eq!(handles.clipboard.text().as_deref(), Some(expected.expose_secret()));
    worker.perform(Effect::ClearClipboard);
    assert_eq!(handles.clipboard.text(), None);
}

#[test]
fn a_text_that_would_stay_in_a_multiplexer_is_not_copied_and_does_not_count_as_used() {
    let (mut worker, handles) = open();
    let (id, _) = add(&mut worker, account(3, "VPN", "a"));
    handles.clipboard.refuse(ClipboardError::WouldStay("tmux"));
    let copied = worker.perform(Effect::Copy { id, at: Timestamp::from_secs(59) });
    let Some(Outcome::Failed(trouble)) = copied else { panic!("{copied:?}") };
    assert!(trouble.what.contains("tmux keeps every text"), "{trouble:?}");
    assert!(trouble.next_step.is_some_and(|next| next.starts_with("copy again to do it all the same")));
    handles.clipboard.accept();
    let Some(Outcome::Copied { copied, .. }) = worker.perform(Effect::Copy { id, at: Timestamp::from_secs(59) }) else {
        panic!("it is not copied")
    };
    assert!(!copied.used_before);
}

#[test]
fn a_counter_that_moved_on_is_told_although_nothing_took_its_code() {
    let (mut worker, handles) = open();
    let hotp = countersign::otp::Params::Hotp {
        algorithm: countersign::otp::Algorithm::Sha1,
        digits: countersign::otp::Digits::SIX,
    };
    let new = countersign::vault::NewAccount { enrolment: enrolment(3, hotp), counter: 17, ..account(3, "VPN", "a") };
    let (id, _) = add(&mut worker, new);
    handles.clipboard.refuse(ClipboardError::None);
    let Some(Outcome::Copied { copied, snapshot }) = worker.perform(Effect::Copy { id, at: Timestamp::from_secs(0) })
    else {
        panic!("the code is lost");
    };
    assert_eq!(copied.step, 17);
    assert!(copied.delivery.is_err());
    assert_eq!(snapshot.vault.get(id).unwrap().counter(), 18);
}

#[test]
fn what_was_done_can_be_undone() {
    let (mut worker, _handles) = open();
    let (id, _) = add(&mut worker, account(1, "GitHub", "alice"));
    let change = Change::Trash(id, Timestamp::from_secs(1));
    let removed = worker.perform(Effect::Commit { title: "removed GitHub".to_owned(), change });
    let Some(Outcome::Saved { snapshot, .. }) = removed else { panic!("{removed:?}") };
    assert_eq!(snapshot.can_undo.as_deref(), Some("removed GitHub"));
    assert!(snapshot.vault.is_empty());
    let undone = worker.perform(Effect::Undo);
    let Some(Outcome::Undone { snapshot, title }) = undone else { panic!("{undone:?}") };
    assert_eq!((title.as_str(), snapshot.vault.len()), ("removed GitHub", 1));
}

#[test]
fn a_passphrase_is_made_of_six_words() {
    let (mut worker, _handles) = worker();
    let Some(Outcome::Generated(words)) = worker.perform(Effect::Generate) else { panic!("none was made") };
    assert!(secrecy::ExposeSecret::expose_secret(&words).split('-').count() >= 6);
}

#[test]
fn recovery_codes_that_are_apart_are_open_from_their_passphrase_until_the_lock() {
    let own = || SecretString::from("wharf lantern opposes quietly");
    let (mut worker, handles) = open();
    let (id, _) = add(&mut worker, account(1, "GitHub", "alice"));
    let reading = read(b"a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n", None).unwrap();
    let adding = Effect::AddRecovery { id, reading: Arc::new(reading), origin: "a paste".into(), keep_old: false };
    assert!(matches!(worker.perform(adding), Some(Outcome::Saved { .. })));
    let asked = Timestamp::from_millis(5);
    let same = BasketTask::MoveApart { asked, passphrase: SecretString::from("correct horse") };
    assert!(matches!(worker.perform(Effect::Basket(same)), Some(Outcome::BasketRefused { .. })), "it opens the vault");
    let moving = BasketTask::MoveApart { asked, passphrase: own() };
    let Some(Outcome::Basket { snapshot, title, .. }) = worker.perform(Effect::Basket(moving)) else { panic!() };
    assert!(snapshot.is_basket_open && snapshot.vault.sets_apart().is_empty(), "they can be seen");
    assert!(title.contains("3 recovery codes moved out of the vault, into /memory/recovery.age"), "{title}");

    worker.perform(Effect::Lock);
    let Outcome::Unlocked { snapshot, .. } = unlock(&mut worker, "correct horse") else { panic!() };
    assert!(!snapshot.is_basket_open && snapshot.vault.sets_here().is_empty(), "the lock has closed them");
    let set = *snapshot.vault.sets_apart().first().unwrap();
    let copying = || Effect::CopyRecovery { id, set, code: 0 };
    let Some(Outcome::Failed(trouble)) = worker.perform(copying()) else { panic!() };
    assert!(trouble.what.contains("kept apart"), "{trouble:?}");
    assert!(matches!(worker.perform(Effect::WriteSheet { id }), Some(Outcome::Failed(_))));
    let opening = |passphrase| Effect::Basket(BasketTask::Open { asked, passphrase });
    let wrong = worker.perform(opening(SecretString::from("correct horse")));
    assert!(matches!(wrong, Some(Outcome::BasketRefused { .. })), "{wrong:?}");
    assert!(matches!(worker.perform(opening(own())), Some(Outcome::Basket { .. })));
    assert!(matches!(worker.perform(copying()), Some(Outcome::RecoveryCopied { left: 2, .. })));
    assert_eq!(handles.clipboard.text().as_deref(), Some("a1f0c-77be2"));

    let Some(Outcome::Basket { title, snapshot, .. }) = worker.perform(Effect::Basket(BasketTask::MoveTogether)) else {
        panic!()
    };
    assert!(title.contains("3 recovery codes moved back into the vault"), "{title}");
    assert!(!snapshot.vault.keeps_apart() && snapshot.vault.sets_apart().is_empty());
    worker.perform(Effect::Lock);
    let Outcome::Unlocked { snapshot, .. } = unlock(&mut worker, "correct horse") else { panic!() };
    assert_eq!(snapshot.vault.sets_here().len(), 1);
}
