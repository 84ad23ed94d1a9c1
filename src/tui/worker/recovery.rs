//! What the worker does with recovery codes.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::words::{day, shown_path, tell, trouble};
use super::{basket, snapshot};
use crate::exchange::recovery_codes::{self, Reading};
use crate::ports::Machine;
use crate::tasks::basket::Basket;
use crate::tasks::{self, CodeChoice, Hold, RecoveryError, Session};
use crate::tui::message::{Outcome, Trouble};
use crate::vault::{AccountId, SetId};

pub(super) fn add(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    reading: &Reading,
    origin: &str,
    keep_old: bool,
) -> Result<Outcome, Trouble> {
    let stored = basket::with(session, |session, basket| {
        tasks::add_recovery(machine, session, basket, id, reading, origin, keep_old)
    });
    let saved = stored.map_err(of_error)?;
    let label = session.vault().get(id).map(|account| account.label()).unwrap_or_default();
    let title = format!("stored {} for {label}", tasks::count_words(reading.codes.len()));
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added: None, told: tell(&saved.decisions) })
}

pub(super) fn read(machine: &mut Machine, file: PathBuf) -> Result<Outcome, Trouble> {
    let reading = tasks::read_recovery_file(machine, &file);
    let reading = reading.map(Arc::new).map_err(|error| trouble(&error, error.next_step()));
    Ok(Outcome::RecoveryRead { file, reading })
}

pub(super) fn copy(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    set: SetId,
    code: usize,
) -> Result<Outcome, Trouble> {
    let choice = CodeChoice::Of(set, code);
    let copied = basket::with(session, |session, basket| {
        let contents = basket.as_deref().map(Basket::contents);
        tasks::copy_recovery(machine, session, contents, id, choice, Hold::WhileRunning)
    });
    let (used, delivery) = copied.map_err(of_error)?;
    Ok(Outcome::RecoveryCopied {
        snapshot: snapshot(machine, session),
        number: used.number,
        left: used.left,
        delivery,
        notes: used.notes.iter().map(ToString::to_string).collect(),
    })
}

/// Writes the sheet into the folder that the app was started in.
pub(super) fn write_sheet(machine: &mut Machine, session: &mut Session, id: AccountId) -> Result<Outcome, Trouble> {
    let account = session.seen().get(id).cloned().ok_or_else(|| of_error(RecoveryError::Gone))?;
    if account.recovery().current().iter().any(|set| set.is_apart()) {
        return Err(of_error(RecoveryError::Apart));
    }
    let day = day(machine);
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = account.label().chars().take(40).map(plain).collect();
    let path = PathBuf::from(format!("recovery-codes-{name}-{day}.txt"));
    let sheet = recovery_codes::sheet(&account.label(), &day, account.recovery(), None);
    let written = machine.documents.write_new(&path, sheet.expose_secret().as_bytes());
    written.map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::SheetWritten(shown_path(&path)))
}

fn of_error(error: RecoveryError) -> Trouble {
    match error {
        RecoveryError::Apart => trouble(&error, "open them first: B among the recovery codes"),
        error => trouble(&error, error.next_step()),
    }
}
