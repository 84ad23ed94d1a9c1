//! What is listed, and in which order.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::tui::message::Snapshot;
use crate::tui::settings::SortBy;
use crate::vault::{Account, Change, Edit, Found, find};

/// A row of the list: an account, and which of its characters match the search.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub account: Arc<Account>,
    pub in_issuer: Vec<u32>,
    pub in_account: Vec<u32>,
}

impl From<Found> for Row {
    fn from(found: Found) -> Self {
        Self { account: found.account, in_issuer: found.in_issuer, in_account: found.in_account }
    }
}

/// Returns the rows: pinned ones first, or, while something is searched, the best match first.
pub(super) fn rows(snapshot: &Snapshot, query: &str, tag: Option<&str>, sort: SortBy) -> Vec<Row> {
    let found = find(&snapshot.vault, query).into_iter();
    let mut rows: Vec<Row> =
        found.filter(|found| tag.is_none_or(|tag| found.account.has_tag(tag))).map(Row::from).collect();
    if query.trim().is_empty() {
        rows.sort_by_cached_key(|row| key(&row.account, snapshot, sort));
    }
    rows
}

/// Pinned before the rest, then by the order's own number, then by name.
type Key = (bool, i128, String, String);

fn key(account: &Account, snapshot: &Snapshot, sort: SortBy) -> Key {
    let memory = &snapshot.memory;
    let number = match sort {
        SortBy::Name => 0,
        SortBy::LastUsed => memory.last_used(account.id()).map_or(i128::MAX, |at| -i128::from(at.as_millis())),
        SortBy::MostUsed => -i128::from(memory.times_used(account.id())),
        SortBy::Own => account.order().map_or(i128::MAX, i128::from),
    };
    let (issuer, name) = (account.issuer().to_lowercase(), account.account().to_lowercase());
    // An account without an issuer stands where its name would.
    let (first, second) = if issuer.is_empty() { (name, String::new()) } else { (issuer, name) };
    (Reverse(account.pinned()) != Reverse(true), number, first, second)
}

/// Returns the change that moves a row up or down among the rows of its kind, pinned or not; `None` at the end.
///
/// Numbers are places in the list: the first move writes one for every account, each later one for two.
pub(super) fn shifted(rows: &[Row], selected: usize, down: bool) -> Option<Change> {
    let other = if down { selected.checked_add(1)? } else { selected.checked_sub(1)? };
    if rows.get(selected)?.account.pinned() != rows.get(other)?.account.pinned() {
        return None;
    }
    let mut accounts: Vec<&Arc<Account>> = rows.iter().map(|row| &row.account).collect();
    accounts.swap(selected, other);
    let moves = (0..).zip(accounts).filter(|(place, account)| account.order() != Some(*place));
    let edit = |place| Edit { order: Some(Some(place)), ..Edit::default() };
    Some(Change::Batch(moves.map(|(place, account)| Change::Edit(account.id(), Box::new(edit(place)))).collect()))
}
