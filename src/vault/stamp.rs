//! When a change was made: a moment that orders changes across devices, and a salt that makes it unique.

use crate::otp::Timestamp;

/// A moment and a salt; of two writes to one field, the one with the greater stamp is the later one.
///
/// The moment is a hybrid clock: never before any stamp that the vault already holds, so that a device whose
/// clock is behind cannot lose to what it has seen. The salt is random, so that two devices, or two copies of
/// one device, never make the same stamp for different changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Random; it decides between changes of the same millisecond.
    pub salt: u32,
}

impl Stamp {
    /// Returns a stamp for a change made `now` to a vault whose newest stamp is `newest`.
    pub fn next(now: Timestamp, newest: Option<Self>, salt: u32) -> Self {
        let Some(newest) = newest else {
            return Self { at: now.as_millis(), salt };
        };
        let at = now.as_millis().max(newest.at.saturating_add(1));
        // At the end of time only the salt is left to be later.
        let salt = if at > newest.at { salt } else { salt.max(newest.salt.saturating_add(1)) };
        Self { at, salt }
    }
}
