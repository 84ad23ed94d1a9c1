//! Adds a set: what was pasted or read, what was understood of it, whose it is; nothing is stored without a yes.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::{ExposeSecret, SecretString};

use super::apart::ApartForm;
use super::{Revealed, preview};
use crate::config::path_of;
use crate::exchange::recovery_codes::{self, Problem, Reading};
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::message::{Outcome, Snapshot, Trouble};
use crate::tui::notice::Notice;
use crate::tui::reveal::Reveal;
use crate::tui::screen::{Context, Go, Moved, Next, Screen, ScreenName};
use crate::tui::screens::confirm::Confirm;
use crate::tui::widgets::picker;
use crate::tui::widgets::text_field::TextField;
use crate::vault::AccountId;

/// The longest path or code that is typed, in bytes.
const TYPED_BYTES: usize = 4096;
/// What the origin of pasted codes is called.
const PASTE: &str = "a paste";
/// How the names of files end that may have codes in them.
const ENDS: [&str; 8] = [".txt", ".text", ".csv", ".md", ".json", ".html", ".htm", ".log"];

/// A paste or a file on its way to an account.
pub struct Adding {
    /// Whose the codes are, once somebody has said so.
    pub(super) account: Option<AccountId>,
    /// What was understood, or why nothing was.
    pub(super) pasted: Option<Result<Arc<Reading>, Trouble>>,
    /// The name of a file, or codes, as they are typed.
    pub(super) typed: TextField,
    origin: String,
    /// The selected account, while nobody has said whose they are.
    pub(super) selected: Option<AccountId>,
    pub(super) keep_old: bool,
    pub(super) revealed: Reveal<()>,
    /// The first row of the codes on the screen.
    pub(super) first: usize,
    /// Whether the worker reads a file.
    pub(super) is_reading: bool,
    /// Whether they are stored, or will be once a question is answered with yes.
    is_saving: Saving,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Saving {
    No,
    Asked,
    Now,
}

impl Adding {
    /// Returns the screen for a set of this account; the codes are pasted into it.
    pub fn to(account: AccountId) -> Self {
        Self { account: Some(account), ..Self::nobody() }
    }

    /// Returns the screen for codes that were pasted anywhere; `None` if they are none.
    pub fn anywhere(text: &SecretString) -> Option<Self> {
        let screen = Self::nobody().pasted(text);
        let is_list = recovery_codes::is_list(text.expose_secret());
        let is_long_key = screen.reading().is_some_and(|reading| reading.kind.one_off);
        (is_list || is_long_key).then_some(screen)
    }

    /// Opens the screen for a file whose codes may be anybody's, and has it read.
    pub fn from_file(file: PathBuf) -> Next {
        let screen = Self { is_reading: true, ..Self::nobody() };
        Next { effects: vec![Effect::ReadRecovery(file)], ..Next::open(screen) }
    }

    fn nobody() -> Self {
        Self {
            account: None,
            pasted: None,
            typed: TextField::with_limit(TYPED_BYTES),
            origin: PASTE.to_owned(),
            selected: None,
            keep_old: false,
            revealed: Reveal::default(),
            first: 0,
            is_reading: false,
            is_saving: Saving::No,
        }
    }

    /// Reads a pasted text.
    #[must_use]
    pub fn pasted(mut self, text: &SecretString) -> Self {
        self.take(text);
        self
    }

    fn take(&mut self, text: &SecretString) {
        let reading = recovery_codes::read(text.expose_secret().as_bytes(), None);
        let trouble =
            |problem: Problem| Trouble { what: problem.to_string(), next_step: Some(problem.next_step().to_owned()) };
        self.pasted = Some(reading.map(Arc::new).map_err(trouble));
        PASTE.clone_into(&mut self.origin);
        self.first = 0;
    }

    fn read_file(&mut self, file: PathBuf) -> Next {
        self.is_reading = true;
        self.pasted = None;
        Next::effect(Effect::ReadRecovery(file))
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        self.pasted.as_ref()?.as_ref().ok().map(Arc::as_ref)
    }

    /// Returns the accounts to choose from: those that the text names come first.
    pub(super) fn candidates(&self, snapshot: &Snapshot) -> Vec<AccountId> {
        let mut accounts: Vec<_> = snapshot.vault.accounts().collect();
        accounts.sort_by_cached_key(|account| {
            let named = self.reading().map_or(0, |reading| {
                u8::from(reading.mentions(account.issuer())) + u8::from(reading.mentions(account.account()))
            });
            let has_codes = !account.recovery().current().is_empty();
            (std::cmp::Reverse(named), has_codes, account.label().to_lowercase())
        });
        accounts.into_iter().map(|account| account.id()).collect()
    }

    pub(super) fn place(&self, candidates: &[AccountId]) -> usize {
        candidates.iter().position(|id| Some(*id) == self.selected).unwrap_or(0)
    }

    /// Tells whether the account has yet to be chosen.
    pub(super) fn is_choosing(&self) -> bool {
        self.account.is_none() && self.reading().is_some()
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.is_choosing() {
            let candidates = context.snapshot.map(|snapshot| self.candidates(snapshot)).unwrap_or_default();
            self.account = candidates.get(self.place(&candidates)).copied();
            return Next::default();
        }
        match &self.pasted {
            _ if self.is_reading || self.is_saving == Saving::Now => Next::default(),
            Some(Ok(reading)) => self.store(Arc::clone(reading), context),
            Some(Err(_)) | None if self.typed.text().trim().is_empty() => {
                Next::notice(Notice::note("paste the codes first, or type the name of a file"))
            }
            Some(Err(_)) | None => match file_of(self.typed.text(), context) {
                Some(file) => self.read_file(file),
                None => {
                    let text = self.typed.take();
                    self.take(&text);
                    Next::default()
                }
            },
        }
    }

    /// Stores the codes; where something speaks against it, only after a yes.
    fn store(&mut self, reading: Arc<Reading>, context: &Context<'_>) -> Next {
        let (Some(id), Some(snapshot)) = (self.account, context.snapshot) else { return Next::default() };
        let Some(account) = snapshot.vault.get(id) else { return Next::default() };
        if snapshot.vault.keeps_apart() && !snapshot.is_basket_open {
            return Next::open(ApartForm::opening());
        }
        if recovery_codes::holder(&snapshot.vault, &reading).is_some_and(|(owner, _)| owner == id) {
            let words = format!("nothing to store: {} has these very codes already", account.label());
            return Next::notice(Notice::note(words));
        }
        let doubts = recovery_codes::doubts(&snapshot.vault, account, &reading);
        let effect = Effect::AddRecovery { id, reading, origin: self.origin.clone(), keep_old: self.keep_old };
        if doubts.is_empty() {
            self.is_saving = Saving::Now;
            return Next::effect(effect);
        }
        self.is_saving = Saving::Asked;
        let words: Vec<String> = doubts.iter().map(|doubt| format!("{doubt}; {}.", doubt.next_step())).collect();
        let question = format!("store them for {} all the same?", account.label());
        Next::open(Confirm::new(question, words.join(" "), vec![effect]))
    }
}

/// Returns the file that a line names: by where it begins, a folder in it, or how it ends.
fn file_of(text: &str, context: &Context<'_>) -> Option<PathBuf> {
    let text = text.trim();
    let bare = text.trim_matches(['\'', '"']);
    let begins = ["/", "~/", "./", "../", "file://"].iter().any(|start| bare.starts_with(start));
    let has_folder = bare.contains('/') && !bare.contains(char::is_whitespace);
    let ends = ENDS.iter().any(|end| bare.to_ascii_lowercase().ends_with(end));
    let is_one_line = !text.is_empty() && !text.contains(['\n', '\r']);
    (is_one_line && (begins || has_folder || ends)).then(|| path_of(text, context.settings.home.as_deref()))
}

impl Screen for Adding {
    fn name(&self) -> ScreenName {
        ScreenName::RecoveryAdding
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        preview::view(self, context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        if self.is_choosing() {
            let candidates = context.snapshot.map(|snapshot| self.candidates(snapshot)).unwrap_or_default();
            if let Some(place) = picker::moved(action, self.place(&candidates), candidates.len()) {
                self.selected = candidates.get(place).copied();
                return Next::default();
            }
        }
        let count = self.reading().map_or(0, preview::line_count);
        if let Some(first) = picker::moved(action, self.first, count) {
            self.first = first;
            return Next::default();
        }
        match action {
            Action::Submit => self.submit(context),
            Action::Reveal => {
                self.revealed.toggle((), Revealed::All.millis(context), context.now);
                Next::default()
            }
            Action::KeepOld => {
                self.keep_old = !self.keep_old;
                Next::default()
            }
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        match (self.reading().is_some(), self.is_choosing()) {
            (false, _) => vec![Action::Submit, Action::Back],
            (true, true) => vec![Action::Submit, Action::Back],
            (true, false) => {
                let has_old = preview::has_old(self, context);
                let keep = has_old.then_some(Action::KeepOld);
                [Action::Submit, Action::Reveal].into_iter().chain(keep).chain([Action::Back]).collect()
            }
        }
    }

    fn takes_text(&self) -> bool {
        self.reading().is_none() && !self.is_reading
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        let is_typed = self.takes_text() && self.typed.press(key);
        if is_typed {
            self.pasted = None;
        }
        is_typed
    }

    fn paste(&mut self, text: &SecretString, context: &Context<'_>) -> Option<Next> {
        if self.is_reading || self.is_saving == Saving::Now {
            return Some(Next::default());
        }
        if self.takes_text()
            && let Some(file) = file_of(text.expose_secret(), context)
        {
            self.typed.clear();
            self.typed.paste(text);
            return Some(self.read_file(file));
        }
        self.take(text);
        Some(Next::default())
    }

    fn cover(&mut self) {
        self.revealed.end();
    }

    fn clock_moved(&mut self, by_millis: i64, _: Moved) {
        self.revealed.shift(by_millis);
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        self.revealed.wake_at(context.now)
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::RecoveryRead { file, reading } if self.is_reading => {
                self.is_reading = false;
                self.first = 0;
                self.origin = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                self.pasted = Some(reading.clone());
                Next::default()
            }
            Outcome::Failed(trouble) if self.is_reading => {
                self.is_reading = false;
                self.pasted = Some(Err(trouble.clone()));
                Next::default()
            }
            Outcome::Saved { .. } if self.is_saving != Saving::No => Next::go(Go::Close),
            Outcome::Failed(_) if self.is_saving != Saving::No => Next::go(Go::Close),
            Outcome::Crashed => {
                self.is_reading = false;
                Next::default()
            }
            _ => Next::default(), // what became of others' effects
        }
    }
}
