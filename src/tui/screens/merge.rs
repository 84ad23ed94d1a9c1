//! What a merge decides, before it is saved: every decision can be turned round.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::message::{Outcome, Review};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::{Decision, DecisionKind};

/// Cells of the sign before a decision.
const SIGN: u16 = 2;
/// Rows for what cannot be merged, where something cannot.
const TROUBLE_ROWS: u16 = 3;
/// With fewer rows than this, all of them are for the decisions.
const ROOMY: u16 = 8;

/// The decisions of a merge, one of them selected.
pub struct Merge {
    sources: Vec<PathBuf>,
    /// Nothing until the files were read.
    review: Option<Review>,
    selected: usize,
    turned: BTreeSet<usize>,
}

impl Merge {
    /// Opens it, and has the files read. Without sources: what lies beside the vault, and what was seen here.
    pub fn open(sources: Vec<PathBuf>) -> Next {
        let screen = Self { sources: sources.clone(), review: None, selected: 0, turned: BTreeSet::new() };
        Next { effects: vec![Effect::ReviewMerge(sources)], ..Next::open(screen) }
    }

    fn decisions(&self) -> &[Decision] {
        self.review.as_ref().map(|review| review.decisions.as_slice()).unwrap_or_default()
    }

    fn turn(&mut self) {
        if self.selected < self.decisions().len() && !self.turned.remove(&self.selected) {
            self.turned.insert(self.selected);
        }
    }

    fn save(&self) -> Next {
        let Some(review) = self.review.as_ref().filter(|review| review.files > 0) else {
            return Next::go(Go::Close);
        };
        let turned = self.turned.iter().filter_map(|place| review.decisions.get(*place)).cloned().collect();
        Next { effects: vec![Effect::Merge { sources: self.sources.clone(), turned }], ..Next::go(Go::Close) }
    }

    fn rows(&self, area: Rect) -> (Rect, Rect) {
        let has_trouble = self.review.as_ref().is_some_and(|review| !review.troubles.is_empty());
        let height = if has_trouble && area.height >= ROOMY { TROUBLE_ROWS } else { 0 };
        let rows = Rect { height: area.height - height, ..area };
        (rows, Rect { y: rows.bottom(), height, ..area })
    }
}

/// Returns what is said where there is nothing to decide.
fn nothing(review: Option<&Review>) -> String {
    match review {
        None => "Reading what is to be merged …".to_owned(),
        Some(review) if !review.troubles.is_empty() && review.files == 0 => String::new(),
        Some(review) if review.files > 0 => "There is nothing new in it. Going on puts it away.".to_owned(),
        Some(_) => "There is no conflict copy beside the vault, and nothing that was seen here is missing.".to_owned(),
    }
}

/// Says what becomes of an account, as it is decided or turned round.
fn words(kind: &DecisionKind, is_turned: bool) -> String {
    match (kind, is_turned) {
        (DecisionKind::Added, false) => "is added".to_owned(),
        (DecisionKind::Added, true) => "goes to the trash instead of being added".to_owned(),
        (DecisionKind::Updated { fields }, false) => format!("gets the other {}", fields.join(", ")),
        (DecisionKind::Updated { fields }, true) => format!("keeps your {}", fields.join(", ")),
        (DecisionKind::Removed, false) => "goes to the trash, as there".to_owned(),
        (DecisionKind::Removed, true) => "stays, though it was removed there".to_owned(),
        (DecisionKind::Kept, false) => "comes back: it was edited after you deleted it".to_owned(),
        (DecisionKind::Kept, true) => "goes to the trash".to_owned(),
        (DecisionKind::Conflict { field, kept, other, .. }, false) => format!("{field}: {kept}, not {other}"),
        (DecisionKind::Conflict { field, kept, other, .. }, true) => format!("{field}: {other}, not {kept}"),
        (DecisionKind::Twin { .. }, false) => "was added on both: one of the two stays".to_owned(),
        (DecisionKind::Twin { .. }, true) => "was added on both: both stay".to_owned(),
    }
}

impl Screen for Merge {
    fn name(&self) -> ScreenName {
        ScreenName::Merge
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let decisions = self.decisions();
        let detail = match decisions.len() {
            0 => String::new(),
            1 => "1 decision".to_owned(),
            count => format!("{count} decisions"),
        };
        let below = heading::view("merge", &detail, context, frame.buffer_mut(), area);
        let (rows, troubles) = self.rows(below);
        let inset = |area: Rect| Rect {
            x: area.x + heading::MARGIN,
            width: area.width.saturating_sub(2 * heading::MARGIN),
            ..area
        };
        if decisions.is_empty() {
            let text = nothing(self.review.as_ref());
            label::draw_wrapped(frame.buffer_mut(), inset(rows), &text, context.style(Role::Muted));
        }
        picker::view(rows, self.selected, decisions.len(), context, frame.buffer_mut(), |buffer, row, place| {
            view_decision(&decisions[row], self.turned.contains(&row), context, buffer, place);
        });
        if let Some(review) = &self.review
            && let Some(first) = review.troubles.first()
        {
            let more = match review.troubles.len() {
                1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            let text = format!("! not merged: {}{more}; {}", first.what, first.next_step.clone().unwrap_or_default());
            let place = if troubles.is_empty() { rows } else { troubles };
            if !troubles.is_empty() || decisions.is_empty() {
                label::draw_wrapped(frame.buffer_mut(), inset(place), &text, context.style(Role::Danger));
            }
        }
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        if let Some(place) = picker::moved(action, self.selected, self.decisions().len()) {
            self.selected = place;
            return Next::default();
        }
        match action {
            Action::Toggle => {
                self.turn();
                Next::default()
            }
            Action::Submit => self.save(),
            Action::Back if self.decisions().is_empty() => Next::go(Go::Close),
            Action::Back => Next { notice: Some(Notice::note("nothing was merged")), ..Next::go(Go::Close) },
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.decisions().is_empty() {
            true => vec![Action::Submit, Action::Back],
            false => vec![Action::Submit, Action::Toggle, Action::Back],
        }
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if let Outcome::MergeReviewed(review) = outcome
            && self.review.is_none()
        {
            self.review = Some(review.clone());
        }
        Next::default()
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        let (rows, _) = self.rows(heading::below(area));
        if let Some(hit) = picker::hit(rows, self.selected, self.decisions().len(), at) {
            self.selected = hit;
            self.turn();
        }
        Next::default()
    }
}

fn view_decision(decision: &Decision, is_turned: bool, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let (sign, role) = if is_turned { ("↺", Role::Accent) } else { ("✓", Role::Good) };
    label::draw(buffer, Rect { width: SIGN.min(place.width), ..place }, sign, context.style(role));
    let rest = Rect { x: place.x + SIGN.min(place.width), width: place.width.saturating_sub(SIGN + 1), ..place };
    let name = Rect { width: rest.width * 2 / 5, ..rest };
    label::draw(buffer, name, &context.seen_name(&decision.label), context.style(Role::Text));
    let x = name.right() + 2.min(rest.width - name.width);
    let what = Rect { x, width: rest.right() - x, ..rest };
    let role = if is_turned { Role::Accent } else { Role::Muted };
    label::draw(buffer, what, &words(&decision.kind, is_turned), context.style(role));
}
