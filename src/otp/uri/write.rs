//! Writing: every parameter spelt out, because older readers assume other defaults.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};

use crate::otp::code::Enrolment;
use crate::otp::params::{Digits, Params};
use crate::otp::secret::Secret;

/// Everything but what no URI ever needs to escape; a space is `%20`, for a `+` means a plus to some readers.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes the URI that [`parse`](super::parse) reads back as the same (names without the space around them).
pub fn write(issuer: &str, account: &str, enrolment: &Enrolment, counter: u64) -> SecretString {
    write_uri(issuer, account, enrolment, counter, false)
}

/// Writes it without what every reader assumes, where room is short.
pub fn write_brief(issuer: &str, account: &str, enrolment: &Enrolment, counter: u64) -> SecretString {
    write_uri(issuer, account, enrolment, counter, true)
}

fn write_uri(issuer: &str, account: &str, enrolment: &Enrolment, counter: u64, is_brief: bool) -> SecretString {
    // Sized once, because a growing buffer leaves copies behind: escapes are three letters a byte, base32 is less than two.
    let secret = enrolment.secret.expose_secret().len() * 2;
    let mut uri = String::with_capacity(256 + issuer.len() * 6 + account.len() * 3 + secret);
    uri.push_str(match enrolment.params {
        Params::Totp { .. } => "otpauth://totp/",
        Params::Hotp { .. } => "otpauth://hotp/",
        Params::Steam { .. } => "otpauth://steam/",
        Params::Motp => "motp://",
        Params::Yandex => "otpauth://yaotp/",
    });
    push_label(&mut uri, issuer, account);
    uri.push_str("?secret=");
    uri.push_str(written_secret(enrolment).expose_secret());
    if !issuer.is_empty() {
        uri.push_str("&issuer=");
        uri.extend(utf8_percent_encode(issuer, ESCAPED));
    }
    if let Some(pin) = enrolment.pin.as_ref().filter(|_| enrolment.params.needs_pin()) {
        push_pin(&mut uri, pin.expose_secret());
    }
    // Without its digits, what is issued by Steam would be taken for Steam Guard.
    let is_assumed = enrolment.params == Params::USUAL && !issuer.trim().eq_ignore_ascii_case("steam");
    if !(is_brief && is_assumed) {
        push_params(&mut uri, issuer, &enrolment.params, counter);
    }
    uri.into()
}

fn push_label(uri: &mut String, issuer: &str, account: &str) {
    uri.extend(utf8_percent_encode(issuer, ESCAPED));
    // Without an issuer, a colon of the account's own would be taken for the one that ends an issuer.
    if !issuer.is_empty() || account.contains(':') {
        uri.push(':');
    }
    uri.extend(utf8_percent_encode(account, ESCAPED));
}

fn written_secret(enrolment: &Enrolment) -> SecretString {
    match enrolment.params {
        Params::Motp => enrolment.secret.to_hex(),
        Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } | Params::Yandex => {
            enrolment.secret.to_base32()
        }
    }
}

/// In base32, as Aegis writes it.
fn push_pin(uri: &mut String, pin: &str) {
    if let Ok(pin) = Secret::from_bytes(pin.as_bytes().to_vec()) {
        uri.push_str("&pin=");
        uri.push_str(pin.to_base32().expose_secret());
    }
}

fn push_params(uri: &mut String, issuer: &str, params: &Params, counter: u64) {
    let algorithm = match params {
        Params::Motp => "MD5",
        Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } | Params::Yandex => {
            params.algorithm().unwrap_or_default().as_uri_str()
        }
    };
    let digits = params.digits();
    write!(uri, "&algorithm={algorithm}&digits={}", digits.get()).expect("writing to a string cannot fail");
    match params {
        Params::Steam { .. } => uri.push_str("&encoder=steam"),
        // Five digits from an issuer of this name would be taken for Steam Guard.
        Params::Totp { .. } if issuer == "Steam" && digits == Digits::FIVE => uri.push_str("&encoder=totp"),
        Params::Totp { .. } | Params::Hotp { .. } | Params::Motp | Params::Yandex => {}
    }
    match params.period() {
        Some(period) => write!(uri, "&period={}", period.as_secs()),
        None => write!(uri, "&counter={counter}"),
    }
    .expect("writing to a string cannot fail");
}
