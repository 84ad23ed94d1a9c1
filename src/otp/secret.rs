//! The shared secret and the PIN: wiped when dropped, never printed.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use thiserror::Error;

/// What a site and this vault share: between 1 byte and 1 KiB.
#[derive(Clone)]
pub struct Secret(SecretSlice<u8>); // 1..=MAX_BYTES

impl Secret {
    /// The longest secret that is taken. Sites use 10 to 64 bytes; anything near this is not a secret but a mistake.
    pub const MAX_BYTES: usize = 1024;

    /// Takes the bytes as they are.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SecretError> {
        // Into the wiping box first, so that a refused secret is wiped as well.
        let bytes = SecretSlice::from(bytes);
        match bytes.expose_secret().len() {
            0 => Err(SecretError::Empty),
            1..=Self::MAX_BYTES => Ok(Self(bytes)),
            _ => Err(SecretError::TooLong),
        }
    }

    /// Reads base32 as sites print it: either case, in groups, padded or not.
    ///
    /// The bits are taken as they come and those that do not fill a byte are dropped: strict base32 refuses about
    /// one secret in eight that every authenticator accepts. A letter that base32 does not have is an error.
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        let letters = count_letters(text)?;
        match letters {
            0 => return Err(SecretError::Empty),
            1 => return Err(SecretError::TooShort),
            _ if letters * 5 / 8 > Self::MAX_BYTES => return Err(SecretError::TooLong),
            _ => {}
        }
        let mut bytes = Vec::with_capacity(letters * 5 / 8);
        let (mut bits, mut filled) = (0_u16, 0_u8);
        for value in text.chars().filter_map(base32_value) {
            bits = (bits << 5) | u16::from(value);
            filled += 5;
            if filled >= 8 {
                filled -= 8;
                bytes.push((bits >> filled) as u8);
                bits &= (1 << filled) - 1;
            }
        }
        Self::from_bytes(bytes)
    }

    /// Reads hexadecimal, which mOTP uses: either case, separators allowed.
    pub fn from_hex(text: &str) -> Result<Self, SecretError> {
        let mut digits = Vec::with_capacity(text.len());
        for (index, letter) in text.chars().enumerate() {
            match letter {
                '0'..='9' | 'a'..='f' => digits.push(letter as u8),
                'A'..='F' => digits.push(letter.to_ascii_lowercase() as u8),
                _ if is_separator(letter) => {}
                _ => return Err(SecretError::not_hex(letter, index)),
            }
        }
        let digits = SecretSlice::from(digits);
        let bytes = HEXLOWER.decode(digits.expose_secret()).map_err(|_| SecretError::HalfByte)?;
        Self::from_bytes(bytes)
    }

    /// Returns the bytes, for computing or writing a code.
    pub fn expose_secret(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Writes the secret as unpadded base32 in capitals, the form that every authenticator reads.
    pub fn to_base32(&self) -> SecretString {
        BASE32_NOPAD.encode(self.expose_secret()).into()
    }

    /// Writes the secret as hexadecimal in small letters, the form that mOTP uses.
    pub fn to_hex(&self) -> SecretString {
        HEXLOWER.encode(self.expose_secret()).into()
    }

    /// Returns how many bits the secret has.
    pub fn bits(&self) -> usize {
        self.expose_secret().len() * 8
    }
}

impl PartialEq for Secret {
    // Looks at every byte even after a difference, so that the time taken says nothing about where it is.
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.expose_secret(), other.expose_secret());
        ours.len() == theirs.len() && ours.iter().zip(theirs).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([REDACTED])")
    }
}

/// Why a text is no secret. Names at most one letter of it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// There is nothing in it.
    #[error("the secret is empty")]
    Empty,
    /// A single letter of base32 does not fill a byte.
    #[error("the secret is too short: one letter is not even a byte")]
    TooShort,
    /// It is longer than [`Secret::MAX_BYTES`].
    #[error("the secret is longer than 1024 bytes")]
    TooLong,
    /// Hexadecimal with an odd number of digits.
    #[error("the secret has an odd number of hexadecimal digits, so one is missing or too many")]
    HalfByte,
    /// A letter that the encoding does not have.
    #[error("the secret has {} at position {position}, {encoding} has no such letter{}", Named(*letter), did_you_mean(*meant))]
    WrongLetter {
        /// The one letter that is wrong.
        letter: char,
        /// Where it stands, counted from 1 in the text as it was typed.
        position: usize,
        /// The name of the encoding.
        encoding: &'static str,
        /// What is easily mistaken for it.
        meant: Option<char>,
    },
    /// Not base32, but every letter is a hexadecimal digit.
    #[error("the secret looks like hexadecimal, not base32")]
    LooksLikeHex,
}

impl SecretError {
    /// Returns what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Empty | Self::TooShort | Self::TooLong => {
                "copy the secret again from the site's set-up page, it is usually 16 to 52 letters and digits"
            }
            Self::HalfByte | Self::WrongLetter { .. } => {
                "compare the secret with the site's set-up page letter by letter, or scan its QR code instead"
            }
            Self::LooksLikeHex => "look for the base32 form of the key (letters A-Z and digits 2-7), or its QR code",
        }
    }

    fn not_base32(letter: char, index: usize) -> Self {
        let meant = match letter {
            '0' => Some('O'),
            '1' => Some('I'),
            '8' => Some('B'),
            _ => None,
        };
        let (position, encoding) = (index + 1, "base32");
        Self::WrongLetter { letter, position, encoding, meant }
    }

    fn not_hex(letter: char, index: usize) -> Self {
        let meant = matches!(letter, 'o' | 'O').then_some('0');
        let (position, encoding) = (index + 1, "hexadecimal");
        Self::WrongLetter { letter, position, encoding, meant }
    }
}

/// A PIN that goes into the code (mOTP, Yandex): 1 to 64 bytes of text.
#[derive(Clone)]
pub struct Pin(SecretString);

impl Pin {
    /// The longest PIN that is taken.
    pub const MAX_BYTES: usize = 64;

    /// Takes the text as it is.
    pub fn from_text(text: &str) -> Result<Self, PinError> {
        match text.len() {
            0 => Err(PinError::Empty),
            1..=Self::MAX_BYTES => Ok(Self(text.into())),
            _ => Err(PinError::TooLong),
        }
    }

    /// Returns the text, for computing or writing a code.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl Eq for Pin {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin([REDACTED])")
    }
}

/// Why a text is no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PinError {
    /// There is nothing in it.
    #[error("the PIN is empty")]
    Empty,
    /// It is longer than [`Pin::MAX_BYTES`].
    #[error("the PIN is longer than 64 bytes")]
    TooLong,
}

/// Counts the letters that carry bits; refuses the first that is neither one of them nor a separator.
fn count_letters(text: &str) -> Result<usize, SecretError> {
    let mut letters = 0;
    for (index, letter) in text.chars().enumerate() {
        if base32_value(letter).is_some() {
            letters += 1;
        } else if !is_separator(letter) {
            return Err(match looks_like_hex(text) {
                true => SecretError::LooksLikeHex,
                false => SecretError::not_base32(letter, index),
            });
        }
    }
    Ok(letters)
}

fn base32_value(letter: char) -> Option<u8> {
    match letter {
        'A'..='Z' => Some(letter as u8 - b'A'),
        'a'..='z' => Some(letter as u8 - b'a'),
        '2'..='7' => Some(letter as u8 - b'2' + 26),
        _ => None,
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '_' | '=')
}

/// Tells a key in hexadecimal from a base32 secret with a slip in it: long, and letters as well as digits.
fn looks_like_hex(text: &str) -> bool {
    let letters = || text.chars().filter(|letter| !is_separator(*letter));
    letters().count() >= 16
        && letters().all(|letter| letter.is_ascii_hexdigit())
        && letters().any(|letter| letter.is_ascii_alphabetic())
}

/// A letter as it can be named in a sentence without playing tricks on the terminal.
struct Named(char);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '8' => f.write_str("an 8"),
            letter if letter.is_ascii_graphic() => write!(f, "a {letter}"),
            letter if letter.is_alphabetic() => write!(f, "a {letter} (U+{:04X})", letter as u32),
            letter => write!(f, "U+{:04X}", letter as u32),
        }
    }
}

fn did_you_mean(meant: Option<char>) -> String {
    meant.map(|letter| format!("; did you mean {letter}?")).unwrap_or_default()
}
