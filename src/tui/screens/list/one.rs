//! The selected account alone, where there is room for no more: from 20 × 5 cells on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{List, row};
use crate::tui::clock::ClockState;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::countdown::Countdown;
use crate::tui::widgets::{big, code, label};
use crate::vault::Account;

/// From so many rows on, the code is drawn large.
const LARGE: u16 = 7;
/// Cells of the arrow before the next code.
const NEXT_MARK: u16 = 2;

pub(super) fn view(list: &List, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
    let Some(account) = list.account() else {
        return;
    };
    let context = &list.context_of(account.id(), context);
    let place = format!("{}/{}", list.scroll.selected + 1, list.rows.len());
    let mut line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    label::draw_right(buffer, line, &place, context.style(Role::Muted));
    let names = Rect { width: line.width.saturating_sub(u16::try_from(place.len()).unwrap_or(0) + 1), ..line };
    label::draw(
        buffer,
        names,
        if account.issuer().is_empty() { account.account() } else { account.issuer() },
        context.style(Role::Title),
    );
    line.y += 1;
    // What is done to the time must be seen wherever codes are, however little room there is.
    let clock = context.snapshot.map(|snapshot| ClockState::of(&snapshot.clock)).filter(|clock| clock.must_be_seen);
    if area.height > 3 {
        match &clock {
            Some(clock) => {
                let fits = |words: &&String| crate::shown::width(words) <= usize::from(line.width);
                let words = clock.words.iter().find(fits).unwrap_or(&clock.words[1]);
                label::draw(buffer, line.intersection(area), words, context.style(clock.role));
                line.y += 1;
            }
            None if !account.issuer().is_empty() => {
                label::draw(buffer, line.intersection(area), account.account(), context.style(Role::Muted));
                line.y += 1;
            }
            None => {}
        }
    }
    let countdown = Countdown::at(account.enrolment(), context.now);
    let is_expiring = countdown.is_some_and(Countdown::is_expiring);
    let step = match countdown {
        Some(_) => Some(account.step(context.now)),
        None => list.issued_counter(account.id(), context.now),
    };
    let is_used = step.is_some_and(|step| {
        countdown.is_some() && context.snapshot.is_some_and(|snapshot| snapshot.memory.is_used(account.id(), step))
    });
    let role = match () {
        () if is_used => Role::Used,
        () if is_expiring => Role::Expiring,
        () => Role::Code,
    };
    let height = if area.height >= LARGE { big::HEIGHT } else { 1 };
    let place = Rect { height, ..line }.intersection(area);
    match step.filter(|_| list.is_code_visible(account.id(), context)) {
        Some(step) => {
            code::draw_large(buffer, place, &account.code(step), context.style(role), context.settings.unicode)
        }
        None => code::draw_hidden(buffer, place, context.style(Role::Muted)),
    }
    line.y += height;
    let is_last = countdown
        .is_some_and(|left| left.seconds() <= i64::try_from(context.settings.show_next_secs).unwrap_or(i64::MAX));
    let shows_next = is_expiring && is_last && list.is_code_visible(account.id(), context);
    view_life(account, countdown, (is_used, shows_next), context, buffer, line.intersection(area));
}

/// Draws what is left of the code's life, or how to get the next one.
fn view_life(
    account: &Account,
    countdown: Option<Countdown>,
    (is_used, shows_next): (bool, bool),
    context: &Context<'_>,
    buffer: &mut Buffer,
    line: Rect,
) {
    let Some(countdown) = countdown else {
        let words = format!("{} · #{}", row::next_by(context), account.counter());
        label::draw(buffer, line, &words, context.style(Role::Muted));
        return;
    };
    let role = if countdown.is_expiring() { Role::Expiring } else { Role::Bar };
    let words = if is_used { "✓ used " } else { "" };
    let seconds = format!("{words}{:>2}", countdown.seconds());
    let used = u16::try_from(crate::shown::width(&seconds)).unwrap_or(0) + 1;
    label::draw_right(buffer, line, &seconds, context.style(role));
    let mut bar = Rect { width: line.width.saturating_sub(used), ..line };
    let next_cells = code::width(account.params());
    if shows_next && bar.width > NEXT_MARK + next_cells {
        // The bar is nearly empty: its end is for the next code.
        let step = account.step(context.now).saturating_add(1);
        let next = Rect { x: bar.right() - next_cells, width: next_cells, ..bar };
        code::draw(buffer, next, &account.code(step), context.style(Role::Next));
        bar.width -= NEXT_MARK + next_cells;
        label::draw(buffer, Rect { x: bar.right(), width: NEXT_MARK, ..bar }, "▸ ", context.style(Role::Next));
    }
    countdown.draw(buffer, bar, context.style(role), 1, context.settings.unicode);
}
