//! `remove`, `trash` and `undo`: nothing is lost by a slip of the finger.

use std::sync::Arc;

use serde::Serialize;

use super::args::{Trash, Which};
use super::list::Row;
use super::output::{Exit, Failure, Table};
use super::{Context, dates, decisions, pick};
use crate::tasks::{self, Session};
use crate::vault::{Account, Change, TRASH_MILLIS};

pub(super) fn run(context: &mut Context<'_>, which: &Which) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &which.query)?;
    let title = format!("removed {}", account.label());
    let now = context.machine.clock.now();
    context.commit(&mut session, &title, &Change::Trash(account.id(), now))?;
    context.output.note(&format!("{title}; it stays in the trash for 30 days, and `countersign undo` brings it back"));
    Ok(())
}

pub(super) fn trash(context: &mut Context<'_>, command: &Trash) -> Result<(), Failure> {
    match command {
        Trash::List => list(context),
        Trash::Restore(which) => restore(context, which),
        Trash::Empty { for_good } => empty(context, *for_good),
    }
}

/// A removed account as JSON has it.
#[derive(Serialize)]
struct Removed<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    removed: i64,
    deleted_on: i64,
}

fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let session = context.unlock()?;
    let accounts = in_trash(&session);
    if context.global.json {
        let rows: Vec<Removed<'_>> = accounts.iter().map(|account| removed(account, &session)).collect();
        return context.output.json(&rows);
    }
    if accounts.is_empty() {
        context.output.note("the trash is empty");
    }
    let zone = &context.surroundings.time_zone;
    let mut table = Table::default();
    for account in &accounts {
        let until = account.trashed().unwrap_or_default().plus_millis(TRASH_MILLIS);
        let until = format!("until {}", dates::day(until, zone));
        table.row([&pick::short_id(account), account.issuer(), account.account(), &until]);
    }
    table.lines().iter().try_for_each(|line| context.output.line(line))
}

fn removed<'a>(account: &'a Account, session: &Session) -> Removed<'a> {
    let since = account.trashed().unwrap_or_default();
    Removed {
        row: Row::of(account, session.memory()),
        removed: since.as_secs(),
        deleted_on: since.plus_millis(TRASH_MILLIS).as_secs(),
    }
}

/// Returns what is in the trash, the latest first.
fn in_trash(session: &Session) -> Vec<Arc<Account>> {
    let mut accounts: Vec<Arc<Account>> = session.vault().trash().cloned().collect();
    accounts.sort_by_key(|account| (std::cmp::Reverse(account.trashed()), account.id()));
    accounts
}

fn restore(context: &mut Context<'_>, which: &Which) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = one_in_trash(&session, &which.query)?;
    let title = format!("restored {}", account.label());
    context.commit(&mut session, &title, &Change::Restore(account.id()))?;
    context.output.note(&title);
    Ok(())
}

/// Returns the one account in the trash that a query means: an exact name or id before a part of one.
fn one_in_trash(session: &Session, query: &str) -> Result<Arc<Account>, Failure> {
    let wanted = query.trim().to_lowercase();
    let names = |account: &Account| [account.issuer(), account.account(), &account.label()].map(str::to_lowercase);
    let is_exact = |account: &Account| names(account).contains(&wanted);
    let is_part = |account: &Account| {
        account.id().to_string().starts_with(&wanted) || names(account).iter().any(|name| name.contains(&wanted))
    };
    let removed = in_trash(session);
    let mut hits: Vec<Arc<Account>> = removed.iter().filter(|account| is_exact(account)).cloned().collect();
    if hits.is_empty() {
        hits = removed.iter().filter(|account| is_part(account)).cloned().collect();
    }
    match hits.as_slice() {
        [only] => Ok(Arc::clone(only)),
        [] => {
            let what = format!("nothing in the trash matches {}", pick::quoted(query));
            Err(Failure::new(Exit::NothingMatches, what, "see what is there: countersign trash list"))
        }
        several => Err(pick::several_match(query, several)),
    }
}

fn empty(context: &mut Context<'_>, for_good: bool) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let changes: Vec<Change> = session.vault().trash().map(|account| Change::Purge(account.id())).collect();
    let count = changes.len();
    if count == 0 {
        context.output.note("the trash is empty");
        return Ok(());
    }
    let what = if count == 1 { "1 removed account".to_owned() } else { format!("{count} removed accounts") };
    if !for_good {
        if !context.machine.prompter.can_ask() {
            let what = "deleting for good cannot be undone, and there is no terminal to ask on";
            return Err(Failure::new(
                Exit::NeedsDecision,
                what,
                "say --for-good, or wait: it empties itself after 30 days",
            ));
        }
        let question = format!("Delete {what} and every secret in there for good? This cannot be undone.");
        if !context.machine.prompter.confirm(&question)? {
            return Err(Failure::new(Exit::Failed, "nothing was deleted", "the trash is as it was"));
        }
    }
    context.commit(&mut session, "emptied the trash", &Change::Batch(changes))?;
    context.output.note(&format!("deleted {what} for good"));
    Ok(())
}

pub(super) fn undo(context: &mut Context<'_>) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let undone = tasks::undo(context.machine, &mut session)?;
    decisions::tell(&mut context.output, &undone.saved.decisions);
    // What is taken back may itself have been taking back.
    let words = match undone.title.strip_prefix("undid: ") {
        Some(title) => format!("did again: {title}"),
        None => format!("undid: {}", undone.title),
    };
    context.output.note(&words);
    Ok(())
}
