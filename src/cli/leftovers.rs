//! `audit --leftovers`: what should not lie about, what to do with it, and, after a yes, deleting it.

use std::path::PathBuf;

use serde::Serialize;

use super::args::{AddRecovery, Import, Which};
use super::output::{Exit, Failure};
use super::recovery::add;
use super::{Context, import};
use crate::shown::shown;
use crate::tasks::{self, Leftover, LeftoverKind, Leftovers, Session};

/// One of them, in the form of a finding.
#[derive(Serialize)]
struct Row {
    id: String,
    severity: &'static str,
    finding: String,
    advice: String,
    path: String,
}

pub(super) fn run(context: &mut Context<'_>, folders: &[PathBuf]) -> Result<(), Failure> {
    if folders.is_empty() {
        let next = "name them, for example: countersign audit --leftovers ~/Downloads ~/Desktop ~/Documents";
        return Err(Failure::new(Exit::Usage, "only the folders that you name are looked through", next));
    }
    let search = tasks::find_leftovers(context.machine, folders);
    tell_what_was_left_out(context, &search);
    if context.global.json {
        let rows: Vec<Row> = search.found.iter().map(row).collect();
        context.output.json(&rows)?;
        return end(search.found.len());
    }
    let mut left = 0;
    // Unlocked for the first that is brought in, and then for all.
    let mut session = None;
    for leftover in &search.found {
        context.output.line(&format!("{}: {}", shown(&leftover.path.to_string_lossy()), what(&leftover.kind)))?;
        context.output.line(&format!("    {}", advice(leftover)))?;
        let is_gone = context.machine.prompter.can_ask() && put_away(context, &mut session, leftover)?;
        left += usize::from(!is_gone);
    }
    if left == 0 {
        context.output.note("nothing of yours lies about in there");
    }
    end(left)
}

fn end(left: usize) -> Result<(), Failure> {
    if left == 0 { Ok(()) } else { Err(Failure::found()) }
}

fn tell_what_was_left_out(context: &mut Context<'_>, search: &Leftovers) {
    for (error, next_step) in &search.unreadable {
        context.output.warning(error, next_step);
    }
    if search.is_cut {
        let next = "name the folders inside one by one";
        context.output.warning("there is more than was looked at: folders deep inside, or very many files", next);
    }
}

fn what(kind: &LeftoverKind) -> String {
    let times = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    match kind {
        LeftoverKind::RecoveryCodes { count } => format!("{} that anybody can read", times(*count, "recovery code")),
        LeftoverKind::Export { title } => format!("an export of {title} with readable secrets"),
        LeftoverKind::Addresses { count } => {
            format!("{} with a readable secret", times(*count, "otpauth address line"))
        }
        LeftoverKind::Picture { count } => format!("a picture with {} of an account", times(*count, "QR code")),
        LeftoverKind::NamedCodes => "called like a file with recovery codes".to_owned(),
        LeftoverKind::NamedExport => "called like an app's export".to_owned(),
    }
}

fn advice(leftover: &Leftover) -> String {
    let path = shown(&leftover.path.to_string_lossy());
    match leftover.kind {
        LeftoverKind::RecoveryCodes { .. } => {
            format!("store them with their account: countersign recovery add ACCOUNT {path}; then delete it")
        }
        LeftoverKind::Export { .. } | LeftoverKind::Addresses { .. } => {
            format!("bring it in with: countersign import {path}; then delete it")
        }
        LeftoverKind::Picture { .. } => format!("bring it in with: countersign add --qr {path}; then delete it"),
        LeftoverKind::NamedCodes => {
            "look into it; copy its codes and store them with their account, then delete it".to_owned()
        }
        LeftoverKind::NamedExport => "look into it; delete it if it has readable secrets".to_owned(),
    }
}

fn row(leftover: &Leftover) -> Row {
    let path = leftover.path.to_string_lossy().into_owned();
    Row {
        id: format!("leftover:{path}"),
        severity: "warn",
        finding: what(&leftover.kind),
        advice: advice(leftover),
        path,
    }
}

/// Offers to bring it in and then to delete it; tells whether it is gone.
fn put_away(context: &mut Context<'_>, session: &mut Option<Session>, leftover: &Leftover) -> Result<bool, Failure> {
    let question = match leftover.kind {
        LeftoverKind::RecoveryCodes { .. } => Some("Store its codes with an account now?"),
        LeftoverKind::Export { .. } | LeftoverKind::Addresses { .. } | LeftoverKind::Picture { .. } => {
            Some("Bring its accounts in now?")
        }
        LeftoverKind::NamedCodes | LeftoverKind::NamedExport => None,
    };
    if let Some(question) = question
        && context.machine.prompter.confirm(question)?
    {
        let mut open = match session.take() {
            Some(session) => session,
            None => context.unlock()?,
        };
        let brought_in = bring_in(context, &mut open, leftover);
        let is_kept = brought_in.is_ok() && tasks::is_in_vault(context.machine, &open, leftover);
        *session = Some(open);
        if let Err(failure) = brought_in {
            context.output.setback(&failure);
            return Ok(false);
        }
        if !is_kept {
            // What is not in the vault is not offered to be deleted.
            context.output.note("not all of it is in the vault, so it stays; look into it");
            return Ok(false);
        }
    }
    let question = "Delete it now? It goes for good, but whoever searches the disk may still find what was in it.";
    if !context.machine.prompter.confirm(question)? {
        return Ok(false);
    }
    match tasks::remove_leftover(context.machine, &leftover.path) {
        Ok(()) => {
            context.output.note("deleted");
            Ok(true)
        }
        Err(error) => {
            context.output.warning(&error.to_string(), error.next_step());
            Ok(false)
        }
    }
}

fn bring_in(context: &mut Context<'_>, session: &mut Session, leftover: &Leftover) -> Result<(), Failure> {
    if let LeftoverKind::RecoveryCodes { .. } = leftover.kind {
        let query = context.machine.prompter.ask("Whose are they? Issuer or name of the account:")?;
        let file = Some(leftover.path.clone());
        let which = Which { query };
        return add::into(
            context,
            session,
            &AddRecovery { which, file, keep_old: false, anyway: false, opening: Default::default() },
        );
    }
    let import = Import {
        files: vec![leftover.path.clone()],
        from: None,
        password_file: None,
        dry_run: false,
        on_conflict: None,
    };
    import::into(context, session, &import)
}
