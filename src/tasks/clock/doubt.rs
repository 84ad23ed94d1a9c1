//! What speaks for and against the user's own correction.

use super::evidence::{Certainty, Evidence, EvidenceKind, Says};
use super::known::{Correction, Seen};
use super::measured::{LONGEST_AGE_MILLIS, STEP_MILLIS};
use super::words::{ago, correction_in_words, rounded_length};
use crate::ports::KernelClock;

/// What to do about a correction that may not be right any more.
const ASK_AGAIN: &str = "compare again: countersign clock compare; or go without it: countersign clock clear-offset";

/// Says what the correction is and what has become of the reasons for it. `is_contradicted` is when something that
/// was measured since says otherwise.
pub(super) fn of_correction(
    correction: &Correction,
    now: &Seen,
    kernel: Option<KernelClock>,
    is_contradicted: bool,
) -> Evidence {
    let by = correction_in_words(correction.millis);
    let age = now.wall.millis_since(correction.set.wall);
    let step = correction.set.stepped_by(now).filter(|step| step.unsigned_abs() > STEP_MILLIS);
    let is_kept_now = !correction.was_synchronised && kernel.is_some_and(|kernel| kernel.is_synchronised);
    let doubt = if let Some(step) = step {
        let direction = if step < 0 { "back" } else { "forward" };
        Some(format!(
            "since you set the correction of {by}, the clock was set {direction} by {}",
            rounded_length(step.unsigned_abs())
        ))
    } else if is_kept_now {
        Some(format!("codes are made with {by}, but by now the operating system keeps the clock right"))
    } else if is_contradicted {
        Some(format!("codes are made with {by}, and what was measured since says otherwise"))
    } else if age < 0 {
        Some(format!("you set the correction of {by} at a time that lies ahead: the clock was set since"))
    } else if age > LONGEST_AGE_MILLIS {
        Some(format!("you set the correction of {by} {}: clocks drift, and are set", ago(age)))
    } else {
        None
    };
    let is_doubted = doubt.is_some();
    Evidence {
        kind: EvidenceKind::Correction,
        certainty: if is_doubted { Certainty::Likely } else { Certainty::Certain },
        says: if is_doubted { Says::Doubtful } else { Says::Fine },
        words: doubt.unwrap_or_else(|| format!("codes are made with {by}, which you set {}", ago(age))),
        advice: is_doubted.then(|| ASK_AGAIN.to_owned()),
    }
}
