//! `recovery remove` and `recovery restore`: whole sets.

use super::super::args::WhichSet;
use super::super::output::{Exit, Failure};
use super::super::{Context, pick};
use crate::vault::{Account, Change, RecoveryChange, RecoverySet};

pub(super) fn remove(context: &mut Context<'_>, which: &WhichSet) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &which.which.query)?;
    let set = one(&account, &which.set)?;
    let title = format!("removed a set of recovery codes of {}", account.label());
    let change = Change::Recovery(account.id(), RecoveryChange::Remove(set.id(), true));
    context.commit(&mut session, &title, &change)?;
    context.output.note(&format!("{title}; `countersign undo` or recovery restore brings it back"));
    Ok(())
}

pub(super) fn restore(context: &mut Context<'_>, which: &WhichSet) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &which.which.query)?;
    let set = one(&account, &which.set)?;
    let changes = vec![
        Change::Recovery(account.id(), RecoveryChange::Remove(set.id(), false)),
        Change::Recovery(account.id(), RecoveryChange::Supersede(set.id(), None)),
    ];
    let title = format!("restored a set of recovery codes of {}", account.label());
    context.commit(&mut session, &title, &Change::Batch(changes))?;
    context.output.note(&title);
    Ok(())
}

/// Returns the one set whose id begins so.
fn one<'a>(account: &'a Account, start: &str) -> Result<&'a RecoverySet, Failure> {
    let start = start.trim().to_lowercase();
    let sets = account.recovery().sets().into_iter().chain(account.recovery().removed());
    let found: Vec<&RecoverySet> = sets.filter(|set| set.id().to_string().starts_with(&start)).collect();
    let next = "see the sets and their ids: countersign recovery show";
    match found.as_slice() {
        [only] => Ok(only),
        [] => Err(Failure::new(Exit::NothingMatches, "no set of this account has an id that begins so", next)),
        several => {
            Err(Failure::new(Exit::SeveralMatch, format!("{} sets have ids that begin so", several.len()), next))
        }
    }
}
