//! From a query to the accounts it means.

use std::sync::Arc;

use super::output::{Exit, Failure, Table};
use crate::otp::uri;
use crate::vault::{Account, Selection, Vault, select};

/// How many candidates are listed.
const MOST_CANDIDATES: usize = 20;

/// Returns the one account that a query means.
pub(super) fn one(vault: &Vault, query: &str) -> Result<Arc<Account>, Failure> {
    match select(vault, query) {
        Selection::One(account) => Ok(account),
        Selection::Several(candidates) => Err(several_match(query, &candidates)),
        Selection::Nothing(nearest) => Err(nothing_matches(vault, query, nearest)),
    }
}

/// Returns all accounts that a query means, best first.
pub(super) fn all(vault: &Vault, query: &str) -> Result<Vec<Arc<Account>>, Failure> {
    match select(vault, query) {
        Selection::One(account) => Ok(vec![account]),
        Selection::Several(candidates) => Ok(candidates),
        Selection::Nothing(nearest) => Err(nothing_matches(vault, query, nearest)),
    }
}

/// Returns the refusal to choose among several.
pub(super) fn several_match(query: &str, candidates: &[Arc<Account>]) -> Failure {
    let mut table = Table::default();
    for account in candidates.iter().take(MOST_CANDIDATES) {
        table.row([&short_id(account), account.issuer(), account.account()]);
    }
    let mut lines = table.lines();
    if candidates.len() > MOST_CANDIDATES {
        lines.push(format!("… and {} more", candidates.len() - MOST_CANDIDATES));
    }
    let what = format!("{} accounts match {}", candidates.len(), quoted(query));
    let next = "give more of the name, or the beginning of an id";
    Failure::new(Exit::SeveralMatch, what, next).with_details(lines)
}

fn nothing_matches(vault: &Vault, query: &str, nearest: Option<String>) -> Failure {
    let next = match nearest {
        Some(nearest) => format!("did you mean \"{nearest}\"?"),
        None if vault.is_empty() => "there are none yet; add one: countersign add".to_owned(),
        None => "see all of them: countersign list".to_owned(),
    };
    Failure::new(Exit::NothingMatches, format!("no account matches {}", quoted(query)), next)
}

/// Returns the beginning of an id, enough to name an account among very many.
pub(super) fn short_id(account: &Account) -> String {
    account.id().to_string().chars().take(8).collect()
}

/// Returns the query as it may be repeated: not if it holds a secret.
pub(super) fn quoted(query: &str) -> String {
    if uri::find(query) { "this URI".to_owned() } else { format!("\"{query}\"") }
}
