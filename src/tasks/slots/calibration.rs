//! How much a guess at a passphrase shall cost, measured on this computer.

use super::SlotError;
use crate::ports::Machine;
use crate::sealing::{self, WorkFactor};

/// How often it is measured.
const RUNS: usize = 3;

/// Measures this computer, and returns the work factor whose guess takes about a second here, within the limits for
/// general use and the memory there is. Takes about half a second.
///
/// # Errors
/// There is not the memory for the least of it.
pub fn calibrated(machine: &mut Machine) -> Result<WorkFactor, SlotError> {
    let mut fastest = i64::MAX;
    for _ in 0..RUNS {
        let before = machine.clock.reading().monotonic_millis;
        sealing::trial_guess()?;
        // Other programs make a run longer, never shorter: a busy computer must not make the vault cheaper.
        fastest = fastest.min(machine.clock.reading().monotonic_millis - before);
    }
    Ok(WorkFactor::calibrated(fastest, machine.host.available_memory()))
}
