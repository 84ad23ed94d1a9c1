//! What a report comes to, in a sentence each for the clock and for codes.

use super::report::Report;
use super::verdict::Level;
use super::words::ahead_in_words;
use crate::otp::Period;

impl Report {
    /// Says how the clock stands: "critical: this computer's clock is 61 s ahead, give or take 1 s".
    pub fn headline(&self) -> String {
        let word = match self.level {
            Level::Unknown => "not confirmed",
            level => level.word(),
        };
        match (self.ahead, self.corrected().filter(|_| self.correction.is_some())) {
            (None, _) => format!("{word}: nothing here tells whether this computer's clock is right"),
            (Some(own), None) => format!("{word}: this computer's clock is {}", ahead_in_words(own)),
            (Some(own), Some(corrected)) => format!(
                "{word}: this computer's clock is {}; with the correction it is {}",
                ahead_in_words(own),
                ahead_in_words(corrected)
            ),
        }
    }

    /// Says what that means for codes of this period.
    pub fn meaning(&self, period: Period) -> String {
        let seconds = period.as_secs();
        match self.level {
            Level::Ok => "right: a code is made from the time, and the time is right".to_owned(),
            Level::Note => "they work; the clock is a little off, and somebody should have a look some day".to_owned(),
            Level::Unknown => format!(
                "a code is made from the time: it is right if this clock is, and most sites forgive less than {seconds} s"
            ),
            Level::Warn => {
                let least = self.corrected().map_or(0, |ahead| ahead.at_least());
                let in_ten = (least / seconds.max(1) / 100).clamp(1, 9);
                format!("some fail: strict sites refuse about {in_ten} in 10, and those that are typed late")
            }
            Level::Critical => "they fail: most sites refuse codes that are made with this time".to_owned(),
        }
    }
}
