//! Asks for what is needed to add, rename or remove a device, or to make this one known to others.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use crate::tui::action::Action;
use crate::tui::effect::{DeviceJob, Effect};
use crate::tui::key::Key;
use crate::tui::message::{KnownDevice, Outcome};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

/// What has to be typed before a device is removed.
const WORD: &str = "remove";

/// Some fields, and what they are for.
pub struct DeviceForm {
    job: Job,
    title: String,
    explanation: String,
    fields: Vec<(&'static str, TextField)>,
    focus: usize,
    trouble: Option<&'static str>,
    is_waiting: bool,
}

enum Job {
    Add,
    Rename,
    Request,
    Remove {
        id: String,
        /// Whether the vault gets a new passphrase in the same step.
        needs_new: bool,
    },
}

impl DeviceForm {
    /// Asks for another device's recipient and name.
    pub fn adding() -> Self {
        let explanation = "The recipient is what that device shows for itself. Nothing here can prove that it is the right one: \
            only that device can open what is made for it.";
        let fields = vec![("recipient", TextField::new()), ("name", TextField::new())];
        Self::new(Job::Add, "let a device in".to_owned(), explanation.to_owned(), fields)
    }

    /// Asks for another name of this device.
    pub fn rename(name: &str) -> Self {
        let explanation = "Your other devices see it after the next save.".to_owned();
        let fields = vec![("name", TextField::new().with_text(name))];
        Self::new(Job::Rename, "rename this device".to_owned(), explanation, fields)
    }

    /// Asks for the passphrase of this device.
    pub fn request() -> Self {
        let explanation = "This device gets an identity of its own, and a passphrase of its own that opens the vault here \
            and nowhere else.";
        let fields = vec![("passphrase", TextField::hidden()), ("again", TextField::hidden())];
        Self::new(Job::Request, "a passphrase for this device".to_owned(), explanation.to_owned(), fields)
    }

    /// Asks before a device is removed; `count` secrets are in the vault.
    pub fn remove(device: &KnownDevice, count: usize) -> Self {
        let needs_new = device.slot.is_none();
        let plural = if count == 1 { "" } else { "s" };
        let explanation = format!(
            "The vault gets a new key, and this cannot be undone. What that device has seen it keeps: {count} secret{plural}. {}",
            match needs_new {
                true => "It knows the vault's passphrase, so the vault needs a new one.",
                false => "The vault's passphrase is needed, so that it opens the vault under the new key as well.",
            }
        );
        let mut fields = match needs_new {
            true => vec![("new one", TextField::hidden()), ("again", TextField::hidden())],
            false => vec![("passphrase", TextField::hidden())],
        };
        fields.push(("type remove", TextField::with_limit(64)));
        Self::new(
            Job::Remove { id: device.id.clone(), needs_new },
            format!("remove {}", device.name),
            explanation,
            fields,
        )
    }

    fn new(job: Job, title: String, explanation: String, fields: Vec<(&'static str, TextField)>) -> Self {
        Self { job, title, explanation, fields, focus: 0, trouble: None, is_waiting: false }
    }

    fn text(&self, place: usize) -> String {
        self.fields[place].1.text().trim().to_owned()
    }

    fn secret(&mut self, place: usize) -> SecretString {
        self.fields[place].1.take()
    }

    fn submit(&mut self) -> Next {
        if self.is_waiting {
            return Next::default();
        }
        if let Some(empty) = self.fields.iter().position(|(_, field)| field.is_empty()) {
            self.focus = empty;
            return Next::default();
        }
        self.trouble = self.mistake();
        if self.trouble.is_some() {
            return Next::default();
        }
        self.is_waiting = true;
        let job = match &self.job {
            Job::Add => DeviceJob::Add { recipient: self.text(0), name: self.text(1) },
            Job::Rename => DeviceJob::Rename { name: self.text(0) },
            Job::Request => DeviceJob::Request { passphrase: self.secret(0) },
            Job::Remove { id, needs_new } => {
                let (id, needs_new) = (id.clone(), *needs_new);
                let typed = self.secret(0);
                let (passphrase, new_passphrase) = if needs_new { (None, Some(typed)) } else { (Some(typed), None) };
                DeviceJob::Remove { id, passphrase, new_passphrase }
            }
        };
        Next::effect(Effect::Devices(job))
    }

    /// Says what has to be typed otherwise.
    fn mistake(&self) -> Option<&'static str> {
        let is_twice = self.fields.get(1).is_some_and(|(name, _)| *name == "again");
        if is_twice && self.fields[0].1.text() != self.fields[1].1.text() {
            return Some("the two are not the same");
        }
        let is_removal = matches!(self.job, Job::Remove { .. });
        let word = self.fields.last().map(|(_, field)| field.text().trim().to_lowercase());
        (is_removal && word.as_deref() != Some(WORD)).then_some("this is not the word; esc leaves everything as it is")
    }

    fn items(&self) -> Vec<Item<'_>> {
        let mut items = vec![Item::Title(&self.title), Item::Gap, Item::Aside(self.explanation.clone()), Item::Gap];
        for (place, (name, field)) in self.fields.iter().enumerate() {
            items.push(Item::Field { name, field, has_focus: place == self.focus && !self.is_waiting });
        }
        items.extend(self.trouble.map(|trouble| Item::Text(format!("! {trouble}"), Role::Danger)));
        items.extend(self.is_waiting.then(|| Item::Text("one moment".to_owned(), Role::Muted)));
        items
    }
}

impl Screen for DeviceForm {
    fn name(&self) -> ScreenName {
        ScreenName::DeviceForm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(), context, frame, area);
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        let count = self.fields.len();
        match action {
            Action::Submit if self.focus + 1 < count && !self.fields[self.focus].1.is_empty() => self.focus += 1,
            Action::Submit => return self.submit(),
            Action::NextField => self.focus = (self.focus + 1) % count,
            Action::PreviousField => self.focus = (self.focus + count - 1) % count,
            Action::ShowTyped => {
                let field = &mut self.fields[self.focus].1;
                field.hide(!field.is_hidden());
            }
            Action::Back => return Next::go(Go::Close),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::NextField, Action::Back]
    }

    fn takes_text(&self) -> bool {
        !self.is_waiting
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_taken = !self.is_waiting && self.fields[self.focus].1.press(key);
        if is_taken {
            self.trouble = None;
        }
        is_taken
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        (!self.is_waiting).then(|| {
            self.fields[self.focus].1.paste(text);
            Next::default()
        })
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Devices(_) if self.is_waiting => return Next::go(Go::Close),
            // The notice says what is wrong.
            Outcome::Failed(_) | Outcome::Crashed => {
                self.is_waiting = false;
                self.focus = self.fields.iter().position(|(_, field)| field.is_empty()).unwrap_or(self.focus);
            }
            _ => {} // answers to others
        }
        Next::default()
    }
}
