//! `watch`: codes as plain lines, one per change, for screen readers and dumb terminals.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::code::{Given, remaining, write_json};
use super::output::Failure;
use super::{Context, clock, decisions, list, pick};
use crate::otp::Enrolment;
use crate::tasks::{self, Issued, Session};
use crate::vault::{Account, AccountId};

/// Runs until it is interrupted, or nobody reads any more.
///
/// Looking is not using: nothing is marked, and HOTP counters stay where they are.
pub(super) fn run(context: &mut Context<'_>, query: &str) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let mut shown: HashMap<(AccountId, bool), u64> = HashMap::new();
    tell_what_has_no_time(context, &accounts(&session, query)?);
    clock::tell_with_codes(context, Some(&session));
    loop {
        let now = context.machine.clock.now();
        let accounts = accounts(&session, query)?;
        for account in &accounts {
            for (is_new, enrolment) in secrets(account) {
                let step = enrolment.step_at(now).unwrap_or_default();
                if shown.insert((account.id(), is_new), step) != Some(step) {
                    write(context, account, enrolment, step, is_new)?;
                }
            }
        }
        context.output.flush()?;
        let until = |enrolment: &Enrolment| enrolment.step_at(now).map(|step| enrolment.valid_until(step));
        let changes =
            accounts.iter().flat_map(|account| secrets(account)).filter_map(|(_, enrolment)| until(enrolment));
        let Some(next) = changes.min().filter(|next| *next > now) else { return Ok(()) };
        context.machine.clock.wait_until(next);
        let taken_in = tasks::refresh(context.machine, &mut session)?;
        decisions::tell(&mut context.output, &taken_in.decisions);
    }
}

/// Returns the accounts whose codes change by themselves.
fn accounts(session: &Session, query: &str) -> Result<Vec<Arc<Account>>, Failure> {
    let mut accounts =
        if query.trim().is_empty() { list::in_order(session.vault()) } else { pick::all(session.vault(), query)? };
    accounts.retain(|account| secrets(account).next().is_some());
    Ok(accounts)
}

/// Returns the secrets whose codes change by themselves: the one in use, and a new one that is tried.
fn secrets(account: &Account) -> impl Iterator<Item = (bool, &Enrolment)> {
    let both = [(false, Some(account.enrolment())), (true, account.candidate())];
    let timed = |enrolment: &&Enrolment| enrolment.params.period().is_some();
    both.into_iter().filter_map(move |(is_new, enrolment)| Some((is_new, enrolment.filter(timed)?)))
}

fn tell_what_has_no_time(context: &mut Context<'_>, accounts: &[Arc<Account>]) {
    if accounts.is_empty() {
        context.output.note("no account here has codes that change with time");
    }
}

fn write(
    context: &mut Context<'_>,
    account: &Arc<Account>,
    enrolment: &Enrolment,
    step: u64,
    is_new: bool,
) -> Result<(), Failure> {
    let now = context.machine.clock.now();
    let code = enrolment.code(step);
    if context.global.json {
        let issued = Issued {
            id: account.id(),
            code,
            step,
            valid: Some((enrolment.valid_from(step), enrolment.valid_until(step))),
            used_before: false,
            next: Some(enrolment.code(step.saturating_add(1))),
        };
        return write_json(context, &[Given { account: Arc::clone(account), issued, moment: now, is_new }]);
    }
    let left = remaining(enrolment.valid_until(step), now);
    let code = code.grouped();
    let which = match (account.candidate(), is_new) {
        (None, _) => "",
        (Some(_), true) => " (new secret)",
        (Some(_), false) => " (old secret)",
    };
    context.output.line(&format!("{}  {}{which}  {left} s", code.expose_secret(), account.label()))
}
