//! The ways to unlock a vault.

use std::time::Duration;

use countersign::sealing::{self, CostPolicy, SealError, SlotKind, Slots, VaultKey, WorkFactor};
use data_encoding::BASE64_NOPAD;
use secrecy::ExposeSecret;

use super::craft::{Verbatim, age_file, key_and_identity, sha256, signed, takes_less_than};
use super::{BODY, PASSPHRASE, body, manifest, nobody, quick, secret, slots_for, vault};

const ANY_COST: CostPolicy = CostPolicy { cap: WorkFactor::OPEN_CAP, available_bytes: None };

fn unlock_error(slots: &Slots, passphrase: &str, policy: &CostPolicy) -> SealError {
    slots.unlock_with_passphrase(&secret(passphrase), policy).unwrap_err()
}

#[test]
fn a_wrong_passphrase_is_named() {
    let (_, file) = vault();
    let slots = sealing::peek(&file).unwrap();
    assert_eq!(unlock_error(&slots, "wrong", &ANY_COST), SealError::WrongPassphrase);
    assert_eq!(unlock_error(&slots, "", &ANY_COST), SealError::WrongPassphrase);
    assert_eq!(unlock_error(&Slots::default(), PASSPHRASE, &ANY_COST), SealError::NoSuchSlot);
}

#[test]
fn a_damaged_slot_is_not_a_wrong_passphrase() {
    let (_, file) = vault();
    let stanza = slot_text(&file);
    let lines: Vec<&str> = str::from_utf8(&stanza).unwrap().lines().collect();
    let id = lines[0].rsplit(' ').next().unwrap();
    let body = BASE64_NOPAD.decode(lines[1..].concat().as_bytes()).unwrap();
    for position in (0..body.len()).step_by(4) {
        let mut damaged = body.clone();
        // One letter becomes another, so that most of what the small file says can still be read.
        damaged[position] = if damaged[position] == b'A' { b'E' } else { b'A' };
        let with_id = |id| unlock_error(&slots_with_body(id, damaged.clone()), PASSPHRASE, &ANY_COST);
        assert_eq!(with_id(id), SealError::SlotDamaged, "byte {position}");
        // The salt begins at byte 32; with another one, no passphrase fits. An id that is no digest cannot tell why.
        if position == 32 {
            assert_eq!(with_id("foreign"), SealError::WrongPassphrase);
        }
    }
}

#[test]
fn each_of_several_passphrases_opens() {
    let (key, _) = vault();
    let mut slots = slots_for(&key);
    slots.add_passphrase(&key, &secret("second"), quick()).unwrap();
    for passphrase in [PASSPHRASE, "second"] {
        let unlocked = slots.unlock_with_passphrase(&secret(passphrase), &ANY_COST).unwrap().key;
        assert_eq!(unlocked.fingerprint(), key.fingerprint());
    }
    assert_eq!(unlock_error(&slots, "third", &ANY_COST), SealError::WrongPassphrase);
}

#[test]
fn a_removed_slot_opens_no_more() {
    let (key, _) = vault();
    let mut slots = slots_for(&key);
    let second = slots.add_passphrase(&key, &secret("second"), quick()).unwrap();
    slots.remove(&second).unwrap();
    assert_eq!(slots.remove(&second).unwrap_err(), SealError::NoSuchSlot);
    assert_eq!(slots.iter().count(), 1);
    assert_eq!(unlock_error(&slots, "second", &ANY_COST), SealError::WrongPassphrase);
}

#[test]
fn an_identity_file_opens_its_slot() {
    let (key, _) = vault();
    let users = age::x25519::Identity::generate();
    let mut slots = slots_for(&key);
    slots.add_recipient(SlotKind::Identity, &key, &users.to_public().to_string(), &nobody()).unwrap();

    let text = format!("# created: today\n\n{}\n", users.to_string().expose_secret());
    assert_eq!(
        slots.unlock_with_identity(&secret(&text), &nobody(), &CostPolicy::default()).unwrap().key.fingerprint(),
        key.fingerprint()
    );
    let other = age::x25519::Identity::generate().to_string();
    assert_eq!(
        slots.unlock_with_identity(&other, &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::WrongIdentity
    );
    assert_eq!(
        slots.unlock_with_identity(&secret("# nothing\n"), &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::NotAnIdentity
    );
    let refused = slots.add_recipient(SlotKind::Identity, &key, "age1nonsense", &nobody());
    assert_eq!(refused.unwrap_err(), SealError::NotARecipient);
}

#[test]
fn an_empty_passphrase_gets_no_slot() {
    let (key, _) = vault();
    let refused = Slots::default().add_passphrase(&key, &secret(""), quick());
    assert_eq!(refused.unwrap_err(), SealError::EmptyPassphrase);
}

#[test]
fn a_full_header_takes_no_more_slots_and_still_seals() {
    let key = VaultKey::generate();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    // Several rounds: slots of this kind differ in size, and so does what is left for the rest of the header.
    for _ in 0..5 {
        let mut slots = Slots::default();
        let refused = loop {
            if let Err(error) = slots.add_recipient(SlotKind::Identity, &key, &recipient, &nobody()) {
                break error;
            }
        };
        assert_eq!(refused, SealError::TooManySlots);
        assert!(slots.iter().count() > 40);
        let file = sealing::seal(&body(BODY), &manifest(), &slots, &key).unwrap();
        assert_eq!(sealing::open(&file, &key).unwrap().slots, slots);
    }
}

#[test]
fn slots_removed_added_or_moved_are_refused() {
    let (key, file) = vault();
    let (others_key, others_file) = vault();
    let slot = slot_text(&file);
    let without = replaced(&file, &slot, b"");
    let doubled = replaced(&file, &slot, &[&slot[..], &slot].concat());
    let moved = replaced(&file, &slot, &slot_text(&others_file));

    for changed in [without, doubled, moved.clone()] {
        assert_eq!(sealing::open(&changed, &key).unwrap_err(), SealError::Damaged);
    }
    // The moved slot opens, and gives the other vault's key.
    let unlocked = sealing::peek(&moved).unwrap().unlock_with_passphrase(&secret(PASSPHRASE), &ANY_COST).unwrap().key;
    assert_eq!(unlocked.fingerprint(), others_key.fingerprint());
    assert_eq!(sealing::open(&moved, &unlocked).unwrap_err(), SealError::WrongIdentity);
}

#[test]
fn unknown_slots_and_stanzas_of_ours_are_kept() {
    let (key, identity) = key_and_identity();
    let stanzas = Verbatim(vec![
        ("countersign.app/slot", vec!["retina", "e1", "left"], vec![7; 96]),
        ("countersign.app/later", vec![], vec![]),
        ("countersign.app/slot", vec!["passphrase", "p1"], vec![1, 2, 3]),
    ]);
    let digests = format!(r#""slots":"{}","body":"{}""#, stanzas.digest(), sha256(BODY));
    let line = signed(&format!(r#"{{"app":1,"min":1,"vault":"v","gen":{{}},"at":0,{digests}}}"#), &key);
    let random = ("a/b-grease", vec![], vec![]);
    let in_header = Verbatim(stanzas.0.into_iter().chain([random, ("piv-p256", vec![], vec![0; 32])]).collect());
    let file = age_file(&identity, &in_header, &[line.as_bytes(), b"\n", BODY, b"\n\n"].concat());

    let opened = sealing::open(&file, &key).unwrap();
    let listed: Vec<_> = opened.slots.iter().map(|slot| (slot.kind(), slot.kind_name(), slot.id())).collect();
    assert_eq!(listed, [(SlotKind::Unknown, "retina", "e1"), (SlotKind::Passphrase, "passphrase", "p1")]);

    let saved = sealing::seal(
        &secrecy::SecretSlice::from(opened.expose_secret().to_vec()),
        &opened.manifest,
        &opened.slots,
        &key,
    )
    .unwrap();
    assert!(!String::from_utf8_lossy(&saved).contains("piv-p256"), "it wraps a file key that is gone");
    let from = |file: &[u8]| {
        let text = String::from_utf8_lossy(file).into_owned();
        let start = text.find("-> countersign.app/slot retina").unwrap();
        let end = text.find("-> countersign.app/slot passphrase p1\nAQID\n").unwrap();
        text[start..end].to_owned()
    };
    assert_eq!(from(&saved), from(&file));
    assert_eq!(sealing::open(&saved, &key).unwrap().slots, opened.slots);
}

#[test]
fn a_foreign_work_factor_is_refused_before_it_costs_anything() {
    let mut expensive = age::scrypt::Recipient::new(secret(PASSPHRASE));
    expensive.set_work_factor(1);
    let file = age_file_with_work_factor(&expensive, "23");
    let slots = slots_with_body("foreign", file);

    assert_eq!(unlock_error(&slots, PASSPHRASE, &ANY_COST), SealError::CostTooHigh { log_n: 23, cap: 20 });
    assert!(takes_less_than(Duration::from_millis(50), || unlock_error(&slots, PASSPHRASE, &ANY_COST)));
    let defiant = CostPolicy { cap: 63, available_bytes: None };
    assert_eq!(unlock_error(&slots, PASSPHRASE, &defiant), SealError::CostTooHigh { log_n: 23, cap: 22 });
}

#[test]
fn memory_is_looked_at_before_it_is_taken() {
    let (key, _) = vault();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, &secret(PASSPHRASE), WorkFactor::unchecked_for_tests(10)).unwrap();
    let needed_bytes = 1 << 20;
    let just_too_little = CostPolicy { cap: 20, available_bytes: Some(needed_bytes - 1) };
    let refusal = SealError::NotEnoughMemory { needed_bytes, available_bytes: needed_bytes - 1 };
    assert_eq!(unlock_error(&slots, PASSPHRASE, &just_too_little), refusal);
    let enough = CostPolicy { cap: 20, available_bytes: Some(needed_bytes) };
    assert!(slots.unlock_with_passphrase(&secret(PASSPHRASE), &enough).is_ok());
}

#[test]
fn a_refused_slot_does_not_hide_one_that_opens() {
    let (key, _) = vault();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, &secret("other"), WorkFactor::unchecked_for_tests(12)).unwrap();
    slots.add_passphrase(&key, &secret(PASSPHRASE), quick()).unwrap();
    let thrifty = CostPolicy { cap: 11, available_bytes: None };
    assert!(slots.unlock_with_passphrase(&secret(PASSPHRASE), &thrifty).is_ok());
    assert_eq!(unlock_error(&slots, "neither", &thrifty), SealError::CostTooHigh { log_n: 12, cap: 11 });
}

#[test]
fn a_slot_says_what_it_costs() {
    let (key, _) = vault();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, &secret(PASSPHRASE), WorkFactor::unchecked_for_tests(9)).unwrap();
    slots
        .add_recipient(SlotKind::Keyring, &key, &age::x25519::Identity::generate().to_public().to_string(), &nobody())
        .unwrap();
    let costs: Vec<_> = slots.iter().map(|slot| (slot.kind(), slot.work_factor())).collect();
    assert_eq!(costs, [(SlotKind::Passphrase, Some(9)), (SlotKind::Keyring, None)]);
}

/// The first slot's stanza.
fn slot_text(file: &[u8]) -> Vec<u8> {
    let start = position(file, b"-> countersign.app/slot");
    let next = position(&file[start + 1..], b"\n-> ");
    file[start..start + 1 + next + 1].to_vec()
}

fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let start = position(file, from);
    [&file[..start], to, &file[start + from.len()..]].concat()
}

fn position(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).unwrap()
}

/// A passphrase file that claims another work factor than it was made with.
fn age_file_with_work_factor(recipient: &age::scrypt::Recipient, claimed: &str) -> Vec<u8> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient as _)).unwrap();
    let mut file = Vec::new();
    encryptor.wrap_output(&mut file).unwrap().finish().unwrap();
    let line_end = position(&file[22..], b"\n") + 22;
    let space = file[..line_end].iter().rposition(|byte| *byte == b' ').unwrap();
    [&file[..=space], claimed.as_bytes(), &file[line_end..]].concat()
}

/// The slots of a vault whose passphrase slot has this body.
fn slots_with_body(id: &str, body: Vec<u8>) -> Slots {
    let identity = age::x25519::Identity::generate();
    let stanzas = Verbatim(vec![("countersign.app/slot", vec!["passphrase", id], body)]);
    sealing::peek(&age_file(&identity, &stanzas, b"")).unwrap()
}
