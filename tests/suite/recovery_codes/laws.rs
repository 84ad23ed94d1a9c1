//! Whatever is pasted: no panic, no code altered, none lost.

use countersign::exchange::recovery_codes::{Problem, Reading, Remark, read};
use secrecy::ExposeSecret;

use super::{codes, understood};

/// A small random generator: the same inputs in every run, and a hundred thousand of them in seconds.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % sides
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }

    fn letters(&mut self, from: &str, count: usize) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..count).map(|_| from[self.roll(from.len())]).collect()
    }

    /// Letters and digits with at least one digit, as nearly every code has.
    fn code_part(&mut self, from: &str, count: usize) -> String {
        let mut part = self.letters(from, count);
        part.pop();
        part.push_str(&self.letters("0189", 1));
        part
    }
}

const HEX: &str = "0123456789abcdef";
const ALL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Returns codes of one shape.
fn set(dice: &mut Dice) -> Vec<String> {
    let alphabet = dice.pick(&[HEX, ALL, "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"]);
    let (groups, length, between) = [
        (1, 8, ""),
        (1, 10, ""),
        (1, 12, ""),
        (1, 16, ""),
        (1, 32, ""),
        (2, 5, "-"),
        (2, 4, "-"),
        (3, 4, "-"),
        (2, 10, "-"),
        (4, 4, "-"),
        (2, 4, " "),
    ][dice.roll(11)];
    let count = [4, 4, 5, 5, 6, 6, 8, 10, 16][dice.roll(9)];
    let mut codes: Vec<String> = Vec::new();
    while codes.len() < count {
        let parts: Vec<String> = (0..groups).map(|_| dice.code_part(alphabet, length)).collect();
        let code = parts.join(between);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// Writes them as sites do: numbered, with bullets, in columns, with text around; returns the text and which are used.
fn page(dice: &mut Dice, codes: &[String]) -> (String, Vec<bool>) {
    let end = dice.pick(&["\n", "\r\n"]);
    let style = dice.roll(8);
    let columns = [1, 1, 2, 4][dice.roll(4)];
    let mark = dice.pick(&[" (used)", " (verwendet)", " [x]", " ✓", " - used", " (已使用)", " (brukt 2026-11-20)"]);
    let mut used = vec![false; codes.len()];
    let mut text =
        String::from(dice.pick(&["", "\u{FEFF}", "Recovery codes\n\n", "Keep these safe, alice@example.com!\r\n"]));
    for (place, code) in codes.iter().enumerate() {
        used[place] = columns == 1 && dice.roll(4) == 0 && place > 0;
        let written = match style {
            0 => format!("{}. {code}", place + 1),
            1 => format!("* {code}"),
            2 => format!("#{}: {code}", place + 1),
            3 => format!("`{code}`"),
            4 => format!("| {code} |"),
            5 => format!("{:02}) {code}", place + 1),
            _ => code.clone(),
        };
        text.push_str(&written);
        text.push_str(if used[place] { mark } else { "" });
        let is_end = (place + 1) % columns == 0 || place + 1 == codes.len();
        text.push_str(if is_end { end } else { "    " });
    }
    text.push_str(dice.pick(&["", "\r\nEach code works once. https://example.com/help\r\n", "\n\n\n"]));
    (text, used)
}

#[test]
fn every_set_that_is_written_as_sites_do_comes_back_as_it_was() {
    let mut dice = Dice(0x5eed_0001);
    for round in 0..20_000 {
        let wanted = set(&mut dice);
        let (text, used) = page(&mut dice, &wanted);
        let reading = read(text.as_bytes(), None).unwrap_or_else(|problem| panic!("{round}: {problem}\n{text}"));
        assert_eq!(codes(&reading), wanted, "{round}\n{text}");
        let states: Vec<bool> = reading.codes.iter().map(|code| code.is_used).collect();
        assert_eq!(states, used, "{round}\n{text}");
        assert!(reading.is_understood(), "{round}: {:?}\n{text}", reading.odd);
    }
}

#[test]
fn all_codes_at_the_beginning_of_a_line_are_taken_however_many() {
    let codes_of = |groups: usize| -> Vec<String> {
        (0..200)
            .map(|code| (0..groups).map(|at| format!("{:04}", code * 37 + at)).collect::<Vec<_>>().join(" "))
            .collect()
    };
    for groups in [1, 2] {
        let wanted = codes_of(groups);
        let list = wanted[..10].join("\n");
        let text = format!("{list}\n{} then ask at the desk!", wanted.join(" "));
        let reading = understood(&text);
        assert_eq!(codes(&reading), wanted);
        assert_eq!(reading.about, ["then ask at the desk!"]);
    }
}

/// Changes a text here and there.
fn mutate(dice: &mut Dice, text: &str) -> String {
    const PIECES: [&str; 30] = [
        "\0",
        "\n",
        "\t",
        " ",
        "  ",
        "(",
        ")",
        "[",
        "]",
        "~~",
        ":",
        "-",
        "- ",
        "|",
        "x",
        "✓",
        "used",
        "\u{336}",
        "\u{1B}[1m",
        "<",
        "<li>",
        "</s>",
        "&#x41;",
        "é",
        "日本",
        "#",
        "1.",
        "\"",
        "otpauth://",
        "2026-11-20",
    ];
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(letters.len() + 1);
        match dice.roll(4) {
            0 => letters.truncate(at),
            1 => drop((at < letters.len()).then(|| letters.remove(at))),
            2 => letters.splice(at..at, dice.pick(&PIECES).chars()).for_each(drop),
            _ => {
                let to = (at + dice.roll(12)).min(letters.len());
                let copied = letters[at..to].to_vec();
                letters.splice(at..at, copied).for_each(drop);
            }
        }
    }
    letters.into_iter().collect()
}

/// Returns everything that was kept of a text.
fn kept(reading: &Reading) -> String {
    let odd = reading.odd.iter().map(|line| line.text.expose_secret());
    let all: Vec<&str> =
        codes(reading).into_iter().chain(reading.about.iter().map(String::as_str)).chain(odd).collect();
    all.join("\n")
}

/// Words with a digit, long enough to be a code, that stand in the open: not in markup, brackets or numbering.
fn words(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| word.len() >= 5 && word.bytes().any(|byte| byte.is_ascii_digit())).collect()
}

fn check(text: &str) {
    let reading = match read(text.as_bytes(), None) {
        Ok(reading) => reading,
        Err(problem) => {
            assert!(!problem.next_step().is_empty());
            return assert_ne!(problem, Problem::TooLarge);
        }
    };
    assert!(!reading.codes.is_empty());
    // What cannot be seen is left out, also within a code.
    let seen = text.trim_start_matches('\u{FEFF}');
    let has_markup = seen.contains(['<', '&', '\u{1B}', '\u{336}', '\u{FEFF}', '\u{202E}']);
    for code in codes(&reading) {
        let is_there = has_markup || code.split(' ').all(|part| text.contains(part));
        assert!(is_there, "{code} is not in\n{text}");
    }
    // A mark in brackets is understood, a line with a set-up key left out on purpose.
    if has_markup || text.contains(['(', '[']) || reading.remarks.contains(&Remark::SetUpKey) {
        return;
    }
    let kept = kept(&reading);
    for word in words(text) {
        assert!(kept.contains(word) || is_date(word), "{word} is lost of\n{text}");
    }
}

fn is_date(word: &str) -> bool {
    word.starts_with("2026")
}

#[test]
fn no_mutated_text_panics_and_no_code_is_altered_or_lost() {
    let mut dice = Dice(0x5eed_0002);
    for _ in 0..55_000 {
        let wanted = set(&mut dice);
        let (text, _) = page(&mut dice, &wanted);
        check(&mutate(&mut dice, &text));
    }
}

#[test]
fn no_random_text_panics() {
    const LETTERS: &str = "aZ09 09af\n\r\t-_.:,;|()[]{}<>~*`\"'#+/=&@✓x☐•–\u{FEFF}\u{336}\u{1B}é日\u{202E}";
    let mut dice = Dice(0x5eed_0003);
    for _ in 0..20_000 {
        let count = dice.roll(120);
        check(&dice.letters(LETTERS, count));
    }
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..dice.roll(200)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        if let Ok(reading) = read(&bytes, Some("x")) {
            assert!(!reading.codes.is_empty());
        }
    }
}
