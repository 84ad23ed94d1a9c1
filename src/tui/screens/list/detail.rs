//! The selected account, large, beside the list.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{List, row};
use crate::otp::{Enrolment, Timestamp};
use crate::tui::action::Action;
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::screens::recovery;
use crate::tui::theme::Role;
use crate::tui::widgets::countdown::Countdown;
use crate::tui::widgets::{big, code, label};
use crate::vault::Account;

const MARGIN: u16 = 3;
/// What stands for a note that nobody else shall read.
const HIDDEN: &str = "hidden";
/// Where the values of the small print begin.
const VALUES: u16 = 11;

pub(super) fn view(list: &List, account: &Account, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
    let area = Rect { x: area.x + MARGIN, width: area.width.saturating_sub(MARGIN + 1), ..area };
    let mut page = Page { context, buffer, area, y: area.y };
    let (first, second) = match (account.issuer(), account.account()) {
        ("", "") => ("(no name)", ""),
        ("", only) | (only, "") => (only, ""),
        both => both,
    };
    page.line(first, Role::Title);
    page.line(second, Role::Muted);
    page.gap();
    view_code(list, account, &mut page);
    page.gap();
    if let Some(candidate) = account.candidate() {
        page.candidate(account, candidate, list.is_code_visible(account.id(), context));
        page.gap();
    }
    if account.pending() || account.candidate().is_some() {
        let key = context.key(Action::Accept);
        let words = match account.candidate() {
            Some(_) => format!("rotating: press {key} when the site has accepted the new secret's code"),
            None => format!("pending: press {key} when the site has accepted a code"),
        };
        page.text(&words, Role::Pending);
        page.gap();
    }
    view_small_print(account, &mut page);
}

fn view_code(list: &List, account: &Account, page: &mut Page<'_>) {
    let context = page.context;
    let is_visible = list.is_code_visible(account.id(), context);
    let Some(countdown) = Countdown::at(account.enrolment(), context.now) else {
        let issued = list.issued_counter(account.id(), context.now).filter(|_| is_visible);
        page.code(account, issued, Role::Code);
        page.gap();
        page.value(&row::next_by(context), &format!("#{}", account.counter()));
        return;
    };
    let step = account.step(context.now);
    let is_used = context.snapshot.is_some_and(|snapshot| snapshot.memory.is_used(account.id(), step));
    let is_expiring = countdown.is_expiring();
    let role = match () {
        () if is_used => Role::Used,
        () if is_expiring => Role::Expiring,
        () => Role::Code,
    };
    page.code(account, is_visible.then_some(step), role);
    page.gap();
    let role = if is_expiring { Role::Expiring } else { Role::Bar };
    page.bar(countdown, role);
    if is_visible {
        page.next(account, step);
    }
    if is_expiring && is_visible {
        page.offer_to_wait();
    }
    if is_used {
        page.line(&format!("✓ used, next in {} s", countdown.seconds()), Role::Used);
    }
}

fn view_small_print(account: &Account, page: &mut Page<'_>) {
    let context = page.context;
    let used = context.snapshot.and_then(|snapshot| snapshot.memory.last_used(account.id()));
    page.value("last used", &words_for(used, context.now, &context.settings.time_zone));
    let left = recovery::left_words(account.recovery());
    let sign = recovery::sign(account.recovery()).map_or_else(String::new, |(sign, _)| format!("{sign} "));
    page.value("recovery", &format!("{sign}{left}"));
    if recovery::is_check_due(account.recovery(), context) {
        page.text("! recovery codes not compared with the site's for long", Role::Warning);
    }
    let tags = account.tags().join(" · ");
    if !tags.is_empty() {
        page.value("tags", &tags);
    }
    if !account.note().is_empty() {
        let note = if context.hides_names() { HIDDEN } else { account.note().lines().next().unwrap_or_default() };
        page.value("note", note);
    }
    page.gap();
    page.text(&account.params().describe(), Role::Muted);
}

fn words_for(used: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> String {
    used.map_or_else(|| "not here yet".to_owned(), |used| dates::when(used, now, zone))
}

/// Lines written one below the other, as long as there is room.
struct Page<'a> {
    context: &'a Context<'a>,
    buffer: &'a mut Buffer,
    area: Rect,
    y: u16,
}

impl Page<'_> {
    fn rest(&self, height: u16) -> Rect {
        Rect { y: self.y, height, ..self.area }.intersection(self.area)
    }

    fn gap(&mut self) {
        self.y = self.y.saturating_add(1);
    }

    fn line(&mut self, text: &str, role: Role) {
        let area = self.rest(1);
        label::draw(self.buffer, area, text, self.context.style(role));
        self.gap();
    }

    fn text(&mut self, text: &str, role: Role) {
        let area = self.rest(u16::MAX - self.y);
        self.y += label::draw_wrapped(self.buffer, area, text, self.context.style(role)).max(1);
    }

    fn value(&mut self, name: &str, value: &str) {
        let area = self.rest(1);
        label::draw(self.buffer, area, name, self.context.style(Role::Muted));
        let value_area = Rect { x: area.x + VALUES, width: area.width.saturating_sub(VALUES), ..area };
        label::draw(self.buffer, value_area, value, self.context.style(Role::Text));
        self.gap();
    }

    /// Draws the code of a step, or what stands for a hidden one.
    fn code(&mut self, account: &Account, step: Option<u64>, role: Role) {
        let area = self.rest(big::HEIGHT);
        match step {
            Some(step) => {
                let style = self.context.style(role);
                code::draw_large(self.buffer, area, &account.code(step), style, self.context.settings.unicode);
            }
            None => {
                let middle = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
                code::draw_hidden(self.buffer, middle.intersection(area), self.context.style(Role::Muted));
            }
        }
        self.y = self.y.saturating_add(big::HEIGHT);
    }

    /// Draws the code of a secret that is tried beside the one in use.
    fn candidate(&mut self, account: &Account, candidate: &Enrolment, is_visible: bool) {
        let area = self.rest(1);
        label::draw(self.buffer, area, "new secret", self.context.style(Role::Muted));
        let value = Rect { x: area.x + VALUES, width: area.width.saturating_sub(VALUES), ..area };
        match candidate.step_at(self.context.now) {
            Some(step) if is_visible => {
                let cells = code::draw(self.buffer, value, &candidate.code(step), self.context.style(Role::Code));
                let left = Countdown::at(candidate, self.context.now).map(Countdown::seconds).unwrap_or_default();
                let rest =
                    Rect { x: value.x + cells.min(value.width), width: value.width.saturating_sub(cells), ..value };
                label::draw(self.buffer, rest, &format!("  {left:>2} s"), self.context.style(Role::Muted));
            }
            Some(_) => {
                code::draw_hidden(self.buffer, value, self.context.style(Role::Muted));
            }
            None => {
                let words = format!("#{}", account.candidate_counter());
                label::draw(self.buffer, value, &words, self.context.style(Role::Muted));
            }
        }
        self.gap();
    }

    fn bar(&mut self, countdown: Countdown, role: Role) {
        let area = self.rest(1);
        let bar = Rect { width: area.width.saturating_sub(8), ..area };
        countdown.draw(self.buffer, bar, self.context.style(role), 1, self.context.settings.unicode);
        let seconds = Rect { x: bar.right() + 1, width: area.right().saturating_sub(bar.right() + 1), ..area };
        label::draw(self.buffer, seconds, &format!("{:>2} s", countdown.seconds()), self.context.style(role));
        self.gap();
    }

    fn next(&mut self, account: &Account, step: u64) {
        let area = self.rest(1);
        label::draw(self.buffer, area, "next", self.context.style(Role::Muted));
        let value = Rect { x: area.x + VALUES, width: area.width.saturating_sub(VALUES), ..area };
        code::draw(self.buffer, value, &account.code(step.saturating_add(1)), self.context.style(Role::Next));
        self.gap();
    }

    /// Says how to have the next code rather than this one, at the end of the line before: nothing else moves.
    fn offer_to_wait(&mut self) {
        let key = self.context.settings.keymap.keys(Action::CopyWhenNew).first();
        let Some(key) = key.map(|key| key.label(self.context.settings.unicode)) else { return };
        let y = self.y.saturating_sub(1);
        if !(self.area.top()..self.area.bottom()).contains(&y) {
            return;
        }
        let line = Rect { y, height: 1, ..self.area };
        label::draw_right(self.buffer, line, &format!("{key} waits"), self.context.style(Role::Expiring));
    }
}
