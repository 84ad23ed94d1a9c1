//! How far one clock is ahead of another, as far as that is known.

/// How far this computer's clock is ahead of the truth, or of another device: at least `low` and at most `high`
/// milliseconds; negative where it is behind. Invariant: `low <= high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    low: i64,
    high: i64,
}

impl Ahead {
    /// Returns what lies between these, in either order.
    pub fn between(one: i64, other: i64) -> Self {
        Self { low: one.min(other), high: one.max(other) }
    }

    /// Returns `millis`, give or take `margin`.
    pub fn around(millis: i64, margin: i64) -> Self {
        Self::between(millis.saturating_sub(margin), millis.saturating_add(margin))
    }

    /// Returns the least that it can be, in milliseconds.
    pub const fn low(self) -> i64 {
        self.low
    }

    /// Returns the most that it can be, in milliseconds.
    pub const fn high(self) -> i64 {
        self.high
    }

    /// Returns the middle, in milliseconds.
    pub const fn centre(self) -> i64 {
        self.low.midpoint(self.high)
    }

    /// Returns half the width in milliseconds, rounded up: the "give or take".
    pub const fn uncertainty(self) -> i64 {
        let (low, high) = (self.centre().saturating_sub(self.low), self.high.saturating_sub(self.centre()));
        if low > high { low } else { high }
    }

    /// Returns the same after the clock was moved forward by so many milliseconds.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self { low: self.low.saturating_add(millis), high: self.high.saturating_add(millis) }
    }

    /// Returns the same with more doubt, as time passes.
    #[must_use]
    pub fn widened(self, millis: i64) -> Self {
        Self { low: self.low.saturating_sub(millis), high: self.high.saturating_add(millis) }
    }

    /// Returns what both allow, if they agree.
    pub fn and(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Self { low, high })
    }

    /// Returns by how many milliseconds the clocks differ at least.
    pub fn at_least(self) -> u64 {
        if self.low <= 0 && self.high >= 0 { 0 } else { self.low.unsigned_abs().min(self.high.unsigned_abs()) }
    }

    /// Returns by how many milliseconds the clocks differ at most.
    pub fn at_most(self) -> u64 {
        self.low.unsigned_abs().max(self.high.unsigned_abs())
    }
}
