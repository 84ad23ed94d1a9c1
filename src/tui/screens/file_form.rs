//! A form about a file: what all of them share as screens, so that each says only what is its own.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Next, Screen, ScreenName};
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::page::{self, Item};

/// A form whose answers go to the worker.
pub(super) trait FileForm {
    /// Returns the fields and what became of them.
    fn asking(&self) -> &Asking;
    /// Returns the fields and what became of them.
    fn asking_mut(&mut self) -> &mut Asking;
    /// Returns the page.
    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>>;
    /// Sends the answers, or says what is missing.
    fn submit(&mut self, context: &Context<'_>) -> Next;
    /// Goes back, or gives up waiting.
    fn back(&mut self) -> Next;
    /// Has a passphrase made, where one is asked for that is new.
    fn generate(&mut self) -> Next {
        Next::default()
    }
    /// Hears what the worker did; that it crashed is heard for all forms alike.
    fn heard(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next;
    /// Arranges the rows anew, after something was typed or chosen.
    fn typed(&mut self) {}
}

impl<F: FileForm> Screen for F {
    fn name(&self) -> ScreenName {
        ScreenName::FileForm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Back => return self.back(),
            Action::Generate => return self.generate(),
            Action::Submit if !self.asking().is_waiting() => return self.submit(context),
            other => self.asking_mut().act(other), // among the fields
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        self.asking().hints()
    }

    fn takes_text(&self) -> bool {
        !self.asking().is_waiting()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_taken = self.asking_mut().press(key);
        if is_taken {
            self.typed();
        }
        is_taken
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.asking_mut().paste(text);
        Some(Next::default())
    }

    fn takes_question(&self) -> bool {
        self.asking().is_waiting()
    }

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        if let Outcome::Crashed = outcome {
            self.asking_mut().stop();
            return Next::default();
        }
        self.heard(outcome, context)
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match kind {
            MouseKind::WheelUp => self.asking_mut().act(Action::PreviousField),
            MouseKind::WheelDown => self.asking_mut().act(Action::NextField),
            MouseKind::Click => {
                let hit = page::hit(&self.items(context), area, at);
                self.asking_mut().click(hit);
            }
        }
        Next::default()
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        self.asking().wake_at(context.now)
    }
}
