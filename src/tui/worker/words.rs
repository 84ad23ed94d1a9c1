//! What the worker says: errors and other devices' changes, ready to be shown.

use std::path::Path;

use crate::ports::{FileNote, Machine, NoEntropy};
use crate::tasks::Warning;
use crate::tui::message::Trouble;
use crate::vault::{Decision, DecisionKind};

/// Returns what another device did, in words, the most important first and no more than fit a notice.
pub(super) fn tell(decisions: &[Decision]) -> Vec<String> {
    const MOST: usize = 3;
    let mut told: Vec<String> = decisions.iter().take(MOST).map(decision_words).collect();
    if decisions.len() > MOST {
        told.push(format!("and {} more", decisions.len() - MOST));
    }
    told
}

fn decision_words(decision: &Decision) -> String {
    let label = &decision.label;
    match &decision.kind {
        DecisionKind::Added => format!("added {label}"),
        DecisionKind::Updated { .. } => format!("changed {label}"),
        DecisionKind::Twin { .. } => format!("added {label} as you did: kept once"),
        DecisionKind::Removed => format!("removed {label}"),
        DecisionKind::Kept => format!("changed {label}, which you had deleted: it is back"),
        DecisionKind::Conflict { field, .. } => {
            format!("changed the {field} of {label} as you did: the later one is shown")
        }
    }
}

pub(super) fn trouble(error: &impl std::fmt::Display, next_step: &str) -> Trouble {
    Trouble { what: error.to_string(), next_step: Some(next_step.to_owned()) }
}

/// Returns a warning, with what to do about it here.
pub(super) fn warning_words(warning: &Warning) -> Trouble {
    let is_merged_here = warning.lacks().is_some() || matches!(warning, Warning::ConflictCopies(_));
    trouble(warning, if is_merged_here { "m brings it in" } else { warning.next_step() })
}

pub(super) fn no_entropy(error: NoEntropy) -> Trouble {
    trouble(&error, "try again")
}

pub(super) fn note_words(note: FileNote) -> String {
    Warning::File(note).to_string()
}

/// Returns the day that it is in UTC, as in `2026-11-22`.
pub(super) fn day(machine: &Machine) -> String {
    let now = jiff::Timestamp::from_millisecond(machine.clock.now().as_millis()).unwrap_or_default();
    now.strftime("%Y-%m-%d").to_string()
}

pub(super) fn shown_path(path: &Path) -> String {
    crate::shown::shown(&path.to_string_lossy())
}
