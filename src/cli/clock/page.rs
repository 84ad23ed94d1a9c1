//! The page about the clock, for somebody who has never thought about one.

use crate::otp::Period;
use crate::tasks::clock::{Certainty, Evidence, Level, Report, ahead_in_words, correction_in_words};

/// Returns the page: what it comes to, what that means for codes, how it is known, what to do.
pub(super) fn rows(report: &Report, period: Period) -> Vec<(&'static str, String)> {
    let mut rows = vec![("clock", headline(report)), ("codes", meaning(report, period))];
    if let Some(correction) = &report.correction {
        let words = correction_in_words(correction.millis);
        rows.push(("correction", format!("{words}: added to this computer's time, for countersign alone")));
    }
    rows.extend(under("known", report.evidence.iter().map(known)));
    rows.extend(under("to do", report.advice().into_iter().map(str::to_owned)));
    rows
}

/// Names the first row of several only.
fn under(name: &'static str, rows: impl Iterator<Item = String>) -> impl Iterator<Item = (&'static str, String)> {
    rows.enumerate().map(move |(index, row)| (if index == 0 { name } else { "" }, row))
}

/// Says in one sentence how the clock stands.
pub(super) fn headline(report: &Report) -> String {
    let word = match report.level {
        Level::Unknown => "not confirmed",
        level => level.word(),
    };
    match (report.ahead, report.corrected().filter(|_| report.correction.is_some())) {
        (None, _) => format!("{word}: nothing here tells whether this computer's clock is right"),
        (Some(own), None) => format!("{word}: this computer's clock is {}", ahead_in_words(own)),
        (Some(own), Some(corrected)) => format!(
            "{word}: this computer's clock is {}; with the correction it is {}",
            ahead_in_words(own),
            ahead_in_words(corrected)
        ),
    }
}

/// Says what the clock means for codes.
fn meaning(report: &Report, period: Period) -> String {
    let seconds = period.as_secs();
    match report.level {
        Level::Ok => "right: a code is made from the time, and the time is right".to_owned(),
        Level::Note => "they work; the clock is a little off, and somebody should have a look some day".to_owned(),
        Level::Unknown => format!(
            "a code is made from the time: it is right if this clock is, and most sites forgive less than {seconds} s"
        ),
        Level::Warn => {
            let least = report.corrected().map_or(0, |ahead| ahead.at_least());
            let in_ten = (least / seconds.max(1) / 100).clamp(1, 9);
            format!("some fail: strict sites refuse about {in_ten} in 10, and those that are typed late")
        }
        Level::Critical => "they fail: most sites refuse codes that are made with this time".to_owned(),
    }
}

fn known(evidence: &Evidence) -> String {
    match evidence.certainty {
        Certainty::CannotTell => evidence.words.clone(),
        certainty => format!("{} ({})", evidence.words, certainty.words()),
    }
}
