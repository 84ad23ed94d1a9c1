//! Makes a backup: where to, and what shall open it.

use secrecy::SecretString;

use super::opening::PATH_BYTES;
use super::report::Report;
use crate::tui::backups::{BackupOutcome, BackupTask, Backups, Lock, Refused};
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::file_form::FileForm;
use crate::tui::screens::new_passphrase;
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

const PLACE: usize = 0;
const LOCK: usize = 1;
const PASSPHRASE: usize = 2;
const AGAIN: usize = 3;
const RECIPIENTS: usize = 4;

/// What shall open it; the places are those of [`LOCKS`].
const OWN: usize = 0;
const THE_VAULTS: usize = 1;
const FOR_RECIPIENTS: usize = 2;
const EITHER: usize = 3;
const LOCKS: &[&str] =
    &["its own passphrase", "the vault's passphrase", "recipients alone", "a passphrase, or recipients"];

/// Makes a backup.
pub(super) struct MakeBackup {
    asking: Asking,
    is_warned: bool,
}

impl MakeBackup {
    /// Returns the form with what is known filled in.
    pub(super) fn new(backups: &Backups) -> Self {
        let place = backups.destination.as_deref().or(backups.automatic.as_deref()).unwrap_or_default();
        let mut form = Form::default()
            .text("to", TextField::with_limit(PATH_BYTES).with_text(place))
            .choice("opens with", LOCKS)
            .text("passphrase", TextField::hidden())
            .text("once more", TextField::hidden())
            .text("recipients", TextField::with_limit(PATH_BYTES).with_text(&backups.recipients.join(" ")));
        if !place.is_empty() {
            form.focus_on(LOCK);
        }
        if !backups.recipients.is_empty() {
            form.choose(LOCK, EITHER);
        }
        let mut make = Self { asking: Asking::new(form), is_warned: false };
        make.arrange();
        make
    }

    /// Shows the rows that matter for what is chosen.
    fn arrange(&mut self) {
        let lock = self.asking.form.chosen(LOCK);
        self.asking.form.show(PASSPHRASE, lock != FOR_RECIPIENTS);
        self.asking.form.show(AGAIN, lock == OWN || lock == EITHER);
        self.asking.form.show(RECIPIENTS, lock == FOR_RECIPIENTS || lock == EITHER);
    }

    /// Explains the row with the focus.
    fn said_about_focus(&self) -> Option<Item<'_>> {
        let aside = |words: &str| Some(Item::Aside(words.to_owned()));
        match self.asking.form.focus() {
            PLACE => aside("A folder, or a new file: a stick, a synced folder. It is remembered."),
            RECIPIENTS => aside("Public keys that begin with age1, one or several."),
            PASSPHRASE if self.asking.form.chosen(LOCK) == THE_VAULTS => {
                aside("Type the vault's passphrase once more: it is checked before anything is written.")
            }
            PASSPHRASE | AGAIN => new_passphrase::strength_item(self.asking.form.field(PASSPHRASE)),
            _ => match self.asking.form.chosen(LOCK) {
                OWN => aside("A passphrase of its own must be remembered too, or written down."),
                EITHER => aside("The passphrase opens it, and so does the private key of any recipient."),
                THE_VAULTS => aside("If you change the vault's passphrase later, this backup keeps the old one."),
                _ => aside("Whoever has one of the private keys can open it; no passphrase does."),
            },
        }
    }
}

impl FileForm for MakeBackup {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let about = "A backup is one encrypted file with everything in it. It opens without this device.";
        let doing = ("writing it, and reading it back", PLACE);
        self.asking.items("make a backup", about, doing, self.said_about_focus(), context)
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        let lock = self.asking.form.chosen(LOCK);
        let needed: &[usize] = match lock {
            FOR_RECIPIENTS => &[PLACE, RECIPIENTS],
            EITHER => &[PLACE, PASSPHRASE, RECIPIENTS],
            _ => &[PLACE, PASSPHRASE], // one passphrase or the other
        };
        if !self.asking.is_complete() || self.asking.lacks(needed) {
            return Next::default();
        }
        let form = &self.asking.form;
        let twice = (form.field(PASSPHRASE), form.field(AGAIN));
        let is_new = lock == OWN || lock == EITHER;
        let wrong = is_new.then(|| new_passphrase::trouble(twice.0, twice.1, &mut self.is_warned)).flatten();
        if let Some(wrong) = wrong {
            self.asking.refuse(wrong);
            return Next::default();
        }
        let is_for_others = lock == FOR_RECIPIENTS || lock == EITHER;
        let recipients = if is_for_others { form.field(RECIPIENTS).text() } else { "" };
        let lock = Lock {
            passphrase: (lock != FOR_RECIPIENTS).then(|| SecretString::from(twice.0.text())),
            is_the_vaults: lock == THE_VAULTS,
            recipients: recipients.split([' ', ',']).filter(|text| !text.is_empty()).map(str::to_owned).collect(),
        };
        let task = BackupTask::Make { asked: context.now, place: form.field(PLACE).text().to_owned(), lock };
        self.asking.wait(context.now);
        Next::effect(Effect::Backup(task))
    }

    fn back(&mut self) -> Next {
        let told = self.asking.stop().then(|| Notice::note("it goes on: once it is made it stands in the list"));
        Next { notice: told, ..Next::go(Go::Close) }
    }

    fn heard(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Backup(BackupOutcome::Made { asked, made, .. }) if self.asking.is_answered_by(*asked) => {
                return Next::go(Go::Replace(Box::new(Report::of_made(made, context))));
            }
            Outcome::Backup(BackupOutcome::Refused { asked, reason, trouble })
                if self.asking.is_answered_by(*asked) =>
            {
                self.asking.refuse(trouble.clone());
                if *reason == Refused::WrongPassphrase {
                    self.asking.form.field_mut(PASSPHRASE).clear();
                    self.asking.form.focus_on(PASSPHRASE);
                }
            }
            _ => {} // answers that nobody waits for here
        }
        Next::default()
    }

    fn typed(&mut self) {
        self.is_warned &= ![PASSPHRASE, AGAIN].contains(&self.asking.form.focus());
        self.arrange();
    }
}
