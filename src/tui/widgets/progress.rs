//! A bar for work whose length is not known before: deriving a key.

use crate::otp::Timestamp;

/// How often the bar moves, in milliseconds.
const STEP_MILLIS: i64 = 100;
/// How long deriving a key takes, until it is known here, in milliseconds.
const USUAL_MILLIS: i64 = 1_000;

/// Returns how much of the bar is filled, in thousandths: nearly all of it when it takes as long as it took before, and
/// never quite all.
pub fn thousandths(since: Timestamp, now: Timestamp, took_millis: Option<i64>) -> u16 {
    let (elapsed, usual) = (now.millis_since(since).max(0), took_millis.unwrap_or(USUAL_MILLIS).max(1));
    let steady = elapsed.saturating_mul(900) / usual;
    let slow = 900 + 95 * (elapsed - usual).max(0) / (elapsed - usual + usual).max(1);
    u16::try_from(if elapsed < usual { steady } else { slow }).unwrap_or(1000)
}

/// Returns when the bar moves next.
pub fn next_step(now: Timestamp) -> Timestamp {
    now.plus_millis(STEP_MILLIS)
}
