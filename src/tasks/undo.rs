//! Takes the last change of this device back; doing it twice brings the change back.

use thiserror::Error;

use super::commit::{CommitError, Saved, commit};
use super::session::Session;
use crate::ports::Machine;
use crate::vault;

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The title of the change.
    pub title: String,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Why nothing was taken back.
#[derive(Debug, Error)]
pub enum UndoError {
    /// This device has made no change, or one that has no way back.
    #[error("there is no change to undo")]
    Nothing,
    /// All that it did was changed again since.
    #[error("the last change here, \"{0}\", was overtaken by later ones")]
    Overtaken(String),
    /// It could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl UndoError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Nothing => "removed accounts are in the trash; earlier copies of the vault lie beside it",
            Self::Overtaken(_) => "edit the account instead; earlier copies of the vault lie beside it",
            Self::Commit(error) => error.next_step(),
        }
    }
}

/// Takes the last change of this device back, also one of an earlier run.
///
/// # Errors
/// There is nothing to take back, or it could not be saved.
pub fn undo(machine: &mut Machine, session: &mut Session) -> Result<Undone, UndoError> {
    let last = session.memory.last_change().ok_or(UndoError::Nothing)?.clone();
    let change = vault::undoing(&last, &session.vault).ok_or_else(|| UndoError::Overtaken(last.title.clone()))?;
    let title = last.title.strip_prefix("undid: ").map_or_else(|| format!("undid: {}", last.title), str::to_owned);
    let saved = commit(machine, session, &title, &change)?;
    Ok(Undone { title: last.title, saved })
}
