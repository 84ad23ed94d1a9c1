//! The words of a recovery sheet: shown once to be written down, and typed back in part.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::{ExposeSecret, SecretString};

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::{Outcome, Trouble};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::screens::confirm::Confirm;
use crate::tui::slots::{NewWay, SlotJob, SlotOutcome};
use crate::tui::theme::Role;
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

/// How many of the words are asked for.
const ASKED: usize = 3;
/// The names of their fields.
const NAMES: [&str; 11] =
    ["word 1", "word 2", "word 3", "word 4", "word 5", "word 6", "word 7", "word 8", "word 9", "word 10", "word 11"];

/// What has to be typed before they are written into a file.
const WORD: &str = "yes";

/// The words, until they open the vault.
pub(super) struct Sheet {
    words: SecretString,
    name: String,
    /// Which of them are asked for, from 0.
    places: [usize; ASKED],
    asking: Asking,
    /// Whether they are typed back, so that the words are not to be seen.
    is_typing: bool,
}

impl Sheet {
    /// Returns the words, which are to be called so. The moment decides which of them are asked for.
    pub(super) fn new(words: SecretString, name: String, now: Timestamp) -> Self {
        // One from each third: to have written a part of them is not enough.
        let step = usize::try_from(now.as_millis().rem_euclid(3)).unwrap_or(0);
        let places = [step, 4 + step, 8 + step];
        let form = places.iter().fold(Form::default(), |form, place| form.text(NAMES[*place], TextField::hidden()));
        Self { words, name, places, asking: Asking::new(form), is_typing: false }
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if !self.is_typing {
            self.is_typing = true;
            return Next::default();
        }
        let rows: Vec<usize> = (0..ASKED).collect();
        if !self.asking.is_complete() || self.asking.lacks(&rows) {
            return Next::default();
        }
        if let Some(wrong) = rows.into_iter().find(|row| !self.is_right(*row)) {
            self.asking.form.field_mut(wrong).clear();
            self.asking.form.focus_on(wrong);
            self.asking.refuse(Trouble {
                what: format!("{} is another on the sheet", NAMES[self.places[wrong]]),
                next_step: Some("look at your paper; esc shows the words once more".to_owned()),
            });
            return Next::default();
        }
        self.asking.wait(context.now);
        let (asked, way) = (context.now, NewWay::Sheet(self.words.clone()));
        Next::effect(Effect::Slots(SlotJob::Add { asked, way, name: self.name.clone() }))
    }

    /// Asks before the words are written where others may find them.
    fn print(&self) -> Next {
        let question = "write the words into a file?".to_owned();
        let words = "Whoever reads it can open the vault. Print it, then delete it, which does not erase it from the disk. \
            The words count once you have typed some of them back.";
        let job = SlotJob::WriteSheet(self.words.clone());
        Next::open(Confirm::new(question, words.to_owned(), vec![Effect::Slots(job)]).typing(WORD))
    }

    fn is_right(&self, row: usize) -> bool {
        let word = self.words.expose_secret().split(' ').nth(self.places[row]);
        word.is_some_and(|word| self.asking.form.field(row).text().trim().eq_ignore_ascii_case(word))
    }

    fn back(&mut self) -> Next {
        if self.asking.stop() {
            let told = Notice::note("it goes on: once it is added it stands in the list");
            return Next { notice: Some(told), ..Next::go(Go::Close) };
        }
        if self.is_typing {
            self.is_typing = false;
            self.asking.form.clear_secrets();
            return Next::default();
        }
        Next { notice: Some(Notice::note("those words open nothing")), ..Next::go(Go::Close) }
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        if self.is_typing {
            let about = "Type these back from your paper. Then the sheet opens the vault.";
            return self.asking.items_doing("the recovery sheet", about, "trying it, and saving", None, context);
        }
        let words = "Write these words on paper now, in this order. They are shown only here.";
        let whoever =
            "Whoever has the paper and the vault's file opens the vault: keep it in a safe, away from your devices.";
        vec![
            Item::Title("the recovery sheet"),
            Item::Gap,
            Item::Text(words.to_owned(), Role::Text),
            Item::Gap,
            Item::Words(&self.words),
            Item::Gap,
            Item::Aside(whoever.to_owned()),
        ]
    }
}

impl Screen for Sheet {
    fn name(&self) -> ScreenName {
        ScreenName::SlotSheet
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Back => return self.back(),
            Action::Submit if !self.asking.is_waiting() => return self.submit(context),
            Action::PrintSheet if !self.is_typing => return self.print(),
            other if self.is_typing => self.asking.act(other),
            _ => {} // nothing else is to be done with words that are read
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        match self.is_typing {
            true => self.asking.hints(),
            false => vec![Action::Submit, Action::PrintSheet, Action::Back],
        }
    }

    fn takes_text(&self) -> bool {
        self.is_typing && !self.asking.is_waiting()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        self.is_typing && self.asking.press(key)
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.is_typing.then(|| {
            self.asking.paste(text);
            Next::default()
        })
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Slots(outcome) => match outcome.as_ref() {
                SlotOutcome::Added { asked, .. } if self.asking.is_answered_by(*asked) => return Next::go(Go::Close),
                SlotOutcome::Refused { asked, trouble } if self.asking.is_answered_by(*asked) => {
                    self.asking.refuse(trouble.clone());
                }
                _ => {} // answers that nobody waits for here
            },
            Outcome::Crashed => {
                self.asking.stop();
            }
            _ => {} // not about ways to unlock
        }
        Next::default()
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        if kind == MouseKind::Click && self.is_typing {
            let hit = page::hit(&self.items(context), area, at);
            self.asking.click(hit);
        }
        Next::default()
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        self.asking.wake_at(context.now)
    }
}
