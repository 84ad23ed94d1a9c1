//! The code of an account that is not saved yet, large, and the question whether the site accepted it.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::said::name;
use super::verdict::{self, Told};
use crate::otp::{Code, Params, Timestamp};
use crate::tui::action::Action;
use crate::tui::clock::ClockState;
use crate::tui::effect::Draft;
use crate::tui::key::Key;
use crate::tui::reveal::Reveal;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::countdown::{self, Countdown};
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{big, code, heading, label, picker};

/// The longest code, with spaces between its groups.
const CODE_LIMIT: usize = 32;
/// The most cells of the bar.
const BAR_CELLS: u16 = 26;
/// Cells before everything.
const INDENT: u16 = 3;
/// Cells of an answer's first word.
const ANSWER_CELLS: u16 = 11;
/// From so many rows on there is room for the large code.
const LARGE_ROWS: u16 = 14;
/// From so many rows on there is room for the question, and for what is said about a typed code.
const ROOMY_ROWS: u16 = 8;
/// From so many rows on there is room for empty ones.
const AIRY_ROWS: u16 = 18;

/// The code and the answers.
pub(super) struct Check {
    draft: Draft,
    answer: Answer,
    typed: TextField,
    told: Option<Told>,
    /// Where codes are hidden, this one is shown for a while.
    revealed: Reveal<()>,
}

/// What became of the code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The site accepted it.
    Yes,
    /// Nobody knows yet.
    NotYet,
    /// Another device, or the site, shows a code to compare with.
    Compare,
}

/// What comes of an action.
pub(super) enum Step {
    /// Nothing yet.
    Stay,
    /// It is to be saved.
    Save(Box<Draft>),
}

impl Answer {
    const ALL: [Self; 3] = [Self::Yes, Self::NotYet, Self::Compare];

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Yes => ("yes", "save it"),
            Self::NotYet => ("not yet", "save it as pending, and ask again later"),
            Self::Compare => ("compare", ""),
        }
    }
}

impl Check {
    pub(super) fn new(draft: Draft) -> Self {
        Self {
            draft,
            answer: Answer::Yes,
            typed: TextField::with_limit(CODE_LIMIT),
            told: None,
            revealed: Reveal::default(),
        }
    }

    /// Answers what the user means.
    pub(super) fn act(&mut self, action: Action, context: &Context<'_>) -> Step {
        match action {
            Action::Yes => return self.save(false, 0),
            Action::No => return self.save(true, 0),
            Action::Submit => return self.submit(context),
            Action::NextField => self.answer = self.beside(1),
            Action::PreviousField => self.answer = self.beside(Answer::ALL.len() - 1),
            Action::ShowTyped => self.revealed.toggle((), context.settings.reveal_millis, context.now),
            _ => {} // actions of other screens
        }
        Step::Stay
    }

    /// Takes a key of a code that is typed, wherever the selection is.
    pub(super) fn press(&mut self, key: Key, context: &Context<'_>) -> bool {
        let begins = key.letter().is_some_and(|letter| letter.is_ascii_digit());
        if self.answer != Answer::Compare {
            if !begins {
                // Elsewhere these letters leave or lock, which nobody means who types into a form.
                let action = context.settings.keymap.action(crate::tui::screen::ScreenName::AccountForm, key);
                return key.letter().is_some() && matches!(action, Some(Action::Quit | Action::Lock) | None);
            }
            self.answer = Answer::Compare;
        }
        let is_taken = self.typed.press(key);
        if is_taken {
            self.told = verdict::while_typing(&self.draft, self.typed.text(), context.now);
        }
        is_taken
    }

    /// Takes a pasted code.
    pub(super) fn paste(&mut self, text: &str, context: &Context<'_>) {
        self.answer = Answer::Compare;
        self.typed.clear();
        self.typed.insert(text.trim());
        self.told = verdict::of(&self.draft, self.typed.text(), context.now);
    }

    /// Tells whether letters are typed.
    pub(super) fn takes_text(&self) -> bool {
        self.answer == Answer::Compare
    }

    /// Takes a click on an answer.
    pub(super) fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Step {
        let answers = self.layout(area).answers;
        let hit = answers.contains(at).then(|| usize::from(at.y - answers.y));
        match hit.and_then(|row| Answer::ALL.get(row)) {
            Some(Answer::Compare) => {
                self.answer = Answer::Compare;
                Step::Stay
            }
            Some(answer) => {
                self.answer = *answer;
                self.submit(context)
            }
            None => Step::Stay,
        }
    }

    /// Returns when the picture changes by itself.
    pub(super) fn wake_at(&self, context: &Context<'_>) -> Option<Timestamp> {
        let moving = self.draft.enrolment.step_at(context.now).map(|_| countdown::next_change(context.now));
        [moving, self.revealed.wake_at(context.now)].into_iter().flatten().min()
    }

    /// Hides the code where codes are hidden.
    pub(super) fn cover(&mut self) {
        self.revealed.end();
    }

    /// Moves along with a clock that was set.
    pub(super) fn clock_moved(&mut self, by_millis: i64) {
        self.revealed.shift(by_millis);
    }

    fn beside(&self, steps: usize) -> Answer {
        let place = Answer::ALL.iter().position(|answer| *answer == self.answer).unwrap_or(0);
        Answer::ALL[(place + steps) % Answer::ALL.len()]
    }

    fn submit(&mut self, context: &Context<'_>) -> Step {
        match self.answer {
            Answer::Yes => self.save(false, 0),
            Answer::NotYet => self.save(true, 0),
            Answer::Compare => {
                self.told = verdict::of(&self.draft, self.typed.text(), context.now);
                match self.told.as_ref().and_then(|told| told.drift_steps) {
                    Some(drift) => self.save(false, drift),
                    None => Step::Stay,
                }
            }
        }
    }

    /// A HOTP code that was shown may be used already, so the next one is the first that is saved.
    fn save(&self, pending: bool, drift_steps: i64) -> Step {
        let counter = match self.draft.enrolment.params {
            Params::Hotp { .. } => {
                self.draft.counter.saturating_add(drift_steps.max(0).unsigned_abs()).saturating_add(1)
            }
            Params::Totp { .. } | Params::Steam { .. } | Params::Motp | Params::Yandex => self.draft.counter,
        };
        Step::Save(Box::new(Draft { counter, pending, ..self.draft.clone() }))
    }

    fn layout(&self, area: Rect) -> Places {
        let below = heading::below(area);
        let gap = u16::from(area.height >= AIRY_ROWS);
        let code_rows = if area.height >= LARGE_ROWS { big::HEIGHT } else { 1 };
        let x = area.x + INDENT.min(area.width);
        let row =
            |y: u16, height: u16| Rect { x, y, width: area.right().saturating_sub(x + 1), height }.intersection(area);
        let code = row(below.y + gap, code_rows);
        let bar = row(code.y + code_rows + gap, 1);
        let question = row(bar.y + 1 + gap, u16::from(area.height >= ROOMY_ROWS));
        let answers = row(question.y + question.height + gap, 3);
        let told_y = answers.y + 3 + gap;
        let told = if area.height < ROOMY_ROWS { bar } else { row(told_y, area.bottom().saturating_sub(told_y)) };
        Places { code, bar, question, answers, told }
    }

    /// Draws everything.
    pub(super) fn view(&self, is_saving: bool, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let places = self.layout(area);
        let detail = if is_saving { "saving…" } else { "nothing is saved yet" };
        let title = name(&self.draft);
        let title = context.seen_name(&title);
        heading::view(&title, &with_clock(detail, &title, context, area), context, frame.buffer_mut(), area);
        self.view_code(context, frame.buffer_mut(), &places);
        label::draw(frame.buffer_mut(), places.question, "did the site accept this code?", context.style(Role::Text));
        self.view_answers(context, frame, places.answers);
        if let Some(told) = &self.told {
            let blank = " ".repeat(usize::from(places.told.width));
            label::draw(
                frame.buffer_mut(),
                Rect { height: places.told.height.min(1), ..places.told },
                &blank,
                context.style(Role::Text),
            );
            label::draw_wrapped(frame.buffer_mut(), places.told, &told.words, context.style(told.role));
        }
    }

    fn view_code(&self, context: &Context<'_>, buffer: &mut Buffer, places: &Places) {
        let enrolment = &self.draft.enrolment;
        let unicode = context.settings.unicode;
        let is_visible = !context.hides_codes() || self.revealed.shows((), context.now);
        let draw_code = |buffer: &mut Buffer, code: &Code, role: Role| match is_visible {
            true => code::draw_large(buffer, places.code, code, context.style(role), unicode),
            false => self.view_hidden(context, buffer, places.code),
        };
        let Some(countdown) = Countdown::at(enrolment, context.now) else {
            draw_code(buffer, &enrolment.code(self.draft.counter), Role::Code);
            label::draw(buffer, places.bar, &format!("counter {}", self.draft.counter), context.style(Role::Muted));
            return;
        };
        let step = enrolment.step_at(context.now).unwrap_or_default();
        let (code_role, bar_role) = match countdown.is_expiring() {
            true => (Role::Expiring, Role::Expiring),
            false => (Role::Code, Role::Bar),
        };
        draw_code(buffer, &enrolment.code(step), code_role);
        let seconds = format!("{:>3} s{}", countdown.seconds(), if is_visible { "   next " } else { "" });
        let line = places.bar;
        let bar_cells = BAR_CELLS.min(line.width / 3);
        countdown.draw(buffer, Rect { width: bar_cells, ..line }, context.style(bar_role), 1, unicode);
        let rest = Rect { x: line.x + bar_cells, width: line.width - bar_cells, ..line };
        let used = label::draw(buffer, rest, &seconds, context.style(Role::Muted));
        let next = Rect { x: rest.x + used, width: rest.width - used, ..rest };
        if is_visible && next.width >= code::width(&enrolment.params) {
            code::draw(buffer, next, &enrolment.code(step.saturating_add(1)), context.style(Role::Next));
        }
    }

    /// Draws what stands for a hidden code, and by which key it is shown.
    fn view_hidden(&self, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
        let line = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
        code::draw_hidden(buffer, line, context.style(Role::Muted));
        let used = (code::HIDDEN_WIDTH + 3).min(line.width);
        let rest = Rect { x: line.x + used, width: line.width - used, ..line };
        let words = format!("hidden: {} shows it", context.key(Action::ShowTyped));
        label::draw(buffer, rest, &words, context.style(Role::Muted));
    }

    fn view_answers(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let selected = Answer::ALL.iter().position(|answer| *answer == self.answer).unwrap_or(0);
        let area = Rect { x: area.x.saturating_sub(2), width: area.width + 2, ..area };
        picker::view(area, selected, Answer::ALL.len(), context, frame.buffer_mut(), |buffer, row, place| {
            let (word, meaning) = Answer::ALL[row].words();
            label::draw(
                buffer,
                Rect { width: ANSWER_CELLS.min(place.width), ..place },
                word,
                context.style(Role::Text),
            );
            label::draw(buffer, after_word(place), meaning, context.style(Role::Muted));
        });
        let last = picker::window(selected, Answer::ALL.len(), area.height).contains(&2).then(|| area.bottom() - 1);
        if let Some(y) = last.filter(|_| !area.is_empty()) {
            let place = after_word(Rect { x: area.x + 2, y, width: area.width.saturating_sub(2), height: 1 });
            self.view_typed(context, frame, place);
        }
    }

    fn view_typed(&self, context: &Context<'_>, frame: &mut Frame<'_>, place: Rect) {
        let has_focus = self.answer == Answer::Compare;
        self.typed.view(context, frame, place, has_focus);
        if self.typed.is_empty() {
            let words = "type the code that another device shows";
            // The cursor stands on the first cell.
            label::draw(frame.buffer_mut(), place, words, context.style(Role::Muted));
        }
    }
}

/// Adds how the clock stands where the code may be wrong for it: alone if there is no room for both.
fn with_clock(detail: &str, title: &str, context: &Context<'_>, area: Rect) -> String {
    let state = context.snapshot.map(|snapshot| ClockState::of(&snapshot.clock)).filter(|state| state.must_be_seen);
    let Some(state) = state else { return detail.to_owned() };
    let [long, short] = state.words;
    let ways = [format!("{long} · {detail}"), long, short];
    let fits = |words: &&String| heading::has_room(title, words, area);
    ways.iter().find(fits).unwrap_or(&ways[2]).clone()
}

/// Where things are.
struct Places {
    code: Rect,
    bar: Rect,
    question: Rect,
    answers: Rect,
    told: Rect,
}

fn after_word(place: Rect) -> Rect {
    let used = ANSWER_CELLS.min(place.width);
    Rect { x: place.x + used, width: place.width - used, ..place }
}
