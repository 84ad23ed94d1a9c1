//! What is said of a new passphrase that is typed twice, or was made here and is typed back.

use secrecy::SecretString;

use crate::sealing::{Strength, strength};
use crate::tui::action::Action;
use crate::tui::message::Trouble;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::form::Form;
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

/// Says that what was typed is not the passphrase that was made here.
pub(super) fn not_the_words() -> Trouble {
    said("these are not the six words", "compare them letter by letter; hyphens count")
}

/// A passphrase that was made here, shown until it has been typed back.
#[derive(Default)]
pub(super) struct Made(Option<SecretString>);

impl Made {
    /// Tells whether there is one.
    pub(super) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Takes one; the first of these two fields is for typing it back.
    pub(super) fn take(&mut self, words: &SecretString, form: &mut Form, [first, again]: [usize; 2]) {
        form.field_mut(first).clear();
        form.field_mut(again).clear();
        form.field_mut(first).hide(false);
        form.focus_on(first);
        self.0 = Some(words.clone());
    }

    /// Returns what is wrong with what was typed, as [`trouble`] does.
    pub(super) fn trouble(&self, first: &TextField, second: &TextField, is_warned: &mut bool) -> Option<Trouble> {
        match &self.0 {
            Some(words) => (!first.holds(words)).then(not_the_words),
            None => trouble(first, second, is_warned),
        }
    }

    /// Explains the field for it: how strong what was typed is, or how to have one made.
    pub(super) fn item<'a>(&self, typed: &TextField, context: &Context<'_>) -> Option<Item<'a>> {
        if self.is_there() {
            return Some(Item::Aside("Type it back from your paper.".to_owned()));
        }
        let key = context.key(Action::Generate);
        strength_item(typed).or_else(|| Some(Item::Aside(format!("Several words; {key} has six made for you."))))
    }

    /// Shows it above the fields.
    pub(super) fn push<'a>(&'a self, items: &mut Vec<Item<'a>>) {
        let fields = items.iter().position(|item| matches!(item, Item::Field { .. } | Item::Choice { .. }));
        if let (Some(words), Some(place)) = (&self.0, fields) {
            let about = "your passphrase: write it on paper now, it is shown only here";
            items.splice(place..place, [Item::Text(about.to_owned(), Role::Text), Item::Words(words), Item::Gap]);
        }
    }
}

fn said(what: &str, next_step: &str) -> Trouble {
    Trouble { what: what.to_owned(), next_step: Some(next_step.to_owned()) }
}
