//! What a comparison has found out.

use super::chance::chance_words;
use crate::otp::ahead::Ahead;

/// From which chance of a coincidence on another code is asked for before a result counts.
const MOST_CHANCE: f64 = 1e-4;

/// What is known by now.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// There was no code yet.
    Nothing,
    /// Several differences explain what was seen, the smallest first.
    Several(Vec<Difference>),
    /// One does, but codes of something else would do so too often: a code of another step is needed.
    Likely(Difference),
    /// One does, and it counts.
    Found(Difference),
}

impl Finding {
    pub(super) fn of(mut differences: Vec<Difference>) -> Self {
        differences.sort_by_key(|difference| difference.ahead.at_least());
        match differences.as_slice() {
            [] => Self::Nothing,
            [one] if one.chance <= MOST_CHANCE => Self::Found(*one),
            [one] => Self::Likely(*one),
            _ => Self::Several(differences),
        }
    }

    /// Returns the result, if it counts.
    pub fn found(&self) -> Option<&Difference> {
        match self {
            Self::Found(difference) => Some(difference),
            Self::Nothing | Self::Several(_) | Self::Likely(_) => None,
        }
    }

    /// Says it in a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Nothing => "nothing is known yet: a code of the other device is needed".to_owned(),
            Self::Several(differences) => format!("{} differences fit so far", differences.len()),
            Self::Likely(difference) => {
                let chance = chance_words(difference.chance);
                format!("so far, {}; a coincidence is still possible ({chance})", difference.words())
            }
            Self::Found(difference) => difference.words(),
        }
    }

    /// Says what is needed next, if anything is.
    pub fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => Some("type the code that the other device shows, and press Enter while it is still there"),
            Self::Several(_) | Self::Likely(_) => Some("type its next code, so that it cannot be a coincidence"),
            Self::Found(_) => None,
        }
    }
}

/// How far this computer and the other device are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// How far this computer, without a correction, is ahead of the other device.
    pub ahead: Ahead,
    /// How many codes of different steps it rests on; a code seen twice counts once.
    pub codes: u32,
    /// How many key presses it rests on.
    pub presses: u32,
    /// How likely codes that have nothing to do with this enrolment would have fitted as well.
    pub chance: f64,
}

impl Difference {
    /// Says it: `this computer is 61 s ahead of that device, ±1 s`.
    pub fn words(&self) -> String {
        self.ahead.words("that device")
    }

    /// Says what it rests on: `2 codes and 3 key presses; a coincidence: 1 in 170,000`.
    pub fn basis_words(&self) -> String {
        let codes = format!("{} code{}", self.codes, if self.codes == 1 { "" } else { "s" });
        let presses = match self.presses {
            0 => String::new(),
            1 => " and one key press".to_owned(),
            presses => format!(" and {presses} key presses"),
        };
        format!("{codes}{presses}; a coincidence: {}", chance_words(self.chance))
    }
}
