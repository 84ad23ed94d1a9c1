//! What a merge decided, in sentences.

use super::output::Output;
use crate::vault::{Decision, DecisionKind};

/// Says what other devices or programs had done to the vault meanwhile.
pub(super) fn tell(output: &mut Output<'_>, decisions: &[Decision]) {
    for decision in decisions {
        output.note(&format!("meanwhile, elsewhere: {}", sentence(decision)));
    }
}

/// Returns one decision in words.
pub(super) fn sentence(decision: &Decision) -> String {
    let label = &decision.label;
    match &decision.kind {
        DecisionKind::Added => format!("{label} was added"),
        DecisionKind::Updated { fields } => format!("{label} was changed: {}", fields.join(", ")),
        DecisionKind::Twin { .. } => format!("{label} was added on both sides, with one secret: kept once"),
        DecisionKind::Removed => format!("{label} was removed"),
        DecisionKind::Kept => format!("{label} stays, for it was edited after it was removed"),
        DecisionKind::Conflict { field, kept, other, .. } => {
            format!("{label}: {field} was changed on both sides; kept \"{kept}\", not \"{other}\"")
        }
    }
}
