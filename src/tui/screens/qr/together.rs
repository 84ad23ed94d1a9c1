//! Several accounts in Google's transfer codes, as many in each as the window has room for.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use crate::exchange::google::{self, MOST_ACCOUNTS, Room};
use crate::exchange::qr::most_bytes;
use crate::exchange::{Entry, Loss};
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, qr};
use crate::vault::Account;

/// Lines kept free under the accounts.
const FOOT_ROWS: u16 = 2;

/// The accounts as transfer codes.
pub(super) struct Together {
    /// The same in all codes.
    batch: i32,
    codes: Vec<SecretString>,
    place: usize,
    /// What cannot go along: of which account, what, and whether the account stays out because of it.
    losses: Vec<(String, String, bool)>,
    /// Whether it is read before anything is shown.
    is_warning: bool,
}

impl Together {
    pub(super) fn new(accounts: &[&Arc<Account>], batch: i32) -> Self {
        let losses: Vec<_> = accounts.iter().filter_map(|account| loss(account)).collect();
        let is_warning = !losses.is_empty();
        Self { batch, codes: Vec::new(), place: 0, losses, is_warning }
    }

    /// Spreads the accounts over codes that fit into that place.
    pub(super) fn rebuild(&mut self, accounts: &[&Arc<Account>], place: Rect, unicode: bool) {
        let entries: Vec<Entry> =
            accounts.iter().enumerate().map(|(index, account)| Entry::of(account, index)).collect();
        let room = Room { accounts: MOST_ACCOUNTS, bytes: most_bytes(qr::most_modules(place, unicode)) };
        self.codes = google::write(&entries, self.batch, room);
        self.place = self.place.min(self.codes.len().saturating_sub(1));
    }

    pub(super) fn text(&self) -> Option<&SecretString> {
        self.codes.get(self.place)
    }

    /// Returns which code is shown, and how many there are.
    pub(super) fn pages(&mut self) -> (&mut usize, usize) {
        (&mut self.place, self.codes.len())
    }

    pub(super) fn is_warning(&self) -> bool {
        self.is_warning
    }

    pub(super) fn go_on(&mut self) {
        self.is_warning = false;
    }

    pub(super) fn title(&self) -> String {
        match self.codes.len() {
            0 => "none of them can go into Google's codes".to_owned(),
            count => format!("part {} of {count} · Transfer accounts, Import", self.place + 1),
        }
    }

    /// Says what cannot go along.
    pub(super) fn view_warning(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let count = self.losses.len();
        let title = if count == 1 {
            "1 account loses something".to_owned()
        } else {
            format!("{count} accounts lose something")
        };
        let rows = heading::view(&title, "Google's codes", context, frame.buffer_mut(), area);
        let rows = Rect { x: rows.x + heading::MARGIN, width: rows.width.saturating_sub(2 * heading::MARGIN), ..rows };
        let visible = usize::from(rows.height.saturating_sub(FOOT_ROWS));
        for ((name, what, stays_out), y) in self.losses.iter().take(visible).zip(rows.y..) {
            let (words, role) = match stays_out {
                true => (format!("! {name} stays out: {what}"), Role::Warning),
                false => (format!("  {name} goes without {what}"), Role::Text),
            };
            label::draw(frame.buffer_mut(), Rect { y, height: 1, ..rows }, &words, context.style(role));
        }
        let hidden = count.saturating_sub(visible);
        if hidden > 0 && rows.height > 0 {
            let last = Rect { y: rows.bottom() - 1, height: 1, ..rows };
            label::draw(frame.buffer_mut(), last, &format!("and {hidden} more"), context.style(Role::Muted));
        }
    }
}

/// Returns what an account loses, if it loses anything.
fn loss(account: &Account) -> Option<(String, String, bool)> {
    let losses = google::losses(&Entry::of(account, 0));
    let stays_out = losses.iter().any(|loss| loss.leaves_out());
    let told = losses.iter().filter(|loss| loss.leaves_out() == stays_out).map(Loss::to_string);
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| (account.label(), told.join(", "), stays_out))
}
