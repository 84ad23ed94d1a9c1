//! What the worker does with accounts: adding, changing, copying, taking back.

use super::words::{no_entropy, tell, trouble};
use super::{merging, snapshot};
use crate::otp::{Params, Timestamp};
use crate::ports::Machine;
use crate::tasks::{self, CopyError, Hold, Session, Trust, Which};
use crate::tui::effect::Draft;
use crate::tui::message::{Copied, Outcome, Trouble};
use crate::vault::{AccountId, Change, Vault};

pub(super) fn add(machine: &mut Machine, session: &mut Session, draft: Draft) -> Result<Outcome, Trouble> {
    let id = tasks::new_account_id(machine).map_err(no_entropy)?;
    let new = draft.with_id(id, machine.clock.now());
    let title = format!("added {}", new_label(&new.issuer, &new.account));
    commit(machine, session, title, &Change::Add(Box::new(new)), Some(id))
}

/// Adds several accounts as one change, so that one undo takes all of them back.
pub(super) fn add_all(machine: &mut Machine, session: &mut Session, drafts: Vec<Draft>) -> Result<Outcome, Trouble> {
    let title = format!("added {} accounts", drafts.len());
    let mut changes = Vec::with_capacity(drafts.len());
    let mut first = None;
    for draft in drafts {
        let id = tasks::new_account_id(machine).map_err(no_entropy)?;
        first = first.or(Some(id));
        changes.push(Change::Add(Box::new(draft.with_id(id, machine.clock.now()))));
    }
    commit(machine, session, title, &Change::Batch(changes), first)
}

pub(super) fn commit(
    machine: &mut Machine,
    session: &mut Session,
    title: String,
    change: &Change,
    added: Option<AccountId>,
) -> Result<Outcome, Trouble> {
    let saved = tasks::commit(machine, session, &title, change).map_err(|error| trouble(&error, error.next_step()))?;
    let told = tell(&saved.decisions);
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added, told })
}

pub(super) fn undo(machine: &mut Machine, session: &mut Session) -> Result<Outcome, Trouble> {
    let undone = tasks::undo(machine, session).map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::Undone { snapshot: snapshot(machine, session), title: undone.title })
}

pub(super) fn refresh(
    machine: &mut Machine,
    session: &mut Session,
    merges_alone: Option<&Trust>,
) -> Result<Outcome, Trouble> {
    let refreshed = tasks::refresh(machine, session).map_err(|error| trouble(&error, error.next_step()))?;
    let mut told = tell(&refreshed.decisions);
    let mut copy = refreshed.copies.first().map(merging::found);
    if let Some(merged) = merges_alone.and_then(|trust| merging::bring_together(machine, session, trust)) {
        told.extend(merged?);
        copy = None;
    }
    Ok(Outcome::Refreshed { snapshot: snapshot(machine, session), told, copy })
}

pub(super) fn copy(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    at: Timestamp,
) -> Result<Outcome, Trouble> {
    let result = tasks::copy(machine, session, id, Which::Current, at, Hold::WhileRunning);
    let copied = match result {
        Ok(copied) => Copied {
            id,
            step: copied.step,
            valid: copied.valid,
            delivery: Ok(copied.delivery),
            used_before: copied.used_before,
            is_new: false,
        },
        Err(error) => Copied {
            id,
            step: spent_counter(&error, session.vault(), id).ok_or_else(|| trouble(&error, error.next_step()))?,
            valid: None,
            delivery: Err(trouble(&error, error.next_step())),
            used_before: false,
            is_new: false,
        },
    };
    Ok(Outcome::Copied { snapshot: snapshot(machine, session), copied })
}

/// A HOTP account has moved on although nothing took its code: that code must be shown then.
fn spent_counter(error: &CopyError, vault: &Vault, id: AccountId) -> Option<u64> {
    match error {
        CopyError::Issue(_) => None,
        CopyError::Clipboard(_) => {
            let account = vault.get(id)?;
            matches!(account.params(), Params::Hotp { .. }).then(|| account.counter().saturating_sub(1))
        }
    }
}

fn new_label(issuer: &str, account: &str) -> String {
    match (issuer, account) {
        ("", "") => "an account".to_owned(),
        (only, "") | ("", only) => crate::shown::shown(only),
        (issuer, account) => format!("{} · {}", crate::shown::shown(issuer), crate::shown::shown(account)),
    }
}
