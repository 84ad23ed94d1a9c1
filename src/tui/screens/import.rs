//! Brings another app's accounts in: a path, a password if one is needed, and then every account with what becomes of it.

mod rows;

use std::path::Path;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use crate::config::path_of;
use crate::exchange::{Choice, Row};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::{ExportRead, Outcome, Trouble};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{heading, picker};
use rows::Rows;

/// The longest path that is taken, in bytes.
const PATH_LIMIT: usize = 4096;

/// An import, from the path to the last choice.
pub struct Import {
    path: TextField,
    /// What it is an export of, and the password being typed; none before one is asked for.
    password: Option<(&'static str, TextField)>,
    /// What was read, once it was.
    read: Option<(ExportRead, Rows)>,
    /// Whether the worker is at it.
    is_waiting: bool,
    trouble: Option<Trouble>,
}

impl Import {
    /// Returns an import that begins with the path.
    pub fn new() -> Self {
        Self { path: TextField::with_limit(PATH_LIMIT), password: None, read: None, is_waiting: false, trouble: None }
    }

    /// Opens an import of this file, and has it read.
    pub fn from_file(path: &Path) -> Next {
        let field = TextField::with_limit(PATH_LIMIT).with_text(&path.to_string_lossy());
        let screen = Self { path: field, is_waiting: true, ..Self::new() };
        Next { effects: vec![Effect::ReadExport { path: path.to_owned(), password: None }], ..Next::open(screen) }
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.is_waiting || self.path.text().trim().is_empty() {
            return Next::default();
        }
        if let Some((read, rows)) = &self.read {
            let rows = rows.chosen();
            if rows.iter().all(|(_, choice)| *choice == Choice::Leave) {
                return Next::notice(Notice::note("nothing is chosen: space takes an account or leaves it"));
            }
            self.is_waiting = true;
            return Next::effect(Effect::Import { from: read.from, rows });
        }
        let password = match &mut self.password {
            Some((_, field)) if field.is_empty() => return Next::default(),
            Some((_, field)) => Some(field.take()),
            None => None,
        };
        self.trouble = None;
        self.is_waiting = true;
        Next::effect(Effect::ReadExport { path: path_of(self.path.text(), context.settings.home.as_deref()), password })
    }

    /// One step back: from the accounts or the password to the path, from there out.
    fn back(&mut self) -> Next {
        if self.read.is_none() && self.password.is_none() {
            return Next::go(Go::Close);
        }
        let path = std::mem::take(&mut self.path);
        *self = Self { path, ..Self::new() };
        Next::default()
    }

    /// Returns what to say once the accounts are in the vault.
    fn farewell(&self) -> Option<Notice> {
        let (read, _) = self.read.as_ref()?;
        let words = "imported · u undo · now delete the file: it holds the secrets readable";
        (!read.is_encrypted).then(|| Notice::note(words))
    }

    fn field(&mut self) -> Option<&mut TextField> {
        match (&self.read, &mut self.password) {
            _ if self.is_waiting => None,
            (Some(_), _) => None,
            (None, Some((_, field))) => Some(field),
            (None, None) => Some(&mut self.path),
        }
    }

    fn items(&self) -> Vec<Item<'_>> {
        let mut items = vec![Item::Title("import from another app"), Item::Gap];
        match &self.password {
            Some((from, field)) => {
                items.push(Item::Value("file", self.path.text().to_owned()));
                items.push(Item::Value("from", (*from).to_owned()));
                items.push(Item::Gap);
                items.push(Item::Field { name: "its password", field, has_focus: !self.is_waiting });
            }
            None => {
                let what = "type, paste or drag the path of its export; the app is recognised by what is in it";
                items.push(Item::Aside(what.to_owned()));
                items.push(Item::Gap);
                items.push(Item::Field { name: "file", field: &self.path, has_focus: !self.is_waiting });
            }
        }
        items.push(Item::Gap);
        if self.is_waiting {
            items.push(Item::Text("reading…".to_owned(), Role::Muted));
        }
        if let Some(trouble) = &self.trouble {
            items.push(Item::Text(format!("! {}", trouble.what), Role::Danger));
            items.extend(trouble.next_step.clone().map(|next_step| Item::Text(next_step, Role::Text)));
        }
        items
    }
}

impl Default for Import {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns what was read, in a few words: `Aegis, version 3, encrypted`.
fn origin(read: &ExportRead) -> String {
    let version = read.version.map_or_else(String::new, |version| format!(", version {version}"));
    format!("{}{version}{}", read.from, if read.is_encrypted { ", encrypted" } else { "" })
}

impl Screen for Import {
    fn name(&self) -> ScreenName {
        ScreenName::Import
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let Some((read, rows)) = &self.read else {
            page::view(&self.items(), context, frame, area);
            return;
        };
        let title = format!("import from {}", origin(read));
        let area = heading::view(&title, &rows.summary(), context, frame.buffer_mut(), area);
        rows.view(context, frame.buffer_mut(), area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.is_waiting {
            return if action == Action::Back { Next::go(Go::Close) } else { Next::default() };
        }
        if let Some((_, rows)) = &mut self.read
            && let Some(place) = picker::moved(action, rows.selected, rows.len())
        {
            rows.selected = place;
            return Next::default();
        }
        match (action, &mut self.read) {
            (Action::Submit, _) => self.submit(context),
            (Action::Back, _) => self.back(),
            (Action::Toggle, Some((_, rows))) => {
                rows.turn();
                Next::default()
            }
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match &self.read {
            Some(_) => vec![Action::Submit, Action::Toggle, Action::Back],
            None => vec![Action::Submit, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        self.read.is_none() && !self.is_waiting
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_typed = self.field().is_some_and(|field| field.press(key));
        if is_typed {
            self.trouble = None;
        }
        is_typed
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        let field = self.field()?;
        field.paste(text);
        self.trouble = None;
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if !self.is_waiting {
            return Next::default();
        }
        match outcome {
            Outcome::ExportRead(read) => {
                let rows = Rows::of(read);
                self.password = None;
                self.read = Some((ExportRead::clone(read), rows));
            }
            Outcome::NeedsPassword { from, trouble } => {
                self.password = Some((from, TextField::hidden()));
                self.trouble.clone_from(trouble);
            }
            Outcome::Saved { .. } if self.read.is_some() => {
                return Next { notice: self.farewell(), ..Next::go(Go::Close) };
            }
            Outcome::Failed(trouble) => self.trouble = Some(trouble.clone()),
            Outcome::Crashed => {}
            _ => return Next::default(), // not about this import
        }
        self.is_waiting = false;
        Next::default()
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match (kind, &mut self.read) {
            (MouseKind::WheelUp, _) => self.act(Action::Up, context),
            (MouseKind::WheelDown, _) => self.act(Action::Down, context),
            (MouseKind::Click, Some((_, rows))) => {
                if let Some(place) = picker::hit(heading::below(area), rows.selected, rows.len(), at) {
                    rows.selected = place;
                    rows.turn();
                }
                Next::default()
            }
            (MouseKind::Click, None) => Next::default(),
        }
    }
}

/// A row and what becomes of it.
type Chosen = (Row, Choice);
