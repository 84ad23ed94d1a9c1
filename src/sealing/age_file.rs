//! Any age file: the limits that hold for all of them, and the only calls into the age crate's reader and writer.

use std::io::{Read, Write};

use age::armor::ArmoredReader;
use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient};
use data_encoding::BASE64;
use secrecy::{SecretSlice, SecretString};

use super::cost::{CostPolicy, PassphraseGate};
use super::identity_file::Keys;
use super::{SealError, Talk};

/// The largest file that is read. A vault of 10,000 accounts has about 3 MiB.
pub const MAX_FILE_BYTES: usize = 64 << 20;
/// The largest header that is read: room for some eighty passphrase slots, or eight of 3 KiB.
///
/// Checked before the age crate sees the bytes, because its parser takes quadratic time.
pub const MAX_HEADER_BYTES: usize = 32 << 10;

const MAGIC: &[u8] = b"age-encryption.org/";
const ARMOR_BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const ARMOR_END: &str = "-----END AGE ENCRYPTED FILE-----";
/// How many letters a line of armor has.
const ARMOR_COLUMNS: usize = 64;
/// The line break, the mark of the header's last line, and its MAC with a line break.
const MAC_MARK: &[u8] = b"\n--- ";
const MAC_LINE_REST: usize = 43 + 1;
const NONCE: usize = 16;
const CHUNK: usize = 64 << 10;
const TAG: usize = 16;

/// Opens any age file (binary or armored) that is encrypted to a passphrase.
///
/// # Errors
/// Says what is wrong with the file, its cost or the passphrase.
pub fn open_age_file_with_passphrase(
    bytes: &[u8],
    passphrase: &SecretString,
    policy: &CostPolicy,
) -> Result<SecretSlice<u8>, SealError> {
    let binary = unarmored(bytes)?;
    decrypt_with_passphrase(binary.as_deref().unwrap_or(bytes), passphrase, policy).map(SecretSlice::from)
}

/// Opens any age file (binary or armored) with the keys of an identity file.
///
/// # Errors
/// Says what is wrong with the file or the keys.
pub fn open_age_file_with_identities(
    bytes: &[u8],
    identity_file: &SecretString,
    talk: &Talk,
    policy: &CostPolicy,
) -> Result<SecretSlice<u8>, SealError> {
    let keys = Keys::read(identity_file, talk, policy)?;
    let binary = unarmored(bytes)?;
    keys.open(binary.as_deref().unwrap_or(bytes)).map(SecretSlice::from)
}

pub(super) fn decrypt_with_passphrase(
    bytes: &[u8],
    passphrase: &SecretString,
    policy: &CostPolicy,
) -> Result<Vec<u8>, SealError> {
    let gate = PassphraseGate::new(passphrase, policy);
    decrypt(bytes, &[&gate]).map_err(|error| gate.refusal().unwrap_or(error))
}

/// Decrypts a binary age file to its end: nothing is returned that was not authenticated.
pub(super) fn decrypt(bytes: &[u8], identities: &[&dyn Identity]) -> Result<Vec<u8>, SealError> {
    let payload = bytes.len() - header_length(bytes)?;
    let decryptor = Decryptor::new_buffered(bytes).map_err(|error| named(&error))?;
    let mut reader = decryptor.decrypt(identities.iter().copied()).map_err(|error| named(&error))?;
    // Sized once: a buffer that grows leaves copies of the plaintext behind.
    let mut plaintext = vec![0; plaintext_length(payload)];
    reader.read_exact(&mut plaintext).map_err(|_cause| SealError::Damaged)?;
    // The end is part of what is authenticated, so it has to be read as well.
    match reader.read(&mut [0]) {
        Ok(0) => Ok(plaintext),
        Ok(_) | Err(_) => Err(SealError::Damaged),
    }
}

/// Encrypts the parts, one after the other, as one binary age file.
pub(super) fn encrypt(recipients: &[&dyn Recipient], parts: &[&[u8]]) -> Result<Vec<u8>, SealError> {
    let plaintext: usize = parts.iter().map(|part| part.len()).sum();
    let encryptor = Encryptor::with_recipients(recipients.iter().copied()).map_err(|error| unwrapped(&error))?;
    let mut file = Vec::with_capacity(plaintext + plaintext / CHUNK * TAG + MAX_HEADER_BYTES / 8);
    let mut writer = encryptor.wrap_output(&mut file).expect("a vector takes every write");
    for part in parts {
        writer.write_all(part).expect("a vector takes every write");
    }
    writer.finish().expect("a vector takes every write");
    if file.len() > MAX_FILE_BYTES {
        return Err(SealError::TooLarge { limit_bytes: MAX_FILE_BYTES });
    }
    Ok(file)
}

/// Returns the length of the header, having checked the file's and the header's size.
pub(super) fn header_length(bytes: &[u8]) -> Result<usize, SealError> {
    if !bytes.starts_with(MAGIC) {
        return Err(if MAGIC.starts_with(bytes) { SealError::Damaged } else { SealError::NotAnAgeFile });
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SealError::TooLarge { limit_bytes: MAX_FILE_BYTES });
    }
    let searched = &bytes[..bytes.len().min(MAX_HEADER_BYTES)];
    let mark = searched.windows(MAC_MARK.len()).position(|window| window == MAC_MARK);
    match mark.map(|start| start + MAC_MARK.len() + MAC_LINE_REST) {
        Some(end) if end <= bytes.len() => Ok(end),
        None if bytes.len() > MAX_HEADER_BYTES => Err(SealError::HeaderTooLarge { limit_bytes: MAX_HEADER_BYTES }),
        Some(_) | None => Err(SealError::Damaged),
    }
}

/// Returns the binary form of an armored file, or nothing if it is not armored.
pub(super) fn unarmored(bytes: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SealError::TooLarge { limit_bytes: MAX_FILE_BYTES });
    }
    // The format allows white space around the armor; the age crate does not.
    let armored = bytes.trim_ascii();
    if !armored.starts_with(ARMOR_BEGIN) {
        return Ok(None);
    }
    let mut binary = Vec::with_capacity(armored.len() / 4 * 3);
    let mut reader = ArmoredReader::new(armored);
    reader.read_to_end(&mut binary).map_err(|_cause| SealError::Damaged)?;
    Ok(Some(binary))
}

/// Returns the armored form of a binary file.
pub(super) fn armored(binary: &[u8]) -> String {
    let letters = BASE64.encode(binary);
    let mut text = String::with_capacity(letters.len() + letters.len() / ARMOR_COLUMNS + 2 * ARMOR_COLUMNS);
    text.extend(ARMOR_BEGIN.iter().map(|letter| char::from(*letter)));
    let mut rest = &*letters;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(ARMOR_COLUMNS));
        text.push('\n');
        text.push_str(line);
        rest = after;
    }
    text.push('\n');
    text.push_str(ARMOR_END);
    text.push('\n');
    text
}

/// Returns how long the plaintext is if what follows the header has this length.
pub(super) fn plaintext_length(payload: usize) -> usize {
    let stream = payload.saturating_sub(NONCE);
    stream.saturating_sub(stream.div_ceil(CHUNK + TAG) * TAG)
}

/// Names the age crate's error in our words.
fn named(error: &DecryptError) -> SealError {
    match error {
        // Only scrypt reports this: an X25519 stanza that does not open is another key's.
        DecryptError::DecryptionFailed => SealError::WrongPassphrase,
        DecryptError::NoMatchingKeys => SealError::WrongIdentity,
        DecryptError::UnknownFormat => SealError::UnknownAgeVersion,
        DecryptError::Io(cause) => ours(cause).unwrap_or(SealError::Damaged),
        // The enum is the age crate's and may grow; what is left is a file that is not as it was written.
        _ => SealError::Damaged,
    }
}

/// Names the age crate's refusal to encrypt in our words.
fn unwrapped(error: &EncryptError) -> SealError {
    match error {
        EncryptError::Io(cause) => ours(cause).unwrap_or(SealError::PluginFailed),
        // Recipients of our own making: at least one, and a scrypt one stands alone. So these are a plugin's labels.
        _ => SealError::RecipientsApart,
    }
}

/// Returns what our own recipients and identities had to say, which went through the age crate.
fn ours(cause: &std::io::Error) -> Option<SealError> {
    cause.get_ref().and_then(|inner| inner.downcast_ref()).copied()
}
