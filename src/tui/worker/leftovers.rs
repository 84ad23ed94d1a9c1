//! What the worker does about what lies about: looking, in pieces; reading; deleting.

use std::path::PathBuf;

use secrecy::SecretString;

use super::Worker;
use super::pictures::lines;
use super::words::trouble;
use crate::otp::Timestamp;
use crate::ports::Machine;
use crate::tasks::{self, Leftover, LeftoverKind, LeftoverSearch, Session};
use crate::tui::leftovers::{LeftoverOutcome, LeftoverTask};
use crate::tui::message::{Outcome, Trouble};

/// So many files are looked at in one go, each picture being as much work as so many files.
const FILES_AT_ONCE: usize = 200;
const FILES_PER_PICTURE: usize = 40;
/// The longest text that is taken into the form, in bytes.
const TEXT_BYTES: usize = 2 * 1024 * 1024;

/// A search that somebody waits for.
pub(super) struct Search {
    asked: Timestamp,
    search: LeftoverSearch,
}

impl Worker {
    pub(super) fn perform_leftovers(&mut self, task: LeftoverTask) -> Option<Outcome> {
        let session = self.session.as_ref()?;
        let outcome = match task {
            LeftoverTask::Folders => {
                let home = self.places.as_ref().map(|places| places.home.clone());
                let folders = home.map(|home| tasks::usual_folders(&mut self.machine, &home));
                Ok(LeftoverOutcome::Folders(folders.unwrap_or_default()))
            }
            LeftoverTask::Search { asked, folders } => {
                self.search = Some(Search { asked, search: LeftoverSearch::of(&folders) });
                return self.look_further(asked).map(Outcome::Leftovers);
            }
            LeftoverTask::GoOn { asked } => return self.look_further(asked).map(Outcome::Leftovers),
            LeftoverTask::Take(leftover) => take(&mut self.machine, &leftover).map(LeftoverOutcome::Taken),
            LeftoverTask::Compare(found) => Ok(LeftoverOutcome::Compared(kept(&mut self.machine, session, &found))),
            LeftoverTask::Delete(path) => match tasks::remove_leftover(&mut self.machine, &path) {
                Ok(()) => Ok(LeftoverOutcome::Deleted(path)),
                Err(error) => Err(trouble(&error, error.next_step())),
            },
        };
        Some(outcome.map_or_else(Outcome::Failed, Outcome::Leftovers))
    }

    /// Looks at some more files; a search that was replaced meanwhile has no answer.
    fn look_further(&mut self, asked: Timestamp) -> Option<LeftoverOutcome> {
        let mut search = self.search.take_if(|search| search.asked == asked)?.search;
        let work = |search: &LeftoverSearch| search.files() + search.pictures() * FILES_PER_PICTURE;
        let before = work(&search);
        while search.step(&mut self.machine) {
            if work(&search) - before >= FILES_AT_ONCE {
                let (files, found) = (search.files(), search.found());
                self.search = Some(Search { asked, search });
                return Some(LeftoverOutcome::Looking { asked, files, found });
            }
        }
        let leftovers = search.finish();
        let kept = kept(&mut self.machine, self.session.as_ref()?, &leftovers.found);
        Some(LeftoverOutcome::Found { asked, leftovers, kept })
    }
}

fn kept(machine: &mut Machine, session: &Session, found: &[Leftover]) -> Vec<PathBuf> {
    let is_kept = |leftover: &&Leftover| tasks::is_in_vault(machine, session, leftover);
    found.iter().filter(is_kept).map(|leftover| leftover.path.clone()).collect()
}

/// Reads the addresses; whoever takes them leaves out what is none.
fn take(machine: &mut Machine, leftover: &Leftover) -> Result<SecretString, Trouble> {
    if let LeftoverKind::Picture { .. } = leftover.kind {
        let codes = tasks::codes_of_file(machine, &leftover.path);
        return codes.map(|codes| lines(&codes)).map_err(|error| trouble(&error, error.next_step()));
    }
    let bytes = machine.documents.read(&leftover.path, TEXT_BYTES);
    let bytes = bytes.map_err(|error| trouble(&error, error.next_step()))?;
    let no_text = |_| Trouble { what: "the file has changed and is no text any more".to_owned(), next_step: None };
    String::from_utf8(bytes).map(SecretString::from).map_err(no_text)
}
