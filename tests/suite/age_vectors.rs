//! The age format's own test vectors (C2SP/CCTV), through the path that opens our files.

use crate::support::fake_keys::nobody;
use std::collections::HashMap;

use countersign::sealing::{CostPolicy, SealError, open_age_file_with_identities, open_age_file_with_passphrase};
use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use crate::support::corpus_path;

/// Accepted though the format forbids them: the age crate still reads bodies as its first versions wrote them.
const ACCEPTED_LEGACY: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

/// For the post-quantum recipient, which the age crate does not have yet: the identity is refused as one we cannot use.
const WITHOUT_RECIPIENT_TYPE: [&str; 19] = [
    "armor_hybrid",
    "hybrid",
    "hybrid_and_x25519",
    "hybrid_bad_tag",
    "hybrid_currupted_enc_mlkem",
    "hybrid_currupted_enc_x25519",
    "hybrid_extra_argument",
    "hybrid_grease",
    "hybrid_identity",
    "hybrid_long_file_key",
    "hybrid_long_share",
    "hybrid_low_order",
    "hybrid_multiple_recipients",
    "hybrid_no_match",
    "hybrid_not_canonical_body",
    "hybrid_not_canonical_enc",
    "hybrid_short_share",
    "hybrid_uppercase",
    "hybrid_x25519_arg",
];

/// From the age crate's documentation.
const ANY_IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";

/// One vector: what stands above the empty line, and the file below it.
struct Vector {
    expect: String,
    payload_digest: Option<String>,
    passphrase: Option<SecretString>,
    identities: SecretString,
    file: Vec<u8>,
}

impl Vector {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|window| window == b"\n\n").unwrap();
        let head = str::from_utf8(&bytes[..end]).unwrap();
        let mut identities = String::new();
        let mut others = HashMap::new();
        for (name, value) in head.lines().map(|line| line.split_once(": ").unwrap()) {
            if name == "identity" {
                identities += &format!("{value}\n");
            } else {
                others.insert(name, value.to_owned());
            }
        }
        if identities.is_empty() {
            // Two vectors hold nothing that a key could open, and name none.
            identities += ANY_IDENTITY;
        }
        let below = &bytes[end + 2..];
        let file = match others.get("compressed").map(String::as_str) {
            Some("zlib") => miniz_oxide::inflate::decompress_to_vec_zlib(below).unwrap(),
            Some(other) => panic!("a compression that the vectors did not have: {other}"),
            None => below.to_vec(),
        };
        Self {
            expect: others["expect"].clone(),
            payload_digest: others.remove("payload"),
            passphrase: others.remove("passphrase").map(SecretString::from),
            identities: SecretString::from(identities),
            file,
        }
    }

    fn open(&self) -> Result<SecretSlice<u8>, SealError> {
        match &self.passphrase {
            Some(passphrase) => open_age_file_with_passphrase(&self.file, passphrase, &CostPolicy::default()),
            None => open_age_file_with_identities(&self.file, &self.identities, &nobody(), &CostPolicy::default()),
        }
    }

    /// Says what is not as expected, if anything is.
    fn deviation(&self) -> Option<String> {
        let outcome = self.open();
        let as_expected = match (self.expect.as_str(), &outcome) {
            ("success", Ok(payload)) => {
                Some(HEXLOWER.encode(&Sha256::digest(payload.expose_secret()))) == self.payload_digest
            }
            ("no match", Err(error)) => matches!(error, SealError::WrongIdentity | SealError::WrongPassphrase),
            ("HMAC failure" | "payload failure", Err(error)) => *error == SealError::Damaged,
            ("armor failure" | "header failure", Err(error)) => matches!(
                error,
                SealError::Damaged
                    | SealError::NotAnAgeFile
                    | SealError::UnknownAgeVersion
                    | SealError::CostTooHigh { .. }
            ),
            _ => false,
        };
        let told = outcome.map(|_payload| "it opens".to_owned()).unwrap_or_else(|error| error.to_string());
        (!as_expected).then(|| format!("expected {}, but: {told}", self.expect))
    }
}

#[test]
fn the_age_formats_own_vectors_do_what_they_should() {
    let Some(folder) = corpus_path("cctv-age") else { return };
    let mut deviations = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let vector = Vector::read(&std::fs::read(&path).unwrap());
        count += 1;
        if WITHOUT_RECIPIENT_TYPE.contains(&name.as_str()) {
            assert_eq!(vector.open().unwrap_err(), SealError::NotAnIdentity, "{name} has become readable");
        } else if ACCEPTED_LEGACY.contains(&name.as_str()) {
            assert!(vector.open().is_ok(), "{name} deviates no more");
        } else if let Some(deviation) = vector.deviation() {
            deviations.push(format!("{name}: {deviation}"));
        }
    }
    assert!(deviations.is_empty(), "{}", deviations.join("\n"));
    assert_eq!(count, 143, "the vectors have changed");
}
