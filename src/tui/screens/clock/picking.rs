//! Picks with what to compare the clocks: an account that both devices hold, or a throw-away secret.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::Comparing;
use crate::tui::action::Action;
use crate::tui::clock::{ClockOutcome, ClockTask};
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::{Account, find};

/// What stands above the accounts.
const ASKED: &str = "Which account does the other device show codes of too?";
const THROW_AWAY: &str = "none: scan a throw-away secret from this screen";
/// From so many rows on there is room for the question, and for a line between it and the rest.
const ROOMY_ROWS: u16 = 6;

/// The accounts whose codes tell the time, one of them selected.
#[derive(Default)]
pub struct Picking {
    query: TextField,
    selected: usize,
}

/// Where things go.
struct Places {
    question: Rect,
    query: Rect,
    rows: Rect,
}

impl Picking {
    /// Returns the list of all that can be compared with.
    pub fn new() -> Self {
        Self { query: TextField::with_limit(64), selected: 0 }
    }

    /// Returns the accounts that match what was typed; those whose codes are counted tell nothing about time.
    fn found(&self, context: &Context<'_>) -> Vec<Arc<Account>> {
        let Some(snapshot) = context.snapshot else { return Vec::new() };
        let found = find(&snapshot.vault, self.query.text()).into_iter().map(|found| found.account);
        let mut found: Vec<_> = found.filter(|account| account.params().period().is_some()).collect();
        if self.query.is_empty() {
            found.sort_by_cached_key(|account| account.label().to_lowercase());
        }
        found
    }

    /// Goes on with the selected account, or with the row below all of them: no account.
    fn choose(&self, context: &Context<'_>) -> Next {
        match self.found(context).get(self.selected) {
            Some(account) => {
                let comparing = Comparing::of_account(account);
                comparing.map_or_else(Next::default, |screen| Next::go(Go::Replace(Box::new(screen))))
            }
            None => Next::effect(Effect::Clock(ClockTask::MakeSecret)),
        }
    }

    fn places(area: Rect) -> Places {
        let below = heading::below(area);
        let margin = heading::MARGIN.min(below.width / 2);
        let inner = Rect { x: below.x + margin, width: below.width - 2 * margin, ..below };
        let asked = u16::from(inner.height >= ROOMY_ROWS);
        let line = |y: u16, height: u16| Rect { y, height, ..inner }.intersection(inner);
        let question = line(inner.y, asked);
        let query = line(question.bottom(), 1);
        let top = query.bottom() + asked;
        let rows = Rect { y: top, height: below.bottom().saturating_sub(top), ..below };
        Places { question, query, rows }
    }
}

impl Screen for Picking {
    fn name(&self) -> ScreenName {
        ScreenName::ClockPicking
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let found = self.found(context);
        let places = Self::places(area);
        heading::view("compare the clocks", "with your phone", context, frame.buffer_mut(), area);
        label::draw(frame.buffer_mut(), places.question, ASKED, context.style(Role::Text));
        let used = label::draw(frame.buffer_mut(), places.query, "/ ", context.style(Role::Accent));
        let room = Rect { x: places.query.x + used, width: places.query.width - used, ..places.query };
        self.query.view(context, frame, room, true);
        let count = found.len() + 1;
        picker::view(places.rows, self.selected, count, context, frame.buffer_mut(), |buffer, row, place| {
            match found.get(row) {
                Some(account) => label::draw(buffer, place, &account.label(), context.style(Role::Text)),
                None => label::draw(buffer, place, THROW_AWAY, context.style(Role::Muted)),
            };
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if let Some(selected) = picker::moved(action, self.selected, self.found(context).len() + 1) {
            self.selected = selected;
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

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Clock(ClockOutcome::Secret(secret)) => {
                Next::go(Go::Replace(Box::new(Comparing::with_throw_away(secret, context))))
            }
            _ => Next::default(), // nothing that was asked for here
        }
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let count = self.found(context).len() + 1;
        match picker::hit(Self::places(area).rows, self.selected, count, at) {
            Some(row) => {
                self.selected = row;
                self.choose(context)
            }
            None => Next::default(),
        }
    }
}
