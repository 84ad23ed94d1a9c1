//! What the worker does with recovery codes that are kept apart from the vault. An opened basket stays with the session,
//! and so until the lock.

use super::words::{tell, trouble};
use super::{Worker, snapshot};
use crate::ports::Machine;
use crate::tasks::basket::{self, Basket, BasketError, NewLock};
use crate::tasks::{Session, Trust, Way, count_words};
use crate::tui::effect::BasketTask;
use crate::tui::message::{Outcome, Trouble};

impl Worker {
    pub(super) fn perform_basket(&mut self, task: BasketTask) -> Option<Outcome> {
        self.with_trust(|machine, session, trust| perform(machine, session, trust, task))
    }
}

fn perform(machine: &mut Machine, session: &mut Session, trust: &Trust, task: BasketTask) -> Result<Outcome, Trouble> {
    let (asked, done) = match task {
        BasketTask::Open { asked, passphrase } => (asked, open(machine, session, trust, Way::Passphrase(passphrase))),
        BasketTask::MoveApart { asked, passphrase } => {
            (asked, move_apart(machine, session, trust, Way::Passphrase(passphrase)))
        }
        BasketTask::MoveTogether => {
            let (asked, title) = (machine.clock.now(), together(machine, session).map_err(of_error)?);
            return Ok(Outcome::Basket { asked, snapshot: snapshot(machine, session), title });
        }
    };
    Ok(match done {
        Ok(title) => Outcome::Basket { asked, snapshot: snapshot(machine, session), title },
        Err(error) => Outcome::BasketRefused { asked, trouble: of_error(error) },
    })
}

fn open(machine: &mut Machine, session: &mut Session, trust: &Trust, way: Way) -> Result<String, BasketError> {
    let basket = basket::open_basket(machine, way, trust)?;
    session.keep_basket(Some(basket));
    Ok("the recovery codes that are apart are open until the lock".to_owned())
}

fn move_apart(machine: &mut Machine, session: &mut Session, trust: &Trust, way: Way) -> Result<String, BasketError> {
    let mut basket = match (basket::look_at_basket(machine)?, way) {
        (None, Way::Passphrase(passphrase)) if session.vault().sets_apart().is_empty() => {
            basket::new_basket(machine, session, NewLock::Passphrase(passphrase), trust)?
        }
        (_, way) => basket::open_basket(machine, way, trust)?,
    };
    let moved = basket::move_apart(machine, session, &mut basket)?;
    session.keep_basket(Some(basket));
    let told: String = tell(&moved.saved.decisions).iter().map(|told| format!("; another device {told}")).collect();
    let place = basket::basket_place(machine);
    let left = match basket::earlier_with_codes(machine, session).len() {
        0 => String::new(),
        left => format!("; {left} earlier copies of the vault still have them"),
    };
    Ok(format!("{} moved out of the vault, into {place}{left}{told}", count_words(moved.codes)))
}

fn together(machine: &mut Machine, session: &mut Session) -> Result<String, BasketError> {
    let mut basket = session.take_basket().ok_or(BasketError::Closed)?;
    let moved = basket::move_together(machine, session, &mut basket);
    session.keep_basket(Some(basket));
    let moved = moved?;
    let left = moved.left.map(|why| format!("; their file still has them: {why}")).unwrap_or_default();
    let missing = match moved.missing {
        0 => String::new(),
        sets => format!("; {sets} sets are not in their file"),
    };
    Ok(format!("{} moved back into the vault{missing}{left}", count_words(moved.codes)))
}

/// Does something with the basket, if it is open, and puts it back.
pub(super) fn with<T>(session: &mut Session, does: impl FnOnce(&mut Session, Option<&mut Basket>) -> T) -> T {
    let mut basket = session.take_basket();
    let done = does(session, basket.as_mut());
    session.keep_basket(basket);
    done
}

fn of_error(error: BasketError) -> Trouble {
    trouble(&error, error.next_step())
}
