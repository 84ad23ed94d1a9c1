//! One account as JSON. `docs/VAULT-FORMAT.md` describes it.
//!
//! Written by hand rather than derived on the domain types, so that nothing can be serialised by accident, a
//! usual account stays short, and fields of newer versions pass through.

mod enrolment;
pub(super) mod field;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

pub(super) use enrolment::{WireEnrolment, WireFormer};

use super::field::Write;
use super::stamp::Stamp;

/// A stamp as `[milliseconds, salt]`.
pub(super) type WireStamp = (i64, u32);

impl From<Stamp> for WireStamp {
    fn from(stamp: Stamp) -> Self {
        (stamp.at, stamp.salt)
    }
}

impl From<WireStamp> for Stamp {
    fn from((at, salt): WireStamp) -> Self {
        Self { at, salt }
    }
}

/// A write of a field that is not shown.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct WireWrite {
    pub value: Box<RawValue>,
    pub written: WireStamp,
    pub kept: WireStamp,
}

impl WireWrite {
    /// Returns a write of a string, a number or nothing.
    pub(super) fn of<T: Serialize>(write: &Write<T>) -> Self {
        let value = serde_json::value::to_raw_value(&write.value).expect("a string, a number or nothing");
        Self { value, written: write.written.into(), kept: write.kept.into() }
    }
}

/// An account.
#[derive(Default)]
pub(super) struct WireAccount<'a> {
    pub id: Cow<'a, str>,
    pub issuer: Cow<'a, str>,
    pub account: Cow<'a, str>,
    pub enrolment: WireEnrolment<'a>,
    pub counter: u64,
    pub tags: Vec<Cow<'a, str>>,
    /// Tags that were taken away again.
    pub untagged: Vec<Cow<'a, str>>,
    pub note: Cow<'a, str>,
    pub pinned: bool,
    pub pending: bool,
    pub order: Option<i64>,
    pub trashed: Option<i64>,
    /// When it was made; absent if that was when it was added.
    pub created: Option<i64>,
    pub added: WireStamp,
    /// When any field was last written; absent if that was when the account was added.
    pub touched: Option<WireStamp>,
    /// When a field was written, where that was not when the account was added.
    pub written: BTreeMap<Cow<'a, str>, WireStamp>,
    /// When a field was last kept, where that was not when the account was last touched.
    pub kept: BTreeMap<Cow<'a, str>, WireStamp>,
    /// Writes that are not shown.
    pub others: BTreeMap<Cow<'a, str>, Vec<WireWrite>>,
    pub former: Vec<WireFormer<'a>>,
    /// Secrets that were tried beside the one in use.
    pub tried: Vec<WireFormer<'a>>,
    /// Which of them is being tried.
    pub candidate: Option<WireStamp>,
    /// The next counter of a HOTP account with that one.
    pub candidate_counter: u64,
    /// Recovery codes; `recovery/wire.rs` reads them.
    pub recovery: Option<Box<RawValue>>,
    /// Fields of a newer version.
    pub unknown: BTreeMap<String, Box<RawValue>>,
}

/// A vault, as it is written.
pub(super) struct WireVault<'a> {
    pub accounts: Vec<WireAccount<'a>>,
    pub purged: BTreeMap<String, WireStamp>,
    /// Dismissed findings: every write of each, the shown one first.
    pub dismissed: BTreeMap<String, Vec<WireWrite>>,
    /// Recovery codes whose texts are apart: set → when they were moved out.
    pub apart: BTreeMap<String, WireStamp>,
    /// Whether new ones go there: every write, the shown one first.
    pub keeps_apart: Vec<WireWrite>,
    /// The policy's name: every write, the shown one first.
    pub policy: Vec<WireWrite>,
    /// Fields of a newer version.
    pub unknown: BTreeMap<String, Box<RawValue>>,
}

/// What stands in a vault beside its accounts.
#[derive(Default)]
pub(super) struct WireRest {
    pub purged: BTreeMap<String, WireStamp>,
    /// Dismissed findings: every write of each, the shown one first.
    pub dismissed: BTreeMap<String, Vec<WireWrite>>,
    /// Recovery codes whose texts are apart: set → when they were moved out.
    pub apart: BTreeMap<String, WireStamp>,
    /// Whether new ones go there: every write, the shown one first.
    pub keeps_apart: Vec<WireWrite>,
    /// The policy's name: every write, the shown one first.
    pub policy: Vec<WireWrite>,
    /// Fields of a newer version.
    pub unknown: BTreeMap<String, Box<RawValue>>,
}

/// Reads a vault and hands each account over as soon as it is read: ten thousand of them are never held twice.
///
/// # Errors
/// The bytes are no such JSON, or `take` refused an account.
pub(super) fn read_vault<'a>(
    bytes: &'a [u8],
    take: &mut dyn FnMut(WireAccount<'a>) -> bool,
) -> Result<WireRest, serde_json::Error> {
    // Checked once for all strings, not once for each.
    let text = std::str::from_utf8(bytes).map_err(|_| serde_json::Error::custom("not UTF-8"))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let rest = deserializer.deserialize_map(VaultVisitor { take })?;
    deserializer.end()?;
    Ok(rest)
}

struct VaultVisitor<'t, 'a> {
    take: &'t mut dyn FnMut(WireAccount<'a>) -> bool,
}

impl<'de> Visitor<'de> for VaultVisitor<'_, 'de> {
    type Value = WireRest;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a vault")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rest = WireRest::default();
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            match &*key {
                "accounts" => map.next_value_seed(EachAccount { take: &mut *self.take })?,
                "purged" => rest.purged = map.next_value()?,
                "dismissed" => rest.dismissed = map.next_value()?,
                "apart" => rest.apart = map.next_value()?,
                "keeps-apart" => rest.keeps_apart = map.next_value()?,
                "policy" => rest.policy = map.next_value()?,
                _ => _ = rest.unknown.insert(key.into_owned(), map.next_value()?),
            }
        }
        Ok(rest)
    }
}

struct EachAccount<'t, 'a> {
    take: &'t mut dyn FnMut(WireAccount<'a>) -> bool,
}

impl<'de> DeserializeSeed<'de> for EachAccount<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for EachAccount<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("accounts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut accounts: A) -> Result<(), A::Error> {
        while let Some(account) = accounts.next_element()? {
            if !(self.take)(account) {
                return Err(A::Error::custom("an account was refused"));
            }
        }
        Ok(())
    }
}

impl Serialize for WireVault<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("accounts", &self.accounts)?;
        entry(&mut map, "purged", (!self.purged.is_empty()).then_some(&self.purged))?;
        entry(&mut map, "dismissed", (!self.dismissed.is_empty()).then_some(&self.dismissed))?;
        entry(&mut map, "apart", (!self.apart.is_empty()).then_some(&self.apart))?;
        entry(&mut map, "keeps-apart", (!self.keeps_apart.is_empty()).then_some(&self.keeps_apart))?;
        entry(&mut map, "policy", (!self.policy.is_empty()).then_some(&self.policy))?;
        for (key, value) in &self.unknown {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A string that borrows from the input where it has no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Cow<'de, str>, A::Error> {
    map.next_value::<Text<'de>>().map(|text| text.0)
}

fn texts<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<Cow<'de, str>>, A::Error> {
    Ok(map.next_value::<Vec<Text<'de>>>()?.into_iter().map(|text| text.0).collect())
}

fn by_field<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<BTreeMap<Cow<'de, str>, T>, A::Error> {
    Ok(map.next_value::<BTreeMap<Text<'de>, T>>()?.into_iter().map(|(key, value)| (key.0, value)).collect())
}

fn entry<M: SerializeMap, T: Serialize>(map: &mut M, key: &'static str, value: Option<&T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(key, value))
}

impl<'de> Deserialize<'de> for WireAccount<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AccountVisitor)
    }
}

struct AccountVisitor;

impl<'de> Visitor<'de> for AccountVisitor {
    type Value = WireAccount<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an account")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut wire = WireAccount::default();
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            if wire.enrolment.take(&key, &mut map)? {
                continue;
            }
            match &*key {
                "id" => wire.id = text(&mut map)?,
                "issuer" => wire.issuer = text(&mut map)?,
                "account" => wire.account = text(&mut map)?,
                "counter" => wire.counter = map.next_value()?,
                "tags" => wire.tags = texts(&mut map)?,
                "untagged" => wire.untagged = texts(&mut map)?,
                "note" => wire.note = text(&mut map)?,
                "pinned" => wire.pinned = map.next_value()?,
                "pending" => wire.pending = map.next_value()?,
                "order" => wire.order = Some(map.next_value()?),
                "trashed" => wire.trashed = Some(map.next_value()?),
                "created" => wire.created = Some(map.next_value()?),
                "added" => wire.added = map.next_value()?,
                "touched" => wire.touched = Some(map.next_value()?),
                "written" => wire.written = by_field(&mut map)?,
                "kept" => wire.kept = by_field(&mut map)?,
                "others" => wire.others = by_field(&mut map)?,
                "former" => wire.former = map.next_value()?,
                "tried" => wire.tried = map.next_value()?,
                "candidate" => wire.candidate = Some(map.next_value()?),
                "candidate-counter" => wire.candidate_counter = map.next_value()?,
                "recovery" => wire.recovery = Some(map.next_value()?),
                _ => {
                    wire.unknown.insert(key.into_owned(), map.next_value()?);
                }
            }
        }
        Ok(wire)
    }
}

impl Serialize for WireAccount<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("issuer", &self.issuer)?;
        map.serialize_entry("account", &self.account)?;
        self.enrolment.write(&mut map)?;
        entry(&mut map, "counter", (self.counter != 0).then_some(&self.counter))?;
        entry(&mut map, "tags", (!self.tags.is_empty()).then_some(&self.tags))?;
        entry(&mut map, "untagged", (!self.untagged.is_empty()).then_some(&self.untagged))?;
        entry(&mut map, "note", (!self.note.is_empty()).then_some(&self.note))?;
        entry(&mut map, "pinned", self.pinned.then_some(&true))?;
        entry(&mut map, "pending", self.pending.then_some(&true))?;
        entry(&mut map, "order", self.order.as_ref())?;
        entry(&mut map, "trashed", self.trashed.as_ref())?;
        entry(&mut map, "created", self.created.as_ref())?;
        map.serialize_entry("added", &self.added)?;
        entry(&mut map, "touched", self.touched.as_ref())?;
        entry(&mut map, "written", (!self.written.is_empty()).then_some(&self.written))?;
        entry(&mut map, "kept", (!self.kept.is_empty()).then_some(&self.kept))?;
        entry(&mut map, "others", (!self.others.is_empty()).then_some(&self.others))?;
        entry(&mut map, "recovery", self.recovery.as_ref())?;
        entry(&mut map, "former", (!self.former.is_empty()).then_some(&self.former))?;
        entry(&mut map, "tried", (!self.tried.is_empty()).then_some(&self.tried))?;
        entry(&mut map, "candidate", self.candidate.as_ref())?;
        entry(&mut map, "candidate-counter", (self.candidate_counter != 0).then_some(&self.candidate_counter))?;
        for (key, value) in &self.unknown {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
