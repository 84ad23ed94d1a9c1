//! The clock, between the screens and the worker: what is asked, what comes back, and how it stands in a few words.

use std::sync::Arc;

use super::message::Snapshot;
use super::notice::Notice;
use super::theme::Role;
use crate::otp::{Ahead, Secret, Timestamp};
use crate::ports::ServerAnswer;
pub use crate::tasks::clock::{
    Asking, Cause, CauseKind, Certainty, Evidence, EvidenceKind, Heard, LARGEST_CORRECTION_MILLIS, Level, Likelihood,
    Refused, Report, Says, ahead_in_words, correction_in_words, refused_causes, rounded_length,
};
use crate::vault::AccountId;

/// What the worker shall do about the clock.
#[derive(Debug)]
pub enum ClockTask {
    /// Ask everybody on this computer how the clock stands.
    Look,
    /// Have so many milliseconds added to the clock when codes are made, or nothing any more.
    Correct(Option<i64>),
    /// Remember what a comparison with another device has shown.
    Remember {
        /// How far this computer's own clock is ahead of it.
        ahead: Ahead,
        /// How many codes or key presses that rests on.
        codes: u32,
        /// Whose codes these were; `None` for a throw-away secret.
        account: Option<AccountId>,
    },
    /// Make a throw-away secret to compare with.
    MakeSecret,
    /// Ask these servers on the network.
    Ask {
        /// Comes back with the answer, so that a late one can be told.
        asked: Timestamp,
        /// Whom: `host` or `host:port`.
        servers: Vec<String>,
    },
}

/// What became of it.
#[derive(Debug)]
pub enum ClockOutcome {
    /// All that is known on this computer.
    Looked(Arc<Report>),
    /// Codes are made with another correction from now on.
    Corrected {
        /// What is in the vault, and known of the clock now.
        snapshot: Snapshot,
        /// The correction before.
        before: Option<i64>,
    },
    /// A comparison is remembered.
    Remembered(Snapshot),
    /// A secret that nobody else has.
    Secret(Secret),
    /// Servers on the network were asked.
    Asked {
        /// Which attempt this answers.
        asked: Timestamp,
        /// What they said.
        asking: Asking,
        /// What is in the vault, and known of the clock now.
        snapshot: Snapshot,
    },
}

impl ClockOutcome {
    /// Returns the snapshot that came with it.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::Corrected { snapshot, .. } | Self::Remembered(snapshot) | Self::Asked { snapshot, .. } => {
                Some(snapshot)
            }
            Self::Looked(_) | Self::Secret(_) => None,
        }
    }

    /// Returns what to tell; the screens say the rest in place.
    pub fn notice(&self) -> Option<Notice> {
        let Self::Corrected { snapshot, before } = self else { return None };
        let words = |millis: i64| with_minus(&correction_in_words(millis));
        let was = before.map(|before| format!("; it was {}", words(before))).unwrap_or_default();
        Some(Notice::good(match &snapshot.clock.correction {
            Some(correction) => format!("codes are made with {}{was} · x takes it away", words(correction.millis)),
            None => format!("codes are made with this computer's own time again{was}"),
        }))
    }
}

/// How the clock stands, for places with little room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockState {
    /// The words, the longest first.
    pub words: [String; 2],
    /// What they look like.
    pub role: Role,
    /// Whether it must be seen wherever there are codes.
    pub must_be_seen: bool,
}

impl ClockState {
    /// Says how the clock stands.
    pub fn of(report: &Report) -> Self {
        let both = |long: String, short: String| [long, short];
        let role = role_of(report.level);
        let sign = if report.level.is_alarm() { "! " } else { "" };
        if let Some(correction) = &report.correction {
            let by = with_minus(&correction_in_words(correction.millis));
            let is_doubted = report.doubt_of_correction().is_some();
            let role = if is_doubted || report.level == Level::Unknown { Role::Warning } else { role };
            let doubt = if is_doubted { "?" } else { "" };
            let words = both(format!("{sign}clock {by} applied{doubt}"), format!("{sign}{by} applied{doubt}"));
            let role = if role == Role::Muted { Role::Pending } else { role };
            return Self { words, role, must_be_seen: true };
        }
        let words = match (report.level, report.ahead) {
            (Level::Unknown, _) | (_, None) => both("clock not confirmed".to_owned(), "clock ?".to_owned()),
            (Level::Ok, Some(_)) => both("clock ok".to_owned(), "clock ok".to_owned()),
            (_, Some(ahead)) if ahead.is_open() => {
                let by = rounded_length(ahead.high().unsigned_abs());
                both(format!("{sign}clock behind by {by} or more"), format!("{sign}clock behind"))
            }
            (_, Some(ahead)) => {
                let short = format!("{sign}clock {}", signed(ahead.centre()));
                both(short.clone(), short)
            }
        };
        Self { words, role, must_be_seen: report.level.is_alarm() }
    }
}

/// Returns what a level looks like.
pub fn role_of(level: Level) -> Role {
    match level {
        Level::Ok | Level::Note | Level::Unknown => Role::Muted,
        Level::Warn => Role::Warning,
        Level::Critical => Role::Danger,
    }
}

/// Returns the correction that would set the codes right, in milliseconds: no finer than what is known.
pub fn suggested(report: &Report) -> Option<i64> {
    let ahead = report.ahead.filter(|ahead| !ahead.is_open())?;
    let unit = if ahead.uncertainty() >= 100 { 1_000 } else { 100 };
    let rounded = (ahead.centre().saturating_add(ahead.centre().signum() * unit / 2) / unit).saturating_mul(unit);
    let is_worth_it = ahead.at_least() > 0 && rounded != 0 && rounded.abs() <= LARGEST_CORRECTION_MILLIS;
    is_worth_it.then_some(-rounded)
}

/// Returns how far this computer is ahead of a server: its answer was on its way for some time.
pub fn of_server(answer: ServerAnswer) -> Ahead {
    Ahead::around(answer.ahead_millis, answer.round_trip_millis / 2)
}

/// Says how far ahead a clock is, with a sign: `+61 s`, `−1 h 2 min`.
fn signed(millis: i64) -> String {
    let sign = if millis < 0 { "−" } else { "+" };
    format!("{sign}{}", rounded_length(millis.unsigned_abs()))
}

/// Has the sign that is as wide as a plus.
pub fn with_minus(words: &str) -> String {
    words.replacen('-', "−", 1)
}
