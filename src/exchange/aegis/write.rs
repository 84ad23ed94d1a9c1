//! From accounts to the file.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::Serialize;

use super::crypt::{self, Cost, Envelope};
use super::{CONTENT_VERSION, FILE_VERSION, LONGEST_PERIOD, PASSWORD_SLOT};
use crate::exchange::{Entry, Loss, Random};
use crate::otp::{Params, Period, Pin};

#[derive(Serialize)]
struct RawFile<T> {
    version: u64,
    header: RawHeader,
    db: T,
}

/// Both `null` in a plain file: readers tell by that.
#[derive(Serialize)]
struct RawHeader {
    slots: Option<[RawSlot; 1]>,
    params: Option<RawEnvelope>,
}

#[derive(Serialize)]
struct RawSlot {
    #[serde(rename = "type")]
    kind: u64,
    uuid: String,
    key: String,
    key_params: RawEnvelope,
    n: u64,
    r: u64,
    p: u64,
    salt: String,
    repaired: bool,
    is_backup: bool,
}

#[derive(Serialize)]
struct RawEnvelope {
    nonce: String,
    tag: String,
}

impl From<Envelope> for RawEnvelope {
    fn from(envelope: Envelope) -> Self {
        Self { nonce: HEXLOWER.encode(&envelope.nonce), tag: HEXLOWER.encode(&envelope.tag) }
    }
}

#[derive(Serialize)]
struct RawContent<'a> {
    version: u64,
    entries: Vec<RawEntry<'a>>,
    groups: Vec<RawGroup<'a>>,
    icons_optimized: bool,
}

#[derive(Serialize)]
struct RawGroup<'a> {
    uuid: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct RawEntry<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: String,
    name: &'a str,
    issuer: &'a str,
    note: &'a str,
    favorite: bool,
    icon: Option<&'a str>,
    info: RawInfo<'a>,
    groups: Vec<&'a str>,
}

#[derive(Serialize)]
struct RawInfo<'a> {
    secret: Secret,
    algo: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'a str>,
}

/// A secret at its last moment: in base32, wiped when the file is written.
struct Secret(SecretString);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

/// Nearly everything fits: only numbers that Java has no room for do not.
pub(in crate::exchange) fn losses(entry: &Entry) -> Vec<Loss> {
    let has_period = entry.enrolment.params.period().is_none_or(|period| period.as_secs() <= LONGEST_PERIOD);
    let has_counter = i64::try_from(entry.counter).is_ok();
    [(has_period, Loss::Period), (has_counter, Loss::Counter)]
        .into_iter()
        .filter_map(|(fits, loss)| (!fits).then_some(loss))
        .collect()
}

pub(in crate::exchange) fn write(
    entries: &[Entry],
    password: Option<&SecretString>,
    random: Random<'_>,
) -> SecretSlice<u8> {
    let names = entries.iter().flat_map(|entry| &entry.tags);
    let groups: BTreeMap<&str, String> = names.map(|name| (name.as_str(), uuid(random))).collect();
    let content = RawContent {
        version: CONTENT_VERSION,
        entries: entries.iter().map(|entry| raw(entry, &groups, random)).collect(),
        groups: groups.iter().map(|(name, uuid)| RawGroup { uuid, name }).collect(),
        icons_optimized: true,
    };
    match password {
        None => json(&RawFile { version: FILE_VERSION, header: RawHeader { slots: None, params: None }, db: content }),
        Some(password) => sealed(&content, password, random),
    }
}

fn sealed(content: &RawContent<'_>, password: &SecretString, random: Random<'_>) -> SecretSlice<u8> {
    let master = crypt::fresh_key(random);
    let mut salt = [0; 32];
    random(&mut salt);
    let key = crypt::key_of(password, &salt, Cost::USUAL).expect("what we ask for is what we allow");
    let mut slot_key = *master.expose_secret();
    let key_params = crypt::seal(&key, &mut slot_key, random);
    let slot = RawSlot {
        kind: PASSWORD_SLOT,
        uuid: uuid(random),
        key: HEXLOWER.encode(&slot_key),
        key_params: key_params.into(),
        n: Cost::USUAL.n,
        r: Cost::USUAL.r,
        p: Cost::USUAL.p,
        salt: HEXLOWER.encode(&salt),
        repaired: true,
        is_backup: false,
    };
    let mut bytes = json(content).expose_secret().to_vec();
    let params = crypt::seal(&master, &mut bytes, random);
    let header = RawHeader { slots: Some([slot]), params: Some(params.into()) };
    json(&RawFile { version: FILE_VERSION, header, db: BASE64.encode(&bytes) })
}

fn json(value: &impl Serialize) -> SecretSlice<u8> {
    serde_json::to_vec_pretty(value).expect("names and numbers are always JSON").into()
}

fn raw<'a>(entry: &'a Entry, groups: &'a BTreeMap<&str, String>, random: Random<'_>) -> RawEntry<'a> {
    let enrolment = &entry.enrolment;
    let params = &enrolment.params;
    let is_counted = matches!(params, Params::Hotp { .. });
    RawEntry {
        kind: params.kind().as_str(),
        uuid: uuid(random),
        name: &entry.account,
        issuer: &entry.issuer,
        note: &entry.note,
        favorite: entry.pinned,
        icon: None,
        info: RawInfo {
            secret: Secret(enrolment.secret.to_base32()),
            algo: params.algorithm().map_or("MD5", |algorithm| algorithm.as_uri_str()),
            digits: params.digits().get(),
            period: params.period().map(Period::as_secs),
            counter: is_counted.then_some(entry.counter),
            pin: enrolment.pin.as_ref().filter(|_| params.needs_pin()).map(Pin::expose_secret),
        },
        groups: entry.tags.iter().filter_map(|tag| groups.get(tag.as_str()).map(String::as_str)).collect(),
    }
}

/// Makes a random UUID (version 4).
fn uuid(random: Random<'_>) -> String {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
