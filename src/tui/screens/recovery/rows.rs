//! Which rows the screen has: sets that count with their codes, and the others folded away.

use crate::vault::{Recovery, RecoverySet, SetId};

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// What is known of a set; not shown where there is only one that counts.
    Set(SetId),
    /// A code of a set, counted from 0.
    Code(SetId, usize),
    /// So many sets that count no more, folded.
    Fold(usize),
}

/// Returns the rows: the newest set first.
pub(super) fn rows(recovery: &Recovery, shows_old: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let current = recovery.current();
    for set in current.iter().rev() {
        if current.len() > 1 {
            rows.push(Row::Set(set.id()));
        }
        rows.extend(codes(set));
    }
    let is_old = |set: &&RecoverySet| set.superseded().is_some();
    let old: Vec<&RecoverySet> = recovery.sets().into_iter().filter(is_old).chain(recovery.removed()).collect();
    if old.is_empty() {
        return rows;
    }
    rows.push(Row::Fold(old.len()));
    if shows_old {
        for set in old.iter().rev() {
            rows.push(Row::Set(set.id()));
            rows.extend(codes(set));
        }
    }
    rows
}

fn codes(set: &RecoverySet) -> impl Iterator<Item = Row> {
    let id = set.id();
    (0..set.len()).map(move |code| Row::Code(id, code))
}
