//! Passphrases: making a good one, and saying how good one is.

use std::fmt;

use diceware_wordlists::EFF_LONG_WORDLIST;
use secrecy::{ExposeSecret, SecretString};
use zxcvbn::zxcvbn;

use super::WorkFactor;

/// The length of the word list (EFF's long one), five dice: 12.9 bits a word.
pub(super) const WORDS: usize = EFF_LONG_WORDLIST.len();
/// Six words are 77 bits: out of reach even without scrypt.
const WORDS_IN_A_PASSPHRASE: usize = 6;
const SEPARATOR: &str = "-";

/// Guesses a second by somebody with the file and a hall of graphics cards, at the default work factor.
///
/// A guess moves half a gigabyte through memory, so one such card makes a thousand or two a second; these are a hundred.
const GUESSES_A_SECOND: f64 = 100_000.0;
/// What a guesser tries first here.
const LIKELY_WORDS: [&str; 4] = ["countersign", "authenticator", "vault", "totp"];

/// Returns one word of the list.
pub(super) fn word(index: usize) -> &'static str {
    EFF_LONG_WORDLIST[index]
}

/// Returns six words that stand for a digest, for people to compare.
///
/// Word i is the i-th group of four bytes, as a big-endian number, modulo the length of the list.
pub fn six_words(digest: &[u8; 32]) -> String {
    let number = |group: &[u8]| group.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    let words: Vec<&str> = digest.chunks_exact(4).take(6).map(|group| word(number(group) % WORDS)).collect();
    words.join(" ")
}

/// Makes a passphrase of six words, each as likely as any other, from the randomness given.
pub fn generate(entropy: &mut dyn FnMut(&mut [u8])) -> SecretString {
    let words: [&str; WORDS_IN_A_PASSPHRASE] = std::array::from_fn(|_| word(index(entropy)));
    // Sized exactly: neither growing nor shrinking leaves a copy behind.
    let length = words.iter().map(|word| word.len()).sum::<usize>() + (words.len() - 1) * SEPARATOR.len();
    let mut text = String::with_capacity(length);
    for (position, word) in words.iter().enumerate() {
        if position > 0 {
            text.push_str(SEPARATOR);
        }
        text.push_str(word);
    }
    SecretString::from(text)
}

/// Returns a word's place in the list, in whatever case it is written.
pub(super) fn place_of(word: &str) -> Option<usize> {
    let word = word.to_lowercase();
    EFF_LONG_WORDLIST.binary_search(&word.as_str()).ok()
}

/// Draws an index until one falls where all are equally likely.
pub(super) fn index(entropy: &mut dyn FnMut(&mut [u8])) -> usize {
    let fair = (1 << 16) / WORDS * WORDS;
    loop {
        let mut bytes = [0; 2];
        entropy(&mut bytes);
        let number = usize::from(u16::from_be_bytes(bytes));
        if number < fair {
            return number % WORDS;
        }
    }
}

/// How hard a passphrase is to guess for somebody who has the file. Holds nothing of the passphrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (not within a lifetime).
    pub score: u8,
    /// How long guessing takes, on average, at the default work factor.
    seconds: f64,
}

/// Estimates how strong a passphrase is, offline.
pub fn strength(passphrase: &SecretString) -> Strength {
    let estimate = zxcvbn(passphrase.expose_secret(), &LIKELY_WORDS);
    let seconds = 10_f64.powf(estimate.guesses_log10()) / 2.0 / GUESSES_A_SECOND;
    Strength { score: score(seconds), seconds }
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const YEAR: f64 = 365.25 * DAY;

fn score(seconds: f64) -> u8 {
    [HOUR, 30.0 * DAY, 10.0 * YEAR, 1_000.0 * YEAR].iter().map(|limit| u8::from(seconds >= *limit)).sum()
}

impl Strength {
    /// Returns whether a warning is in order.
    pub fn is_weak(self) -> bool {
        self.score < 2
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = ["very weak", "weak", "fair", "good", "strong"][usize::from(self.score.min(4))];
        let time = match self.seconds {
            seconds if seconds < MINUTE => "at once",
            seconds if seconds < HOUR => "within minutes",
            seconds if seconds < DAY => "within hours",
            seconds if seconds < 30.0 * DAY => "within days",
            seconds if seconds < YEAR => "within months",
            seconds if seconds < 100.0 * YEAR => "within years",
            _ => "not within a lifetime",
        };
        write!(
            formatter,
            "{grade}: guessed {time} by somebody with the file (work factor {})",
            WorkFactor::DEFAULT.log_n()
        )
    }
}
