//! What the worker does with recovery codes.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::snapshot;
use super::words::{shown_path, tell, trouble};
use crate::exchange::recovery_codes::{self, Reading};
use crate::ports::Machine;
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
    let saved = tasks::add_recovery(machine, session, None, id, reading, origin, keep_old).map_err(of_error)?;
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
    let copied = tasks::copy_recovery(machine, session, None, id, choice, Hold::WhileRunning);
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
    let account = session.vault().get(id).cloned().ok_or_else(|| of_error(RecoveryError::Gone))?;
    let now = jiff::Timestamp::from_millisecond(machine.clock.now().as_millis()).unwrap_or_default();
    let day = now.strftime("%Y-%m-%d").to_string();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = account.label().chars().take(40).map(plain).collect();
    let path = PathBuf::from(format!("recovery-codes-{name}-{day}.txt"));
    let sheet = recovery_codes::sheet(&account.label(), &day, account.recovery(), None);
    let written = machine.documents.write_new(&path, sheet.expose_secret().as_bytes());
    written.map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::SheetWritten(shown_path(&path)))
}

fn of_error(error: RecoveryError) -> Trouble {
    trouble(&error, error.next_step())
}
