//! `list`: accounts, without secrets and codes.

use std::sync::Arc;

use serde::Serialize;

use super::args::List;
use super::output::{Exit, Failure, Table};
use super::{Context, pick};
use crate::tasks::Session;
use crate::vault::{Account, AccountId, DeviceMemory, Vault};

/// An account as JSON has it. Holds nothing secret.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    r#type: &'static str,
    algorithm: Option<&'static str>,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    tags: Vec<&'a str>,
    note: &'a str,
    pinned: bool,
    pending: bool,
    recovery: Recovery,
    created: i64,
    used_at: Option<i64>,
}

/// How many recovery codes an account has.
#[derive(Serialize)]
struct Recovery {
    unused: usize,
    used: usize,
}

impl<'a> Row<'a> {
    pub(super) fn of(account: &'a Account, memory: &DeviceMemory) -> Self {
        let params = account.params();
        let period = params.period().map(|period| period.as_secs());
        Self {
            id: account.id().to_string(),
            issuer: account.issuer(),
            account: account.account(),
            r#type: params.kind().as_str(),
            algorithm: params.algorithm().map(|algorithm| algorithm.as_uri_str()),
            digits: params.digits().get(),
            counter: period.is_none().then(|| account.counter()),
            period,
            tags: account.tags(),
            note: account.note(),
            pinned: account.pinned(),
            pending: account.pending(),
            recovery: Recovery { unused: account.recovery().unused(), used: account.recovery().used() },
            created: account.created().as_secs(),
            used_at: memory.last_used(account.id()).map(|moment| moment.as_secs()),
        }
    }
}

pub(super) fn run(context: &mut Context<'_>, list: &List) -> Result<(), Failure> {
    let session = context.unlock()?;
    let query = list.query.as_deref().unwrap_or_default();
    let selected =
        if query.trim().is_empty() { Ok(in_order(session.vault())) } else { pick::all(session.vault(), query) };
    let (accounts, missing) = match selected {
        Ok(accounts) => (accounts, None),
        Err(missing) => (Vec::new(), Some(missing)),
    };
    let has_tag = |account: &&Account| list.tag.as_deref().is_none_or(|tag| account.has_tag(tag));
    let accounts: Vec<&Account> = accounts.iter().map(AsRef::as_ref).filter(has_tag).collect();
    let missing = missing.or_else(|| no_such_tag(list, accounts.is_empty()));
    if accounts.is_empty() && missing.is_none() {
        context.output.note("there are no accounts yet; add one: countersign add");
    }
    write(context, &accounts, session.memory())?;
    missing.map_or(Ok(()), Err)
}

fn no_such_tag(list: &List, is_empty: bool) -> Option<Failure> {
    let tag = list.tag.as_deref().filter(|_| is_empty)?;
    let next = "see all of them: countersign list";
    Some(Failure::new(Exit::NothingMatches, format!("no account here has the tag \"{tag}\""), next))
}

/// Prints accounts as data for scripts; people have been told already.
pub(super) fn print(context: &mut Context<'_>, session: &Session, ids: &[AccountId]) -> Result<(), Failure> {
    if !context.global.json {
        return Ok(());
    }
    let rows: Vec<Row<'_>> = ids
        .iter()
        .filter_map(|id| session.vault().get(*id))
        .map(|account| Row::of(account, session.memory()))
        .collect();
    context.output.json(&rows)
}

fn write(context: &mut Context<'_>, accounts: &[&Account], memory: &DeviceMemory) -> Result<(), Failure> {
    if context.global.json {
        let rows: Vec<Row<'_>> = accounts.iter().map(|account| Row::of(account, memory)).collect();
        return context.output.json(&rows);
    }
    for line in table(accounts).lines() {
        context.output.line(&line)?;
    }
    Ok(())
}

fn table(accounts: &[&Account]) -> Table {
    let mut table = Table::default();
    for account in accounts {
        let marks =
            [(account.pinned(), "pinned"), (account.pending(), "pending"), (account.candidate().is_some(), "rotating")];
        let marks: Vec<&str> = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| *mark).collect();
        table.row([
            &pick::short_id(account),
            account.issuer(),
            account.account(),
            account.params().kind().as_str(),
            &account.tags().join(", "),
            &marks.join(", "),
        ]);
    }
    table
}

/// Returns all accounts as the app's list has them: pinned ones first, then by name.
pub(super) fn in_order(vault: &Vault) -> Vec<Arc<Account>> {
    let mut accounts: Vec<Arc<Account>> = vault.accounts().cloned().collect();
    accounts.sort_by_cached_key(|account| {
        (!account.pinned(), account.issuer().to_lowercase(), account.account().to_lowercase(), account.id())
    });
    accounts
}
