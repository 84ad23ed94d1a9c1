//! The second device: let in without the passphrase, and shown out with a new key.

use countersign::otp::Timestamp;
use countersign::ports::{Machine, StateSlot};
use countersign::sealing::{self, SealError, SlotKind, WorkFactor};
use countersign::tasks::{
    self, Behind, CommitError, DeviceError, MergeRequest, Session, Trust, UnlockError, Warning, Way,
};
use countersign::vault::{Change, Edit};
use secrecy::SecretString;

use crate::support::fakes::{Handles, machine};
use crate::support::vaults::{self, account, add, id};

const OWN: &str = "only on the laptop";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(4)
}

fn own() -> Way {
    Way::Passphrase(secret(OWN))
}

fn unlock(machine: &mut Machine, way: &Way) -> Result<Session, UnlockError> {
    tasks::unlock(machine, way, &Trust::default())
}

fn note(text: &str) -> Change {
    Change::Edit(id(1), Box::new(Edit { note: Some(text.to_owned()), ..Edit::default() }))
}

fn with_passphrase() -> Behind {
    Behind { passphrases: vec![vaults::passphrase()], ..Behind::default() }
}

/// A desktop with a vault, and a laptop that it has let in. Both share the vault file.
struct Pair {
    desktop: Machine,
    desktop_handles: Handles,
    session: Session,
    laptop: Machine,
    laptop_handles: Handles,
}

fn pair() -> Pair {
    let (mut desktop, desktop_handles) = machine();
    desktop_handles.host.rename("desktop");
    let mut session = vaults::with(&mut desktop, [account(1, "GitHub", "alice"), account(2, "GitLab", "alice")]);
    let (mut laptop, laptop_handles) = desktop_handles.another_device("laptop");
    let recipient = tasks::make_recipient(&mut laptop, None, &secret(OWN), quick()).unwrap();
    tasks::add_device(&mut desktop, &mut session, &recipient, "laptop").unwrap();
    Pair { desktop, desktop_handles, session, laptop, laptop_handles }
}

impl Pair {
    fn file(&self) -> Vec<u8> {
        self.desktop_handles.vault_file.bytes().unwrap()
    }

    fn put(&self, file: &[u8]) {
        self.desktop_handles.vault_file.changed_by_another_device(file);
    }

    fn remove_laptop(&mut self) -> tasks::DeviceRemoved {
        tasks::remove_device(&mut self.desktop, &mut self.session, "laptop", &with_passphrase()).unwrap()
    }
}

#[test]
fn a_device_that_was_let_in_opens_the_vault_with_its_own_passphrase() {
    let mut pair = pair();
    let mut there = unlock(&mut pair.laptop, &own()).unwrap();
    assert_eq!(there.vault().len(), 2);
    assert_eq!(there.fingerprint(), pair.session.fingerprint());
    tasks::commit(&mut pair.laptop, &mut there, "added", &add(account(3, "npm", "alice"))).unwrap();
    tasks::refresh(&mut pair.desktop, &mut pair.session).unwrap();
    assert_eq!(pair.session.vault().len(), 3);
    // The vault's own passphrase opens there as well, for whoever knows it.
    assert!(unlock(&mut pair.laptop, &Way::Passphrase(vaults::passphrase())).is_ok());
    let wrong = unlock(&mut pair.laptop, &Way::Passphrase(secret("neither"))).err().unwrap();
    assert!(wrong.is_wrong_passphrase(), "{wrong}");
}

#[test]
fn the_passphrase_of_one_device_opens_nothing_on_another() {
    let mut pair = pair();
    assert!(unlock(&mut pair.desktop, &own()).err().unwrap().is_wrong_passphrase());
    let (mut third, _) = pair.desktop_handles.another_device("third");
    tasks::make_recipient(&mut third, None, &secret("third's"), quick()).unwrap();
    let refused = unlock(&mut third, &Way::Passphrase(secret("third's"))).err().unwrap();
    assert!(matches!(refused, UnlockError::NotForThisDevice), "{refused}");
    assert!(refused.next_step().contains("not added yet"));
}

#[test]
fn a_device_is_known_by_its_id_once_it_has_saved() {
    let mut pair = pair();
    let known = tasks::devices(&pair.session);
    let names: Vec<_> = known.iter().map(|device| (device.name.as_str(), device.saves, device.is_this)).collect();
    assert_eq!(names, [("desktop", 3, true), ("laptop", 0, false)]);
    assert_eq!(known[0].slot, None, "it opens with the vault's passphrase");
    assert_eq!(Some(&known[1].id), known[1].slot.as_ref());

    let mut there = unlock(&mut pair.laptop, &own()).unwrap();
    assert!(tasks::devices(&there)[0].is_this && tasks::devices(&there)[0].name == "laptop");
    pair.laptop_handles.clock.advance_secs(60);
    tasks::commit(&mut pair.laptop, &mut there, "note", &note("new")).unwrap();
    tasks::refresh(&mut pair.desktop, &mut pair.session).unwrap();
    let known = tasks::devices(&pair.session);
    assert_eq!(known.len(), 2, "the device and its slot are one: {known:?}");
    assert_eq!((known[1].saves, known[1].slot.is_some()), (1, true));
    let later = known[1].last_saved.unwrap().millis_since(known[0].last_saved.unwrap());
    assert_eq!(later, 60_000);
}

#[test]
fn what_cannot_be_a_device_is_refused_and_nothing_is_saved() {
    let mut pair = pair();
    let before = pair.file();
    let recipient = tasks::own_recipient(&pair.laptop).unwrap();
    let another = age::x25519::Identity::generate().to_public().to_string();
    let mut add = |recipient: &str, name: &str| {
        tasks::add_device(&mut pair.desktop, &mut pair.session, recipient, name).unwrap_err()
    };
    assert!(matches!(add("age1nonsense", "x"), DeviceError::Seal(SealError::NotARecipient)));
    assert!(matches!(add(&recipient, "x"), DeviceError::AlreadyAdded));
    assert!(matches!(add(&another, "Laptop"), DeviceError::NameTaken));
    for name in ["", "  ", "two\nlines", &"x".repeat(200)] {
        assert!(matches!(add(&another, name), DeviceError::BadName));
    }
    let mut remove = |which: &str| {
        tasks::remove_device(&mut pair.desktop, &mut pair.session, which, &with_passphrase()).unwrap_err()
    };
    assert!(matches!(remove("phone"), DeviceError::NoSuch));
    assert!(matches!(remove("desktop"), DeviceError::ThisDevice));
    assert_eq!(pair.file(), before);
}

#[test]
fn a_removed_device_opens_nothing_that_is_saved_from_then_on() {
    let mut pair = pair();
    let old_copy = pair.file();
    let words = pair.session.fingerprint();
    let removed = pair.remove_laptop();
    assert_eq!(removed.name, "laptop");
    assert!(removed.left_behind.is_empty());
    assert_ne!(pair.session.fingerprint(), words);

    let refused = unlock(&mut pair.laptop, &own()).err().unwrap();
    assert!(matches!(refused, UnlockError::NotForThisDevice), "{refused}");
    let old_slots = sealing::peek(&old_copy).unwrap();
    let old_key = old_slots.unlock_with_passphrase(&vaults::passphrase(), &sealing::CostPolicy::default()).unwrap().key;
    assert_eq!(sealing::open(&pair.file(), &old_key).unwrap_err(), SealError::WrongIdentity);

    // Here all goes on: the passphrase, the next save, what this device remembers.
    tasks::commit(&mut pair.desktop, &mut pair.session, "note", &note("after")).unwrap();
    let again = vaults::unlock(&mut pair.desktop);
    assert!(again.warnings().is_empty(), "{:?}", again.warnings());
    assert_eq!(tasks::devices(&again).len(), 1);
}

#[test]
fn removing_a_device_names_every_secret_that_it_still_knows() {
    let mut pair = pair();
    let now = pair.desktop.clock.now();
    tasks::commit(&mut pair.desktop, &mut pair.session, "removed", &Change::Trash(id(2), now)).unwrap();
    let removed = pair.remove_laptop();
    let knows: Vec<_> = removed.knows.iter().map(|secret| (secret.label.as_str(), secret.in_trash)).collect();
    assert_eq!(knows, [("GitHub · alice", false), ("GitLab · alice", true)]);
    assert!(pair.session.can_undo().is_none(), "there is no way back to the old key");
}

#[test]
fn removing_needs_the_vaults_passphrase_and_changes_nothing_without() {
    let mut pair = pair();
    let before = pair.file();
    for behind in [Behind::default(), Behind { passphrases: vec![secret("wrong")], ..Behind::default() }] {
        let refused = tasks::remove_device(&mut pair.desktop, &mut pair.session, "laptop", &behind).unwrap_err();
        assert!(matches!(refused, DeviceError::NeedsPassphrase), "{refused}");
    }
    assert_eq!(pair.file(), before);
    assert!(unlock(&mut pair.laptop, &own()).is_ok());
}

#[test]
fn a_device_that_knows_the_passphrase_goes_only_with_the_passphrase() {
    let (mut desktop, handles) = machine();
    handles.host.rename("desktop");
    vaults::with(&mut desktop, [account(1, "GitHub", "alice")]);
    let (mut laptop, _laptop_handles) = handles.another_device("laptop");
    let mut there = vaults::unlock(&mut laptop);
    tasks::commit(&mut laptop, &mut there, "note", &note("new")).unwrap();

    let mut session = vaults::unlock(&mut desktop);
    let refused = tasks::remove_device(&mut desktop, &mut session, "laptop", &with_passphrase()).unwrap_err();
    assert!(matches!(refused, DeviceError::NeedsNewPassphrase), "{refused}");
    let behind = Behind { new_passphrase: Some(secret("a new one")), ..Behind::default() };
    tasks::remove_device(&mut desktop, &mut session, "laptop", &behind).unwrap();
    assert!(unlock(&mut laptop, &Way::Passphrase(vaults::passphrase())).err().unwrap().is_wrong_passphrase());
    assert!(unlock(&mut desktop, &Way::Passphrase(secret("a new one"))).is_ok());
}

#[test]
fn the_last_passphrase_stays() {
    let mut pair = pair();
    let slots = sealing::peek(&pair.file()).unwrap();
    let passphrase = slots.iter().find(|slot| slot.kind() == SlotKind::Passphrase).unwrap().id().to_owned();
    let refused = tasks::remove_device(&mut pair.desktop, &mut pair.session, &passphrase, &with_passphrase());
    assert!(matches!(refused.unwrap_err(), DeviceError::LastForPeople));
}

#[test]
fn the_last_sheet_stays_where_there_is_no_passphrase_and_the_other_way_round() {
    let mut pair = pair();
    let code = tasks::slots::new_sheet(&mut pair.desktop).unwrap();
    let new = tasks::slots::NewSlot::Sheet(&code);
    let sheet = tasks::slots::add_slot(&mut pair.desktop, &mut pair.session, new, "").unwrap().id;
    let slots = sealing::peek(&pair.file()).unwrap();
    let passphrase = slots.iter().find(|slot| slot.kind() == SlotKind::Passphrase).unwrap().id().to_owned();
    tasks::remove_device(&mut pair.desktop, &mut pair.session, &passphrase, &Behind::default()).unwrap();
    let slots = sealing::peek(&pair.file()).unwrap();
    let kept = slots.iter().find(|slot| slot.kind() == SlotKind::Sheet).unwrap().id().to_owned();
    assert_ne!(kept, sheet, "it was made anew");
    let refused = tasks::remove_device(&mut pair.desktop, &mut pair.session, &kept, &Behind::default());
    assert!(matches!(refused.unwrap_err(), DeviceError::LastForPeople));
}

#[test]
fn what_opened_the_vault_is_still_known_after_a_removal() {
    let mut pair = pair();
    let mut session = vaults::unlock(&mut pair.desktop);
    tasks::remove_device(&mut pair.desktop, &mut session, "laptop", &with_passphrase()).unwrap();
    let [slot] = &tasks::slots::slots(&pair.desktop, &session)[..] else { panic!("the passphrase alone") };
    assert!(slot.is_in_use && slot.last_used.is_some(), "{slot:?}");
}

#[test]
fn a_failed_removal_keeps_the_old_key() {
    let mut pair = pair();
    let (before, words) = (pair.file(), pair.session.fingerprint());
    pair.desktop_handles.vault_file.fail_at(countersign::ports::FileStep::Replace);
    let refused = tasks::remove_device(&mut pair.desktop, &mut pair.session, "laptop", &with_passphrase());
    assert!(matches!(refused.unwrap_err(), DeviceError::Commit(CommitError::File(_))));
    assert_eq!((pair.file(), pair.session.fingerprint()), (before, words));
}

/// A third device beside the two, which stays when the laptop goes.
fn with_phone(pair: &mut Pair) -> (Machine, Handles) {
    let (mut phone, handles) = pair.desktop_handles.another_device("phone");
    let recipient = tasks::make_recipient(&mut phone, None, &secret("phone's"), quick()).unwrap();
    tasks::add_device(&mut pair.desktop, &mut pair.session, &recipient, "phone").unwrap();
    (phone, handles)
}

#[test]
fn a_device_that_stays_is_told_of_the_new_key_once_and_goes_on() {
    let mut pair = pair();
    let (mut phone, phone_handles) = with_phone(&mut pair);
    let way = Way::Passphrase(secret("phone's"));
    let mut there = unlock(&mut phone, &way).unwrap();
    tasks::mark_used(&mut phone, &mut there, [(id(1), 7, Timestamp::from_secs(210))].into_iter());
    drop(there);
    pair.remove_laptop();

    let after = unlock(&mut phone, &way).unwrap();
    let words = pair.session.fingerprint();
    assert_eq!(after.warnings(), [Warning::NewKey(words)]);
    assert!(after.memory().is_used(id(1), 7), "what this device remembers is read with the former key");
    drop(after);
    assert!(unlock(&mut phone, &way).unwrap().warnings().is_empty());
    let pin = phone_handles.state.get(StateSlot::Pin).unwrap();
    assert!(String::from_utf8(pin).unwrap().contains(&words.hex()));
}

#[test]
fn an_open_vault_follows_to_the_new_key_through_the_devices_own_slot() {
    let mut pair = pair();
    let (mut phone, _) = with_phone(&mut pair);
    let mut there = unlock(&mut phone, &Way::Passphrase(secret("phone's"))).unwrap();
    pair.remove_laptop();
    // It knows nothing of that yet, and saves.
    tasks::commit(&mut phone, &mut there, "note", &note("from the phone")).unwrap();
    assert_eq!(there.fingerprint(), pair.session.fingerprint());
    tasks::refresh(&mut pair.desktop, &mut pair.session).unwrap();
    assert_eq!(pair.session.vault().get(id(1)).unwrap().note(), "from the phone");
    assert!(unlock(&mut pair.laptop, &own()).is_err(), "the removed one stays out");
}

#[test]
fn an_open_vault_that_cannot_follow_says_so_and_writes_nothing() {
    let mut pair = pair();
    let mut there = unlock(&mut pair.laptop, &own()).unwrap();
    pair.remove_laptop();
    let file = pair.file();
    assert!(matches!(tasks::refresh(&mut pair.laptop, &mut there).unwrap_err(), UnlockError::NewKey));
    let refused = tasks::commit(&mut pair.laptop, &mut there, "note", &note("too late")).unwrap_err();
    assert!(matches!(&refused, CommitError::Theirs(error) if matches!(**error, UnlockError::NewKey)), "{refused}");
    assert_eq!(pair.file(), file);
}

#[test]
fn what_was_saved_under_the_old_key_meanwhile_can_be_merged() {
    let mut pair = pair();
    let (mut phone, phone_handles) = with_phone(&mut pair);
    let before = pair.file();
    pair.remove_laptop();
    let rotated = pair.file();
    // The phone was offline: it saved what it had, under the key that it knew.
    pair.put(&before);
    let mut offline = unlock(&mut phone, &Way::Passphrase(secret("phone's"))).unwrap();
    tasks::commit(&mut phone, &mut offline, "added", &add(account(9, "npm", "alice"))).unwrap();
    let conflict = pair.file();
    drop(offline);
    pair.put(&rotated);

    let mut session = unlock(&mut phone, &Way::Passphrase(secret("phone's"))).unwrap();
    assert!(
        session.warnings().iter().any(|warning| matches!(warning, Warning::GrewApart { .. })),
        "{:?}",
        session.warnings()
    );
    assert!(session.open_ours(&conflict).unwrap().is_former);
    phone_handles.documents.put("conflict.age", &conflict);
    let (sources, trust) = (["conflict.age".into()], Trust::default());
    let request = MergeRequest { sources: &sources, way: None, trust: &trust, choices: &[], is_dry_run: false };
    let merged = tasks::merge(&mut phone, &mut session, &request).unwrap();
    assert!(merged.saved);
    assert_eq!(vaults::unlock(&mut pair.desktop).vault().len(), 3);
    assert!(unlock(&mut pair.laptop, &own()).is_err(), "merging an old copy lets nobody back in");
    assert_eq!(tasks::devices(&session).iter().filter(|device| device.name == "laptop").count(), 0);
}

#[test]
fn a_copy_under_a_key_that_is_gone_is_not_taken_for_the_vault() {
    let mut pair = pair();
    let old = pair.file();
    pair.remove_laptop();
    // The removed device, or a sync tool, puts what it has in the place.
    pair.put(&old);
    let refused = tasks::refresh(&mut pair.desktop, &mut pair.session).unwrap_err();
    assert!(matches!(refused, UnlockError::FormerKey), "{refused}");
    let refused = unlock(&mut pair.desktop, &Way::Passphrase(vaults::passphrase())).err().unwrap();
    assert!(matches!(refused, UnlockError::FormerKey), "{refused}");
    let refused = tasks::commit(&mut pair.desktop, &mut pair.session, "note", &note("new")).unwrap_err();
    assert!(matches!(refused, CommitError::Theirs(_)), "{refused}");
    assert_eq!(pair.file(), old, "nothing was written over it");
}

#[test]
fn a_pin_is_followed_only_by_a_vault_that_holds_its_key() {
    let mut pair = pair();
    // A stranger's vault in the place of ours, whatever it says of itself, has no former key of ours.
    let (mut stranger, strange) = machine();
    vaults::with(&mut stranger, [account(1, "GitHub", "mallory")]);
    let mut session = vaults::unlock(&mut stranger);
    let behind = with_passphrase();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    tasks::add_device(&mut stranger, &mut session, &recipient, "x").unwrap();
    tasks::remove_device(&mut stranger, &mut session, "x", &behind).unwrap();
    pair.put(&strange.vault_file.bytes().unwrap());
    assert!(matches!(tasks::refresh(&mut pair.desktop, &mut pair.session), Err(UnlockError::NewKey)));
    let refused = unlock(&mut pair.desktop, &Way::Passphrase(vaults::passphrase())).err().unwrap();
    assert!(matches!(refused, UnlockError::Different { .. }), "{refused}");
}

#[test]
fn two_devices_that_change_slots_at_once_lose_none() {
    let mut pair = pair();
    let mut there = unlock(&mut pair.laptop, &own()).unwrap();
    let mut names = Vec::new();
    for (number, (machine, session)) in
        [(&mut pair.desktop, &mut pair.session), (&mut pair.laptop, &mut there)].into_iter().enumerate()
    {
        let recipient = age::x25519::Identity::generate().to_public().to_string();
        let name = format!("added {number}");
        tasks::add_device(machine, session, &recipient, &name).unwrap();
        names.push(name);
    }
    let known = tasks::devices(&vaults::unlock(&mut pair.desktop));
    for name in names {
        assert!(known.iter().any(|device| device.name == name && device.slot.is_some()), "{name} is lost: {known:?}");
    }
}

#[test]
fn a_slot_that_was_removed_while_another_was_added_stays_removed() {
    let mut pair = pair();
    let (mut phone, _) = with_phone(&mut pair);
    let mut there = unlock(&mut phone, &Way::Passphrase(secret("phone's"))).unwrap();
    pair.remove_laptop();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    tasks::add_device(&mut phone, &mut there, &recipient, "tablet").unwrap();
    let known = tasks::devices(&vaults::unlock(&mut pair.desktop));
    let mut names: Vec<_> = known.iter().map(|device| device.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["desktop", "phone", "tablet"]);
    assert!(unlock(&mut pair.laptop, &own()).is_err());
}

#[test]
fn a_new_name_is_seen_everywhere() {
    let mut pair = pair();
    let mut there = unlock(&mut pair.laptop, &own()).unwrap();
    assert!(matches!(
        tasks::rename_device(&mut pair.laptop, &mut there, "Desktop").unwrap_err(),
        DeviceError::NameTaken
    ));
    tasks::rename_device(&mut pair.laptop, &mut there, "travel laptop").unwrap();
    tasks::refresh(&mut pair.desktop, &mut pair.session).unwrap();
    assert!(tasks::devices(&pair.session).iter().any(|device| device.name == "travel laptop"));
    // Also for the vaults that it opens later.
    assert_eq!(unlock(&mut pair.laptop, &own()).unwrap().device_name(), "travel laptop");
}

#[test]
fn a_request_can_be_repeated_and_costs_no_second_identity() {
    let (mut laptop, handles) = machine();
    assert!(tasks::own_recipient(&laptop).is_none());
    let first = tasks::make_recipient(&mut laptop, Some("travel"), &secret(OWN), quick()).unwrap();
    let identity = handles.state.get(StateSlot::Identity).unwrap();
    let second = tasks::make_recipient(&mut laptop, None, &secret("whatever"), quick()).unwrap();
    assert_eq!((&first, handles.state.get(StateSlot::Identity)), (&second, Some(identity.clone())));
    assert_eq!(tasks::own_recipient(&laptop), Some(first));
    let kept = String::from_utf8_lossy(&identity).into_owned();
    assert!(kept.starts_with("age-encryption.org/v1\n-> scrypt ") && !kept.contains("AGE-SECRET-KEY"));
    assert!(matches!(
        tasks::make_recipient(&mut handles.another_device("x").0, None, &secret(""), quick()),
        Err(DeviceError::Seal(SealError::EmptyPassphrase))
    ));
}

#[test]
fn a_look_tells_whose_passphrase_is_meant() {
    let mut pair = pair();
    let meant = |machine: &mut Machine| tasks::look(machine).unwrap().unwrap().opens_with_own;
    assert!(!meant(&mut pair.desktop), "it has no identity of its own");
    assert!(meant(&mut pair.laptop), "it was let in, as far as can be said before it is open");
    unlock(&mut pair.laptop, &own()).unwrap();
    assert!(meant(&mut pair.laptop));
    pair.remove_laptop();
    assert!(!meant(&mut pair.laptop), "its slot has gone");
}
