//! What is said of a new passphrase that is typed twice.

use secrecy::SecretString;

use crate::sealing::{Strength, strength};
use crate::tui::message::Trouble;
use crate::tui::theme::Role;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

/// Returns what is wrong with it, if something is. That it is weak is said once: then it is taken.
pub(super) fn trouble(first: &TextField, second: &TextField, is_warned: &mut bool) -> Option<Trouble> {
    if first.is_empty() {
        return Some(said("there is no passphrase yet", "type one, twice"));
    }
    if first.text() != second.text() {
        return Some(said("the two are not the same", "type the second one again"));
    }
    let is_weak = strength_of(first).is_some_and(Strength::is_weak);
    if !is_weak || std::mem::replace(is_warned, true) {
        return None;
    }
    Some(said(
        "this passphrase is weak: whoever gets the file can guess it",
        "choose a longer one, or go on all the same",
    ))
}

/// Returns how strong it is.
fn strength_of(typed: &TextField) -> Option<Strength> {
    (!typed.is_empty()).then(|| strength(&SecretString::from(typed.text())))
}

/// Says how strong it is.
pub(super) fn strength_item<'a>(typed: &TextField) -> Option<Item<'a>> {
    let strength = strength_of(typed)?;
    let role = if strength.is_weak() { Role::Warning } else { Role::Good };
    Some(Item::Text(strength.to_string(), role))
}

fn said(what: &str, next_step: &str) -> Trouble {
    Trouble { what: what.to_owned(), next_step: Some(next_step.to_owned()) }
}
