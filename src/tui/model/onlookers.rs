//! What others may see or get: hidden codes, hidden names, who may be looking, and what the vault's policy forbids.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::message::{Snapshot, Trouble};
use super::super::notice::Notice;
use super::super::privacy::Names;
use super::super::settings::{Onlooker, Privacy};
use super::Model;

/// How long it is said that others may see the screen: it has to be read before anything else, in milliseconds.
const TELLS_MILLIS: i64 = 15_000;

impl Model {
    /// Hides codes until this run ends, or shows them again.
    pub(super) fn hide_codes(&mut self) -> Vec<Effect> {
        if self.context().hides_names() {
            let key = self.context().key(Action::Privacy);
            self.tell(Notice::note(format!("codes are hidden along with names · {key} shows both")));
            return Vec::new();
        }
        self.settings.hide_codes = !self.settings.hide_codes;
        self.cover();
        let context = self.context();
        let words = match self.settings.hide_codes {
            true => format!(
                "codes are hidden · {} shows one for {} s",
                context.key(Action::Reveal),
                self.settings.reveal_millis / 1000
            ),
            false => format!("codes are shown · {} hides them", context.key(Action::HideCodes)),
        };
        self.tell(Notice::good(words));
        Vec::new()
    }

    /// Returns what to say instead of doing something that the vault's policy forbids.
    pub(super) fn forbidden(&self, action: Action) -> Option<Notice> {
        let forbidden = self.snapshot.as_ref()?.vault.forbids(action.deed()?)?;
        let next_step = Some(forbidden.next_step().to_owned());
        Some(Notice::trouble(&Trouble { what: forbidden.to_string(), next_step }))
    }

    /// Hides codes and names until this run ends, or shows them again.
    pub(super) fn switch_privacy(&mut self) -> Vec<Effect> {
        self.names = match self.names.take() {
            Some(_) => None,
            None => Some(Names::default()),
        };
        self.learn_names();
        self.cover();
        let context = self.context();
        let key = context.key(Action::Privacy);
        let words = match (context.hides_names(), self.is_unlocked()) {
            (true, true) => format!("names and codes are hidden · {} shows a row", context.key(Action::Reveal)),
            (true, false) => format!("names and codes stay hidden · {key} shows them"),
            (false, _) => format!("names are shown · {key} hides them"),
        };
        self.is_told_of_onlookers = true;
        self.tell(Notice::good(words));
        Vec::new()
    }

    /// Keeps what is in the vault now.
    pub(super) fn hold(&mut self, snapshot: Snapshot) {
        self.snapshot = Some(snapshot);
        self.learn_names();
    }

    /// Drops everything that was read.
    pub(super) fn forget(&mut self) {
        self.snapshot = None;
        if let Some(names) = &mut self.names {
            *names = Names::default();
        }
    }

    fn learn_names(&mut self) {
        if let (Some(names), Some(snapshot)) = (&mut self.names, &self.snapshot) {
            names.add_all_of(&snapshot.vault);
        }
    }

    /// Says once in a run that others may see the screen, unless the settings say that it does not matter.
    pub(super) fn tell_of_onlookers(&mut self) {
        let Some(onlooker) = self.settings.onlooker.filter(|_| !self.is_told_of_onlookers) else { return };
        self.is_told_of_onlookers = true;
        let key = self.context().key(Action::Privacy);
        let words = match (self.settings.privacy, onlooker) {
            (Privacy::Off | Privacy::On, _) => return,
            (Privacy::Auto, Onlooker::Recorder(name)) => {
                format!("{name} records this terminal: names and codes are hidden · {key} shows them")
            }
            (Privacy::Auto, Onlooker::Sharing(name)) => {
                format!("{name} shares this terminal: names and codes are hidden · {key} shows them")
            }
            (Privacy::Auto, Onlooker::Multiplexer(name)) => {
                format!("this terminal is {name}: others may look on · {key} hides names and codes")
            }
        };
        self.tell(Notice { stays_millis: TELLS_MILLIS, ..Notice::note(words) });
    }

    /// Hides what was revealed for a while.
    fn cover(&mut self) {
        for screen in &mut self.screens {
            screen.cover();
        }
    }
}
