//! A new key for a vault: what it carries over, and what it leaves behind for good.

use std::collections::BTreeMap;

use countersign::sealing::{
    self, CostPolicy, Label, LeftBehind, Manifest, OwnIdentity, Passphrases, SealError, SheetCode, SlotKind, Slots,
    VaultKey,
};
use secrecy::{ExposeSecret, SecretString};

use super::craft::{Verbatim, age_file, key_and_identity, payload, sha256, signed};
use super::{BODY, PASSPHRASE, body, manifest, nobody, quick, secret, slots_for};

const POLICY: CostPolicy = CostPolicy { cap: 20, available_bytes: None };

fn passphrases() -> [SecretString; 1] {
    [secret(PASSPHRASE)]
}

/// A slot for somebody's recipient, with its label.
fn add_labelled(slots: &mut Slots, key: &VaultKey, recipient: &str) -> BTreeMap<String, Label> {
    let id = slots.add_recipient(SlotKind::Identity, key, recipient, &nobody()).unwrap();
    BTreeMap::from([(id, Label::new("phone", 7, recipient))])
}

fn seal(key: &VaultKey, slots: &Slots) -> Vec<u8> {
    sealing::seal(&body(BODY), &manifest(), slots, key).unwrap()
}

#[test]
fn a_new_key_opens_with_the_same_passphrase_and_the_same_recipients() {
    let (key, users) = (VaultKey::generate(), age::x25519::Identity::generate());
    let mut slots = slots_for(&key);
    let labels = add_labelled(&mut slots, &key, &users.to_public().to_string());
    let rotated =
        sealing::rotate(&key, &slots, &labels, Passphrases::Stay(&passphrases()), &POLICY, &nobody()).unwrap();

    assert_ne!(rotated.key.fingerprint(), key.fingerprint());
    assert!(rotated.left_behind.is_empty());
    let by_passphrase = rotated.slots.unlock_with_passphrase(&secret(PASSPHRASE), &POLICY).unwrap().key;
    let by_identity =
        rotated.slots.unlock_with_identity(&users.to_string(), &nobody(), &CostPolicy::default()).unwrap().key;
    for opened in [by_passphrase, by_identity] {
        assert_eq!(opened.fingerprint(), rotated.key.fingerprint());
    }
    let kept: Vec<_> = rotated.labels.values().collect();
    assert_eq!(kept, labels.values().collect::<Vec<_>>());
    let ids: Vec<_> = rotated.slots.iter().map(|slot| slot.id().to_owned()).collect();
    assert!(rotated.labels.keys().all(|id| ids.contains(id)), "a label names a slot that is there");
    let costs = |slots: &Slots| slots.iter().map(sealing::Slot::work_factor).collect::<Vec<_>>();
    assert_eq!(costs(&rotated.slots), costs(&slots), "no passphrase becomes easier to guess");
}

#[test]
fn what_is_written_after_a_rotation_opens_with_no_old_copy() {
    let key = VaultKey::generate();
    let slots = slots_for(&key);
    let old_copy = seal(&key, &slots);
    let rotated =
        sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Stay(&passphrases()), &POLICY, &nobody()).unwrap();
    let file = seal(&rotated.key, &rotated.slots);

    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::WrongIdentity);
    let from_old = sealing::peek(&old_copy).unwrap().unlock_with_passphrase(&secret(PASSPHRASE), &POLICY).unwrap().key;
    assert_eq!(sealing::open(&file, &from_old).unwrap_err(), SealError::WrongIdentity);
    let text = String::from_utf8_lossy(&payload(&file, &rotated.key)).into_owned();
    assert!(!text.contains("AGE-SECRET-KEY"), "the old key stands in the header, for the new one, and nowhere else");
}

#[test]
fn former_keys_are_read_by_the_present_one_alone() {
    let keys: Vec<VaultKey> = (0..3).map(|_| VaultKey::generate()).collect();
    let first = sealing::rotate(
        &keys[0],
        &slots_for(&keys[0]),
        &BTreeMap::new(),
        Passphrases::Stay(&passphrases()),
        &POLICY,
        &nobody(),
    )
    .unwrap();
    let second = sealing::rotate(
        &first.key,
        &first.slots,
        &BTreeMap::new(),
        Passphrases::Stay(&passphrases()),
        &POLICY,
        &nobody(),
    )
    .unwrap();
    let file = seal(&second.key, &second.slots);

    let opened = sealing::open(&file, &second.key).unwrap();
    let formers = opened.slots.former_keys(&second.key);
    let words: Vec<_> = formers.iter().map(VaultKey::fingerprint).collect();
    assert_eq!(words, [first.key.fingerprint(), keys[0].fingerprint()], "the latest first");
    for stranger in [&keys[0], &keys[1], &first.key] {
        assert!(opened.slots.former_keys(stranger).is_empty(), "an old key must not lead to any other");
    }
    assert!(sealing::open(&seal(&keys[0], &slots_for(&keys[0])), &formers[1]).is_ok(), "old copies can be read");
    assert_eq!(opened.slots.iter().count(), 1, "a former key is no way to unlock");
}

#[test]
fn a_vault_forgets_its_seventeenth_key_and_still_seals() {
    let mut key = VaultKey::generate();
    let mut slots = slots_for(&key);
    let mut fingerprints = Vec::new();
    for _ in 0..18 {
        fingerprints.insert(0, key.fingerprint());
        let rotated =
            sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Stay(&passphrases()), &POLICY, &nobody())
                .unwrap();
        (key, slots) = (rotated.key, rotated.slots);
    }
    let formers: Vec<_> = slots.former_keys(&key).iter().map(VaultKey::fingerprint).collect();
    assert_eq!(formers, fingerprints[..16]);
    assert!(sealing::open(&seal(&key, &slots), &key).is_ok());
}

#[test]
fn a_forged_former_key_is_refused() {
    let (key, identity) = key_and_identity();
    let attackers = VaultKey::generate();
    // Whoever knows the recipient can write a stanza that opens; the manifest's digest does not vouch for it.
    let body_of_stanza = age_file_for(&identity.to_public(), &attackers);
    let line = signed(
        &format!(
            r#"{{"app":1,"min":1,"vault":"v","gen":{{}},"at":0,"slots":"{}","body":"{}"}}"#,
            sha256(b""),
            sha256(BODY)
        ),
        &key,
    );
    let stanza = Verbatim(vec![("countersign.app/former", vec!["0011223344556677"], body_of_stanza)]);
    let file = age_file(&identity, &stanza, &[line.as_bytes(), b"\n", BODY, b"\n\n"].concat());
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Forged);
}

fn age_file_for(recipient: &age::x25519::Recipient, key: &VaultKey) -> Vec<u8> {
    let mut slots = Slots::default();
    slots.add_recipient(SlotKind::Identity, key, &recipient.to_string(), &nobody()).unwrap();
    let file = seal(key, &slots);
    let text = String::from_utf8_lossy(&file).into_owned();
    let start = text.find("-> countersign.app/slot").unwrap();
    let lines: Vec<&str> = text[start..].lines().skip(1).take_while(|line| !line.starts_with("->")).collect();
    data_encoding::BASE64_NOPAD.decode(lines.concat().as_bytes()).unwrap()
}

#[test]
fn a_passphrase_that_is_not_known_stops_the_rotation() {
    let key = VaultKey::generate();
    let mut slots = slots_for(&key);
    slots.add_passphrase(&key, &secret("somebody else's"), quick()).unwrap();
    let refused =
        sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Stay(&passphrases()), &POLICY, &nobody());
    assert_eq!(refused.unwrap_err(), SealError::WrongPassphrase);
    let both = [secret(PASSPHRASE), secret("somebody else's")];
    assert_eq!(
        sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Stay(&both), &POLICY, &nobody())
            .unwrap()
            .slots
            .iter()
            .count(),
        2
    );
}

#[test]
fn a_new_passphrase_takes_the_place_of_all() {
    let key = VaultKey::generate();
    let mut slots = slots_for(&key);
    slots.add_passphrase(&key, &secret("somebody else's"), quick()).unwrap();
    let new = secret("a new one");
    let rotated =
        sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Become(&new), &POLICY, &nobody()).unwrap();
    assert_eq!(rotated.slots.iter().map(sealing::Slot::work_factor).collect::<Vec<_>>(), [Some(quick().log_n())]);
    assert!(rotated.slots.unlock_with_passphrase(&new, &POLICY).is_ok());
    for old in [PASSPHRASE, "somebody else's"] {
        let refused = rotated.slots.unlock_with_passphrase(&secret(old), &POLICY);
        assert_eq!(refused.unwrap_err(), SealError::WrongPassphrase);
    }
}

#[test]
fn what_cannot_be_carried_over_is_named() {
    let (key, users) = (VaultKey::generate(), age::x25519::Identity::generate());
    let mut slots = slots_for(&key);
    let unlabelled = slots.add_recipient(SlotKind::Identity, &key, &users.to_public().to_string(), &nobody()).unwrap();
    let rotated =
        sealing::rotate(&key, &slots, &BTreeMap::new(), Passphrases::Stay(&passphrases()), &POLICY, &nobody()).unwrap();
    let behind = LeftBehind { kind: "identity".to_owned(), id: unlabelled, reason: None };
    assert_eq!(rotated.left_behind, [behind]);
    assert_eq!(
        rotated.slots.unlock_with_identity(&users.to_string(), &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::NoSuchSlot
    );
}

#[test]
fn joined_slots_lose_none_and_bring_none_back() {
    let key = VaultKey::generate();
    let mut base = slots_for(&key);
    let removed = base.add_passphrase(&key, &secret("removed"), quick()).unwrap();
    let (mut ours, mut theirs) = (base.clone(), base);
    ours.remove(&removed).unwrap();
    let added_here = ours.add_passphrase(&key, &secret("added here"), quick()).unwrap();
    let added_there = theirs.add_passphrase(&key, &secret("added there"), quick()).unwrap();
    let is_removed = |id: &str| id == removed;
    for joined in [ours.joined(&theirs, is_removed), theirs.joined(&ours, is_removed)] {
        let mut ids: Vec<_> = joined.iter().map(sealing::Slot::id).collect();
        ids.sort_unstable();
        let mut expected = vec![added_here.as_str(), &added_there, ours.iter().next().unwrap().id()];
        expected.sort_unstable();
        assert_eq!(ids, expected);
        assert_eq!(joined.joined(&theirs, is_removed), joined, "doing it again changes nothing");
    }
}

#[test]
fn one_slot_for_people_stays_whoever_joins_whom_and_in_whatever_order() {
    let key = VaultKey::generate();
    let mut all = Slots::default();
    let first = all.add_passphrase(&key, &secret("first"), quick()).unwrap();
    let second = all.add_passphrase(&key, &secret("second"), quick()).unwrap();
    all.add_sheet(&key, &SheetCode::generate(&mut |bytes| bytes.fill(7))).unwrap();
    let states: Vec<Slots> = all.iter().map(|slot| all.only(slot.id())).collect();
    let join = |one: &Slots, other: &Slots| one.joined(other, |_| true);
    for (a, b, c) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
        let (a, b, c) = (&states[a], &states[b], &states[c]);
        let left = join(&join(a, b), c);
        assert_eq!(left.iter().map(sealing::Slot::id).collect::<Vec<_>>(), [first.as_str().min(&second)]);
        assert_eq!((&join(a, &join(b, c)), &join(&left, &left), &join(&left, a)), (&left, &left, &left));
    }
    let sheet = &states[2];
    assert_eq!(&join(sheet, sheet), sheet, "a sheet stays if there is nothing else");
    let kept = all.joined(&all, |id| id != second);
    assert_eq!(kept.iter().map(sealing::Slot::id).collect::<Vec<_>>(), [second.as_str()], "what was removed goes else");
}

#[test]
fn labels_come_back_as_they_were_with_what_a_newer_version_says() {
    let (key, identity) = key_and_identity();
    let member =
        r#""labels":{"a1":{"name":"phone","added":7,"recipient":"age1x","device":"5e1f","colour":{"b":1, "a":2}}}"#;
    let line = format!(
        r#"{{"app":1,"min":1,"vault":"v","gen":{{}},"devices":{{}},"parent":null,"at":0,{member},"removed":{{"b2":9}},"rotated":5,"slots":"{}","body":"{}"}}"#,
        Verbatim(vec![]).digest(),
        sha256(BODY)
    );
    let file = age_file(&identity, &Verbatim(vec![]), &[signed(&line, &key).as_bytes(), b"\n", BODY, b"\n\n"].concat());
    let opened = sealing::open(&file, &key).unwrap();
    let label = &opened.manifest.labels["a1"];
    assert_eq!((label.name.as_str(), label.added_ms), ("phone", 7));
    assert_eq!((label.recipient.as_deref(), label.device.as_deref()), (Some("age1x"), Some("5e1f")));
    assert_eq!((opened.manifest.removed["b2"], opened.manifest.rotated_ms), (9, Some(5)));

    let saved = sealing::seal(&body(BODY), &opened.manifest, &slots_for(&key), &key).unwrap();
    let text = String::from_utf8_lossy(&payload(&saved, &key)).into_owned();
    assert!(text.contains(member), "{text}");
    assert_eq!(sealing::open(&saved, &key).unwrap().manifest, opened.manifest);
}

#[test]
fn swapped_labels_are_forged() {
    let (key, identity) = key_and_identity();
    let mut labelled: Manifest = manifest();
    for (slot, name) in [("a1", "mine"), ("b2", "your")] {
        labelled.labels.insert(slot.to_owned(), Label::new(name, 1, "age1x"));
    }
    let file = sealing::seal(&body(BODY), &labelled, &slots_for(&key), &key).unwrap();
    let text = String::from_utf8(payload(&file, &key)).unwrap();
    let swapped = text.replace("mine", "####").replace("your", "mine").replace("####", "your");
    assert_ne!(swapped, text);
    let forged = age_file(&identity, &Verbatim(vec![]), swapped.as_bytes());
    assert_eq!(sealing::open(&forged, &key).unwrap_err(), SealError::Forged);
}

#[test]
fn the_names_of_devices_stand_nowhere_in_the_clear() {
    let key = VaultKey::generate();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let mut slots = slots_for(&key);
    let mut labelled = manifest();
    labelled.labels = add_labelled(&mut slots, &key, &recipient);
    let file = sealing::seal(&body(BODY), &labelled, &slots, &key).unwrap();
    let text = String::from_utf8_lossy(&file).into_owned();
    assert!(!text.contains("phone") && !text.contains(&recipient));
}

#[test]
fn a_devices_own_identity_opens_with_its_passphrase_and_its_slot_with_it() {
    let own = OwnIdentity::generate(&secret("of this device"), quick()).unwrap();
    assert!(sealing::is_recipient(&own.recipient));
    let refused = sealing::open_age_file_with_passphrase(&own.file, &secret("another"), &POLICY);
    assert_eq!(refused.unwrap_err(), SealError::WrongPassphrase);
    let text = sealing::open_age_file_with_passphrase(&own.file, &secret("of this device"), &POLICY).unwrap();
    let text = SecretString::from(String::from_utf8(text.expose_secret().to_vec()).unwrap());

    let key = VaultKey::generate();
    let mut slots = Slots::default();
    slots.add_recipient(SlotKind::Identity, &key, &own.recipient, &nobody()).unwrap();
    assert_eq!(
        slots.unlock_with_identity(&text, &nobody(), &CostPolicy::default()).unwrap().key.fingerprint(),
        key.fingerprint()
    );
    assert!(matches!(OwnIdentity::generate(&secret(""), quick()), Err(SealError::EmptyPassphrase)));
}
