//! Rotation: a new secret is tried beside the one in use, until the site has accepted a code of it.
//!
//! Neither is ever lost, whatever happens to the attempt: what is not in use any more is a former secret.

use super::account::Account;
use super::change::ChangeError;
use super::stamp::Stamp;
use crate::otp::Enrolment;

/// What else to do when an account is rotated because somebody may have got in, or a device is lost.
pub const ROTATION_CHECKLIST: [&str; 4] = [
    "change the password, if somebody else may know it",
    "end all other sessions at the site, and take back what apps were allowed",
    "have the site make new recovery codes and store them here: the old ones count as superseded once it is confirmed",
    "bring the new secret to your other devices: a merge, or its QR code",
];

/// What happens to the new secret of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotationChange {
    /// It is tried from now on, beside the one in use.
    Try {
        /// Secret and parameters.
        enrolment: Box<Enrolment>,
        /// The next counter of a HOTP account; 0 otherwise.
        counter: u64,
    },
    /// The site accepted it: it is in use, and the one before is a former one.
    Accept,
    /// It is tried no longer, and kept as a former one.
    Stop,
    /// Its next HOTP counter moves on; never back.
    Advance(u64),
}

/// Makes a change.
///
/// # Errors
/// It does not fit; nothing was changed then.
pub(super) fn apply(account: &mut Account, change: &RotationChange, stamp: Stamp) -> Result<(), ChangeError> {
    if let RotationChange::Try { enrolment, counter } = change {
        if **enrolment == *account.enrolment() {
            return Err(ChangeError::SameSecret(account.id()));
        }
        account.enrolments.try_out(Enrolment::clone(enrolment), stamp);
        account.candidate.set(Some(stamp), stamp);
        account.candidate_counter.set(*counter, stamp);
        return Ok(());
    }
    let candidate = account.candidate().ok_or(ChangeError::NotRotating(account.id()))?.clone();
    match change {
        RotationChange::Try { .. } => {}
        RotationChange::Accept => {
            account.enrolments.set(candidate, stamp);
            account.counter.set(account.candidate_counter(), stamp);
            account.candidate.set(None, stamp);
        }
        RotationChange::Stop => account.candidate.set(None, stamp),
        RotationChange::Advance(counter) => {
            if *counter <= account.candidate_counter() {
                return Err(ChangeError::CounterGoesBack(account.id()));
            }
            account.candidate_counter.advance(*counter, stamp);
        }
    }
    Ok(())
}

/// Returns the change that makes the new secret what it was `before`.
pub(super) fn returning_to(before: &Account) -> RotationChange {
    match before.candidate() {
        Some(candidate) => {
            RotationChange::Try { enrolment: Box::new(candidate.clone()), counter: before.candidate_counter() }
        }
        None => RotationChange::Stop,
    }
}
