//! Dates in the text around the codes.

use crate::otp::Timestamp;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Months whose names begin otherwise in German, French, Spanish.
const OTHER_MONTHS: [(&str, u8); 10] = [
    ("mär", 3),
    ("mai", 5),
    ("okt", 10),
    ("dez", 12),
    ("fév", 2),
    ("avr", 4),
    ("aoû", 8),
    ("déc", 12),
    ("ene", 1),
    ("abr", 4),
];

/// Returns the first date in a text, at the beginning of its day in UTC.
pub(super) fn find(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || ",;()[]\"'".contains(letter)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    (0..words.len()).find_map(|at| numeric(words[at]).or_else(|| spelled(&words[at..])))
}

/// Returns the date in a file's name, where anything may stand around it.
pub(super) fn in_name(name: &str) -> Option<Timestamp> {
    let numbers: Vec<&str> =
        name.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    numbers.windows(3).find_map(|three| numeric(&three.join("-")))
}

/// Tells whether a word is a date in digits.
pub(super) fn is_date(word: &str) -> bool {
    numeric(word).is_some()
}

/// Reads `2026-11-20` with or without a time behind it, `2026/11/20`, `20.11.2026`, and `20/11/2026` where only one order makes sense.
fn numeric(word: &str) -> Option<Timestamp> {
    let word = word.split('T').next().unwrap_or(word).trim_end_matches(['.', ':']);
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let are_digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !are_digits {
        return None;
    }
    let number = |part: &str| part.parse::<u16>().ok();
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    match (first.len(), third.len()) {
        (4, 1 | 2) => day(a, b, c),
        (1 | 2, 4) if word.contains('.') || a > 12 => day(c, b, a),
        (1 | 2, 4) if b > 12 => day(c, a, b),
        _ => None,
    }
}

/// Reads `Nov 20 2026` and `20. November 2026`.
fn spelled(words: &[&str]) -> Option<Timestamp> {
    let [first, second, third, ..] = words else { return None };
    let number = |word: &str| word.trim_end_matches(['.', 't', 'h', 's', 'n', 'd', 'r']).parse::<u16>().ok();
    let year = number(third).filter(|year| (1970..3000).contains(year))?;
    match (month(first), month(second)) {
        (Some(month), _) => day(year, month, number(second)?),
        (None, Some(month)) => day(year, month, number(first)?),
        (None, None) => None,
    }
}

fn month(word: &str) -> Option<u16> {
    let lower = word.to_lowercase();
    let english = MONTHS.iter().zip(1..).find(|(name, _)| lower.starts_with(**name)).map(|(_, number)| number);
    let other = || OTHER_MONTHS.iter().find(|(name, _)| lower.starts_with(name)).map(|(_, number)| u16::from(*number));
    let is_word = lower.chars().all(|letter| letter.is_alphabetic() || letter == '.');
    if is_word { english.or_else(other) } else { None }
}

/// Returns the beginning of a day, if the calendar has it.
fn day(year: u16, month: u16, day: u16) -> Option<Timestamp> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1970..3000).contains(&year) || day == 0 || day > days {
        return None;
    }
    // Years that begin in March put the leap day last (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    Some(Timestamp::from_secs(days * 86_400))
}
