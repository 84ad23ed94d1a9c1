//! Asks for the correction of the clock: the exact number, and what it means.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use crate::tui::action::Action;
use crate::tui::clock::{ClockOutcome, ClockTask, LARGEST_CORRECTION_MILLIS, correction_in_words, with_minus};
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::message::{Outcome, Trouble};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

/// The longest number: a day in milliseconds, with its sign.
const LIMIT: usize = 12;

/// The number that is asked for.
pub struct Correcting {
    field: TextField,
    was: Option<i64>,
    trouble: Option<Trouble>,
}

/// Why a number was not taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Empty,
    NoNumber,
    TooLarge,
}

/// Takes the correction away, if there is one.
pub(super) fn clear(was: Option<i64>) -> Next {
    match was {
        Some(_) => Next::effect(Effect::Clock(ClockTask::Correct(None))),
        None => Next::notice(Notice::note("there is no correction: codes are made with this computer's own time")),
    }
}

impl Correcting {
    /// Returns the question, with the number that would set the codes right, or the one that holds.
    pub fn new(suggested: Option<i64>, was: Option<i64>) -> Self {
        let number = suggested.or(was).map(|millis| correction_in_words(millis).trim_end_matches(" s").to_owned());
        let field = TextField::with_limit(LIMIT).with_text(&number.unwrap_or_default());
        Self { field, was, trouble: None }
    }

    fn submit(&mut self) -> Next {
        match read(self.field.text()) {
            Ok(0) if self.was.is_none() => Next::go(Go::Close),
            Ok(millis) => Next::effect(Effect::Clock(ClockTask::Correct(Some(millis).filter(|millis| *millis != 0)))),
            Err(wrong) => {
                self.trouble = Some(wrong.trouble());
                Next::default()
            }
        }
    }

    fn items(&self) -> Vec<Item<'_>> {
        let mut items = vec![
            Item::Title("the time that codes are made with"),
            Item::Gap,
            Item::Aside(
                "For countersign alone: the clock itself stays as it is. Best is to set that right, where you may."
                    .to_owned(),
            ),
            Item::Gap,
            Item::Field { name: "seconds", field: &self.field, has_focus: true },
            Item::Gap,
        ];
        match (&self.trouble, read(self.field.text())) {
            (Some(trouble), _) => page::push_trouble(&mut items, trouble),
            (None, Ok(0)) => {
                items.push(Item::Text("codes are made with this computer's own time".to_owned(), Role::Text))
            }
            (None, Ok(millis)) => {
                items.push(Item::Text(meaning(millis), Role::Text));
                items.push(Item::Aside(
                    "This is shown wherever codes are, asked again in 30 days, and taken away by x on the page of the \
                     clock."
                        .to_owned(),
                ));
            }
            (None, Err(_)) => items.push(Item::Text(
                "how many are added: 5, or with a minus where this computer is ahead: -61".to_owned(),
                Role::Muted,
            )),
        }
        if let Some(was) = self.was {
            items.push(Item::Value("now", with_minus(&correction_in_words(was))));
        }
        items
    }
}

fn meaning(millis: i64) -> String {
    let by = with_minus(&correction_in_words(millis));
    let direction = if millis < 0 { "earlier" } else { "later" };
    let bare = correction_in_words(millis.saturating_abs());
    format!("enter applies {by}: codes are made as if it were {} {direction}", bare.trim_start_matches('+'))
}

/// Reads seconds with at most three decimals, with or without a sign, into milliseconds.
fn read(text: &str) -> Result<i64, Wrong> {
    let text = text.trim().trim_end_matches('s').trim_end().replace(['−', '–'], "-").replace(',', ".");
    let digits = text.trim_start_matches(['-', '+']);
    if digits.is_empty() {
        return Err(if text.is_empty() { Wrong::Empty } else { Wrong::NoNumber });
    }
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.chars().all(|letter| letter.is_ascii_digit());
    if text.len() > digits.len() + 1 || whole.is_empty() || !is_number(whole) || !is_number(rest) || rest.len() > 3 {
        return Err(Wrong::NoNumber);
    }
    let millis: i64 = format!("{whole}{rest:0<3}").parse().map_err(|_| Wrong::TooLarge)?;
    if millis > LARGEST_CORRECTION_MILLIS {
        return Err(Wrong::TooLarge);
    }
    Ok(if text.starts_with('-') { -millis } else { millis })
}

impl Wrong {
    fn trouble(self) -> Trouble {
        let (what, next_step) = match self {
            Self::Empty => ("no number was typed", "type how many seconds are added, or press esc"),
            Self::NoNumber => ("that is no number of seconds", "type it like 5, -61 or -1.5"),
            Self::TooLarge => {
                ("a correction is at most a day", "set this computer's date and time zone first, then compare again")
            }
        };
        Trouble { what: what.to_owned(), next_step: Some(next_step.to_owned()) }
    }
}

impl Screen for Correcting {
    fn name(&self) -> ScreenName {
        ScreenName::ClockCorrection
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(), context, frame, area);
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        match action {
            Action::Submit => self.submit(),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Back]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_taken = self.field.press(key);
        if is_taken {
            self.trouble = None;
        }
        is_taken
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.trouble = None;
        self.field.paste(text);
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Clock(ClockOutcome::Corrected { .. }) => Next::go(Go::Close),
            Outcome::Failed(trouble) => {
                self.trouble = Some(trouble.clone());
                Next::default()
            }
            _ => Next::default(), // nothing that was asked for here
        }
    }
}
