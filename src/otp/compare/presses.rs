//! Key presses at the moments when the other device's code changed.
//!
//! A code changes at a multiple of its period, so each press tells the other clock but for the reaction time. People
//! who see the countdown run out press early, people who are surprised press late.

use super::CompareError;
use crate::otp::ahead::Ahead;
use crate::otp::time::{Period, Timestamp};

/// How much too early and too late the middle one of one, two, three or more presses can be, in milliseconds.
///
/// One press of somebody attentive comes 0.2 s after the change, with a standard deviation of 0.3 s. The middle one
/// of three has 0.2 s, and lies in between these for 99 of 100 people like that.
const MARGINS: [(i64, i64); 3] = [(500, 1200), (400, 900), (300, 700)];
/// Presses that lie farther apart within the step were not all at a change.
const MOST_SPREAD: i64 = 1500;
/// With a shorter period no press belongs to one change rather than to the next.
const SHORTEST_PERIOD_SECS: u64 = 5;

/// The presses so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Presses(Vec<Timestamp>);

impl Presses {
    /// Returns how many there were.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Returns them with one more.
    pub(super) fn and(&self, at: Timestamp, period: Period) -> Result<Self, CompareError> {
        if period.as_secs() < SHORTEST_PERIOD_SECS {
            return Err(CompareError::TooQuick);
        }
        let mut all = self.0.clone();
        all.push(at);
        let all = Self(all);
        let lags = all.lags(period);
        let spread = lags.last().zip(lags.first()).map_or(0, |(last, first)| last - first);
        if spread > i128::from(MOST_SPREAD) { Err(CompareError::PressApart) } else { Ok(all) }
    }

    /// Returns the parts of `ahead` that agree with the presses: all of it without any.
    pub(super) fn parts_of(&self, ahead: Ahead, period: Period) -> Vec<Ahead> {
        let Some((low, high)) = self.allowed(period) else { return vec![ahead] };
        let (period, from, to) = (millis(period), i128::from(ahead.low()), i128::from(ahead.high()));
        // The presses leave the number of periods open.
        let first = (from - high).div_euclid(period);
        let last = (to - low).div_euclid(period);
        let part = |periods: i128| {
            let (low, high) = ((low + periods * period).max(from), (high + periods * period).min(to));
            let fits = low <= high;
            fits.then(|| {
                Ahead::between(i64::try_from(low).unwrap_or(i64::MIN), i64::try_from(high).unwrap_or(i64::MAX))
            })
        };
        (first..=last).filter_map(part).collect()
    }

    /// Returns between what the difference lies, but for whole periods.
    fn allowed(&self, period: Period) -> Option<(i128, i128)> {
        let first = self.0.first()?;
        let lags = self.lags(period);
        let middle = (lags[(lags.len() - 1) / 2] + lags[lags.len() / 2]) / 2;
        let (early, late) = MARGINS[lags.len().min(MARGINS.len()) - 1];
        let change = i128::from(first.as_millis()) + middle;
        Some((change - i128::from(late), change + i128::from(early)))
    }

    /// Returns, sorted, how much later than the first each press came within its step: less than half a period.
    fn lags(&self, period: Period) -> Vec<i128> {
        let Some(first) = self.0.first() else { return Vec::new() };
        let period = millis(period);
        let lag = |press: &Timestamp| {
            let passed = i128::from(press.as_millis()) - i128::from(first.as_millis());
            (passed + period / 2).rem_euclid(period) - period / 2
        };
        let mut lags: Vec<i128> = self.0.iter().map(lag).collect();
        lags.sort_unstable();
        lags
    }
}

fn millis(period: Period) -> i128 {
    i128::from(period.as_secs()) * 1000
}
