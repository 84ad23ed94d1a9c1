//! Random numbers that are the same in every run.

/// SplitMix64: a dozen lines give the same numbers on every machine and in every year.
pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number of any size: as often small as large, and now and then the largest.
    pub fn wide(&mut self) -> u64 {
        match self.below(64) {
            0 => u64::MAX,
            shift => self.next() >> shift,
        }
    }

    /// So many milliseconds, both ends included.
    pub fn millis(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as u64) as i64
    }

    /// A number around 0 with a standard deviation of 1: the sum of twelve even ones is as good as normal.
    pub fn normal(&mut self) -> f64 {
        let even = |random: &mut Self| random.next() as f64 / u64::MAX as f64;
        (0..12).map(|_| even(self)).sum::<f64>() - 6.0
    }
}
