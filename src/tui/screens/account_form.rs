//! Adds or changes an account: the fields, then a code to try, and only then it is saved.

mod check;
mod fields;
mod layout;
mod pasted;
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
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::vault::{Account, Change, Edit};
use check::{Check, Step};
use fields::{FieldName, Fields};
use pasted::Pasted;
use reading::{Reading, is_address};
use several::Several;

/// Adds or changes an account.
pub struct AccountForm {
    /// The account being changed; none for a new one.
    original: Option<Arc<Account>>,
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
        Self::with(None, Fields::new())
    }

    /// Returns the form filled from what was pasted: one address, or several, or what is wrong with them.
    pub fn from_uri(text: &SecretString) -> Self {
        let mut form = Self::adding();
        form.take(text.expose_secret());
        form
    }

    /// Returns the form for changing an account.
    pub fn editing(account: &Arc<Account>) -> Self {
        Self::with(Some(Arc::clone(account)), Fields::of(account))
    }

    fn with(original: Option<Arc<Account>>, fields: Fields) -> Self {
        Self {
            original,
            fields,
            notes: Vec::new(),
            is_settled: true,
            was_tried: false,
            page: Page::Fields,
            is_leaving: false,
            is_saving: false,
        }
    }

    fn reading(&self) -> Reading {
        Reading::of(&self.fields, self.original.as_deref())
    }

    /// Takes what was pasted.
    fn take(&mut self, text: &str) {
        match pasted::read(text) {
            Pasted::One(uri) => {
                self.fields.fill(&uri, self.original.is_some());
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
        let Some(draft) = reading.draft(&self.fields) else {
            return Next::default();
        };
        match self.original.clone() {
            None => self.page = Page::Check(Box::new(Check::new(draft))),
            Some(original) if draft.enrolment != *original.enrolment() => {
                self.page = Page::Check(Box::new(Check::new(draft)));
            }
            Some(original) if self.edit(&draft) == Edit::default() => {
                let told = Notice::note(format!("{} stays as it was", original.label()));
                return Next { notice: Some(told), ..Next::go(Go::Close) };
            }
            Some(original) => {
                let edit = self.edit(&draft);
                return self.save(Effect::Commit { title: changed(&original), change: edited(&original, edit) });
            }
        }
        Next::default()
    }

    /// Returns what the draft changes: what nobody touched is not written.
    fn edit(&self, draft: &Draft) -> Edit {
        let Some(original) = &self.original else {
            return Edit::default();
        };
        let fields = &self.fields;
        Edit {
            issuer: fields.issuer.is_changed().then(|| draft.issuer.clone()),
            account: fields.account.is_changed().then(|| draft.account.clone()),
            enrolment: (draft.enrolment != *original.enrolment()).then(|| draft.enrolment.clone()),
            counter: (draft.counter != original.counter() && draft.enrolment.params.period().is_none())
                .then_some(draft.counter),
            tags: fields.tags.is_changed().then(|| draft.tags.clone()),
            note: fields.note.is_changed().then(|| draft.note.clone()),
            ..Edit::default()
        }
    }

    /// Saves what was checked.
    fn finish(&mut self, draft: Draft) -> Next {
        let effect = match self.original.clone() {
            None => Effect::Add(Box::new(draft)),
            Some(original) => {
                let edit = Edit { pending: Some(draft.pending), ..self.edit(&draft) };
                Effect::Commit { title: changed(&original), change: edited(&original, edit) }
            }
        };
        self.save(effect)
    }

    fn save(&mut self, effect: Effect) -> Next {
        self.is_saving = true;
        Next::effect(effect)
    }

    fn leave(&mut self) -> Next {
        match &self.page {
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

fn changed(original: &Account) -> String {
    format!("changed {}", original.label())
}

fn edited(original: &Account, edit: Edit) -> Change {
    Change::Edit(original.id(), Box::new(edit))
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
                drafts => self.save(Effect::AddAll(drafts)),
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
                let is_ours = match &self.original {
                    Some(original) => *title == changed(original),
                    None => added.is_some(),
                };
                Next::go(if is_ours { Go::Close } else { Go::Stay })
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
