//! From what is typed to an enrolment, or the mistakes and where they are.

use thiserror::Error;

use super::fields::{FieldName, Fields};
use crate::exchange::recovery_codes;
use crate::otp::uri::UriError;
use crate::otp::{Digits, Enrolment, Kind, Params, Period, Pin, PinError, Secret, SecretError, uri};
use crate::tui::effect::Draft;
use crate::vault::{Account, ChangeError, check_tags};

/// The schemes of addresses, as far as somebody has typed when it is plain that it becomes one.
const SCHEME_STARTS: [&str; 5] = ["otpauth:", "otpauth-", "apple-", "motp:", "steam:"];

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Mistake {
    #[error("the secret is missing")]
    NoSecret,
    #[error(transparent)]
    Secret(SecretError),
    #[error("a Yandex secret has 16 or 26 bytes, this one has not")]
    YandexSecret,
    #[error(transparent)]
    Uri(UriError),
    #[error("there is more in what was pasted than a secret can have")]
    PastedTooMuch,
    #[error("these are recovery codes, not a secret")]
    RecoveryCodes,
    #[error("without issuer or account nobody knows whose code this is")]
    NoName,
    #[error(transparent)]
    Tags(ChangeError),
    #[error("digits are a whole number from 1 to 10")]
    Digits,
    #[error("the period is a whole number of seconds from 1 on")]
    Period,
    #[error("the counter is a whole number from 0 on")]
    Counter,
    #[error("the code needs your PIN as well")]
    NoPin,
    #[error(transparent)]
    Pin(PinError),
}

impl Mistake {
    /// Returns what to do about it.
    pub(super) fn next_step(&self) -> &'static str {
        match self {
            Self::NoSecret => "paste the otpauth address or type the secret that the site shows",
            Self::Secret(error) => error.next_step(),
            Self::YandexSecret => UriError::YandexSecret.next_step(),
            Self::Uri(error) => error.next_step(),
            Self::PastedTooMuch => "paste the otpauth address or the secret alone",
            Self::RecoveryCodes => {
                "store them with the account: r in the list; here belongs what sets an authenticator up"
            }
            Self::NoName => "name the site or the account",
            Self::Tags(error) => error.next_step(),
            Self::Digits => "nearly every site uses 6",
            Self::Period => "nearly every site uses 30",
            Self::Counter => "a new account begins at 0",
            Self::NoPin => "type the PIN that you chose when you set it up",
            Self::Pin(_) => "shorten it",
        }
    }

    /// Tells whether more typing may set it right, so that it need not be said yet.
    pub(super) fn is_unfinished(&self) -> bool {
        match self {
            Self::NoSecret | Self::NoName | Self::NoPin | Self::YandexSecret | Self::Uri(_) => true,
            Self::Secret(error) => {
                matches!(error, SecretError::Empty | SecretError::TooShort | SecretError::HalfByte)
            }
            Self::PastedTooMuch | Self::RecoveryCodes | Self::Tags(_) | Self::Pin(_) => false,
            Self::Digits | Self::Period | Self::Counter => false,
        }
    }

    /// Returns which character of the field is wrong, counted from 0.
    pub(super) fn marked(&self) -> Option<usize> {
        match self {
            Self::Secret(SecretError::WrongLetter { position, .. }) => position.checked_sub(1),
            _ => None, // the others are not about one character
        }
    }
}

/// What the fields say.
pub(super) struct Reading {
    /// How to compute the codes, as far as that is right.
    pub(super) params: Result<Params, Vec<(FieldName, Mistake)>>,
    /// What to compute them from.
    pub(super) secret: Result<Secret, Mistake>,
    pub(super) pin: Result<Option<Pin>, Mistake>,
    pub(super) counter: Result<u64, Mistake>,
    others: Vec<(FieldName, Mistake)>,
}

impl Reading {
    /// Reads the fields; an empty secret or PIN means the one that the account has.
    pub(super) fn of(fields: &Fields, original: Option<&Account>) -> Self {
        let mut others = Vec::new();
        let is_nameless = fields.issuer.text().trim().is_empty() && fields.account.text().trim().is_empty();
        if is_nameless && original.is_none() {
            others.push((FieldName::Issuer, Mistake::NoName));
        }
        if let Err(error) = check_tags(&fields.tag_names()) {
            others.push((FieldName::Tags, Mistake::Tags(error)));
        }
        let counter = match fields.kind {
            Kind::Hotp => number(fields.counter.text()).ok_or(Mistake::Counter),
            Kind::Totp | Kind::Steam | Kind::Motp | Kind::Yandex => Ok(0),
        };
        let (secret, pin) = (read_secret(fields, original), read_pin(fields, original));
        Self { params: read_params(fields), secret, pin, counter, others }
    }

    /// Returns every mistake, in the order of the fields.
    pub(super) fn mistakes(&self, fields: &Fields) -> Vec<(FieldName, Mistake)> {
        let mut mistakes = self.others.clone();
        let own = |name, mistake: &Mistake| (name, mistake.clone());
        mistakes.extend(self.secret.as_ref().err().map(|mistake| own(FieldName::Secret, mistake)));
        mistakes.extend(self.pin.as_ref().err().map(|mistake| own(FieldName::Pin, mistake)));
        mistakes.extend(self.counter.as_ref().err().map(|mistake| own(FieldName::Counter, mistake)));
        mistakes.extend(self.params.as_ref().err().cloned().unwrap_or_default());
        let names = fields.names();
        mistakes.sort_by_key(|(name, _)| names.iter().position(|other| other == name));
        mistakes
    }

    /// Returns what codes are computed from, if everything about it is right.
    pub(super) fn enrolment(&self) -> Option<Enrolment> {
        let (params, secret, pin) = (self.params.as_ref().ok()?, self.secret.as_ref().ok()?, self.pin.as_ref().ok()?);
        let pin = pin.clone().filter(|_| params.needs_pin());
        Some(Enrolment { params: *params, secret: secret.clone(), pin })
    }

    /// Returns the account, if there is no mistake anywhere.
    pub(super) fn draft(&self, fields: &Fields) -> Option<Draft> {
        if !self.others.is_empty() {
            return None;
        }
        Some(Draft {
            issuer: fields.issuer.text().trim().to_owned(),
            account: fields.account.text().trim().to_owned(),
            enrolment: self.enrolment()?,
            counter: *self.counter.as_ref().ok()?,
            tags: fields.tag_names(),
            note: fields.note_text(),
            pending: false,
        })
    }
}

/// Tells whether the text is an address of a code, or becomes one.
pub(super) fn is_address(text: &str) -> bool {
    let start = text.trim_start().to_ascii_lowercase();
    uri::find(text) || SCHEME_STARTS.iter().any(|scheme| start.starts_with(scheme))
}

fn read_secret(fields: &Fields, original: Option<&Account>) -> Result<Secret, Mistake> {
    let text = fields.secret.text();
    if fields.is_overlong {
        return Err(Mistake::PastedTooMuch);
    }
    if fields.is_list {
        return Err(Mistake::RecoveryCodes);
    }
    if text.trim().is_empty() {
        return original.map(|account| account.enrolment().secret.clone()).ok_or(Mistake::NoSecret);
    }
    if is_address(text) {
        return uri::parse(text).map(|uri| uri.enrolment.secret).map_err(Mistake::Uri);
    }
    let secret = match fields.kind {
        Kind::Totp | Kind::Hotp | Kind::Steam | Kind::Yandex => Secret::from_base32(text),
        // Most mOTP apps show hexadecimal; what is no such number is base32.
        Kind::Motp => Secret::from_hex(text).or_else(|error| match error {
            SecretError::WrongLetter { .. } => Secret::from_base32(text).map_err(|_| error),
            SecretError::Empty
            | SecretError::TooShort
            | SecretError::TooLong
            | SecretError::HalfByte
            | SecretError::LooksLikeHex => Err(error),
        }),
    }
    .map_err(|error| if recovery_codes::is_list(text) { Mistake::RecoveryCodes } else { Mistake::Secret(error) })?;
    let is_whole = fields.kind != Kind::Yandex || matches!(secret.bits(), 128 | 208);
    if is_whole { Ok(secret) } else { Err(Mistake::YandexSecret) }
}

fn read_pin(fields: &Fields, original: Option<&Account>) -> Result<Option<Pin>, Mistake> {
    let needs_pin = matches!(fields.kind, Kind::Motp | Kind::Yandex);
    if !needs_pin {
        return Ok(None);
    }
    if fields.pin.is_empty() {
        let kept = original.and_then(|account| account.enrolment().pin.clone());
        return if kept.is_some() { Ok(kept) } else { Err(Mistake::NoPin) };
    }
    Pin::from_text(fields.pin.text()).map(Some).map_err(Mistake::Pin)
}

fn read_params(fields: &Fields) -> Result<Params, Vec<(FieldName, Mistake)>> {
    let digits = number(fields.digits.text()).and_then(|digits| Digits::new(u8::try_from(digits).ok()?));
    let digits = digits.ok_or((FieldName::Digits, Mistake::Digits));
    let period = number(fields.period.text()).and_then(Period::from_secs).ok_or((FieldName::Period, Mistake::Period));
    let algorithm = fields.algorithm;
    match fields.kind {
        Kind::Totp => match (digits, period) {
            (Ok(digits), Ok(period)) => Ok(Params::Totp { algorithm, digits, period }),
            (digits, period) => Err(digits.err().into_iter().chain(period.err()).collect()),
        },
        Kind::Hotp => digits.map(|digits| Params::Hotp { algorithm, digits }).map_err(|mistake| vec![mistake]),
        Kind::Steam => period.map(|period| Params::Steam { period }).map_err(|mistake| vec![mistake]),
        Kind::Motp => Ok(Params::Motp),
        Kind::Yandex => Ok(Params::Yandex),
    }
}

/// Reads a whole number in decimal; the standard parser would also take a sign.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
