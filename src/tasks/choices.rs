//! What a merge decides, and which of that shall be otherwise.

use std::collections::BTreeSet;

use super::merge::MergeError;
use super::sources::Source;
use crate::otp::Timestamp;
use crate::vault::{
    self, AccountId, Change, ChangeError, Decision, DecisionKind, Side, Stamp, Twin, Vault, folding, turning,
};

/// A side that shall be taken, whatever the merge decides by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The account: the beginning of its id.
    pub id: String,
    /// Of one field alone.
    pub field: Option<String>,
    /// Whose side.
    pub side: Side,
}

/// A decision, and whether it was turned round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What the merge decides by itself.
    pub decision: Decision,
    /// Whether a choice has it otherwise.
    pub is_turned: bool,
}

impl Choice {
    fn is_about(&self, id: AccountId, field: Option<&str>) -> bool {
        let is_field = self.field.is_none() || self.field.as_deref() == field;
        is_field && !self.id.is_empty() && id.to_string().starts_with(&self.id.to_lowercase())
    }

    fn words(&self) -> String {
        let field = self.field.as_ref().map(|field| format!(":{field}")).unwrap_or_default();
        crate::shown::shown(&format!("{}{field}", self.id))
    }
}

/// What a merge will do.
pub(super) struct Plan {
    pub decided: Vec<Decided>,
    turns: Vec<Change>,
    /// Twins that shall both stay.
    apart: BTreeSet<Twin>,
    touched: BTreeSet<AccountId>,
}

impl Plan {
    /// Decides, file after file.
    pub fn of(ours: &Vault, sources: &[Source], choices: &[Choice], now: Timestamp) -> Result<Self, MergeError> {
        let mut plan =
            Self { decided: Vec::new(), turns: Vec::new(), apart: BTreeSet::new(), touched: BTreeSet::new() };
        let mut unused: Vec<&Choice> = choices.iter().collect();
        let mut ours = ours.clone();
        for source in sources {
            let theirs = &source.theirs.vault;
            let merged = vault::merge(source.base.as_ref(), &ours, theirs);
            plan.touched.extend(merged.twins.iter().flat_map(|twin| [twin.stays, twin.goes]));
            for decision in merged.decisions {
                plan.touched.insert(decision.id);
                unused
                    .retain(|choice| !fields(&decision.kind).iter().any(|field| choice.is_about(decision.id, *field)));
                for decided in split(decision, choices) {
                    if decided.is_turned {
                        plan.turns.extend(turning(&decided.decision, &ours, theirs, &merged.vault, now));
                        plan.apart.extend(twin_in(&decided.decision, &merged.twins));
                    }
                    plan.decided.push(decided);
                }
            }
            ours = merged.vault;
        }
        match unused.first() {
            Some(choice) => Err(MergeError::NoSuchDecision(choice.words())),
            None => Ok(plan),
        }
    }

    /// Returns how many of our accounts stay as they are.
    pub fn unchanged(&self, ours: &Vault) -> usize {
        ours.accounts().chain(ours.trash()).filter(|account| !self.touched.contains(&account.id())).count()
    }

    /// Returns the join with every choice made, and the stamp of the choices.
    pub fn joined(&self, ours: &Vault, sources: &[Source], stamp: Stamp) -> Result<(Vault, Stamp), ChangeError> {
        let mut joined = ours.clone();
        let mut twins = Vec::new();
        for source in sources {
            let merged = vault::merge(None, &joined, &source.theirs.vault);
            twins.extend(merged.twins.into_iter().filter(|twin| !self.apart.contains(twin)));
            joined = merged.vault;
        }
        // Another device's clock may be ahead of the stamp.
        let at = Timestamp::from_millis(stamp.at);
        let stamp = Stamp::next(at, joined.newest_stamp(), stamp.salt);
        for turn in &self.turns {
            vault::apply(&mut joined, turn, stamp)?;
        }
        if let Some(folding) = folding(&joined, &twins, at) {
            vault::apply(&mut joined, &folding, stamp)?;
        }
        Ok((joined, stamp))
    }
}

/// Returns the fields that a decision is about; of the account as a whole, none.
fn fields(kind: &DecisionKind) -> Vec<Option<&'static str>> {
    match kind {
        DecisionKind::Updated { fields } => fields.iter().map(|field| Some(*field)).collect(),
        DecisionKind::Conflict { field, .. } => vec![Some(*field)],
        DecisionKind::Added | DecisionKind::Removed | DecisionKind::Kept | DecisionKind::Twin { .. } => vec![None],
    }
}

/// Divides a decision into what stays and what is turned.
fn split(decision: Decision, choices: &[Choice]) -> Vec<Decided> {
    let side = decision.kind.side();
    let turns =
        |field: Option<&str>| choices.iter().any(|choice| choice.side != side && choice.is_about(decision.id, field));
    let DecisionKind::Updated { fields: all } = &decision.kind else {
        let is_turned = fields(&decision.kind).into_iter().any(turns);
        return vec![Decided { decision, is_turned }];
    };
    let (turned, stays): (Vec<&'static str>, Vec<_>) = all.iter().partition(|field| turns(Some(field)));
    let part = |fields: Vec<&'static str>, is_turned| {
        let decision = Decision { kind: DecisionKind::Updated { fields }, ..decision.clone() };
        Decided { decision, is_turned }
    };
    let parts = [part(stays, false), part(turned, true)];
    parts.into_iter().filter(|part| part.decision.kind != DecisionKind::Updated { fields: Vec::new() }).collect()
}

fn twin_in(decision: &Decision, twins: &[Twin]) -> Option<Twin> {
    match &decision.kind {
        DecisionKind::Twin { other } => {
            twins.iter().find(|twin| twin.stays == decision.id && twin.goes == *other).copied()
        }
        DecisionKind::Added
        | DecisionKind::Updated { .. }
        | DecisionKind::Removed
        | DecisionKind::Kept
        | DecisionKind::Conflict { .. } => None,
    }
}
