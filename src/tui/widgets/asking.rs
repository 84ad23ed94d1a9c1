//! A form whose answers are on their way to the worker, or were refused by it.

use secrecy::SecretString;

use super::form::Form;
use super::page::{self, Item};
use super::progress;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::key::Key;
use crate::tui::message::Trouble;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// A form, and what became of its answers.
pub struct Asking {
    /// The fields.
    pub form: Form,
    /// Since when the worker has them; it is also how an answer is told from a late one.
    asked: Option<Timestamp>,
    /// Why they were refused.
    trouble: Option<Trouble>,
}

impl Asking {
    /// Returns a form that nobody has sent yet.
    pub fn new(form: Form) -> Self {
        Self { form, asked: None, trouble: None }
    }

    /// Tells whether the worker has the answers.
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    /// Tells whether something answers what is waited for.
    pub fn is_answered_by(&self, asked: Timestamp) -> bool {
        self.asked == Some(asked)
    }

    /// Waits for an answer from now on.
    pub fn wait(&mut self, now: Timestamp) {
        self.trouble = None;
        self.asked = Some(now);
    }

    /// Waits no more; tells whether it did.
    pub fn stop(&mut self) -> bool {
        self.asked.take().is_some()
    }

    /// Says what is wrong, and waits no more.
    pub fn refuse(&mut self, trouble: Trouble) {
        self.asked = None;
        self.trouble = Some(trouble);
    }

    /// Puts the focus into the first of these rows with nothing in it; tells whether there was one.
    pub fn lacks(&mut self, rows: &[usize]) -> bool {
        let empty = rows.iter().find(|row| self.form.field(**row).text().trim().is_empty());
        if let Some(row) = empty {
            self.form.focus_on(*row);
        }
        empty.is_some()
    }

    /// Goes to the next row; tells whether there is none, so that the answers can be sent.
    pub fn is_complete(&mut self) -> bool {
        let is_at_end = self.form.is_at_end();
        if !is_at_end {
            self.form.move_focus(true);
        }
        is_at_end
    }

    /// Moves among the fields.
    pub fn act(&mut self, action: Action) {
        match action {
            _ if self.is_waiting() => {}
            Action::NextField | Action::PreviousField => self.form.move_focus(action == Action::NextField),
            Action::ShowTyped => self.form.toggle_hidden(),
            _ => {} // actions of other screens
        }
    }

    /// Takes a key, if it types or chooses; tells whether it did.
    pub fn press(&mut self, key: Key) -> bool {
        let is_taken = !self.is_waiting() && self.form.press(key);
        if is_taken {
            self.trouble = None;
        }
        is_taken
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &SecretString) {
        if !self.is_waiting() {
            self.trouble = None;
            self.form.paste(text);
        }
    }

    /// Puts the focus into the n-th row that is shown, if one was clicked.
    pub fn click(&mut self, hit: Option<usize>) {
        if let Some(place) = hit.filter(|_| !self.is_waiting()) {
            self.form.focus_on_shown(place);
        }
    }

    /// Returns the actions for the hint line.
    pub fn hints(&self) -> Vec<Action> {
        match self.is_waiting() {
            true => vec![Action::Back],
            false => vec![Action::Submit, Action::NextField, Action::ShowTyped, Action::Back],
        }
    }

    /// Returns the page: the fields and what is wrong with them, or else `said`; or what is being done.
    pub fn items<'a>(
        &'a self,
        title: &'a str,
        about: &str,
        (doing, with): (&str, usize),
        said: Option<Item<'a>>,
        context: &Context<'_>,
    ) -> Vec<Item<'a>> {
        let mut items = self.items_doing(title, about, doing, said, context);
        if self.asked.is_some() {
            items.splice(2..2, [Item::Text(self.form.field(with).text().to_owned(), Role::Muted), Item::Gap]);
        }
        items
    }

    /// Returns the page as [`Asking::items`] does, without any of the answers while they are on their way.
    pub fn items_doing<'a>(
        &'a self,
        title: &'a str,
        about: &str,
        doing: &str,
        said: Option<Item<'a>>,
        context: &Context<'_>,
    ) -> Vec<Item<'a>> {
        let mut items = vec![Item::Title(title), Item::Gap];
        if let Some(since) = self.asked {
            items.push(Item::Text(doing.to_owned(), Role::Text));
            items.push(Item::Bar(progress::thousandths(since, context.now, None)));
            return items;
        }
        items.push(Item::Aside(about.to_owned()));
        items.push(Item::Gap);
        items.extend(self.form.items());
        items.push(Item::Gap);
        match &self.trouble {
            Some(trouble) => page::push_trouble(&mut items, trouble),
            None => items.extend(said),
        }
        items
    }

    /// Returns when the bar moves next.
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.asked.map(|_| progress::next_step(now))
    }
}
