//! From the file to the accounts.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER_PERMISSIVE;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::crypt::{self, AesKey, Cost, Envelope};
use super::entry::{self, ReadEntry};
use super::{CONTENT_VERSION, FILE_VERSION, PASSWORD_SLOT};
use crate::exchange::format::text;
use crate::exchange::{ImportError, ImportNote, Imported, base64};

/// More passwords than anybody sets; each costs its time.
const MOST_SLOTS: usize = 16;
const WRONG_PASSWORD: &str = "type it again; Aegis may have a backup password of its own (Settings, Security), and \
                              then the everyday one does not open its exports";
const WRONG_OLD_PASSWORD: &str = "type it again; in 2019 Aegis garbled long passwords, so export anew with the app of \
                                  today if it is right";
/// From here on the garbling could happen.
const LONG_PASSWORD: usize = 64;

#[derive(Deserialize)]
struct RawFile<'a> {
    version: u64,
    #[serde(default)]
    header: Option<RawHeader>,
    #[serde(borrow)]
    db: &'a RawValue,
}

#[derive(Default, Deserialize)]
struct RawHeader {
    slots: Option<Vec<RawSlot>>,
    params: Option<RawEnvelope>,
}

#[derive(Deserialize)]
struct RawSlot {
    #[serde(rename = "type")]
    kind: u64,
    key: String,
    key_params: RawEnvelope,
    n: Option<u64>,
    r: Option<u64>,
    p: Option<u64>,
    salt: Option<String>,
    repaired: Option<bool>,
}

#[derive(Deserialize)]
struct RawEnvelope {
    nonce: String,
    tag: String,
}

#[derive(Deserialize)]
struct RawContent<'a> {
    version: u64,
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    #[serde(default)]
    groups: Option<Vec<RawGroup>>,
}

#[derive(Deserialize)]
struct RawGroup {
    uuid: String,
    name: String,
}

/// A file that was cut off is recognised too, so that it can be called damaged.
pub(in crate::exchange) fn recognises(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes).map(str::trim_start) else { return false };
    text.starts_with('{') && ["\"version\"", "\"header\"", "\"db\""].iter().all(|key| text.contains(key))
}

pub(in crate::exchange) fn read(bytes: &[u8], password: Option<&SecretString>) -> Result<Imported, ImportError> {
    let text = text(bytes).ok_or(ImportError::Damaged)?;
    let file: RawFile<'_> = serde_json::from_str(text).map_err(|_| ImportError::Damaged)?;
    if file.version != FILE_VERSION {
        return Err(ImportError::UnknownVersion);
    }
    if !file.db.get().starts_with('"') {
        return content(file.db.get());
    }
    let header = file.header.unwrap_or_default();
    let slots = header.slots.unwrap_or_default();
    let params = header.params.ok_or(ImportError::Damaged)?.read().ok_or(ImportError::Damaged)?;
    let key = unlock(&slots, password)?;
    let letters: String = serde_json::from_str(file.db.get()).map_err(|_| ImportError::Damaged)?;
    let ciphertext = base64::read(letters.bytes()).ok_or(ImportError::Damaged)?;
    let opened = crypt::open(&key, &params, ciphertext.expose_secret().to_vec()).ok_or(ImportError::Damaged)?;
    let opened = std::str::from_utf8(opened.expose_secret()).map_err(|_| ImportError::Damaged)?;
    Ok(Imported { encrypted: true, ..content(opened)? })
}

/// Tries the password on every slot that one opens.
fn unlock(slots: &[RawSlot], password: Option<&SecretString>) -> Result<AesKey, ImportError> {
    let slots: Vec<&RawSlot> = slots.iter().filter(|slot| slot.kind == PASSWORD_SLOT).collect();
    if slots.is_empty() {
        return Err(ImportError::NoPassword);
    }
    if slots.len() > MOST_SLOTS {
        return Err(ImportError::CostTooHigh);
    }
    slots.iter().try_for_each(|slot| slot.cost()?.check())?;
    let password = password.ok_or(ImportError::NeedsPassword)?;
    for slot in &slots {
        if let Some(key) = slot.open(password)? {
            return Ok(key);
        }
    }
    let is_long = password.expose_secret().len() > LONG_PASSWORD;
    let may_be_garbled = is_long && slots.iter().any(|slot| slot.repaired == Some(false));
    Err(ImportError::WrongPassword { hint: if may_be_garbled { WRONG_OLD_PASSWORD } else { WRONG_PASSWORD } })
}

impl RawSlot {
    fn cost(&self) -> Result<Cost, ImportError> {
        match (self.n, self.r, self.p) {
            (Some(n), Some(r), Some(p)) => Ok(Cost { n, r, p }),
            _ => Err(ImportError::Damaged),
        }
    }

    /// Returns the key in the slot if the password opens it.
    fn open(&self, password: &SecretString) -> Result<Option<AesKey>, ImportError> {
        let salt = self.salt.as_deref().and_then(bytes).ok_or(ImportError::Damaged)?;
        let envelope = self.key_params.read().ok_or(ImportError::Damaged)?;
        let sealed = bytes(&self.key).ok_or(ImportError::Damaged)?;
        let Some(opened) = crypt::open(&crypt::key_of(password, &salt, self.cost()?)?, &envelope, sealed) else {
            return Ok(None);
        };
        let key: [u8; 32] = opened.expose_secret().try_into().map_err(|_| ImportError::Damaged)?;
        Ok(Some(AesKey::new(Box::new(key))))
    }
}

impl RawEnvelope {
    fn read(&self) -> Option<Envelope> {
        Some(Envelope { nonce: bytes(&self.nonce)?.try_into().ok()?, tag: bytes(&self.tag)?.try_into().ok()? })
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()
}

fn content(text: &str) -> Result<Imported, ImportError> {
    let content: RawContent<'_> = serde_json::from_str(text).map_err(|_| ImportError::Damaged)?;
    let groups = content.groups.unwrap_or_default();
    let groups: BTreeMap<String, String> = groups.into_iter().map(|group| (group.uuid, group.name)).collect();
    let mut imported = Imported { version: Some(content.version), ..Imported::default() };
    let mut icons = 0;
    for raw in content.entries {
        let index = imported.len();
        let entry = entry::read(raw.get(), &groups).map(|ReadEntry { entry, notes, had_icon }| {
            icons += usize::from(had_icon);
            imported.notes.extend(notes.into_iter().map(|note| ImportNote::Entry { index, note }));
            entry
        });
        imported.take(entry)?;
    }
    if imported.is_empty() {
        return Err(ImportError::Empty);
    }
    imported.notes.extend((icons > 0).then_some(ImportNote::Icons(icons)));
    imported.notes.extend((content.version > CONTENT_VERSION).then_some(ImportNote::NewerVersion(content.version)));
    Ok(imported)
}
