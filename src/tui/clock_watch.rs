//! Sees that the wall clock was set and that the computer slept: two looks at its clocks tell.

use super::message::Message;
use crate::otp::Timestamp;
use crate::ports::ClockReading;

/// A wall clock that gains so much on the others was set, in milliseconds: more than being interrupted between two
/// readings does, and less than anybody notices in a timer.
const STEP_MILLIS: i64 = 250;
/// Who sleeps that long has been left alone, in milliseconds.
const SLEEP_MILLIS: i64 = 5_000;

/// What the clocks showed at the last look.
pub struct ClockWatch {
    last: ClockReading,
    correction_millis: i64,
}

impl ClockWatch {
    /// Begins to watch.
    pub fn new(reading: ClockReading, correction_millis: i64) -> Self {
        Self { last: reading, correction_millis }
    }

    /// Returns the corrected time of the last look.
    pub fn now(&self) -> Timestamp {
        self.last.wall.plus_millis(self.correction_millis)
    }

    /// Returns the milliseconds from the last look to this reading, whatever was done to the wall clock meanwhile.
    pub fn since(&self, reading: &ClockReading) -> i64 {
        reading.monotonic_millis.saturating_sub(self.last.monotonic_millis).max(0)
    }

    /// Looks again; returns what happened since, in the order in which the model has to hear it.
    pub fn look(&mut self, reading: ClockReading, correction_millis: i64) -> Vec<Message> {
        let earlier = std::mem::replace(&mut self.last, reading);
        let corrected_by = correction_millis.saturating_sub(self.correction_millis);
        self.correction_millis = correction_millis;
        let (stepped_by, slept) = (reading.stepped_since(&earlier), reading.slept_since(&earlier));
        // Where the system does not tell sleeping from being set forward, the careful answer is the one that locks.
        let tells_sleep = reading.boot_millis.is_some() && earlier.boot_millis.is_some();
        let slept = if tells_sleep { slept } else { stepped_by };
        let stepped_by = if tells_sleep || stepped_by < SLEEP_MILLIS { stepped_by } else { 0 };
        // A second that is shown twice is seen, however little the clock was set back.
        let is_set = stepped_by.abs() >= STEP_MILLIS || reading.wall.as_secs() < earlier.wall.as_secs();
        let told = [
            is_set.then_some(Message::ClockSet { by_millis: stepped_by }),
            (corrected_by != 0).then_some(Message::Corrected { by_millis: corrected_by }),
            (slept >= SLEEP_MILLIS).then_some(Message::Slept { millis: slept }),
        ];
        told.into_iter().flatten().collect()
    }
}
