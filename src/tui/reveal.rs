//! Something hidden that is shown for a while, because somebody asked for it.

use crate::otp::Timestamp;

/// What is shown until when. Showing another thing hides the first.
#[derive(Clone, Copy, Debug)]
pub struct Reveal<T>(Option<(T, Timestamp)>);

impl<T: Copy + PartialEq> Reveal<T> {
    /// Shows it for so many milliseconds, or hides it again.
    pub fn toggle(&mut self, what: T, millis: i64, now: Timestamp) {
        self.0 = (self.shown(now) != Some(what)).then(|| (what, now.plus_millis(millis)));
    }

    /// Returns what is shown.
    pub fn shown(&self, now: Timestamp) -> Option<T> {
        self.0.filter(|(_, until)| *until > now).map(|(what, _)| what)
    }

    /// Tells whether this is shown.
    pub fn shows(&self, what: T, now: Timestamp) -> bool {
        self.shown(now) == Some(what)
    }

    /// Hides it before its time.
    pub fn end(&mut self) {
        self.0 = None;
    }

    /// Moves its end along with a clock that was set.
    pub fn shift(&mut self, millis: i64) {
        if let Some((_, until)) = &mut self.0 {
            *until = until.plus_millis(millis);
        }
    }

    /// Returns when it hides itself.
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.map(|(_, until)| until).filter(|until| *until > now)
    }
}

impl<T> Default for Reveal<T> {
    fn default() -> Self {
        Self(None)
    }
}
