//! An account as a QR code for the phone beside the screen; several one after the other, or together in Google's way.

mod together;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::together::Together;
use crate::exchange::qr::{QrCode, TooLong};
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::screen::{Context, Go, Moved, Next, Screen, ScreenName};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{heading, label, qr};
use crate::vault::{Account, AccountId};

/// How long a code stays visible, in milliseconds.
const SHOWN_MILLIS: i64 = 60_000;

/// The codes of the accounts that the list shows.
pub struct Qr {
    accounts: Vec<AccountId>,
    /// Which of them is shown.
    place: usize,
    /// Set while they are shown together.
    together: Option<Together>,
    is_inverted: bool,
    /// When the code hides itself.
    until: Timestamp,
    /// What is shown; made once and not for every frame.
    code: Option<Result<QrCode, TooLong>>,
}

impl Qr {
    /// Returns the code of one of these accounts.
    pub fn new(accounts: Vec<AccountId>, place: usize, context: &Context<'_>) -> Self {
        // Where names are hidden, a code with a name in it waits to be asked for.
        let until = if context.hides_names() { context.now } else { context.now.plus_millis(SHOWN_MILLIS) };
        let mut screen = Self { accounts, place, together: None, is_inverted: false, until, code: None };
        screen.rebuild(context);
        screen
    }

    /// Returns the accounts that are still there.
    fn there<'a>(&self, context: &Context<'a>) -> Vec<&'a Arc<Account>> {
        let vault = context.snapshot.map(|snapshot| &snapshot.vault);
        self.accounts.iter().filter_map(|id| vault?.get(*id)).filter(|account| account.trashed().is_none()).collect()
    }

    fn rebuild(&mut self, context: &Context<'_>) {
        let accounts = self.there(context);
        self.accounts = accounts.iter().map(|account| account.id()).collect();
        self.place = self.place.min(self.accounts.len().saturating_sub(1));
        self.code = match &mut self.together {
            Some(together) => {
                together.rebuild(&accounts, below_title(context.area), context.settings.unicode);
                together.text().map(QrCode::of)
            }
            None => accounts.get(self.place).map(|account| {
                let fits = |code: &QrCode| qr::fits(below_title(context.area), code, context.settings.unicode);
                let (enrolment, counter) = (account.enrolment(), account.counter());
                QrCode::of_account(account.issuer(), account.account(), enrolment, counter, fits)
            }),
        };
    }

    fn turn(&mut self, forwards: bool) {
        let (place, count) = match &mut self.together {
            Some(together) => together.pages(),
            None => (&mut self.place, self.accounts.len()),
        };
        *place = if forwards { (*place + 1).min(count.saturating_sub(1)) } else { place.saturating_sub(1) };
    }

    fn toggle_together(&mut self, context: &Context<'_>) {
        self.together = match self.together {
            Some(_) => None,
            // An id that the parts of this export share; it is no secret, and no two exports are made in one millisecond.
            None => Some(Together::new(&self.there(context), context.now.as_millis() as i32)),
        };
    }

    fn is_hidden(&self, now: Timestamp) -> bool {
        now >= self.until
    }

    /// Tells whether it says what cannot go along before anything is shown.
    fn is_warning(&self) -> bool {
        self.together.as_ref().is_some_and(Together::is_warning)
    }

    fn title(&self, context: &Context<'_>) -> String {
        match &self.together {
            Some(together) => together.title(),
            None => self.there(context).get(self.place).map_or_else(String::new, |account| account.label()),
        }
    }

    fn detail(&self, now: Timestamp) -> String {
        let left = (self.until.millis_since(now) + 999) / 1000;
        match &self.together {
            Some(_) => format!("hides in {left} s"),
            None => format!("{} of {} · hides in {left} s", self.place + 1, self.accounts.len()),
        }
    }
}

impl Screen for Qr {
    fn name(&self) -> ScreenName {
        ScreenName::Qr
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let title = self.title(context);
        if self.is_hidden(context.now) {
            let place = heading::view(&title, "hidden", context, frame.buffer_mut(), area);
            return say(if context.hides_names() { PRIVATE } else { HIDDEN }, Role::Muted, context, frame, place);
        }
        if let Some(together) = self.together.as_ref().filter(|together| together.is_warning()) {
            return together.view_warning(context, frame, area);
        }
        heading::view(&title, &self.detail(context.now), context, frame.buffer_mut(), area);
        let place = below_title(area);
        let code = match &self.code {
            Some(Ok(code)) => code,
            Some(Err(error)) => {
                let words = format!("{error}: {}", error.next_step());
                return say(&words, Role::Warning, context, frame, place);
            }
            None => return say("there is no account to show", Role::Muted, context, frame, place),
        };
        let style = Theme::qr(self.is_inverted);
        if let Err(lack) = qr::draw(frame.buffer_mut(), place, code, style, context.settings.unicode) {
            say(&lack.to_string(), Role::Warning, context, frame, place);
        }
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let was_hidden = self.is_hidden(context.now);
        self.until = context.now.plus_millis(SHOWN_MILLIS);
        match action {
            Action::Back if self.together.take().is_none() => return Next::go(Go::Close),
            Action::Back => {}
            Action::NextCode | Action::Down if !was_hidden => self.turn(true),
            Action::PreviousCode | Action::Up if !was_hidden => self.turn(false),
            Action::InvertCode => self.is_inverted = !self.is_inverted,
            Action::Together => self.toggle_together(context),
            Action::Submit if !was_hidden => {
                if let Some(together) = &mut self.together {
                    together.go_on();
                }
            }
            _ => {} // actions of other screens; any of them shows a hidden code again
        }
        // What is shown then is made by `refresh`, which every action is followed by.
        Next::default()
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        if self.is_hidden(context.now) || self.is_warning() {
            return vec![Action::Submit, Action::Back];
        }
        vec![Action::NextCode, Action::PreviousCode, Action::InvertCode, Action::Together, Action::Back]
    }

    fn refresh(&mut self, context: &Context<'_>) {
        self.rebuild(context);
    }

    fn cover(&mut self) {
        self.until = Timestamp::from_millis(0);
    }

    fn clock_moved(&mut self, by_millis: i64, _: Moved) {
        self.until = self.until.plus_millis(by_millis);
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        let left = self.until.millis_since(context.now);
        (left > 0).then(|| context.now.plus_millis((left - 1) % 1000 + 1))
    }
}

/// A code needs every row, so none stays free under the title.
fn below_title(area: Rect) -> Rect {
    let taken = heading::below(area).y - area.y;
    let taken = taken.min(1);
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}

const PRIVATE: &str = "Whoever sees this code, or a picture of it, has the account and its name. Enter shows it.";
const HIDDEN: &str = "Hidden again, so that nobody finds it on an empty chair. Enter shows it once more.";

fn say(words: &str, role: Role, context: &Context<'_>, frame: &mut Frame<'_>, place: Rect) {
    let text = Rect { x: place.x + heading::MARGIN, width: place.width.saturating_sub(2 * heading::MARGIN), ..place };
    label::draw_wrapped(frame.buffer_mut(), text, words, context.style(role));
}
