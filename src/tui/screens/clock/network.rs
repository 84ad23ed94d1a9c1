//! Asks servers on the network what time it is: named first, asked only after a yes, given up by one key.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::clock::{Asking, ClockOutcome, ClockTask, Heard, ahead_in_words, of_server};
use crate::tui::effect::Effect;
use crate::tui::message::{Outcome, Trouble};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::progress;

/// How long servers may take before nobody waits for them any more, as a rule, in milliseconds.
const USUAL_MILLIS: i64 = 3_000;

/// The question, the wait, and what came back.
pub struct Network {
    servers: Vec<String>,
    stage: Stage,
}

enum Stage {
    Offered,
    /// Since when; it is also how an answer is told from a late one.
    Waiting(Timestamp),
    Answered(Asking),
    Failed(Trouble),
}

impl Network {
    /// Returns the question, which names these servers.
    pub fn new(servers: Vec<String>) -> Self {
        Self { servers, stage: Stage::Offered }
    }

    fn ask(&mut self, context: &Context<'_>) -> Next {
        if self.servers.is_empty() || matches!(self.stage, Stage::Waiting(_)) {
            return Next::default();
        }
        self.stage = Stage::Waiting(context.now);
        Next::effect(Effect::Clock(ClockTask::Ask { asked: context.now, servers: self.servers.clone() }))
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let mut items = vec![Item::Title("ask the network what time it is"), Item::Gap];
        match &self.stage {
            Stage::Offered if self.servers.is_empty() => items.push(Item::Text(
                "! there is no server to ask: clock.servers in the settings names them".to_owned(),
                Role::Danger,
            )),
            Stage::Offered => {
                items.push(Item::Text(format!("{} are asked.", self.servers.join(", ")), Role::Text));
                items.push(Item::Aside(
                    "They learn that a computer at your address asks for the time, and nothing else. Nothing is set: you \
                     see what they say. It is never done by itself."
                        .to_owned(),
                ));
                items.push(Item::Gap);
                let (yes, no) = (context.key(Action::Yes), context.key(Action::Back));
                items.push(Item::Text(format!("{yes} asks them now · {no} leaves it"), Role::Accent));
            }
            Stage::Waiting(since) => {
                items.push(Item::Text(format!("asking {} …", self.servers.join(", ")), Role::Text));
                items.push(Item::Bar(progress::thousandths(*since, context.now, Some(USUAL_MILLIS))));
                items.push(Item::Aside(format!("{} gives up", context.key(Action::Back))));
            }
            Stage::Answered(asking) => push_answers(asking, &mut items, context),
            Stage::Failed(trouble) => page::push_trouble(&mut items, trouble),
        }
        items
    }
}

fn push_answers(asking: &Asking, items: &mut Vec<Item<'_>>, context: &Context<'_>) {
    for (server, answer) in &asking.answers {
        let (words, role) = match answer {
            Ok(answer) => {
                let words = ahead_in_words(of_server(*answer));
                (format!("{words}, answered in {} ms", answer.round_trip_millis), Role::Text)
            }
            Err(error) => (error.to_string(), Role::Muted),
        };
        items.push(Item::Text(format!("{server}: {words}"), role));
    }
    items.push(Item::Gap);
    match (asking.heard, asking.heard.setback()) {
        (Heard::Agreed(ahead), _) => {
            items.push(Item::Text(format!("✓ this computer's own clock is {}", ahead_in_words(ahead)), Role::Good));
        }
        (Heard::Apart(_) | Heard::Nothing, setback) => {
            let words = setback.map_or_else(String::new, |setback| setback.words);
            items.push(Item::Text(format!("! {words}"), Role::Warning));
            let yes = context.key(Action::Yes);
            items.push(Item::Aside(format!("{yes} asks again; other servers: clock.servers in the settings")));
        }
    }
}

impl Screen for Network {
    fn name(&self) -> ScreenName {
        ScreenName::ClockNetwork
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Yes => self.ask(context),
            Action::No | Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.stage {
            Stage::Waiting(_) => vec![Action::Back],
            Stage::Offered | Stage::Answered(_) | Stage::Failed(_) => vec![Action::Yes, Action::Back],
        }
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        let Stage::Waiting(since) = self.stage else { return Next::default() };
        match outcome {
            Outcome::Clock(ClockOutcome::Asked { asked, asking, .. }) if *asked == since => {
                self.stage = Stage::Answered(asking.clone());
            }
            Outcome::Failed(trouble) => self.stage = Stage::Failed(trouble.clone()),
            _ => {} // nothing that was asked for here
        }
        Next::default()
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        matches!(self.stage, Stage::Waiting(_)).then(|| progress::next_step(context.now))
    }
}
