//! The end of a comparison with another device: what it means, remembered if it counts.

use super::advice::how_to_set;
use super::evidence::{Certainty, Evidence, EvidenceKind, Says};
use super::known::{known, remember_comparison};
use super::report::Report;
use super::verdict::Level;
use super::words::correction_in_words;
use crate::otp::compare::{Difference, Finding};
use crate::otp::{Ahead, Period};
use crate::ports::{FileError, Machine};
use crate::vault::AccountId;

/// Returns what a comparison says of the clock, for codes of this period. A result that counts is remembered; one
/// that may be a coincidence is not. None if the codes leave several answers, or there were none.
///
/// # Errors
/// It cannot be remembered.
pub fn conclude_comparison(
    machine: &mut Machine,
    finding: &Finding,
    period: Period,
    account: Option<AccountId>,
) -> Result<Option<Report>, FileError> {
    let difference = match finding {
        Finding::Nothing | Finding::Several(_) => return Ok(None),
        Finding::Likely(difference) => difference,
        Finding::Found(difference) => {
            let seen = difference.codes.saturating_add(difference.presses);
            remember_comparison(machine, difference.ahead, seen, account)?;
            difference
        }
    };
    let correction = known(machine).correction;
    let add = correction.as_ref().map_or(0, |correction| correction.millis);
    let level = Level::judge(Some(difference.ahead.plus(add)), period);
    let evidence = evidence(machine, finding, difference, period, level);
    let (ahead, source) = (Some(difference.ahead), Some(EvidenceKind::Comparison));
    Ok(Some(Report { level, ahead, source, correction, evidence }))
}

fn evidence(
    machine: &Machine,
    finding: &Finding,
    difference: &Difference,
    period: Period,
    level: Level,
) -> Vec<Evidence> {
    let of = |says, words, advice| {
        let (kind, certainty) = (EvidenceKind::Comparison, Certainty::Likely);
        Evidence { kind, certainty, says, words, advice }
    };
    let says = Says::of(difference.ahead, period);
    let words = format!("{}, by {}", difference.words(), difference.basis_words());
    let mut evidence = vec![of(says, words, finding.next_step().map(str::to_owned))];
    if level.is_alarm() {
        let means = machine.time_sources.keeper().means;
        let words = "if the other device keeps itself right, as phones do, this computer's clock is wrong".to_owned();
        evidence.push(of(says, words, Some(how_to_set(means).to_owned())));
        let words = "if this clock may not be set, countersign can add the difference, for itself alone".to_owned();
        evidence.push(of(says, words, Some(how_to_correct(difference.ahead))));
    } else if level == Level::Unknown {
        let words = "that is not narrow enough to tell whether codes are right".to_owned();
        evidence.push(of(says, words, Some("one more code narrows it".to_owned())));
    }
    evidence
}

/// Says how the difference is made up for without setting the clock.
fn how_to_correct(ahead: Ahead) -> String {
    // No finer than the result itself is said.
    let unit = if ahead.uncertainty() < 1000 { 100 } else { 1000 };
    let add = ahead.centre().saturating_neg();
    let words = correction_in_words((add.saturating_add(add.signum() * unit / 2) / unit).saturating_mul(unit));
    format!("countersign clock set-offset {}", words.trim_end_matches(" s").trim_start_matches('+'))
}
