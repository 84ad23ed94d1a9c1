//! Line 1 of the payload: which vault this is, how new, and the proof that the holder of its key wrote it.
//!
//! age proves that a file was not changed, not who wrote it. The manifest's MAC, under a key derived from the vault's
//! own, covers the digests of the body and of the slots, and so the whole vault.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::json::{json, members, push_member, take, take_or_default, unknown};
use super::label::{self, Label};
use super::{SealError, VaultKey};

/// The format that this version writes and understands.
pub const FORMAT: u32 = 1;

const MAC_INFO: &str = "countersign vault manifest v1";
/// The MAC is the last member of line 1, in every format to come: it is checked before anything is parsed.
const MAC_MEMBER: &[u8] = b",\"mac\":\"";
const MAC_LETTERS: usize = 44;
const LINE_END: &[u8] = b"\"}";

/// What a vault says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The format of the program that first wrote something this new.
    pub format: u32,
    /// The oldest format whose programs may write the vault.
    pub minimum: u32,
    /// The vault's id, the same on all devices and for ever.
    pub vault: String,
    /// How many times each device has saved, by device id.
    pub generations: BTreeMap<String, u64>,
    /// The devices' names, by device id.
    pub devices: BTreeMap<String, String>,
    /// The SHA-256 of the file that this one replaced, in hexadecimal.
    pub parent: Option<String>,
    /// When it was saved, in milliseconds since 1970.
    pub saved_at_ms: i64,
    /// What a backup says of itself; a vault has none.
    pub backup: Option<BackupNote>,
    /// When each device last saved, in milliseconds since 1970, by device id.
    pub saved: BTreeMap<String, i64>,
    /// What people know of the slots, by slot id.
    pub labels: BTreeMap<String, Label>,
    /// When slots and devices were removed, in milliseconds since 1970, by id: a merge must not bring them back.
    pub removed: BTreeMap<String, i64>,
    /// When the vault got its present key, in milliseconds since 1970, if that is not its first one.
    pub rotated_ms: Option<i64>,
    /// Members that this version does not know, as raw JSON, kept byte for byte.
    unknown: BTreeMap<String, String>,
}

/// What a backup says of itself, beside what the vault says that it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupNote {
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
    /// The name of the computer that made it. Text from outside: show it through [`crate::shown`].
    pub host: String,
    /// How many accounts are in it.
    pub accounts: u64,
    /// How many more are in its trash.
    pub trash: u64,
}

/// The same as the manifest has it.
#[derive(Serialize, Deserialize)]
struct NoteMember<'a> {
    made: i64,
    host: std::borrow::Cow<'a, str>,
    accounts: u64,
    trash: u64,
}

/// What the manifest promises of the rest of the file, as SHA-256 in hexadecimal.
pub(super) struct Digests {
    pub(super) body: String,
    pub(super) slots: String,
}

impl Manifest {
    /// Makes the manifest of a new vault that was never saved.
    pub fn new(vault: String) -> Self {
        Self {
            format: FORMAT,
            minimum: FORMAT,
            vault,
            generations: BTreeMap::new(),
            devices: BTreeMap::new(),
            parent: None,
            saved_at_ms: 0,
            backup: None,
            saved: BTreeMap::new(),
            labels: BTreeMap::new(),
            removed: BTreeMap::new(),
            rotated_ms: None,
            unknown: BTreeMap::new(),
        }
    }

    /// Returns whether only a newer program may write this vault.
    pub fn is_newer(&self) -> bool {
        self.minimum > FORMAT
    }

    /// Writes line 1, without its line break.
    pub(super) fn write(&self, digests: &Digests, key: &VaultKey) -> String {
        let mut line = String::from("{");
        push_member(&mut line, "app", &json(&self.format));
        push_member(&mut line, "min", &json(&self.minimum));
        push_member(&mut line, "vault", &json(&self.vault));
        push_member(&mut line, "gen", &json(&self.generations));
        push_member(&mut line, "devices", &json(&self.devices));
        push_member(&mut line, "parent", &json(&self.parent));
        push_member(&mut line, "at", &json(&self.saved_at_ms));
        if let Some(BackupNote { made_ms, host, accounts, trash }) = &self.backup {
            let note = NoteMember { made: *made_ms, host: host.into(), accounts: *accounts, trash: *trash };
            push_member(&mut line, "backup", &json(&note));
        }
        if !self.saved.is_empty() {
            push_member(&mut line, "saved", &json(&self.saved));
        }
        if !self.labels.is_empty() {
            push_member(&mut line, "labels", &label::write(&self.labels));
        }
        if !self.removed.is_empty() {
            push_member(&mut line, "removed", &json(&self.removed));
        }
        if let Some(rotated) = self.rotated_ms {
            push_member(&mut line, "rotated", &json(&rotated));
        }
        for (name, value) in &self.unknown {
            push_member(&mut line, name, value);
        }
        push_member(&mut line, "slots", &json(&digests.slots));
        push_member(&mut line, "body", &json(&digests.body));
        line.push('}');
        let mac = BASE64.encode(&key.mac(MAC_INFO, line.as_bytes()));
        line.pop();
        push_member(&mut line, "mac", &json(&mac));
        line.push('}');
        line
    }

    /// Reads line 1, having verified its MAC before anything else.
    pub(super) fn read(line: &[u8], key: &VaultKey) -> Result<(Self, Digests), SealError> {
        let (signed, mac) = split(line).ok_or(SealError::Forged)?;
        // Whatever follows was written by a holder of the key; a version that leaves these members out is a newer one.
        if key.verifies(MAC_INFO, &signed, &mac) { Self::parse(&signed) } else { Err(SealError::Forged) }
    }

    /// Reads line 1 of a backup, and tells whether one of these keys wrote it: whoever has none cannot know.
    pub(super) fn read_backup(line: &[u8], keys: &[&VaultKey]) -> Result<(Self, Digests, bool), SealError> {
        let (signed, mac) = split(line).ok_or(SealError::NotOurs)?;
        let is_proved = keys.iter().any(|key| key.verifies(MAC_INFO, &signed, &mac));
        let (manifest, digests) = Self::parse(&signed).map_err(|_no_such_members| SealError::NotOurs)?;
        Ok((manifest, digests, is_proved))
    }

    fn parse(signed: &[u8]) -> Result<(Self, Digests), SealError> {
        let mut members = members(signed)?;
        let note: Option<NoteMember<'_>> = take_or_default(&mut members, "backup")?;
        let manifest = Self {
            format: take(&mut members, "app")?,
            minimum: take(&mut members, "min")?,
            vault: take(&mut members, "vault")?,
            generations: take(&mut members, "gen")?,
            devices: take_or_default(&mut members, "devices")?,
            parent: take_or_default(&mut members, "parent")?,
            saved_at_ms: take(&mut members, "at")?,
            backup: note.map(|note| BackupNote {
                made_ms: note.made,
                host: note.host.into_owned(),
                accounts: note.accounts,
                trash: note.trash,
            }),
            saved: take_or_default(&mut members, "saved")?,
            labels: label::read(&mut members, "labels")?,
            removed: take_or_default(&mut members, "removed")?,
            rotated_ms: take_or_default(&mut members, "rotated")?,
            unknown: BTreeMap::new(),
        };
        let digests = Digests { body: take(&mut members, "body")?, slots: take(&mut members, "slots")? };
        Ok((Self { unknown: unknown(members), ..manifest }, digests))
    }
}

/// Returns the line without its MAC, and the MAC.
fn split(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (before, mac) = line.strip_suffix(LINE_END)?.split_last_chunk::<MAC_LETTERS>()?;
    let members = before.strip_suffix(MAC_MEMBER)?;
    let mac = BASE64.decode(mac).ok()?;
    Some(([members, b"}"].concat(), mac))
}
