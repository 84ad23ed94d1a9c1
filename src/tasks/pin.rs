//! What this device last saw of a vault, so that another vault or an older copy in its place is noticed.
//!
//! Only the holder of the vault's key can write a pin that counts: it carries a MAC under a key derived from it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::ports::Version;
use crate::sealing::{Manifest, VaultKey};

/// How often each device had saved a vault, by device id.
type Generations = BTreeMap<String, u64>;

const MAC_INFO: &str = "countersign pin v1";

/// What this device last saw of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pin {
    /// The fingerprint of the vault's identity.
    fingerprint: String,
    /// How many times each device had saved it.
    generations: Generations,
    /// When it had been saved, in milliseconds since 1970.
    pub saved_at_ms: i64,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub file: String,
    /// The fingerprints of the keys that the vault had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former: Vec<String>,
    /// The id of this device's own slot, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The MAC of all that.
    mac: String,
}

/// How a vault stands to what this device last saw in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing was seen here before.
    FirstSight,
    /// The same one, or a newer state of it.
    Usual,
    /// An older state of it.
    Older,
    /// Each has saves that the other lacks.
    GrewApart,
    /// Another vault.
    Different,
}

impl Standing {
    /// Tells whether it lacks something that was seen here.
    pub fn is_behind(self) -> bool {
        match self {
            Self::Older | Self::GrewApart => true,
            Self::FirstSight | Self::Usual | Self::Different => false,
        }
    }
}

impl Pin {
    /// Returns the pin of a vault that was just opened or saved.
    pub fn of(manifest: &Manifest, version: Version, key: &VaultKey, formers: &[VaultKey], slot: Option<&str>) -> Self {
        let mut pin = Self {
            fingerprint: key.fingerprint().hex(),
            generations: manifest.generations.clone(),
            saved_at_ms: manifest.saved_at_ms,
            file: version.hex(),
            former: formers.iter().map(|former| former.fingerprint().hex()).collect(),
            slot: slot.map(str::to_owned),
            mac: String::new(),
        };
        pin.mac = BASE64.encode(&key.mac(MAC_INFO, &pin.signed()));
        pin
    }

    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers, into memory")
    }

    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Tells whether it was made under this key.
    pub fn is_of(&self, key: &VaultKey) -> bool {
        self.fingerprint == key.fingerprint().hex()
    }

    /// Tells whether the vault had this key before the one that was seen last. Nobody has proved that yet: it is a
    /// reason to refuse and none to trust.
    pub fn was_key(&self, key: &VaultKey) -> bool {
        self.former.contains(&key.fingerprint().hex())
    }

    /// Returns how a vault stands to it. A vault that holds the key under which the pin was made is its successor.
    pub fn standing(&self, manifest: &Manifest, version: Version, key: &VaultKey, formers: &[VaultKey]) -> Standing {
        let Some(key) = std::iter::once(key).chain(formers).find(|key| self.is_of(key)) else {
            return Standing::Different;
        };
        let mac = BASE64.decode(self.mac.as_bytes()).unwrap_or_default();
        if !key.verifies(MAC_INFO, &self.signed(), &mac) {
            // Somebody else wrote it, so it proves nothing.
            return Standing::FirstSight;
        }
        match compare(&manifest.generations, &self.generations) {
            Some(Ordering::Greater) => Standing::Usual,
            Some(Ordering::Equal) if version.hex() == self.file => Standing::Usual,
            Some(Ordering::Less) => Standing::Older,
            Some(Ordering::Equal) | None => Standing::GrewApart,
        }
    }

    /// Tells whether a state contains all that was seen.
    pub fn is_contained_in(&self, manifest: &Manifest) -> bool {
        contains(&manifest.generations, &self.generations)
    }

    /// Returns how often `device` had saved it.
    pub fn generation(&self, device: &str) -> u64 {
        self.generations.get(device).copied().unwrap_or(0)
    }

    fn signed(&self) -> Vec<u8> {
        let unsigned = Self { mac: String::new(), ..self.clone() };
        unsigned.write()
    }
}

/// Compares two states by how often each device had saved; `None` if neither contains the other.
fn compare(left: &Generations, right: &Generations) -> Option<Ordering> {
    match (contains(left, right), contains(right, left)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (false, false) => None,
    }
}

/// Tells whether one state has all the saves of another.
pub(super) fn contains(one: &Generations, other: &Generations) -> bool {
    other.iter().all(|(device, count)| one.get(device).is_some_and(|held| held >= count))
}
