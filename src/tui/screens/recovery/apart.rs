//! Keeping recovery codes apart from the vault: the choice, and the passphrase that opens them.

use crate::tui::action::Action;
use crate::tui::effect::{BasketTask, Effect};
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::confirm::Confirm;
use crate::tui::screens::file_form::FileForm;
use crate::tui::screens::new_passphrase;
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;
use crate::vault::APART_EXPLAINED;

const PASSPHRASE: usize = 0;
const AGAIN: usize = 1;

/// Asks for the passphrase of codes that are apart, or for a new one before they are.
pub(super) struct ApartForm {
    asking: Asking,
    is_new: bool,
    is_warned: bool,
}

impl ApartForm {
    /// Asks for the passphrase that they have.
    pub(super) fn opening() -> Self {
        let form = Form::default().text("passphrase", TextField::hidden());
        Self { asking: Asking::new(form), is_new: false, is_warned: false }
    }

    fn making() -> Self {
        let form = Form::default().text("passphrase", TextField::hidden()).text("once more", TextField::hidden());
        Self { asking: Asking::new(form), is_new: true, is_warned: false }
    }
}

/// Opens the page on which the codes are moved out, opened, or moved back, whichever comes next.
pub(super) fn choose(context: &Context<'_>) -> Next {
    let Some(snapshot) = context.snapshot else { return Next::default() };
    match (snapshot.vault.keeps_apart(), snapshot.is_basket_open) {
        (false, _) => Next::open(ApartForm::making()),
        (true, false) => Next::open(ApartForm::opening()),
        (true, true) => {
            let words = "Whoever opens the vault then has both: the codes of the day and the recovery codes.";
            let question = "move the recovery codes back into the vault?";
            let effects = vec![Effect::Basket(BasketTask::MoveTogether)];
            Next::open(Confirm::new(question.to_owned(), words.to_owned(), effects))
        }
    }
}

/// Tells whether an action needs the texts of the codes.
pub(super) fn needs_texts(action: Action) -> bool {
    matches!(action, Action::UseRecovery | Action::Reveal | Action::RevealAll | Action::PrintSheet)
}

impl FileForm for ApartForm {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let (title, about) = match self.is_new {
            true => ("keep recovery codes apart", APART_EXPLAINED.join(" ")),
            false => {
                let about =
                    "They are in a file of their own, behind a passphrase of their own. They stay open until the lock.";
                ("open the recovery codes that are apart", about.to_owned())
            }
        };
        let doing = if self.is_new { "moving them, and reading their file back" } else { "opening them" };
        let typed = self.asking.form.field(PASSPHRASE);
        let said = if self.is_new { new_passphrase::strength_item(typed) } else { None };
        // The field is empty while the worker has what was in it.
        self.asking.items(title, &about, (doing, PASSPHRASE), said, context)
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if !self.asking.is_complete() || self.asking.lacks(&[PASSPHRASE]) {
            return Next::default();
        }
        if self.is_new {
            let form = &self.asking.form;
            let twice = (form.field(PASSPHRASE), form.field(AGAIN));
            if let Some(wrong) = new_passphrase::trouble(twice.0, twice.1, &mut self.is_warned) {
                self.asking.refuse(wrong);
                return Next::default();
            }
        }
        let (asked, passphrase) = (context.now, self.asking.form.field_mut(PASSPHRASE).take());
        let task = match self.is_new {
            true => {
                self.asking.form.field_mut(AGAIN).clear();
                BasketTask::MoveApart { asked, passphrase }
            }
            false => BasketTask::Open { asked, passphrase },
        };
        self.asking.wait(asked);
        Next::effect(Effect::Basket(task))
    }

    fn back(&mut self) -> Next {
        let told = self.asking.stop().then(|| Notice::note("it goes on, and says so when it is done"));
        Next { notice: told, ..Next::go(Go::Close) }
    }

    fn heard(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Basket { asked, .. } if self.asking.is_answered_by(*asked) => return Next::go(Go::Close),
            Outcome::BasketRefused { asked, trouble } if self.asking.is_answered_by(*asked) => {
                self.asking.refuse(trouble.clone());
                self.asking.form.focus_on(PASSPHRASE);
            }
            _ => {} // answers that nobody waits for here
        }
        Next::default()
    }

    fn typed(&mut self) {
        self.is_warned = false;
    }
}
