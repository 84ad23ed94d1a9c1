//! What people know of a slot: whose it is, since when, and to whom it is encrypted.
//!
//! Labels stand in the manifest and not in the header, so that the file gives no name away, and so that the manifest's
//! MAC covers them.

use std::collections::BTreeMap;

use super::SealError;
use super::json::{Members, json, members, push_member, take, take_or_default, unknown};

/// What is known of one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// What its owner calls it. It comes from outside: show it as such.
    pub name: String,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: i64,
    /// The recipient that it is encrypted to, where that is known: a new key can then be wrapped for it.
    pub recipient: Option<String>,
    /// The device that opens it, known once it has saved.
    pub device: Option<String>,
    /// Whether it is for an identity file of the user, and not for a device's own identity.
    pub is_for_file: bool,
    /// Members that this version does not know, as raw JSON, kept byte for byte.
    unknown: BTreeMap<String, String>,
}

impl Label {
    /// Returns the label of a slot that was just made for a recipient.
    pub fn new(name: &str, added_ms: i64, recipient: &str) -> Self {
        Self { name: name.to_owned(), added_ms, recipient: Some(recipient.to_owned()), ..Self::default() }
    }

    /// Returns the label of a slot of which no more than this is known.
    pub fn named(name: &str, added_ms: i64) -> Self {
        Self { name: name.to_owned(), added_ms, ..Self::default() }
    }

    fn write(&self) -> String {
        let mut object = String::from("{");
        push_member(&mut object, "name", &json(&self.name));
        push_member(&mut object, "added", &json(&self.added_ms));
        for (name, value) in [("recipient", &self.recipient), ("device", &self.device)] {
            if let Some(value) = value {
                push_member(&mut object, name, &json(value));
            }
        }
        if self.is_for_file {
            push_member(&mut object, "file", "true");
        }
        for (name, value) in &self.unknown {
            push_member(&mut object, name, value);
        }
        object.push('}');
        object
    }

    fn read(object: &str) -> Result<Self, SealError> {
        let mut members = members(object.as_bytes())?;
        let label = Self {
            name: take_or_default(&mut members, "name")?,
            added_ms: take_or_default(&mut members, "added")?,
            recipient: take_or_default(&mut members, "recipient")?,
            device: take_or_default(&mut members, "device")?,
            is_for_file: take_or_default(&mut members, "file")?,
            unknown: BTreeMap::new(),
        };
        Ok(Self { unknown: unknown(members), ..label })
    }
}

/// Writes labels as one JSON object.
pub(super) fn write(labels: &BTreeMap<String, Label>) -> String {
    let mut object = String::from("{");
    for (slot, label) in labels {
        push_member(&mut object, slot, &label.write());
    }
    object.push('}');
    object
}

/// Takes the labels out of an object; none if it has no such member.
pub(super) fn read(object: &mut Members, name: &str) -> Result<BTreeMap<String, Label>, SealError> {
    if !object.contains_key(name) {
        return Ok(BTreeMap::new());
    }
    let labels: Members = take(object, name)?;
    labels.into_iter().map(|(slot, label)| Ok((slot, Label::read(label.get())?))).collect()
}
