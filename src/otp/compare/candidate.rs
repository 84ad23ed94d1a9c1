//! One explanation of the codes seen so far: in which steps the other device was, and so how far apart the clocks are.

use std::ops::RangeInclusive;

use super::chance::any_of;
use super::narrowing::Sighting;
use crate::otp::ahead::Ahead;
use crate::otp::time::{Period, Timestamp};

/// What the codes mean if they are those of certain steps.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What everything before the last code allows; none if there is nothing.
    settled: Option<Ahead>,
    /// What the last code allows, together with those that arrived at the same moment.
    last: Ahead,
    /// The steps of these.
    run: RangeInclusive<u64>,
    /// All steps that codes were seen of.
    steps: Vec<u64>,
    /// How likely a wrong explanation would have survived everything until now.
    survival: f64,
}

impl Candidate {
    /// Begins with the first code.
    pub(super) fn new(period: Period, seen: Sighting, step: u64, random_match: f64) -> Self {
        let last = window(period, seen, step);
        Self { settled: None, last, run: step..=step, steps: vec![step], survival: random_match }
    }

    /// Returns what the codes allow.
    pub(super) fn ahead(&self) -> Ahead {
        // A candidate with nothing in it is never made.
        self.settled.and_then(|settled| settled.and(self.last)).unwrap_or(self.last)
    }

    /// Returns of how many different steps there were codes.
    pub(super) fn codes(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    /// Returns how likely at least one of so many wrong explanations would have survived as well.
    pub(super) fn chance(&self, searched: f64) -> f64 {
        any_of(searched, self.survival)
    }

    /// Returns the last step that a code was seen of.
    pub(super) fn last_step(&self) -> u64 {
        self.steps.iter().copied().max().unwrap_or(0)
    }

    /// Returns in which steps the other device can be at that moment.
    pub(super) fn steps_at(&self, period: Period, seen: Sighting) -> RangeInclusive<u64> {
        let ahead = self.ahead();
        let other = |moment: Timestamp, ahead: i64| period.step_at(moment.plus_millis(ahead.saturating_neg()));
        other(seen.until, ahead.high())..=other(seen.until.max(seen.from), ahead.low())
    }

    /// Returns in which steps a code can be that arrives together with the last one.
    pub(super) fn steps_beside(&self) -> RangeInclusive<u64> {
        self.run.start().saturating_sub(1)..=self.run.end().saturating_add(1)
    }

    /// Returns what becomes of it by a later code of this step; nothing if they do not agree.
    pub(super) fn then(&self, period: Period, seen: Sighting, step: u64, chance: f64) -> Option<Self> {
        let (before, last) = (self.ahead(), window(period, seen, step));
        before.and(last)?;
        let next = Self { settled: Some(before), last, run: step..=step, ..self.clone() };
        Some(next.with_step(step, chance))
    }

    /// Returns what becomes of it by a code of this step that arrived together with the last one.
    ///
    /// Only one of them was on a screen at that moment, and it is not known which: either may be right.
    pub(super) fn beside(&self, period: Period, seen: Sighting, step: u64, chance: f64) -> Option<Self> {
        if self.run.contains(&step) {
            return Some(self.clone());
        }
        let other = window(period, seen, step);
        let last = Ahead::between(self.last.low().min(other.low()), self.last.high().max(other.high()));
        if let Some(settled) = self.settled {
            settled.and(last)?;
        }
        let run = (*self.run.start()).min(step)..=(*self.run.end()).max(step);
        Some(Self { last, run, ..self.clone() }.with_step(step, chance))
    }

    /// How likely a code that is none of this enrolment is one of these steps, those left out that were seen before.
    pub(super) fn chance_in(&self, steps: &RangeInclusive<u64>, random_match: f64) -> f64 {
        let seen = self.steps.iter().filter(|step| steps.contains(step)).count();
        let all = steps.end().saturating_sub(*steps.start()).saturating_add(1);
        any_of(all as f64 - seen as f64, random_match)
    }

    /// A code of a step that was seen before confirms nothing: whatever showed it may well show it again.
    fn with_step(mut self, step: u64, chance: f64) -> Self {
        if !self.steps.contains(&step) {
            self.steps.push(step);
            self.survival *= chance;
        }
        self
    }
}

/// Returns how far ahead we can be if the other device showed the code of this step then.
fn window(period: Period, seen: Sighting, step: u64) -> Ahead {
    let (start, end) = (period.start_of(step), period.start_of(step.saturating_add(1)));
    let low = seen.until.millis_since(end);
    let high = seen.from.millis_since(start);
    // Nobody looks at a code for longer than it lives: then the first moment was not one of this code.
    if high < low { Ahead::between(low, seen.until.millis_since(start)) } else { Ahead::between(low, high) }
}
