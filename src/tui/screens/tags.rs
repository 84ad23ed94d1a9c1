//! Picks the tag whose accounts are shown.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::panel::Panel;
use crate::tui::widgets::{label, picker};

/// How large the picker is at most.
const WIDTH: u16 = 40;
const HEIGHT: u16 = 14;
/// Cells of the count and the space before it.
const COUNT_CELLS: u16 = 7;

/// The tags in use, one of them selected.
pub struct Tags {
    current: Option<String>,
    /// By its name, so that it stays selected when another device adds tags.
    selected: Option<String>,
}

/// A tag, or every account, and how many there are.
struct Choice {
    tag: Option<String>,
    count: usize,
}

impl Tags {
    /// Returns the picker with the present tag selected.
    pub fn new(current: Option<&str>) -> Self {
        let current = current.map(str::to_owned);
        Self { selected: current.clone(), current }
    }

    fn place(&self, choices: &[Choice]) -> usize {
        choices.iter().position(|choice| choice.tag == self.selected).unwrap_or(0)
    }

    fn choose(&self, context: &Context<'_>) -> Next {
        let place = u16::try_from(self.place(&choices(context))).unwrap_or(0);
        Next::go(Go::CloseAnd(Action::ShowTag(place)))
    }
}

/// Returns all accounts and then each tag, in the order in which [`Action::ShowTag`] counts them.
fn choices(context: &Context<'_>) -> Vec<Choice> {
    let Some(vault) = context.snapshot.map(|snapshot| &snapshot.vault) else {
        return Vec::new();
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in vault.accounts().flat_map(|account| account.tags()) {
        *counts.entry(tag).or_default() += 1;
    }
    let each = counts.into_iter().map(|(tag, count)| Choice { tag: Some(tag.to_owned()), count });
    std::iter::once(Choice { tag: None, count: vault.len() }).chain(each).collect()
}

fn panel(area: Rect, choices: &[Choice]) -> Panel {
    Panel::of(area, WIDTH, u16::try_from(choices.len().max(3)).unwrap_or(HEIGHT).min(HEIGHT))
}

impl Screen for Tags {
    fn name(&self) -> ScreenName {
        ScreenName::Tags
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let choices = choices(context);
        let panel = panel(area, &choices);
        panel.view("show the accounts of", context, frame);
        if choices.len() < 2 {
            let words = "no account has a tag yet; e changes an account and its tags";
            label::draw_wrapped(frame.buffer_mut(), panel.inner, words, context.style(Role::Muted));
            return;
        }
        let (selected, count) = (self.place(&choices), choices.len());
        picker::view(panel.inner, selected, count, context, frame.buffer_mut(), |buffer, row, place| {
            let choice = &choices[row];
            let mark = if choice.tag == self.current { "✓ " } else { "  " };
            let used = label::draw(buffer, place, mark, context.style(Role::Good));
            let room = place.width.saturating_sub(used + COUNT_CELLS);
            let words = choice.tag.as_deref().unwrap_or("every tag, and none");
            let role = if choice.tag.is_some() { Role::Text } else { Role::Muted };
            label::draw(buffer, Rect { x: place.x + used, width: room, ..place }, words, context.style(role));
            label::draw_right(buffer, place, &choice.count.to_string(), context.style(Role::Muted));
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let mut choices = choices(context);
        if let Some(place) = picker::moved(action, self.place(&choices), choices.len()) {
            self.selected = if place < choices.len() { choices.swap_remove(place).tag } else { None };
            return Next::default();
        }
        match action {
            Action::Submit => self.choose(context),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Back]
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let mut choices = choices(context);
        let inner = panel(area, &choices).inner;
        match picker::hit(inner, self.place(&choices), choices.len(), at) {
            Some(row) => {
                self.selected = choices.swap_remove(row).tag;
                self.choose(context)
            }
            None => Next::default(),
        }
    }

    fn is_overlay(&self) -> bool {
        true
    }
}
