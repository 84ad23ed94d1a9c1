//! What the worker does for an account's life: a rotation's last step, and what the audit must know.

use super::snapshot;
use super::words::{tell, trouble};
use crate::ports::Machine;
use crate::tasks::{self, Session};
use crate::tui::message::{Outcome, Trouble};
use crate::vault::AccountId;
use crate::vault::audit::Limits;

pub(super) fn accept_rotation(machine: &mut Machine, session: &mut Session, id: AccountId) -> Result<Outcome, Trouble> {
    let saved = tasks::accept_rotation(machine, session, id).map_err(|error| trouble(&error, error.next_step()))?;
    let title = session.can_undo().map(crate::shown::shown).unwrap_or_default();
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added: None, told: tell(&saved.decisions) })
}

pub(super) fn audit_facts(machine: &mut Machine, session: &mut Session) -> Result<Outcome, Trouble> {
    // The screen knows the settings, and puts its own limits in.
    Ok(Outcome::AuditFacts(Box::new(tasks::audit_facts(machine, session, Limits::default()))))
}
