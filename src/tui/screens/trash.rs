//! Shows what was removed, brings it back, or deletes it for good.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::confirm::Confirm;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::notice::Notice;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::{Account, AccountId, Change, TRASH_MILLIS};

/// What has to be typed before anything is deleted for good.
const WORD: &str = "delete";
/// From so few days on, what is left of them is worth a warning.
const LAST_DAYS: i64 = 3;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Cells of the days that are left, and between the columns.
const LEFT_CELLS: u16 = 14;
const GAP: u16 = 2;

/// The accounts in the trash, one of them selected.
#[derive(Default)]
pub struct Trash {
    selected: Option<AccountId>,
    /// Where the selected account was, for when it is gone.
    place: usize,
}

impl Trash {
    /// Returns the trash.
    pub fn new() -> Self {
        Self::default()
    }

    fn place(&self, accounts: &[&Arc<Account>]) -> usize {
        let same = accounts.iter().position(|account| Some(account.id()) == self.selected);
        same.unwrap_or(self.place).min(accounts.len().saturating_sub(1))
    }

    fn select(&mut self, accounts: &[&Arc<Account>], place: usize) {
        self.place = place;
        self.selected = accounts.get(place).map(|account| account.id());
    }

    fn restore(&self, context: &Context<'_>) -> Next {
        let accounts = accounts(context);
        let Some(account) = accounts.get(self.place(&accounts)) else {
            return nothing_there();
        };
        let title = format!("restored {}", account.label());
        Next::effect(Effect::Commit { title, change: Change::Restore(account.id()) })
    }

    fn purge(&self, context: &Context<'_>) -> Next {
        let accounts = accounts(context);
        let Some(account) = accounts.get(self.place(&accounts)) else {
            return nothing_there();
        };
        let change = Change::Purge(account.id());
        let effect = Effect::Commit { title: format!("deleted {}", account.label()), change };
        let question = format!("delete {} for good?", account.label());
        Next::open(Confirm::new(question, LOSS.to_owned(), vec![effect]).typing(WORD))
    }

    fn empty(context: &Context<'_>) -> Next {
        let accounts = accounts(context);
        if accounts.is_empty() {
            return nothing_there();
        }
        let changes = accounts.iter().map(|account| Change::Purge(account.id())).collect();
        let effect = Effect::Commit { title: "emptied the trash".to_owned(), change: Change::Batch(changes) };
        let question = match accounts.len() {
            1 => "delete the one account in the trash for good?".to_owned(),
            count => format!("delete all {count} accounts in the trash for good?"),
        };
        Next::open(Confirm::new(question, LOSS.to_owned(), vec![effect]).typing(WORD))
    }
}

/// What deleting means.
const LOSS: &str = "The secret goes with it. If the site still asks for codes, nothing but its own recovery codes or its support will let you in.";

fn nothing_there() -> Next {
    Next::notice(Notice::note("the trash is empty"))
}

/// Returns what is in the trash, the latest first.
fn accounts<'a>(context: &Context<'a>) -> Vec<&'a Arc<Account>> {
    let mut accounts: Vec<_> = context.snapshot.iter().flat_map(|snapshot| snapshot.vault.trash()).collect();
    accounts.sort_by_key(|account| (std::cmp::Reverse(account.trashed()), account.id()));
    accounts
}

impl Screen for Trash {
    fn name(&self) -> ScreenName {
        ScreenName::Trash
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let accounts = accounts(context);
        let detail = match accounts.len() {
            0 => String::new(),
            1 => "1 account".to_owned(),
            count => format!("{count} accounts"),
        };
        let rows = heading::view("trash", &detail, context, frame.buffer_mut(), area);
        if accounts.is_empty() {
            let text = Rect { x: rows.x + heading::MARGIN, width: rows.width.saturating_sub(2), ..rows };
            let words = "The trash is empty. What you remove stays here for 30 days and can come back.";
            label::draw_wrapped(frame.buffer_mut(), text, words, context.style(Role::Muted));
            return;
        }
        let (selected, count) = (self.place(&accounts), accounts.len());
        picker::view(rows, selected, count, context, frame.buffer_mut(), |buffer, row, place| {
            view_account(accounts[row], context, buffer, place);
        });
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        let accounts = accounts(context);
        if let Some(place) = picker::moved(action, self.place(&accounts), accounts.len()) {
            self.select(&accounts, place);
            return Next::default();
        }
        match action {
            Action::Restore => self.restore(context),
            Action::Purge => self.purge(context),
            Action::EmptyTrash => Self::empty(context),
            Action::Back => Next::go(Go::Close),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, context: &Context<'_>) -> Vec<Action> {
        match accounts(context).is_empty() {
            true => vec![Action::Back, Action::Undo],
            false => vec![Action::Restore, Action::Purge, Action::EmptyTrash, Action::Undo, Action::Back],
        }
    }

    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let accounts = accounts(context);
        let place = self.place(&accounts);
        let hit = picker::hit(heading::below(area), place, accounts.len(), at);
        self.select(&accounts, hit.unwrap_or(place));
        Next::default()
    }

    fn refresh(&mut self, context: &Context<'_>) {
        let accounts = accounts(context);
        let place = self.place(&accounts);
        self.select(&accounts, place);
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        let left = |account: &&Arc<Account>| millis_left(account, context.now).filter(|left| *left > 0);
        let next_day = |left: i64| context.now.plus_millis((left - 1) % DAY_MILLIS + 1);
        accounts(context).iter().filter_map(left).map(next_day).min()
    }
}

fn millis_left(account: &Account, now: Timestamp) -> Option<i64> {
    Some(account.trashed()?.plus_millis(TRASH_MILLIS).millis_since(now))
}

fn view_account(account: &Account, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let left = millis_left(account, context.now).unwrap_or(0);
    // A day that has begun counts, and a clock that was set back adds none.
    let days = left.saturating_add(DAY_MILLIS - 1).div_euclid(DAY_MILLIS).min(TRASH_MILLIS / DAY_MILLIS);
    let (words, role) = match days {
        ..=0 => ("time is over".to_owned(), Role::Warning),
        1 => ("! 1 day left".to_owned(), Role::Warning),
        days if days <= LAST_DAYS => (format!("! {days} days left"), Role::Warning),
        days => (format!("{days} days left"), Role::Muted),
    };
    let place = Rect { width: place.width.saturating_sub(1), ..place };
    let left_cells = LEFT_CELLS.min(place.width / 2);
    let right = Rect { x: place.right() - left_cells, width: left_cells, ..place };
    label::draw_right(buffer, right, &words, context.style(role));
    let names = Rect { width: place.width.saturating_sub(left_cells + GAP), ..place };
    view_names(account, context, buffer, names);
}

/// Draws issuer and account name side by side, or the only one there is.
fn view_names(account: &Account, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    if account.issuer().is_empty() || account.account().is_empty() {
        label::draw(buffer, place, &account.label(), context.style(Role::Text));
        return;
    }
    let issuer = Rect { width: (place.width.saturating_sub(GAP)) / 2, ..place };
    label::draw(buffer, issuer, account.issuer(), context.style(Role::Text));
    let x = issuer.right() + GAP.min(place.width - issuer.width);
    let name = Rect { x, width: place.right() - x, ..place };
    label::draw(buffer, name, account.account(), context.style(Role::Muted));
}
