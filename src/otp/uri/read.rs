//! Reading: from whatever was scanned, pasted or typed to an enrolment, or a reason why not.

use data_encoding::BASE64;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::query::{Query, TRAILING, decoded};
use super::{OtpUri, Parameter, UriError, UriNote};
use crate::otp::code::Enrolment;
use crate::otp::params::{Algorithm, Digits, Kind, Params};
use crate::otp::secret::{Pin, Secret, SecretError};
use crate::otp::time::Period;

/// The schemes, longest first where one ends another.
const SCHEMES: [(&str, Scheme); 5] = [
    ("otpauth-migration://", Scheme::Migration),
    ("apple-otpauth://", Scheme::Otpauth),
    ("otpauth://", Scheme::Otpauth),
    ("motp://", Scheme::Motp),
    ("steam://", Scheme::Steam),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Otpauth,
    Motp,
    Steam,
    Migration,
}

/// Returns whether the text holds something that [`parse`], or the import of a Google export, would take up.
pub fn find(text: &str) -> bool {
    match find_scheme(text) {
        Some((Scheme::Otpauth | Scheme::Motp | Scheme::Migration, ..)) => true,
        // Steam's client has URIs of the same scheme that start games.
        Some((Scheme::Steam, ..)) => parse(text).is_ok(),
        None => false,
    }
}

/// Reads one URI, also with the quotes, brackets or prefix around it that a paste or a scanner brought along.
pub fn parse(text: &str) -> Result<OtpUri, UriError> {
    let (scheme, before, rest) = find_scheme(text).ok_or(UriError::NotAUri)?;
    let rest = unwrapped(before, rest.trim_end());
    if rest.split_whitespace().skip(1).any(|word| find_scheme(word).is_some_and(|(_, before, _)| before.is_empty())) {
        return Err(UriError::Several);
    }
    match scheme {
        Scheme::Otpauth => parse_otpauth(rest),
        Scheme::Motp => {
            let (rest, is_cut) = without_fragment(rest);
            let (label, query) = rest.split_once('?').unwrap_or((rest, ""));
            assemble(Type::Motp, label, query, is_cut)
        }
        Scheme::Steam => parse_steam(rest),
        Scheme::Migration => Err(UriError::Migration),
    }
}

/// Finds the first scheme that begins a word: with what stands before it and what follows.
fn find_scheme(text: &str) -> Option<(Scheme, &str, &str)> {
    text.match_indices("://").find_map(|(colon, _)| {
        let end = colon + "://".len();
        SCHEMES.into_iter().find_map(|(name, scheme)| {
            let start = end.checked_sub(name.len())?;
            let before = text.get(..start)?;
            let begins_word =
                !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
            (text.get(start..end)?.eq_ignore_ascii_case(name) && begins_word).then_some((scheme, before, &text[end..]))
        })
    })
}

/// Takes off the closing half of what was opened before the URI.
fn unwrapped<'a>(before: &str, rest: &'a str) -> &'a str {
    let closing = match before.chars().next_back() {
        Some('<') => '>',
        Some('(') => ')',
        Some('[') => ']',
        Some('{') => '}',
        Some(quote @ ('"' | '\'' | '`')) => quote,
        Some('“') => '”',
        Some('‘') => '’',
        Some('«') => '»',
        Some(_) | None => return rest,
    };
    match rest.rfind(closing) {
        Some(end) if rest[end + closing.len_utf8()..].trim_end_matches(TRAILING).trim().is_empty() => &rest[..end],
        Some(_) | None => rest,
    }
}

fn parse_otpauth(rest: &str) -> Result<OtpUri, UriError> {
    let (rest, is_cut) = without_fragment(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (name, label) = path.split_once('/').unwrap_or((path, ""));
    let known = Type::ALL.into_iter().find(|(known, _)| name.trim().eq_ignore_ascii_case(known));
    match known {
        Some((_, kind)) => assemble(kind, label, query, is_cut),
        None if name.trim().is_empty() => Err(UriError::MissingType),
        None => Err(UriError::UnsupportedType),
    }
}

/// Reads `steam://SECRET`, which is all there is to it.
fn parse_steam(rest: &str) -> Result<OtpUri, UriError> {
    let text = decoded(rest.trim_end_matches(TRAILING).trim_end_matches('/'));
    let enrolment = Enrolment {
        params: Params::Steam { period: Period::THIRTY },
        secret: Secret::from_base32(&text).map_err(missing_if_empty)?,
        pin: None,
    };
    Ok(OtpUri { issuer: "Steam".into(), account: String::new(), enrolment, counter: 0, notes: Vec::new() })
}

/// Cuts off a fragment. An unescaped `#` before the secret is no fragment but a letter of somebody's name.
fn without_fragment(rest: &str) -> (&str, bool) {
    let lower = rest.to_ascii_lowercase();
    let secret = lower.rfind("secret=").filter(|at| lower[..*at].ends_with(['?', '&', ';']));
    match secret.and_then(|at| Some(at + rest[at..].find('#')?)) {
        Some(hash) => (&rest[..hash], !rest[hash + 1..].is_empty()),
        None => (rest, false),
    }
}

/// What stands where otpauth URIs have the type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Totp,
    Hotp,
    Steam,
    Motp,
    Yandex,
}

impl Type {
    const ALL: [(&str, Self); 6] = [
        ("totp", Self::Totp),
        ("hotp", Self::Hotp),
        ("steam", Self::Steam),
        ("motp", Self::Motp),
        ("yaotp", Self::Yandex),
        ("yandex", Self::Yandex),
    ];
}

fn assemble(kind: Type, label: &str, query: &str, is_cut: bool) -> Result<OtpUri, UriError> {
    let mut query = Query::read(query)?;
    let (issuer, account) = names(label, query.get(Parameter::Issuer).unwrap_or_default());
    let mut notes = std::mem::take(&mut query.notes);
    if is_cut {
        notes.push(UriNote::DroppedFragment);
    }
    let steam_data = query.get(Parameter::Data).and_then(steam_secret).transpose()?;
    let kind = match kind {
        Type::Totp if steam_data.is_some() || says_steam(&query) => Kind::Steam,
        Type::Totp if issuer == "Steam" && may_be_steam(&query) => {
            notes.push(UriNote::GuessedSteam);
            Kind::Steam
        }
        Type::Totp => Kind::Totp,
        Type::Hotp => Kind::Hotp,
        Type::Steam => Kind::Steam,
        Type::Motp => Kind::Motp,
        Type::Yandex => Kind::Yandex,
    };
    let secret = match steam_data {
        Some(secret) if kind == Kind::Steam => secret,
        Some(_) | None => read_secret(kind, query.get(Parameter::Secret).unwrap_or_default())?,
    };
    let params = read_params(kind, &query)?;
    let pin = if params.needs_pin() { read_pin(&query)? } else { None };
    if params.needs_pin() && pin.is_none() {
        notes.push(UriNote::MissingPin);
    }
    let counter = match kind {
        Kind::Hotp => query.number(Parameter::Counter, UriError::Counter)?.unwrap_or_else(|| {
            notes.push(UriNote::MissingCounter);
            0
        }),
        Kind::Totp | Kind::Steam | Kind::Motp | Kind::Yandex => 0,
    };
    Ok(OtpUri { issuer, account, enrolment: Enrolment { params, secret, pin }, counter, notes })
}

/// Tells issuer and account: the parameter wins, the label's prefix goes if it says the same.
fn names(label: &str, issuer: &str) -> (String, String) {
    let (prefix, account) = match split_label(label) {
        Some((prefix, account)) => (trimmed(prefix), trimmed(account)),
        None => return (issuer.to_owned(), trimmed(label)),
    };
    // Behind an issuer at a sentence's end stands the sentence's own full stop, unless the label has it too.
    let bare = issuer.trim_end_matches(TRAILING).trim_end();
    if issuer.is_empty() {
        (prefix, account)
    } else if is_same_name(&prefix, issuer) {
        (issuer.to_owned(), account)
    } else if !bare.is_empty() && is_same_name(&prefix, bare) {
        (bare.to_owned(), account)
    } else {
        (issuer.to_owned(), trimmed(label))
    }
}

/// Splits at the first colon as it stands there, or else at the first escaped one.
fn split_label(label: &str) -> Option<(&str, &str)> {
    let escaped = || label.to_ascii_lowercase().find("%3a").map(|at| (&label[..at], &label[at + 3..]));
    label.split_once(':').or_else(escaped)
}

fn trimmed(text: &str) -> String {
    decoded(text).trim().to_owned()
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn says_steam(query: &Query) -> bool {
    query.get(Parameter::Encoder).is_some_and(|value| value.eq_ignore_ascii_case("steam"))
        || query.get(Parameter::Steam).is_some_and(|value| !(value == "0" || value.eq_ignore_ascii_case("false")))
}

/// The issuer says Steam: nothing else may speak against it.
fn may_be_steam(query: &Query) -> bool {
    let is_five = query.get(Parameter::Digits).is_none_or(|digits| digits == "5");
    let is_sha1 = query.get(Parameter::Algorithm).is_none_or(|name| name.parse() == Ok(Algorithm::Sha1));
    is_five && is_sha1 && query.get(Parameter::Encoder).is_none()
}

/// Reads WinAuth's JSON, as far as its one secret: base64 of the bytes. None if it has no such field.
fn steam_secret(data: &str) -> Option<Result<Secret, UriError>> {
    let (_, rest) = data.split_once("\"shared_secret\"")?;
    let value = rest.trim_start().strip_prefix(':').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
    let base64 = value.and_then(|value| value.split_once('"')).map(|(base64, _)| base64.replace("\\/", "/"));
    let base64 = base64.map(|base64| SecretSlice::from(base64.into_bytes()));
    let bytes = base64.and_then(|base64| BASE64.decode(base64.expose_secret()).ok());
    Some(bytes.and_then(|bytes| Secret::from_bytes(bytes).ok()).ok_or(UriError::SteamData))
}

fn read_secret(kind: Kind, text: &str) -> Result<Secret, UriError> {
    let secret = match kind {
        Kind::Totp | Kind::Hotp | Kind::Steam | Kind::Yandex => Secret::from_base32(text),
        // mOTP apps write hexadecimal; a few write base32, which seldom looks like it.
        Kind::Motp => Secret::from_hex(text).or_else(|error| match error {
            SecretError::WrongLetter { .. } => Secret::from_base32(text),
            SecretError::Empty
            | SecretError::TooShort
            | SecretError::TooLong
            | SecretError::HalfByte
            | SecretError::LooksLikeHex => Err(error),
        }),
    }
    .map_err(missing_if_empty)?;
    let is_whole = kind != Kind::Yandex || matches!(secret.expose_secret().len(), 16 | 26);
    if is_whole { Ok(secret) } else { Err(UriError::YandexSecret) }
}

fn missing_if_empty(error: SecretError) -> UriError {
    match error {
        SecretError::Empty => UriError::MissingSecret,
        error => UriError::Secret(error),
    }
}

fn read_params(kind: Kind, query: &Query) -> Result<Params, UriError> {
    match kind {
        Kind::Motp => return Ok(Params::Motp),
        Kind::Yandex => return Ok(Params::Yandex),
        Kind::Totp | Kind::Hotp | Kind::Steam => {}
    }
    let algorithm = match query.get(Parameter::Algorithm) {
        Some(name) => name.parse().map_err(|_| UriError::Algorithm)?,
        None => Algorithm::Sha1,
    };
    let digits = match query.number(Parameter::Digits, UriError::Digits)? {
        Some(digits) => u8::try_from(digits).ok().and_then(Digits::new).ok_or(UriError::Digits)?,
        None => Digits::SIX,
    };
    if kind == Kind::Hotp {
        return Ok(Params::Hotp { algorithm, digits });
    }
    let period = match query.number(Parameter::Period, UriError::Period)? {
        Some(secs) => Period::from_secs(secs).ok_or(UriError::Period)?,
        None => Period::THIRTY,
    };
    match kind {
        // Steam has no other algorithm; who asks for one means something else.
        Kind::Steam if algorithm != Algorithm::Sha1 => Err(UriError::Algorithm),
        Kind::Steam => Ok(Params::Steam { period }),
        Kind::Totp | Kind::Hotp | Kind::Motp | Kind::Yandex => Ok(Params::Totp { algorithm, digits, period }),
    }
}

fn read_pin(query: &Query) -> Result<Option<Pin>, UriError> {
    let Some(text) = query.get(Parameter::Pin).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let bytes = Secret::from_base32(text).map_err(|_| UriError::Pin)?;
    let text = std::str::from_utf8(bytes.expose_secret()).map_err(|_| UriError::Pin)?;
    Ok(Some(Pin::from_text(text)?))
}
