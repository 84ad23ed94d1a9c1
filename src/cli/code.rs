//! `code`: the code alone, on standard output or on the clipboard.

use std::sync::Arc;

use serde::Serialize;

use super::args::Code;
use super::output::{Exit, Failure, Table};
use super::{Context, clock, config, list, pick, unlock};
use crate::otp::{Enrolment, Period, Timestamp};
use crate::ports::Delivery;
use crate::tasks::{self, Hold, IssueError, Issued, Session, Which};
use crate::vault::{Account, AccountId};

/// A code as JSON has it; times in seconds since 1970.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    /// `None` when it went to the clipboard.
    code: Option<&'a str>,
    step: u64,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    remaining: Option<i64>,
    used: bool,
    next: Option<&'a str>,
    /// While the account is being rotated: which of its two secrets, `old` or `new`.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'static str>,
}

/// A code that was given out, and the moment it was asked for.
pub(super) struct Given {
    pub account: Arc<Account>,
    pub issued: Issued,
    pub moment: Timestamp,
    /// Whether it is a code of the new secret, beside the one in use.
    pub is_new: bool,
}

/// Says which secret a code is of, where there are two.
fn which_secret(account: &Account, is_new: bool) -> Option<&'static str> {
    account.candidate().map(|_| if is_new { "new" } else { "old" })
}

pub(super) fn run(context: &mut Context<'_>, code: &Code) -> Result<(), Failure> {
    let mut session = match code.query.as_deref().filter(|query| !query.trim().is_empty()) {
        Some(query) => unlock::unlock_for(context, query)?,
        None => context.unlock()?,
    };
    let accounts = accounts(&session, code)?;
    refuse_what_new_cannot(code)?;
    if code.at.is_none() && accounts.iter().any(|account| account.params().period().is_some()) {
        clock::tell_with_codes(context, Some(&session));
    }
    if code.copy {
        return accounts.iter().try_for_each(|account| copy(context, &mut session, code, account));
    }
    let mut given = Vec::with_capacity(accounts.len());
    for account in accounts {
        if code.all && !has_code_for(code, &account) {
            context.output.note(&format!("{} has no code that belongs to a time", account.label()));
            continue;
        }
        given.push(give(context, &mut session, code, account)?);
    }
    if code.at.is_none() && !code.new {
        let used = given.iter().map(|given| (given.issued.id, given.issued.step, given.moment));
        tasks::mark_used(context.machine, &mut session, used);
    }
    write(context, code, &given)
}

fn accounts(session: &Session, code: &Code) -> Result<Vec<Arc<Account>>, Failure> {
    let vault = session.vault();
    match (code.query.as_deref().map(str::trim), code.all) {
        (None | Some(""), true) => Ok(list::in_order(vault)),
        (Some(query), true) => pick::all(vault, query),
        (query, false) => pick::one(vault, query.unwrap_or_default()).map(|account| vec![account]),
    }
}

/// Of the new secret, nothing counts as used, and one account is tried at a time.
fn refuse_what_new_cannot(code: &Code) -> Result<(), Failure> {
    let refused = |what: &str, next: &str| Err(Failure::new(Exit::Usage, what, next));
    match code.new {
        true if code.fresh => refused(
            "codes of a new secret never count as used, so each is fresh",
            "leave --fresh out, or take --min-left",
        ),
        true if code.all => {
            refused("a new secret is tried for one account at a time", "name the account, or leave --new out")
        }
        _ => Ok(()),
    }
}

/// Returns the secret whose code is asked for.
fn asked_of<'a>(code: &Code, account: &'a Account) -> Result<&'a Enrolment, IssueError> {
    match code.new {
        true => account.candidate().ok_or(IssueError::NotRotating),
        false => Ok(account.enrolment()),
    }
}

/// Tells whether the account has a code of the kind that was asked for: a HOTP has none of a certain moment.
fn has_code_for(code: &Code, account: &Account) -> bool {
    code.at.is_none() || asked_of(code, account).is_ok_and(|enrolment| enrolment.params.period().is_some())
}

/// Gives out one code, waiting first if it must be fresh or live long enough.
fn give(
    context: &mut Context<'_>,
    session: &mut Session,
    code: &Code,
    account: Arc<Account>,
) -> Result<Given, Failure> {
    asked_of(code, &account)?;
    if !has_code_for(code, &account) {
        let what = "a hotp account has codes by counter, not by time";
        return Err(Failure::new(Exit::Usage, what, "leave --at out"));
    }
    let which = which(code);
    let moment = match code.at {
        Some(moment) => moment,
        None => wait(context, session, code, &account)?,
    };
    if code.new {
        let issued = tasks::issue_candidate(context.machine, session, account.id(), which, moment)?;
        return Ok(Given { account, issued, moment, is_new: true });
    }
    // Marked by the caller, all at once: ten thousand codes are one write.
    let issued = tasks::issue(context.machine, session, account.id(), which, moment, false)?;
    Ok(Given { account, issued, moment, is_new: false })
}

/// Says where a copied text is.
pub(super) fn place_words(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Native => "copied",
        Delivery::Terminal | Delivery::Multiplexer(_) => "handed to the terminal's clipboard",
    }
}

fn which(code: &Code) -> Which {
    if code.next { Which::Next } else { Which::Current }
}

fn copy(context: &mut Context<'_>, session: &mut Session, code: &Code, account: &Account) -> Result<(), Failure> {
    let moment = wait(context, session, code, account)?;
    let seconds = config::settings(context).clipboard.clear_after_seconds;
    let hold = Hold::HandOver(seconds);
    let copy = if code.new { tasks::copy_candidate } else { tasks::copy };
    let copied = copy(context.machine, session, account.id(), which(code), moment, hold)?;
    let place = place_words(copied.delivery);
    match copied.delivery.warning() {
        None => context.output.note(&format!("{place}: the code of {}; it clears in {seconds} s", account.label())),
        Some(kept) => context.output.warning(&format!("{place}: the code of {}", account.label()), kept),
    }
    tell_which_secret(context, account, code.new);
    tell_if_used(context, copied.used_before);
    if context.global.json {
        let row = Row {
            id: account.id().to_string(),
            issuer: account.issuer(),
            account: account.account(),
            code: None,
            step: copied.step,
            valid_from: copied.valid.map(|(from, _)| from.as_secs()),
            valid_until: copied.valid.map(|(_, until)| until.as_secs()),
            remaining: copied.valid.map(|(_, until)| remaining(until, moment)),
            used: copied.used_before,
            next: None,
            secret: which_secret(account, code.new),
        };
        context.output.json(&[row])?;
    }
    Ok(())
}

/// Returns the moment to give a code out at: now, or when `--fresh` and `--min-left` are satisfied.
fn wait(context: &mut Context<'_>, session: &Session, code: &Code, account: &Account) -> Result<Timestamp, Failure> {
    let now = context.machine.clock.now();
    let enrolment = asked_of(code, account)?;
    let Some(period) = enrolment.params.period() else { return Ok(now) };
    let min_left = code.min_left.unwrap_or(0);
    if min_left > period.as_secs() {
        let what = format!("a code of this account lives {} s in all", period.as_secs());
        return Err(Failure::new(Exit::Usage, what, "give a smaller --min-left"));
    }
    let mut moment = now;
    while !is_good(code, session, account.id(), enrolment, moment) {
        // The first moment of the next step. At the end of time there is none.
        let after = after(period, moment);
        if after <= moment {
            break;
        }
        moment = after;
    }
    if moment > now {
        let seconds = moment.millis_since(now).saturating_add(999) / 1000;
        context.output.note(&format!("waiting {seconds} s for the next code of {}", account.label()));
        context.machine.clock.wait_until(moment);
        moment = context.machine.clock.now().max(moment);
    }
    Ok(moment)
}

fn is_good(code: &Code, session: &Session, id: AccountId, enrolment: &Enrolment, moment: Timestamp) -> bool {
    let step = enrolment.step_at(moment).unwrap_or_default().saturating_add(u64::from(code.next));
    let is_fresh = !code.fresh || !session.memory().is_used(id, step);
    let left = enrolment.valid_until(step).millis_since(moment);
    is_fresh && u64::try_from(left).unwrap_or(0) >= code.min_left.unwrap_or(0).saturating_mul(1000)
}

fn after(period: Period, moment: Timestamp) -> Timestamp {
    period.start_of(period.step_at(moment).saturating_add(1))
}

fn write(context: &mut Context<'_>, code: &Code, given: &[Given]) -> Result<(), Failure> {
    if context.global.json {
        return write_json(context, given);
    }
    if code.all {
        let mut table = Table::default();
        for Given { account, issued, .. } in given {
            table.row([issued.code.expose_secret(), account.issuer(), account.account()]);
        }
        return table.lines().iter().try_for_each(|line| context.output.line(line));
    }
    for Given { account, issued, moment, is_new } in given {
        context.output.raw(issued.code.expose_secret().as_bytes())?;
        context.output.raw(b"\n")?;
        tell_which_secret(context, account, *is_new);
        tell_if_used(context, issued.used_before);
        tell_how_long(context, code, issued, *moment);
    }
    Ok(())
}

pub(super) fn write_json(context: &mut Context<'_>, given: &[Given]) -> Result<(), Failure> {
    let rows: Vec<Row<'_>> = given
        .iter()
        .map(|Given { account, issued, moment, is_new }| Row {
            id: account.id().to_string(),
            issuer: account.issuer(),
            account: account.account(),
            code: Some(issued.code.expose_secret()),
            step: issued.step,
            valid_from: issued.valid.map(|(from, _)| from.as_secs()),
            valid_until: issued.valid.map(|(_, until)| until.as_secs()),
            remaining: issued.valid.map(|(_, until)| remaining(until, *moment)),
            used: issued.used_before,
            next: issued.next.as_ref().map(|next| next.expose_secret()),
            secret: which_secret(account, *is_new),
        })
        .collect();
    context.output.json(&rows)
}

/// Returns the seconds left, a begun one counted whole.
pub(super) fn remaining(until: Timestamp, moment: Timestamp) -> i64 {
    until.as_secs().saturating_sub(moment.as_secs())
}

/// Nobody shall take the code of one secret for that of the other.
fn tell_which_secret(context: &mut Context<'_>, account: &Account, is_new: bool) {
    let label = account.label();
    match which_secret(account, is_new) {
        None => {}
        Some(_) if is_new => {
            context.output.note(&format!("of the new secret of {label}; once accepted: countersign confirm"))
        }
        Some(_) => {
            context.output.note(&format!("of the old secret of {label}, which is being rotated; --new gives the other"))
        }
    }
}

fn tell_if_used(context: &mut Context<'_>, used_before: bool) {
    if used_before {
        context
            .output
            .note("this code was used here before, and most sites refuse it a second time; --fresh waits for the next");
    }
}

fn tell_how_long(context: &mut Context<'_>, code: &Code, issued: &Issued, moment: Timestamp) {
    // The last moments of a code are worth a word, but not to a script that asked for a certain time.
    const LAST_SECONDS: i64 = 5;
    let Some((_, until)) = issued.valid.filter(|_| code.at.is_none()) else { return };
    let left = remaining(until, moment);
    if left <= LAST_SECONDS {
        context.output.note(&format!("it expires in {left} s; --min-left 10 waits for one that lives longer"));
    }
}
