//! `rotate`: a new secret beside the old one, until the site has accepted a code of it.

use secrecy::ExposeSecret;

use super::args::Rotate;
use super::output::{Exit, Failure};
use super::{Context, add, decisions, fields, list, pick, trial};
use crate::otp::{Enrolment, Kind, uri};
use crate::tasks::{self, Session, Which};
use crate::vault::{Account, AccountId, Change, ROTATION_CHECKLIST, RotationChange};

/// The new secret, and the next counter of a HOTP account.
struct New {
    enrolment: Enrolment,
    counter: u64,
}

pub(super) fn run(context: &mut Context<'_>, rotate: &Rotate) -> Result<(), Failure> {
    if rotate.source.as_ref().is_some_and(|source| source != "-") {
        let next = "give it on standard input (countersign rotate QUERY -), or with --secret-file";
        return Err(Failure::new(Exit::Usage, "a secret is not given as an argument", next));
    }
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &rotate.which.query)?;
    let label = account.label();
    if rotate.stop {
        let title = format!("stopped the rotation of {label}");
        context.commit(&mut session, &title, &Change::Rotation(account.id(), RotationChange::Stop))?;
        context.output.note(&format!("{title}: the old secret stays in use, the new one is kept as a former one"));
        return list::print(context, &session, &[account.id()]);
    }
    let New { enrolment, counter } = read(context, rotate, &account)?;
    let change = RotationChange::Try { enrolment: Box::new(enrolment), counter };
    context.commit(&mut session, &format!("began to rotate {label}"), &Change::Rotation(account.id(), change))?;
    context.output.note(&format!("{label} has a new secret beside the old one"));
    if rotate.confirmed || is_accepted(context, &mut session, rotate, account.id())? {
        accept(context, &mut session, &account)?;
    } else {
        context
            .output
            .note("the old one stays in use; once the site accepts a code of the new one: countersign confirm");
    }
    context.output.note("what else to do:");
    ROTATION_CHECKLIST.iter().for_each(|what| context.output.note(&format!("  - {what}")));
    list::print(context, &session, &[account.id()])
}

/// Takes the new secret from where the options say, or asks for it.
fn read(context: &mut Context<'_>, rotate: &Rotate, account: &Account) -> Result<New, Failure> {
    if rotate.source.is_some() {
        let text = context.read_standard_input()?;
        return understood(rotate, account, text.expose_secret());
    }
    let options = &rotate.codes;
    if options.secret_file.is_none() {
        if !context.machine.prompter.can_ask() {
            let next = "give it on standard input (countersign rotate QUERY -), or with --secret-file";
            return Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the new secret on", next));
        }
        let text = context.machine.prompter.ask_secret("The new otpauth URI, or the new secret alone:")?;
        return understood(rotate, account, text.expose_secret());
    }
    let params = options.params(Some(account.params()))?;
    let secret = context.given_secret(options, params.kind())?.expect("its file was given");
    let pin = match context.given_pin(options)?.or_else(|| account.enrolment().pin.clone()) {
        None if params.needs_pin() => Some(add::pin(context)?),
        pin => pin.filter(|_| params.needs_pin()),
    };
    Ok(New { enrolment: Enrolment { params, secret, pin }, counter: rotate.codes.counter.unwrap_or(0) })
}

/// Reads a text as an otpauth URI, or as a secret with the parameters of before.
fn understood(rotate: &Rotate, account: &Account, text: &str) -> Result<New, Failure> {
    let text = text.trim();
    if uri::find(text) {
        let found = uri::parse(text).map_err(|error| Failure::new(Exit::Failed, &error, error.next_step()))?;
        let pin = found.enrolment.pin.clone().or_else(|| account.enrolment().pin.clone());
        let pin = pin.filter(|_| found.enrolment.params.needs_pin());
        return Ok(New { enrolment: Enrolment { pin, ..found.enrolment }, counter: found.counter });
    }
    let params = rotate.codes.params(Some(account.params()))?;
    let secret = fields::secret(text, params.kind())?;
    let pin = account.enrolment().pin.clone().filter(|_| params.needs_pin());
    let counter = if params.kind() == Kind::Hotp { rotate.codes.counter.unwrap_or(0) } else { 0 };
    Ok(New { enrolment: Enrolment { params, secret, pin }, counter })
}

/// Shows both codes and asks whether the site took the new one, if somebody is there and nobody has said so.
fn is_accepted(
    context: &mut Context<'_>,
    session: &mut Session,
    rotate: &Rotate,
    id: AccountId,
) -> Result<bool, Failure> {
    if rotate.pending || !context.machine.prompter.can_ask() {
        return Ok(false);
    }
    let now = context.machine.clock.now();
    let account = session.vault().get(id).cloned();
    if let Some(account) = account.filter(|account| account.params().period().is_some()) {
        let old = account.code(account.step(now));
        context.machine.prompter.say(&format!("old  {}", old.expose_secret()));
    }
    let issued = tasks::issue_candidate(context.machine, session, id, Which::Current, now)?;
    context.machine.prompter.say(&format!("new  {}", trial::with_time_left(&issued, now)));
    let account = session.vault().get(id).cloned();
    let candidate = account.as_ref().and_then(|account| account.candidate().cloned());
    trial::is_accepted(context, candidate.as_ref(), issued.step)
}

/// Puts the new secret into use.
pub(super) fn accept(context: &mut Context<'_>, session: &mut Session, account: &Account) -> Result<(), Failure> {
    let codes = account.recovery().unused();
    let saved = tasks::accept_rotation(context.machine, session, account.id())?;
    decisions::tell(&mut context.output, &saved.decisions);
    context.output.note(&format!(
        "{} uses its new secret from now on; the old one lies in the trash for 30 days",
        account.label()
    ));
    if codes > 0 {
        context.output.note(&format!("{codes} recovery codes of before count as superseded; store the new ones"));
    }
    Ok(())
}
