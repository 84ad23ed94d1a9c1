//! What time does to the app: things that are due, a clock that was set, a computer that slept.

use super::super::effect::Effect;
use super::super::message::{Desktop, Message};
use super::super::notice::Notice;
use super::super::screen::Moved;
use super::super::timers::Due;
use super::Model;
use crate::otp::Timestamp;
use crate::tasks::clock::rounded_length;

/// A clock that was set by more than this is worth a word, in milliseconds.
const TELLING_MILLIS: i64 = 2_000;

impl Model {
    /// Lets time pass until `at`; returns what was due.
    pub(super) fn pass_time(&mut self, at: Timestamp, message: &Message) -> Vec<Effect> {
        match message {
            Message::ClockSet { by_millis } => {
                self.move_clock(*by_millis, Moved::Set);
                self.tell_of_step(at, *by_millis);
            }
            // Whoever corrected it is told of that already.
            Message::Corrected { by_millis } => self.move_clock(*by_millis, Moved::Corrected),
            _ => {} // in all others time just passes
        }
        let is_late = self.timers.is_late(at);
        self.now = at;
        let mut effects = Vec::new();
        if matches!(message, Message::ClockSet { .. }) && self.is_unlocked() {
            // What was known of the clock is no longer so.
            effects.push(Effect::Refresh);
        }
        let has_slept = is_late || matches!(message, Message::Slept { .. });
        if has_slept && self.settings.lock_on_sleep {
            effects.extend(self.shut("locked: this computer was asleep"));
        }
        for due in self.timers.due(at, self.is_unlocked(), self.settings.lock_after_secs) {
            match due {
                Due::NoticeGone => self.notice = None,
                Due::ClearClipboard => effects.push(Effect::ClearClipboard),
                Due::Refresh => effects.push(Effect::Refresh),
                Due::Copy { id, at } => effects.push(Effect::Copy { id, at }),
                Due::Lock => effects.extend(self.lock(Notice::note("locked: nobody was here"))),
            }
        }
        effects
    }

    /// Locks with the desktop, as far as the user wants that.
    pub(super) fn lock_with_desktop(&mut self, told: &Desktop) -> Vec<Effect> {
        let (locks, why) = match told {
            Desktop::Sleep(_) => (self.settings.lock_on_sleep, "locked: this computer goes to sleep"),
            Desktop::ScreenLocked => (self.settings.lock_on_screen_lock, "locked: the screen was locked"),
        };
        if locks { self.shut(why) } else { Vec::new() }
    }

    /// Takes the clock's jump out of everything that waits: what counts there is how long it has been.
    fn move_clock(&mut self, by_millis: i64, why: Moved) {
        self.now = self.now.plus_millis(by_millis);
        self.timers.shift(by_millis);
        for screen in &mut self.screens {
            screen.clock_moved(by_millis, why);
        }
        // But a code begins when the clock says so.
        let waiting = self.timers.waits_to_copy();
        let account = waiting.and_then(|id| self.snapshot.as_ref()?.vault.get(id));
        if let Some(account) = account {
            let begins = account.enrolment().next_begins(self.now);
            self.timers.copy_later(account.id(), begins.unwrap_or(self.now));
        }
    }

    /// Says why codes and countdowns are others now.
    fn tell_of_step(&mut self, at: Timestamp, by_millis: i64) {
        // `now` has taken part in the jump: what the picture shows is from before.
        let is_counted_twice = at.as_secs() < self.now.plus_millis(-by_millis).as_secs();
        if self.is_unlocked() && (by_millis.abs() > TELLING_MILLIS || is_counted_twice) {
            self.tell(Notice::note(step_words(by_millis)));
        }
    }
}

fn step_words(by_millis: i64) -> String {
    let by = match by_millis.unsigned_abs() {
        ..1_000 => "a little".to_owned(),
        by => format!("by {}", rounded_length(by)),
    };
    let direction = if by_millis < 0 { "back" } else { "forward" };
    format!("the clock was set {direction} {by}: codes were made anew")
}
