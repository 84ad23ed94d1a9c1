//! Compares the clocks: what the other device shows is typed, or a key pressed when it changes.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use super::correcting::Correcting;
use crate::exchange::qr::{QrCode, TooLong};
use crate::otp::compare::{CompareError, Comparison, Difference, Finding, Sighting};
use crate::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};
use crate::tui::action::Action;
use crate::tui::clock::{ClockTask, suggested};
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::screen::{Context, Go, Moved, Next, Screen, ScreenName};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;
use crate::tui::widgets::{countdown, heading, label, qr};
use crate::vault::{Account, AccountId};

/// The longest code, with spaces between its groups.
const CODE_LIMIT: usize = 32;
/// What a throw-away secret is called on the phone.
const ISSUER: &str = "countersign";
const NAME: &str = "clock comparison";

/// What every authenticator can do.
const THROW_AWAY: Params = Params::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };

/// A comparison that is going on.
pub struct Comparing {
    /// What is compared with, kept to begin again.
    enrolment: Enrolment,
    account: Option<AccountId>,
    name: String,
    comparison: Comparison,
    typed: TextField,
    /// When the first character of the code was typed: it was on the other screen already.
    first_key: Option<Timestamp>,
    said: Said,
    /// The throw-away secret, as long as it is shown.
    code: Option<Result<QrCode, TooLong>>,
    /// What was found and stored last.
    stored: Option<Difference>,
}

/// What became of the last code or key press.
enum Said {
    /// Nothing was typed yet.
    Nothing,
    /// It told something.
    Found(Finding),
    /// It does not belong here.
    Refused(CompareError),
    /// Everything before is worth nothing.
    Anew,
}

impl Comparing {
    /// Returns the comparison with a device that holds this account; `None` if its codes are counted.
    pub fn of_account(account: &Account) -> Option<Self> {
        Self::new(account.enrolment().clone(), Some(account.id()), account.label())
    }

    /// Returns the comparison with a device that scans this secret.
    pub fn with_throw_away(secret: &Secret, context: &Context<'_>) -> Self {
        let enrolment = Enrolment { secret: secret.clone(), params: THROW_AWAY, pin: None };
        let fits = |code: &QrCode| qr::fits(code_area(context.area), code, context.settings.unicode);
        let code = QrCode::of_account(ISSUER, NAME, &enrolment, 0, fits);
        let comparing = Self::new(enrolment, None, "a throw-away secret".to_owned());
        Self { code: Some(code), ..comparing.expect("its codes follow the clock") }
    }

    fn new(enrolment: Enrolment, account: Option<AccountId>, name: String) -> Option<Self> {
        Some(Self {
            comparison: Comparison::new(enrolment.clone()).ok()?,
            enrolment,
            account,
            name,
            typed: TextField::with_limit(CODE_LIMIT),
            first_key: None,
            said: Said::Nothing,
            code: None,
            stored: None,
        })
    }

    /// Begins again with nothing seen.
    fn begin_again(&mut self) {
        if let Ok(comparison) = Comparison::new(self.enrolment.clone()) {
            self.comparison = comparison;
        }
        self.typed.clear();
        (self.first_key, self.stored) = (None, None);
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.code.take().is_some() {
            return Next::default();
        }
        if self.typed.is_empty() {
            return Next::default();
        }
        let until = bare(context);
        let seen = Sighting { from: self.first_key.unwrap_or(until).min(until), until };
        let result = self.comparison.typed(self.typed.text(), seen);
        self.typed.clear();
        self.first_key = None;
        self.take(result)
    }

    /// Takes the moment at which the other device's code changed.
    fn press(&mut self, context: &Context<'_>) -> Next {
        if self.code.take().is_some() {
            return Next::default();
        }
        let result = self.comparison.pressed(bare(context));
        self.take(result)
    }

    fn take(&mut self, result: Result<Finding, CompareError>) -> Next {
        let finding = match result {
            Ok(finding) => finding,
            Err(error) => {
                self.said = Said::Refused(error);
                return Next::default();
            }
        };
        let found = finding.found().copied();
        self.said = Said::Found(finding);
        match found {
            Some(difference) => {
                let codes = difference.codes.saturating_add(difference.presses);
                let task = ClockTask::Remember { ahead: difference.ahead, codes, account: self.account };
                self.stored = Some(difference);
                Next::effect(Effect::Clock(task))
            }
            None => Next::default(),
        }
    }

    /// Offers to correct the time, once there is a result.
    fn correct(&self, context: &Context<'_>) -> Next {
        let report = context.snapshot.map(|snapshot| snapshot.clock.as_ref());
        match (&self.stored, report) {
            (Some(_), Some(report)) => {
                let was = report.correction.as_ref().map(|correction| correction.millis);
                Next::go(Go::Replace(Box::new(Correcting::new(suggested(report), was))))
            }
            _ => Next::default(),
        }
    }

    fn items<'a>(&'a self, context: &Context<'_>) -> Vec<Item<'a>> {
        let mut items = vec![Item::Title("compare the clocks"), Item::Gap];
        items.push(Item::Value("codes of", self.name.clone()));
        items.push(Item::Aside(
            "Type the code that the other device shows, and press enter while it is still there. Or press space at the \
             very moment at which its code changes."
                .to_owned(),
        ));
        items.push(Item::Gap);
        items.push(Item::Field { name: "its code", field: &self.typed, has_focus: true });
        items.push(Item::Gap);
        match &self.said {
            Said::Nothing => {}
            Said::Anew => items.push(Item::Text(
                "! this computer's clock was set meanwhile: the comparison begins again".to_owned(),
                Role::Warning,
            )),
            Said::Refused(error) => {
                items.push(Item::Text(format!("! {error}"), Role::Danger));
                items.push(Item::Text(error.next_step().to_owned(), Role::Text));
                items.extend(self.stored.as_ref().map(|stored| Item::Aside(stored.words())));
            }
            Said::Found(finding) => push_finding(finding, &mut items),
        }
        if let Some(words) = self.best_moment(context) {
            items.push(Item::Aside(words));
        }
        items
    }

    /// Says when another code tells the most.
    fn best_moment(&self, context: &Context<'_>) -> Option<String> {
        if !matches!(self.said, Said::Found(_)) {
            return None;
        }
        let now = bare(context);
        let seconds = (self.comparison.next_best_moment(now)?.millis_since(now) + 999) / 1000;
        Some(match seconds {
            ..=1 => "a code typed now tells the most".to_owned(),
            more => format!("a code typed in {more} s tells the most"),
        })
    }

    fn view_code(&self, code: &Result<QrCode, TooLong>, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let title = "scan this with the other device, then press enter";
        heading::view(title, "", context, frame.buffer_mut(), area);
        let place = code_area(area);
        let words = match code {
            Ok(code) => {
                let unicode = context.settings.unicode;
                match qr::draw(frame.buffer_mut(), place, code, Theme::qr(false), unicode) {
                    Ok(()) => return,
                    Err(lack) => lack.to_string(),
                }
            }
            Err(error) => error.to_string(),
        };
        label::draw_wrapped(frame.buffer_mut(), place, &words, context.style(Role::Warning));
    }
}

fn push_finding(finding: &Finding, items: &mut Vec<Item<'_>>) {
    let role = if finding.found().is_some() { Role::Good } else { Role::Text };
    let sign = if finding.found().is_some() { "✓ " } else { "" };
    items.push(Item::Text(format!("{sign}{}", finding.words()), role));
    if let Some(difference) = finding.found() {
        items.push(Item::Text(difference.basis_words(), Role::Muted));
    }
    items.extend(finding.next_step().map(|step| Item::Text(step.to_owned(), Role::Text)));
}

/// Returns what this computer's own clock shows, without the correction.
fn bare(context: &Context<'_>) -> Timestamp {
    let report = context.snapshot.map(|snapshot| snapshot.clock.as_ref());
    let added = report.and_then(|report| report.correction.as_ref()).map_or(0, |correction| correction.millis);
    context.now.plus_millis(added.saturating_neg())
}

fn code_area(area: Rect) -> Rect {
    heading::below(area)
}

impl Screen for Comparing {
    fn name(&self) -> ScreenName {
        ScreenName::ClockComparing
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        match &self.code {
            Some(code) => self.view_code(code, context, frame, area),
            None => page::view(&self.items(context), context, frame, area),
        }
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Submit => self.submit(context),
            Action::CodeChanged => self.press(context),
            Action::ApplyFound => self.correct(context),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        if self.code.is_some() {
            return vec![Action::Submit, Action::Back];
        }
        let mut hints = vec![Action::Submit, Action::CodeChanged];
        hints.extend(self.stored.is_some().then_some(Action::ApplyFound));
        hints.push(Action::Back);
        hints
    }

    fn takes_text(&self) -> bool {
        self.code.is_none()
    }

    fn type_key(&mut self, key: Key, context: &Context<'_>) -> bool {
        // A space belongs to a code that is being typed; before one, it says that the other device's changed.
        let is_space = key.letter() == Some(' ');
        if self.code.is_some() || is_space && self.typed.is_empty() {
            return false;
        }
        let is_taken = self.typed.press(key);
        if is_taken {
            let since = self.first_key.unwrap_or_else(|| bare(context));
            self.first_key = (!self.typed.is_empty()).then_some(since);
        }
        is_taken
    }

    fn paste(&mut self, text: &SecretString, context: &Context<'_>) -> Option<Next> {
        if self.code.is_some() {
            return None;
        }
        self.typed.paste(text);
        self.first_key = self.first_key.or_else(|| Some(bare(context)));
        Some(Next::default())
    }

    fn clock_moved(&mut self, _: i64, why: Moved) {
        match why {
            Moved::Set if self.comparison.finding() != Finding::Nothing || self.first_key.is_some() => {
                self.begin_again();
                self.said = Said::Anew;
            }
            Moved::Set | Moved::Corrected => {}
        }
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        self.best_moment(context).map(|_| countdown::next_change(context.now))
    }
}
