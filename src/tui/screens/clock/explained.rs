//! What the page about the clock means, for somebody who has never thought about one.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::heading;
use crate::tui::widgets::reading::{Passage, Place};

/// A question and its answer.
const TEXT: [(&str, &str); 6] = [
    (
        "why the clock?",
        "A code is made of two things: the secret that you and the site share, and the time of day. The site makes the \
         same code with its own clock. While both clocks agree, so do the codes; a code lives for half a minute at most \
         sites. If this computer's clock is off by more than that, the site refuses every code, and nothing else is wrong.",
    ),
    (
        "why is it off?",
        "Clocks drift, by a second or more a day. So a service of the system asks other computers for the time and keeps \
         this one in step. Where it is switched off, cannot reach anybody, or somebody set the clock by hand, nobody \
         notices, until a code is refused.",
    ),
    (
        "not confirmed?",
        "Nothing on this computer vouches for the clock. It may well be right, and often is: in a container or a virtual \
         machine nobody in here can tell. Comparing with your phone settles it.",
    ),
    (
        "compare (c)",
        "Your phone is nearly always right. Take an account that both have, or a throw-away secret, and type the code \
         that the phone shows: it tells in which half minute the phone is. A second and a third code narrow it down, \
         and pressing a key just when the phone's code changes does that at once. Nothing leaves this computer.",
    ),
    (
        "ask the network (n)",
        "A few public time servers are asked what time it is. They learn that a computer at your address asked, and \
         nothing else. This is never done by itself.",
    ),
    (
        "correct (o)",
        "Best is to set the clock itself. Where you may not, countersign can add or take away some seconds when it makes \
         codes, and only then. It says so wherever there are codes, and asks again after 30 days, since a clock \
         that somebody sets right later would then be off by your correction.",
    ),
];

/// The page in plain words.
#[derive(Default)]
pub struct Explained {
    place: Place,
}

fn passages() -> Vec<Passage> {
    TEXT.iter().flat_map(|(name, text)| [Passage::named(*name, *text, Role::Text), Passage::Gap]).collect()
}

impl Screen for Explained {
    fn name(&self) -> ScreenName {
        ScreenName::ClockExplained
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        heading::view("the clock in plain words", "", context, frame.buffer_mut(), area);
        self.place.view(&passages(), context, frame.buffer_mut(), heading::below(area));
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.place.act(action, &passages(), heading::below(context.area)) {
            return Next::default();
        }
        match action {
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Down, Action::Back]
    }
}
