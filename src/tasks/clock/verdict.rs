//! How bad it is that the clock is off.

use crate::otp::{Ahead, Period};

/// What a clock's error means for codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It does not matter.
    Ok,
    /// Codes work; somebody should have a look some day.
    Note,
    /// Nobody has confirmed the clock, and nothing speaks against it.
    Unknown,
    /// Codes fail now and then.
    Warn,
    /// Codes fail at most sites.
    Critical,
}

/// From how far on it is a note, a warning, critical: in milliseconds, for a step of 30 seconds. A site that takes
/// nothing but the current code refuses one typed at random with a chance of the error over the step.
const LIMITS: [(Level, u64); 3] = [(Level::Note, 2_000), (Level::Warn, 5_000), (Level::Critical, 20_000)];
/// The step that these belong to.
const STEP_SECS: u64 = 30;

impl Level {
    /// Returns what it means to be off by that, in either direction, for codes of this period.
    pub fn of(millis: u64, period: Period) -> Self {
        let is_reached =
            |limit: u64| u128::from(millis) * u128::from(STEP_SECS) >= u128::from(limit) * u128::from(period.as_secs());
        let reached = LIMITS.iter().rev().find(|(_, limit)| is_reached(*limit));
        reached.map_or(Self::Ok, |(level, _)| *level)
    }

    /// Returns what it means for codes of this period that the clock is ahead by something in between.
    ///
    /// What is certain decides. Where the clock may be fine and may fail just as well, nobody knows.
    pub fn judge(ahead: Option<Ahead>, period: Period) -> Self {
        let Some(ahead) = ahead else { return Self::Unknown };
        match (Self::of(ahead.at_least(), period), Self::of(ahead.at_most(), period)) {
            (Self::Ok | Self::Note, Self::Warn | Self::Critical) => Self::Unknown,
            (certain, _) => certain,
        }
    }

    /// Returns its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Critical => "critical",
        }
    }

    /// Tells whether codes may fail because of it.
    pub fn is_alarm(self) -> bool {
        self >= Self::Warn
    }
}
