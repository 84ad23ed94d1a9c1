//! What the worker does for an account's life: a rotation's last step, and its codes, and what the audit must know.

use super::snapshot;
use super::words::{tell, trouble};
use crate::otp::Timestamp;
use crate::ports::Machine;
use crate::tasks::{self, Hold, Session, Which};
use crate::tui::message::{Copied, Outcome, Trouble};
use crate::vault::AccountId;
use crate::vault::audit::Limits;

pub(super) fn accept_rotation(machine: &mut Machine, session: &mut Session, id: AccountId) -> Result<Outcome, Trouble> {
    let saved = tasks::accept_rotation(machine, session, id).map_err(|error| trouble(&error, error.next_step()))?;
    let title = session.can_undo().map(crate::shown::shown).unwrap_or_default();
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added: None, told: tell(&saved.decisions) })
}

pub(super) fn copy_candidate(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    at: Timestamp,
) -> Result<Outcome, Trouble> {
    let copied = tasks::copy_candidate(machine, session, id, Which::Current, at, Hold::WhileRunning);
    let copied = copied.map_err(|error| trouble(&error, error.next_step()))?;
    let (step, valid, delivery) = (copied.step, copied.valid, Ok(copied.delivery));
    let copied = Copied { id, step, valid, delivery, used_before: false, is_new: true };
    Ok(Outcome::Copied { snapshot: snapshot(machine, session), copied })
}

pub(super) fn audit_facts(machine: &mut Machine, session: &mut Session) -> Result<Outcome, Trouble> {
    // The screen knows the settings, and puts its own limits in.
    Ok(Outcome::AuditFacts(Box::new(tasks::audit_facts(machine, session, Limits::default()))))
}
