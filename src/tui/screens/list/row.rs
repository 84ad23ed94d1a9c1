//! One account of the list, on one line or two.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::List;
use super::layout::Columns;
use super::order::Row;
use crate::otp::Enrolment;
use crate::tui::action::Action;
use crate::tui::screen::Context;
use crate::tui::screens::recovery;
use crate::tui::theme::Role;
use crate::tui::widgets::countdown::Countdown;
use crate::tui::widgets::{code, label};
use crate::vault::Account;

/// Cells for the seconds of the selected row and what is behind them.
const SECONDS: u16 = 3;
/// Cells of the arrow before the next code.
const NEXT_MARK: u16 = 2;

/// What all rows share.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub list: &'a List,
    pub context: &'a Context<'a>,
    /// The cells of the widest visible code.
    pub code_width: u16,
    /// How many seconds a step of the bars takes.
    pub pace: i64,
    /// Whether the selected row says the seconds; beside it they stand already.
    pub has_seconds: bool,
}

/// Says by which key a HOTP account gives its next code.
pub(super) fn next_by(context: &Context<'_>) -> String {
    let key = context.settings.keymap.keys(Action::CopyNext).first();
    key.map_or_else(String::new, |key| format!("next by {}", key.label(context.settings.unicode)))
}

impl Shown<'_> {
    /// Draws a row of one line.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, row: &Row, index: usize, is_selected: bool) {
        let columns = Columns::of(area, self.code_width);
        self.draw_marks(buffer, &columns, row, index, is_selected);
        self.draw_names(buffer, columns.issuer, columns.account, row);
        self.draw_recovery(buffer, columns.account, area, &row.account);
        self.draw_code(buffer, columns.code, columns.bar, &row.account);
        self.draw_status(buffer, columns.bar, columns.status, &row.account, is_selected);
        self.lay_selection(buffer, area, is_selected);
    }

    /// Draws a row of two lines: names above, the code below.
    pub fn draw_two_lines(&self, buffer: &mut Buffer, area: Rect, row: &Row, index: usize, is_selected: bool) {
        let upper = Rect { height: 1, ..area };
        let columns = Columns::of(upper, self.code_width);
        self.draw_marks(buffer, &columns, row, index, is_selected);
        let names = Rect { x: columns.issuer.x, width: upper.right().saturating_sub(columns.issuer.x + 1), ..upper };
        let issuer = Rect { width: names.width * 9 / 20, ..names };
        let account = Rect { x: issuer.right() + 1, width: names.right().saturating_sub(issuer.right() + 1), ..names };
        self.draw_names(buffer, issuer, account, row);
        self.draw_recovery(buffer, account, upper, &row.account);
        if area.height > 1 {
            let lower = Rect { y: area.y + 1, height: 1, ..names };
            let code = Rect { width: self.code_width.min(lower.width), ..lower };
            let bar = Rect { x: code.right() + 2, width: 8, ..lower }.intersection(lower);
            let status = Rect { x: bar.right() + 2, width: lower.right().saturating_sub(bar.right() + 2), ..lower };
            self.draw_code(buffer, code, bar, &row.account);
            self.draw_status(buffer, bar, status.intersection(lower), &row.account, is_selected);
        }
        self.lay_selection(buffer, area, is_selected);
    }

    fn draw_marks(&self, buffer: &mut Buffer, columns: &Columns, row: &Row, index: usize, is_selected: bool) {
        if is_selected {
            label::draw(buffer, columns.mark, "▌", self.context.style(Role::Accent));
        }
        if index < 9 {
            label::draw(buffer, columns.number, &(index + 1).to_string(), self.context.style(Role::Muted));
        }
        if row.account.pinned() {
            label::draw(buffer, columns.star, "★", self.context.style(Role::Accent));
        }
    }

    fn draw_names(&self, buffer: &mut Buffer, issuer: Rect, account: Rect, row: &Row) {
        let (text, muted) = (self.context.style(Role::Text), self.context.style(Role::Muted));
        let matched = self.context.style(Role::Matched);
        match (row.account.issuer(), row.account.account()) {
            ("", "") => label::draw(buffer, issuer, "(no name)", muted),
            ("", only) => label::draw_matched(buffer, issuer.union(account), only, &row.in_account, text, matched),
            (only, "") => label::draw_matched(buffer, issuer.union(account), only, &row.in_issuer, text, matched),
            (first, second) => {
                label::draw_matched(buffer, issuer, first, &row.in_issuer, text, matched);
                label::draw_matched(buffer, account, second, &row.in_account, muted, matched)
            }
        };
    }

    fn draw_code(&self, buffer: &mut Buffer, area: Rect, bar: Rect, account: &Account) {
        let context = self.context;
        let Some(countdown) = Countdown::at(account.enrolment(), context.now) else {
            self.draw_counted(buffer, area, bar, account);
            return;
        };
        let step = account.step(context.now);
        let is_used = context.snapshot.is_some_and(|snapshot| snapshot.memory.is_used(account.id(), step));
        let role = match () {
            () if is_used => Role::Used,
            () if countdown.is_expiring() => Role::Expiring,
            () => Role::Code,
        };
        if self.list.is_code_visible(account.id(), context) {
            code::draw(buffer, area, &account.code(step), context.style(role));
        } else {
            code::draw_hidden(buffer, area, context.style(Role::Muted));
        }
        let role = if countdown.is_expiring() { Role::Expiring } else { Role::Bar };
        countdown.draw(buffer, bar, context.style(role), self.pace, context.settings.unicode);
    }

    /// A HOTP code is made when it is asked for.
    fn draw_counted(&self, buffer: &mut Buffer, area: Rect, bar: Rect, account: &Account) {
        let muted = self.context.style(Role::Muted);
        match self.list.issued_counter(account.id(), self.context.now) {
            Some(counter) if self.list.is_code_visible(account.id(), self.context) => {
                code::draw(buffer, area, &account.code(counter), self.context.style(Role::Code));
            }
            Some(_) | None => code::draw_hidden(buffer, area, muted),
        }
        let words = next_by(self.context);
        let words = if bar.width >= 9 { words } else { words.replace("next by ", "by ") };
        label::draw(buffer, bar, &words, muted);
    }

    fn draw_status(&self, buffer: &mut Buffer, bar: Rect, area: Rect, account: &Account, is_selected: bool) {
        let context = self.context;
        let Some(countdown) = Countdown::at(account.enrolment(), context.now) else {
            label::draw(buffer, area, &format!("#{}", account.counter()), context.style(Role::Muted));
            return;
        };
        let step = account.step(context.now);
        let is_used = context.snapshot.is_some_and(|snapshot| snapshot.memory.is_used(account.id(), step));
        let is_expiring = countdown.is_expiring();
        let next_cells = NEXT_MARK + code::width(account.params());
        let shows_next = is_expiring
            && countdown.seconds() <= i64::try_from(context.settings.show_next_secs).unwrap_or(0)
            && area.width >= next_cells
            && self.list.is_code_visible(account.id(), context);
        // Where both cannot stand here, the seconds go to the end of the bar, which is nearly empty then.
        let are_apart = shows_next && area.width < SECONDS + next_cells;
        let seconds = if self.has_seconds && !are_apart { SECONDS } else { 0 };
        // Seconds on every row would be a crowd, and cost more bytes than all the bars: they stand once on the screen.
        if is_selected && self.has_seconds {
            let style = context.style(if is_expiring { Role::Expiring } else { Role::Muted });
            let words = countdown.seconds().to_string();
            let place = if are_apart { bar } else { Rect { width: area.width.min(SECONDS - 1), ..area } };
            label::draw_right(buffer, place, &words, style);
        }
        let rest = Rect { x: area.x + seconds, width: area.width.saturating_sub(seconds), ..area };
        if shows_next {
            let arrow = label::draw(buffer, rest, "▸ ", context.style(Role::Next));
            let next = Rect { x: rest.x + arrow, width: rest.width - arrow, ..rest };
            code::draw(buffer, next, &account.code(step.saturating_add(1)), context.style(Role::Next));
        } else {
            self.draw_state(buffer, rest, account, is_used);
        }
    }

    /// Says what else there is to know of an account.
    fn draw_state(&self, buffer: &mut Buffer, area: Rect, account: &Account, is_used: bool) {
        if let Some(candidate) = account.candidate() {
            return self.draw_candidate(buffer, area, account, candidate);
        }
        let (words, role) = match () {
            () if is_used => ("✓ used", Role::Used),
            () if account.pending() => ("pending", Role::Pending),
            () => return,
        };
        label::draw(buffer, area, words, self.context.style(role));
    }

    /// Draws the code of a new secret; its life is that of the bar beside it, as a rule, and the panel says it.
    fn draw_candidate(&self, buffer: &mut Buffer, area: Rect, account: &Account, candidate: &Enrolment) {
        let context = self.context;
        let step = candidate.step_at(context.now).filter(|_| self.list.is_code_visible(account.id(), context));
        let has_room =
            |lead: &&str| usize::from(area.width) >= lead.len() + usize::from(code::width(&candidate.params));
        match (step, ["new ", "+ "].into_iter().find(has_room)) {
            (Some(step), Some(lead)) => {
                let taken = label::draw(buffer, area, lead, context.style(Role::Pending));
                let rest = Rect { x: area.x + taken, width: area.width - taken, ..area };
                code::draw(buffer, rest, &candidate.code(step), context.style(Role::Code));
            }
            (None, _) | (_, None) => {
                label::draw(buffer, area, "rotating", context.style(Role::Pending));
            }
        }
    }

    /// Marks an account without recovery codes, or with few, between its name and its code.
    fn draw_recovery(&self, buffer: &mut Buffer, names: Rect, line: Rect, account: &Account) {
        let place = Rect { x: names.right(), width: 1, ..names }.intersection(line);
        if let Some((sign, role)) = recovery::sign(account.recovery()) {
            label::draw(buffer, place, sign, self.context.style(role));
        }
    }

    fn lay_selection(&self, buffer: &mut Buffer, area: Rect, is_selected: bool) {
        if is_selected {
            let area = Rect { width: area.width.saturating_sub(1), ..area };
            buffer.set_style(area, self.context.style(Role::Selected));
        }
    }
}
