//! How a code is computed: valid by construction, so that nobody checks it again.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::time::Period;

/// Everything about an enrolment that is not secret and does not change: the counter of a HOTP is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Params {
    /// A code per period (RFC 6238).
    Totp {
        /// The hash inside the HMAC.
        algorithm: Algorithm,
        /// How long the code is.
        digits: Digits,
        /// How long it lives.
        period: Period,
    },
    /// A code per use (RFC 4226).
    Hotp {
        /// The hash inside the HMAC.
        algorithm: Algorithm,
        /// How long the code is.
        digits: Digits,
    },
    /// Steam Guard: TOTP over SHA-1, shown as five letters and digits.
    Steam {
        /// How long the code lives.
        period: Period,
    },
    /// Mobile-OTP: MD5 over time, secret and PIN; six hexadecimal digits every ten seconds.
    Motp,
    /// Yandex Key: HMAC-SHA-256 under secret and PIN; eight letters every 30 seconds.
    Yandex,
}

impl Params {
    /// What nearly every site uses: TOTP, SHA-1, 6 digits, 30 seconds.
    pub const USUAL: Self = Self::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };

    /// Returns which kind of code this is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Totp { .. } => Kind::Totp,
            Self::Hotp { .. } => Kind::Hotp,
            Self::Steam { .. } => Kind::Steam,
            Self::Motp => Kind::Motp,
            Self::Yandex => Kind::Yandex,
        }
    }

    /// Returns how long a code lives; none for a code that is made per use.
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::Totp { period, .. } | Self::Steam { period } => Some(*period),
            Self::Hotp { .. } => None,
            Self::Motp => Some(Period::TEN),
            Self::Yandex => Some(Period::THIRTY),
        }
    }

    /// Returns how many characters a code has, whether they are digits or letters.
    pub fn digits(&self) -> Digits {
        match self {
            Self::Totp { digits, .. } | Self::Hotp { digits, .. } => *digits,
            Self::Steam { .. } => Digits::FIVE,
            Self::Motp => Digits::SIX,
            Self::Yandex => Digits::EIGHT,
        }
    }

    /// Returns the hash inside the HMAC; none for mOTP, which has neither HMAC nor one of these.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::Totp { algorithm, .. } | Self::Hotp { algorithm, .. } => Some(*algorithm),
            Self::Steam { .. } => Some(Algorithm::Sha1),
            Self::Motp => None,
            Self::Yandex => Some(Algorithm::Sha256),
        }
    }

    /// Returns whether the code needs a PIN besides the secret.
    pub fn needs_pin(&self) -> bool {
        match self {
            Self::Totp { .. } | Self::Hotp { .. } | Self::Steam { .. } => false,
            Self::Motp | Self::Yandex => true,
        }
    }

    /// Describes the code in one line: `TOTP · 6 digits · 30 s · SHA-1`.
    pub fn describe(&self) -> String {
        let digits = self.digits().get();
        let plural = if digits == 1 { "" } else { "s" };
        match self {
            Self::Totp { algorithm, period, .. } => {
                format!("TOTP · {digits} digit{plural} · {} s · {algorithm}", period.as_secs())
            }
            Self::Hotp { algorithm, .. } => format!("HOTP · {digits} digit{plural} · {algorithm}"),
            Self::Steam { period } => format!("Steam · {digits} characters · {} s", period.as_secs()),
            Self::Motp => format!("mOTP · {digits} characters · {} s", Period::TEN.as_secs()),
            Self::Yandex => format!("Yandex · {digits} letters · {} s", Period::THIRTY.as_secs()),
        }
    }
}

/// The kinds of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A code per period.
    Totp,
    /// A code per use.
    Hotp,
    /// Steam Guard.
    Steam,
    /// Mobile-OTP.
    Motp,
    /// Yandex Key.
    Yandex,
}

impl Kind {
    /// Every kind, in the order in which a form offers them.
    pub const ALL: [Self; 5] = [Self::Totp, Self::Hotp, Self::Steam, Self::Motp, Self::Yandex];

    /// Returns the word that options, JSON and the vault use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
            Self::Steam => "steam",
            Self::Motp => "motp",
            Self::Yandex => "yandex",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text)).ok_or(UnknownKind)
    }
}

/// The text names no kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown type: totp, hotp, steam, motp and yandex exist")]
pub struct UnknownKind;

/// The hash inside the HMAC of TOTP and HOTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-1, what nearly every site uses.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Every algorithm, in the order in which a form offers them.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Returns the word that options, JSON and the vault use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Returns the word that otpauth URIs use.
    pub const fn as_uri_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        })
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads every spelling seen in the wild: `SHA1`, `sha-256`, `HmacSHA512`, `HMAC-SHA-1`, `Algorithm.sha256`.
    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        let mut name = text.trim().to_ascii_lowercase();
        name.retain(|letter| !matches!(letter, '-' | '_'));
        let name = name.strip_prefix("algorithm.").unwrap_or(&name);
        let name = name.strip_prefix("hmac").unwrap_or(name);
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name).ok_or(UnknownAlgorithm)
    }
}

/// The text names no algorithm that codes are computed with here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown algorithm: SHA1, SHA256 and SHA512 exist")]
pub struct UnknownAlgorithm;

/// How many characters a code has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits(u8); // 1..=10

impl Digits {
    /// Five, as Steam shows.
    pub const FIVE: Self = Self(5);
    /// Six, what nearly every site uses.
    pub const SIX: Self = Self(6);
    /// Eight.
    pub const EIGHT: Self = Self(8);
    /// Ten, the most: the 31 bits behind a code fill no more.
    pub const TEN: Self = Self(10);

    /// Makes a length of 1 to 10; others do not exist.
    pub fn new(digits: u8) -> Option<Self> {
        (1..=Self::TEN.0).contains(&digits).then_some(Self(digits))
    }

    /// Returns the number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}
