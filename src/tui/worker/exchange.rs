//! What the worker does with other apps' files.

use std::path::Path;

use secrecy::SecretString;

use super::snapshot;
use super::words::{shown_path, tell, trouble};
use crate::exchange::{Choice, ExportPlan, ImportError, Row, missing_parts};
use crate::ports::Machine;
use crate::tasks::{self, Export, Session};
use crate::tui::message::{ExportRead, Outcome, Trouble};

pub(super) fn read_export(
    machine: &mut Machine,
    session: &mut Session,
    path: &Path,
    password: Option<&SecretString>,
) -> Result<Outcome, Trouble> {
    let export = Export::open(machine, path, None).map_err(|error| trouble(&error, error.next_step()))?;
    let from = export.format.title;
    let imported = match export.read(password) {
        Ok(imported) => imported,
        Err(ImportError::NeedsPassword) => return Ok(Outcome::NeedsPassword { from, trouble: None }),
        Err(error @ ImportError::WrongPassword { .. }) => {
            return Ok(Outcome::NeedsPassword { from, trouble: Some(trouble(&error, error.next_step())) });
        }
        Err(error) => return Err(trouble(&error, error.next_step())),
    };
    let (version, is_encrypted) = (imported.version, imported.encrypted);
    let mut notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
    notes.extend(missing_parts(imported.parts.iter().copied()).iter().map(ToString::to_string));
    let preview = tasks::preview_import(session, vec![imported]).pop().unwrap_or_default();
    Ok(Outcome::ExportRead(Box::new(ExportRead { from, version, is_encrypted, preview, notes })))
}

pub(super) fn import(
    machine: &mut Machine,
    session: &mut Session,
    from: &str,
    rows: &[(Row, Choice)],
) -> Result<Outcome, Trouble> {
    let rows = rows.iter().map(|(row, choice)| (row, *choice));
    let imported = tasks::import(machine, session, from, rows).map_err(|error| trouble(&error, error.next_step()))?;
    let (count, saved) = imported;
    let title = format!("imported {count} account{} from {from}", if count == 1 { "" } else { "s" });
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added: None, told: tell(&saved.decisions) })
}

pub(super) fn export(
    machine: &mut Machine,
    session: &mut Session,
    path: &Path,
    plan: &ExportPlan,
    password: Option<&SecretString>,
) -> Result<Outcome, Trouble> {
    let written =
        tasks::export(machine, session, path, plan, password).map_err(|error| trouble(&error, error.next_step()))?;
    if !written.encrypted {
        tasks::remember_plaintext(machine, session, &written.files);
    }
    let path = match &written.files[..] {
        [] => String::new(),
        [only] => shown_path(only),
        [first, others @ ..] => format!("{} and {} more", shown_path(first), others.len()),
    };
    Ok(Outcome::Exported { path, accounts: written.accounts, is_encrypted: written.encrypted })
}
