//! Gives codes out: saves a counter before its code is shown, and remembers what was used.

use thiserror::Error;

use super::commit::{CommitError, commit};
use super::session::Session;
use crate::otp::{Code, Params, Timestamp};
use crate::ports::{Machine, NoEntropy};
use crate::vault::{AccountId, Change, ChangeError};

/// Which code of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that is right at the moment.
    Current,
    /// The one after it.
    Next,
}

/// A code that was given out.
#[derive(Debug)]
pub struct Issued {
    /// Whose.
    pub id: AccountId,
    /// The code.
    pub code: Code,
    /// Its step, or its counter.
    pub step: u64,
    /// The first moment at which it is right, and the first at which it is not; none for a HOTP code.
    pub valid: Option<(Timestamp, Timestamp)>,
    /// Whether it had been given out here before.
    pub used_before: bool,
    /// The code of the step after it; none for HOTP, whose next code must be asked for.
    pub next: Option<Code>,
}

/// Why no code was given out.
#[derive(Debug, Error)]
pub enum IssueError {
    /// There is no such account any more.
    #[error("the account is not in the vault any more")]
    Gone,
    /// It is asked for a code of a new secret, and there is none beside the one in use.
    #[error("the account is not being rotated")]
    NotRotating,
    /// A HOTP counter has reached its end.
    #[error("the counter has reached its end")]
    CounterSpent,
    /// The counter could not be saved, so its code was not shown.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl IssueError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Gone => "list the accounts again; another device may have deleted it",
            Self::NotRotating => "leave --new out, or begin with: countersign rotate",
            Self::CounterSpent => "enrol anew at the site",
            Self::Commit(error) => error.next_step(),
        }
    }
}

/// Gives out a code as of `moment`.
///
/// The counter of a HOTP account is saved before its code is returned: a code that was shown may be used already.
/// With `mark`, the step counts as used on this device.
///
/// # Errors
/// There is no code to give, or its counter could not be saved.
pub fn issue(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
    moment: Timestamp,
    mark: bool,
) -> Result<Issued, IssueError> {
    let issued = prepare(machine, session, id, which, moment)?;
    if mark {
        session.remember(machine, |memory| memory.mark_used(id, issued.step, moment));
    }
    Ok(issued)
}

/// As [`issue`], but leaves the marking to the caller.
pub(super) fn prepare(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
    moment: Timestamp,
) -> Result<Issued, IssueError> {
    let account = session.vault.get(id).ok_or(IssueError::Gone)?.clone();
    if let Params::Hotp { .. } = account.params() {
        return prepare_counted(machine, session, id, which);
    }
    let enrolment = account.enrolment();
    let now = account.step(moment);
    let step = match which {
        Which::Current => now,
        Which::Next => now.saturating_add(1),
    };
    Ok(Issued {
        id,
        code: account.code(step),
        step,
        valid: Some((enrolment.valid_from(step), enrolment.valid_until(step))),
        used_before: session.memory.is_used(id, step),
        next: Some(account.code(step.saturating_add(1))),
    })
}

/// Gives out the code of a counter that nobody else has given out.
fn prepare_counted(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
) -> Result<Issued, IssueError> {
    loop {
        let account = session.vault.get(id).ok_or(IssueError::Gone)?.clone();
        let counter = match which {
            Which::Current => account.counter(),
            Which::Next => account.counter().saturating_add(1),
        };
        let after = counter.checked_add(1).ok_or(IssueError::CounterSpent)?;
        match commit(machine, session, "counter", &Change::Advance(id, after)) {
            Ok(_) => {
                let used_before = session.memory.is_used(id, counter);
                let code = account.code(counter);
                return Ok(Issued { id, code, step: counter, valid: None, used_before, next: None });
            }
            // Somebody else was quicker, and their counter is taken in by now.
            Err(CommitError::Change(ChangeError::CounterGoesBack(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Counts codes as used on this device that were given out without that, all at once.
pub fn mark_used(
    machine: &mut Machine,
    session: &mut Session,
    given: impl Iterator<Item = (AccountId, u64, Timestamp)>,
) {
    session.remember(machine, |memory| given.for_each(|(id, step, moment)| memory.mark_used(id, step, moment)));
}

/// Returns an id for a new account.
///
/// # Errors
/// The system gave no random numbers.
pub fn new_account_id(machine: &mut Machine) -> Result<AccountId, NoEntropy> {
    let mut bytes = [0; 8];
    machine.entropy.fill(&mut bytes)?;
    Ok(AccountId::from_bytes(bytes))
}
