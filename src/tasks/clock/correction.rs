//! The user's correction: what countersign adds to a clock that may not be set right.

use thiserror::Error;

use super::known::{Correction, Seen, change, known};
use crate::ports::{FileError, Machine};

/// A clock that is off by more than a day has a wrong date, which anybody can see and set.
pub const LARGEST_CORRECTION_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Why the correction was not changed.
#[derive(Debug, Error)]
pub enum CorrectionError {
    /// It is longer than a day.
    #[error("a correction is at most a day")]
    TooLarge,
    /// It cannot be kept.
    #[error("the correction could not be stored: {0}")]
    File(#[from] FileError),
}

impl CorrectionError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::TooLarge => "set this computer's date and time zone first, then compare again",
            Self::File(_) => "make room or rights in countersign's state folder, then try again",
        }
    }
}

/// Returns the correction in force.
pub fn correction(machine: &Machine) -> Option<Correction> {
    known(machine).correction
}

/// Gives this run's clock the correction that the user once set.
pub fn apply_correction(machine: &Machine) {
    // One that is too large was not written by us.
    let plausible =
        correction(machine).filter(|it| it.millis.unsigned_abs() <= LARGEST_CORRECTION_MILLIS.unsigned_abs());
    machine.clock.correct(plausible.map_or(0, |correction| correction.millis));
}

/// Sets the correction, in milliseconds that are added to this computer's time, or takes it away; also in this run.
///
/// # Errors
/// It is too large, or cannot be kept; then the one before holds.
pub fn set_correction(machine: &mut Machine, millis: Option<i64>) -> Result<(), CorrectionError> {
    if millis.is_some_and(|millis| millis.unsigned_abs() > LARGEST_CORRECTION_MILLIS.unsigned_abs()) {
        return Err(CorrectionError::TooLarge);
    }
    let was_synchronised = machine.time_sources.kernel().is_some_and(|kernel| kernel.is_synchronised);
    let set = Seen::now(machine);
    change(machine, |known| known.correction = millis.map(|millis| Correction { millis, set, was_synchronised }))?;
    machine.clock.correct(millis.unwrap_or(0));
    Ok(())
}
