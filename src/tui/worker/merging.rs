//! What the worker brings together: conflict copies, forks, other vaults.

use std::path::PathBuf;

use super::snapshot;
use super::words::{tell, trouble};
use crate::ports::Machine;
use crate::tasks::{self, Choice, ConflictCopy, MergeError, MergeReport, MergeRequest, Session, Trust};
use crate::tui::message::{FoundCopy, Outcome, Review, Trouble};
use crate::vault::{Decision, DecisionKind, Side};

pub(super) fn review(
    machine: &mut Machine,
    session: &mut Session,
    trust: &Trust,
    sources: &[PathBuf],
) -> Result<Outcome, Trouble> {
    let request = MergeRequest { sources, way: None, trust, choices: &[], is_dry_run: true };
    let report = match tasks::merge(machine, session, &request) {
        Ok(report) => report,
        Err(error) => {
            let troubles = vec![trouble(&error, error.next_step())];
            return Ok(Outcome::MergeReviewed(Review { troubles, ..Review::default() }));
        }
    };
    let failed = report.files.iter().filter_map(|file| file.outcome.as_ref().err());
    let troubles: Vec<Trouble> = failed.map(|error| trouble(error, error.next_step())).collect();
    Ok(Outcome::MergeReviewed(Review {
        files: report.files.len() - troubles.len(),
        decisions: report.decisions.into_iter().map(|decided| decided.decision).collect(),
        troubles,
    }))
}

pub(super) fn merge(
    machine: &mut Machine,
    session: &mut Session,
    trust: &Trust,
    sources: &[PathBuf],
    turned: &[Decision],
) -> Result<Outcome, Trouble> {
    let choices: Vec<Choice> = turned.iter().flat_map(choices).collect();
    let request = MergeRequest { sources, way: None, trust, choices: &choices, is_dry_run: false };
    let report =
        tasks::merge(machine, session, &request).map_err(|error: MergeError| trouble(&error, error.next_step()))?;
    let title = session
        .can_undo()
        .filter(|_| report.saved)
        .map_or_else(|| "nothing new was merged".to_owned(), crate::shown::shown);
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added: None, told: Vec::new() })
}

/// Returns what has to be said to have a decision turned round.
fn choices(decision: &Decision) -> Vec<Choice> {
    let side = match decision.kind.side() {
        Side::Ours => Side::Theirs,
        Side::Theirs => Side::Ours,
    };
    let choice = |field: Option<&str>| Choice { id: decision.id.to_string(), field: field.map(str::to_owned), side };
    match &decision.kind {
        DecisionKind::Updated { fields } => fields.iter().map(|field| choice(Some(field))).collect(),
        DecisionKind::Conflict { field, .. } => vec![choice(Some(field))],
        DecisionKind::Added | DecisionKind::Removed | DecisionKind::Kept | DecisionKind::Twin { .. } => {
            vec![choice(None)]
        }
    }
}

/// Merges what was found, where the settings say so; returns what that changed, in words.
pub(super) fn bring_together(
    machine: &mut Machine,
    session: &mut Session,
    trust: &Trust,
) -> Option<Result<Vec<String>, Trouble>> {
    let told = |report: MergeReport| {
        let decisions: Vec<Decision> = report.decisions.into_iter().map(|decided| decided.decision).collect();
        tell(&decisions)
    };
    let merged = tasks::merge_found(machine, session, trust).map_err(|error| trouble(&error, error.next_step()));
    merged.transpose().map(|merged| merged.map(told))
}

/// Returns what is told of a conflict copy.
pub(super) fn found(copy: &ConflictCopy) -> FoundCopy {
    FoundCopy { tool: copy.left_by.tool, device: copy.device.clone(), saved: copy.saved }
}
