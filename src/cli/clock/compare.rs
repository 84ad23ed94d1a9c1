//! `clock compare`: how far this clock is from another device's, by the codes that the other device shows.

use std::path::Path;

use crate::cli::args::Compare;
use crate::cli::output::{Exit, Failure};
use crate::cli::{Context, pick, qr, unlock};
use crate::otp::compare::{CompareError, Comparison, Finding, Sighting};
use crate::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, exact_length};
use crate::ports::{ClockReading, PromptError};
use crate::tasks::clock::{Report, conclude_comparison};
use crate::vault::AccountId;

/// A throw-away secret has as many bits as those of most sites.
const SECRET_BYTES: usize = 20;
/// Eight digits are no coincidence: one code is enough.
const CALIBRATION: Params = Params::Totp { algorithm: Algorithm::Sha1, digits: Digits::EIGHT, period: Period::THIRTY };
/// The word that ends the questions.
const DONE: &str = "done";
/// Exact enough for anybody, in milliseconds either way.
const EXACT_MILLIS: i64 = 500;
/// A clock that was set by this much meanwhile spoils the comparison, in milliseconds.
const SET_MILLIS: u64 = 300;
/// The shell may have got a code so long before it started us.
const STARTING_MILLIS: i64 = 200;
/// Whoever waited for longer than this has seen a line come.
const WAITED_MILLIS: i64 = 20;
/// How long it takes to look at the other device and to type its code.
const TYPING_MILLIS: i64 = 8_000;

/// A comparison that goes on.
struct Running {
    comparison: Comparison,
    /// What the clocks showed when it began: then no code was there.
    began: ClockReading,
    /// Whose codes these are; none for a throw-away secret.
    account: Option<AccountId>,
    /// Whose, in words.
    of: String,
}

pub(super) fn run(context: &mut Context<'_>, compare: &Compare) -> Result<(), Failure> {
    let began = context.machine.clock.reading();
    let mut running = begin(context, compare, began)?;
    if context.surroundings.in_is_terminal && context.machine.prompter.can_ask() {
        ask(context, &mut running)?;
    } else {
        read(context, &mut running)?;
    }
    end(context, &running)
}

fn begin(context: &mut Context<'_>, compare: &Compare, began: ClockReading) -> Result<Running, Failure> {
    let (enrolment, account, of) = match &compare.query {
        Some(_) if compare.place.is_file() => {
            let next = "leave --png and --svg away, or compare by a throw-away secret: --calibrate";
            return Err(Failure::new(Exit::Usage, "an account needs no picture to be compared with", next));
        }
        Some(query) => {
            let session = unlock::unlock_for(context, query)?;
            let account = pick::one(session.vault(), query)?;
            (account.enrolment().clone(), Some(account.id()), account.label())
        }
        None if !compare.calibrate => {
            let next = "name an account that both devices have: countersign clock compare QUERY; or use none of them: \
                        countersign clock compare --calibrate";
            return Err(Failure::new(Exit::Usage, "it is not said by which account to compare", next));
        }
        None => (throw_away(context, compare)?, None, "\"clock comparison\"".to_owned()),
    };
    let comparison = Comparison::new(enrolment).map_err(|error| refused(error, Exit::Usage))?;
    Ok(Running { comparison, began, account, of })
}

/// Makes a secret, and hands it to the other device only.
fn throw_away(context: &mut Context<'_>, compare: &Compare) -> Result<Enrolment, Failure> {
    qr::check(context, &compare.place)?;
    let mut bytes = vec![0; SECRET_BYTES];
    context.machine.entropy.fill(&mut bytes)?;
    let secret = Secret::from_bytes(bytes).expect("it is neither empty nor long");
    let enrolment = Enrolment { params: CALIBRATION, secret, pin: None };
    context.output.note("scan the code with an app of the other device; it stands for nothing but this comparison");
    qr::give(context, &compare.place, "countersign", "clock comparison", &enrolment, 0)?;
    Ok(enrolment)
}

/// Asks at the terminal until the result is exact, or the user has had enough.
fn ask(context: &mut Context<'_>, running: &mut Running) -> Result<(), Failure> {
    context.output.note(&format!("look at {} on the other device", running.of));
    context.output.note("type its code, and press Enter while the code is still there");
    context.output.note(&format!("Enter alone: its code has changed just now; {DONE}: that is enough"));
    loop {
        let question = question(context, running);
        let answer = match context.machine.prompter.ask(&question) {
            Ok(answer) => answer,
            // Ctrl-D ends it as well, once there is something to say.
            Err(PromptError::GaveUp) if running.comparison.finding().found().is_some() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if answer.trim().eq_ignore_ascii_case(DONE) {
            return Ok(());
        }
        let now = context.machine.clock.reading();
        match take(running, &answer, now, Sighting::at(now.wall))? {
            Ok(finding) => {
                context.output.note(&progress(running, &finding));
                if finding.found().is_some_and(|found| found.ahead.uncertainty() <= EXACT_MILLIS) {
                    return Ok(());
                }
            }
            Err(error) => context.output.note(&format!("{error}: {}", error.next_step())),
        }
    }
}

/// Says what is asked for, and when it tells the most.
fn question(context: &Context<'_>, running: &Running) -> String {
    let now = context.machine.clock.reading().wall;
    let best = running.comparison.next_best_moment(now.plus_millis(TYPING_MILLIS));
    let when = best.map_or_else(String::new, |best| {
        let wait = u64::try_from(best.millis_since(now)).unwrap_or(0) / 1000 * 1000;
        format!(" (it tells the most in {})", exact_length(wait))
    });
    match running.comparison.finding() {
        Finding::Nothing => "Its code:".to_owned(),
        Finding::Several(_) | Finding::Likely(_) => format!("Its next code{when}:"),
        Finding::Found(_) => format!("Another code{when}, Enter when it changes, or {DONE}:"),
    }
}

fn progress(running: &Running, finding: &Finding) -> String {
    match (finding, running.comparison.presses()) {
        (Finding::Nothing, 1) => "seen; now a code, or Enter again when it changes once more".to_owned(),
        (Finding::Nothing, presses) => format!("seen {presses} times; now a code"),
        (Finding::Several(_) | Finding::Likely(_) | Finding::Found(_), _) => finding.words(),
    }
}

/// Reads one code a line from standard input.
fn read(context: &mut Context<'_>, running: &mut Running) -> Result<(), Failure> {
    context.claim_input(Path::new("-"))?;
    // A line for which nobody had to wait came while the vault was opened, or with the line before.
    let mut none_before = running.began.wall.plus_millis(-STARTING_MILLIS);
    let mut before = context.machine.clock.reading();
    let mut count = 0;
    while let Some(line) = context.machine.documents.read_line()? {
        let now = context.machine.clock.reading();
        if now.monotonic_millis.saturating_sub(before.monotonic_millis) > WAITED_MILLIS {
            none_before = now.wall;
        }
        if !line.trim().is_empty() {
            let seen = Sighting::between(none_before, now.wall);
            take(running, &line, now, seen)?.map_err(|error| refused(error, Exit::Failed))?;
            count += 1;
        }
        before = context.machine.clock.reading();
    }
    if count == 0 {
        let next = "run it at a terminal, or give one code a line, each as soon as the other device shows it";
        return Err(Failure::new(Exit::NeedsDecision, "there was no code on standard input", next));
    }
    Ok(())
}

/// Takes a code, or nothing, which stands for the moment at which the code changed.
fn take(
    running: &mut Running,
    answer: &str,
    now: ClockReading,
    seen: Sighting,
) -> Result<Result<Finding, CompareError>, Failure> {
    if now.stepped_since(&running.began).unsigned_abs() > SET_MILLIS {
        let next = "nothing was changed; compare again";
        return Err(Failure::new(Exit::Failed, "this computer's clock was set while it was compared", next));
    }
    let answer = answer.trim();
    if answer.is_empty() {
        return Ok(running.comparison.pressed(now.wall));
    }
    let taken = running.comparison.typed(answer, seen);
    let is_short = running.account.is_none() && matches!(taken, Err(CompareError::WrongLength { .. }));
    // Some apps show six digits, whatever they are told. Those are the last six.
    match running.comparison.with_six_digits() {
        Some(mut shorter) if is_short => {
            let taken = shorter.typed(answer, seen);
            if taken.is_ok() {
                running.comparison = shorter;
            }
            Ok(taken)
        }
        _ => Ok(taken),
    }
}

/// Says what was found out, and remembers it if it counts.
fn end(context: &mut Context<'_>, running: &Running) -> Result<(), Failure> {
    let finding = running.comparison.finding();
    let period = running.comparison.params().period().unwrap_or_default();
    let concluded = conclude_comparison(context.machine, &finding, period, running.account)?;
    let Some(report) = concluded else {
        let next = finding.next_step().unwrap_or_default();
        return Err(Failure::new(Exit::Failed, format!("{}; nothing was changed", finding.words()), next));
    };
    if finding.found().is_none() {
        let next = "give a later code of the other device as well, so that the result counts";
        context.output.warning("one code can be a coincidence: this result is not remembered", next);
    }
    write(context, &report, period)?;
    if running.account.is_none() {
        context.output.note("take \"clock comparison\" off the other device again; its secret is kept nowhere else");
    }
    if report.level.is_alarm() { Err(Failure::found()) } else { Ok(()) }
}

fn write(context: &mut Context<'_>, report: &Report, period: Period) -> Result<(), Failure> {
    if context.global.json {
        return context.output.json(&super::json(report, None));
    }
    let mut rows = Vec::new();
    for (index, evidence) in report.evidence.iter().enumerate() {
        rows.push((if index == 0 { "compared" } else { "" }, evidence.words.clone()));
        rows.extend(evidence.advice.clone().map(|advice| ("", format!("  {advice}"))));
    }
    rows.insert(1, ("codes", report.meaning(period)));
    context.output.facts(&rows)
}

fn refused(error: CompareError, exit: Exit) -> Failure {
    Failure::new(exit, format!("{error}; nothing was changed"), error.next_step())
}
