//! Moving texts out of the vault, and back.

use super::{Basket, BasketError};
use crate::ports::Machine;
use crate::tasks::commit::{Saved, commit};
use crate::tasks::recovery::count_words;
use crate::tasks::session::Session;
use crate::vault::{BasketChange, Change, SetId};

/// How often others may store codes in the vault while we move.
const ROUNDS: u32 = 10;

/// What moving out did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedApart {
    /// How many codes are in the sets that went out.
    pub codes: usize,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// What moving back did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedTogether {
    /// How many codes are in the sets that came back.
    pub codes: usize,
    /// How many sets of the vault have their texts in another basket than this one.
    pub missing: usize,
    /// Why the basket still has the texts as well, if it has; nothing is lost by that.
    pub left: Option<String>,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Moves the texts of all recovery codes into the basket, and has new ones go there.
///
/// # Errors
/// The texts are then in the vault as before, or in both, and moving again ends it.
pub fn move_apart(
    machine: &mut Machine,
    session: &mut Session,
    basket: &mut Basket,
) -> Result<MovedApart, BasketError> {
    let mut moved = MovedApart::default();
    for _ in 0..ROUNDS {
        let here = session.vault.sets_here();
        if here.is_empty() && session.vault.keeps_apart() && basket.version.is_some() {
            break;
        }
        let before = basket.contents.sets();
        basket.contents.take_from(&session.vault);
        if basket.version.is_none() || basket.contents.sets() != before {
            // Durably there before the vault forgets them.
            basket.write(machine, session.work_factor())?;
        }
        let codes = count(session, &here);
        let change = [BasketChange::Rule(true), BasketChange::MoveOut(here)].map(Change::Basket);
        let title = format!("moved {} out of the vault", count_words(codes));
        let saved = commit(machine, session, &title, &Change::Batch(change.into()))?;
        moved.codes += codes;
        moved.saved.decisions.extend(saved.decisions);
    }
    Ok(moved)
}

/// Moves the texts back into the vault, and has new ones stay there. The basket gives up what came back.
///
/// # Errors
/// The vault is as it was.
pub fn move_together(
    machine: &mut Machine,
    session: &mut Session,
    basket: &mut Basket,
) -> Result<MovedTogether, BasketError> {
    let apart = session.vault.sets_apart();
    let texts = basket.contents.texts_of(&apart);
    let missing = apart.len() - texts.len();
    let codes = count(session, &texts.keys().copied().collect());
    let change = [BasketChange::Rule(false), BasketChange::MoveBack(texts)].map(Change::Basket);
    let title = format!("moved {} back into the vault", count_words(codes));
    let saved = commit(machine, session, &title, &Change::Batch(change.into()))?;
    let left = give_up(machine, session, basket).err().map(|error| error.to_string());
    Ok(MovedTogether { codes, missing, left, saved })
}

/// Drops what the vault has again.
fn give_up(machine: &mut Machine, session: &Session, basket: &mut Basket) -> Result<(), BasketError> {
    let before = basket.contents.sets();
    basket.contents.drop_sets(&session.vault.sets_here());
    if basket.contents.sets() == before { Ok(()) } else { basket.write(machine, session.work_factor()) }
}

fn count(session: &Session, sets: &std::collections::BTreeSet<SetId>) -> usize {
    let all = session.vault.accounts().chain(session.vault.trash()).flat_map(|account| {
        let recovery = account.recovery();
        recovery.sets().into_iter().chain(recovery.removed())
    });
    all.filter(|set| sets.contains(&set.id())).map(crate::vault::RecoverySet::len).sum()
}
