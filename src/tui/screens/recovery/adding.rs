//! Adds a set: what was pasted, what was understood of it, whose it is; nothing is stored without a yes.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::{ExposeSecret, SecretString};

use super::preview;
use crate::exchange::recovery_codes::{self, Problem, Reading};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::message::{Outcome, Snapshot};
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::widgets::picker;
use crate::vault::AccountId;

/// A paste on its way to an account.
pub struct Adding {
    /// Whose the codes are, once somebody has said so.
    pub(super) account: Option<AccountId>,
    /// What was pasted.
    pub(super) pasted: Option<Result<Reading, Problem>>,
    /// The selected account, while nobody has said whose they are.
    pub(super) selected: Option<AccountId>,
    pub(super) keep_old: bool,
    pub(super) is_revealed: bool,
    /// The first row of the codes on the screen.
    pub(super) first: usize,
    is_saving: bool,
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

    fn nobody() -> Self {
        Self {
            account: None,
            pasted: None,
            selected: None,
            keep_old: false,
            is_revealed: false,
            first: 0,
            is_saving: false,
        }
    }

    /// Reads a pasted text.
    #[must_use]
    pub fn pasted(mut self, text: &SecretString) -> Self {
        self.pasted = Some(recovery_codes::read(text.expose_secret().as_bytes(), None));
        self.first = 0;
        self
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        self.pasted.as_ref()?.as_ref().ok()
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
        let Some(id) = self.account.filter(|_| !self.is_saving) else { return Next::default() };
        match self.pasted.take() {
            Some(Ok(reading)) => {
                self.is_saving = true;
                Next::effect(Effect::AddRecovery { id, reading: Box::new(reading), keep_old: self.keep_old })
            }
            other => {
                self.pasted = other;
                Next::notice(Notice::note("paste the codes first"))
            }
        }
    }
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
                self.is_revealed = !self.is_revealed;
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
            (false, _) => vec![Action::Back],
            (true, true) => vec![Action::Submit, Action::Back],
            (true, false) => {
                let has_old = preview::has_old(self, context);
                let keep = has_old.then_some(Action::KeepOld);
                [Action::Submit, Action::Reveal].into_iter().chain(keep).chain([Action::Back]).collect()
            }
        }
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        if !self.is_saving {
            self.pasted = Some(recovery_codes::read(text.expose_secret().as_bytes(), None));
            self.first = 0;
        }
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Saved { .. } | Outcome::Failed(_) if self.is_saving => Next::go(Go::Close),
            _ => Next::default(), // what became of others' effects
        }
    }
}
