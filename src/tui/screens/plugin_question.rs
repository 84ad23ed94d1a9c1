//! What a key asks that opens the vault, mostly an age plugin's: a PIN, a choice. Esc refuses.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use super::confirm::{self, Asked};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::key_talk::{Answer, Question, Wanted};
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::label;
use crate::tui::widgets::text_field::TextField;

/// Who asks.
const TITLE: &str = "a key asks";

/// A plugin's question.
pub struct PluginQuestion {
    question: Question,
    field: TextField,
}

impl PluginQuestion {
    /// Returns the question.
    pub fn new(question: Question) -> Self {
        let field = match question.wanted {
            Wanted::Secret => TextField::hidden(),
            Wanted::Choice { .. } | Wanted::Line => TextField::new(),
        };
        Self { question, field }
    }

    fn answer(&self, answer: Option<Answer>) -> Next {
        let answer = Effect::Answer { id: self.question.id, answer };
        Next { effects: vec![answer], ..Next::go(Go::Close) }
    }

    fn submit(&mut self) -> Next {
        let answer = match &self.question.wanted {
            // By habit nothing is chosen; where there is nothing to choose it goes on.
            Wanted::Choice { no: Some(_), .. } => return Next::default(),
            Wanted::Choice { no: None, .. } => Answer::Choice(true),
            // An Enter that was meant for something else must not cost one of three tries.
            Wanted::Secret if self.field.is_empty() => return Next::default(),
            Wanted::Line => Answer::Line(self.field.text().to_owned()),
            Wanted::Secret => Answer::Secret(self.field.take()),
        };
        self.answer(Some(answer))
    }

    /// Tells whether letters are typed.
    fn is_typed(&self) -> bool {
        !matches!(self.question.wanted, Wanted::Choice { .. })
    }
}

impl Screen for PluginQuestion {
    fn name(&self) -> ScreenName {
        ScreenName::Confirm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let asked = Asked::place(&self.question.text, area);
        asked.view(TITLE, &self.question.text, context, frame);
        match &self.question.wanted {
            Wanted::Choice { yes, no: Some(no) } => confirm::view_answers([yes, no], context, frame, asked.answers),
            Wanted::Choice { yes, no: None } => {
                let row = Rect { height: asked.answers.height.min(1), ..asked.answers };
                let words = format!("{} {yes}", context.key(Action::Submit));
                label::draw(frame.buffer_mut(), row, &words, context.style(Role::Text));
            }
            Wanted::Line | Wanted::Secret => {
                let row = Rect { height: asked.answers.height.min(1), ..asked.answers };
                self.field.view(context, frame, row, true);
            }
        }
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        match action {
            Action::Submit => self.submit(),
            Action::Yes if !self.is_typed() => self.answer(Some(Answer::Choice(true))),
            Action::No if !self.is_typed() => self.answer(Some(Answer::Choice(false))),
            Action::Back => self.answer(None),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.question.wanted {
            Wanted::Choice { no: Some(_), .. } => vec![Action::Yes, Action::No, Action::Back],
            Wanted::Choice { no: None, .. } | Wanted::Line | Wanted::Secret => vec![Action::Submit, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        self.is_typed()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        self.is_typed() && self.field.press(key)
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.is_typed().then(|| {
            self.field.paste(text);
            Next::default()
        })
    }

    /// Whoever asked has come to an end without the answer.
    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::NotUnlocked { .. }
            | Outcome::Slots(_)
            | Outcome::Locked
            | Outcome::Failed(_)
            | Outcome::Crashed => self.answer(None),
            _ => Next::default(), // nothing that ends a conversation
        }
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let answers = Asked::place(&self.question.text, area).answers;
        match (kind, confirm::hit(answers, at), &self.question.wanted) {
            (MouseKind::Click, Some(answer), Wanted::Choice { no: Some(_), .. }) => self.act(answer, context),
            (MouseKind::Click | MouseKind::WheelUp | MouseKind::WheelDown, ..) => Next::default(),
        }
    }

    fn is_overlay(&self) -> bool {
        true
    }
}
