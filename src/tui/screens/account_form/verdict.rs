//! What a typed code says about an enrolment, in words.

use crate::otp::{
    Algorithm, Digits, Enrolment, Params, Period, Timestamp, VERIFY_WINDOW, Verdict, drift_words, no_match_words,
    verify,
};
use crate::tui::effect::Draft;
use crate::tui::theme::Role;

/// How far it may be away if other parameters are tried as well: there are many, and short codes are soon alike.
const NARROW_STEPS: u16 = 1;
/// From so many digits on, a code that fits other parameters is no accident.
const TELLING_DIGITS: u8 = 6;

/// What to say.
pub(super) struct Told {
    pub(super) words: String,
    pub(super) role: Role,
    /// How many steps the other side is away, if the code is right.
    pub(super) drift_steps: Option<i64>,
}

impl Told {
    fn wrong(words: String) -> Self {
        Self { words: format!("! {words}"), role: Role::Danger, drift_steps: None }
    }
}

/// Says something as soon as the code is as long as it should be, or cannot be right any more.
pub(super) fn while_typing(draft: &Draft, typed: &str, now: Timestamp) -> Option<Told> {
    let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').count();
    let is_short = letters < usize::from(draft.enrolment.params.digits().get());
    match verify(&draft.enrolment, draft.counter, typed, now, 0) {
        Verdict::WrongLength { .. } if is_short => None,
        Verdict::Match { .. } | Verdict::NoMatch | Verdict::WrongLength { .. } | Verdict::NotDigits => {
            of(draft, typed, now)
        }
    }
}

/// Says what the code means.
pub(super) fn of(draft: &Draft, typed: &str, now: Timestamp) -> Option<Told> {
    if typed.trim().is_empty() {
        return None;
    }
    let enrolment = &draft.enrolment;
    Some(match verify(enrolment, draft.counter, typed, now, VERIFY_WINDOW) {
        Verdict::Match { drift_steps } => {
            let role = if drift_steps.abs() <= 1 { Role::Good } else { Role::Warning };
            let words = format!("✓ {}; enter saves it", drift_words(&enrolment.params, drift_steps));
            Told { words, role, drift_steps: Some(drift_steps) }
        }
        Verdict::NotDigits => Told::wrong(format!("a code here has {} only", letters(&enrolment.params))),
        Verdict::WrongLength { expected } => match fitting(draft, typed, now) {
            Some(params) => Told::wrong(would_fit(&params)),
            None => Told::wrong(format!("a code here has {expected} {}", letters(&enrolment.params))),
        },
        Verdict::NoMatch => match fitting(draft, typed, now) {
            Some(params) => Told::wrong(would_fit(&params)),
            None => Told::wrong(no_match_words(&enrolment.params)),
        },
    })
}

fn letters(params: &Params) -> &'static str {
    match params {
        Params::Totp { .. } | Params::Hotp { .. } => "digits",
        Params::Steam { .. } => "letters and digits",
        Params::Motp => "digits and letters from a to f",
        Params::Yandex => "letters",
    }
}

fn would_fit(params: &Params) -> String {
    format!("it would match as {}: esc goes back, where that can be changed", params.describe())
}

/// Looks for other parameters that make the typed code out of the same secret.
fn fitting(draft: &Draft, typed: &str, now: Timestamp) -> Option<Params> {
    let count = typed.chars().filter(char::is_ascii_digit).count();
    let digits = Digits::new(u8::try_from(count).ok()?).filter(|digits| digits.get() >= TELLING_DIGITS)?;
    let periods = [30, 60].into_iter().filter_map(Period::from_secs);
    let timed = periods.flat_map(|period| Algorithm::ALL.map(|algorithm| Params::Totp { algorithm, digits, period }));
    let counted = Algorithm::ALL.map(|algorithm| Params::Hotp { algorithm, digits });
    let candidates: Vec<Params> = match draft.enrolment.params {
        Params::Totp { .. } => timed.collect(),
        Params::Hotp { .. } => counted.into(),
        Params::Steam { .. } | Params::Motp | Params::Yandex => Vec::new(),
    };
    candidates.into_iter().find(|params| {
        let enrolment = Enrolment { params: *params, ..draft.enrolment.clone() };
        matches!(verify(&enrolment, draft.counter, typed, now, NARROW_STEPS), Verdict::Match { .. })
    })
}
