//! `recovery use` and `recovery mark`: one code, marked as used before anybody sees it.

use serde::Serialize;

use super::super::args::{MarkRecovery, UseRecovery};
use super::super::output::Failure;
use super::super::{Context, config, decisions, pick};
use super::basket;
use crate::cli::code::place_words;
use crate::tasks::basket::Basket;
use crate::tasks::{self, CodeChoice, Hold, RecoveryError, UseNote, UsedCode};
use crate::vault::{Account, Change, RecoveryChange};

/// A code that was given out, as JSON has it.
#[derive(Serialize)]
struct Given<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    left: usize,
}

pub(super) fn run(context: &mut Context<'_>, using: &UseRecovery) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &using.which.query)?;
    let basket = basket::open_for(context, &account, &using.opening)?;
    let contents = basket.as_ref().map(Basket::contents);
    let choice = using.code.map_or(CodeChoice::Next, CodeChoice::Number);
    let used = if using.copy {
        let hold = Hold::HandOver(config::settings(context).clipboard.clear_after_seconds);
        let (used, delivery) =
            tasks::copy_recovery(context.machine, &mut session, contents, account.id(), choice, hold)?;
        let copied = format!("{}: recovery code {} of {}", place_words(delivery), used.number, account.label());
        match delivery.warning() {
            None => context.output.note(&copied),
            Some(kept) => context.output.warning(&copied, kept),
        }
        used
    } else {
        tasks::use_recovery(context.machine, &mut session, contents, account.id(), choice)?
    };
    write(context, using, &account, &used)
}

fn write(context: &mut Context<'_>, using: &UseRecovery, account: &Account, used: &UsedCode) -> Result<(), Failure> {
    let code = used.code.expose_secret();
    if context.global.json {
        context.output.json(&Given {
            id: account.id().to_string(),
            issuer: account.issuer(),
            account: account.account(),
            number: used.number,
            code: (!using.copy).then_some(code),
            left: used.left,
        })?;
    } else if !using.copy {
        context.output.raw(code.as_bytes())?;
        context.output.raw(b"\n")?;
    }
    decisions::tell(&mut context.output, &used.saved.decisions);
    let label = account.label();
    context.output.note(&format!("recovery code {} of {label} is marked as used; {} left", used.number, used.left));
    for note in &used.notes {
        match note {
            UseNote::Few(_) => {
                context.output.warning(&note.to_string(), "store them: countersign recovery add");
            }
            UseNote::Expired | UseNote::Superseded | UseNote::Replaced | UseNote::OneOff => {
                context.output.note(&note.to_string());
            }
        }
    }
    Ok(())
}

pub(super) fn mark(context: &mut Context<'_>, mark: &MarkRecovery) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &mark.which.query)?;
    let set = account.recovery().current().last().copied().ok_or(RecoveryError::NoCodes)?;
    let code = mark.code.checked_sub(1).filter(|code| *code < set.len());
    let code = code.ok_or(RecoveryError::NoSuchCode(set.len()))?;
    let at = context.machine.clock.now();
    let (change, words) = match mark.unused {
        true => (RecoveryChange::TakeBack { set: set.id(), code }, "unused"),
        false => (RecoveryChange::Use { set: set.id(), code, at }, "used"),
    };
    let title = format!("marked recovery code {} of {} as {words}", mark.code, account.label());
    context.commit(&mut session, &title, &Change::Recovery(account.id(), change))?;
    context.output.note(&title);
    Ok(())
}
