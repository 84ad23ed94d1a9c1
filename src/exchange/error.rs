//! Why an export, or one account of it, could not be read.

use thiserror::Error;

use crate::otp::SecretError;
use crate::otp::uri::UriError;
use crate::vault::ChangeError;

/// Why an account was left out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SkipReason {
    /// Its bytes do not make sense.
    #[error("the entry is damaged")]
    Damaged,
    /// A type of code that does not exist here.
    #[error("its type of code is unknown")]
    Type,
    /// An algorithm that codes are not computed with here.
    #[error("its algorithm is not supported")]
    Algorithm,
    /// A length that codes do not have.
    #[error("its number of digits is not supported")]
    Digits,
    /// A period that codes do not have.
    #[error("its period is not supported")]
    Period,
    /// A counter that does not exist.
    #[error("its counter is no whole number from 0 on")]
    Counter,
    /// A secret that cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A Yandex secret of another length than 16 or 26 bytes.
    #[error("a Yandex secret has 16 or 26 bytes, this one has not")]
    YandexSecret,
    /// A PIN that cannot be read.
    #[error("its PIN cannot be read")]
    Pin,
    /// A URI that cannot be read.
    #[error(transparent)]
    Uri(UriError),
    /// One of Google's transfer codes that cannot be read.
    #[error("a transfer code: {0}")]
    TransferCode(ImportError),
    /// It is more than an account of ours can have.
    #[error(transparent)]
    DoesNotFit(#[from] ChangeError),
}

/// Why nothing at all could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// No known app writes such a thing.
    #[error("this is not an export of an app that countersign knows")]
    NotRecognised,
    /// It begins as it should and then makes no sense.
    #[error("the export is damaged or was cut off")]
    Damaged,
    /// It is whole, but no account is in it.
    #[error("the export holds no accounts")]
    Empty,
    /// There are more accounts in it than anybody has.
    #[error("the export holds more than 10000 accounts")]
    TooMany,
    /// It is encrypted.
    #[error("the export is encrypted")]
    NeedsPassword,
    /// No password opens it: it was encrypted to the phone alone.
    #[error("the export can only be opened on the phone that made it")]
    NoPassword,
    /// The password does not open it.
    #[error("the password does not open the export")]
    WrongPassword {
        /// What its app's users often trip over.
        hint: &'static str,
    },
    /// Checking a password would take more than this computer should give to a file from outside.
    #[error("checking the export's password would take more memory or time than any app asks for")]
    CostTooHigh,
    /// A version that is built in another way.
    #[error("the export has a version that countersign does not know")]
    UnknownVersion,
}

impl ImportError {
    /// Returns what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotRecognised => {
                "check that it is the app's own export; lists of otpauth addresses, Aegis files and the transfer codes \
                 of Google Authenticator are read"
            }
            Self::Damaged => "export again and copy all of it",
            Self::Empty => "choose the accounts in the other app and export again",
            Self::TooMany => "export fewer at a time",
            Self::NeedsPassword => "give the password that was chosen for the export",
            Self::NoPassword => "set a password in the app and export again",
            Self::WrongPassword { hint } => hint,
            Self::CostTooHigh => "do not trust the file; export again from the app itself",
            Self::UnknownVersion => "install a newer countersign, or export in another format",
        }
    }
}
