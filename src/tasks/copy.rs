//! Puts a code on the clipboard, and counts it as used only when something took it.

use secrecy::SecretString;
use thiserror::Error;

use super::code::{IssueError, Issued, Which, prepare};
use super::rotation::issue_candidate;
use super::session::Session;
use crate::otp::Timestamp;
use crate::ports::{ClipboardError, Delivery, Machine};
use crate::vault::AccountId;

/// Who keeps the copied text there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// This process, until it clears it.
    WhileRunning,
    /// Somebody else, for so many seconds: this process is about to end.
    HandOver(u64),
}

/// A code that is on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its step, or its counter.
    pub step: u64,
    /// The first moment at which it is right, and the first at which it is not; none for a HOTP code.
    pub valid: Option<(Timestamp, Timestamp)>,
    /// Whether it had been given out here before.
    pub used_before: bool,
    /// Which clipboard took it.
    pub delivery: Delivery,
}

/// Why nothing was copied.
#[derive(Debug, Error)]
pub enum CopyError {
    /// There was no code to copy.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// Nothing took it.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
}

impl CopyError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Issue(error) => error.next_step(),
            Self::Clipboard(error) => error.next_step(),
        }
    }
}

/// Copies the code of an account as of `moment`.
///
/// # Errors
/// There is no code, or nothing takes it; then it does not count as used.
pub fn copy(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
    moment: Timestamp,
    hold: Hold,
) -> Result<Copied, CopyError> {
    let issued = prepare(machine, session, id, which, moment)?;
    let copied = deliver(machine, &issued, hold)?;
    session.remember(machine, |memory| memory.mark_used(id, issued.step, moment));
    Ok(copied)
}

/// Copies the code of the new secret of an account that is being rotated. It does not count as used.
///
/// # Errors
/// The account is not being rotated, or nothing takes the code.
pub fn copy_candidate(
    machine: &mut Machine,
    session: &mut Session,
    id: AccountId,
    which: Which,
    moment: Timestamp,
    hold: Hold,
) -> Result<Copied, CopyError> {
    let issued = issue_candidate(machine, session, id, which, moment)?;
    Ok(deliver(machine, &issued, hold)?)
}

fn deliver(machine: &mut Machine, issued: &Issued, hold: Hold) -> Result<Copied, ClipboardError> {
    let text = SecretString::from(issued.code.expose_secret());
    let delivery = match hold {
        Hold::WhileRunning => machine.clipboard.put(&text)?,
        Hold::HandOver(seconds) => machine.clipboard.hand_over(&text, seconds)?,
    };
    Ok(Copied { step: issued.step, valid: issued.valid, used_before: issued.used_before, delivery })
}
