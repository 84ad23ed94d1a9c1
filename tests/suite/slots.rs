//! The ways to unlock a vault: added, proved, used, removed, and made anew for another key.

use std::sync::Mutex;

use crate::support::fake_keys::nobody;
use countersign::otp::Timestamp;
use countersign::ports::{Clock, ClockReading, FileStep, KeyringError, Machine, StateSlot};
use countersign::sealing::{SealError, SheetCode, SheetMistake, SlotKind, WorkFactor};
use countersign::tasks::slots::{
    KnownSlot, NewPassphrase, NewSlot, PassphraseChanged, SlotError, add_slot, calibrated, change_passphrase,
    new_sheet, protection, remove_slot, slots, weakest,
};
use countersign::tasks::{self, EasyWay, Session, Trust, UnlockError, Warning, Way, easy_ways, unlock_easily};
use secrecy::{ExposeSecret, SecretString};

use countersign::vault::{Decision, DecisionKind, NewAccount};

use crate::support::fakes::{Handles, MemoryVaultFile, machine};
use crate::support::vaults::{self, account};

const SECOND: &str = "brass lantern under the stairs";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(4)
}

/// A clock on which time passes while nobody waits: by so many milliseconds between one look and the next.
struct Busy(Mutex<Vec<i64>>);

impl Clock for Busy {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    fn wait_until(&self, _moment: Timestamp) {}

    fn reading(&self) -> ClockReading {
        let monotonic_millis = self.0.lock().unwrap().remove(0);
        ClockReading { wall: self.now(), monotonic_millis, boot_millis: None }
    }

    fn correction_millis(&self) -> i64 {
        0
    }

    fn correct(&self, _millis: i64) {}
}

fn vault() -> (Machine, Handles, Session) {
    let (mut machine, handles) = machine();
    let session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    (machine, handles, session)
}

fn unlock(machine: &mut Machine, passphrase: &str) -> Result<Session, UnlockError> {
    tasks::unlock(machine, &Way::Passphrase(secret(passphrase)), &Trust::default())
}

fn of_kind(machine: &Machine, session: &Session, kind: SlotKind) -> Vec<KnownSlot> {
    slots(machine, session).into_iter().filter(|slot| slot.kind == kind).collect()
}

fn easily(machine: &mut Machine) -> Result<Session, UnlockError> {
    let ways = easy_ways(machine);
    assert_eq!(ways.len(), 1, "{ways:?}");
    unlock_easily(machine, &ways[0], &Trust::default(), None)
}

#[test]
fn a_keyring_opens_the_vault_without_a_passphrase() {
    let (mut machine, handles, mut session) = vault();
    let added = add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap();
    assert_eq!((added.kind, handles.keyring.names().len()), (SlotKind::Keyring, 1));
    drop(session);

    let session = easily(&mut handles.machine()).unwrap();
    assert_eq!(session.vault().len(), 1);
    let [slot] = &of_kind(&machine, &session, SlotKind::Keyring)[..] else { panic!("one keyring slot") };
    assert_eq!((slot.id.as_str(), slot.name.as_str()), (added.id.as_str(), "laptop"));
    assert!(slot.is_in_use && slot.opens_here && slot.is_removable && !slot.is_a_devices);
    assert!(slot.last_used.is_some(), "the day is remembered");
}

#[test]
fn what_the_keyring_holds_is_not_the_vaults_own_key() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let held = secret(&handles.keyring.kept()[0]);
    let file = handles.vault_file.bytes().unwrap();
    let key = countersign::sealing::VaultKey::from_identity_file(&held).unwrap();
    assert_eq!(countersign::sealing::open(&file, &key).unwrap_err(), SealError::WrongIdentity);
}

#[test]
fn a_keyring_that_fails_says_why_and_the_passphrase_still_opens() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let failures = [
        (KeyringError::Absent, "there is no keyring here"),
        (KeyringError::Locked, "the keyring is locked"),
        (KeyringError::TimedOut, "the keyring did not answer"),
        (KeyringError::Failed, "the keyring failed"),
    ];
    for (failure, words) in failures {
        handles.keyring.fail(Some(failure));
        let error = easily(&mut machine).err().unwrap();
        assert!(error.is_about_the_way());
        assert_eq!(error.to_string(), words);
        assert!(!error.next_step().is_empty());
    }
    handles.keyring.fail(None);
    handles.keyring.lose_all();
    assert!(matches!(easily(&mut machine), Err(UnlockError::Keyring(KeyringError::NoEntry))));
    assert!(tasks::unlock(&mut machine, &Way::Passphrase(vaults::passphrase()), &Trust::default()).is_ok());
}

#[test]
fn a_keyring_that_refuses_leaves_the_vault_as_it_was() {
    let (mut machine, handles, mut session) = vault();
    let before = handles.vault_file.bytes();
    handles.keyring.fail(Some(KeyringError::Locked));
    let refused = add_slot(&mut machine, &mut session, NewSlot::Keyring, "");
    assert!(matches!(refused, Err(SlotError::Keyring(KeyringError::Locked))));
    assert_eq!(handles.vault_file.bytes(), before);
    handles.keyring.fail(None);
    assert_eq!((easy_ways(&mut machine).len(), handles.keyring.names().len()), (0, 0));
}

#[test]
fn a_slot_that_cannot_be_saved_leaves_nothing_in_the_keyring() {
    let (mut machine, handles, mut session) = vault();
    let before = handles.vault_file.bytes();
    handles.vault_file.fail_at(FileStep::Write);
    assert!(matches!(add_slot(&mut machine, &mut session, NewSlot::Keyring, ""), Err(SlotError::Commit(_))));
    assert_eq!(handles.vault_file.bytes(), before);
    assert!(handles.keyring.names().is_empty());
    assert!(easy_ways(&mut machine).is_empty());
    assert_eq!(slots(&machine, &session).len(), 1);
}

#[test]
fn the_keyring_of_a_device_is_added_once() {
    let (mut machine, _handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    assert!(matches!(add_slot(&mut machine, &mut session, NewSlot::Keyring, ""), Err(SlotError::KeyringThere)));
}

#[test]
fn a_key_that_the_keyring_has_lost_is_made_anew_in_the_same_save() {
    let (mut machine, handles, mut session) = vault();
    let lost = add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap();
    handles.keyring.lose_all();
    let saves = handles.vault_file.replacements();
    let made = add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap();
    assert_eq!(handles.vault_file.replacements(), saves + 1);
    let [slot] = &of_kind(&machine, &session, SlotKind::Keyring)[..] else { panic!("one keyring slot") };
    assert_eq!((&slot.id, slot.id != lost.id), (&made.id, true));
    assert!(slot.opens_here);
    assert_eq!(handles.keyring.names().len(), 1);
    assert!(easily(&mut handles.machine()).is_ok());
}

#[test]
fn what_a_newer_version_remembers_of_its_ways_stays() {
    let (mut machine, handles, mut session) = vault();
    let newer = r#"{"ways":[{"kind":"tooth","filling":"gold"},{"kind":"keyring","name":"ab"}],"since":"tomorrow"}"#;
    handles.state.put(StateSlot::Ways, newer.as_bytes());
    let added = add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let stored = |handles: &Handles| -> serde_json::Value {
        serde_json::from_slice(&handles.state.get(StateSlot::Ways).unwrap()).unwrap()
    };
    let ours = handles.keyring.names().remove(0);
    let mut expected: serde_json::Value = serde_json::from_str(newer).unwrap();
    expected["ways"].as_array_mut().unwrap().push(serde_json::json!({"kind": "keyring", "name": ours}));
    assert_eq!(stored(&handles), expected);

    remove_slot(&mut machine, &mut session, &added.id).unwrap();
    assert_eq!(stored(&handles)["ways"][0]["filling"], "gold");
    assert_eq!(stored(&handles)["since"], "tomorrow");
}

#[test]
fn ways_that_cannot_be_read_are_not_written_over() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let before = handles.state.get(StateSlot::Ways);
    handles.state.fail_to_read(std::io::ErrorKind::PermissionDenied);
    assert!(add_slot(&mut machine, &mut session, NewSlot::Keyring, "").is_err());
    handles.state.recover();
    assert_eq!(handles.state.get(StateSlot::Ways), before);
    assert_eq!(handles.keyring.names().len(), 1, "nothing is left in the keyring that nobody knows of");
}

#[test]
fn a_keyring_that_cannot_say_whether_it_has_the_key_changes_nothing() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let before = handles.vault_file.bytes();
    let asked = handles.keyring.asked();
    handles.keyring.fail(Some(KeyringError::Locked));
    let refused = add_slot(&mut machine, &mut session, NewSlot::Keyring, "");
    assert!(matches!(refused, Err(SlotError::Keyring(KeyringError::Locked))));
    assert_eq!(handles.keyring.asked(), asked + 1, "no other key is made for what may be there");
    assert_eq!(handles.vault_file.bytes(), before);
    handles.keyring.fail(None);
    assert!(easily(&mut machine).is_ok());
}

#[test]
fn whoever_waits_for_the_keyring_hears_that_it_takes_long() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    assert_eq!(handles.key_talk.heard(), Vec::<String>::new());
    handles.keyring.be_slow();
    easily(&mut machine).unwrap();
    let heard = handles.key_talk.heard();
    assert!(heard.len() == 1 && heard[0].contains("the keyring does not answer yet"), "{heard:?}");
}

#[test]
fn another_device_is_not_offered_the_keyring_of_this_one() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "desktop").unwrap();
    let (mut laptop, _laptop_handles) = handles.another_device("laptop");
    assert!(easy_ways(&mut laptop).is_empty());
    let on_laptop = tasks::unlock(&mut laptop, &Way::Passphrase(vaults::passphrase()), &Trust::default()).unwrap();
    let [slot] = &of_kind(&laptop, &on_laptop, SlotKind::Keyring)[..] else { panic!("one keyring slot") };
    assert!(!slot.opens_here);
    assert!(tasks::devices(&on_laptop).iter().all(|device| device.name != "desktop"), "a keyring is no device");
}

#[test]
fn a_way_is_never_tried_for_a_vault_without_such_a_slot() {
    let (mut machine, handles, mut session) = vault();
    let id = add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap().id;
    let without = {
        let (mut other, other_handles) = crate::support::fakes::machine();
        vaults::create(&mut other);
        other_handles.vault_file.bytes().unwrap()
    };
    handles.vault_file.changed_by_another_device(&without);
    assert!(easy_ways(&mut machine).is_empty(), "{id}");
    let asked = handles.keyring.asked();
    assert!(unlock(&mut machine, "anything").is_err());
    assert_eq!(handles.keyring.asked(), asked);
}

#[test]
fn a_removed_keyring_slot_opens_nothing_and_its_key_is_gone() {
    let (mut machine, handles, mut session) = vault();
    let id = add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap().id;
    let held = secret(&handles.keyring.kept()[0]);
    let removed = remove_slot(&mut machine, &mut session, &id[..6]).unwrap();
    assert_eq!((removed.kind, removed.name.as_str(), removed.is_left_in_keyring), (SlotKind::Keyring, "laptop", false));
    assert!(handles.keyring.names().is_empty());
    assert!(easy_ways(&mut machine).is_empty());
    assert!(tasks::unlock(&mut machine, &Way::Identity(held), &Trust::default()).is_err());
}

#[test]
fn a_keyring_that_does_not_let_go_is_said_and_the_slot_is_gone_all_the_same() {
    let (mut machine, handles, mut session) = vault();
    let id = add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap().id;
    handles.keyring.fail(Some(KeyringError::Locked));
    assert!(remove_slot(&mut machine, &mut session, &id).unwrap().is_left_in_keyring);
    assert!(easy_ways(&mut machine).is_empty());
}

#[test]
fn the_words_of_a_sheet_open_the_vault_however_they_are_typed() {
    let (mut machine, _handles, mut session) = vault();
    let code = new_sheet(&mut machine).unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "in the safe").unwrap();
    let words = code.words().expose_secret();
    for typed in
        [words.to_owned(), words.to_uppercase(), words.replace(' ', "-"), format!("  {}\n", words.replace(' ', "  "))]
    {
        let session = unlock(&mut machine, &typed).unwrap();
        assert!(of_kind(&machine, &session, SlotKind::Sheet)[0].is_in_use);
    }
    assert!(tasks::unlock(&mut machine, &Way::Identity(code.identity_file()), &Trust::default()).is_ok());
}

#[test]
fn a_word_that_is_not_on_the_sheet_is_named_by_its_place() {
    let (mut machine, _handles, mut session) = vault();
    let code = new_sheet(&mut machine).unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap();
    let words: Vec<&str> = code.words().expose_secret().split(' ').collect();
    let mut misspelt = words.clone();
    misspelt[3] = "xylophobe";
    let error = unlock(&mut machine, &misspelt.join(" ")).err().unwrap();
    assert!(matches!(error, UnlockError::Seal(SealError::Sheet(SheetMistake::UnknownWord { place: 4 }))), "{error}");
    assert!(error.is_wrong_passphrase() && !error.to_string().contains("xylophobe"));
    let mut swapped = words.clone();
    swapped.swap(0, 1);
    assert_ne!(words[0], words[1]);
    assert!(matches!(
        unlock(&mut machine, &swapped.join(" ")),
        Err(UnlockError::Seal(SealError::Sheet(SheetMistake::WrongCheck)))
    ));
    assert!(matches!(unlock(&mut machine, &words[1..].join(" ")), Err(UnlockError::Seal(SealError::WrongPassphrase))));
}

#[test]
fn the_words_of_a_sheet_that_opens_nothing_any_more_are_said_to_be_such() {
    let (mut machine, _handles, mut session) = vault();
    let code = new_sheet(&mut machine).unwrap();
    let id = add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap().id;
    let other = new_sheet(&mut machine).unwrap();
    let said = "these are the words of a recovery sheet, but of none that opens this vault";
    let error = unlock(&mut machine, other.words().expose_secret()).err().unwrap();
    assert!(error.is_wrong_passphrase() && error.to_string() == said, "{error}");
    remove_slot(&mut machine, &mut session, &id).unwrap();
    assert_eq!(unlock(&mut machine, code.words().expose_secret()).err().unwrap().to_string(), said);
}

#[test]
fn a_slot_is_removed_though_this_device_cannot_forget_it() {
    let (mut machine, handles, mut session) = vault();
    let id = add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap().id;
    handles.state.fail(std::io::ErrorKind::StorageFull);
    let removed = remove_slot(&mut machine, &mut session, &id).unwrap();
    assert_eq!((removed.id, removed.is_left_in_keyring), (id, false));
    assert!(of_kind(&machine, &session, SlotKind::Keyring).is_empty());
}

#[test]
fn one_account_added_on_two_devices_becomes_one_whatever_is_saved_next() {
    let (mut machine, handles) = machine();
    let mut session = vaults::create(&mut machine);
    let (mut laptop, _) = handles.another_device("laptop");
    let theirs = MemoryVaultFile::holding(&handles.vault_file.bytes().unwrap());
    laptop.vault_file = Box::new(theirs.clone());
    let mut on_laptop = vaults::unlock(&mut laptop);
    let twin =
        |number| vaults::add(NewAccount { enrolment: vaults::enrolment(99), ..account(number, "GitHub", "alice") });
    tasks::commit(&mut machine, &mut session, "added", &twin(7)).unwrap();
    handles.clock.advance_secs(1);
    tasks::commit(&mut laptop, &mut on_laptop, "added", &twin(3)).unwrap();

    handles.vault_file.changes_just_before_the_next_save(&theirs.bytes().unwrap());
    let code = new_sheet(&mut machine).unwrap();
    let added = add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap();
    assert!(matches!(added.saved.decisions[..], [Decision { kind: DecisionKind::Twin { .. }, .. }]), "{added:?}");
    assert_eq!(session.vault().accounts().count(), 1, "two were told to be one, and are two");
}

#[test]
fn the_last_passphrase_or_sheet_stays() {
    let (mut machine, _handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let passphrase = of_kind(&machine, &session, SlotKind::Passphrase)[0].clone();
    assert!(!passphrase.is_removable);
    assert!(matches!(remove_slot(&mut machine, &mut session, &passphrase.id), Err(SlotError::LastForPeople)));
    let code = new_sheet(&mut machine).unwrap();
    let sheet = add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap().id;
    remove_slot(&mut machine, &mut session, &passphrase.id).unwrap();
    assert!(matches!(remove_slot(&mut machine, &mut session, &sheet), Err(SlotError::LastForPeople)));
    assert!(unlock(&mut machine, code.words().expose_secret()).is_ok());
}

#[test]
fn two_devices_that_remove_the_last_two_leave_one_of_them() {
    let (mut machine, handles, mut session) = vault();
    let passphrase = of_kind(&machine, &session, SlotKind::Passphrase)[0].id.clone();
    let code = new_sheet(&mut machine).unwrap();
    let sheet = add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap().id;
    let (mut laptop, _) = handles.another_device("laptop");
    let theirs = MemoryVaultFile::holding(&handles.vault_file.bytes().unwrap());
    laptop.vault_file = Box::new(theirs.clone());
    let mut on_laptop = vaults::unlock(&mut laptop);
    remove_slot(&mut machine, &mut session, &passphrase).unwrap();
    remove_slot(&mut laptop, &mut on_laptop, &sheet).unwrap();

    let (ours, other) = (handles.vault_file.bytes().unwrap(), theirs.bytes().unwrap());
    handles.vault_file.changed_by_another_device(&other);
    theirs.changed_by_another_device(&ours);
    for (machine, session) in [(&mut machine, &mut session), (&mut laptop, &mut on_laptop)] {
        tasks::refresh(machine, session).unwrap();
        let left: Vec<KnownSlot> = slots(machine, session);
        let [slot] = &left[..] else { panic!("one way to unlock, not {left:?}") };
        assert_eq!((&slot.id, slot.is_removable), (&passphrase, false));
        assert!(session.warnings().contains(&Warning::KeptForPeople(SlotKind::Passphrase)), "{:?}", session.warnings());
    }

    let again = vaults::unlock(&mut machine);
    assert!(again.warnings().contains(&Warning::KeptForPeople(SlotKind::Passphrase)));
    let code = new_sheet(&mut machine).unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap();
    remove_slot(&mut machine, &mut session, &passphrase).unwrap();
    let after = unlock(&mut machine, code.words().expose_secret()).unwrap();
    assert!(!after.warnings().iter().any(|warning| matches!(warning, Warning::KeptForPeople(_))));
}

#[test]
fn a_slot_is_removed_by_an_id_that_is_clear() {
    let (mut machine, _handles, mut session) = vault();
    assert!(matches!(remove_slot(&mut machine, &mut session, "zzzz"), Err(SlotError::NoSuch)));
    let id = slots(&machine, &session)[0].id.clone();
    assert!(
        matches!(remove_slot(&mut machine, &mut session, &id[..3]), Err(SlotError::NoSuch)),
        "too short to be meant"
    );
}

#[test]
fn a_second_passphrase_opens_the_vault_and_the_same_one_twice_is_refused() {
    let (mut machine, _handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Passphrase(&secret(SECOND), quick()), "").unwrap();
    assert!(unlock(&mut machine, SECOND).is_ok());
    assert!(unlock(&mut machine, vaults::passphrase().expose_secret()).is_ok());
    let again = add_slot(&mut machine, &mut session, NewSlot::Passphrase(&secret(SECOND), quick()), "");
    assert!(matches!(again, Err(SlotError::PassphraseThere)));
    let empty = add_slot(&mut machine, &mut session, NewSlot::Passphrase(&secret(""), quick()), "");
    assert!(matches!(empty, Err(SlotError::Seal(SealError::EmptyPassphrase))));
}

fn change(
    machine: &mut Machine,
    session: &mut Session,
    others: &[SecretString],
    keep_key: bool,
) -> Result<PassphraseChanged, SlotError> {
    let (old, new) = (vaults::passphrase(), secret("amber ferry leaves at dusk"));
    change_passphrase(machine, session, &NewPassphrase { old: &old, new: &new, work: quick(), others, keep_key })
}

#[test]
fn a_new_passphrase_gives_the_vault_a_new_key_so_that_an_old_copy_opens_nothing_new() {
    let (mut machine, handles, mut session) = vault();
    let old_copy = handles.vault_file.bytes().unwrap();
    let old_words = session.fingerprint().to_string();
    let changed = change(&mut machine, &mut session, &[], false).unwrap();
    assert_ne!(changed.new_words.as_deref(), Some(old_words.as_str()));
    assert_eq!(changed.new_words, Some(session.fingerprint().to_string()));

    let old_slots = countersign::sealing::peek(&old_copy).unwrap();
    let old_key = old_slots.unlock_with_passphrase(&vaults::passphrase(), &Default::default()).unwrap().key;
    let new_file = handles.vault_file.bytes().unwrap();
    assert_eq!(countersign::sealing::open(&new_file, &old_key).unwrap_err(), SealError::WrongIdentity);
    assert!(unlock(&mut machine, vaults::passphrase().expose_secret()).err().unwrap().is_wrong_passphrase());
    let session = unlock(&mut machine, "amber ferry leaves at dusk").unwrap();
    assert_eq!(session.vault().len(), 1);
    assert!(session.warnings().is_empty(), "{:?}", session.warnings());
}

#[test]
fn the_key_stays_if_its_owner_says_so() {
    let (mut machine, _handles, mut session) = vault();
    let words = session.fingerprint().to_string();
    let changed = change(&mut machine, &mut session, &[], true).unwrap();
    assert_eq!((changed.new_words, session.fingerprint().to_string()), (None, words));
    assert!(unlock(&mut machine, vaults::passphrase().expose_secret()).is_err());
    assert!(unlock(&mut machine, "amber ferry leaves at dusk").is_ok());
}

#[test]
fn keyring_and_sheet_open_the_vault_under_its_new_key_too() {
    let (mut machine, _handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap();
    let code = new_sheet(&mut machine).unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "in the safe").unwrap();
    change(&mut machine, &mut session, &[], false).unwrap();
    assert!(easily(&mut machine).is_ok());
    let session = unlock(&mut machine, code.words().expose_secret()).unwrap();
    let names: Vec<String> = slots(&machine, &session).into_iter().map(|slot| slot.name).collect();
    assert_eq!(names, ["", "laptop", "in the safe"]);
}

#[test]
fn after_a_new_key_it_is_still_known_when_each_way_was_used_and_which_is_in_use() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let mut session = easily(&mut handles.machine()).unwrap();
    let used = |session: &Session| {
        let all = slots(&handles.machine(), session);
        all.iter().map(|slot| (slot.kind, slot.is_in_use, slot.last_used.is_some())).collect::<Vec<_>>()
    };
    let as_it_is = [(SlotKind::Passphrase, false, true), (SlotKind::Keyring, true, true)];
    let unlocked = unlock(&mut handles.machine(), vaults::passphrase().expose_secret()).unwrap();
    drop(unlocked);
    change(&mut machine, &mut session, &[], true).unwrap();
    assert_eq!(used(&session).iter().find(|slot| slot.0 == SlotKind::Keyring), Some(&as_it_is[1]), "the key was kept");
    let (old, new) = (secret("amber ferry leaves at dusk"), vaults::passphrase());
    let wanted = NewPassphrase { old: &old, new: &new, work: quick(), others: &[], keep_key: false };
    change_passphrase(&mut machine, &mut session, &wanted).unwrap();
    assert_eq!(used(&session), as_it_is);
    let ids: Vec<String> = slots(&machine, &session).into_iter().map(|slot| slot.id).collect();
    let text = session.memory().clone();
    for id in ids {
        assert!(text.slot_used(&id).is_some());
    }
    let by_keyring = easily(&mut handles.machine()).unwrap();
    assert_eq!(used(&by_keyring), as_it_is, "and in the next run");
}

#[test]
fn a_wrong_old_passphrase_changes_nothing_and_neither_does_a_missing_other_one() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Passphrase(&secret(SECOND), quick()), "").unwrap();
    let before = handles.vault_file.bytes();
    let (wrong, new) = (secret("something else"), secret("amber ferry leaves at dusk"));
    let wanted = NewPassphrase { old: &wrong, new: &new, work: quick(), others: &[], keep_key: false };
    assert!(matches!(change_passphrase(&mut machine, &mut session, &wanted), Err(SlotError::WrongPassphrase)));
    let missing = change(&mut machine, &mut session, &[], false);
    assert!(matches!(missing, Err(SlotError::NeedsOtherPassphrases { others: 1 })), "{missing:?}");
    assert_eq!(handles.vault_file.bytes(), before);
    change(&mut machine, &mut session, &[secret(SECOND)], false).unwrap();
    assert!(unlock(&mut machine, SECOND).is_ok());
}

#[test]
fn a_slot_that_would_be_left_behind_is_named_before_anything_is_changed() {
    let (mut machine, handles, mut session) = vault();
    let file = handles.vault_file.bytes().unwrap();
    let mut sealed = countersign::sealing::peek(&file).unwrap();
    let key = sealed.unlock_with_passphrase(&vaults::passphrase(), &Default::default()).unwrap().key;
    // An identity slot without a label, as another program may have made it.
    let (recipient, _identity) = countersign::sealing::fresh_identity();
    sealed.add_recipient(SlotKind::Identity, &key, &recipient, &nobody()).unwrap();
    let opened = countersign::sealing::open(&file, &key).unwrap();
    let body = secrecy::SecretSlice::from(opened.expose_secret().to_vec());
    let resealed = countersign::sealing::seal(&body, &opened.manifest, &sealed, &key).unwrap();
    handles.vault_file.changed_by_another_device(&resealed);
    tasks::refresh(&mut machine, &mut session).unwrap();
    let refused = change(&mut machine, &mut session, &[], false);
    assert!(matches!(&refused, Err(SlotError::WouldLeaveBehind(which)) if which == &["identity"]), "{refused:?}");
    assert_eq!(handles.vault_file.bytes().unwrap(), resealed);
}

#[test]
fn nothing_is_undone_across_a_change_of_the_key() {
    let (mut machine, _handles, mut session) = vault();
    assert!(session.can_undo().is_some());
    change(&mut machine, &mut session, &[], false).unwrap();
    assert!(session.can_undo().is_none());
    assert!(unlock(&mut machine, "amber ferry leaves at dusk").unwrap().can_undo().is_none());
}

#[test]
fn each_way_says_what_it_protects_against_and_the_weakest_is_found() {
    let (mut machine, _handles, mut session) = vault();
    let code = new_sheet(&mut machine).unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "").unwrap();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let all = slots(&machine, &session);
    assert_eq!(weakest(&all).map(|slot| slot.kind), Some(SlotKind::Keyring));
    for slot in &all {
        let protection = protection(slot);
        assert!(!protection.against.is_empty() && !protection.not_against.is_empty());
    }
}

#[test]
fn what_a_device_remembers_of_its_ways_holds_no_key() {
    let (mut machine, handles, mut session) = vault();
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "").unwrap();
    let stored = handles.machine().state.load(countersign::ports::StateSlot::Ways).unwrap().unwrap();
    let text = String::from_utf8(stored).unwrap();
    assert!(!text.contains("AGE-SECRET-KEY"), "{text}");
    let [EasyWay::Keyring { name }] = &easy_ways(&mut machine)[..] else { panic!("{text}") };
    assert_eq!(handles.keyring.names(), std::slice::from_ref(name));
}

#[test]
fn sheets_are_drawn_fairly_and_read_back_as_they_were() {
    let (mut machine, _handles) = machine();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let code = new_sheet(&mut machine).unwrap();
        let words = code.words().expose_secret().to_owned();
        assert_eq!(words.split(' ').count(), 11);
        assert_eq!(SheetCode::read(code.words()).unwrap().recipient(), code.recipient());
        seen.insert(words);
    }
    assert_eq!(seen.len(), 200);
}

#[test]
fn a_removed_device_does_not_come_back_through_its_keyring() {
    let (mut desktop, handles, mut on_desktop) = vault();
    let (mut laptop, laptop_handles) = handles.another_device("tower");
    let recipient = tasks::make_recipient(&mut laptop, None, &secret("only on the tower"), quick()).unwrap();
    tasks::add_device(&mut desktop, &mut on_desktop, &recipient, "tower").unwrap();
    let mut on_laptop = unlock(&mut laptop, "only on the tower").unwrap();
    add_slot(&mut laptop, &mut on_laptop, NewSlot::Keyring, "").unwrap();
    assert!(easily(&mut laptop).is_ok());

    tasks::refresh(&mut desktop, &mut on_desktop).unwrap();
    let behind = tasks::Behind { passphrases: vec![vaults::passphrase()], ..tasks::Behind::default() };
    let removed = tasks::remove_device(&mut desktop, &mut on_desktop, "tower", &behind).unwrap();
    assert!(removed.left_behind.is_empty(), "{:?}", removed.left_behind);
    assert_eq!(of_kind(&desktop, &on_desktop, SlotKind::Keyring), []);
    assert_eq!(laptop_handles.keyring.names().len(), 1, "the key is still there, and opens nothing");
    let held = Way::Identity(secret(&laptop_handles.keyring.kept()[0]));
    assert!(tasks::unlock(&mut laptop, &held, &Trust::default()).is_err());
}

#[test]
fn a_busy_computer_makes_no_vault_cheaper() {
    let (mut machine, _handles) = machine();
    // The three runs take 9,000, 125 and 4,000 ms; 125 ms for this trial are a second at work factor 18.
    machine.clock = Box::new(Busy(Mutex::new(vec![0, 9_000, 9_000, 9_125, 9_125, 13_125])));
    assert_eq!(calibrated(&mut machine).unwrap(), WorkFactor::calibrated(125, machine.host.available_memory()));
    assert_ne!(WorkFactor::calibrated(125, None), WorkFactor::calibrated(4_000, None));
}
