//! The page about the clock, for somebody who has never thought about one.

use crate::otp::Period;
use crate::tasks::clock::{Certainty, Evidence, Report, correction_in_words};

/// Returns the page: what it comes to, what that means for codes, how it is known, what to do.
pub(super) fn rows(report: &Report, period: Period) -> Vec<(&'static str, String)> {
    let mut rows = vec![("clock", report.headline()), ("codes", report.meaning(period))];
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

fn known(evidence: &Evidence) -> String {
    match evidence.certainty {
        Certainty::CannotTell => evidence.words.clone(),
        certainty => format!("{} ({})", evidence.words, certainty.words()),
    }
}
