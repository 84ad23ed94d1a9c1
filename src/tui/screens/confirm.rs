//! Asks before something that cannot be undone. Going on by habit answers no.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::label;
use crate::tui::widgets::panel::Panel;
use crate::tui::widgets::text_field::TextField;

/// How wide a question is at most.
const WIDTH: u16 = 58;
/// Rows that the answers fill: an empty one and one each.
const ANSWER_ROWS: u16 = 3;
/// The answers in their order.
const ANSWERS: [Action; 2] = [Action::Yes, Action::No];
/// The words for them, unless a question has its own.
const WORDS: [&str; 2] = ["yes, go on", "no, leave it as it is"];

/// A question with its safe answer.
pub struct Confirm {
    question: String,
    explanation: String,
    /// What a yes asks for.
    effects: Vec<Effect>,
    /// What has to be typed for a yes, where a key would be too easily pressed.
    typed: Option<Typed>,
}

struct Typed {
    word: &'static str,
    field: TextField,
    is_wrong: bool,
}

impl Confirm {
    /// Returns a question; a yes asks for `effects`. The words are ready to be shown.
    pub fn new(question: String, explanation: String, effects: Vec<Effect>) -> Self {
        Self { question, explanation, effects, typed: None }
    }

    /// Takes no other yes than this word.
    #[must_use]
    pub fn typing(self, word: &'static str) -> Self {
        Self { typed: Some(Typed { word, field: TextField::with_limit(64), is_wrong: false }), ..self }
    }

    fn accept(&mut self) -> Next {
        Next { effects: std::mem::take(&mut self.effects), ..Next::go(Go::Close) }
    }

    fn submit(&mut self) -> Next {
        match &mut self.typed {
            Some(typed) if typed.field.text().trim().eq_ignore_ascii_case(typed.word) => self.accept(),
            Some(typed) if !typed.field.is_empty() => {
                typed.is_wrong = true;
                Next::default()
            }
            Some(_) | None => Next::go(Go::Close),
        }
    }
}

impl Screen for Confirm {
    fn name(&self) -> ScreenName {
        ScreenName::Confirm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let asked = Asked::place(&context.seen(&self.explanation), area);
        asked.view(&self.question, &self.explanation, context, frame);
        match &self.typed {
            Some(typed) => typed.view(context, frame, asked.answers),
            None => view_answers(WORDS, context, frame, asked.answers),
        }
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        match action {
            Action::Submit => self.submit(),
            Action::Yes if self.typed.is_none() => self.accept(),
            Action::No | Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.typed {
            Some(_) => vec![Action::Submit, Action::Back],
            None => vec![Action::Yes, Action::No, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        self.typed.is_some()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let Some(typed) = &mut self.typed else {
            return false;
        };
        let is_taken = typed.field.press(key);
        typed.is_wrong &= !is_taken;
        is_taken
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let answers = Asked::place(&context.seen(&self.explanation), area).answers;
        match (kind, hit(answers, at)) {
            (MouseKind::Click, Some(answer)) if self.typed.is_none() => self.act(answer, context),
            (MouseKind::Click | MouseKind::WheelUp | MouseKind::WheelDown, _) => Next::default(),
        }
    }

    fn is_overlay(&self) -> bool {
        true
    }
}

impl Typed {
    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let lead = format!("type {} to go on: ", self.word);
        let width = label::draw(frame.buffer_mut(), first_row(area), &lead, context.style(Role::Muted));
        let room = Rect { x: area.x + width, width: area.width - width, ..first_row(area) };
        self.field.view(context, frame, room, true);
        if self.is_wrong && area.height > 1 {
            let words = format!("! this is not {}; esc leaves everything as it is", self.word);
            let row = Rect { y: area.y + 1, ..first_row(area) };
            label::draw(frame.buffer_mut(), row, &words, context.style(Role::Danger));
        }
    }
}

/// Where a question stands, and its answers below.
pub(super) struct Asked {
    panel: Panel,
    text: Rect,
    pub(super) answers: Rect,
}

impl Asked {
    /// Places a question with that explanation.
    pub(super) fn place(explanation: &str, area: Rect) -> Self {
        let cells = WIDTH.min(area.width.saturating_sub(4));
        let rows = u16::try_from(label::wrap(explanation, usize::from(cells)).len()).unwrap_or(u16::MAX);
        let panel = Panel::of(area, WIDTH, rows.saturating_add(ANSWER_ROWS));
        // The answers never give way to the words.
        let below = panel.inner.height.min(if panel.inner.height > ANSWER_ROWS { ANSWER_ROWS } else { 2 });
        let text = Rect { height: panel.inner.height - below, ..panel.inner };
        let gap = below.saturating_sub(2);
        let answers = Rect { y: text.bottom() + gap, height: below - gap, ..panel.inner };
        Self { panel, text, answers }
    }

    /// Draws the question.
    pub(super) fn view(&self, question: &str, explanation: &str, context: &Context<'_>, frame: &mut Frame<'_>) {
        self.panel.view(question, context, frame);
        label::draw_wrapped(frame.buffer_mut(), self.text, explanation, context.style(Role::Text));
    }
}

/// Draws the keys for yes and no.
pub(super) fn view_answers(words: [&str; 2], context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    for ((action, word), y) in ANSWERS.into_iter().zip(words).zip(area.y..area.bottom()) {
        let row = Rect { y, height: 1, ..area };
        let used = label::draw(frame.buffer_mut(), row, &context.key(action), context.style(Role::Accent)) + 2;
        let rest = Rect { x: row.x + used.min(row.width), width: row.width.saturating_sub(used), ..row };
        label::draw(frame.buffer_mut(), rest, word, context.style(Role::Text));
    }
}

/// Returns the answer at a cell.
pub(super) fn hit(area: Rect, at: Position) -> Option<Action> {
    ANSWERS.iter().zip(area.y..area.bottom()).find(|(_, y)| area.contains(at) && at.y == *y).map(|(answer, _)| *answer)
}

fn first_row(area: Rect) -> Rect {
    Rect { height: area.height.min(1), ..area }
}
