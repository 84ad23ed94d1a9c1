//! Puts another passphrase in the place of one, and with it another key, unless the user keeps it.

use std::iter;

use secrecy::SecretString;

use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::file_form::FileForm;
use crate::tui::screens::new_passphrase::Made;
use crate::tui::slots::{NewCost, PassphraseChange, SlotJob, SlotOutcome};
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

const OLD: usize = 0;
const NEW: usize = 1;
const AGAIN: usize = 2;
const COST: usize = 3;
const KEY: usize = 4;
/// The vault's other passphrases, from this row on.
const OTHERS: usize = 5;
const OTHER_NAMES: [&str; 3] = ["another one", "a third one", "a fourth one"];
const ONE_MORE: &str = "one more";

/// What a guess shall cost; the places are those of [`COSTS`].
const COSTS: &[&str] =
    &["as much as before", "a second, measured here", "1 s, 256 MiB (18)", "2 s, 512 MiB (19)", "4 s, 1 GiB (20)"];
const FACTORS: [NewCost; 5] =
    [NewCost::AsBefore, NewCost::Measured, NewCost::Factor(18), NewCost::Factor(19), NewCost::Factor(20)];

/// Whether the vault gets a new key; the places are those of [`KEYS`].
const KEEP: usize = 1;
const KEYS: &[&str] = &["yes", "no, keep it"];

/// Changes a passphrase.
pub(super) struct ChangePassphrase {
    asking: Asking,
    made: Made,
    /// How many other passphrases the vault has.
    others: usize,
    is_warned: bool,
}

impl ChangePassphrase {
    /// Returns the form for a vault with that many other passphrases.
    pub(super) fn new(others: usize) -> Self {
        let mut form = Form::default()
            .text("old one", TextField::hidden())
            .text("new one", TextField::hidden())
            .text("once more", TextField::hidden())
            .choice("a guess", COSTS)
            .choice("new key", KEYS);
        for name in OTHER_NAMES.iter().chain(iter::repeat(&ONE_MORE)).take(others) {
            form = form.text(name, TextField::hidden());
        }
        Self { asking: Asking::new(form), made: Made::default(), others, is_warned: false }
    }

    fn keeps_key(&self) -> bool {
        self.asking.form.chosen(KEY) == KEEP
    }

    /// Shows the rows that matter for what is chosen.
    fn arrange(&mut self) {
        self.asking.form.show(AGAIN, !self.made.is_there());
        for row in OTHERS..OTHERS + self.others {
            let is_needed = !self.keeps_key();
            self.asking.form.show(row, is_needed);
        }
    }

    /// Explains the row with the focus.
    fn said(&self, context: &Context<'_>) -> Option<Item<'_>> {
        let aside = |words: &str| Some(Item::Aside(words.to_owned()));
        match self.asking.form.focus() {
            OLD => aside("The one that is changed."),
            NEW | AGAIN => self.made.item(self.asking.form.field(NEW), context),
            COST => aside("What one guess costs whoever has the file, and unlocking costs you."),
            KEY if self.keeps_key() => {
                aside("An old copy of the vault with the old passphrase then opens what is saved from now on as well.")
            }
            KEY => aside(
                "An old copy with the old passphrase opens nothing that is saved from now on. Undo does not reach back behind it.",
            ),
            _ => aside("The vault has more passphrases, which the new key has to be made for as well."),
        }
    }
}

impl FileForm for ChangePassphrase {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let about = "Nobody can reset it. Backups keep the passphrase that they were made with.";
        let mut items = self.asking.items_doing(
            "change the passphrase",
            about,
            "deriving keys, and saving: a few seconds",
            self.said(context),
            context,
        );
        self.made.push(&mut items);
        items
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if !self.asking.is_complete() || self.asking.lacks(&[OLD, NEW]) {
            return Next::default();
        }
        let form = &self.asking.form;
        if let Some(wrong) = self.made.trouble(form.field(NEW), form.field(AGAIN), &mut self.is_warned) {
            self.asking.refuse(wrong);
            return Next::default();
        }
        let text = |row: usize| SecretString::from(self.asking.form.field(row).text());
        let keep_key = self.keeps_key();
        let others = (OTHERS..OTHERS + self.others).filter(|row| !keep_key && !form.field(*row).is_empty());
        let change = PassphraseChange {
            asked: context.now,
            old: text(OLD),
            new: text(NEW),
            cost: FACTORS[form.chosen(COST)],
            others: others.map(text).collect(),
            keep_key,
        };
        self.asking.wait(context.now);
        Next::effect(Effect::Slots(SlotJob::Change(Box::new(change))))
    }

    fn back(&mut self) -> Next {
        let told = self.asking.stop().then(|| Notice::note("it goes on: the list tells once it is changed"));
        Next { notice: told, ..Next::go(Go::Close) }
    }

    fn generate(&mut self) -> Next {
        if self.asking.is_waiting() { Next::default() } else { Next::effect(Effect::Generate) }
    }

    fn heard(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Generated(words) if !self.asking.is_waiting() => {
                self.made.take(words, &mut self.asking.form, [NEW, AGAIN]);
                self.arrange();
            }
            Outcome::Slots(outcome) => match outcome.as_ref() {
                SlotOutcome::Changed { asked, .. } if self.asking.is_answered_by(*asked) => {
                    return Next::go(Go::Close);
                }
                SlotOutcome::Refused { asked, trouble } if self.asking.is_answered_by(*asked) => {
                    self.asking.refuse(trouble.clone());
                }
                _ => {} // answers that nobody waits for here
            },
            _ => {} // not about ways to unlock
        }
        Next::default()
    }

    fn typed(&mut self) {
        self.is_warned &= ![NEW, AGAIN].contains(&self.asking.form.focus());
        self.arrange();
    }
}
