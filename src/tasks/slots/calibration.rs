//! How much a guess at a passphrase shall cost, measured on this computer.

use super::SlotError;
use crate::ports::Machine;
use crate::sealing::{self, WorkFactor};

/// Measures this computer, and returns the work factor whose guess takes about a second here, within the limits for
/// general use and the memory there is. Takes about half a second.
///
/// # Errors
/// There is not the memory for the least of it.
pub fn calibrated(machine: &mut Machine) -> Result<WorkFactor, SlotError> {
    let mut took_millis = [0; 3];
    for took in &mut took_millis {
        let before = machine.clock.reading().monotonic_millis;
        sealing::trial_guess()?;
        *took = machine.clock.reading().monotonic_millis - before;
    }
    // The middle one: another program that runs for a moment must not make the vault cheaper.
    took_millis.sort_unstable();
    Ok(WorkFactor::calibrated(took_millis[1], machine.host.available_memory()))
}
