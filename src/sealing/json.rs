//! The JSON objects of the manifest: members taken by name, the unknown ones kept as they stand.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::SealError;

/// The members of an object, each as it stands.
pub(super) type Members = BTreeMap<String, Box<RawValue>>;

/// Reads an object.
pub(super) fn members(object: &[u8]) -> Result<Members, SealError> {
    serde_json::from_slice(object).map_err(|_secret| SealError::Damaged)
}

/// Returns the members that nobody took, to be written again byte for byte.
pub(super) fn unknown(members: Members) -> BTreeMap<String, String> {
    members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

pub(super) fn take<T: DeserializeOwned>(members: &mut Members, name: &str) -> Result<T, SealError> {
    let value = members.remove(name).ok_or(SealError::Damaged)?;
    // serde's messages quote the value, so they go no further.
    serde_json::from_str(value.get()).map_err(|_secret| SealError::Damaged)
}

pub(super) fn take_or_default<T: DeserializeOwned + Default>(
    members: &mut Members,
    name: &str,
) -> Result<T, SealError> {
    if members.contains_key(name) { take(members, name) } else { Ok(T::default()) }
}

pub(super) fn push_member(line: &mut String, name: &str, value: &str) {
    if line.len() > 1 {
        line.push(',');
    }
    line.push_str(&json(name));
    line.push(':');
    line.push_str(value);
}

pub(super) fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("numbers, texts and maps of texts are JSON")
}
