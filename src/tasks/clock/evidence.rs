//! What speaks for and against the clock: each thing in one sentence, with how sure it is and what to do about it.

use super::advice::{COMPARE, how_to_set};
use super::measured::Measured;
use super::verdict::Level;
use super::words::{ago, ahead_in_words, rounded_length};
use crate::otp::{Ahead, Period};
use crate::ports::{Keeper, KernelClock, Means, TimeService};

/// One thing that is known about the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// How sure it is.
    pub certainty: Certainty,
    /// What it says of the clock.
    pub says: Says,
    /// The same in one sentence, for people.
    pub words: String,
    /// What to do about it, if something.
    pub advice: Option<String>,
}

/// What a piece of evidence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// The user's own correction.
    Correction,
    /// The day on which this program was made.
    Built,
    /// The last save of the vault.
    LastSave,
    /// The newest file beside the vault.
    NewestFile,
    /// Servers on the network.
    Network,
    /// A comparison with another device.
    Comparison,
    /// A time service of this system.
    Service,
    /// The kernel's own state.
    Kernel,
    /// The wall clock was set.
    Step,
}

impl EvidenceKind {
    /// Returns its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Built => "build",
            Self::LastSave => "save",
            Self::NewestFile => "file",
            Self::Network => "network",
            Self::Comparison => "comparison",
            Self::Service => "service",
            Self::Kernel => "kernel",
            Self::Step => "step",
        }
    }
}

/// How sure something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It cannot be otherwise.
    Certain,
    /// It is so unless somebody else is wrong.
    Likely,
    /// It tells nothing either way.
    CannotTell,
}

impl Certainty {
    /// Returns its words, for people and JSON.
    pub fn words(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// What a piece of evidence says of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// It is right.
    Fine,
    /// Nothing.
    Unknown,
    /// It may be wrong.
    Doubtful,
    /// It is wrong.
    Wrong,
}

impl Says {
    /// Returns its word, for people and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Unknown => "unknown",
            Self::Doubtful => "doubtful",
            Self::Wrong => "wrong",
        }
    }

    /// Returns what a computer that is ahead by that says of its clock.
    pub(super) fn of(ahead: Ahead, period: Period) -> Self {
        match Level::judge(Some(ahead), period) {
            Level::Ok | Level::Note => Self::Fine,
            Level::Unknown => Self::Unknown,
            Level::Warn => Self::Doubtful,
            Level::Critical => Self::Wrong,
        }
    }
}

/// Something that has happened already, so that it cannot be earlier now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub kind: EvidenceKind,
    /// By how many milliseconds the clock is behind it.
    pub behind: u64,
}

impl Bound {
    /// Returns what it says of the clock.
    pub(super) fn ahead(&self) -> Ahead {
        Ahead::behind_by_at_least(self.behind)
    }
}

/// Says that the clock is behind something that has happened already. `is_refuted` is when better evidence shows
/// that the other clock was ahead.
pub(super) fn of_bound(bound: Bound, is_refuted: bool, keeper: Keeper) -> Evidence {
    let by = rounded_length(bound.behind);
    let (certainty, words) = match bound.kind {
        EvidenceKind::Built => {
            (Certainty::Certain, format!("this program was made {by} later than it is here: the clock is behind"))
        }
        EvidenceKind::LastSave if is_refuted => (
            Certainty::Likely,
            format!("the vault was last saved {by} later than it is here, by a clock that was ahead then"),
        ),
        EvidenceKind::LastSave => (
            Certainty::Certain,
            format!(
                "the vault was last saved {by} later than it is here: this clock is behind, or the one that saved was ahead"
            ),
        ),
        EvidenceKind::Service => {
            (Certainty::Likely, format!("a time service heard from its servers {by} later than it is here"))
        }
        _ => (Certainty::Likely, format!("a file beside the vault was written {by} later than it is here")),
    };
    let says = if is_refuted { Says::Unknown } else { Says::Wrong };
    let advice = (!is_refuted).then(|| how_to_set(keeper.means).to_owned());
    Evidence { kind: bound.kind, certainty, says, words, advice }
}

/// Says what a measurement showed.
pub(super) fn of_measurement(measured: &Measured, period: Period, keeper: Keeper) -> Evidence {
    let whom = match measured.kind {
        EvidenceKind::Network => "asked servers on the network".to_owned(),
        _ => match measured.codes {
            1 => "compared with another device by one code or key press".to_owned(),
            codes => format!("compared with another device by {codes} codes or key presses"),
        },
    };
    let says = Says::of(measured.ahead, period);
    let advice = match says {
        Says::Fine => None,
        Says::Unknown => Some("one more code narrows it: countersign clock compare".to_owned()),
        Says::Doubtful | Says::Wrong => Some(how_to_set(keeper.means).to_owned()),
    };
    let words = format!("{whom} {}: this computer is {}", ago(measured.age_millis), ahead_in_words(measured.ahead));
    Evidence { kind: measured.kind, certainty: Certainty::Likely, says, words, advice }
}

/// Says that a measurement is worth nothing any more.
pub(super) fn of_lapsed(kind: EvidenceKind, why: &str) -> Evidence {
    let what = if kind == EvidenceKind::Network { "what servers on the network said" } else { "the last comparison" };
    Evidence {
        kind,
        certainty: Certainty::CannotTell,
        says: Says::Unknown,
        words: format!("{what} counts no more: {why}"),
        advice: None,
    }
}

/// Says that the wall clock was set, by so many milliseconds, since so many ago.
pub(super) fn of_step(step_millis: i64, age_millis: i64) -> Evidence {
    let direction = if step_millis < 0 { "back" } else { "forward" };
    let by = rounded_length(step_millis.unsigned_abs());
    let when = match age_millis.unsigned_abs() {
        ..60_000 => "in the last minute".to_owned(),
        age => format!("in the last {}", rounded_length(age)),
    };
    Evidence {
        kind: EvidenceKind::Step,
        certainty: Certainty::Certain,
        says: Says::Unknown,
        words: format!("{when} the clock was set {direction} by {by}"),
        advice: None,
    }
}

/// Says what the kernel says.
pub(super) fn of_kernel(kernel: Option<KernelClock>, keeper: Keeper) -> Evidence {
    let unknown = |words: &str, advice: String| Evidence {
        kind: EvidenceKind::Kernel,
        certainty: Certainty::CannotTell,
        says: Says::Unknown,
        words: words.to_owned(),
        advice: Some(advice),
    };
    let both = format!("{}; or {COMPARE}", how_to_set(keeper.means));
    let is_contained = matches!(keeper.means, Means::ContainerHost);
    match kernel {
        Some(kernel) if kernel.is_synchronised => Evidence {
            kind: EvidenceKind::Kernel,
            certainty: Certainty::Likely,
            says: Says::Fine,
            words: match kernel.max_error_millis {
                Some(most) => format!(
                    "the operating system keeps the clock right, by its own account to within {}",
                    rounded_length(most.unsigned_abs().max(100))
                ),
                None => "the operating system keeps the clock right".to_owned(),
            },
            advice: None,
        },
        _ if is_contained => unknown(
            "this is a container: the clock is that of the computer around it, which cannot be asked from in here",
            COMPARE.to_owned(),
        ),
        _ if keeper.means == Means::Wsl => {
            unknown("this Linux runs inside Windows: it takes the time from there, and cannot confirm it", both)
        }
        _ if keeper.is_virtual => unknown(
            "this is a virtual machine: its clock usually follows the computer around it, and nothing in here confirms it",
            both,
        ),
        Some(_) => {
            unknown("the operating system says that nothing keeps this clock right: it may be right all the same", both)
        }
        None => unknown("the operating system cannot be asked whether something keeps this clock right", both),
    }
}

/// Says what a time service says; nothing if it says nothing.
pub(super) fn of_service(service: &TimeService, age_millis: Option<i64>, period: Period, keeper: Keeper) -> Evidence {
    let name = service.name;
    let last = age_millis.map_or(String::new(), |age| format!(", and heard from its servers {}", ago(age)));
    let (certainty, says, words) = match (service.is_synchronised, service.ahead) {
        (Some(true), Some(ahead)) => {
            let words = format!("{name} keeps the clock right{last}: by its account it is {}", ahead_in_words(ahead));
            (Certainty::Likely, Says::of(ahead, period), words)
        }
        (Some(true), None) => (Certainty::Likely, Says::Fine, format!("{name} keeps the clock right{last}")),
        (Some(false), _) => {
            (Certainty::CannotTell, Says::Unknown, format!("{name} runs, but has not found the time yet{last}"))
        }
        (None, _) => (
            Certainty::CannotTell,
            Says::Unknown,
            format!("{name} runs, and does not say whether it knows the time{last}"),
        ),
    };
    let advice = (says != Says::Fine).then(|| how_to_set(keeper.means).to_owned());
    Evidence { kind: EvidenceKind::Service, certainty, says, words, advice }
}
