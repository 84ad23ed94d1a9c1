//! Adds a way to unlock: which, and what it needs.

use secrecy::SecretString;

use super::sheet::Sheet;
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next};
use crate::tui::screens::file_form::FileForm;
use crate::tui::screens::new_passphrase::Made;
use crate::tui::slots::{NewWay, SlotJob, SlotOutcome};
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::Item;
use crate::tui::widgets::text_field::TextField;

const WAY: usize = 0;
const NAME: usize = 1;
const PASSPHRASE: usize = 2;
const AGAIN: usize = 3;
const FILE: usize = 4;

/// What can be added; the places are those of [`WAYS`].
const A_PASSPHRASE: usize = 0;
const THE_KEYRING: usize = 1;
const A_SHEET: usize = 2;
const A_KEY_FILE: usize = 3;
const A_PLUGIN: usize = 4;
const WAYS: &[&str] = &[
    "another passphrase",
    "the keyring of this device",
    "a recovery sheet",
    "a key in a file (age, SSH)",
    "a key behind an age plugin",
];

/// The longest name of a way.
const NAME_BYTES: usize = 64;
/// The longest path.
const PATH_BYTES: usize = 4096;

/// Adds a way.
pub(super) struct AddWay {
    asking: Asking,
    made: Made,
    is_warned: bool,
}

impl AddWay {
    /// Returns the form.
    pub(super) fn new() -> Self {
        let form = Form::default()
            .choice("way", WAYS)
            .text("name", TextField::with_limit(NAME_BYTES))
            .text("passphrase", TextField::hidden())
            .text("once more", TextField::hidden())
            .text("file", TextField::with_limit(PATH_BYTES));
        let mut add = Self { asking: Asking::new(form), made: Made::default(), is_warned: false };
        add.arrange();
        add
    }

    /// Shows the rows that matter for what is chosen.
    fn arrange(&mut self) {
        let is_passphrase = self.asking.form.chosen(WAY) == A_PASSPHRASE;
        self.asking.form.show(PASSPHRASE, is_passphrase);
        self.asking.form.show(AGAIN, is_passphrase && !self.made.is_there());
        self.asking.form.show(FILE, self.is_in_file());
    }

    fn is_in_file(&self) -> bool {
        matches!(self.asking.form.chosen(WAY), A_KEY_FILE | A_PLUGIN)
    }

    /// Explains the row with the focus.
    fn said(&self, context: &Context<'_>) -> Option<Item<'_>> {
        let aside = |words: &str| Some(Item::Aside(words.to_owned()));
        match (self.asking.form.focus(), self.asking.form.chosen(WAY)) {
            (PASSPHRASE | AGAIN, _) => self.made.item(self.asking.form.field(PASSPHRASE), context),
            (FILE, A_PLUGIN) => {
                aside("The identity file that the plugin wrote (AGE-PLUGIN-…). It names the plugin that is started.")
            }
            (FILE, _) => aside("Where it is. This device looks for it there from now on."),
            (NAME, _) => aside("What you call it, in the list of ways; it may stay empty."),
            (_, THE_KEYRING) => aside(
                "The keyring opens with your login. A program that runs as you can ask it too; it is kept for this device alone.",
            ),
            (_, A_KEY_FILE) => {
                aside("Whoever can read the file opens the vault, unless the file has a passphrase itself.")
            }
            (_, A_PLUGIN) => {
                aside("Hardware that has to be there: a YubiKey, a TPM. It is asked once now, so have it at hand.")
            }
            (_, A_SHEET) => aside(
                "Eleven words on paper, for the safe. They open the vault when everything else is gone: shown once, then typed back in part.",
            ),
            _ => aside(
                "Whoever knows either passphrase opens the vault. One more to guess is one more that can be weak.",
            ),
        }
    }
}

impl FileForm for AddWay {
    fn asking(&self) -> &Asking {
        &self.asking
    }

    fn asking_mut(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let about = "It has opened the vault once before it is kept.";
        let doing = ("trying it, and saving", NAME);
        let mut items = self.asking.items("a way to unlock", about, doing, self.said(context), context);
        self.made.push(&mut items);
        items
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        let way = self.asking.form.chosen(WAY);
        let needed: &[usize] = match way {
            A_PASSPHRASE => &[PASSPHRASE],
            A_KEY_FILE | A_PLUGIN => &[FILE],
            _ => &[], // the keyring and a sheet need nothing
        };
        if !self.asking.is_complete() || self.asking.lacks(needed) {
            return Next::default();
        }
        if way == A_PASSPHRASE {
            let (first, second) = (self.asking.form.field(PASSPHRASE), self.asking.form.field(AGAIN));
            if let Some(wrong) = self.made.trouble(first, second, &mut self.is_warned) {
                self.asking.refuse(wrong);
                return Next::default();
            }
        }
        let asked = context.now;
        let name = self.asking.form.field(NAME).text().trim().to_owned();
        let file = self.asking.form.field(FILE).text().trim().to_owned();
        let job = match way {
            A_KEY_FILE => SlotJob::Add { asked, way: NewWay::KeyFile(file), name },
            A_PLUGIN => SlotJob::Add { asked, way: NewWay::Plugin(file), name },
            A_SHEET => SlotJob::DrawSheet { asked },
            THE_KEYRING => SlotJob::Add { asked, way: NewWay::Keyring, name },
            _ => {
                let passphrase = SecretString::from(self.asking.form.field(PASSPHRASE).text());
                SlotJob::Add { asked, way: NewWay::Passphrase(passphrase), name }
            }
        };
        self.asking.wait(asked);
        Next::effect(Effect::Slots(job))
    }

    fn back(&mut self) -> Next {
        let told = self.asking.stop().then(|| Notice::note("it goes on: once it is added it stands in the list"));
        Next { notice: told, ..Next::go(Go::Close) }
    }

    fn generate(&mut self) -> Next {
        let is_passphrase = self.asking.form.chosen(WAY) == A_PASSPHRASE && !self.asking.is_waiting();
        if is_passphrase { Next::effect(Effect::Generate) } else { Next::default() }
    }

    fn heard(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Generated(words) if !self.asking.is_waiting() => {
                self.made.take(words, &mut self.asking.form, [PASSPHRASE, AGAIN]);
                self.arrange();
            }
            Outcome::Slots(outcome) => match outcome.as_ref() {
                SlotOutcome::Added { asked, .. } if self.asking.is_answered_by(*asked) => return Next::go(Go::Close),
                SlotOutcome::SheetDrawn { asked, words } if self.asking.is_answered_by(*asked) => {
                    let name = self.asking.form.field(NAME).text().trim().to_owned();
                    return Next::go(Go::Replace(Box::new(Sheet::new(words.clone(), name, *asked))));
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
        self.is_warned &= ![PASSPHRASE, AGAIN].contains(&self.asking.form.focus());
        self.arrange();
    }
}
