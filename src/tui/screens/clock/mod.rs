//! The clock: what is known of it, what that means for codes, and what can be done.

mod comparing;
mod correcting;
mod explained;
mod network;
mod passages;
mod picking;
mod refused;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

pub use self::comparing::Comparing;
pub use self::correcting::Correcting;
pub use self::explained::Explained;
pub use self::network::Network;
pub use self::picking::Picking;
pub use self::refused::RefusedCode;
use crate::tui::action::Action;
use crate::tui::clock::{ClockOutcome, ClockTask, Report, suggested};
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::widgets::heading;
use crate::tui::widgets::reading::Place;

/// The page about the clock.
#[derive(Default)]
pub struct ClockPage {
    /// What all on this computer say; nothing until they were asked.
    closely: Option<Arc<Report>>,
    place: Place,
}

impl ClockPage {
    /// Opens the page, and has everybody on this computer asked.
    pub fn opening() -> Next {
        Next { effects: vec![Effect::Clock(ClockTask::Look)], ..Next::open(Self::default()) }
    }

    /// Returns what is known: for the first moment what the header knows.
    fn report<'a>(&'a self, context: &Context<'a>) -> Option<&'a Report> {
        self.closely.as_deref().or_else(|| context.snapshot.map(|snapshot| snapshot.clock.as_ref()))
    }
}

impl Screen for ClockPage {
    fn name(&self) -> ScreenName {
        ScreenName::Clock
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let Some(report) = self.report(context) else { return };
        heading::view("clock", &passages::short_headline(report), context, frame.buffer_mut(), area);
        let passages = passages::of(report, context);
        self.place.view(&passages, context, frame.buffer_mut(), heading::below(area));
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let Some(report) = self.report(context) else { return Next::default() };
        let passages = passages::of(report, context);
        let (add, was) = (suggested(report), report.correction.as_ref().map(|correction| correction.millis));
        if self.place.act(action, &passages, heading::below(context.area)) {
            return Next::default();
        }
        match action {
            Action::AskNetwork => Next::open(Network::new(context.settings.time_servers.clone())),
            Action::Compare => Next::open(Picking::new()),
            Action::Correct => Next::open(Correcting::new(add, was)),
            Action::ClearCorrection => correcting::clear(was),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        let has_correction = self.report(context).is_some_and(|report| report.correction.is_some());
        let mut hints = vec![Action::Compare, Action::AskNetwork, Action::Correct];
        hints.extend(has_correction.then_some(Action::ClearCorrection));
        hints.extend([Action::Help, Action::Back]);
        hints
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Clock(ClockOutcome::Looked(report)) => {
                self.closely = Some(Arc::clone(report));
                Next::default()
            }
            // What was known is no longer what is so.
            Outcome::Clock(
                ClockOutcome::Corrected { .. } | ClockOutcome::Remembered(_) | ClockOutcome::Asked { .. },
            ) => Next::effect(Effect::Clock(ClockTask::Look)),
            _ => Next::default(), // nothing of the clock
        }
    }
}
