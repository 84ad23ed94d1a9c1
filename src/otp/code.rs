//! From an enrolment and a moment to the code. The one file that names `totp-lite`.

use std::fmt;

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac as _};
use md5::{Digest as _, Md5};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use totp_lite::{Sha1, Sha256, Sha512, totp_custom};

use super::params::{Algorithm, Digits, Params};
use super::secret::{Pin, Secret};
use super::time::Timestamp;

/// What a site and this vault agreed on: enough to compute every code there will ever be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// How the code is computed.
    pub params: Params,
    /// What it is computed from.
    pub secret: Secret,
    /// What the user adds to it (mOTP, Yandex).
    pub pin: Option<Pin>,
}

impl Enrolment {
    /// Returns the step that `now` lies in; none for HOTP, whose codes have no time.
    pub fn step_at(&self, now: Timestamp) -> Option<u64> {
        self.params.period().map(|period| period.step_at(now))
    }

    /// Computes the code of a step, or of a counter for HOTP.
    pub fn code(&self, step_or_counter: u64) -> Code {
        let secret = self.secret.expose_secret();
        let pin = self.pin.as_ref().map_or("", Pin::expose_secret);
        Code(match self.params {
            Params::Totp { algorithm, digits, .. } | Params::Hotp { algorithm, digits } => {
                decimal(algorithm, digits, secret, step_or_counter)
            }
            Params::Steam { .. } => steam(secret, step_or_counter),
            Params::Motp => motp(secret, pin, step_or_counter),
            Params::Yandex => yandex(secret, pin, step_or_counter),
        })
    }

    /// Returns the first moment at which the step's code is right; a HOTP code has no first moment.
    pub fn valid_from(&self, step: u64) -> Timestamp {
        match self.params.period() {
            Some(period) => period.start_of(step),
            None => Timestamp::MIN,
        }
    }

    /// Returns the first moment at which the step's code is right no more; a HOTP code has no such moment.
    pub fn valid_until(&self, step: u64) -> Timestamp {
        match self.params.period() {
            Some(period) => period.start_of(step.saturating_add(1)),
            None => Timestamp::MAX,
        }
    }

    /// Returns when the code after the one of `now` begins; `None` for HOTP, whose codes begin when they are asked for.
    pub fn next_begins(&self, now: Timestamp) -> Option<Timestamp> {
        self.step_at(now).map(|step| self.valid_until(step))
    }
}

/// A one-time password, made to be shown or copied once and dropped.
pub struct Code(SecretString);

impl Code {
    /// Returns the code as a site takes it.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the code in groups for reading: `492 039`, `3 081 442`, `1234 5678`, `R7KXB`.
    pub fn grouped(&self) -> SecretString {
        let code = self.expose_secret();
        // Every code is ASCII: each kind below writes digits or letters of a fixed alphabet.
        let size = match code.len() {
            0..=5 => return code.into(),
            8 => 4,
            10 => 5,
            _ => 3,
        };
        let mut grouped = String::with_capacity(code.len() + code.len() / size);
        for (index, letter) in code.chars().enumerate() {
            if index > 0 && (code.len() - index).is_multiple_of(size) {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped.into()
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code([REDACTED])")
    }
}

/// RFC 4226: a TOTP is the HOTP of its step, so the counter is the "time" and one second the step.
fn decimal(algorithm: Algorithm, digits: Digits, secret: &[u8], counter: u64) -> SecretString {
    let digits = u32::from(digits.get());
    match algorithm {
        Algorithm::Sha1 => totp_custom::<Sha1>(1, digits, secret, counter),
        Algorithm::Sha256 => totp_custom::<Sha256>(1, digits, secret, counter),
        Algorithm::Sha512 => totp_custom::<Sha512>(1, digits, secret, counter),
    }
    .into()
}

/// Steam shows the same 31 bits in its own letters, the lowest first. Ten digits lose none of the bits.
fn steam(secret: &[u8], step: u64) -> SecretString {
    const LETTERS: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
    let decimal = decimal(Algorithm::Sha1, Digits::TEN, secret, step);
    let value = decimal.expose_secret().bytes().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    in_letters(value, LETTERS, Digits::FIVE).collect::<String>().into()
}

/// mOTP: the first six hexadecimal digits of an MD5 over the step, the secret in hexadecimal, and the PIN.
fn motp(secret: &[u8], pin: &str, step: u64) -> SecretString {
    let secret = SecretString::from(HEXLOWER.encode(secret));
    let mut hash = Md5::new();
    hash.update(step.to_string());
    hash.update(secret.expose_secret());
    hash.update(pin);
    HEXLOWER.encode(&hash.finalize()[..3]).into()
}

/// Yandex Key: 63 bits of an HMAC, as eight letters, the highest first.
///
/// A secret of 26 bytes ends with its own check digits; only the first 16 bytes are the key.
fn yandex(secret: &[u8], pin: &str, step: u64) -> SecretString {
    let mut hash = <Sha256 as md5::Digest>::new();
    hash.update(pin);
    hash.update(&secret[..secret.len().min(16)]);
    let key = SecretBox::new(Box::new(<[u8; 32]>::from(hash.finalize())));
    let key = key.expose_secret();
    // The original hands the hash around as a big number, which loses one leading zero byte.
    let key = if key[0] == 0 { &key[1..] } else { &key[..] };

    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let offset = usize::from(mac[31] & 0xf);
    let mut eight = [0; 8];
    eight.copy_from_slice(&mac[offset..offset + 8]);
    let value = u64::from_be_bytes(eight) & (u64::MAX >> 1);
    let letters = in_letters(value, b"abcdefghijklmnopqrstuvwxyz", Digits::EIGHT);
    letters.rev().collect::<String>().into()
}

/// Writes `value` in base 26, the lowest letter first.
fn in_letters(value: u64, letters: &[u8; 26], digits: Digits) -> impl DoubleEndedIterator<Item = char> {
    (0..u32::from(digits.get())).map(move |place| letters[(value / 26_u64.pow(place) % 26) as usize] as char)
}
