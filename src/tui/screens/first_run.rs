//! The first run: a passphrase for a new vault, thought up or made. The empty list then says how to go on.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::message::{Outcome, Trouble};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::screens::import::Import;
use crate::tui::screens::new_passphrase;
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

/// How often the picture moves while the vault is made, in milliseconds.
const STEP_MILLIS: i64 = 250;

/// The first run.
pub struct FirstRun {
    /// Where the vault will be, ready to be shown.
    path: String,
    passphrase: TextField,
    again: TextField,
    is_in_second: bool,
    /// A passphrase that was made here, shown until it has been typed back.
    generated: Option<SecretString>,
    /// Whether a weak passphrase was warned of.
    is_warned: bool,
    /// Since when the vault is being made.
    making_since: Option<Timestamp>,
    attempt: u32,
    trouble: Option<Trouble>,
    /// Whether another app's accounts shall be imported then.
    is_before_import: bool,
}

impl FirstRun {
    /// Returns the first run for a vault at that path.
    pub fn new(path: String) -> Self {
        Self {
            path,
            passphrase: TextField::hidden(),
            again: TextField::hidden(),
            is_in_second: false,
            generated: None,
            is_warned: false,
            making_since: None,
            attempt: 0,
            trouble: None,
            is_before_import: false,
        }
    }

    /// Goes on with another app's accounts.
    #[must_use]
    pub fn before_import(self) -> Self {
        Self { is_before_import: true, ..self }
    }

    fn field(&mut self) -> &mut TextField {
        if self.is_in_second { &mut self.again } else { &mut self.passphrase }
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.making_since.is_some() || self.passphrase.is_empty() {
            return Next::default();
        }
        if let Some(generated) = &self.generated {
            if !self.passphrase.holds(generated) {
                self.trouble = Some(new_passphrase::not_the_words());
                return Next::default();
            }
            return self.make(context);
        }
        if !self.is_in_second {
            self.is_in_second = true;
            return Next::default();
        }
        if let Some(wrong) = new_passphrase::trouble(&self.passphrase, &self.again, &mut self.is_warned) {
            if self.passphrase.text() != self.again.text() {
                self.again.clear();
            }
            self.trouble = Some(wrong);
            return Next::default();
        }
        self.make(context)
    }

    fn make(&mut self, context: &Context<'_>) -> Next {
        self.trouble = None;
        self.generated = None;
        self.again.clear();
        self.attempt += 1;
        self.making_since = Some(context.now);
        let passphrase = self.passphrase.take();
        Next::effect(Effect::Create { attempt: self.attempt, passphrase })
    }

    fn start_over(&mut self) {
        let (attempt, is_before_import) = (self.attempt, self.is_before_import);
        *self = Self { attempt, is_before_import, ..Self::new(std::mem::take(&mut self.path)) };
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let mut items = vec![Item::Title("welcome to countersign"), Item::Gap];
        if self.making_since.is_some() {
            items.push(Item::Value("vault", self.path.clone()));
            items.push(Item::Gap);
            items.push(Item::Text(
                "making the vault: this takes a second or two, so that guessing takes ages".to_owned(),
                Role::Text,
            ));
            return items;
        }
        items.push(Item::Aside("a new vault keeps your accounts, encrypted, in one file:".to_owned()));
        items.push(Item::Aside(self.path.clone()));
        items.push(Item::Gap);
        match &self.generated {
            Some(words) => {
                items.push(Item::Text(
                    "your passphrase: write it on paper now, it is shown only here".to_owned(),
                    Role::Text,
                ));
                items.push(Item::Gap);
                items.push(Item::Words(words));
                items.push(Item::Gap);
                items.push(Item::Field { name: "type it back", field: &self.passphrase, has_focus: true });
            }
            None => self.push_choice(&mut items, context),
        }
        items.push(Item::Gap);
        if let Some(trouble) = &self.trouble {
            page::push_trouble(&mut items, trouble);
        }
        items
    }

    fn push_choice<'a>(&'a self, items: &mut Vec<Item<'a>>, context: &Context<'_>) {
        let key = context.key(Action::Generate);
        items.push(Item::Aside(format!(
            "choose a passphrase of several words, or press {key} to have one made; nobody can reset it"
        )));
        items.push(Item::Gap);
        items.push(Item::Field { name: "passphrase", field: &self.passphrase, has_focus: !self.is_in_second });
        items.push(Item::Field { name: "once more", field: &self.again, has_focus: self.is_in_second });
        items.push(Item::Gap);
        items.extend(new_passphrase::strength_item(&self.passphrase));
    }

    /// Looks at the passphrase again after it was edited.
    fn edited(&mut self) {
        self.trouble = None;
        if !self.is_in_second && self.generated.is_none() {
            self.is_warned = false;
        }
    }
}

impl Screen for FirstRun {
    fn name(&self) -> ScreenName {
        ScreenName::FirstRun
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Submit => return self.submit(context),
            Action::Generate if self.making_since.is_none() => return Next::effect(Effect::Generate),
            Action::NextField | Action::PreviousField if self.generated.is_none() => {
                self.is_in_second = !self.is_in_second;
            }
            Action::ShowTyped => {
                let is_hidden = !self.passphrase.is_hidden();
                self.passphrase.hide(is_hidden);
                self.again.hide(is_hidden);
            }
            Action::Back if self.making_since.is_some() => {}
            Action::Back if self.passphrase.is_empty() && self.generated.is_none() => return Next::go(Go::Close),
            Action::Back => self.start_over(),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _context: &Context<'_>) -> Vec<Action> {
        match (self.making_since, &self.generated) {
            (Some(_), _) => vec![Action::Quit],
            (None, Some(_)) => vec![Action::Submit, Action::ShowTyped, Action::Back, Action::Quit],
            (None, None) => {
                vec![Action::Submit, Action::NextField, Action::Generate, Action::ShowTyped, Action::Back]
            }
        }
    }

    fn takes_text(&self) -> bool {
        self.making_since.is_none()
    }

    fn shut(&mut self) -> Next {
        // A vault that is being made already is made.
        if self.making_since.is_none() {
            self.start_over();
        }
        Next::default()
    }

    fn type_key(&mut self, key: Key, _context: &Context<'_>) -> bool {
        let is_typed = self.making_since.is_none() && self.field().press(key);
        if is_typed {
            self.edited();
        }
        is_typed
    }

    fn paste(&mut self, text: &SecretString, _context: &Context<'_>) -> Option<Next> {
        self.making_since.is_none().then(|| {
            self.field().paste(text);
            self.edited();
            Next::default()
        })
    }

    fn hear(&mut self, outcome: &Outcome, _context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Generated(words) if self.making_since.is_none() => {
                self.start_over();
                self.passphrase.hide(false);
                self.generated = Some(words.clone());
            }
            Outcome::Unlocked { attempt, snapshot } if *attempt == self.attempt => {
                return Next::go(match self.is_before_import {
                    true => Go::EnterWith(snapshot.clone(), Box::new(Import::new())),
                    false => Go::Enter(snapshot.clone()),
                });
            }
            Outcome::NotUnlocked { attempt, trouble, .. } if *attempt == self.attempt => {
                let trouble = trouble.clone();
                self.start_over();
                self.trouble = Some(trouble);
            }
            Outcome::Crashed => self.start_over(),
            _ => {} // not about a new vault
        }
        Next::default()
    }

    fn wake_at(&self, context: &Context<'_>, _area: Rect) -> Option<Timestamp> {
        self.making_since.map(|_| context.now.plus_millis(STEP_MILLIS))
    }
}
