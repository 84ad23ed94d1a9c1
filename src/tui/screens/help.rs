//! Says what can be done: every action of a screen and every one there is everywhere, with its keys.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::shown;
use crate::tui::action::{ACTIONS, Action, ActionEntry};
use crate::tui::key::Key;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{heading, label, picker};
use crate::vault;

/// Cells of the keys and of the name in the configuration, and between the columns.
const KEYS_CELLS: u16 = 13;
const NAME_CELLS: u16 = 15;
const GAP: u16 = 2;
/// From this width on the names in the configuration have room.
const WIDE: u16 = 76;

/// What can be done on one screen.
pub struct Help {
    about: ScreenName,
    selected: usize,
    filter: TextField,
    is_filtering: bool,
}

impl Help {
    /// Returns the help for a screen.
    pub fn about(screen: ScreenName) -> Self {
        Self { about: screen, selected: 0, filter: TextField::with_limit(64), is_filtering: false }
    }

    /// Returns what there is to read: the screen's own actions first, unless the filter ranks them.
    fn entries(&self, context: &Context<'_>) -> Vec<(&'static ActionEntry, Vec<u32>)> {
        // What has no key here is for the palette to offer.
        let has_key = |entry: &ActionEntry| !context.settings.keymap.keys(entry.action).is_empty();
        let here = |entry: &&ActionEntry| entry.is_on(self.about) && has_key(entry);
        let (everywhere, own): (Vec<_>, Vec<_>) =
            ACTIONS.iter().filter(here).partition(|entry| entry.screens.is_empty());
        let entries: Vec<&ActionEntry> = own.into_iter().chain(everywhere).collect();
        let ranked = vault::rank(entries.iter().map(|entry| entry.title), self.filter.text());
        ranked.into_iter().map(|(place, matched)| (entries[place], matched)).collect()
    }

    fn filter_row(area: Rect) -> (Rect, Rect) {
        let below = heading::below(area);
        let line = Rect { height: below.height.min(1), ..below };
        (line, Rect { y: line.bottom(), height: below.height - line.height, ..below })
    }

    fn rows_area(&self, area: Rect) -> Rect {
        if self.shows_filter() { Self::filter_row(area).1 } else { heading::below(area) }
    }

    fn shows_filter(&self) -> bool {
        self.is_filtering || !self.filter.is_empty()
    }

    fn close(&mut self) -> Next {
        if !self.shows_filter() {
            return Next::go(Go::Close);
        }
        self.filter.clear();
        self.is_filtering = false;
        self.selected = 0;
        Next::default()
    }

    /// Does what the selected row says, on the screen that the help is about.
    fn run(&self, context: &Context<'_>) -> Next {
        match self.entries(context).get(self.selected) {
            // It takes the key itself to say which one is meant.
            Some((entry, _)) if matches!(entry.action, Action::CopyRow(_)) => Next::default(),
            Some((entry, _)) if entry.action.is_key_only() => Next::default(),
            Some((entry, _)) => Next::go(Go::CloseAnd(entry.action)),
            None => Next::default(),
        }
    }
}

impl Screen for Help {
    fn name(&self) -> ScreenName {
        ScreenName::Help
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let entries = self.entries(context);
        let title = format!("help · {}", self.about.title());
        let detail = format!("{} actions", entries.len());
        heading::view(&title, &detail, context, frame.buffer_mut(), area);
        if self.shows_filter() {
            let (line, _) = Self::filter_row(area);
            let line = Rect { x: line.x + heading::MARGIN, width: line.width.saturating_sub(heading::MARGIN), ..line };
            let used = label::draw(frame.buffer_mut(), line, "/ ", context.style(Role::Accent));
            let room = Rect { x: line.x + used, width: line.width - used, ..line };
            self.filter.view(context, frame, room, self.is_filtering);
        }
        let rows = self.rows_area(area);
        if entries.is_empty() {
            let line = Rect { x: rows.x + 2 * heading::MARGIN, width: rows.width.saturating_sub(2), ..rows };
            label::draw_wrapped(
                frame.buffer_mut(),
                line,
                "nothing here is called that; esc clears",
                context.style(Role::Muted),
            );
            return;
        }
        picker::view(rows, self.selected, entries.len(), context, frame.buffer_mut(), |buffer, row, place| {
            view_entry(entries[row].0, &entries[row].1, context, buffer, place);
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if let Some(selected) = picker::moved(action, self.selected, self.entries(context).len()) {
            self.selected = selected;
            return Next::default();
        }
        match action {
            Action::Search => self.is_filtering = true,
            Action::Submit => return self.run(context),
            Action::Back => return self.close(),
            _ => {} // actions of other screens
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Search, Action::Back]
    }

    fn takes_text(&self) -> bool {
        self.is_filtering
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_taken = self.is_filtering && self.filter.press(key);
        if is_taken {
            self.selected = 0;
        }
        is_taken
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let hit = picker::hit(self.rows_area(area), self.selected, self.entries(context).len(), at);
        self.selected = hit.unwrap_or(self.selected);
        Next::default()
    }
}

/// Returns the keys of an action as one text: `j ↓`, or `1 … 9`.
pub(super) fn keys_text(action: Action, context: &Context<'_>) -> String {
    let keys = context.settings.keymap.keys(action);
    let labels: Vec<String> = keys.iter().map(|key| key.label(context.settings.unicode)).collect();
    match labels.as_slice() {
        [first, .., last] if labels.len() > 3 => format!("{first} … {last}"),
        labels => labels.join(" "),
    }
}

fn view_entry(entry: &ActionEntry, matched: &[u32], context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let keys = keys_text(entry.action, context);
    let keys_cells = KEYS_CELLS.min(place.width / 3);
    label::draw(buffer, Rect { width: keys_cells, ..place }, &keys, context.style(Role::Accent));
    let x = place.x + keys_cells + GAP;
    let name_cells = if place.width >= WIDE { NAME_CELLS + GAP } else { 0 };
    let width = place.right().saturating_sub(x + name_cells);
    let title = Rect { x: x.min(place.right()), width, ..place };
    label::draw_matched(buffer, title, entry.title, matched, context.style(Role::Text), context.style(Role::Matched));
    if name_cells > 0 {
        let name = Rect { width: place.width.saturating_sub(1), ..place };
        label::draw_right(buffer, name, &shown::shown(entry.name), context.style(Role::Muted));
    }
}
