//! Writing transfer codes, as many accounts in each as there shall be.

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use crate::exchange::{Entry, Loss};
use crate::otp::{Algorithm, Digits, Params, Period};

/// How many accounts Google's app puts into one code at most.
pub const MOST_ACCOUNTS: usize = 10;
const START: &str = "otpauth-migration://offline?data=";
/// What the whole message says of itself, at its longest.
const TAIL_BYTES: usize = 64;

/// How much goes into one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many accounts at most.
    pub accounts: usize,
    /// How many bytes the text has at most; more if one account alone needs them.
    pub bytes: usize,
}

/// Returns what a transfer code cannot carry of an account.
pub fn losses(entry: &Entry) -> Vec<Loss> {
    obstacle(&entry.enrolment.params).into_iter().chain(Loss::beside_the_code(entry)).collect()
}

/// It has TOTP and HOTP, 6 and 8 digits, and 30 seconds.
fn obstacle(params: &Params) -> Option<Loss> {
    match *params {
        Params::Steam { .. } | Params::Motp | Params::Yandex => Some(Loss::Type),
        Params::Totp { period, .. } if period != Period::THIRTY => Some(Loss::Period),
        Params::Totp { digits, .. } | Params::Hotp { digits, .. } => {
            let is_known = digits == Digits::SIX || digits == Digits::EIGHT;
            (!is_known).then_some(Loss::Digits)
        }
    }
}

/// Writes accounts as transfer codes that belong together, in this order. `batch` is the same in all of them and in no
/// others. What cannot go is left out; [`losses`] says why.
pub fn write(entries: &[Entry], batch: i32, room: Room) -> Vec<SecretString> {
    let mut parts: Vec<Vec<SecretSlice<u8>>> = Vec::new();
    let longest = entries.len();
    for message in entries.iter().filter_map(message) {
        let Some(part) = parts.last_mut().filter(|part| part.len() < room.accounts) else {
            parts.push(vec![message]);
            continue;
        };
        part.push(message);
        if uri(part, longest, longest, batch).expose_secret().len() > room.bytes {
            let message = part.pop().into_iter().collect();
            parts.push(message);
        }
    }
    parts.iter().enumerate().map(|(index, part)| uri(part, index, parts.len(), batch)).collect()
}

/// Returns the text of one code.
fn uri(part: &[SecretSlice<u8>], index: usize, of: usize, batch: i32) -> SecretString {
    let mut payload = Payload::with_room(part.iter().map(|message| message.expose_secret().len() + 11).sum());
    part.iter().for_each(|message| payload.bytes(1, message.expose_secret()));
    payload.number(2, 1);
    payload.number(3, of as u64);
    payload.number(4, index as u64);
    // An int32 that is negative is written as its 64-bit form.
    payload.number(5, i64::from(batch) as u64);
    let data = SecretString::from(BASE64.encode(payload.finish().expose_secret()));
    let mut uri = String::with_capacity(START.len() + data.expose_secret().len() * 3);
    uri.push_str(START);
    uri.extend(utf8_percent_encode(data.expose_secret(), NON_ALPHANUMERIC));
    uri.into()
}

/// Returns an account as a message, if it can be one.
fn message(entry: &Entry) -> Option<SecretSlice<u8>> {
    let Entry { issuer, account, enrolment, counter, .. } = entry; // the rest is a loss
    if obstacle(&enrolment.params).is_some() {
        return None;
    }
    let algorithm = match enrolment.params.algorithm()? {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    };
    let secret = enrolment.secret.expose_secret();
    let mut message = Payload::with_room(secret.len() + 2 * issuer.len() + account.len());
    message.bytes(1, secret);
    message.bytes(2, name(issuer, account).as_bytes());
    message.bytes(3, issuer.as_bytes());
    message.number(4, algorithm);
    message.number(5, if enrolment.params.digits() == Digits::EIGHT { 2 } else { 1 });
    match enrolment.params.period() {
        Some(_) => message.number(6, 2),
        None => {
            message.number(6, 1);
            message.number(7, *counter);
        }
    }
    Some(message.finish())
}

/// Spells the issuer out once more where a colon in the name would be taken for the end of one; an issuer with a colon
/// of its own is never taken for that.
fn name(issuer: &str, account: &str) -> String {
    if account.contains(':') && !issuer.contains(':') { format!("{issuer}:{account}") } else { account.to_owned() }
}

/// A message of the protobuf wire format in the making.
struct Payload(Vec<u8>);

impl Payload {
    /// Sized once, because a growing buffer leaves copies behind.
    fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes + TAIL_BYTES))
    }

    fn number(&mut self, field: u8, number: u64) {
        self.0.push(field << 3);
        self.varint(number);
    }

    fn bytes(&mut self, field: u8, bytes: &[u8]) {
        self.0.push(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Seven bits a byte, the lowest first.
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn finish(self) -> SecretSlice<u8> {
        self.0.into()
    }
}
