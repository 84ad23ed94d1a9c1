//! The wall clock, its one reader, and the only place where this program lets time pass.
#![expect(
    clippy::disallowed_methods,
    reason = "everybody else receives time as an argument; this is where it comes from"
)]

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::otp::Timestamp;
use crate::ports::{Clock, ClockReading};

/// How long one sleep may last: a clock that was set meanwhile is noticed after this long.
const SLICE: Duration = Duration::from_millis(250);

/// The system's wall clock, and what the user has added to it. Clones share the correction.
#[derive(Clone, Debug, Default)]
pub struct WallClock {
    correction_millis: Arc<AtomicI64>,
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        now().plus_millis(self.correction_millis())
    }

    fn wait_until(&self, moment: Timestamp) {
        loop {
            let left = moment.as_millis().saturating_sub(self.now().as_millis());
            let Ok(left @ 1..) = u64::try_from(left) else {
                return;
            };
            pause(Duration::from_millis(left).min(SLICE));
        }
    }

    fn reading(&self) -> ClockReading {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let monotonic_millis = i64::try_from(START.elapsed().as_millis()).unwrap_or(i64::MAX);
        ClockReading { wall: now(), monotonic_millis, boot_millis: since_boot() }
    }

    fn correction_millis(&self) -> i64 {
        self.correction_millis.load(Ordering::Relaxed)
    }

    fn correct(&self, millis: i64) {
        self.correction_millis.store(millis, Ordering::Relaxed);
    }
}

/// Returns the present moment, uncorrected; before 1970 it is negative.
pub(super) fn now() -> Timestamp {
    let wall = SystemTime::now();
    let (distance, sign) = match wall.duration_since(UNIX_EPOCH) {
        Ok(since) => (since, 1),
        Err(before) => (before.duration(), -1),
    };
    Timestamp::from_millis(sign * i64::try_from(distance.as_millis()).unwrap_or(i64::MAX))
}

/// Returns the milliseconds since the computer was started, its sleep included, to a hundredth of a second.
#[cfg(target_os = "linux")]
fn since_boot() -> Option<i64> {
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    millis_of(uptime.split_whitespace().next()?)
}

/// Elsewhere nothing safe tells it.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Option<i64> {
    None
}

/// Reads seconds with a fraction, exactly.
#[cfg(any(target_os = "linux", test))]
fn millis_of(seconds: &str) -> Option<i64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uptime_is_read_to_the_millisecond() {
        assert_eq!(millis_of("22688.07"), Some(22_688_070));
        assert_eq!(millis_of("5"), Some(5_000));
        assert_eq!(millis_of("x"), None);
    }
}
