//! The vault as an age file: bytes in, bytes out, no files.
//!
//! A vault is one ordinary age v1 file. Its file key is wrapped once, to the vault's own identity ([`VaultKey`]). Each
//! way to unlock is a slot: a stanza of ours in the same header that holds that identity as a small age file
//! ([`Slots`]). The payload is a manifest ([`Manifest`]), the body on one line, and padding. docs/VAULT-FORMAT.md gives
//! the bytes.
//!
//! Nothing here reads a clock, a file or the environment. Sealing takes a key, never a passphrase.

mod age_file;
mod basket;
mod cost;
mod error;
mod header;
mod identity;
mod identity_file;
mod json;
mod label;
mod manifest;
mod padding;
mod passphrase;
mod plugin;
mod portable;
mod recipient;
mod rotation;
mod sheet;
mod slot;
mod slots;
#[cfg_attr(not(feature = "ssh"), path = "no_ssh.rs")]
mod ssh;
mod stack;

use std::io::BufRead;
use std::ops::Range;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretSlice};

pub use self::age_file::{
    MAX_FILE_BYTES, MAX_HEADER_BYTES, open_age_file_with_identities, open_age_file_with_passphrase,
};
pub use self::basket::{BasketLock, SealedBasket, seal_basket};
pub use self::cost::{CostPolicy, WorkFactor, WorkFactorRefused, trial_guess};
pub use self::error::SealError;
pub use self::identity::{Fingerprint, Kept, OwnIdentity, VaultKey, fresh_identity, open_private, seal_private};
pub use self::identity_file::{IdentityFacts, KeyFacts, KeyKind, describe_identity, identity_text, opened_identity};
pub use self::label::Label;
pub use self::manifest::{BackupNote, FORMAT, Manifest};
pub use self::passphrase::{Strength, generate, six_words, strength};
pub use self::portable::{
    BackupKey, BackupLock, BackupRecipient, OpenedBackup, OpensWith, look_at_backup, open_backup, seal_backup,
};
pub use self::recipient::{is_recipient, plugin_program};
pub use self::rotation::{LeftBehind, Passphrases, Rotated, rotate};
pub use self::sheet::{SheetCode, SheetMistake};
pub use self::slot::{Slot, SlotKind};
pub use self::slots::{OpenedSlot, Slots};
pub use self::stack::wipe_stack;

use self::header::{Observer, stanzas_of};
use self::identity::sha256_hex;
use self::manifest::Digests;
use self::padding::padded_length;
use crate::ports::KeyTalk;

/// Whom age plugins talk to, and who is asked for the passphrase of a key.
pub type Talk = Arc<dyn KeyTalk>;

/// Room for the ends of both lines and the last byte of the padding.
const LINE_ENDS: usize = 3;

/// A vault that was opened and proved to be written with its key.
#[derive(Debug)]
pub struct Opened {
    /// What the vault says of itself.
    pub manifest: Manifest,
    /// The ways to unlock it, to be sealed again as they are.
    pub slots: Slots,
    /// The whole payload: cutting the body out of it would copy it.
    payload: SecretSlice<u8>,
    /// Where in it the body is.
    body: Range<usize>,
}

impl Opened {
    /// Returns the accounts, as `vault::plaintext` reads them.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.payload.expose_secret()[self.body.clone()]
    }

    /// Returns whether the vault may be looked at but not saved by this version: `seal` would refuse.
    pub fn is_read_only(&self) -> bool {
        self.manifest.is_newer()
    }
}

/// Makes the vault's file. Takes a fraction of a millisecond and no passphrase.
///
/// # Errors
/// If only a newer program may write the vault, the body is not one line, there is no slot to open the file with, or
/// it would be too large.
pub fn seal(body: &SecretSlice<u8>, manifest: &Manifest, slots: &Slots, key: &VaultKey) -> Result<Vec<u8>, SealError> {
    if slots.iter().next().is_none() {
        return Err(SealError::NoSlots);
    }
    encrypt(&[&key.recipient(), slots], body, manifest, slots, key)
}

/// Encrypts manifest, body and padding to these recipients; `slots` are those of them that the manifest vouches for.
fn encrypt(
    recipients: &[&dyn age::Recipient],
    body: &SecretSlice<u8>,
    manifest: &Manifest,
    slots: &Slots,
    key: &VaultKey,
) -> Result<Vec<u8>, SealError> {
    let body = body.expose_secret();
    if manifest.is_newer() {
        return Err(SealError::NewerFormat { format: manifest.format, minimum: manifest.minimum });
    }
    if body.contains(&b'\n') {
        return Err(SealError::NotOneLine);
    }
    let digests = Digests { body: sha256_hex(body), slots: slots.digest() };
    let line = manifest.write(&digests, key);
    let needed = line.len() + body.len() + LINE_ENDS;
    let padding = vec![b' '; padded_length(needed) - needed];
    let parts: [&[u8]; 6] = [line.as_bytes(), b"\n", body, b"\n", &padding, b"\n"];
    let file = age_file::encrypt(recipients, &parts)?;
    match age_file::header_length(&file) {
        Ok(_) => Ok(file),
        Err(_) => Err(SealError::TooManySlots),
    }
}

/// Returns the slots of a vault without opening it. Nothing of what it says is proved yet.
///
/// # Errors
/// If it is no age file or the header is damaged or too large.
pub fn peek(bytes: &[u8]) -> Result<Slots, SealError> {
    stanzas_of(bytes).map(Slots::kept)
}

/// Opens a vault and proves that it was written with this key, body and slots included.
///
/// A vault of a newer format opens too, to be read only: see [`Opened::is_read_only`].
///
/// # Errors
/// Says whether it is damaged, made for another key, or forged.
pub fn open(bytes: &[u8], key: &VaultKey) -> Result<Opened, SealError> {
    let observer = Observer::new(Some(key));
    let payload = age_file::decrypt(bytes, &[&observer])?;
    let slots = Slots::kept(observer.into_stanzas());
    let line_end = line_end(&payload).ok_or(SealError::Forged)?;
    let (manifest, digests) = Manifest::read(&payload[..line_end], key)?;
    let body_start = line_end + 1;
    let body_end = body_start + self::line_end(&payload[body_start..]).ok_or(SealError::Forged)?;
    if digests.body != sha256_hex(&payload[body_start..body_end]) || digests.slots != slots.digest() {
        return Err(SealError::Forged);
    }
    // It fills its block exactly, so boxing it copies nothing.
    Ok(Opened { manifest, slots, payload: SecretSlice::from(payload), body: body_start..body_end })
}

/// Returns where the first line ends.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    // Finds the line break many bytes at a time, which `position` does not.
    let skipped = rest.skip_until(b'\n').ok()?;
    let end = skipped.checked_sub(1)?;
    (bytes[end] == b'\n').then_some(end)
}
