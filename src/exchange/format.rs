//! The table of formats.

use secrecy::{SecretSlice, SecretString};

use super::{Entry, ImportError, Imported, Loss, aegis, google, otpauth};

/// The largest file that is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most accounts that are read at once.
pub const MAX_ENTRIES: usize = 10_000;

/// Fills a buffer with unpredictable bytes.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// How another app's accounts are read and, for some, written.
#[derive(Debug)]
pub struct Format {
    /// Its name in options and JSON.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Tells whether these bytes are of this format, by nothing but what is in them.
    pub recognises: fn(&[u8]) -> bool,
    /// Reads the accounts; without a password where none is needed.
    pub read: fn(&[u8], Option<&SecretString>) -> Result<Imported, ImportError>,
    /// How to write it, if that is possible.
    pub write: Option<Writer>,
}

/// How a format is written.
#[derive(Debug)]
pub struct Writer {
    /// Whether it can be encrypted to a password.
    pub encrypts: bool,
    /// Whether each line of it is what a QR code says, and goes into a picture of its own.
    pub pictures: bool,
    /// How the other app takes it, if that needs saying.
    pub arrival: Option<&'static str>,
    /// Returns what it cannot carry of an account.
    pub losses: fn(&Entry) -> Vec<Loss>,
    /// Writes accounts that it can carry; encrypted if there is a password and it can be.
    pub write: fn(&[Entry], Option<&SecretString>, Random<'_>) -> SecretSlice<u8>,
}

/// Every format. Of several that recognise the same bytes, the first one counts.
pub const FORMATS: &[Format] = &[
    Format {
        name: "aegis",
        title: "Aegis",
        recognises: aegis::recognises,
        read: aegis::read,
        write: Some(Writer {
            encrypts: true,
            pictures: false,
            arrival: Some("in Aegis: Settings, Import & Export, Import from file"),
            losses: aegis::losses,
            write: aegis::write,
        }),
    },
    Format {
        name: "google-qr",
        title: "Google Authenticator",
        recognises: google::recognises,
        read: google::read_codes,
        write: Some(Writer {
            encrypts: false,
            pictures: true,
            arrival: Some(
                "in Google Authenticator: Transfer accounts, Import accounts; its ordinary scan refuses them",
            ),
            losses: google::losses,
            write: google::write_codes,
        }),
    },
    Format {
        name: "otpauth",
        title: "a list of otpauth addresses",
        recognises: otpauth::recognises,
        read: otpauth::read,
        write: Some(Writer {
            encrypts: false,
            pictures: false,
            arrival: None,
            losses: Loss::beside_the_code,
            write: otpauth::write,
        }),
    },
];

impl Format {
    /// Returns the format of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// Tells by nothing but their content which format some bytes are of.
pub fn recognise(bytes: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.recognises)(bytes))
}

/// Returns the text in some bytes, without a byte order mark; none if they are no text.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
}
