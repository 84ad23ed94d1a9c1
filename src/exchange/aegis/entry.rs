//! One account as Aegis has it, to one of ours.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::LONGEST_PERIOD;
use crate::exchange::{Entry, EntryNote, SkipReason};
use crate::otp::uri::UriNote;
use crate::otp::{Algorithm, Digits, Enrolment, Params, Period, Pin, Secret};

/// An entry as it stands in the file. Numbers may be anything until they are looked at.
#[derive(Deserialize)]
pub(super) struct RawEntry {
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    issuer: Option<String>,
    note: Option<String>,
    favorite: Option<bool>,
    icon: Option<String>,
    /// Ids of groups, from version 3 on.
    groups: Option<Vec<String>>,
    /// The name of the one group, before.
    group: Option<String>,
    info: RawInfo,
}

#[derive(Deserialize)]
struct RawInfo {
    secret: String,
    algo: Option<String>,
    digits: Option<Value>,
    period: Option<Value>,
    counter: Option<Value>,
    pin: Option<String>,
}

/// An entry that could be read, and what should be told about it.
pub(super) struct ReadEntry {
    pub entry: Entry,
    pub notes: Vec<EntryNote>,
    pub had_icon: bool,
}

/// Reads one entry.
pub(super) fn read(raw: &str, groups: &BTreeMap<String, String>) -> Result<ReadEntry, SkipReason> {
    let raw: RawEntry = serde_json::from_str(raw).map_err(|_| SkipReason::Damaged)?;
    let mut notes = Vec::new();
    let params = params(&raw, &mut notes)?;
    let secret = Secret::from_base32(&raw.info.secret)?;
    if params == Params::Yandex && !matches!(secret.bits() / 8, 16 | 26) {
        return Err(SkipReason::YandexSecret);
    }
    let pin = match raw.info.pin.as_deref().filter(|pin| !pin.is_empty() && params.needs_pin()) {
        Some(pin) => Some(Pin::from_text(pin).map_err(|_| SkipReason::Pin)?),
        None => None,
    };
    if params.needs_pin() && pin.is_none() {
        notes.push(EntryNote::Uri(UriNote::MissingPin));
    }
    let counter = match params {
        Params::Hotp { .. } => raw.info.counter.as_ref().and_then(whole).ok_or(SkipReason::Counter)?,
        Params::Totp { .. } | Params::Steam { .. } | Params::Motp | Params::Yandex => 0,
    };
    let ids = raw.groups.iter().flatten().filter_map(|id| groups.get(id).cloned());
    let mut tags: Vec<String> = ids.chain(raw.group).filter(|tag| !tag.trim().is_empty()).collect();
    tags.sort();
    tags.dedup();
    let names = (raw.issuer.unwrap_or_default(), raw.name.unwrap_or_default());
    let entry = Entry {
        note: raw.note.unwrap_or_default(),
        tags,
        pinned: raw.favorite.unwrap_or_default(),
        ..Entry::new(names.0, names.1, Enrolment { params, secret, pin }, counter)
    };
    Ok(ReadEntry { entry, notes, had_icon: raw.icon.is_some_and(|icon| !icon.is_empty()) })
}

fn params(raw: &RawEntry, notes: &mut Vec<EntryNote>) -> Result<Params, SkipReason> {
    let info = &raw.info;
    match raw.kind.as_str() {
        "totp" => Ok(Params::Totp { algorithm: algorithm(info, notes)?, digits: digits(info)?, period: period(info)? }),
        "hotp" => Ok(Params::Hotp { algorithm: algorithm(info, notes)?, digits: digits(info)? }),
        "steam" if algorithm(info, notes)? != Algorithm::Sha1 => Err(SkipReason::Algorithm),
        "steam" if digits(info)? != Digits::FIVE => Err(SkipReason::Digits),
        "steam" => Ok(Params::Steam { period: period(info)? }),
        // Always MD5, six digits, ten seconds, whatever stands there.
        "motp" => Ok(Params::Motp),
        "yandex" => Ok(Params::Yandex),
        _ => Err(SkipReason::Type),
    }
}

fn algorithm(info: &RawInfo, notes: &mut Vec<EntryNote>) -> Result<Algorithm, SkipReason> {
    let name = info.algo.as_deref().ok_or(SkipReason::Algorithm)?;
    if name.eq_ignore_ascii_case("md5") {
        // As Aegis itself computes it.
        notes.push(EntryNote::Md5AsSha1);
        return Ok(Algorithm::Sha1);
    }
    name.parse().map_err(|_| SkipReason::Algorithm)
}

fn digits(info: &RawInfo) -> Result<Digits, SkipReason> {
    let digits = info.digits.as_ref().and_then(whole).and_then(|digits| u8::try_from(digits).ok());
    digits.and_then(Digits::new).ok_or(SkipReason::Digits)
}

fn period(info: &RawInfo) -> Result<Period, SkipReason> {
    let secs = info.period.as_ref().and_then(whole).filter(|secs| *secs <= LONGEST_PERIOD);
    secs.and_then(Period::from_secs).ok_or(SkipReason::Period)
}

/// Reads a whole number, also one in quotes, as the app itself does.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
