//! Rotation: the last step of it, and the codes of a secret that is only tried.

use super::code::{IssueError, Issued, Which, new_account_id};
use super::commit::{CommitError, Saved, commit};
use super::session::Session;
use crate::otp::{Params, Timestamp};
use crate::ports::Machine;
use crate::vault::{Account, AccountId, Change, ChangeError, Edit, NewAccount, RecoveryChange, RotationChange};

/// Puts the new secret of an account into use: the site has accepted a code of it.
///
/// In the same change the old one goes into the trash as an account of its own, the recovery codes of before count as
/// superseded, and the account is pending no longer.
///
/// # Errors
/// The account is not being rotated, or it could not be saved.
pub fn accept_rotation(machine: &mut Machine, session: &mut Session, id: AccountId) -> Result<Saved, CommitError> {
    let account = session.vault().get(id).ok_or(CommitError::Change(ChangeError::NoSuchAccount(id)))?.clone();
    let now = machine.clock.now();
    let old = replaced(&account, new_account_id(machine)?, now);
    let mut changes = vec![Change::Rotation(id, RotationChange::Accept)];
    let sets = account.recovery().current().into_iter();
    changes.extend(sets.map(|set| Change::Recovery(id, RecoveryChange::Supersede(set.id(), Some(now)))));
    if account.pending() {
        changes.push(Change::Edit(id, Box::new(Edit { pending: Some(false), ..Edit::default() })));
    }
    let old_id = old.id;
    changes.extend([Change::Add(Box::new(old)), Change::Trash(old_id, now)]);
    let title = format!("confirmed the new secret of {}", account.label());
    let saved = commit(machine, session, &title, &Change::Batch(changes))?;
    // Which codes of the old secret were used says nothing about the new one.
    session.remember(machine, |memory| memory.forget_steps(id));
    Ok(saved)
}

/// Returns the account with the secret it had until now, for the trash.
fn replaced(account: &Account, id: AccountId, now: Timestamp) -> NewAccount {
    let name = [account.account(), "(old secret)"].join(" ");
    NewAccount {
        id,
        issuer: account.issuer().to_owned(),
        account: name.trim().to_owned(),
        enrolment: account.enrolment().clone(),
        counter: account.counter(),
        tags: account.tags().into_iter().map(str::to_owned).collect(),
        note: "replaced by a new secret; the site should refuse its codes".to_owned(),
        pinned: false,
        pending: false,
        created: now,
    }
}

/// Gives out a code of the new secret of an account that is being rotated. A HOTP counter is saved first.
///
/// # Errors
/// It is not being rotated, or its counter could not be saved.
pub fn issue_candidate(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
    moment: Timestamp,
) -> Result<Issued, IssueError> {
    let account = session.vault().get(id).ok_or(IssueError::Gone)?.clone();
    let candidate = account.candidate().ok_or(IssueError::NotRotating)?;
    let further = match which {
        Which::Current => 0,
        Which::Next => 1,
    };
    let issued =
        |step: u64| Issued { id, code: candidate.code(step), step, valid: None, used_before: false, next: None };
    if let Params::Hotp { .. } = candidate.params {
        let counter = account.candidate_counter().saturating_add(further);
        let after = counter.checked_add(1).ok_or(IssueError::CounterSpent)?;
        commit(machine, session, "counter", &Change::Rotation(id, RotationChange::Advance(after)))?;
        return Ok(issued(counter));
    }
    let step = candidate.step_at(moment).unwrap_or_default().saturating_add(further);
    let valid = Some((candidate.valid_from(step), candidate.valid_until(step)));
    Ok(Issued { valid, next: Some(candidate.code(step.saturating_add(1))), ..issued(step) })
}
