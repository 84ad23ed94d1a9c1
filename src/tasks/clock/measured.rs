//! What a comparison or a server said some time ago, and what is left of it now.

use super::evidence::EvidenceKind;
use super::known::{Known, Seen};
use crate::otp::{Ahead, Timestamp};

/// After this long nothing is left: 30 days.
pub(super) const LONGEST_AGE_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How far a clock that nobody keeps in step goes astray: 50 millionths, some 4 seconds a day. Usual quartzes are
/// specified to 20 to 100 millionths.
const DRIFT_PER_MILLION: i64 = 50;
/// How much it may have been moved while the computer was off, in milliseconds: its battery clock counts whole seconds.
const RESTART_MILLIS: i64 = 1_000;
/// From how much on the wall clock was set, not adjusted, in milliseconds.
pub(super) const STEP_MILLIS: u64 = 2_000;

/// How finely steps are seen, in milliseconds: systems count the time since their start in hundredths of a second.
const RESOLUTION_MILLIS: i64 = 20;

/// What a comparison or a server said, as it holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    /// Either [`EvidenceKind::Comparison`] or [`EvidenceKind::Network`].
    pub kind: EvidenceKind,
    /// How far this computer, without a correction, is ahead now.
    pub ahead: Ahead,
    /// How many codes or key presses it rests on.
    pub codes: u32,
    /// When, by this computer's own clock.
    pub at: Timestamp,
    /// How old it is.
    pub age_millis: i64,
}

/// What has become of a measurement.
pub(super) enum Standing {
    Holds(Measured),
    /// Why it holds no more.
    Lapsed(EvidenceKind, &'static str),
}

impl Standing {
    /// Tells whether it holds and was measured after that moment, by this computer's own clock.
    pub(super) fn is_after(&self, moment: Timestamp) -> bool {
        match self {
            Self::Holds(measured) => measured.at > moment,
            Self::Lapsed(..) => false,
        }
    }
}

/// Returns what has become of all that was measured, the newest first.
pub(super) fn measurements(known: &Known, now: &Seen) -> Vec<Standing> {
    let compared = known.compared.iter().map(|it| (EvidenceKind::Comparison, it.ahead, it.codes, &it.at));
    let asked = known.asked.iter().filter_map(|it| Some((EvidenceKind::Network, it.ahead?, 0, &it.at)));
    let mut all: Vec<_> = compared.chain(asked).collect();
    all.sort_by_key(|(_, _, _, at)| std::cmp::Reverse(at.wall));
    all.into_iter().map(|(kind, ahead, codes, at)| stand(kind, ahead, codes, at, now)).collect()
}

fn stand(kind: EvidenceKind, ahead: Ahead, codes: u32, at: &Seen, now: &Seen) -> Standing {
    let step = at.stepped_by(now);
    if step.is_some_and(|step| step.unsigned_abs() > STEP_MILLIS) {
        return Standing::Lapsed(kind, "the clock was set since");
    }
    let age_millis = now.wall.millis_since(at.wall);
    if age_millis < 0 && step.is_none() {
        return Standing::Lapsed(kind, "it is earlier here than it was then");
    }
    if age_millis > LONGEST_AGE_MILLIS {
        return Standing::Lapsed(kind, "it is more than 30 days old");
    }
    let drift = age_millis.max(0) * DRIFT_PER_MILLION / 1_000_000; // 30 days are small enough
    let ahead = match step {
        Some(step) if step.unsigned_abs() <= RESOLUTION_MILLIS.unsigned_abs() => ahead.widened(drift),
        Some(step) => ahead.plus(step).widened(drift + RESOLUTION_MILLIS),
        None => ahead.widened(drift + RESTART_MILLIS),
    };
    Standing::Holds(Measured { kind, ahead, codes, at: at.wall, age_millis })
}
