//! Finds an action by its name and does it.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::help::keys_text;
use crate::shown;
use crate::tui::action::{ACTIONS, Action};
use crate::tui::key::Key;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::settings::SortBy;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Panel;
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{label, picker};
use crate::vault;

/// How large the palette is at most.
const WIDTH: u16 = 56;
const HEIGHT: u16 = 14;
/// Cells between a title and its keys.
const GAP: u16 = 2;

/// The actions of one screen, to be found by typing.
pub struct Palette {
    on: ScreenName,
    query: TextField,
    selected: usize,
}

/// One thing that can be chosen.
struct Command {
    action: Action,
    title: String,
}

impl Palette {
    /// Returns the palette with the actions of a screen.
    pub fn on(screen: ScreenName) -> Self {
        Self { on: screen, query: TextField::with_limit(64), selected: 0 }
    }

    /// Returns what matches, best first, with the letters that do.
    fn found(&self, context: &Context<'_>) -> Vec<(Command, Vec<u32>)> {
        let commands: Vec<Command> = ACTIONS
            .iter()
            .filter(|entry| entry.is_on(self.on) && !entry.action.is_key_only() && entry.action != Action::Palette)
            .flat_map(|entry| commands(entry.action, entry.title, context))
            .collect();
        let ranked = vault::rank(commands.iter().map(|command| command.title.as_str()), self.query.text());
        let mut commands: Vec<Option<Command>> = commands.into_iter().map(Some).collect();
        ranked.into_iter().filter_map(|(place, matched)| Some((commands[place].take()?, matched))).collect()
    }

    fn run(&self, context: &Context<'_>) -> Next {
        match self.found(context).get(self.selected) {
            Some((command, _)) => Next::go(Go::CloseAnd(command.action)),
            None => Next::default(),
        }
    }
}

/// Returns the commands of one action: one for each thing that it can mean.
fn commands(action: Action, title: &str, context: &Context<'_>) -> Vec<Command> {
    let one = |action, title: String| Command { action, title };
    match action {
        // It takes the key itself to say which one is meant.
        Action::CopyRow(_) => Vec::new(),
        // Who looks for these looks for what they do.
        Action::Up | Action::Down | Action::First | Action::Last | Action::PageUp | Action::PageDown => Vec::new(),
        Action::SortBy(_) => {
            SortBy::ALL.map(|by| one(Action::SortBy(by), format!("Sort the list by {}", by.words()))).into()
        }
        Action::ShowTag(_) => {
            let tags = context.snapshot.map(|snapshot| snapshot.vault.tags()).unwrap_or_default();
            let all = one(Action::ShowTag(0), "Show the accounts of every tag".to_owned());
            let each = (1..).zip(&tags);
            let each =
                each.map(|(n, tag)| one(Action::ShowTag(n), format!("Show the accounts of {}", shown::shown(tag))));
            if tags.is_empty() { Vec::new() } else { std::iter::once(all).chain(each).collect() }
        }
        other => vec![one(other, title.to_owned())], // every other action means one thing
    }
}

impl Screen for Palette {
    fn name(&self) -> ScreenName {
        ScreenName::Palette
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let found = self.found(context);
        let panel = Panel::of(area, WIDTH, HEIGHT);
        panel.view("commands", context, frame);
        let (line, rows) = divide(panel.inner);
        let used = label::draw(frame.buffer_mut(), line, "› ", context.style(Role::Accent));
        self.query.view(context, frame, Rect { x: line.x + used, width: line.width - used, ..line }, true);
        if found.is_empty() {
            label::draw(frame.buffer_mut(), rows, "no command is called that", context.style(Role::Muted));
            return;
        }
        picker::view(rows, self.selected, found.len(), context, frame.buffer_mut(), |buffer, row, place| {
            let (command, matched) = &found[row];
            view_command(command, matched, context, buffer, place);
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if let Some(selected) = picker::moved(action, self.selected, self.found(context).len()) {
            self.selected = selected;
            return Next::default();
        }
        match action {
            Action::Submit => self.run(context),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Back]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_taken = self.query.press(key);
        if is_taken {
            self.selected = 0;
        }
        is_taken
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let (_, rows) = divide(Panel::of(area, WIDTH, HEIGHT).inner);
        match picker::hit(rows, self.selected, self.found(context).len(), at) {
            Some(row) => {
                self.selected = row;
                self.run(context)
            }
            None => Next::default(),
        }
    }

    fn refresh(&mut self, context: &Context<'_>) {
        self.selected = self.selected.min(self.found(context).len().saturating_sub(1));
    }

    fn is_overlay(&self) -> bool {
        true
    }
}

/// Divides the palette into the line that is typed and the rows below it.
fn divide(inner: Rect) -> (Rect, Rect) {
    let line = Rect { height: inner.height.min(1), ..inner };
    let gap = u16::from(inner.height > 6);
    let taken = (line.height + gap).min(inner.height);
    (line, Rect { y: inner.y + taken, height: inner.height - taken, ..inner })
}

fn view_command(command: &Command, matched: &[u32], context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let is_plain = !matches!(command.action, Action::SortBy(_) | Action::ShowTag(_));
    let keys = if is_plain { keys_text(command.action, context) } else { String::new() };
    let keys_cells = u16::try_from(shown::width(&keys)).unwrap_or(u16::MAX).min(place.width / 2);
    let title = Rect { width: place.width.saturating_sub(keys_cells + GAP), ..place };
    label::draw_matched(
        buffer,
        title,
        &command.title,
        matched,
        context.style(Role::Text),
        context.style(Role::Matched),
    );
    let keys_place = Rect { x: place.right().saturating_sub(keys_cells), width: keys_cells, ..place };
    label::draw(buffer, keys_place, &keys, context.style(Role::Accent));
}
