//! Into the vault and out of it: whatever ends it being open goes through here.

use super::super::effect::Effect;
use super::super::message::Snapshot;
use super::super::notice::Notice;
use super::super::outcomes;
use super::super::screens::list::List;
use super::super::screens::unlock::Unlock;
use super::super::timers::Timers;
use super::{End, Model};

impl Model {
    pub(super) fn enter(&mut self, snapshot: Snapshot) {
        self.timers.touch(self.now);
        self.timers.refreshed(self.now);
        self.notice = None;
        match outcomes::greeting(&snapshot, &self.context()) {
            Some(greeting) => self.tell(greeting),
            None => self.tell_of_onlookers(),
        }
        self.hold(snapshot);
        self.screens = vec![Box::new(List::new(self.settings.sort))];
    }

    /// Drops everything that was read, and asks the worker to do the same.
    pub(super) fn lock(&mut self, notice: Notice) -> Vec<Effect> {
        self.forget();
        self.timers = Timers::new(self.now);
        self.screens = vec![Box::new(Unlock::locked(self.now))];
        self.tell(notice);
        vec![Effect::ClearClipboard, Effect::Lock, Effect::Look]
    }

    pub(super) fn leave(&mut self, end: End) -> Vec<Effect> {
        self.forget();
        self.end = Some(end);
        vec![Effect::ClearClipboard, Effect::Lock]
    }

    /// A stopped process cannot lock itself later, so it does before.
    pub(super) fn suspend(&mut self) -> Vec<Effect> {
        let mut effects = self.shut("locked before going to the shell");
        effects.push(Effect::Suspend);
        effects
    }

    /// Locks and says why. Of a vault that is locked it leaves nothing that was typed, and nothing that is about to open it.
    pub(super) fn shut(&mut self, why: &str) -> Vec<Effect> {
        if self.is_unlocked() {
            return self.lock(Notice::note(why));
        }
        let places = 0..self.screens.len();
        places.flat_map(|place| self.with_screen(place, |screen, _| screen.shut())).collect()
    }
}
