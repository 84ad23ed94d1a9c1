//! Asks for a backup and what opens it: to prove it, to bring it in, or to begin with it.

use secrecy::SecretString;

use super::report::Report;
use crate::otp::Timestamp;
use crate::tui::backups::{BackupOutcome, BackupTask, FileKey, OpensWith, Refused};
use crate::tui::effect::Effect;
use crate::tui::message::{Outcome, Trouble};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::file_form::FileForm;
use crate::tui::screens::new_passphrase;
use crate::tui::screens::unlock::Unlock;
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

/// The longest path that is typed.
pub(super) const PATH_BYTES: usize = 4096;

const FILE: usize = 0;
const KIND: usize = 1;
const PASSPHRASE: usize = 2;
const IDENTITY: usize = 3;
const AFTERWARDS: usize = 4;
const NEW: usize = 5;
const AGAIN: usize = 6;

/// What opens it; the places are those of [`KINDS`].
const BY_PASSPHRASE: usize = 0;
const BY_IDENTITY: usize = 1;
const KINDS: &[&str] = &["a passphrase", "an age identity"];
/// What unlocks the vault afterwards.
const THE_SAME: usize = 0;
const ANOTHER: usize = 1;
const AFTER: &[&str] = &["the same passphrase", "another one"];

/// Asks for a backup and what opens it.
pub struct OpenBackup {
    purpose: Purpose,
    asking: Asking,
    is_warned: bool,
}

/// What the backup is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To prove it.
    Drill,
    /// To bring what is in it into the open vault.
    BringIn,
    /// To make this device's vault of it.
    Restore,
}

impl OpenBackup {
    /// Proves a backup; the path may be empty.
    pub(super) fn drill(file: &str, opens_with: Option<OpensWith>) -> Self {
        let mut opening = Self::for_purpose(Purpose::Drill, file);
        if opens_with == Some(OpensWith::Identity) {
            opening.asking.form.choose(KIND, BY_IDENTITY);
        }
        opening.arrange();
        opening
    }

    /// Brings a backup into the open vault.
    pub(super) fn bring_in(file: &str) -> Self {
        Self::for_purpose(Purpose::BringIn, file)
    }

    /// Makes this device's vault of a backup.
    pub fn restore() -> Self {
        Self::for_purpose(Purpose::Restore, "")
    }

    fn for_purpose(purpose: Purpose, file: &str) -> Self {
        let mut form = Form::default()
            .text("backup", TextField::with_limit(PATH_BYTES).with_text(file))
            .choice("opens with", KINDS)
            .text("passphrase", TextField::hidden())
            .text("key file", TextField::with_limit(PATH_BYTES))
            .choice("afterwards", AFTER)
            .text("new one", TextField::hidden())
            .text("once more", TextField::hidden());
        if !file.is_empty() {
            form.focus_on(PASSPHRASE);
        }
        let mut opening = Self { purpose, asking: Asking::new(form), is_warned: false };
        opening.arrange();
        opening
    }

    /// Shows the rows that matter for what is chosen.
    fn arrange(&mut self) {
        let is_by_identity = self.asking.form.chosen(KIND) == BY_IDENTITY;
        let is_restore = self.purpose == Purpose::Restore;
        if is_by_identity {
            self.asking.form.choose(AFTERWARDS, ANOTHER);
        }
        let is_new = is_restore && self.asking.form.chosen(AFTERWARDS) == ANOTHER;
        for (row, is_shown) in [
            (PASSPHRASE, !is_by_identity),
            (IDENTITY, is_by_identity),
            // A key file is no passphrase that could be the same.
            (AFTERWARDS, is_restore && !is_by_identity),
            (NEW, is_new),
            (AGAIN, is_new),
        ] {
            self.asking.form.show(row, is_shown);
        }
    }

    fn ask(&mut self, is_by_identity: bool, is_new: bool, asked: Timestamp) -> Next {
        self.asking.wait(asked);
        let typed = |row: usize| self.asking.form.field(row).text().to_owned();
        let secret = |row: usize| SecretString::from(self.asking.form.field(row).text());
        let file = typed(FILE);
        let key = match is_by_identity {
            true => FileKey::IdentityFile(typed(IDENTITY)),
            false => FileKey::Passphrase(secret(PASSPHRASE)),
        };
        let task = match self.purpose {
            Purpose::Drill => BackupTask::Drill { asked, file, key },
            Purpose::BringIn => BackupTask::BringIn { asked, file, key },
            Purpose::Restore => {
                BackupTask::Restore { asked, file, key, passphrase: secret(if is_new { NEW } else { PASSPHRASE }) }
            }
        };
        Next::effect(Effect::Backup(task))
    }

    fn refused(&mut self, reason: Refused, trouble: &Trouble) {
        self.asking.refuse(trouble.clone());
        match reason {
            Refused::WrongPassphrase => {
                self.asking.form.field_mut(PASSPHRASE).clear();
                self.asking.form.focus_on(PASSPHRASE);
            }
            Refused::NeedsIdentity | Refused::NeedsPassphrase => {
                let is_identity = reason == Refused::NeedsIdentity;
                self.asking.form.choose(KIND, if is_identity { BY_IDENTITY } else { BY_PASSPHRASE });
                self.asking.form.choose(AFTERWARDS, if is_identity { ANOTHER } else { THE_SAME });
                self.arrange();
                self.asking.form.focus_on(if is_identity { IDENTITY } else { PASSPHRASE });
            }
            Refused::Other => {}
        }
    }

    fn answered(&mut self, outcome: &BackupOutcome, context: &Context<'_>) -> Next {
        match outcome {
            BackupOutcome::Drilled { asked, found, .. } if self.asking.is_answered_by(*asked) => {
                Next::go(Go::Replace(Box::new(Report::of_drill(found, context))))
            }
            BackupOutcome::BroughtIn { asked, told, .. } if self.asking.is_answered_by(*asked) => {
                Next { notice: Some(brought_in(told)), ..Next::go(Go::Close) }
            }
            BackupOutcome::Restored { asked, snapshot, restored } if self.asking.is_answered_by(*asked) => {
                Next::go(Go::EnterWith(snapshot.clone(), Box::new(Report::of_restored(restored, context))))
            }
            BackupOutcome::Restored { .. } if self.purpose == Purpose::Restore => {
                Next { effects: vec![Effect::Lock, Effect::Look], ..Next::go(Go::Replace(Box::new(Unlock::new()))) }
            }
            BackupOutcome::Refused { asked, reason, trouble } if self.asking.is_answered_by(*asked) => {
                self.refused(*reason, trouble);
                Next::default()
            }
            _ => Next::default(), // answers that nobody waits for here
        }
    }
}

/// Says what a backup changed.
fn brought_in(told: &[String]) -> Notice {
    match told {
        [] => Notice::note("everything of the backup was here already"),
        told => Notice::good(format!("the backup {} · u undo", told.join(", "))),
    }
}

impl FileForm for OpenBackup {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let (title, about) = match self.purpose {
            Purpose::Drill => ("drill", "Opens a backup as on the day you need it, and compares every account."),
            Purpose::BringIn => ("restore into this vault", "Adds what the vault lacks; nothing of it is lost."),
            Purpose::Restore => ("restore a backup", "Makes this device's vault out of a backup file."),
        };
        let form = &self.asking.form;
        let said = [NEW, AGAIN].contains(&form.focus()).then(|| new_passphrase::strength_item(form.field(NEW)));
        self.asking.items(title, about, ("opening it", FILE), said.flatten(), context)
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        let is_by_identity = self.asking.form.chosen(KIND) == BY_IDENTITY;
        let key_row = if is_by_identity { IDENTITY } else { PASSPHRASE };
        if !self.asking.is_complete() || self.asking.lacks(&[FILE, key_row]) {
            return Next::default();
        }
        let form = &self.asking.form;
        let is_new = self.purpose == Purpose::Restore && form.chosen(AFTERWARDS) == ANOTHER;
        let wrong =
            is_new.then(|| new_passphrase::trouble(form.field(NEW), form.field(AGAIN), &mut self.is_warned)).flatten();
        if let Some(wrong) = wrong {
            self.asking.refuse(wrong);
            return Next::default();
        }
        self.ask(is_by_identity, is_new, context.now)
    }

    fn back(&mut self) -> Next {
        match (self.asking.stop(), self.purpose) {
            (false, _) => Next::go(Go::Close),
            // What is being opened is not waited for any more, and nothing was written.
            (true, Purpose::Drill) => Next::default(),
            (true, Purpose::BringIn) => {
                Next { notice: Some(Notice::note("it goes on; u takes it back")), ..Next::go(Go::Close) }
            }
            // A vault that comes out of it all the same stays locked.
            (true, Purpose::Restore) => Next::effect(Effect::Lock),
        }
    }

    fn heard(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Backup(outcome) => self.answered(outcome, context),
            _ => Next::default(), // not about backups
        }
    }

    fn typed(&mut self) {
        self.is_warned &= ![NEW, AGAIN].contains(&self.asking.form.focus());
        self.arrange();
    }
}
