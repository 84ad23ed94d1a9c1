//! `watch`: codes as plain lines, one per change, for screen readers and dumb terminals.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::code::{Given, remaining, write_json};
use super::output::Failure;
use super::{Context, clock, decisions, list, pick};
use crate::otp::Timestamp;
use crate::tasks::{self, Issued, Session};
use crate::vault::{Account, AccountId};

/// Runs until it is interrupted, or nobody reads any more.
///
/// Looking is not using: nothing is marked, and HOTP counters stay where they are.
pub(super) fn run(context: &mut Context<'_>, query: &str) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let mut shown: HashMap<AccountId, u64> = HashMap::new();
    tell_what_has_no_time(context, &accounts(&session, query)?);
    clock::tell_with_codes(context, Some(&session));
    loop {
        let now = context.machine.clock.now();
        let accounts = accounts(&session, query)?;
        for account in &accounts {
            let step = account.step(now);
            if shown.insert(account.id(), step) != Some(step) {
                write(context, account, step, now)?;
            }
        }
        context.output.flush()?;
        let changes = accounts.iter().map(|account| account.enrolment().valid_until(account.step(now)));
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
    accounts.retain(|account| account.params().period().is_some());
    Ok(accounts)
}

fn tell_what_has_no_time(context: &mut Context<'_>, accounts: &[Arc<Account>]) {
    if accounts.is_empty() {
        context.output.note("no account here has codes that change with time");
    }
}

fn write(context: &mut Context<'_>, account: &Arc<Account>, step: u64, now: Timestamp) -> Result<(), Failure> {
    let enrolment = account.enrolment();
    let code = account.code(step);
    if context.global.json {
        let issued = Issued {
            id: account.id(),
            code,
            step,
            valid: Some((enrolment.valid_from(step), enrolment.valid_until(step))),
            used_before: false,
            next: Some(account.code(step.saturating_add(1))),
        };
        return write_json(context, &[Given { account: Arc::clone(account), issued, moment: now, is_new: false }]);
    }
    let left = remaining(enrolment.valid_until(step), now);
    let code = code.grouped();
    context.output.line(&format!("{}  {}  {left} s", code.expose_secret(), account.label()))
}
