//! What is due when.

use crate::otp::Timestamp;
use crate::vault::AccountId;

/// How often we look whether another device wrote the vault, in seconds.
const REFRESH_SECS: i64 = 5;
/// How much later than planned we may wake before we take it that the computer slept, in milliseconds.
const ASLEEP_MILLIS: i64 = 30_000;

/// Something whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The notice has been there long enough.
    NoticeGone,
    /// The copied code has been there long enough.
    ClearClipboard,
    /// Another device may have written the vault.
    Refresh,
    /// The code that somebody waits for begins.
    Copy {
        /// Whose.
        id: AccountId,
        /// The moment it begins.
        at: Timestamp,
    },
    /// Nobody was here for long.
    Lock,
}

/// When things are due.
#[derive(Clone, Debug)]
pub struct Timers {
    last_input: Timestamp,
    last_refresh: Timestamp,
    notice_until: Option<Timestamp>,
    clear_clipboard_at: Option<Timestamp>,
    copy_later: Option<(AccountId, Timestamp)>,
    /// When we meant to wake.
    planned: Option<Timestamp>,
}

impl Timers {
    /// Returns timers with nothing due.
    pub fn new(now: Timestamp) -> Self {
        Self {
            last_input: now,
            last_refresh: now,
            notice_until: None,
            clear_clipboard_at: None,
            copy_later: None,
            planned: None,
        }
    }

    /// Notes that the user did something.
    pub fn touch(&mut self, now: Timestamp) {
        self.last_input = now;
    }

    /// Notes that the vault was just read.
    pub fn refreshed(&mut self, now: Timestamp) {
        self.last_refresh = now;
    }

    /// Lets a notice stay for so long.
    pub fn show_notice(&mut self, now: Timestamp, millis: i64) {
        self.notice_until = Some(now.plus_millis(millis));
    }

    /// Has the clipboard cleared after so long.
    pub fn clear_clipboard_after(&mut self, now: Timestamp, secs: u64) {
        self.clear_clipboard_at = Some(now.plus_secs(i64::try_from(secs).unwrap_or(i64::MAX)));
    }

    /// Has a code copied when it begins.
    pub fn copy_later(&mut self, id: AccountId, at: Timestamp) {
        self.copy_later = Some((id, at));
    }

    /// Notes when we mean to wake.
    pub fn plan(&mut self, at: Option<Timestamp>) {
        self.planned = at;
    }

    /// Tells whether it is so much later than we meant to wake that the computer must have slept.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.planned.is_some_and(|planned| now.millis_since(planned) > ASLEEP_MILLIS)
    }

    /// Returns whose code is copied when it begins.
    pub fn waits_to_copy(&self) -> Option<AccountId> {
        self.copy_later.map(|(id, _)| id)
    }

    /// Returns what is due, and forgets it.
    pub fn due(&mut self, now: Timestamp, is_unlocked: bool, lock_after_secs: Option<u64>) -> Vec<Due> {
        let mut due = Vec::new();
        if self.notice_until.take_if(|until| *until <= now).is_some() {
            due.push(Due::NoticeGone);
        }
        if self.clear_clipboard_at.take_if(|at| *at <= now).is_some() {
            due.push(Due::ClearClipboard);
        }
        if is_unlocked {
            if let Some((id, at)) = self.copy_later.take_if(|(_, at)| *at <= now) {
                due.push(Due::Copy { id, at });
            }
            if self.refresh_at() <= now {
                self.last_refresh = now;
                due.push(Due::Refresh);
            }
            if self.lock_at(lock_after_secs).is_some_and(|at| at <= now) {
                due.push(Due::Lock);
            }
        }
        due
    }

    /// Returns when something is due next.
    pub fn next(&self, is_unlocked: bool, lock_after_secs: Option<u64>) -> Option<Timestamp> {
        let mut next: Vec<Timestamp> = [self.notice_until, self.clear_clipboard_at].into_iter().flatten().collect();
        if is_unlocked {
            next.extend(self.copy_later.map(|(_, at)| at));
            next.extend(self.lock_at(lock_after_secs));
            next.push(self.refresh_at());
        }
        next.into_iter().min()
    }

    /// Returns when the vault locks if nothing is done until then.
    pub fn lock_at(&self, lock_after_secs: Option<u64>) -> Option<Timestamp> {
        let secs = i64::try_from(lock_after_secs?).unwrap_or(i64::MAX);
        Some(self.last_input.plus_secs(secs))
    }

    fn refresh_at(&self) -> Timestamp {
        self.last_refresh.plus_secs(REFRESH_SECS)
    }

    /// Moves everything along with a clock that was set: what counts is how long it has been.
    pub fn shift(&mut self, millis: i64) {
        self.last_input = self.last_input.plus_millis(millis);
        self.last_refresh = self.last_refresh.plus_millis(millis);
        for moment in [&mut self.notice_until, &mut self.clear_clipboard_at, &mut self.planned].into_iter().flatten() {
            *moment = moment.plus_millis(millis);
        }
    }
}
