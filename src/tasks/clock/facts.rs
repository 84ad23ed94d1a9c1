//! What the vault and its folder tell of the time: it cannot be earlier than what has happened already.

use crate::otp::{Period, Timestamp};
use crate::ports::{FoundKind, Machine};
use crate::tasks::conflict_copies;
use crate::tasks::session::Session;

/// What is known from the vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When an open vault was last saved.
    pub last_save: Option<Timestamp>,
    /// The shortest step among an open vault's accounts.
    pub shortest_period: Option<Period>,
    /// When the newest file that was looked at beside the vault was written.
    pub newest_file: Option<Timestamp>,
}

impl Facts {
    /// Returns what can be told at once: the vault if it is open, and the date of its file.
    pub fn near(machine: &Machine, session: Option<&Session>) -> Self {
        let file = machine.documents.look(machine.vault_file.path()).ok().flatten();
        Self {
            last_save: session.map(Session::saved_at),
            shortest_period: session.and_then(shortest_period),
            newest_file: file.and_then(|file| file.modified),
        }
    }

    /// Returns the same, with the dates of all the files beside the vault.
    pub fn around(machine: &Machine, session: Option<&Session>) -> Self {
        let beside = machine.documents.list(&conflict_copies::folder(machine)).unwrap_or_default();
        let files = beside.into_iter().filter(|found| found.kind == FoundKind::File);
        let newest = files.filter_map(|found| found.modified).max();
        let near = Self::near(machine, session);
        Self { newest_file: near.newest_file.max(newest), ..near }
    }
}

fn shortest_period(session: &Session) -> Option<Period> {
    session.vault().accounts().filter_map(|account| account.params().period()).min()
}
