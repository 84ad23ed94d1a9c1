//! Google Authenticator's transfer codes: `otpauth-migration://offline?data=…`, a small protobuf in base64.
//!
//! It knows TOTP and HOTP of 6 or 8 digits, and no period but 30 seconds.

mod write;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

pub use write::{MOST_ACCOUNTS, Room, losses, write};

use super::format::{Random, text};
use super::otpauth::lines;
use super::{Entry, ImportError, Imported, Part, SkipReason, base64};
use crate::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret};

const SCHEME: &str = "otpauth-migration://";

/// Tells whether every line that says something holds a transfer code.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    lines(text).next().is_some() && lines(text).all(|line| start(line).is_some())
}

/// Reads transfer codes, one a line.
pub(super) fn read_codes(bytes: &[u8], _: Option<&SecretString>) -> Result<Imported, ImportError> {
    let text = text(bytes).ok_or(ImportError::NotRecognised)?;
    let mut imported = Imported::default();
    for line in lines(text) {
        imported.append(read(line)?)?;
    }
    if imported.is_empty() { Err(ImportError::NotRecognised) } else { Ok(imported) }
}

/// More would make a code that phones find hard to read from a screen: a code of version 18.
const ROOM: Room = Room { accounts: MOST_ACCOUNTS, bytes: 718 };

/// Writes transfer codes, one a line.
pub(super) fn write_codes(entries: &[Entry], _: Option<&SecretString>, random: Random<'_>) -> SecretSlice<u8> {
    let mut batch = [0; 4];
    random(&mut batch);
    let codes = write(entries, i32::from_le_bytes(batch), ROOM);
    let mut lines = Vec::new();
    for code in &codes {
        lines.extend_from_slice(code.expose_secret().as_bytes());
        lines.push(b'\n');
    }
    lines.into()
}

/// Returns where the code begins behind its scheme.
fn start(text: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(SCHEME).map(|start| start + SCHEME.len())
}

/// Reads one transfer code, wherever in the text it begins.
pub fn read(uri: &str) -> Result<Imported, ImportError> {
    let payload = payload(&uri[start(uri).ok_or(ImportError::NotRecognised)?..])?;
    let mut imported = Imported::default();
    let (mut size, mut index, mut batch) = (0, 0, 0);
    for field in Fields(payload.expose_secret()) {
        match field.ok_or(ImportError::Damaged)? {
            (1, Field::Bytes(account)) => imported.take(entry(account))?,
            (3, Field::Number(number)) => size = number,
            (4, Field::Number(number)) => index = number,
            // An int32: a negative one is written as its 64-bit form, of which the lower half counts.
            (5, Field::Number(number)) => batch = number as i32,
            (1..=5, Field::Bytes(_) | Field::Fixed) | (1, Field::Number(_)) => return Err(ImportError::Damaged),
            // The version, and what newer apps add.
            (_, Field::Number(_) | Field::Bytes(_) | Field::Fixed) => {}
        }
    }
    if imported.is_empty() {
        return Err(ImportError::Empty);
    }
    imported.parts.extend(part(size, index, batch));
    Ok(imported)
}

fn part(size: u64, index: u64, batch: i32) -> Option<Part> {
    let of = u32::try_from(size).ok().filter(|size| *size > 1)?;
    let number = u32::try_from(index).ok().filter(|index| *index < of)? + 1;
    Some(Part { number, of, batch })
}

/// Takes the bytes out of the URI, with what scanners, mail programs and shells did to the base64.
fn payload(rest: &str) -> Result<SecretSlice<u8>, ImportError> {
    let (_, query) = rest.split_once('?').ok_or(ImportError::Damaged)?;
    let is_data = |piece: &&str| piece.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("data="));
    let data = query.split('&').find(is_data).ok_or(ImportError::Damaged)?;
    // A `+` stays a `+`: this value is base64 first and form data never.
    base64::read(percent_decode_str(&data[5..])).ok_or(ImportError::Damaged)
}

fn entry(bytes: &[u8]) -> Result<Entry, SkipReason> {
    let (mut secret, mut name, mut issuer) = (&[][..], &[][..], &[][..]);
    let (mut algorithm, mut digits, mut kind, mut counter) = (0, 0, 0, 0);
    for field in Fields(bytes) {
        match field.ok_or(SkipReason::Damaged)? {
            (1, Field::Bytes(bytes)) => secret = bytes,
            (2, Field::Bytes(bytes)) => name = bytes,
            (3, Field::Bytes(bytes)) => issuer = bytes,
            (4, Field::Number(number)) => algorithm = number,
            (5, Field::Number(number)) => digits = number,
            (6, Field::Number(number)) => kind = number,
            (7, Field::Number(number)) => counter = number,
            (1..=7, Field::Number(_) | Field::Bytes(_) | Field::Fixed) => return Err(SkipReason::Damaged),
            // An id, and what newer apps add.
            (_, Field::Number(_) | Field::Bytes(_) | Field::Fixed) => {}
        }
    }
    let algorithm = match algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        _ => return Err(SkipReason::Algorithm),
    };
    let digits = match digits {
        0 | 1 => Digits::SIX,
        2 => Digits::EIGHT,
        _ => return Err(SkipReason::Digits),
    };
    let params = match kind {
        0 | 2 => Params::Totp { algorithm, digits, period: Period::THIRTY },
        1 => Params::Hotp { algorithm, digits },
        _ => return Err(SkipReason::Type),
    };
    let secret = Secret::from_bytes(secret.to_vec())?;
    let counter = if params.period().is_none() { counter } else { 0 };
    let (issuer, account) = names(&String::from_utf8_lossy(issuer), &String::from_utf8_lossy(name));
    let enrolment = Enrolment { params, secret, pin: None };
    Ok(Entry::new(issuer, account, enrolment, counter))
}

/// Tells issuer and account: the name may begin with the issuer, spelt out once more.
fn names(issuer: &str, name: &str) -> (String, String) {
    let (issuer, name) = (issuer.trim(), name.trim());
    let (issuer, account) = match name.split_once(':') {
        Some((prefix, account)) if prefix.trim().to_lowercase() == issuer.to_lowercase() => (issuer, account),
        // Without an issuer the prefix is one, unless what follows reads like a sentence.
        Some((prefix, account)) if issuer.is_empty() && !account.starts_with(' ') => (prefix, account),
        Some(_) | None => (issuer, name),
    };
    (issuer.trim().to_owned(), account.trim().to_owned())
}

/// A value of the protobuf wire format.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes that no field of ours has.
    Fixed,
}

/// The fields of a protobuf message, in order; none in place of the first that makes no sense, and then the end.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Field<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let tag = self.number()?;
        let field = match tag & 7 {
            0 => Field::Number(self.number()?),
            1 => self.bytes(8).map(|_| Field::Fixed)?,
            2 => {
                let size = usize::try_from(self.number()?).ok()?;
                Field::Bytes(self.bytes(size)?)
            }
            5 => self.bytes(4).map(|_| Field::Fixed)?,
            _ => return None,
        };
        Some((tag >> 3, field)).filter(|(number, _)| *number > 0)
    }

    fn bytes(&mut self, size: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Seven bits a byte, the lowest first; at most ten bytes.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << (place * 7);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}
