//! Adds or changes an account: the fields, then a code to try, and only then it is saved.

mod check;
mod fields;
mod layout;
mod pasted;
mod purpose;
mod reading;
mod said;
mod several;
mod verdict;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::{ExposeSecret, SecretString};

use super::confirm::{self, Asked};
use crate::otp::Timestamp;
use crate::otp::uri::UriNote;
use crate::tui::action::Action;
use crate::tui::effect::{Draft, Effect};
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Moved, Next, Screen, ScreenName};
use crate::vault::Account;
use check::{Check, Step};
use fields::{FieldName, Fields};
use pasted::Pasted;
use purpose::Purpose;
use reading::{Reading, is_address};
use several::Several;

/// Adds or changes an account.
pub struct AccountForm {
    purpose: Purpose,
    fields: Fields,
    /// What the last address could not say for certain.
    notes: Vec<UriNote>,
    /// Whether the secret was pasted or left, and is not being typed just now.
    is_settled: bool,
    /// Whether somebody wanted to go on, so that what is missing may be said.
    was_tried: bool,
    page: Page,
    /// Whether it asks if what was typed shall be thrown away.
    is_leaving: bool,
    /// Whether the worker is saving.
    is_saving: bool,
}

enum Page {
    /// The fields.
    Fields,
    /// A code to try, and whether the site accepted it.
    Check(Box<Check>),
    /// Several accounts that were pasted at once.
    Several(Several),
}

impl AccountForm {
    /// Returns the form for a new account.
    pub fn adding() -> Self {
        Self::with(Purpose::Add, Fields::new())
    }

    /// Returns the form filled from what was pasted: one address, or several, or what is wrong with them.
    pub fn from_uri(text: &SecretString) -> Self {
        let mut form = Self::adding();
        form.take(text.expose_secret());
        form
    }

    /// Returns the form for changing an account.
    pub fn editing(account: &Arc<Account>) -> Self {
        Self::with(Purpose::Change(Arc::clone(account)), Fields::of(account))
    }

    /// Returns the form for a new secret beside the one in use.
    pub fn rotating(account: &Arc<Account>) -> Self {
        let mut form = Self::with(Purpose::Rotate(Arc::clone(account)), Fields::of(account));
        form.fields.focus = FieldName::Secret;
        form
    }

    /// Returns the form that asks whether the site has accepted a code by now.
    pub fn confirming(account: &Arc<Account>) -> Self {
        let mut form = Self::with(Purpose::Confirm(Arc::clone(account)), Fields::of(account));
        form.show_code(purpose::waiting(account));
        form
    }

    fn with(purpose: Purpose, fields: Fields) -> Self {
        Self {
            purpose,
            fields,
            notes: Vec::new(),
            is_settled: true,
            was_tried: false,
            page: Page::Fields,
            is_leaving: false,
            is_saving: false,
        }
    }

    fn original(&self) -> Option<&Arc<Account>> {
        self.purpose.account()
    }

    fn show_code(&mut self, draft: Draft) {
        self.page = Page::Check(Box::new(Check::new(draft)));
    }

    fn reading(&self) -> Reading {
        Reading::of(&self.fields, self.original().map(AsRef::as_ref))
    }

    /// Takes what was pasted.
    fn take(&mut self, text: &str) {
        match pasted::read(text) {
            Pasted::One(uri) => {
                self.fields.fill(&uri, self.purpose.account().is_some());
                self.notes = uri.notes;
                self.is_settled = true;
                self.focus_first_gap();
            }
            // It stays in the field, so that what is wrong can be said under it and set right.
            Pasted::Wrong => {
                self.fields.focus = FieldName::Secret;
                self.fields.replace_secret(text);
                self.notes.clear();
                self.is_settled = true;
            }
            Pasted::Several(accounts) => self.page = Page::Several(Several::new(accounts)),
            Pasted::Text => {
                self.is_settled = true;
                if self.fields.focus == FieldName::Secret {
                    self.notes.clear();
                }
                self.fields.paste(text);
            }
        }
    }

    /// Puts the focus where something is missing, or where it was.
    fn focus_first_gap(&mut self) {
        if let Some((name, _)) = self.reading().mistakes(&self.fields).first() {
            self.fields.focus = *name;
        }
    }

    /// Spreads an address that was typed into the secret's field over all fields.
    fn settle(&mut self) {
        if !self.is_settled && is_address(self.fields.secret.text()) {
            let text = self.fields.secret.take();
            self.take(text.expose_secret());
        }
        self.is_settled = true;
    }

    /// Goes on from the fields.
    fn submit(&mut self) -> Next {
        self.settle();
        self.was_tried = true;
        let reading = self.reading();
        if let Some((name, _)) = reading.mistakes(&self.fields).first() {
            self.fields.focus = *name;
            return Next::default();
        }
        reading.draft(&self.fields).map_or_else(Next::default, |draft| self.go_on(draft))
    }

    fn leave(&mut self) -> Next {
        match &self.page {
            Page::Check(_) if matches!(self.purpose, Purpose::Confirm(_)) => return Next::go(Go::Close),
            Page::Check(_) => self.page = Page::Fields,
            Page::Several(_) if self.fields.is_touched() => self.page = Page::Fields,
            Page::Fields if self.fields.is_touched() => self.is_leaving = true,
            Page::Fields | Page::Several(_) => return Next::go(Go::Close),
        }
        Next::default()
    }

    fn act_on_fields(&mut self, action: Action) -> Next {
        match action {
            Action::Submit => return self.submit(),
            Action::NextField | Action::PreviousField => {
                self.settle();
                self.fields.move_focus(action == Action::NextField);
            }
            Action::ShowTyped => self.fields.toggle_hidden(),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn step(&mut self, step: Step) -> Next {
        match step {
            Step::Stay => Next::default(),
            Step::Save(draft) => self.finish(*draft),
        }
    }
}

impl Screen for AccountForm {
    fn name(&self) -> ScreenName {
        ScreenName::AccountForm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        match &self.page {
            Page::Fields => layout::view(self, context, frame, area),
            Page::Check(check) => check.view(self.is_saving, context, frame, area),
            Page::Several(several) => several.view(self.is_saving, context, frame, area),
        }
        if self.is_leaving {
            let asked = Asked::place(LEAVING.1, area);
            asked.view(LEAVING.0, LEAVING.1, context, frame);
            confirm::view_answers(LEAVING_WORDS, context, frame, asked.answers);
        }
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.is_leaving {
            self.is_leaving = false;
            return Next::go(if action == Action::Yes { Go::Close } else { Go::Stay });
        }
        match (&mut self.page, action) {
            // What was asked for is on its way: leaving now keeps it, and anything else would do it twice.
            (_, Action::Back) if self.is_saving => Next::go(Go::Close),
            _ if self.is_saving => Next::default(),
            (_, Action::Back) => self.leave(),
            (Page::Fields, action) => self.act_on_fields(action),
            (Page::Check(check), action) => {
                let step = check.act(action, context);
                self.step(step)
            }
            (Page::Several(several), Action::Submit) => match several.drafts(context) {
                drafts if drafts.is_empty() => Next::notice(Notice::note("there is nothing new to add")),
                drafts => {
                    self.is_saving = true;
                    Next::effect(Effect::AddAll(drafts))
                }
            },
            (Page::Several(several), action) => {
                several.scroll(action);
                Next::default()
            }
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match &self.page {
            _ if self.is_leaving => vec![Action::Yes, Action::No],
            Page::Fields => vec![Action::Submit, Action::NextField, Action::ShowTyped, Action::Back],
            Page::Check(_) => vec![Action::Submit, Action::Yes, Action::No, Action::Back],
            Page::Several(_) => vec![Action::Submit, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        match &self.page {
            _ if self.is_leaving => false,
            Page::Fields => true,
            Page::Check(check) => check.takes_text(),
            Page::Several(_) => false,
        }
    }

    fn type_key(&mut self, key: Key, context: &Context<'_>) -> bool {
        if self.is_leaving || self.is_saving {
            return false;
        }
        match &mut self.page {
            Page::Fields => {
                let is_taken = self.fields.press(key);
                if is_taken && self.fields.focus == FieldName::Secret {
                    self.is_settled = false;
                    self.notes.clear();
                }
                is_taken
            }
            Page::Check(check) => check.press(key, context),
            Page::Several(_) => false,
        }
    }

    fn paste(&mut self, text: &SecretString, context: &Context<'_>) -> Option<Next> {
        if self.is_saving || self.is_leaving {
            return Some(Next::default());
        }
        let text = text.expose_secret();
        match &mut self.page {
            Page::Check(check) if !is_address(text) => check.paste(text, context),
            Page::Several(several) => several.join(pasted::several(text).unwrap_or_default()),
            Page::Fields | Page::Check(_) => {
                self.page = Page::Fields;
                self.take(text);
            }
        }
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if !self.is_saving {
            return Next::default();
        }
        match outcome {
            Outcome::Saved { added, title, .. } => {
                let is_ours = self.purpose.is_its_own(title, added.is_some());
                if is_ours { self.saved(*added) } else { Next::default() }
            }
            Outcome::Failed(_) => {
                self.is_saving = false;
                Next::default()
            }
            _ => Next::default(), // what became of others' effects
        }
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match kind {
            MouseKind::WheelUp => self.act(Action::PreviousField, context),
            MouseKind::WheelDown => self.act(Action::NextField, context),
            MouseKind::Click if self.is_leaving => {
                let answer = confirm::hit(Asked::place(LEAVING.1, area).answers, at);
                answer.map_or_else(Next::default, |answer| self.act(answer, context))
            }
            MouseKind::Click => match &mut self.page {
                Page::Fields => {
                    if let Some(name) = layout::hit(self, context, area, at) {
                        self.settle();
                        self.fields.focus = name;
                    }
                    Next::default()
                }
                Page::Check(check) => {
                    let step = check.click(at, area, context);
                    if self.is_saving { Next::default() } else { self.step(step) }
                }
                Page::Several(_) => Next::default(),
            },
        }
    }

    fn cover(&mut self) {
        if let Page::Check(check) = &mut self.page {
            check.cover();
        }
    }

    fn clock_moved(&mut self, by_millis: i64, _: Moved) {
        if let Page::Check(check) = &mut self.page {
            check.clock_moved(by_millis);
        }
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        match &self.page {
            Page::Check(check) => check.wake_at(context),
            Page::Fields | Page::Several(_) => None,
        }
    }
}

/// The question before typed text is lost, and what it means.
const LEAVING: (&str, &str) = ("throw away what you typed?", "Nothing of it is saved yet.");
const LEAVING_WORDS: [&str; 2] = ["yes, throw it away", "no, go on typing"];
