//! The clock in a line: beside codes, and in `status`.

use serde::Serialize;

use super::super::{Context, dates};
use crate::tasks::Session;
use crate::tasks::clock::{Facts, Report, correction_in_words, known, quick_report};

/// Says beside codes what time they are made with, if it is another one than the computer's, and warns where they
/// may fail. Quiet commands say nothing.
pub(in crate::cli) fn tell_with_codes(context: &mut Context<'_>, session: Option<&Session>) {
    if context.global.quiet {
        return;
    }
    let report = quick_report(context.machine, &Facts::near(context.machine, session));
    let doubt = report.doubt_of_correction();
    match (doubt, &report.correction) {
        (Some(doubt), _) => context.output.warning(&doubt.words, doubt.advice.as_deref().unwrap_or_default()),
        (None, Some(correction)) => {
            let by = correction_in_words(correction.millis);
            context.output.note(&format!("codes are made with {by} (countersign clock)"));
        }
        (None, None) => {}
    }
    if report.level.is_alarm() && doubt.is_none() {
        let next = report.advice().first().map_or(String::new(), |advice| format!("{advice}; more: countersign clock"));
        context.output.warning(&format!("codes may fail: {}", report.headline()), &next);
    }
}

/// The clock as `status` has it; offsets in seconds.
#[derive(Serialize)]
pub(in crate::cli) struct Standing {
    status: &'static str,
    applied_offset: f64,
    /// When servers on the network were last asked; `null` if never.
    network_asked: Option<i64>,
    #[serde(skip)]
    headline: String,
    #[serde(skip)]
    correction: Option<String>,
}

impl Standing {
    pub(in crate::cli) fn of(context: &Context<'_>, session: Option<&Session>) -> Self {
        let facts = Facts::near(context.machine, session);
        let report: Report = quick_report(context.machine, &facts);
        let millis = report.correction.as_ref().map(|correction| correction.millis);
        Self {
            status: report.level.word(),
            applied_offset: super::seconds(millis.unwrap_or(0)),
            network_asked: known(context.machine).asked.map(|asked| asked.at.wall.as_secs()),
            headline: report.headline(),
            correction: millis.map(correction_in_words),
        }
    }

    /// Returns what a person is told.
    pub(in crate::cli) fn facts(&self, context: &Context<'_>) -> Vec<(&'static str, String)> {
        let asked = match self.network_asked {
            None => "the network was never asked".to_owned(),
            Some(at) => {
                let at = crate::otp::Timestamp::from_secs(at);
                format!("the network was last asked at {}", dates::minute(at, &context.surroundings.time_zone))
            }
        };
        let correction = self.correction.iter().map(|by| ("correction", format!("codes are made with {by}")));
        [("clock", format!("{}; {asked}", self.headline))].into_iter().chain(correction).collect()
    }
}
