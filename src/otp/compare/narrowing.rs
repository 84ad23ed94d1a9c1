//! The arithmetic of a comparison: from the steps that codes belong to, to how far apart two clocks can be.

use std::ops::RangeInclusive;

use super::CompareError;
use super::candidate::Candidate;
use super::finding::{Difference, Finding};
use super::presses::Presses;
use crate::otp::ahead::Ahead;
use crate::otp::time::{Period, Timestamp};

/// How far the clocks may be apart, either way: wrong time zones are found as well.
pub const SEARCH_MILLIS: i64 = 12 * 60 * 60 * 1000;
/// Codes that arrive within this time were not typed one after the other.
const TOGETHER_MILLIS: u64 = 1000;
/// What is known as well as this is not narrowed further by codes.
const NARROW_MILLIS: i64 = 2000;

/// When the other device was seen to show a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// By then it had appeared: when its first character was typed. Whoever erases one begins anew.
    pub from: Timestamp,
    /// Then it had not gone yet: when Enter was pressed.
    pub until: Timestamp,
}

impl Sighting {
    /// Returns the sighting of a code of which only one moment is known.
    pub const fn at(moment: Timestamp) -> Self {
        Self { from: moment, until: moment }
    }

    /// Returns the sighting of a code that was there at some moment between these two.
    pub const fn between(earliest: Timestamp, latest: Timestamp) -> Self {
        Self { from: latest, until: earliest }
    }
}

/// Returns which of these steps the code that was seen belongs to.
pub type Matching<'a> = &'a dyn Fn(RangeInclusive<u64>) -> Vec<u64>;

/// What was seen, and every way to explain it.
#[derive(Clone, Debug)]
pub struct Narrowing {
    period: Period,
    /// The chance that a random code is a given one.
    random_match: f64,
    candidates: Vec<Candidate>,
    /// How many steps the first code was looked for in.
    searched: u64,
    /// When the last code arrived.
    last: Timestamp,
    presses: Presses,
}

impl Narrowing {
    /// Begins with nothing seen. `random_match` is the chance that a random code is a given one.
    pub fn new(period: Period, random_match: f64) -> Self {
        let (candidates, presses) = (Vec::new(), Presses::default());
        Self { period, random_match, candidates, searched: 0, last: Timestamp::MIN, presses }
    }

    /// Takes a code that the other device showed.
    ///
    /// # Errors
    /// It cannot belong here; then nothing has changed.
    pub fn see(&mut self, seen: Sighting, matching: Matching<'_>) -> Result<Finding, CompareError> {
        let everywhere = self.everywhere(seen);
        let is_first = self.candidates.is_empty();
        let candidates = if is_first {
            let begin = |step| Candidate::new(self.period, seen, step, self.random_match);
            matching(everywhere.clone()).into_iter().map(begin).collect()
        } else {
            self.continued(seen, matching)
        };
        let next = Self { candidates, last: seen.until, ..self.clone() };
        if next.differences().is_empty() {
            // Somebody who mistyped needs another advice than somebody whose codes are from elsewhere.
            let is_known = if is_first { !next.candidates.is_empty() } else { !matching(everywhere).is_empty() };
            return Err(if is_known { CompareError::Contradiction } else { CompareError::NoMatch });
        }
        *self = next;
        if is_first {
            self.searched = length(&everywhere);
        }
        Ok(self.finding())
    }

    /// Takes the moment at which a key was pressed because the code had just changed.
    ///
    /// # Errors
    /// It cannot belong here; then nothing has changed.
    pub fn press(&mut self, at: Timestamp) -> Result<Finding, CompareError> {
        let next = Self { presses: self.presses.and(at, self.period)?, ..self.clone() };
        if !next.candidates.is_empty() && next.differences().is_empty() {
            return Err(CompareError::PressApart);
        }
        *self = next;
        Ok(self.finding())
    }

    /// Returns what is known by now.
    pub fn finding(&self) -> Finding {
        Finding::of(self.differences())
    }

    /// Returns how many key presses were taken.
    pub fn presses(&self) -> u32 {
        self.presses.count()
    }

    /// Returns at which moment after this one a code tells the most: the one that cuts what is possible into halves.
    /// None when another code would hardly tell anything.
    pub fn next_best_moment(&self, after: Timestamp) -> Option<Timestamp> {
        let candidate = self.candidates.iter().min_by_key(|candidate| candidate.ahead().at_least())?;
        let ahead = *self.presses.parts_of(candidate.ahead(), self.period).first()?;
        let period = i64::try_from(self.period.as_secs()).ok()?.checked_mul(1000)?;
        if ahead.high().saturating_sub(ahead.low()) > NARROW_MILLIS {
            // The other code changes when its clock shows a multiple of the period: if we are ahead by the middle, then.
            let wait = ahead.centre().checked_sub(after.as_millis())?.rem_euclid(period);
            return Some(after.plus_millis(wait));
        }
        if self.finding().found().is_some() {
            return None;
        }
        // Only a code of another step can confirm the last one: in the middle of that, nobody mistakes it.
        let next = self.period.start_of(candidate.last_step().saturating_add(1)).plus_millis(ahead.centre());
        Some(next.plus_millis(period / 2).max(after))
    }

    /// Returns the steps that the other device can be in, whatever was seen before.
    fn everywhere(&self, seen: Sighting) -> RangeInclusive<u64> {
        let step = |distance| self.period.step_at(seen.until.plus_millis(distance));
        step(-SEARCH_MILLIS)..=step(SEARCH_MILLIS)
    }

    /// Returns what becomes of the explanations by one more code.
    fn continued(&self, seen: Sighting, matching: Matching<'_>) -> Vec<Candidate> {
        let is_together = seen.until.millis_since(self.last).unsigned_abs() <= TOGETHER_MILLIS;
        let mut next = Vec::new();
        for candidate in &self.candidates {
            let steps = if is_together { candidate.steps_beside() } else { candidate.steps_at(self.period, seen) };
            let chance = candidate.chance_in(&steps, self.random_match);
            let take = |step| match is_together {
                true => candidate.beside(self.period, seen, step, chance),
                false => candidate.then(self.period, seen, step, chance),
            };
            next.extend(matching(steps).into_iter().filter_map(take));
        }
        next
    }

    fn differences(&self) -> Vec<Difference> {
        let of = |candidate: &Candidate| {
            let difference = |ahead: Ahead| Difference {
                ahead,
                codes: candidate.codes(),
                presses: self.presses.count(),
                chance: candidate.chance(self.searched as f64),
            };
            let parts = self.presses.parts_of(candidate.ahead(), self.period);
            parts.into_iter().map(difference).collect::<Vec<_>>()
        };
        self.candidates.iter().flat_map(of).collect()
    }
}

fn length(steps: &RangeInclusive<u64>) -> u64 {
    steps.end().saturating_sub(*steps.start()).saturating_add(1)
}
