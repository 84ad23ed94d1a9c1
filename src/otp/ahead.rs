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

    /// Returns what a clock is that is behind by `millis` at least; nobody knows by how much at most.
    pub const fn behind_by_at_least(millis: u64) -> Self {
        Self { low: i64::MIN, high: 0_i64.saturating_sub_unsigned(millis) }
    }

    /// Tells whether only one end is known: there is no middle then.
    pub const fn is_open(self) -> bool {
        self.low <= i64::MIN / 2
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

    /// Says it of this computer: `this computer is 61 s ahead of that device, ±1 s`.
    ///
    /// The words never claim more than is known: the margin is rounded up.
    pub fn words(self, other: &str) -> String {
        if self.at_least() == 0 {
            let (_, margin) = rounded(0, self.at_most());
            return format!("this computer and {other} agree to within {margin}");
        }
        let direction = if self.centre() > 0 { "ahead of" } else { "behind" };
        let (distance, margin) = rounded(self.centre().unsigned_abs(), self.uncertainty().unsigned_abs());
        format!("this computer is {distance} {direction} {other}, ±{margin}")
    }
}

/// Up to here people compare seconds more easily than minutes.
const MOST_SECONDS: u64 = 120;

/// Writes a distance and its margin in whole seconds, or in tenths where that says more.
fn rounded(distance: u64, margin: u64) -> (String, String) {
    let unit = if margin <= 500 && distance < MOST_SECONDS * 1000 { 100 } else { 1000 };
    let shown = distance.saturating_add(unit / 2) / unit * unit;
    let margin = margin.saturating_add(distance.abs_diff(shown)).div_ceil(unit).saturating_mul(unit);
    (exact_length(shown), exact_length(margin))
}

/// Says how long something is, given in milliseconds: `0.4 s`, `61 s`, `1 h 2 min 5 s`.
pub fn exact_length(millis: u64) -> String {
    let (secs, tenths) = (millis / 1000, millis % 1000 / 100);
    if secs < MOST_SECONDS {
        return if tenths == 0 { format!("{secs} s") } else { format!("{secs}.{tenths} s") };
    }
    let parts = [(secs / 3600, "h"), (secs / 60 % 60, "min"), (secs % 60, "s")];
    let parts: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number} {unit}")).collect();
    parts.join(" ")
}
