//! What others may see of the screen: codes that are hidden.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::notice::Notice;
use super::Model;

impl Model {
    /// Hides codes until this run ends, or shows them again.
    pub(super) fn hide_codes(&mut self) -> Vec<Effect> {
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

    /// Hides what was revealed for a while.
    fn cover(&mut self) {
        for screen in &mut self.screens {
            screen.cover();
        }
    }
}
