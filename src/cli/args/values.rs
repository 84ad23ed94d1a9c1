//! Values of options, read once into types that cannot be wrong. Their errors say what is expected, never what was typed.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::exchange::{FORMATS, Format, OnConflict};
use crate::otp::{Algorithm, Digits, Kind, Period, Timestamp};
use crate::sealing::WorkFactor;
use crate::tasks::clock::LARGEST_CORRECTION_MILLIS;

pub(super) fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).try_map(|name| name.parse::<Kind>())
}

pub(super) fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    PossibleValuesParser::new(Algorithm::ALL.map(Algorithm::as_str)).try_map(|name| name.parse::<Algorithm>())
}

pub(super) fn formats() -> impl TypedValueParser<Value = &'static Format> {
    PossibleValuesParser::new(FORMATS.iter().map(|format| format.name)).try_map(named_format)
}

pub(super) fn written_formats() -> impl TypedValueParser<Value = &'static Format> {
    let written = FORMATS.iter().filter(|format| format.write.is_some());
    PossibleValuesParser::new(written.map(|format| format.name)).try_map(named_format)
}

fn named_format(name: String) -> Result<&'static Format, &'static str> {
    Format::named(&name.to_ascii_lowercase()).ok_or("the name of a format")
}

pub(super) fn on_conflict() -> impl TypedValueParser<Value = OnConflict> {
    PossibleValuesParser::new(["skip", "replace", "both"]).map(|name| match name.to_ascii_lowercase().as_str() {
        "skip" => OnConflict::Skip,
        "replace" => OnConflict::Replace,
        _ => OnConflict::Both,
    })
}

pub(super) fn digits(text: &str) -> Result<Digits, &'static str> {
    text.parse().ok().and_then(Digits::new).ok_or("a whole number from 1 to 10")
}

pub(super) fn period(text: &str) -> Result<Period, &'static str> {
    text.parse().ok().and_then(Period::from_secs).ok_or("a whole number of seconds, 1 at least")
}

pub(super) fn counter(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "a whole number from 0 on")
}

pub(super) fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "a whole number of seconds")
}

/// Reads seconds since 1970 or RFC 3339.
pub(super) fn moment(text: &str) -> Result<Timestamp, &'static str> {
    if let Ok(secs) = text.parse() {
        return Ok(Timestamp::from_secs(secs));
    }
    let moment: jiff::Timestamp =
        text.parse().map_err(|_| "seconds since 1970, or a time such as 2026-11-22T09:14:00Z")?;
    Ok(Timestamp::from_millis(moment.as_millisecond()))
}

pub(super) fn making_work_factor(text: &str) -> Result<u8, &'static str> {
    let allowed = WorkFactor::EXPLICIT_FLOOR..=WorkFactor::OPEN_CAP;
    text.parse().ok().filter(|log_n| allowed.contains(log_n)).ok_or("a whole number from 16 to 20")
}

pub(super) fn opening_work_factor(text: &str) -> Result<u8, &'static str> {
    let allowed = 1..=WorkFactor::HARD_STOP;
    text.parse().ok().filter(|log_n| allowed.contains(log_n)).ok_or("a whole number from 1 to 22")
}

/// Reads seconds, with a sign and a fraction if need be, as milliseconds: a day at most, in either direction.
pub(super) fn offset_millis(text: &str) -> Result<i64, &'static str> {
    const EXPECTED: &str = "a number of seconds from -86400 to 86400, such as -61 or 1.5";
    let (sign, number) = match text.trim().strip_prefix(['-', '\u{2212}']) {
        Some(number) => (-1, number),
        None => (1, text.trim().strip_prefix('+').unwrap_or(text.trim())),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || fraction.len() > 9 || !is_number(whole) || !is_number(fraction) {
        return Err(EXPECTED);
    }
    let thousandths = format!("{fraction:0<3}");
    let millis: i64 = format!("{whole}{}", &thousandths[..3]).parse().map_err(|_| EXPECTED)?;
    Some(sign * millis).filter(|_| millis <= LARGEST_CORRECTION_MILLIS).ok_or(EXPECTED)
}
