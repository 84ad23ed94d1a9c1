//! What age plugins say and ask, wherever the user is.

use super::super::effect::Effect;
use super::super::key_talk::Told;
use super::super::notice::Notice;
use super::super::screen::{Next, ScreenName};
use super::super::screens::plugin_question::PluginQuestion;
use super::Model;

/// How long it is shown what a plugin says, in milliseconds: about as long as one waits for a touch.
const SAID_MILLIS: i64 = 30_000;

impl Model {
    /// Shows what a plugin says, and asks what it asks where that surprises nobody; elsewhere it is refused.
    pub(super) fn hear_plugin(&mut self, told: &Told) -> Vec<Effect> {
        match told {
            // The screen of the lock says it in its place.
            Told::Says(_) if self.top().name() == ScreenName::Unlock => Vec::new(),
            Told::Says(text) => {
                self.tell(Notice { stays_millis: SAID_MILLIS, ..Notice::note(text.clone()) });
                self.is_notice_of_key = true;
                Vec::new()
            }
            Told::Asks(question) if self.top().takes_question() => {
                self.apply_top(Next::open(PluginQuestion::new(question.clone())))
            }
            Told::Asks(question) => vec![Effect::Answer { id: question.id, answer: None }],
        }
    }
}
