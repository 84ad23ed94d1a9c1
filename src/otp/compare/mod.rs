//! How far this computer's clock is from another device's, by the codes that the other device shows.
//!
//! Both know the same secret, so a code names the step in which the other clock stands. [`Comparison`] knows the
//! secret and finds the step, [`Narrowing`] does the arithmetic, and a [`Finding`] says what is known by now.
//! `docs/CLOCK.md` explains it with its figures.

mod candidate;
mod chance;
mod finding;
mod narrowing;
mod presses;

use thiserror::Error;

use super::code::Enrolment;
use super::params::{Digits, Params};
use super::time::Timestamp;
use super::verify::{Typed, Verdict};

pub use chance::{chance_words, random_match};
pub use finding::{Difference, Finding};
pub use narrowing::{Matching, Narrowing, SEARCH_MILLIS, Sighting};

/// A comparison of this computer's clock with that of another device which has the same enrolment.
#[derive(Clone, Debug)]
pub struct Comparison {
    enrolment: Enrolment,
    narrowing: Narrowing,
}

impl Comparison {
    /// Begins one.
    ///
    /// # Errors
    /// [`CompareError::Counts`]: the codes say nothing about time.
    pub fn new(enrolment: Enrolment) -> Result<Self, CompareError> {
        let period = enrolment.params.period().ok_or(CompareError::Counts)?;
        let narrowing = Narrowing::new(period, random_match(&enrolment.params));
        Ok(Self { enrolment, narrowing })
    }

    /// Takes a code that the other device showed. The sighting is by this computer's clock without a correction.
    ///
    /// # Errors
    /// It cannot belong here; then nothing has changed.
    pub fn typed(&mut self, code: &str, seen: Sighting) -> Result<Finding, CompareError> {
        let typed = Typed::read(&self.enrolment.params, code).map_err(|verdict| match verdict {
            Verdict::WrongLength { expected } => CompareError::WrongLength { expected },
            Verdict::NotDigits | Verdict::Match { .. } | Verdict::NoMatch => CompareError::NotACode,
        })?;
        let enrolment = &self.enrolment;
        self.narrowing.see(seen, &|steps| steps.filter(|step| typed.is_code_of(enrolment, *step)).collect())
    }

    /// Takes the moment at which a key was pressed because the other device's code had just changed.
    ///
    /// # Errors
    /// It cannot belong here; then nothing has changed.
    pub fn pressed(&mut self, at: Timestamp) -> Result<Finding, CompareError> {
        self.narrowing.press(at)
    }

    /// Returns the same with nothing seen, for a device that shows the last six digits of longer codes; none if the
    /// codes are not longer.
    pub fn with_six_digits(&self) -> Option<Self> {
        match self.enrolment.params {
            Params::Totp { algorithm, digits, period } if digits > Digits::SIX => {
                let params = Params::Totp { algorithm, digits: Digits::SIX, period };
                Self::new(Enrolment { params, ..self.enrolment.clone() }).ok()
            }
            Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } | Params::Motp | Params::Yandex => None,
        }
    }

    /// Returns what is known by now.
    pub fn finding(&self) -> Finding {
        self.narrowing.finding()
    }

    /// Returns at which moment after this one a code tells the most; none when another would hardly tell anything.
    pub fn next_best_moment(&self, after: Timestamp) -> Option<Timestamp> {
        self.narrowing.next_best_moment(after)
    }

    /// Returns how many key presses were taken.
    pub fn presses(&self) -> u32 {
        self.narrowing.presses()
    }

    /// Returns how the codes are computed, for messages.
    pub fn params(&self) -> &Params {
        &self.enrolment.params
    }
}

/// Why a code or a key press was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CompareError {
    /// The codes of a HOTP are counted.
    #[error("the codes of this account are counted, they say nothing about the time")]
    Counts,
    /// It holds a character that no code of this account has.
    #[error("that is no code of this account")]
    NotACode,
    /// It is too short or too long.
    #[error("a code of this account has {expected} characters")]
    WrongLength {
        /// How many a code has.
        expected: u8,
    },
    /// No code within [`SEARCH_MILLIS`] is this one.
    #[error("no code of this account is this one, up to 12 hours from now either way")]
    NoMatch,
    /// The codes so far cannot all have been on one device at the moments at which they were typed.
    #[error("this code does not belong to the ones before")]
    Contradiction,
    /// The key was pressed at another point of the other device's step than before, or than the codes allow.
    #[error("that key press does not fit what came before")]
    PressApart,
    /// The codes change faster than people press keys.
    #[error("the codes of this account change too often for that")]
    TooQuick,
}

impl CompareError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Counts => "choose an account whose codes change by themselves, or compare with a throw-away secret",
            Self::NotACode | Self::WrongLength { .. } => "type the code as the other device shows it",
            Self::NoMatch => {
                "type it again; if it stays so, the other device has another account or another secret under this name, \
                 or its date is wrong by more than half a day"
            }
            Self::Contradiction => {
                "type the code that is shown now; if that does not fit either, begin again, and press Enter while the \
                 code is still on the other screen"
            }
            Self::PressApart => "press the key again the next time that the code changes",
            Self::TooQuick => "type codes instead",
        }
    }
}
