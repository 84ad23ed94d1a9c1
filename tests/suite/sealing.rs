//! What a sealed vault promises: it opens with its key, and with nothing else.

use countersign::sealing::{self, CostPolicy, Manifest, SealError, Slots, VaultKey, WorkFactor};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

const BODY: &[u8] = br#"{"accounts":[{"id":"00112233445566778899aabb","issuer":"Example"}]}"#;
const PASSPHRASE: &str = "correct horse battery staple";

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text)
}

fn body(bytes: &[u8]) -> SecretSlice<u8> {
    SecretSlice::from(bytes.to_vec())
}

fn slots_for(key: &VaultKey) -> Slots {
    let mut slots = Slots::default();
    slots.add_passphrase(key, &passphrase(PASSPHRASE), WorkFactor::unchecked_for_tests(1)).unwrap();
    slots
}

#[test]
fn what_was_sealed_opens_with_the_passphrase() {
    let key = VaultKey::generate();
    let mut manifest = Manifest::new("0123456789abcdef0123456789abcdef".to_owned());
    manifest.generations.insert("laptop".to_owned(), 57);
    let file = sealing::seal(&body(BODY), &manifest, &slots_for(&key), &key).unwrap();

    let slots = sealing::peek(&file).unwrap();
    let unlocked = slots.unlock_with_passphrase(&passphrase(PASSPHRASE), &CostPolicy::default()).unwrap();
    let opened = sealing::open(&file, &unlocked).unwrap();

    assert_eq!(opened.body.expose_secret(), BODY);
    assert_eq!(opened.manifest, manifest);
    assert_eq!(opened.slots, slots);
    assert!(!opened.is_read_only());
}

#[test]
fn a_wrong_passphrase_is_named() {
    let key = VaultKey::generate();
    let slots = slots_for(&key);
    let refused = slots.unlock_with_passphrase(&passphrase("wrong"), &CostPolicy::default());
    assert_eq!(refused.unwrap_err(), SealError::WrongPassphrase);
}
