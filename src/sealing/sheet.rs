//! The code of a recovery sheet: words on paper, for the safe, that open a vault when everything else is gone.
//!
//! Ten words of the list are 129 bits, beyond guessing, so that no costly derivation is needed; an eleventh tells a slip
//! of the pen. From the words follows an age identity, so that a new key of the vault can be wrapped for the sheet while
//! the sheet stays in the safe, and so that stock age can open the slot.

use bech32::{Bech32, Hrp};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

use super::VaultKey;
use super::passphrase::{WORDS, index, place_of, word};

/// The random words: ten of 7,776 are 129 bits.
const RANDOM_WORDS: usize = 10;
/// With the one that checks the others.
const ALL_WORDS: usize = RANDOM_WORDS + 1;
/// Bytes of the longest word of the list, and one for what stands between two.
const LONGEST_WORD: usize = 10;
/// What age's identities begin with, before bech32 adds its `1`.
const IDENTITY_PREFIX: &str = "age-secret-key-";
const IDENTITY_INFO: &[u8] = b"countersign.app recovery sheet v1";
const CHECK_PREFIX: &[u8] = b"countersign.app recovery sheet check v1\n";

/// The code of a recovery sheet.
pub struct SheetCode(SecretString);

/// Why a text is not the code of a recovery sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetMistake {
    /// Another number of words.
    #[error("a recovery sheet has {ALL_WORDS} words")]
    WrongCount,
    /// A word that is not in the list.
    #[error("word {place} is none that a recovery sheet has")]
    UnknownWord {
        /// Which, counted from one.
        place: usize,
    },
    /// The last word does not agree with the others.
    #[error("one of the words is another than on the sheet, or two have changed places")]
    WrongCheck,
}

impl SheetCode {
    /// Draws a new one, each as likely as any other, from the randomness given.
    pub fn generate(entropy: &mut dyn FnMut(&mut [u8])) -> Self {
        let places: [usize; RANDOM_WORDS] = std::array::from_fn(|_| index(entropy));
        Self::of(&places)
    }

    /// Reads what somebody typed from a sheet: any case, any white space or hyphens between the words.
    ///
    /// # Errors
    /// Which word is wrong, if that can be told.
    pub fn read(text: &SecretString) -> Result<Self, SheetMistake> {
        let places = places_in(text.expose_secret())?;
        let (random, check) = places.split_at(RANDOM_WORDS);
        let code = Self::of(random);
        if check == [check_of(random)] { Ok(code) } else { Err(SheetMistake::WrongCheck) }
    }

    /// Returns the words, as they stand on the sheet.
    pub fn words(&self) -> &SecretString {
        &self.0
    }

    /// Returns the age identity that follows from the words, as the text of an identity file.
    ///
    /// Its 32 bytes are HKDF-SHA-256 (RFC 5869) of the words in lower case with one space between two.
    pub fn identity_file(&self) -> SecretString {
        let bytes = SecretBox::<[u8; 32]>::init_with_mut(|bytes| {
            Hkdf::<Sha256>::new(None, self.0.expose_secret().as_bytes())
                .expand(IDENTITY_INFO, bytes)
                .expect("32 bytes are within HKDF's reach");
        });
        let prefix = Hrp::parse(IDENTITY_PREFIX).expect("a prefix of small letters");
        let mut text =
            bech32::encode_upper::<Bech32>(prefix, bytes.expose_secret()).expect("32 bytes are not too many");
        text.push('\n');
        SecretString::from(text)
    }

    /// Returns the recipient of that identity (`age1…`): a new key of the vault can be wrapped for it without the words.
    pub fn recipient(&self) -> String {
        let identity = VaultKey::from_identity_file(&self.identity_file()).expect("it was just written as one");
        identity.recipient().to_string()
    }

    fn of(random: &[usize]) -> Self {
        let mut text = String::with_capacity(ALL_WORDS * LONGEST_WORD);
        for place in random.iter().chain([&check_of(random)]) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word(*place));
        }
        Self(SecretString::from(text))
    }
}

/// Returns the word that checks the others, by its place in the list.
fn check_of(random: &[usize]) -> usize {
    let mut hash = Sha256::new_with_prefix(CHECK_PREFIX);
    for place in random {
        hash.update(word(*place));
        hash.update(b" ");
    }
    hash.finalize().iter().take(4).fold(0, |number, byte| number << 8 | usize::from(*byte)) % WORDS
}

/// Returns the words of a text by their places in the list. A few of them have a hyphen of their own.
fn places_in(text: &str) -> Result<Vec<usize>, SheetMistake> {
    let is_between = |letter: char| letter.is_whitespace() || letter == '-';
    let mut parts = text.split(is_between).filter(|part| !part.is_empty()).peekable();
    let mut places = Vec::with_capacity(ALL_WORDS);
    let mut mistake = None;
    while let Some(part) = parts.next() {
        let both = parts.peek().and_then(|next| place_of(&format!("{part}-{next}")));
        if both.is_some() {
            parts.next();
        }
        let place = both.or_else(|| place_of(part));
        if place.is_none() {
            mistake.get_or_insert(SheetMistake::UnknownWord { place: places.len() + 1 });
        }
        places.push(place.unwrap_or_default());
        if places.len() > ALL_WORDS {
            return Err(SheetMistake::WrongCount);
        }
    }
    match mistake {
        _ if places.len() != ALL_WORDS => Err(SheetMistake::WrongCount),
        Some(mistake) => Err(mistake),
        None => Ok(places),
    }
}
