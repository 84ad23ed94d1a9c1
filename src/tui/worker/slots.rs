//! What the worker does with the ways to unlock the vault.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::words::{day, shown_path, tell, trouble};
use super::{Worker, snapshot};
use crate::ports::Machine;
use crate::sealing::{self, SealError, SheetCode, WorkFactor};
use crate::tasks::slots::{self, NewPassphrase, NewSlot, SlotError};
use crate::tasks::{Saved, Session};
use crate::tui::message::{Outcome, Trouble};
use crate::tui::slots::{NewCost, NewWay, PassphraseChange, SlotJob, SlotOutcome, Slots};

/// An identity file is a few lines.
const LARGEST_KEY_FILE: usize = 64 << 10;

impl Worker {
    pub(super) fn perform_on_slots(&mut self, job: SlotJob) -> Option<Outcome> {
        let work = self.work_factor;
        let file = match &job {
            SlotJob::Add { way: NewWay::KeyFile(file) | NewWay::Plugin(file), .. } => self.path(file),
            _ => PathBuf::new(), // nothing else is read from a file
        };
        let session = self.session.as_mut()?;
        let machine = &mut self.machine;
        let refused = |asked| move |error| SlotOutcome::Refused { asked, trouble: of_error(&error) };
        let outcome = match job {
            SlotJob::List => SlotOutcome::Listed(listed(machine, session, None, None)),
            SlotJob::Remove(id) => match remove(machine, session, &id) {
                Ok(title) => SlotOutcome::Listed(listed(machine, session, None, Some(title))),
                Err(error) => return Some(Outcome::Failed(of_error(&error))),
            },
            SlotJob::DrawSheet { asked } => slots::new_sheet(machine)
                .map_or_else(refused(asked), |code| SlotOutcome::SheetDrawn { asked, words: code.words().clone() }),
            SlotJob::WriteSheet(words) => {
                return Some(write_sheet(machine, session, &words).unwrap_or_else(Outcome::Failed));
            }
            SlotJob::Add { asked, way, name } => {
                let added = add(machine, session, &way, &name, (work, &file));
                added.map_or_else(refused(asked), |(id, title)| {
                    let slots = listed(machine, session, Some(id), Some(title));
                    SlotOutcome::Added { asked, slots }
                })
            }
            SlotJob::Change(change) => {
                let changed = change_passphrase(machine, session, &change);
                changed.map_or_else(refused(change.asked), |(id, title, words)| {
                    let slots = listed(machine, session, Some(id), Some(title));
                    SlotOutcome::Changed { asked: change.asked, slots, words }
                })
            }
        };
        Some(Outcome::Slots(Box::new(outcome)))
    }
}

fn add(
    machine: &mut Machine,
    session: &mut Session,
    way: &NewWay,
    name: &str,
    (work, file): (WorkFactor, &Path),
) -> Result<(String, String), SlotError> {
    let (added, what) = match way {
        NewWay::Passphrase(passphrase) => {
            (slots::add_slot(machine, session, NewSlot::Passphrase(passphrase, work), name)?, "another passphrase")
        }
        NewWay::Keyring => (slots::add_slot(machine, session, NewSlot::Keyring, name)?, "the keyring of this device"),
        NewWay::KeyFile(_) => {
            let key = read_key(machine, file)?;
            (slots::add_slot(machine, session, NewSlot::Identity(&key, Some(file)), name)?, "the key in the file")
        }
        NewWay::Plugin(_) => {
            let key = read_key(machine, file)?;
            (slots::add_slot(machine, session, NewSlot::Plugin(&key), name)?, "the key behind the plugin")
        }
        NewWay::Sheet(words) => {
            // They were drawn here and come back as they were.
            let code = SheetCode::read(words).map_err(|_other| SealError::WrongPassphrase)?;
            (slots::add_slot(machine, session, NewSlot::Sheet(&code), name)?, "the recovery sheet")
        }
    };
    Ok((added.id, with_others(&format!("{what} opens the vault from now on"), &added.saved)))
}

fn read_key(machine: &mut Machine, file: &Path) -> Result<SecretString, SlotError> {
    let bytes = machine.documents.read(file, LARGEST_KEY_FILE)?;
    Ok(sealing::identity_text(bytes)?)
}

/// Writes the sheet into the folder that the app was started in. Its words open nothing yet.
fn write_sheet(machine: &mut Machine, session: &Session, words: &SecretString) -> Result<Outcome, Trouble> {
    let code = SheetCode::read(words).map_err(|mistake| Trouble { what: mistake.to_string(), next_step: None })?;
    let day = day(machine);
    let path = PathBuf::from(format!("recovery-sheet-{day}.txt"));
    let page = slots::sheet_page(session, &code, &day);
    let written = machine.documents.write_new(&path, page.expose_secret().as_bytes());
    written.map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::SheetWritten(shown_path(&path)))
}

fn remove(machine: &mut Machine, session: &mut Session, id: &str) -> Result<String, SlotError> {
    let removed = slots::remove_slot(machine, session, id)?;
    let left = match removed.is_left_in_keyring {
        true => "; the keyring still holds its key, which opens earlier copies alone",
        false => "",
    };
    Ok(with_others(&format!("removed{left}"), &removed.saved))
}

/// Returns the new slot, what was done, and the vault's new words.
fn change_passphrase(
    machine: &mut Machine,
    session: &mut Session,
    change: &PassphraseChange,
) -> Result<(String, String, Option<String>), SlotError> {
    let work = match change.cost {
        NewCost::AsBefore => session.work_factor(),
        NewCost::Measured => slots::calibrated(machine)?,
        NewCost::Factor(log_n) => WorkFactor::new(log_n).unwrap_or_default(),
    };
    let (old, new, others) = (&change.old, &change.new, &change.others);
    let new = NewPassphrase { old, new, work, others, keep_key: change.keep_key };
    let changed = slots::change_passphrase(machine, session, &new)?;
    let title = if change.keep_key { "changed the passphrase" } else { "changed the passphrase and the vault's key" };
    Ok((changed.id, with_others(title, &changed.saved), changed.new_words))
}

fn listed(machine: &Machine, session: &Session, added: Option<String>, title: Option<String>) -> Slots {
    Slots { snapshot: snapshot(machine, session), slots: slots::slots(machine, session), added, title }
}

/// The screens have other means than the command line.
fn of_error(error: &SlotError) -> Trouble {
    let next_step = match error {
        SlotError::NeedsOtherPassphrases { .. } => "type the others as well, or keep the key",
        SlotError::WouldLeaveBehind(_) => "make them reachable, remove them first, or keep the key",
        other => other.next_step(),
    };
    trouble(error, next_step)
}

fn with_others(title: &str, saved: &Saved) -> String {
    match tell(&saved.decisions).as_slice() {
        [] => title.to_owned(),
        told => format!("{title}; another device {}", told.join(", ")),
    }
}
