//! `recovery`: the codes that a site handed out for the day the authenticator is gone.

pub(super) mod add;
mod basket;
mod sets;
mod show;
mod using;

use serde::Serialize;

use super::args::{self, Which};
use super::output::{Exit, Failure, Table};
use super::{Context, list as accounts, pick};
use crate::tasks::{RecoveryError, count_words};
use crate::vault::{Account, Change, RecoveryChange, RecoverySet};

pub(super) fn run(context: &mut Context<'_>, command: &args::Recovery) -> Result<(), Failure> {
    match command {
        args::Recovery::List { query } => list(context, query.as_deref().unwrap_or_default()),
        args::Recovery::Add(add) => add::run(context, add),
        args::Recovery::Show(show) => show::run(context, show),
        args::Recovery::Use(using) => using::run(context, using),
        args::Recovery::Mark(mark) => using::mark(context, mark),
        args::Recovery::Check(which) => check(context, which),
        args::Recovery::Print(print) => show::print(context, print),
        args::Recovery::Remove(which) => sets::remove(context, which),
        args::Recovery::Restore(which) => sets::restore(context, which),
        args::Recovery::Apart(apart) => basket::apart(context, apart),
        args::Recovery::Together(opening) => basket::together(context, opening),
    }
}

/// An account's sets as JSON has them. Holds no code.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    sets: Vec<SetRow<'a>>,
}

#[derive(Serialize)]
struct SetRow<'a> {
    created: i64,
    origin: &'a str,
    kind: &'static str,
    unused: usize,
    used: usize,
    superseded: bool,
}

impl<'a> Row<'a> {
    fn of(account: &'a Account) -> Self {
        let sets = account.recovery().sets().into_iter().map(|set| SetRow {
            created: set.created().as_secs(),
            origin: set.origin(),
            kind: kind(set),
            unused: set.unused(),
            used: set.len() - set.unused(),
            superseded: set.superseded().is_some(),
        });
        Self {
            id: account.id().to_string(),
            issuer: account.issuer(),
            account: account.account(),
            sets: sets.collect(),
        }
    }
}

/// Returns what kind of set it is, in a word for scripts.
fn kind(set: &RecoverySet) -> &'static str {
    let kind = set.kind();
    match (kind.one_off, kind.ordered, kind.replaced_when_used) {
        (true, ..) => "key",
        (_, true, _) => "ordered",
        (_, _, true) => "replaced",
        (false, false, false) => "codes",
    }
}

fn list(context: &mut Context<'_>, query: &str) -> Result<(), Failure> {
    let session = context.unlock()?;
    let all =
        if query.trim().is_empty() { accounts::in_order(session.vault()) } else { pick::all(session.vault(), query)? };
    if context.global.json {
        let rows: Vec<Row<'_>> = all.iter().map(|account| Row::of(account)).collect();
        return context.output.json(&rows);
    }
    let mut table = Table::default();
    let mut without = 0;
    for account in &all {
        let recovery = account.recovery();
        let total = recovery.unused() + recovery.used();
        without += usize::from(total == 0);
        let left = match total {
            0 => "none stored".to_owned(),
            total => format!("{} of {total} left", recovery.unused()),
        };
        table.row([&pick::short_id(account), account.issuer(), account.account(), &left]);
    }
    table.lines().iter().try_for_each(|line| context.output.line(line))?;
    if without > 0 {
        let accounts = if without == 1 { "1 account has".to_owned() } else { format!("{without} accounts have") };
        context.output.note(&format!("{accounts} no recovery codes here; store them: countersign recovery add"));
    }
    Ok(())
}

fn check(context: &mut Context<'_>, which: &Which) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &which.query)?;
    let current = account.recovery().current();
    if current.is_empty() {
        return Err(RecoveryError::NoCodes.into());
    }
    let now = context.machine.clock.now();
    let stamp = |set: &&RecoverySet| Change::Recovery(account.id(), RecoveryChange::Check(set.id(), Some(now)));
    let title = format!("compared the recovery codes of {} with the site's", account.label());
    context.commit(&mut session, &title, &Change::Batch(current.iter().map(stamp).collect()))?;
    context.output.note(&format!("{title}; {} left", count_words(account.recovery().unused())));
    Ok(())
}

/// Returns the refusal to do something that only a person can decide.
fn unanswered(what: impl ToString, next: &str) -> Failure {
    Failure::new(Exit::NeedsDecision, what, next)
}
