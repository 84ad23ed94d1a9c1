//! The wall clock, its one reader, and the only place where this program lets time pass.
#![expect(
    clippy::disallowed_methods,
    reason = "everybody else receives time as an argument; this is where it comes from"
)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::otp::Timestamp;
use crate::ports::Clock;

/// How long one sleep may last: a clock that was set meanwhile is noticed after this long.
const SLICE: Duration = Duration::from_millis(250);

/// The system's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn wait_until(&self, moment: Timestamp) {
        loop {
            let left = moment.as_millis().saturating_sub(now().as_millis());
            let Ok(left @ 1..) = u64::try_from(left) else {
                return;
            };
            pause(Duration::from_millis(left).min(SLICE));
        }
    }
}

/// Returns the present moment; before 1970 it is negative.
pub(super) fn now() -> Timestamp {
    let wall = SystemTime::now();
    let (distance, sign) = match wall.duration_since(UNIX_EPOCH) {
        Ok(since) => (since, 1),
        Err(before) => (before.duration(), -1),
    };
    Timestamp::from_millis(sign * i64::try_from(distance.as_millis()).unwrap_or(i64::MAX))
}

/// Lets time pass.
pub(super) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}

/// Measures how long something has been going on, whatever happens to the wall clock.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns how long it has been.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
