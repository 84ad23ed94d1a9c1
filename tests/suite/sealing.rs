//! What a sealed vault promises: it opens with its key, and with nothing else.

mod backups;
mod craft;
mod forgery;
mod identity;
mod passphrases;
mod rotation;
mod sheet;
mod slots;
mod tampering;

use crate::support::fake_keys::nobody;
use countersign::sealing::{self, CostPolicy, Manifest, SealError, Slots, VaultKey, WorkFactor};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

const BODY: &[u8] = br#"{"accounts":[{"id":"0011223344556677","issuer":"Example"}]}"#;
const PASSPHRASE: &str = "correct horse battery staple";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn body(bytes: &[u8]) -> SecretSlice<u8> {
    SecretSlice::from(bytes.to_vec())
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(1)
}

fn manifest() -> Manifest {
    let mut manifest = Manifest::new("0123456789abcdef0123456789abcdef".to_owned());
    manifest.generations.insert("5e1f".to_owned(), 57);
    manifest.devices.insert("5e1f".to_owned(), "laptop".to_owned());
    manifest.saved_at_ms = 1_700_000_000_000;
    manifest
}

fn slots_for(key: &VaultKey) -> Slots {
    let mut slots = Slots::default();
    slots.add_passphrase(key, &secret(PASSPHRASE), quick()).unwrap();
    slots
}

/// A key and a vault that it opens.
fn vault() -> (VaultKey, Vec<u8>) {
    let key = VaultKey::generate();
    let file = sealing::seal(&body(BODY), &manifest(), &slots_for(&key), &key).unwrap();
    (key, file)
}

#[test]
fn what_was_sealed_opens_with_the_passphrase() {
    let (key, file) = vault();

    let slots = sealing::peek(&file).unwrap();
    let unlocked = slots.unlock_with_passphrase(&secret(PASSPHRASE), &CostPolicy::default()).unwrap().key;
    let opened = sealing::open(&file, &unlocked).unwrap();

    assert_eq!(opened.expose_secret(), BODY);
    assert_eq!(opened.manifest, manifest());
    assert_eq!(opened.slots, slots);
    assert!(!opened.is_read_only());
    assert_eq!(unlocked.fingerprint(), key.fingerprint());
}

#[test]
fn a_large_body_opens_as_it_was() {
    let key = VaultKey::generate();
    for length in [65_535, 65_536, 65_537, 2_500_000] {
        let long = body(&vec![b'x'; length]);
        let file = sealing::seal(&long, &manifest(), &slots_for(&key), &key).unwrap();
        assert_eq!(sealing::open(&file, &key).unwrap().expose_secret(), long.expose_secret());
    }
}

#[test]
fn an_empty_body_is_a_body() {
    let key = VaultKey::generate();
    let file = sealing::seal(&body(b""), &manifest(), &slots_for(&key), &key).unwrap();
    assert!(sealing::open(&file, &key).unwrap().expose_secret().is_empty());
}

#[test]
fn the_size_does_not_tell_one_account_from_ten() {
    let key = VaultKey::generate();
    let payload_length = |accounts: usize| {
        let one = r#"{"id":"0011223344556677","issuer":"Example","secret":"JBSWY3DPEHPK3PXP"},"#.repeat(3);
        let file = sealing::seal(&body(one.repeat(accounts).as_bytes()), &manifest(), &slots_for(&key), &key).unwrap();
        craft::payload(&file, &key).len()
    };
    assert_eq!(payload_length(1), 4096);
    for accounts in 2..=10 {
        assert_eq!(payload_length(accounts), 4096, "{accounts} accounts show");
    }
}

#[test]
fn a_body_of_two_lines_is_not_sealed() {
    let key = VaultKey::generate();
    let refused = sealing::seal(&body(b"{}\n{}"), &manifest(), &slots_for(&key), &key);
    assert_eq!(refused.unwrap_err(), SealError::NotOneLine);
}

#[test]
fn a_vault_that_nobody_could_open_is_not_sealed() {
    let key = VaultKey::generate();
    let refused = sealing::seal(&body(BODY), &manifest(), &Slots::default(), &key);
    assert_eq!(refused.unwrap_err(), SealError::NoSlots);
}

#[test]
fn a_private_file_opens_with_the_vaults_key_only() {
    let key = VaultKey::generate();
    let file = sealing::seal_private(b"what this device saw", &key).unwrap();
    assert_eq!(sealing::open_private(&file, &key).unwrap().expose_secret(), b"what this device saw");
    assert_eq!(sealing::open_private(&file, &VaultKey::generate()).unwrap_err(), SealError::WrongIdentity);
}

#[test]
fn the_file_tells_nothing() {
    let (_, file) = vault();
    let text = String::from_utf8_lossy(&file);
    for telling in ["age1", "AGE-SECRET-KEY", "accounts", "Example", "laptop", "0123456789abcdef"] {
        assert!(!text.contains(telling), "{telling} stands in the file");
    }
}
