//! otpauth URIs: what a set-up QR code says.
//!
//! There is no standard, only Google's description and what sites and apps made of it. The rule here: what every
//! authenticator understands is understood, what two of them understand differently is refused or noted, and nothing that
//! changes the code is ever guessed in silence.

mod query;
mod read;
mod write;

use std::fmt;

use thiserror::Error;

use super::code::Enrolment;
use super::secret::{PinError, SecretError};

pub use read::{find, parse};
pub use write::{write, write_brief};

/// What a URI says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtpUri {
    /// Who issued it; may be empty.
    pub issuer: String,
    /// Whose account it is; may be empty.
    pub account: String,
    /// How to compute the codes.
    pub enrolment: Enrolment,
    /// Where a HOTP stands; 0 for every other kind.
    pub counter: u64,
    /// What the user should know about how it was read.
    pub notes: Vec<UriNote>,
}

/// Something that was read, but not without a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriNote {
    /// Only the issuer's name says that this is Steam.
    GuessedSteam,
    /// A HOTP without counter: begun at 0.
    MissingCounter,
    /// The code needs a PIN that the URI does not have.
    MissingPin,
    /// A parameter stands there twice; the first was taken.
    Repeated(Parameter),
    /// That many parameters mean nothing to us.
    Dropped(usize),
    /// Something behind a `#` was left out.
    DroppedFragment,
}

impl fmt::Display for UriNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GuessedSteam => {
                f.write_str("taken as Steam Guard because of the issuer; choose TOTP if that is wrong")
            }
            Self::MissingCounter => f.write_str("the counter is missing, so it begins at 0"),
            Self::MissingPin => f.write_str("the code also needs your PIN, which is not in the URI"),
            Self::Repeated(parameter) => write!(f, "{parameter} is given twice; the first one was taken"),
            Self::Dropped(1) => f.write_str("one unknown parameter was left out"),
            Self::Dropped(count) => write!(f, "{count} unknown parameters were left out"),
            Self::DroppedFragment => f.write_str("what follows the # was left out"),
        }
    }
}

/// The parameters that mean something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The shared secret.
    Secret,
    /// Who issued it.
    Issuer,
    /// The hash inside the HMAC.
    Algorithm,
    /// How long the code is.
    Digits,
    /// How long it lives.
    Period,
    /// Where a HOTP stands.
    Counter,
    /// Which letters the code is shown in: `steam`.
    Encoder,
    /// A flag that says the same.
    Steam,
    /// WinAuth's own JSON, which holds Steam's real secret.
    Data,
    /// The PIN of mOTP or Yandex, in base32, as Aegis writes it.
    Pin,
    /// How long a Yandex PIN is; says nothing that we need.
    PinLength,
}

impl Parameter {
    /// Every parameter that means something here.
    const ALL: [Self; 11] = [
        Self::Secret,
        Self::Issuer,
        Self::Algorithm,
        Self::Digits,
        Self::Period,
        Self::Counter,
        Self::Encoder,
        Self::Steam,
        Self::Data,
        Self::Pin,
        Self::PinLength,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Encoder => "encoder",
            Self::Steam => "steam",
            Self::Data => "data",
            Self::Pin => "pin",
            Self::PinLength => "pin_length",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text is no otpauth URI that can be used. Holds nothing of the text but, at most, one wrong letter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UriError {
    /// No scheme that we know.
    #[error("this is not an otpauth URI")]
    NotAUri,
    /// More than one URI.
    #[error("there is more than one otpauth URI in this text")]
    Several,
    /// Google Authenticator's export, which holds many accounts.
    #[error("this is an export of Google Authenticator, not a single account")]
    Migration,
    /// Nothing between the scheme and the label.
    #[error("the URI does not say which type of code it is for")]
    MissingType,
    /// A type that does not exist.
    #[error("the URI is for a type of code that countersign does not know")]
    UnsupportedType,
    /// No secret, or an empty one.
    #[error("the URI has no secret")]
    MissingSecret,
    /// A secret that cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A Yandex secret of another length than 16 or 26 bytes.
    #[error("a Yandex secret has 16 or 26 bytes, this one has not")]
    YandexSecret,
    /// WinAuth's data without a secret in it.
    #[error("the Steam secret inside the URI's data cannot be read")]
    SteamData,
    /// An algorithm that no code is computed with.
    #[error("the URI asks for an algorithm that countersign does not know")]
    Algorithm,
    /// Not a number from 1 to 10.
    #[error("the URI's digits are not a whole number from 1 to 10")]
    Digits,
    /// Not a number from 1 to 2^53.
    #[error("the URI's period is not a whole number of seconds from 1 on")]
    Period,
    /// Not a number, or beyond 64 bits.
    #[error("the URI's counter is not a whole number from 0 on")]
    Counter,
    /// A PIN that cannot be read.
    #[error("the PIN inside the URI cannot be read")]
    Pin,
    /// Twice the same parameter, with different values.
    #[error("the URI gives {0} twice, and authenticators disagree on which one counts")]
    Duplicate(Parameter),
}

impl UriError {
    /// Returns what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotAUri => "it should begin with otpauth://; a bare secret goes into the secret field",
            Self::Several => "give them one a line",
            Self::Migration => "import it: countersign import FILE",
            Self::MissingType | Self::UnsupportedType => {
                "otpauth://totp, hotp, steam, motp and yaotp exist; copy the URI again from the site's QR code"
            }
            Self::MissingSecret | Self::SteamData | Self::Pin => "copy the URI again, it may have been cut off",
            Self::Secret(error) => error.next_step(),
            Self::YandexSecret => "show the account's QR code again in the Yandex settings and copy all of it",
            Self::Algorithm => "SHA1, SHA256 and SHA512 exist; check what the site's set-up page says",
            Self::Digits | Self::Period | Self::Counter => "correct the number, or add the account field by field",
            Self::Duplicate(_) => "remove the wrong one and try again",
        }
    }
}

impl From<PinError> for UriError {
    fn from(_: PinError) -> Self {
        Self::Pin
    }
}
