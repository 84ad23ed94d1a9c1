//! The vault's key, and what is derived from it.

use countersign::sealing::{SealError, VaultKey};
use data_encoding::HEXLOWER;
use secrecy::ExposeSecret;

use super::secret;

/// From the age crate's documentation; the derived values were computed apart, with Python's hashlib and hmac.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const DERIVED: &str = "02b859c7112377f56de5e1cdf190ed6a4c53f9e8be3a646863469347406f4ea4";
const MAC: &str = "27f22c6f3c467b8e6fd136d79480174f9ee48c074be101bb10fb02291221cfe0";
const FINGERPRINT: &str = "15d17da89e735cf3d639a3ebc6f4e69cac214aaccc8b0c2013d12e6ec7c1a007";
const FINGERPRINT_WORDS: &str = "husband frustrate italics radio outlook uncharted";

fn key() -> VaultKey {
    VaultKey::from_identity_file(&secret(IDENTITY)).unwrap()
}

#[test]
fn derived_keys_are_hkdf_of_the_identitys_bytes() {
    assert_eq!(HEXLOWER.encode(key().derive("countersign vault manifest v1").expose_secret()), DERIVED);
    assert_eq!(HEXLOWER.encode(&key().mac("countersign vault manifest v1", b"{}")), MAC);
    assert!(key().verifies("countersign vault manifest v1", b"{}", &HEXLOWER.decode(MAC.as_bytes()).unwrap()));
    assert!(!key().verifies("countersign vault manifest v1", b"{} ", &HEXLOWER.decode(MAC.as_bytes()).unwrap()));
    assert!(!key().verifies("another purpose", b"{}", &HEXLOWER.decode(MAC.as_bytes()).unwrap()));
    assert!(!key().verifies("countersign vault manifest v1", b"{}", b""));
}

#[test]
fn the_fingerprint_is_six_words_of_the_hashed_recipient() {
    assert_eq!(key().fingerprint().hex(), FINGERPRINT);
    assert_eq!(key().fingerprint().to_string(), FINGERPRINT_WORDS);
    assert_ne!(VaultKey::generate().fingerprint(), VaultKey::generate().fingerprint());
}

#[test]
fn a_key_is_never_printed() {
    assert_eq!(format!("{:?}", key()), "VaultKey([REDACTED])");
}

#[test]
fn an_identity_file_holds_one_key() {
    let commented = format!("# created: 2026\r\n# public key: age1\r\n{IDENTITY}\r\n");
    assert_eq!(VaultKey::from_identity_file(&secret(&commented)).unwrap().fingerprint(), key().fingerprint());
    for text in ["", "# only a comment\n", "age1abc\n", &format!("{IDENTITY}\n{IDENTITY}\n"), &IDENTITY[..70]] {
        assert_eq!(VaultKey::from_identity_file(&secret(text)).unwrap_err(), SealError::NotAnIdentity);
    }
}
