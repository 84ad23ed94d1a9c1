//! `clock`: what is known about this computer's clock, what it means for codes, and the user's own correction.

mod compare;
mod network;
mod notice;
mod page;
mod refused;

use serde::Serialize;

pub(super) use notice::{Standing, tell_with_codes};

use super::args::{Clock, ClockCommand};
use super::output::{Exit, Failure};
use super::{Context, unlock};
use crate::tasks::clock::{
    Asking, Evidence, Facts, Report, correction_in_words, full_report, full_report_knowing, remember_look,
    set_correction,
};
use crate::tasks::{self, Session};

/// What is known, as JSON has it; seconds, `null` for what is not known.
#[derive(Serialize)]
struct Json<'a> {
    status: &'static str,
    /// How far this computer's own clock is ahead.
    offset: Option<f64>,
    /// How far that may be off; `null` where the clock is behind by `offset` at least.
    uncertainty: Option<f64>,
    source: Option<&'static str>,
    /// What countersign adds to it.
    applied_offset: f64,
    findings: Vec<Finding<'a>>,
    /// What each server said, if some were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    servers: Option<Vec<network::Answer<'a>>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    kind: &'static str,
    says: &'static str,
    certainty: &'static str,
    finding: &'a str,
    advice: Option<&'a str>,
}

pub(super) fn run(context: &mut Context<'_>, clock: &Clock) -> Result<(), Failure> {
    if clock.network.is_some() && clock.command.is_some() {
        let next = "ask the network first: countersign clock --network";
        return Err(Failure::new(Exit::Usage, "--network goes with no further command", next));
    }
    match &clock.command {
        None => tell(context, clock.network.as_deref()),
        Some(ClockCommand::Compare(arguments)) => compare::run(context, arguments),
        Some(ClockCommand::Help { query }) => refused::run(context, query.as_deref()),
        Some(ClockCommand::SetOffset { millis }) => set(context, Some(*millis)),
        Some(ClockCommand::ClearOffset) => set(context, None),
    }
}

/// Says all that is known; asks servers on the network first if there are any to ask.
fn tell(context: &mut Context<'_>, network: Option<&[String]>) -> Result<(), Failure> {
    let session = vault_if_given(context)?;
    let facts = Facts::around(context.machine, session.as_ref());
    let asked = network.map(|servers| network::ask(context, servers)).transpose()?;
    let mut report = match &asked {
        Some((_, known)) => full_report_knowing(context.machine, &facts, known),
        None => full_report(context.machine, &facts),
    };
    // What cannot be kept costs a later hint, and nothing now.
    let _kept_if_possible = remember_look(context.machine);
    let asking = asked.map(|(asking, _)| asking);
    let setback = asking.as_ref().and_then(|asking| asking.heard.setback());
    let is_in_vain = setback.is_some();
    report.evidence.splice(0..0, setback);
    write(context, &report, &facts, asking.as_ref())?;
    match report.level {
        level if level.is_alarm() => Err(Failure::found()),
        _ if is_in_vain => Err(network::in_vain()),
        _ => Ok(()),
    }
}

/// Opens the vault if the options say how. Nobody is asked for a passphrase to look at a clock.
fn vault_if_given(context: &mut Context<'_>) -> Result<Option<Session>, Failure> {
    if !unlock::is_given(context) || !matches!(tasks::look(context.machine), Ok(Some(_))) {
        return Ok(None);
    }
    match unlock::unlock_as_it_is(context) {
        Ok(session) => Ok(Some(session)),
        Err(failure) => {
            context.output.setback(&failure);
            Ok(None)
        }
    }
}

fn write(context: &mut Context<'_>, report: &Report, facts: &Facts, asking: Option<&Asking>) -> Result<(), Failure> {
    if context.global.json {
        return context.output.json(&json(report, asking));
    }
    let mut rows = page::rows(report, facts.shortest_period.unwrap_or_default());
    rows.extend(asking.into_iter().flat_map(network::rows));
    context.output.facts(&rows)
}

fn json<'a>(report: &'a Report, asking: Option<&'a Asking>) -> Json<'a> {
    let offset = report.ahead.map(|ahead| if ahead.is_open() { ahead.high() } else { ahead.centre() });
    let uncertainty = report.ahead.filter(|ahead| !ahead.is_open()).map(|ahead| ahead.uncertainty());
    Json {
        status: report.level.word(),
        offset: offset.map(seconds),
        uncertainty: uncertainty.map(seconds),
        source: report.source.map(|source| source.word()),
        applied_offset: seconds(report.correction.as_ref().map_or(0, |correction| correction.millis)),
        findings: report.evidence.iter().map(finding).collect(),
        servers: asking.map(|asking| asking.answers.iter().map(network::answer).collect()),
    }
}

fn finding(evidence: &Evidence) -> Finding<'_> {
    Finding {
        kind: evidence.kind.word(),
        says: evidence.says.word(),
        certainty: evidence.certainty.words(),
        finding: &evidence.words,
        advice: evidence.advice.as_deref(),
    }
}

/// Returns milliseconds as seconds, exactly as far as a JSON number goes.
fn seconds(millis: i64) -> f64 {
    let (whole, rest) = (millis / 1000, i32::try_from(millis % 1000).unwrap_or(0));
    #[expect(clippy::cast_precision_loss, reason = "offsets are far below 2^53 seconds")]
    let whole = whole as f64;
    whole + f64::from(rest) / 1000.0
}

fn set(context: &mut Context<'_>, millis: Option<i64>) -> Result<(), Failure> {
    let before = context.machine.clock.correction_millis();
    // Nothing added is no correction.
    let millis = millis.filter(|millis| *millis != 0);
    set_correction(context.machine, millis)?;
    let was = if before == 0 { String::new() } else { format!("; it was {}", correction_in_words(before)) };
    match millis {
        Some(millis) => {
            let by = correction_in_words(millis);
            context.output.note(&format!("from now on countersign makes codes with {by} on this computer{was}"));
            context.output.note("the clock itself is as it was; countersign clock clear-offset takes this back");
        }
        None if before == 0 => context.output.note("there was no correction"),
        None => context.output.note(&format!("codes are made with this computer's own time again{was}")),
    }
    Ok(())
}
