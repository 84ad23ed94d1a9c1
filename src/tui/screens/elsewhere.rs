//! Opens a vault that another device put into a folder both see, and stays with it.

use crate::tui::backups::{BackupOutcome, BackupTask, Refused};
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::file_form::FileForm;
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

const FILE: usize = 0;
const PASSPHRASE: usize = 1;
const PATH_BYTES: usize = 4096;

/// Opens a vault in another place.
pub struct Elsewhere {
    asking: Asking,
}

impl Elsewhere {
    /// Returns the form.
    pub fn new() -> Self {
        let file = TextField::with_limit(PATH_BYTES);
        let form = Form::default().text("vault file", file).text("passphrase", TextField::hidden());
        Self { asking: Asking::new(form) }
    }
}

impl Default for Elsewhere {
    fn default() -> Self {
        Self::new()
    }
}

impl FileForm for Elsewhere {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let about = "The vault stays where it is, in a folder that Syncthing, Nextcloud, git or a stick carries. \
                     This device remembers the place.";
        let help = "No passphrase for it? Run countersign devices request here, and add this device there.";
        let said = Some(Item::Aside(help.to_owned()));
        self.asking.items("open a vault from another device", about, ("unlocking it", FILE), said, context)
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if !self.asking.is_complete() || self.asking.lacks(&[FILE, PASSPHRASE]) {
            return Next::default();
        }
        self.asking.wait(context.now);
        let file = self.asking.form.field(FILE).text().to_owned();
        let passphrase = self.asking.form.field_mut(PASSPHRASE).take();
        Next::effect(Effect::Backup(BackupTask::OpenElsewhere { asked: context.now, file, passphrase }))
    }

    fn back(&mut self) -> Next {
        match self.asking.stop() {
            // What is opened all the same is forgotten at once.
            true => Next::effect(Effect::Lock),
            false => Next::go(Go::Close),
        }
    }

    fn heard(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Backup(BackupOutcome::OpenedElsewhere { asked, snapshot })
                if self.asking.is_answered_by(*asked) =>
            {
                let stay = Effect::Backup(BackupTask::StayElsewhere);
                return Next { effects: vec![stay], ..Next::go(Go::Enter(snapshot.clone())) };
            }
            Outcome::Backup(BackupOutcome::Refused { asked, reason, trouble })
                if self.asking.is_answered_by(*asked) =>
            {
                self.asking.refuse(trouble.clone());
                let row = if *reason == Refused::WrongPassphrase { PASSPHRASE } else { FILE };
                self.asking.form.focus_on(row);
            }
            _ => {} // answers that nobody waits for here
        }
        Next::default()
    }
}
