//! Vaults made by hand, from the description in docs/VAULT-FORMAT.md and the age crate, and files that only look like one.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::iter;
use std::time::Duration;

use age::{Decryptor, EncryptError, Encryptor, Recipient};
use age_core::format::{FileKey, Stanza};
use countersign::sealing::VaultKey;
use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::secret;

/// A vault's key, and the same as the age crate knows it: what only the key's owner has.
pub fn key_and_identity() -> (VaultKey, age::x25519::Identity) {
    let identity = age::x25519::Identity::generate();
    let key = VaultKey::from_identity_file(&secret(identity.to_string().expose_secret())).unwrap();
    (key, identity)
}

/// Stanzas to be written as they are.
pub struct Verbatim<'a>(pub Vec<(&'a str, Vec<&'a str>, Vec<u8>)>);

impl Recipient for Verbatim<'_> {
    fn wrap_file_key(&self, _file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let stanzas = self.0.iter().map(|(tag, args, body)| Stanza {
            tag: (*tag).to_owned(),
            args: args.iter().map(|&argument| argument.to_owned()).collect(),
            body: body.clone(),
        });
        Ok((stanzas.collect(), HashSet::new()))
    }
}

impl Verbatim<'_> {
    /// The digest that the manifest holds, from the description.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        for (tag, args, body) in &self.0 {
            let line: Vec<&str> = iter::once(*tag).chain(args.iter().copied()).collect();
            text += &format!("-> {}\n", line.join(" "));
            let encoded = BASE64_NOPAD.encode(body);
            let lines = encoded.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap());
            text.extend(lines.map(|line| format!("{line}\n")));
            if encoded.len().is_multiple_of(64) {
                text.push('\n');
            }
        }
        sha256(text.as_bytes())
    }
}

/// Encrypts a payload to the vault's recipient, with these stanzas beside it.
pub fn age_file(identity: &age::x25519::Identity, stanzas: &dyn Recipient, payload: &[u8]) -> Vec<u8> {
    let recipient = identity.to_public();
    let recipients: [&dyn Recipient; 2] = [&recipient, stanzas];
    let mut file = Vec::new();
    let mut writer = Encryptor::with_recipients(recipients.into_iter()).unwrap().wrap_output(&mut file).unwrap();
    writer.write_all(payload).unwrap();
    writer.finish().unwrap();
    file
}

/// Adds the MAC to line 1, given without it.
pub fn signed(line: &str, key: &VaultKey) -> String {
    let mac = BASE64.encode(&key.mac("countersign vault manifest v1", line.as_bytes()));
    format!("{},\"mac\":\"{mac}\"}}", line.strip_suffix('}').unwrap())
}

pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Decrypts a vault with nothing but the age crate.
pub fn payload(file: &[u8], key: &VaultKey) -> Vec<u8> {
    let opened = countersign::sealing::open_private(file, key).unwrap();
    opened.expose_secret().to_vec()
}

/// The same, with the identity that the age crate knows.
pub fn payload_by_age(file: &[u8], identity: &age::x25519::Identity) -> Vec<u8> {
    let mut payload = Vec::new();
    let decryptor = Decryptor::new_buffered(file).unwrap();
    decryptor.decrypt(iter::once(identity as _)).unwrap().read_to_end(&mut payload).unwrap();
    payload
}

/// Tells whether something takes less than that when nothing else is in its way: one of many times.
#[allow(clippy::disallowed_methods, reason = "the promise is about time, and there is no other clock to ask")]
pub fn takes_less_than<T>(limit: Duration, work: impl Fn() -> T) -> bool {
    (0..50).any(|_| {
        let start = std::time::Instant::now();
        work();
        start.elapsed() < limit
    })
}
