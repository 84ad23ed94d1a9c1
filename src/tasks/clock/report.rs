//! All that is known about the clock, weighed: what it comes to, and each thing in a sentence.

use super::doubt::of_correction;
use super::evidence::{
    Evidence, EvidenceKind, Says, of_bound, of_kernel, of_lapsed, of_measurement, of_service, of_step,
};
use super::facts::Facts;
use super::known::{Correction, Known, Seen, known};
use super::measured::{STEP_MILLIS, Standing, measurements};
use super::verdict::Level;
use super::weighing::{bounds, is_refuted, measured, vouched};
use crate::otp::Ahead;
use crate::ports::{Machine, TimeService};

/// What is known about the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How bad it is for codes, with the correction.
    pub level: Level,
    /// How far this computer's own clock is ahead, without the correction; `None` if nothing tells. If it
    /// [is open](Ahead::is_open), it is behind by that at least.
    pub ahead: Option<Ahead>,
    /// What told so.
    pub source: Option<EvidenceKind>,
    /// What the user has countersign add to the clock.
    pub correction: Option<Correction>,
    /// Each thing that is known, the weightiest first.
    pub evidence: Vec<Evidence>,
}

impl Report {
    /// Returns how far the time that codes are made with is ahead.
    pub fn corrected(&self) -> Option<Ahead> {
        let add = self.correction.as_ref().map_or(0, |correction| correction.millis);
        self.ahead.map(|ahead| ahead.plus(add))
    }

    /// Returns what speaks against the correction, if there is one and something does.
    pub fn doubt_of_correction(&self) -> Option<&Evidence> {
        self.evidence.iter().find(|it| it.kind == EvidenceKind::Correction && it.says != Says::Fine)
    }

    /// Returns what there is to do, each thing once, the weightiest first.
    pub fn advice(&self) -> Vec<&str> {
        let mut advice: Vec<&str> = Vec::new();
        let wanted = self.evidence.iter().filter(|it| self.level != Level::Ok || it.says >= Says::Doubtful);
        for text in wanted.filter_map(|it| it.advice.as_deref()) {
            if !advice.contains(&text) {
                advice.push(text);
            }
        }
        advice
    }
}

/// Returns what is known without starting a program: for every start and every code.
pub fn quick_report(machine: &Machine, facts: &Facts) -> Report {
    weigh(machine, &known(machine), facts, &[])
}

/// Returns all that is known on this computer. Asks its time services too, which may start programs.
pub fn full_report(machine: &mut Machine, facts: &Facts) -> Report {
    let known = known(machine);
    full_report_knowing(machine, facts, &known)
}

/// As [`full_report`], from what is remembered and what was learned just now.
pub fn full_report_knowing(machine: &mut Machine, facts: &Facts, known: &Known) -> Report {
    let services = machine.time_sources.services();
    weigh(machine, known, facts, &services)
}

/// Returns by how much the wall clock was set since it was last looked at, and how long ago that was.
fn last_step(known: &Known, now: &Seen) -> Option<(i64, i64)> {
    let seen = known.looked.as_ref()?;
    let step = seen.stepped_by(now).filter(|step| step.unsigned_abs() > STEP_MILLIS)?;
    let passed = now.boot_millis?.saturating_sub(seen.boot_millis?);
    Some((step, passed))
}

fn weigh(machine: &Machine, known: &Known, facts: &Facts, services: &[TimeService]) -> Report {
    let now = Seen::now(machine);
    let period = facts.shortest_period.unwrap_or_default();
    let (kernel, keeper) = (machine.time_sources.kernel(), machine.time_sources.keeper());
    let standings = measurements(known, &now);
    let measured = measured(&standings);
    // Who corrects a clock that is kept in step does not believe those who keep it.
    let is_disbelieved = known.correction.as_ref().is_some_and(|correction| correction.was_synchronised);
    let vouched = vouched(kernel, services).filter(|_| !is_disbelieved);
    let bounds = bounds(machine, facts, services, &now);
    let bound = bounds.iter().filter(|bound| !is_refuted(bound, measured, vouched)).max_by_key(|bound| bound.behind);
    let told = match (bound, measured.or(vouched)) {
        // Both can be true; then what was measured says more.
        (Some(bound), Some(said)) if said.0.low() <= bound.ahead().high() => Some(said),
        (Some(bound), _) => Some((bound.ahead(), bound.kind)),
        (None, said) => said,
    };

    let correction = known.correction.clone();
    let add = correction.as_ref().map_or(0, |correction| correction.millis);
    let level = Level::judge(told.map(|(ahead, _)| ahead.plus(add)), period);
    let mut evidence = Vec::new();
    if let Some(correction) = &correction {
        let is_newer = standings.iter().any(|standing| standing.is_after(correction.set.wall));
        let is_contradicted = is_newer && measured.is_some() && level.is_alarm();
        evidence.push(of_correction(correction, &now, kernel, is_contradicted));
    }
    evidence.extend(bounds.iter().map(|bound| of_bound(*bound, is_refuted(bound, measured, vouched), keeper)));
    evidence.extend(standings.iter().map(|standing| match standing {
        Standing::Holds(measured) => of_measurement(measured, period, keeper),
        Standing::Lapsed(kind, why) => of_lapsed(*kind, why),
    }));
    let age = |service: &TimeService| service.last.map(|last| now.wall.millis_since(last));
    evidence.extend(services.iter().map(|service| of_service(service, age(service), period, keeper)));
    evidence.push(of_kernel(kernel, keeper));
    evidence.extend(last_step(known, &now).map(|(step, age)| of_step(step, age)));
    Report { level, ahead: told.map(|(ahead, _)| ahead), source: told.map(|(_, kind)| kind), correction, evidence }
}
