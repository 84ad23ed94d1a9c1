//! Joins two vaults that grew apart, and says what that decided.
//!
//! The join is a union of accounts and, in each account, of writes (see [`super::field`]); a deletion covers
//! what was kept until it was made, and no later edit. So it does not matter in which order vaults are merged,
//! how often, or which of them is called ours. The decisions are for people: they say what changed from our
//! point of view, and where both sides had written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Vault;
use super::account::{Account, AccountId};
use super::field::{Field, Progress};
use super::policy;
use super::stamp::Stamp;
use super::twins::{self, Twin};
use crate::otp::Enrolment;
use crate::shown::shown;

/// Two vaults as one.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The join.
    pub vault: Vault,
    /// What is different from our side, in the order of account ids; twins last.
    pub decisions: Vec<Decision>,
    /// Accounts that both sides had added on their own; the join still has both of each.
    pub twins: Vec<Twin>,
}

impl Merged {
    /// Returns how many of our accounts stayed as they were.
    pub fn unchanged(&self, ours: &Vault) -> usize {
        let twins = self.twins.iter().flat_map(|twin| [twin.stays, twin.goes]);
        let touched: std::collections::BTreeSet<AccountId> =
            self.decisions.iter().map(|decision| decision.id).chain(twins).collect();
        ours.accounts.keys().filter(|id| !touched.contains(id)).count()
    }
}

/// One thing that a merge decided about one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Which account.
    pub id: AccountId,
    /// Its label, ready to be shown.
    pub label: String,
    /// What was decided.
    pub kind: DecisionKind,
}

/// What a merge can decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionKind {
    /// They had it, we did not.
    Added,
    /// They wrote later than we did.
    Updated {
        /// Which fields show something else now, without those that both wrote.
        fields: Vec<&'static str>,
    },
    /// They put it into the trash, or deleted it for good.
    Removed,
    /// We had deleted it, but they edited it since, without knowing.
    Kept,
    /// Both wrote one field. The later write is shown.
    Conflict {
        /// Which field.
        field: &'static str,
        /// What is shown now, in words without secrets.
        kept: String,
        /// What the other side had, in words without secrets.
        other: String,
        /// Whose write is shown.
        side: Side,
    },
    /// Both had added it, each under an id of its own.
    Twin {
        /// The id that goes into the trash.
        other: AccountId,
    },
}

impl DecisionKind {
    /// Returns the field that both had written.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Conflict { field, .. } => Some(field),
            Self::Added | Self::Updated { .. } | Self::Removed | Self::Kept | Self::Twin { .. } => None,
        }
    }

    /// Returns whose side was taken.
    pub fn side(&self) -> Side {
        match self {
            Self::Conflict { side, .. } => *side,
            Self::Added | Self::Updated { .. } | Self::Removed | Self::Kept | Self::Twin { .. } => Side::Theirs,
        }
    }
}

/// One of the two vaults of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Ours.
    Ours,
    /// The other one.
    Theirs,
}

/// Returns the join of two vaults.
///
/// With the last state that both had in common as `base`, only fields that *both* wrote since then count as
/// conflicts; without it, every field that was ever written differently.
pub fn merge(base: Option<&Vault>, ours: &Vault, theirs: &Vault) -> Merged {
    let purged = union(&ours.purged, &theirs.purged, |ours, theirs| *ours.max(theirs));
    let ids: std::collections::BTreeSet<AccountId> =
        ours.accounts.keys().chain(theirs.accounts.keys()).copied().collect();
    let mut vault = Vault {
        accounts: BTreeMap::new(),
        purged,
        dismissed: union(&ours.dismissed, &theirs.dismissed, Field::merge),
        apart: ours.apart.merge(&theirs.apart),
        policy: policy::merge(ours.policy.as_ref(), theirs.policy.as_ref()),
        unknown: union(&ours.unknown, &theirs.unknown, |a, b| a.max(b).clone()),
    };
    let mut decisions = Vec::new();
    for id in ids {
        let sides = (ours.accounts.get(&id), theirs.accounts.get(&id));
        let joined = match sides {
            (Some(ours), Some(theirs)) if Arc::ptr_eq(ours, theirs) || ours == theirs => Arc::clone(ours),
            (Some(ours), Some(theirs)) => Arc::new(join(ours, theirs)),
            (Some(only), None) | (None, Some(only)) => Arc::clone(only),
            (None, None) => continue,
        };
        let joined = match vault.purged.get(&id) {
            Some(purged) => after(&joined, *purged).map(Arc::new),
            None => Some(joined),
        };
        let joined = joined.map(|mut joined| {
            vault.apart.leave_out(&mut joined);
            joined
        });
        let before = base.and_then(|base| base.accounts.get(&id));
        decisions.extend(decide(id, before, sides, joined.as_deref(), ours.purged.contains_key(&id)));
        vault.accounts.extend(joined.map(|joined| (id, joined)));
    }
    let twins = twins::find(ours, theirs, &vault);
    let mut decisions = twins::told(decisions, &twins, &vault);
    decisions.extend(policy::decide(base, ours, theirs, &vault));
    Merged { vault, decisions, twins }
}

fn union<K: Ord + Clone, V: Clone>(
    ours: &BTreeMap<K, V>,
    theirs: &BTreeMap<K, V>,
    join: impl Fn(&V, &V) -> V,
) -> BTreeMap<K, V> {
    let mut all = ours.clone();
    for (key, value) in theirs {
        let joined = ours.get(key).map_or_else(|| value.clone(), |held| join(held, value));
        all.insert(key.clone(), joined);
    }
    all
}

fn join(ours: &Account, theirs: &Account) -> Account {
    Account {
        id: ours.id,
        created: ours.created.min(theirs.created),
        added: ours.added.min(theirs.added),
        touched: ours.touched.max(theirs.touched),
        issuer: ours.issuer.merge(&theirs.issuer),
        account: ours.account.merge(&theirs.account),
        enrolments: ours.enrolments.merge(&theirs.enrolments),
        counter: ours.counter.merge(&theirs.counter),
        candidate: ours.candidate.merge(&theirs.candidate),
        candidate_counter: ours.candidate_counter.merge(&theirs.candidate_counter),
        tags: union(&ours.tags, &theirs.tags, Field::merge),
        note: ours.note.merge(&theirs.note),
        pinned: ours.pinned.merge(&theirs.pinned),
        pending: ours.pending.merge(&theirs.pending),
        order: ours.order.merge(&theirs.order),
        trashed: ours.trashed.merge(&theirs.trashed),
        recovery: ours.recovery.merge(&theirs.recovery),
        unknown: union(&ours.unknown, &theirs.unknown, Field::merge),
    }
}

/// Drops what a deletion covers; `None` if that is the whole account.
fn after(account: &Account, purged: Stamp) -> Option<Account> {
    if account.touched <= purged {
        return None;
    }
    // Whatever edit was made after the deletion kept every field, so none of these is missing.
    Some(Account {
        id: account.id,
        created: account.created,
        added: account.added,
        touched: account.touched,
        issuer: account.issuer.after(purged)?,
        account: account.account.after(purged)?,
        enrolments: account.enrolments.after(purged)?,
        counter: account.counter.after(purged)?,
        candidate: account.candidate.after(purged)?,
        candidate_counter: account.candidate_counter.after(purged)?,
        tags: account.tags.iter().filter_map(|(tag, field)| Some((tag.clone(), field.after(purged)?))).collect(),
        note: account.note.after(purged)?,
        pinned: account.pinned.after(purged)?,
        pending: account.pending.after(purged)?,
        order: account.order.after(purged)?,
        trashed: account.trashed.after(purged)?,
        recovery: account.recovery.after(purged),
        unknown: account.unknown.iter().filter_map(|(key, field)| Some((key.clone(), field.after(purged)?))).collect(),
    })
}

type Sides<'a> = (Option<&'a Arc<Account>>, Option<&'a Arc<Account>>);

fn decide(
    id: AccountId,
    base: Option<&Arc<Account>>,
    sides: Sides<'_>,
    joined: Option<&Account>,
    purged_here: bool,
) -> Vec<Decision> {
    let label = joined
        .or(sides.0.map(|ours| &**ours))
        .or(sides.1.map(|theirs| &**theirs))
        .map(Account::label)
        .unwrap_or_default();
    let decision = |kind| Decision { id, label: label.clone(), kind };
    match (sides, joined) {
        ((None, _), None) => Vec::new(),
        ((None, _), Some(_)) if purged_here => vec![decision(DecisionKind::Kept)],
        ((None, _), Some(_)) => vec![decision(DecisionKind::Added)],
        ((Some(_), _), None) => vec![decision(DecisionKind::Removed)],
        ((Some(_), None), Some(_)) => Vec::new(),
        ((Some(ours), Some(theirs)), Some(joined)) => {
            let conflicts = conflicts(base.map(|base| &**base), ours, theirs, joined);
            let is_told = |field: &&str| conflicts.iter().any(|conflict| conflict.field() == Some(field));
            let mut all = Vec::new();
            if ours.trashed().is_none() && joined.trashed().is_some() {
                all.push(decision(DecisionKind::Removed));
            } else {
                let fields: Vec<_> = changed_fields(ours, joined).into_iter().filter(|field| !is_told(field)).collect();
                all.extend((!fields.is_empty()).then(|| decision(DecisionKind::Updated { fields })));
            }
            all.extend(conflicts.into_iter().map(decision));
            all
        }
    }
}

/// Names the fields that show something else.
fn changed_fields(before: &Account, after: &Account) -> Vec<&'static str> {
    let all = [
        ("issuer", before.issuer() != after.issuer()),
        ("account", before.account() != after.account()),
        ("secret", before.enrolment() != after.enrolment()),
        ("counter", before.counter() != after.counter()),
        ("tags", before.tags() != after.tags()),
        ("note", before.note() != after.note()),
        ("pinned", before.pinned() != after.pinned()),
        ("pending", before.pending() != after.pending()),
        ("order", before.order() != after.order()),
        ("trashed", before.trashed() != after.trashed()),
        ("new secret", before.candidate() != after.candidate()),
        ("recovery codes", !before.recovery().shows_the_same(after.recovery())),
    ];
    all.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field).collect()
}

fn conflicts(base: Option<&Account>, ours: &Account, theirs: &Account, joined: &Account) -> Vec<DecisionKind> {
    let sides = Writers { base, ours, theirs, joined };
    let yes_no = |value: &bool| if *value { "yes" } else { "no" }.to_owned();
    let found = [
        sides.secret(),
        sides.both_wrote("issuer", |account| &account.issuer, |text| shown(text)),
        sides.both_wrote("account", |account| &account.account, |text| shown(text)),
        sides.both_wrote("note", |account| &account.note, |text| shown(text)),
        sides.both_wrote("pinned", |account| &account.pinned, yes_no),
        sides.both_wrote("pending", |account| &account.pending, yes_no),
        sides.both_wrote(
            "order",
            |account| &account.order,
            |place| place.map_or("none".to_owned(), |at| at.to_string()),
        ),
        sides.both_wrote("trashed", |account| &account.trashed, |since| yes_no(&since.is_some())),
        sides.both_tried(),
        sides.both_wrote("counter", |account| &account.counter, u64::to_string),
    ];
    found.into_iter().flatten().collect()
}

/// One account from every point of view.
struct Writers<'a> {
    base: Option<&'a Account>,
    ours: &'a Account,
    theirs: &'a Account,
    joined: &'a Account,
}

impl Writers<'_> {
    fn both_wrote<T: Clone + PartialEq + Progress>(
        &self,
        field: &'static str,
        pick: impl Fn(&Account) -> &Field<T>,
        words: impl Fn(&T) -> String,
    ) -> Option<DecisionKind> {
        let (ours, theirs, joined) = (pick(self.ours), pick(self.theirs), pick(self.joined));
        let since = self.base.map_or(self.joined.added, |base| pick(base).head().written);
        let (our_write, their_write) = (ours.head().written, theirs.head().written);
        let both = our_write > since && their_write > since && our_write != their_write && ours.get() != theirs.get();
        let (side, other) = if joined.get() == ours.get() { (Side::Ours, theirs) } else { (Side::Theirs, ours) };
        both.then(|| DecisionKind::Conflict { field, kept: words(joined.get()), other: words(other.get()), side })
    }

    /// Two secrets that are tried at once: the later one goes on being tried, the other is a former one.
    fn both_tried(&self) -> Option<DecisionKind> {
        let (ours, theirs) = (self.ours.candidate()?, self.theirs.candidate()?);
        (ours != theirs).then(|| {
            let (here, there) = (ours.params.describe(), theirs.params.describe());
            let (kept, other, side) = match self.joined.candidate() == Some(ours) {
                true => (here, there, Side::Ours),
                false => (there, here, Side::Theirs),
            };
            DecisionKind::Conflict { field: "new secret", kept, other: format!("{other}; kept as a former one"), side }
        })
    }

    /// Two secrets, neither of which the other side has ever seen: both are kept, one as former.
    fn secret(&self) -> Option<DecisionKind> {
        let (ours, theirs) = (self.ours.enrolments.head(), self.theirs.enrolments.head());
        let strangers = !self.ours.enrolments.knows(theirs.written) && !self.theirs.enrolments.knows(ours.written);
        let words = |enrolment: &Enrolment, whose: &str| format!("written {whose}, {}", enrolment.params.describe());
        (strangers && ours.enrolment != theirs.enrolment).then(|| {
            let (here, there) = (words(&ours.enrolment, "here"), words(&theirs.enrolment, "there"));
            let (kept, other, side) = match ours.written > theirs.written {
                true => (here, there, Side::Ours),
                false => (there, here, Side::Theirs),
            };
            DecisionKind::Conflict { field: "secret", kept, other: format!("{other}; kept as a former one"), side }
        })
    }
}
