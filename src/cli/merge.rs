//! `merge`: another device's vault, brought in without losing anything of either.

use serde::Serialize;

use super::args::Merge;
use super::output::Failure;
use super::{Context, decisions, unlock};
use crate::tasks::{self, MergeError, MergeReport, Session, Way};
use crate::vault::{Decision, DecisionKind};

/// What a merge did, as JSON has it: numbers of accounts, and where both sides had written.
#[derive(Default, Serialize)]
struct Json<'a> {
    added: usize,
    updated: usize,
    removed: usize,
    conflicts: Vec<Conflict<'a>>,
    unchanged: usize,
}

#[derive(Serialize)]
struct Conflict<'a> {
    id: String,
    field: &'a str,
    kept: &'a str,
    other: &'a str,
}

pub(super) fn run(context: &mut Context<'_>, merge: &Merge) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let report = bring_in(context, &mut session, merge)?;
    if context.global.json {
        return context.output.json(&json(&report));
    }
    for decision in &report.decisions {
        context.output.line(&decisions::sentence(decision))?;
    }
    let end = match (merge.dry_run, report.saved) {
        (true, _) => "nothing was changed: this was a dry run",
        (false, true) => "merged",
        (false, false) => "there was nothing new in it",
    };
    context.output.note(&format!("{end}; accounts that stayed as they were: {}", report.unchanged));
    Ok(())
}

/// Opens the other vault with this one's key, with what the options say, or with what is typed.
fn bring_in(context: &mut Context<'_>, session: &mut Session, merge: &Merge) -> Result<MergeReport, Failure> {
    let trust = unlock::trust(context);
    let given = match &merge.password_file {
        Some(path) => Some(Way::Passphrase(context.read_first_line(path, "the password file")?)),
        None => None,
    };
    match tasks::merge_file(context.machine, session, &merge.file, given.as_ref(), &trust, merge.dry_run) {
        Err(MergeError::NeedsItsOwnKey) if context.machine.prompter.can_ask() => {
            let name = crate::shown::shown(&merge.file.to_string_lossy());
            let typed = context.machine.prompter.ask_secret(&format!("Passphrase of {name}:"))?;
            let way = Way::Passphrase(typed);
            Ok(tasks::merge_file(context.machine, session, &merge.file, Some(&way), &trust, merge.dry_run)?)
        }
        merged => Ok(merged?),
    }
}

fn json(report: &MergeReport) -> Json<'_> {
    let mut json = Json { unchanged: report.unchanged, ..Json::default() };
    for Decision { id, kind, .. } in &report.decisions {
        match kind {
            DecisionKind::Added => json.added += 1,
            DecisionKind::Updated { .. } => json.updated += 1,
            DecisionKind::Removed => json.removed += 1,
            // It stayed, though not untouched: the other side had it deleted.
            DecisionKind::Kept => json.unchanged += 1,
            DecisionKind::Twin { .. } => json.updated += 1,
            DecisionKind::Conflict { field, kept, other, .. } => {
                json.conflicts.push(Conflict { id: id.to_string(), field, kept, other });
            }
        }
    }
    json
}
