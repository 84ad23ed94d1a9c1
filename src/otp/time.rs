//! Moments and steps: where a code's life begins and ends.

use std::num::NonZeroU64;

/// A moment, in milliseconds since 1970 (UTC); negative before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest moment that can be told.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest moment that can be told; also the end of what never ends.
    pub const MAX: Self = Self(i64::MAX);

    /// Makes the moment that many milliseconds after 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Makes the moment that many seconds after 1970, the nearest one that can be told.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Returns the milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the whole seconds since 1970, rounded towards the past.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns the moment `millis` later, or earlier when negative.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the moment `secs` later, or earlier when negative.
    pub const fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// Returns how many milliseconds passed since `earlier`; negative when it is in fact later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns its day in UTC, as `2026-11-22`.
    pub fn day_utc(self) -> String {
        // Days since 1 March of the year 0, so that a leap day is the last one of its year (H. Hinnant, civil_from_days).
        let days = self.0.div_euclid(24 * 60 * 60 * 1000) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// The length of a step, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(NonZeroU64); // at most MAX_SECS

impl Period {
    /// The longest period, 2^53 s: the largest whole number that every JSON reader keeps exact.
    pub const MAX_SECS: u64 = 1 << 53;
    /// 30 seconds, what nearly every site uses.
    pub const THIRTY: Self = Self(NonZeroU64::new(30).expect("30 is not zero"));
    /// 10 seconds, the only period of mOTP.
    pub const TEN: Self = Self(NonZeroU64::new(10).expect("10 is not zero"));

    /// Makes a period of 1 to 2^53 seconds; others do not exist.
    pub fn from_secs(secs: u64) -> Option<Self> {
        NonZeroU64::new(secs).filter(|secs| secs.get() <= Self::MAX_SECS).map(Self)
    }

    /// Returns the seconds of one step.
    pub const fn as_secs(self) -> u64 {
        self.0.get()
    }

    /// Returns the step that `now` lies in; everything before 1970 lies in step 0.
    pub fn step_at(self, now: Timestamp) -> u64 {
        u64::try_from(now.as_secs()).unwrap_or(0) / self.0
    }

    /// Returns the moment at which `step` begins, the latest one that can be told if it is beyond.
    pub fn start_of(self, step: u64) -> Timestamp {
        let secs = step.saturating_mul(self.0.get());
        i64::try_from(secs).map_or(Timestamp::MAX, Timestamp::from_secs)
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::THIRTY
    }
}
