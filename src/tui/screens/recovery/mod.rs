//! The recovery codes of an account: hidden until asked for, copied and marked as used in one step.

mod adding;
mod apart;
mod draw;
mod preview;
mod rows;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use self::rows::Row;
use super::confirm::Confirm;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::notice::Notice;
use crate::tui::reveal::Reveal;
use crate::tui::screen::{Context, Go, Moved, Next, Screen, ScreenName};
use crate::tui::widgets::picker;
use crate::vault::{Account, AccountId, Change, CodeState, RecoveryChange, SetId};

pub use adding::Adding;
use apart::ApartForm;
pub(super) use draw::{is_check_due, left_words, sign};

/// How long all codes stay visible at least once they were asked for, in milliseconds: there are many to compare.
const ALL_REVEALED_MILLIS: i64 = 60_000;

/// The codes of one account, one of them selected.
pub struct RecoveryCodes {
    account: AccountId,
    selected: Option<Row>,
    /// Where the selected row was, for when it is gone.
    place: usize,
    /// What is shown for a while.
    revealed: Reveal<Revealed>,
    /// Whether sets that count no more are unfolded.
    shows_old: bool,
}

/// Which codes are visible.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Revealed {
    All,
    One(SetId, usize),
}

impl Revealed {
    /// Returns how long it stays visible, in milliseconds.
    fn millis(self, context: &Context<'_>) -> i64 {
        match self {
            Self::One(..) => context.settings.reveal_millis,
            Self::All => context.settings.reveal_millis.max(ALL_REVEALED_MILLIS),
        }
    }
}

impl RecoveryCodes {
    /// Returns the screen of an account.
    pub fn of(account: AccountId) -> Self {
        Self { account, selected: None, place: 0, revealed: Reveal::default(), shows_old: false }
    }

    fn account<'a>(&self, context: &Context<'a>) -> Option<&'a Account> {
        context.snapshot?.vault.get(self.account).map(AsRef::as_ref)
    }

    fn rows(&self, context: &Context<'_>) -> Vec<Row> {
        self.account(context).map_or_else(Vec::new, |account| rows::rows(account.recovery(), self.shows_old))
    }

    fn place(&self, rows: &[Row]) -> usize {
        let same = rows.iter().position(|row| Some(*row) == self.selected);
        same.unwrap_or(self.place).min(rows.len().saturating_sub(1))
    }

    fn select(&mut self, rows: &[Row], place: usize) {
        self.place = place;
        self.selected = rows.get(place).copied();
    }

    fn is_visible(&self, set: SetId, code: usize, now: Timestamp) -> bool {
        self.revealed.shown(now).is_some_and(|shown| shown == Revealed::All || shown == Revealed::One(set, code))
    }

    fn reveal(&mut self, what: Revealed, context: &Context<'_>) -> Next {
        self.revealed.toggle(what, what.millis(context), context.now);
        Next::default()
    }

    /// Does something with the selected row.
    fn with_row(&self, context: &Context<'_>, ask: impl FnOnce(&Account, Row) -> Next) -> Next {
        let rows = self.rows(context);
        match (self.account(context), rows.get(self.place(&rows))) {
            (Some(account), Some(row)) => ask(account, *row),
            _ => Next::notice(Notice::note("no recovery codes are stored here: a adds some")),
        }
    }

    /// Tells whether the texts of some of its codes are apart, and nobody has opened them.
    fn is_closed(&self, context: &Context<'_>) -> bool {
        let sets = self.account(context).map(|account| account.recovery().sets()).unwrap_or_default();
        sets.iter().any(|set| set.is_apart())
    }

    fn print(&self, context: &Context<'_>) -> Next {
        let Some(account) = self.account(context).filter(|account| !account.recovery().current().is_empty()) else {
            return Next::notice(Notice::note("no recovery codes are stored here: a adds some"));
        };
        let question = format!("write a sheet with the recovery codes of {}?", account.label());
        let words = "The file is plain text: whoever reads it can log in with them. Print it, then delete it.";
        let effect = Effect::WriteSheet { id: account.id() };
        Next::open(Confirm::new(question, words.to_owned(), vec![effect]).typing("yes"))
    }
}

impl Screen for RecoveryCodes {
    fn name(&self) -> ScreenName {
        ScreenName::Recovery
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        draw::view(self, context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let rows = self.rows(context);
        if let Some(place) = picker::moved(action, self.place(&rows), rows.len()) {
            self.select(&rows, place);
            return Next::default();
        }
        let row = rows.get(self.place(&rows)).copied();
        match action {
            action if apart::needs_texts(action) && self.is_closed(context) => Next::open(ApartForm::opening()),
            Action::KeepApart => apart::choose(context),
            Action::UseRecovery => self.with_row(context, copy),
            Action::Reveal => match row {
                Some(Row::Code(set, code)) => self.reveal(Revealed::One(set, code), context),
                Some(Row::Set(_) | Row::Fold(_)) | None => Next::default(),
            },
            Action::RevealAll => self.reveal(Revealed::All, context),
            Action::MarkUsed => self.with_row(context, |account, row| mark(account, row, context.now)),
            Action::RemoveSet => self.with_row(context, discard),
            Action::CheckRecovery => self.with_row(context, |account, _| check(account, context.now)),
            Action::PrintSheet => self.print(context),
            Action::ShowOld => {
                self.shows_old = !self.shows_old;
                Next::default()
            }
            Action::AddRecovery => Next::open(Adding::to(self.account)),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        if self.rows(context).is_empty() {
            return vec![Action::AddRecovery, Action::Back, Action::Undo];
        }
        vec![
            Action::UseRecovery,
            Action::Reveal,
            Action::MarkUsed,
            Action::Undo,
            Action::AddRecovery,
            Action::CheckRecovery,
            Action::PrintSheet,
            Action::Back,
        ]
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        Some(Next::open(Adding::to(self.account).pasted(text)))
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let rows = self.rows(context);
        let place = self.place(&rows);
        let hit = picker::hit(draw::list_area(self, context, area), place, rows.len(), at);
        self.select(&rows, hit.unwrap_or(place));
        Next::default()
    }

    fn refresh(&mut self, context: &Context<'_>) {
        let rows = self.rows(context);
        let place = self.place(&rows);
        self.select(&rows, place);
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
}

fn change(account: &Account, title: &str, change: RecoveryChange) -> Next {
    let title = format!("{title} of {}", account.label());
    Next::effect(Effect::Commit { title, change: Change::Recovery(account.id(), change) })
}

/// Copies the code, the next one of the set; or brings a set back that counts no more.
fn copy(account: &Account, row: Row) -> Next {
    let id = account.id();
    let set = match row {
        Row::Code(set, _) | Row::Set(set) => account.recovery().get(set),
        Row::Fold(_) => None,
    };
    let Some(set) = set else { return Next::notice(Notice::note("o shows them")) };
    if matches!(row, Row::Set(_)) && (set.is_removed() || set.superseded().is_some()) {
        let changes = [RecoveryChange::Remove(set.id(), false), RecoveryChange::Supersede(set.id(), None)];
        let title = format!("restored a set of recovery codes of {}", account.label());
        let changes = changes.into_iter().map(|change| Change::Recovery(id, change)).collect();
        return Next::effect(Effect::Commit { title, change: Change::Batch(changes) });
    }
    match row {
        Row::Code(set, code) => Next::effect(Effect::CopyRecovery { id, set, code }),
        Row::Set(set_id) => match set.next_unused() {
            Some(code) => Next::effect(Effect::CopyRecovery { id, set: set_id, code }),
            None => Next::notice(Notice::note("every code of this set was used")),
        },
        Row::Fold(_) => Next::default(),
    }
}

fn mark(account: &Account, row: Row, now: Timestamp) -> Next {
    let Row::Code(id, code) = row else { return Next::notice(Notice::note("choose one of the codes")) };
    let state = account.recovery().get(id).map(|set| set.state(code));
    match state {
        Some(CodeState::Used(_)) => {
            change(account, "marked a recovery code as unused", RecoveryChange::TakeBack { set: id, code })
        }
        Some(CodeState::Unused) => {
            change(account, "marked a recovery code as used", RecoveryChange::Use { set: id, code, at: now })
        }
        None => Next::default(),
    }
}

fn discard(account: &Account, row: Row) -> Next {
    match row {
        Row::Code(set, _) | Row::Set(set) => {
            change(account, "removed a set of recovery codes", RecoveryChange::Remove(set, true))
        }
        Row::Fold(_) => Next::notice(Notice::note("o shows them")),
    }
}

fn check(account: &Account, now: Timestamp) -> Next {
    let current = account.recovery().current();
    if current.is_empty() {
        return Next::notice(Notice::note("no set counts any more: a adds one"));
    }
    let stamp = |id| Change::Recovery(account.id(), RecoveryChange::Check(id, Some(now)));
    let title = format!("compared the recovery codes of {} with the site's", account.label());
    let changes = current.iter().map(|set| stamp(set.id())).collect();
    Next::effect(Effect::Commit { title, change: Change::Batch(changes) })
}
