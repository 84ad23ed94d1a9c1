//! `merge`: another device's vault or a backup, brought in without losing anything of either.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::args::{Merge, MergeDriver};
use super::output::Failure;
use super::{Context, decisions, failures, unlock};
use crate::tasks::{self, Branches, Choice, Decided, MergeError, MergeReport, MergeRequest, MergedFile, Session, Way};
use crate::vault::{AccountId, DecisionKind, Side};

/// What a merge did, as JSON has it: numbers of accounts, and where both sides had written.
#[derive(Default, Serialize)]
pub(super) struct Json<'a> {
    added: usize,
    updated: usize,
    removed: usize,
    conflicts: Vec<Conflict<'a>>,
    unchanged: usize,
    /// Accounts that both sides had added, and that are one now.
    twins: Vec<Twin>,
    files: Vec<File>,
    saved: bool,
}

#[derive(Serialize)]
struct Conflict<'a> {
    id: String,
    field: &'a str,
    kept: &'a str,
    other: &'a str,
}

#[derive(Serialize)]
struct Twin {
    id: String,
    other: String,
}

#[derive(Serialize)]
struct File {
    /// `null` is what this device last saw.
    path: Option<String>,
    left_by: Option<&'static str>,
    device: Option<String>,
    put_away: Option<String>,
    error: Option<String>,
}

pub(super) fn run(context: &mut Context<'_>, merge: &Merge) -> Result<(), Failure> {
    let mut session = unlock::unlock_to_merge(context)?;
    let report = bring_in(context, &mut session, merge)?;
    if context.global.json {
        context.output.json(&json(&report))?;
    } else {
        tell(context, merge, &report)?;
    }
    let failed: Vec<&MergeError> = report.files.iter().filter_map(|file| file.outcome.as_ref().err()).collect();
    match failed.first() {
        Some(first) => {
            let what = format!("{} of {} files could not be merged", failed.len(), report.files.len());
            Err(Failure::new(failures::exit_of_merge(first), what, "see above; everything else was merged"))
        }
        None => Ok(()),
    }
}

/// Merges with this vault's key, with what the options say, or with what is typed.
fn bring_in(context: &mut Context<'_>, session: &mut Session, merge: &Merge) -> Result<MergeReport, Failure> {
    let trust = unlock::trust(context);
    let given = match &merge.password_file {
        Some(path) => Some(Way::Passphrase(context.read_first_line(path, "the password file")?)),
        None => None,
    };
    let choices: Vec<Choice> = choices(&merge.ours, Side::Ours).chain(choices(&merge.theirs, Side::Theirs)).collect();
    let request =
        |way| MergeRequest { sources: &merge.files, way, trust: &trust, choices: &choices, is_dry_run: merge.dry_run };
    match (tasks::merge(context.machine, session, &request(given.as_ref())), &merge.files[..]) {
        (Err(MergeError::NeedsItsOwnKey), [file]) if given.is_none() && context.machine.prompter.can_ask() => {
            let typed = context.machine.prompter.ask_secret(&format!("Passphrase of {}:", shown(file)))?;
            let way = Way::Passphrase(typed);
            Ok(tasks::merge(context.machine, session, &request(Some(&way)))?)
        }
        (Err(MergeError::NeedsItsOwnKey), [_]) if given.is_none() => {
            // Nobody can be asked, but a backup may have the passphrase that was given for the vault.
            let Some(same) = unlock::given_passphrase(context).ok().flatten() else {
                return Err(MergeError::NeedsItsOwnKey.into());
            };
            match tasks::merge(context.machine, session, &request(Some(&Way::Passphrase(same)))) {
                Err(MergeError::Seal(error)) if error.is_wrong_passphrase() => Err(MergeError::NeedsItsOwnKey.into()),
                merged => Ok(merged?),
            }
        }
        (merged, _) => Ok(merged?),
    }
}

/// Merges two branches for git: the result in the file of ours and exit code 0, or anything else and all as it was.
pub(super) fn drive(context: &mut Context<'_>, files: &MergeDriver) -> Result<(), Failure> {
    let way = match unlock::given_way(context)? {
        Some(way) => way,
        None => Way::Passphrase(context.machine.prompter.ask_secret("Passphrase of the vault:")?),
    };
    let branches = Branches { base: &files.base, ours: &files.ours, theirs: &files.theirs };
    let decisions = tasks::merge_branches(context.machine, &way, &unlock::trust(context), &branches)?;
    for decision in &decisions {
        context.output.note(&decisions::sentence(decision));
    }
    Ok(())
}

fn choices(given: &[String], side: Side) -> impl Iterator<Item = Choice> {
    given.iter().map(move |text| {
        let (id, field) = text.split_once(':').map_or((text.as_str(), None), |(id, field)| (id, Some(field)));
        Choice { id: id.to_owned(), field: field.map(str::to_owned), side }
    })
}

fn tell(context: &mut Context<'_>, merge: &Merge, report: &MergeReport) -> Result<(), Failure> {
    for Decided { decision, is_turned } in &report.decisions {
        let turned = if *is_turned { "; turned round, as you chose" } else { "" };
        context.output.line(&format!("{}{turned}", decisions::sentence(decision)))?;
    }
    for file in &report.files {
        match &file.outcome {
            Ok(Some(to)) => context.output.note(&format!("{} was put away: {}", name(file), shown(to))),
            Ok(None) => {}
            Err(error) => context.output.warning(&format!("{}: {error}", name(file)), error.next_step()),
        }
    }
    let end = match (merge.dry_run, report.saved, report.files.is_empty()) {
        (true, ..) => "nothing was changed: this was a dry run",
        (false, true, _) => "merged; countersign undo takes it back",
        (false, false, false) => "there was nothing new in it",
        (false, false, true) => "there is no conflict copy beside the vault, and nothing that was seen here is missing",
    };
    context.output.note(&format!("{end}; accounts that stayed as they were: {}", report.unchanged));
    Ok(())
}

fn name(file: &MergedFile) -> String {
    file.path.as_deref().map_or("what was seen here before".to_owned(), shown)
}

fn shown(path: &Path) -> String {
    crate::shown::shown(&path.to_string_lossy())
}

/// Returns a merge as JSON has it.
pub(super) fn json(report: &MergeReport) -> Json<'_> {
    let mut json = Json { unchanged: report.unchanged, saved: report.saved, ..Json::default() };
    let mut updated: BTreeSet<AccountId> = BTreeSet::new();
    for Decided { decision, is_turned } in &report.decisions {
        match &decision.kind {
            DecisionKind::Conflict { field, kept, other, side } => {
                let (kept, other) = if *is_turned { (other, kept) } else { (kept, other) };
                json.conflicts.push(Conflict { id: decision.id.to_string(), field, kept, other });
                updated.extend(((*side == Side::Theirs) != *is_turned).then_some(decision.id));
            }
            _ if *is_turned => {} // as it was with us
            DecisionKind::Added => json.added += 1,
            DecisionKind::Updated { .. } => _ = updated.insert(decision.id),
            DecisionKind::Removed => json.removed += 1,
            // It stayed, though not untouched: the other side had it deleted.
            DecisionKind::Kept => json.unchanged += 1,
            DecisionKind::Twin { other } => {
                json.twins.push(Twin { id: decision.id.to_string(), other: other.to_string() });
            }
        }
    }
    json.updated = updated.len();
    json.files = report.files.iter().map(file).collect();
    json
}

fn file(file: &MergedFile) -> File {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    File {
        path: file.path.as_deref().map(text),
        left_by: file.copy.as_ref().map(|copy| copy.left_by.tool),
        device: file.copy.as_ref().and_then(|copy| copy.device.clone()),
        put_away: file.outcome.as_ref().ok().and_then(Option::as_deref).map(text),
        error: file.outcome.as_ref().err().map(ToString::to_string),
    }
}
