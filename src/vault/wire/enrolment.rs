//! A secret with its parameters as JSON: the one in use, those before it, and those that are tried.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::{Text, WireStamp, entry, text};

/// A secret with its parameters.
#[derive(Default)]
pub(in crate::vault) struct WireEnrolment<'a> {
    pub kind: Cow<'a, str>,
    pub secret: Cow<'a, str>,
    pub algorithm: Option<Cow<'a, str>>,
    pub digits: Option<u8>,
    pub period: Option<u64>,
    pub pin: Option<Cow<'a, str>>,
}

/// A secret that is not in use any more.
#[derive(Default)]
pub(in crate::vault) struct WireFormer<'a> {
    pub enrolment: WireEnrolment<'a>,
    pub written: WireStamp,
    pub kept: WireStamp,
    /// Fields of a newer version.
    pub unknown: BTreeMap<String, Box<RawValue>>,
}

impl<'a> WireEnrolment<'a> {
    /// Takes the field called `key`; tells whether it was one of ours.
    pub(super) fn take<A: MapAccess<'a>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "type" => self.kind = text(map)?,
            "secret" => self.secret = text(map)?,
            "algorithm" => self.algorithm = Some(text(map)?),
            "digits" => self.digits = Some(map.next_value()?),
            "period" => self.period = Some(map.next_value()?),
            "pin" => self.pin = Some(text(map)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("type", &self.kind)?;
        map.serialize_entry("secret", &self.secret)?;
        entry(map, "algorithm", self.algorithm.as_ref())?;
        entry(map, "digits", self.digits.as_ref())?;
        entry(map, "period", self.period.as_ref())?;
        entry(map, "pin", self.pin.as_ref())
    }
}

impl<'de> Deserialize<'de> for WireFormer<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FormerVisitor)
    }
}

struct FormerVisitor;

impl<'de> Visitor<'de> for FormerVisitor {
    type Value = WireFormer<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a former secret")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut former = WireFormer::default();
        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
            if former.enrolment.take(&key, &mut map)? {
                continue;
            }
            match &*key {
                "written" => former.written = map.next_value()?,
                "kept" => former.kept = map.next_value()?,
                _ => _ = former.unknown.insert(key.into_owned(), map.next_value()?),
            }
        }
        Ok(former)
    }
}

impl Serialize for WireFormer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.enrolment.write(&mut map)?;
        map.serialize_entry("written", &self.written)?;
        map.serialize_entry("kept", &self.kept)?;
        for (key, value) in &self.unknown {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
