//! `audit --leftovers`: what should not lie about, what to do with it, and, after a yes, deleting it.

use std::path::PathBuf;

use serde::Serialize;

use super::args::Import;
use super::output::{Exit, Failure};
use super::{Context, import};
use crate::shown::shown;
use crate::tasks::{self, Export, Leftover, LeftoverKind, Leftovers};

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
    for leftover in &search.found {
        context.output.line(&format!("{}: {}", shown(&leftover.path.to_string_lossy()), what(&leftover.kind)))?;
        context.output.line(&format!("    {}", advice(leftover)))?;
        let is_gone = context.machine.prompter.can_ask() && put_away(context, leftover)?;
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
    for error in &search.unreadable {
        context.output.warning(&error.to_string(), error.next_step());
    }
    if search.is_cut {
        let next = "name the folders inside one by one";
        context.output.warning("there is more than was looked at: folders deep inside, or very many files", next);
    }
}

fn what(kind: &LeftoverKind) -> String {
    let times = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    match kind {
        LeftoverKind::Export { title } => format!("an export of {title} with readable secrets"),
        LeftoverKind::Addresses { count } => {
            format!("{} with a readable secret", times(*count, "otpauth address line"))
        }
        LeftoverKind::Picture { count } => format!("a picture with {} of an account", times(*count, "QR code")),
        LeftoverKind::ByName => "called like a file with recovery codes or an app's export".to_owned(),
    }
}

fn advice(leftover: &Leftover) -> String {
    let path = shown(&leftover.path.to_string_lossy());
    match leftover.kind {
        LeftoverKind::Export { .. } | LeftoverKind::Addresses { .. } => {
            format!("bring it in with: countersign import {path}; then delete it")
        }
        LeftoverKind::Picture { .. } => format!("bring it in with: countersign add --qr {path}; then delete it"),
        LeftoverKind::ByName => "look into it; store recovery codes with their account, then delete it".to_owned(),
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

fn is_read_whole(context: &mut Context<'_>, leftover: &Leftover) -> bool {
    let export = Export::open(context.machine, &leftover.path, None);
    export.is_ok_and(|export| export.read(None).is_ok_and(|read| read.skipped.is_empty()))
}

/// Offers to bring it in and then to delete it; tells whether it is gone.
fn put_away(context: &mut Context<'_>, leftover: &Leftover) -> Result<bool, Failure> {
    let can_import = matches!(leftover.kind, LeftoverKind::Export { .. } | LeftoverKind::Addresses { .. });
    if can_import && context.machine.prompter.confirm("Bring its accounts in now?")? {
        let import = Import {
            files: vec![leftover.path.clone()],
            from: None,
            password_file: None,
            dry_run: false,
            on_conflict: None,
        };
        if let Err(failure) = import::run(context, &import) {
            context.output.setback(&failure);
            return Ok(false);
        }
        if !is_read_whole(context, leftover) {
            // What was not brought in is not offered to be deleted.
            context.output.note("not all of it could be read, so it stays; look into it");
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
