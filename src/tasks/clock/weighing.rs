//! Who is believed about the clock: what was measured, who vouches for it, and what has happened already.

use super::evidence::{Bound, EvidenceKind};
use super::facts::Facts;
use super::known::Seen;
use super::measured::Standing;
use crate::otp::{Ahead, Timestamp};
use crate::ports::{KernelClock, Machine, TimeService};

/// How far the clock is ahead, and who says so.
pub(super) type Said = (Ahead, EvidenceKind);

/// How exact a clock is that is kept in step by somebody who does not say how well, in milliseconds.
const USUAL_ERROR_MILLIS: i64 = 1_000;
/// By how much a save or a file may be later than now without meaning anything, in milliseconds: the devices that
/// share a vault differ by that.
const TOLERATED_MILLIS: u64 = 5_000;

/// Returns what was measured: the newest word, narrowed by older ones that agree with it.
pub(super) fn measured(standings: &[Standing]) -> Option<Said> {
    let mut said: Option<Said> = None;
    for standing in standings {
        let Standing::Holds(measured) = standing else { continue };
        said = match said {
            None => Some((measured.ahead, measured.kind)),
            Some((ahead, kind)) => {
                let is_narrower = measured.ahead.uncertainty() < ahead.uncertainty();
                let kind_of_both = if is_narrower { measured.kind } else { kind };
                Some(measured.ahead.and(ahead).map_or((ahead, kind), |both| (both, kind_of_both)))
            }
        };
    }
    said
}

/// Returns what those say who keep the clock in step, if somebody does.
pub(super) fn vouched(kernel: Option<KernelClock>, services: &[TimeService]) -> Option<Said> {
    let in_step = services.iter().filter(|service| service.is_synchronised == Some(true));
    let exact = in_step.clone().find_map(|service| service.ahead);
    let kernel_agrees = kernel.is_none_or(|kernel| kernel.is_synchronised);
    let service = exact.or((kernel_agrees && in_step.count() > 0).then(|| Ahead::around(0, USUAL_ERROR_MILLIS)));
    let of_kernel = || {
        let kernel = kernel.filter(|kernel| kernel.is_synchronised)?;
        Some(Ahead::around(0, kernel.max_error_millis.unwrap_or(USUAL_ERROR_MILLIS)))
    };
    let service = service.map(|ahead| (ahead, EvidenceKind::Service));
    service.or_else(|| of_kernel().map(|ahead| (ahead, EvidenceKind::Kernel)))
}

/// Returns what has happened already and lies ahead, by this clock.
pub(super) fn bounds(machine: &Machine, facts: &Facts, services: &[TimeService], now: &Seen) -> Vec<Bound> {
    let bound = |kind, moment: Option<Timestamp>, tolerated| {
        let behind = u64::try_from(moment?.millis_since(now.wall)).ok().filter(|behind| *behind > tolerated)?;
        Some(Bound { kind, behind })
    };
    let bounds = [
        bound(EvidenceKind::Built, Some(machine.time_sources.built()), 0),
        bound(EvidenceKind::LastSave, facts.last_save, TOLERATED_MILLIS),
        bound(EvidenceKind::Service, services.iter().filter_map(|service| service.last).max(), TOLERATED_MILLIS),
        bound(EvidenceKind::NewestFile, facts.newest_file, TOLERATED_MILLIS),
    ];
    bounds.into_iter().flatten().collect()
}

/// Tells whether others are believed rather than this bound.
///
/// The clock that saved may have been ahead, and then what was measured since is right. Dates of files are worth
/// less still: some disks keep them in local time.
pub(super) fn is_refuted(bound: &Bound, measured: Option<Said>, vouched: Option<Said>) -> bool {
    let contradicts = |said: Option<Said>| said.is_some_and(|(ahead, _)| ahead.low() > bound.ahead().high());
    match bound.kind {
        EvidenceKind::LastSave | EvidenceKind::Service => contradicts(measured),
        EvidenceKind::NewestFile => contradicts(measured) || contradicts(vouched),
        _ => false,
    }
}
