//! The vault as this device last saw it: kept whole, so that whatever is put in its place can be told what it lacks.

use std::fmt;

use super::keys::{Ours, open_with};
use super::pin::Standing;
use crate::ports::{Machine, StateSlot};
use crate::sealing::VaultKey;
use crate::vault::{self, Decision, DecisionKind, Side, Vault};

/// How many things are named before the rest is counted.
const MOST: usize = 3;

/// What a file lacks of the state that was last seen here: nobody else may have it any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// What merging that state in would decide.
    pub decisions: Vec<Decision>,
}

impl Lacks {
    /// Returns each thing in words, without secrets.
    pub fn words(&self) -> Vec<String> {
        self.decisions.iter().map(words).collect()
    }
}

impl fmt::Display for Lacks {
    /// Names a few and counts the rest; nothing if there is nothing.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.words();
        if all.is_empty() {
            return Ok(());
        }
        write!(formatter, "; it lacks: {}", all[..all.len().min(MOST)].join(", "))?;
        match all.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(formatter, ", and {more} more"),
        }
    }
}

fn words(lack: &Decision) -> String {
    let label = &lack.label;
    match &lack.kind {
        DecisionKind::Added | DecisionKind::Kept | DecisionKind::Twin { .. } => format!("{label} (added)"),
        DecisionKind::Removed => format!("{label} (removed)"),
        DecisionKind::Updated { fields } => format!("{label} ({} changed)", fields.join(", ")),
        DecisionKind::Conflict { field, .. } => format!("{label} ({field} changed)"),
    }
}

/// Returns the file that this device last saw in the vault's place, if it can be read.
pub(super) fn bytes(machine: &Machine) -> Option<Vec<u8>> {
    machine.state.load(StateSlot::Seen).ok().flatten()
}

/// Returns what a state lacks of the one last seen here.
pub(super) fn lacks(machine: &Machine, key: &VaultKey, formers: &[VaultKey], held: &Vault) -> Lacks {
    let seen = bytes(machine).and_then(|file| open_with(&file, key, formers).ok());
    let seen = seen.and_then(|Ours { opened, .. }| vault::read(opened.expose_secret()).ok());
    let Some(seen) = seen else {
        return Lacks::default();
    };
    let mut decisions = vault::merge(None, held, &seen).decisions;
    // A later write would win a merge as well, but a secret is never left out of one.
    decisions.retain(|decision| !matches!(&decision.kind, DecisionKind::Conflict { field, side: Side::Ours, .. } if !matches!(*field, "secret" | "new secret")));
    Lacks { decisions }
}

/// Keeps the state last seen here among the earlier copies, before an older one takes its place.
pub(super) fn keep(machine: &mut Machine, standing: Standing) -> Result<(), crate::ports::FileError> {
    match standing {
        Standing::Older | Standing::GrewApart => match bytes(machine) {
            Some(seen) => machine.vault_file.keep_earlier(&seen),
            None => Ok(()),
        },
        Standing::FirstSight | Standing::Usual | Standing::Different => Ok(()),
    }
}
