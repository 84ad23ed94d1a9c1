//! The words of a recovery sheet.

use countersign::sealing::{SheetCode, SheetMistake};
use secrecy::{ExposeSecret, SecretString};

/// Eleven words whose random bytes were all zero, as the list's first word and the word that checks them.
fn zero() -> SheetCode {
    SheetCode::generate(&mut |buffer| buffer.fill(0))
}

fn read(text: &str) -> Result<SheetCode, SheetMistake> {
    SheetCode::read(&SecretString::from(text))
}

#[test]
fn a_sheet_that_was_printed_once_means_the_same_identity_for_ever() {
    // Computed by Python: HKDF of the package `cryptography`, SHA-256 of the standard library, bech32 of BIP 173.
    let code = zero();
    assert_eq!(code.words().expose_secret(), GOLDEN_WORDS);
    assert_eq!(code.identity_file().expose_secret().trim(), GOLDEN_IDENTITY);
}

#[test]
fn words_with_a_hyphen_of_their_own_are_read_with_or_without_it() {
    // Every hyphenated word of the list stands in one of these sheets.
    for hyphenated in ["drop-down", "felt-tip", "t-shirt", "yo-yo"] {
        let place = diceware_wordlists::EFF_LONG_WORDLIST.iter().position(|word| *word == hyphenated).unwrap();
        let bytes = u16::try_from(place).unwrap().to_be_bytes();
        let code = SheetCode::generate(&mut |buffer| buffer.copy_from_slice(&bytes));
        let words = code.words().expose_secret();
        assert!(words.starts_with(hyphenated), "{words}");
        for typed in [words.to_owned(), words.replace(' ', "-"), words.replace('-', " ")] {
            assert_eq!(read(&typed).unwrap().recipient(), code.recipient(), "{typed}");
        }
    }
}

#[test]
fn no_two_words_of_the_list_make_a_third() {
    let list = diceware_wordlists::EFF_LONG_WORDLIST;
    for word in list.iter().filter(|word| word.contains('-')) {
        let parts: Vec<&str> = word.split('-').collect();
        assert!(parts.iter().any(|part| !list.contains(part)), "{word} could be two words");
    }
    assert!(list.is_sorted(), "places are found by halves");
}

#[test]
fn one_wrong_word_is_noticed() {
    let code = zero();
    let words: Vec<&str> = code.words().expose_secret().split(' ').collect();
    for place in 0..11 {
        let mut changed = words.clone();
        changed[place] = "zoom";
        assert_eq!(read(&changed.join(" ")).err(), Some(SheetMistake::WrongCheck), "word {place}");
        changed[place] = "zoooom";
        let named = SheetMistake::UnknownWord { place: place + 1 };
        assert_eq!(read(&changed.join(" ")).err(), Some(named));
    }
    for other in ["", "zoom", &words[..10].join(" "), &format!("{} zoom", words.join(" ")), &"zoom ".repeat(5000)] {
        assert_eq!(read(other).err(), Some(SheetMistake::WrongCount));
    }
}

const GOLDEN_WORDS: &str = "abacus abacus abacus abacus abacus abacus abacus abacus abacus abacus distrust";
const GOLDEN_IDENTITY: &str = "AGE-SECRET-KEY-19V6M660FJH60229FGMS37ETW6FSTUJQ8RJ9DEYVYU6S7R98GU08QY6KXXC";
