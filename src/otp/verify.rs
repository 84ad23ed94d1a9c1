//! Does a code that somebody typed belong to this enrolment, and how far is its clock away?

use super::code::Enrolment;
use super::params::Kind;
use super::time::Timestamp;

/// What became of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the code of a step within the window.
    Match {
        /// How many steps after ours that one is: negative when the other clock (or counter) is behind.
        drift_steps: i64,
    },
    /// It could be a code, but of no step within the window.
    NoMatch,
    /// It is too short or too long to be a code of this enrolment.
    WrongLength {
        /// How many characters such a code has.
        expected: u8,
    },
    /// It holds a character that such a code never has.
    NotDigits,
}

/// Compares a typed code with those from `window_steps` before now to as many after it, the nearest first.
///
/// For HOTP, "now" is the `counter`. Spaces and hyphens, and the case of letters, do not matter.
pub fn verify(enrolment: &Enrolment, counter: u64, typed: &str, now: Timestamp, window_steps: u16) -> Verdict {
    let kind = enrolment.params.kind();
    let typed = match normalised(kind, typed) {
        Some(typed) => typed,
        None => return Verdict::NotDigits,
    };
    let expected = enrolment.params.digits().get();
    if typed.len() != usize::from(expected) {
        return Verdict::WrongLength { expected };
    }
    let here = enrolment.step_at(now).unwrap_or(counter);
    let is_at =
        |drift: i64| here.checked_add_signed(drift).is_some_and(|step| enrolment.code(step).expose_secret() == typed);
    let outwards = (1..=i64::from(window_steps)).flat_map(|drift| [drift, -drift]);
    match std::iter::once(0).chain(outwards).find(|drift| is_at(*drift)) {
        Some(drift_steps) => Verdict::Match { drift_steps },
        None => Verdict::NoMatch,
    }
}

/// Returns the typed code as we would write it, or none if such a code cannot hold it.
fn normalised(kind: Kind, typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    letters
        .map(|letter| match kind {
            Kind::Totp | Kind::Hotp => letter.is_ascii_digit().then_some(letter),
            Kind::Steam => letter.is_ascii_alphanumeric().then(|| letter.to_ascii_uppercase()),
            Kind::Motp => letter.is_ascii_hexdigit().then(|| letter.to_ascii_lowercase()),
            Kind::Yandex => letter.is_ascii_alphabetic().then(|| letter.to_ascii_lowercase()),
        })
        .collect()
}
