//! Does a code that somebody typed belong to this enrolment, and how far is its clock away?

use super::code::Enrolment;
use super::params::{Kind, Params};
use super::time::Timestamp;

/// How far a typed code may be away: ten minutes of the usual period, or as many uses as people waste.
pub const VERIFY_WINDOW: u16 = 20;

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
    let typed = match Typed::read(&enrolment.params, typed) {
        Ok(typed) => typed,
        Err(verdict) => return verdict,
    };
    let here = enrolment.step_at(now).unwrap_or(counter);
    let is_at = |drift: i64| here.checked_add_signed(drift).is_some_and(|step| typed.is_code_of(enrolment, step));
    let outwards = (1..=i64::from(window_steps)).flat_map(|drift| [drift, -drift]);
    match std::iter::once(0).chain(outwards).find(|drift| is_at(*drift)) {
        Some(drift_steps) => Verdict::Match { drift_steps },
        None => Verdict::NoMatch,
    }
}

/// A text that has the shape of a code.
pub(super) struct Typed(String);

impl Typed {
    /// Reads it; what it is instead is a verdict.
    pub(super) fn read(params: &Params, text: &str) -> Result<Self, Verdict> {
        let typed = normalised(params.kind(), text).ok_or(Verdict::NotDigits)?;
        let expected = params.digits().get();
        if typed.len() == usize::from(expected) { Ok(Self(typed)) } else { Err(Verdict::WrongLength { expected }) }
    }

    /// Tells whether it is the code of this step.
    pub(super) fn is_code_of(&self, enrolment: &Enrolment, step: u64) -> bool {
        enrolment.code(step).expose_secret() == self.0
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

/// Says how far the other clock, or counter, is away when a typed code matches.
pub fn drift_words(params: &Params, drift_steps: i64) -> String {
    let Some(period) = params.period() else {
        return match drift_steps {
            0 => "it matches".to_owned(),
            1.. => format!("it matches, {drift_steps} further on: counting goes on from there"),
            _ => "it matches one that was before: counting goes on from here".to_owned(),
        };
    };
    let secs = i128::from(drift_steps.unsigned_abs()) * i128::from(period.as_secs());
    match drift_steps {
        0 => "it matches".to_owned(),
        -1 => format!("it matches the code before this one: typed a little late, or a clock {secs} s behind"),
        1 => format!("it matches the code after this one: the other clock is up to {secs} s ahead"),
        2.. => format!("it matches, but the other clock is about {secs} s ahead of this one"),
        _ => format!("it matches, but the other clock is about {secs} s behind this one"),
    }
}

/// Says that no code within [`VERIFY_WINDOW`] is the typed one.
pub fn no_match_words(params: &Params) -> String {
    let away = match params.period() {
        Some(period) => {
            let minutes = u64::from(VERIFY_WINDOW).saturating_mul(period.as_secs()) / 60;
            format!("within {} min of now", minutes.max(1))
        }
        None => format!("up to {VERIFY_WINDOW} uses away"),
    };
    format!("no code {away} is this one: look at secret and type again, or at the clocks")
}
