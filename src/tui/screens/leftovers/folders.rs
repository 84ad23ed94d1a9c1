//! Where to look: the usual folders, each taken or left, and one that is typed.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use super::found::path_words;
use crate::config::path_of;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::key::Key;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::progress;
use crate::tui::widgets::text_field::TextField;

const PATH_BYTES: usize = 4096;
const ABOUT: &str = "Recovery codes, exports, addresses and pictures of them are looked for in these folders only. \
                     Nothing is changed without a yes.";

/// Where to look.
pub(super) struct Folders {
    offered: Vec<Offered>,
    other: TextField,
    /// Which row the keys are for; the one behind the folders is the field.
    focus: usize,
    /// Since when the worker looks; also how its answer is told from a late one.
    asked: Option<Timestamp>,
    /// How many files it has looked at, and how much it has found.
    so_far: (usize, usize),
}

struct Offered {
    path: PathBuf,
    /// Ready to be shown.
    name: String,
    is_taken: bool,
}

impl Default for Folders {
    fn default() -> Self {
        let other = TextField::with_limit(PATH_BYTES);
        Self { offered: Vec::new(), other, focus: 0, asked: None, so_far: (0, 0) }
    }
}

impl Folders {
    /// Takes up the folders that there are.
    pub(super) fn offer(&mut self, there: &[PathBuf], context: &Context<'_>) {
        let offer = |path: &PathBuf| Offered { path: path.clone(), name: path_words(path, context), is_taken: true };
        self.offered = there.iter().map(offer).collect();
        self.focus = 0;
    }

    /// Waits for what is found in the chosen folders, and returns them; nothing if none is chosen.
    pub(super) fn search(&mut self, context: &Context<'_>) -> Option<Vec<PathBuf>> {
        if self.is_waiting() {
            return None;
        }
        let taken = self.offered.iter().filter(|offered| offered.is_taken).map(|offered| offered.path.clone());
        let typed = Some(self.other.text()).filter(|text| !text.trim().is_empty());
        let typed = typed.map(|text| path_of(text, context.settings.home.as_deref()));
        let folders: Vec<PathBuf> = taken.chain(typed).collect();
        self.asked = Some(context.now).filter(|_| !folders.is_empty());
        self.so_far = (0, 0);
        self.asked.map(|_| folders)
    }

    pub(super) fn progress(&mut self, files: usize, found: usize) {
        self.so_far = (files, found);
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    pub(super) fn waits_for(&self, asked: Timestamp) -> bool {
        self.asked == Some(asked)
    }

    pub(super) fn stop(&mut self) {
        self.asked = None;
    }

    pub(super) fn takes_text(&self) -> bool {
        !self.is_waiting() && self.focus == self.offered.len()
    }

    pub(super) fn press(&mut self, key: Key) -> bool {
        self.takes_text() && self.other.press(key)
    }

    pub(super) fn paste(&mut self, text: &SecretString) {
        if !self.is_waiting() {
            self.focus = self.offered.len();
            self.other.paste(text);
        }
    }

    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Up => self.focus = self.focus.saturating_sub(1),
            Action::Down => self.focus = (self.focus + 1).min(self.offered.len()),
            Action::Toggle => self.toggle(),
            _ => {} // actions of other screens
        }
    }

    pub(super) fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) {
        if let Some(place) = page::hit(&self.items(context), area, at) {
            self.focus = place;
            self.toggle();
        }
    }

    fn toggle(&mut self) {
        let is_waiting = self.is_waiting();
        if let Some(offered) = self.offered.get_mut(self.focus).filter(|_| !is_waiting) {
            offered.is_taken = !offered.is_taken;
        }
    }

    pub(super) fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let mut items = vec![Item::Title("find what lies about"), Item::Gap];
        if let Some(since) = self.asked {
            let (files, found) = self.so_far;
            items.push(Item::Text(format!("looked at {files} files, {found} found"), Role::Text));
            items.push(Item::Bar(progress::thousandths(since, context.now, None)));
            return items;
        }
        items.push(Item::Aside(ABOUT.to_owned()));
        items.push(Item::Gap);
        for (row, offered) in self.offered.iter().enumerate() {
            let words = if offered.is_taken { "✓ look there" } else { "left alone" };
            items.push(Item::Option { name: &offered.name, words, is_selected: row == self.focus });
        }
        items.push(Item::Gap);
        items.push(Item::Field { name: "other folder", field: &self.other, has_focus: self.takes_text() });
        items
    }

    pub(super) fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.asked.map(|_| progress::next_step(now))
    }
}
