//! Writes all accounts as another app reads them: a format, a new file, a password, and first what cannot go along.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use super::confirm::Confirm;
use crate::config::path_of;
use crate::exchange::{ExportPlan, FORMATS, Format};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, KeyCode};
use crate::tui::message::{Outcome, Trouble};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

/// The longest path that is taken, in bytes.
const PATH_LIMIT: usize = 4096;
/// What has to be typed before secrets are written readable.
const WORD: &str = "yes";
/// How many accounts that lose something are named.
const MOST_LOSSES: usize = 4;

/// An export before it is written.
pub struct Export {
    /// The format's place among those that can be written.
    format: usize,
    path: TextField,
    password: TextField,
    again: TextField,
    focus: Focus,
    is_waiting: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Focus {
    Format,
    Path,
    Password,
    Again,
}

/// Returns the formats that can be written; the one that can be encrypted first.
fn formats() -> Vec<&'static Format> {
    FORMATS.iter().filter(|format| format.write.is_some()).collect()
}

impl Export {
    /// Returns an export in the format that most apps read encrypted.
    pub fn new() -> Self {
        Self {
            format: 0,
            path: TextField::with_limit(PATH_LIMIT),
            password: TextField::hidden(),
            again: TextField::hidden(),
            focus: Focus::Path,
            is_waiting: false,
            trouble: None,
        }
    }

    fn format(&self) -> &'static Format {
        formats()[self.format]
    }

    fn encrypts(&self) -> bool {
        self.format().write.as_ref().is_some_and(|writer| writer.encrypts)
    }

    fn stops(&self) -> &'static [Focus] {
        match self.encrypts() {
            true => &[Focus::Format, Focus::Path, Focus::Password, Focus::Again],
            false => &[Focus::Format, Focus::Path],
        }
    }

    /// Moves the cursor on, or back; round and round.
    fn step(&mut self, is_on: bool) {
        let stops = self.stops();
        let place = stops.iter().position(|stop| *stop == self.focus).unwrap_or(0);
        let by = if is_on { 1 } else { stops.len() - 1 };
        self.focus = stops[(place + by) % stops.len()];
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            Focus::Format => None,
            Focus::Path => Some(&mut self.path),
            Focus::Password => Some(&mut self.password),
            Focus::Again => Some(&mut self.again),
        }
    }

    fn plan(&self, context: &Context<'_>) -> Option<ExportPlan> {
        let accounts: Vec<_> = context.snapshot?.vault.accounts().cloned().collect();
        ExportPlan::of(&accounts, self.format())
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.path.text().trim().is_empty() {
            self.focus = Focus::Path;
            return self.complain("there is no path yet", "name a new file; nothing is ever overwritten");
        }
        if self.focus != Focus::Again && self.encrypts() {
            self.step(true);
            return Next::default();
        }
        let Some(plan) = self.plan(context).filter(|plan| !plan.is_empty()) else {
            return self.complain("none of the accounts can go there", "choose another format");
        };
        let path = path_of(self.path.text(), context.settings.home.as_deref());
        if !self.encrypts() {
            let question = format!("write {} secrets that everybody can read?", plan.len());
            let loss = "Whoever gets the file can make your codes for ever. Aegis files can be encrypted, and most apps read them.";
            let effect = Effect::Export { path, plan, password: None };
            return Next::open(Confirm::new(question, loss.to_owned(), vec![effect]).typing(WORD));
        }
        if self.password.is_empty() {
            self.focus = Focus::Password;
            return self.complain("an empty password protects nothing", "choose one that you will find again");
        }
        if self.password.text() != self.again.text() {
            self.again.clear();
            return self.complain("the two passwords are not the same", "type the second one again");
        }
        self.again.clear();
        self.is_waiting = true;
        let password = Some(self.password.take());
        Next::effect(Effect::Export { path, plan, password })
    }

    fn complain(&mut self, what: &str, next_step: &str) -> Next {
        self.trouble = Some(Trouble { what: what.to_owned(), next_step: Some(next_step.to_owned()) });
        Next::default()
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let plan = self.plan(context);
        let mut items = vec![Item::Title("export to another app"), Item::Gap];
        let arrows = if self.focus == Focus::Format { "‹ › " } else { "" };
        let how = if self.encrypts() { "encrypted" } else { "NOT encrypted" };
        items.push(Item::Value("format", format!("{arrows}{}, {how}", self.format().title)));
        let count = plan.as_ref().map_or(0, ExportPlan::len);
        items.push(Item::Value("accounts", count.to_string()));
        items.push(Item::Field { name: "new file", field: &self.path, has_focus: self.focus == Focus::Path });
        if self.encrypts() {
            let (first, second) = (self.focus == Focus::Password, self.focus == Focus::Again);
            items.push(Item::Field { name: "its password", field: &self.password, has_focus: first });
            items.push(Item::Field { name: "once more", field: &self.again, has_focus: second });
        }
        items.push(Item::Gap);
        let arrival = self.format().write.as_ref().and_then(|writer| writer.arrival);
        items.extend(arrival.map(|how| Item::Aside(format!("then, {how}"))));
        items.extend(plan.iter().flat_map(losses).map(|loss| Item::Text(loss, Role::Warning)));
        if let Some(trouble) = &self.trouble {
            items.push(Item::Text(format!("! {}", trouble.what), Role::Danger));
            items.extend(trouble.next_step.clone().map(|next_step| Item::Text(next_step, Role::Text)));
        }
        items
    }
}

impl Default for Export {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns what the format cannot carry, a line an account; of very many, the first ones and how many more.
fn losses(plan: &ExportPlan) -> Vec<String> {
    let line = |(_, label, losses): &(_, String, Vec<crate::exchange::Loss>)| {
        let what: Vec<String> = losses.iter().map(ToString::to_string).collect();
        match losses.iter().any(|loss| loss.leaves_out()) {
            true => format!("{label} stays out: {} does not exist there", what[0]),
            false => format!("{label} goes without {}", what.join(", ")),
        }
    };
    let mut lines: Vec<String> = plan.losses.iter().take(MOST_LOSSES).map(line).collect();
    if plan.losses.len() > MOST_LOSSES {
        lines.push(format!("and {} more lose something", plan.losses.len() - MOST_LOSSES));
    }
    lines
}

impl Screen for Export {
    fn name(&self) -> ScreenName {
        ScreenName::Export
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Submit if !self.is_waiting => return self.submit(context),
            Action::NextField => self.step(true),
            Action::PreviousField => self.step(false),
            Action::ShowTyped => {
                let is_hidden = !self.password.is_hidden();
                self.password.hide(is_hidden);
                self.again.hide(is_hidden);
            }
            Action::Back => return Next::go(Go::Close),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::NextField, Action::ShowTyped, Action::Back]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        self.trouble = None;
        if let Some(field) = self.field() {
            return field.press(key);
        }
        let count = formats().len();
        match key.code {
            KeyCode::Right | KeyCode::Char(' ') => self.format = (self.format + 1) % count,
            KeyCode::Left => self.format = (self.format + count - 1) % count,
            _ => return false, // the keymap knows the others
        }
        true
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.field()?.paste(text);
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Exported { .. } => return Next::go(Go::Close),
            Outcome::Failed(trouble) if self.is_waiting => self.trouble = Some(trouble.clone()),
            Outcome::Failed(_) | Outcome::Crashed => {}
            _ => return Next::default(), // not about this export
        }
        self.is_waiting = false;
        Next::default()
    }
}
