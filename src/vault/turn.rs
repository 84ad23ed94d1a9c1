//! The change that turns one decision of a merge to the other side.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Vault;
use super::account::Account;
use super::change::{Change, Edit};
use super::merge::{Decision, DecisionKind, Side};
use super::policy::{self, Policy};
use super::{recovery, rotation};
use crate::otp::Timestamp;

/// Returns the change that turns a decision, to be made to the join of `ours` and `theirs`.
///
/// `None` for twins, which are turned by not folding them, and where nothing is left to turn.
pub fn turning(decision: &Decision, ours: &Vault, theirs: &Vault, joined: &Vault, at: Timestamp) -> Option<Change> {
    // It is no account's, and a merge can make it stricter only: lifting it takes a typed yes.
    if decision.kind.field() == Some(policy::FIELD) {
        return (joined.policy() == Policy::Open).then_some(Change::Policy(Policy::SingleDevice));
    }
    let id = decision.id;
    let now = joined.get(id);
    match &decision.kind {
        DecisionKind::Added | DecisionKind::Kept => {
            now.filter(|account| account.trashed().is_none()).map(|_| Change::Trash(id, at))
        }
        DecisionKind::Removed => match now {
            Some(_) => Some(Change::Restore(id)),
            None => Some(Change::BringBack(Arc::clone(ours.get(id)?))),
        },
        DecisionKind::Updated { fields } => as_in(ours.get(id)?, now?, fields, false),
        DecisionKind::Conflict { field, side: Side::Ours, .. } => as_in(theirs.get(id)?, now?, &[field], true),
        DecisionKind::Conflict { field, side: Side::Theirs, .. } => as_in(ours.get(id)?, now?, &[field], true),
        DecisionKind::Twin { .. } => None,
    }
}

/// Returns the change that gives these fields the values they have in `wanted`.
///
/// A counter goes back only where it is what was decided about: the site may have seen what is between.
fn as_in(wanted: &Account, now: &Account, fields: &[&'static str], may_lower: bool) -> Option<Change> {
    let mut edit = Edit::default();
    let mut others = Vec::new();
    for field in fields {
        match *field {
            "issuer" => edit.issuer = Some(wanted.issuer().to_owned()),
            "account" => edit.account = Some(wanted.account().to_owned()),
            "secret" => edit.enrolment = Some(wanted.enrolment().clone()),
            "counter" if may_lower || wanted.counter() > now.counter() => edit.counter = Some(wanted.counter()),
            "tags" => edit.tags = Some(wanted.tags().into_iter().map(str::to_owned).collect::<BTreeSet<String>>()),
            "note" => edit.note = Some(wanted.note().to_owned()),
            "pinned" => edit.pinned = Some(wanted.pinned()),
            "pending" => edit.pending = Some(wanted.pending()),
            "order" => edit.order = Some(wanted.order()),
            "trashed" => {
                others.push(match wanted.trashed() {
                    Some(since) => Change::Trash(now.id, since),
                    None => Change::Restore(now.id),
                });
            }
            "new secret" if wanted.candidate() != now.candidate() => {
                others.push(Change::Rotation(now.id, rotation::returning_to(wanted)));
            }
            "recovery codes" => {
                let codes = recovery::restoring(&wanted.recovery, &now.recovery, &now.recovery);
                others.extend(codes.into_iter().map(|change| Change::Recovery(now.id, change)));
            }
            _ => {} // a counter or a new secret that stays where it is
        }
    }
    let edit = (edit != Edit::default()).then(|| Change::Edit(now.id, Box::new(edit)));
    let all: Vec<Change> = edit.into_iter().chain(others).collect();
    (!all.is_empty()).then_some(Change::Batch(all))
}
