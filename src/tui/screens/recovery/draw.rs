//! How the screen looks.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::RecoveryCodes;
use super::rows::Row;
use crate::otp::Timestamp;
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::{Account, CodeState, Recovery, RecoverySet, SetKind};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Cells of a code's number and the space behind it.
const NUMBER_CELLS: u16 = 5;
/// What stands for a code whose text is not at hand.
const UNKNOWN: &str = "•••";
/// From so few codes on, it is time for new ones.
const FEW: usize = 2;
/// With fewer rows than this, only the most important of the facts stands over the codes.
const ROOMY_ROWS: u16 = 14;

/// Returns `9 of 16 left`.
pub(in crate::tui::screens) fn left_words(recovery: &Recovery) -> String {
    match (recovery.unused(), recovery.unused() + recovery.used()) {
        (_, 0) => "none stored".to_owned(),
        (left, total) => format!("{left} of {total} left"),
    }
}

/// Returns the sign of an account without recovery codes or with few; none where all is well.
pub(in crate::tui::screens) fn sign(recovery: &Recovery) -> Option<(&'static str, Role)> {
    // One key that is there is all there is, and what the site replaces does not run out.
    let lasts = |set: &&RecoverySet| (set.kind().one_off || set.kind().replaced_when_used) && set.unused() > 0;
    let current = recovery.current();
    match recovery.unused() {
        0 if current.is_empty() => Some(("○", Role::Muted)),
        0..=FEW if !current.iter().any(lasts) => Some(("◔", Role::Warning)),
        _ => None,
    }
}

/// Tells whether it is time to compare the codes with the site's again.
pub(in crate::tui::screens) fn is_check_due(recovery: &Recovery, context: &Context<'_>) -> bool {
    let Some(days) = context.settings.check_days else { return false };
    let millis = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY_MILLIS);
    let last = |set: &&RecoverySet| set.checked().unwrap_or(set.created());
    let oldest = recovery.current().iter().filter(|set| set.unused() > 0).map(last).min();
    oldest.is_some_and(|last| context.now.millis_since(last) > millis)
}

pub(super) fn view(screen: &RecoveryCodes, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let Some(account) = screen.account(context) else { return };
    let buffer = frame.buffer_mut();
    let below = heading::view(&account.label(), "recovery codes", context, buffer, area);
    let rows = screen.rows(context);
    let text = Rect { x: below.x + heading::MARGIN, width: below.width.saturating_sub(2), ..below };
    if rows.is_empty() {
        let words = "No recovery codes are stored for this account. Copy them at the site, then paste them here.";
        label::draw_wrapped(buffer, text, words, context.style(Role::Muted));
        return;
    }
    for ((words, role), y) in facts(account, context, area.height).into_iter().zip(text.y..) {
        label::draw(buffer, Rect { y, height: 1, ..text }, &words, context.style(role));
    }
    let (selected, count) = (screen.place(&rows), rows.len());
    picker::view(list_area(screen, context, area), selected, count, context, buffer, |buffer, row, place| {
        view_row(screen, account, rows[row], context, buffer, place);
    });
}

/// Returns where the rows are.
pub(super) fn list_area(screen: &RecoveryCodes, context: &Context<'_>, area: Rect) -> Rect {
    let below = heading::below(area);
    let facts = screen.account(context).map_or(0, |account| facts(account, context, area.height).len());
    let gap = usize::from(area.height >= ROOMY_ROWS);
    let taken = u16::try_from(facts + gap).unwrap_or(0).min(below.height);
    Rect { y: below.y + taken, height: below.height - taken, ..below }
}

/// Returns what is said over the codes, the most important first; one line where there is little room.
fn facts(account: &Account, context: &Context<'_>, height: u16) -> Vec<(String, Role)> {
    let recovery = account.recovery();
    let mut facts = Vec::new();
    let left = recovery.unused();
    let current = recovery.current();
    if current.is_empty() {
        facts.push(("no set counts any more: a adds a new one".to_owned(), Role::Warning));
    } else {
        let checked = current.iter().filter_map(|set| set.checked()).min();
        let checked = checked.map_or("never checked".to_owned(), |at| format!("checked {}", day(at, context)));
        facts.push((format!("{} · {checked}", left_words(recovery)), Role::Text));
    }
    let is_few = left <= FEW && !current.is_empty() && current.iter().all(|set| !set.kind().one_off);
    if is_few {
        facts.push((format!("! {left} left: make new ones at the site, then add them"), Role::Warning));
    }
    if is_check_due(recovery, context) {
        facts.push(("! not compared with the site's for long: c when you have".to_owned(), Role::Warning));
    }
    if current.iter().any(|set| set.is_apart()) {
        facts.push(("kept apart from the vault: B opens them".to_owned(), Role::Muted));
    }
    if let [only] = current.as_slice() {
        facts.push((origin(only, context), Role::Muted));
    }
    for set in &current {
        facts.extend(kind_words(set.kind()).into_iter().map(|words| (words.to_owned(), Role::Muted)));
        facts.extend(set.kind().expires.map(|at| match at < context.now {
            true => (format!("! expired {}", day(at, context)), Role::Warning),
            false => (format!("expires {}", day(at, context)), Role::Muted),
        }));
    }
    if height < ROOMY_ROWS {
        facts.truncate(1);
    }
    facts
}

/// Returns what is special about a kind of set.
pub(super) fn kind_words(kind: SetKind) -> Vec<&'static str> {
    let all = [
        (kind.one_off, "one key, which works once"),
        (kind.ordered, "the site asks for them in their order"),
        (kind.replaced_when_used, "the site replaces a code that was used"),
    ];
    all.into_iter().filter(|(applies, _)| *applies).map(|(_, words)| words).collect()
}

fn origin(set: &RecoverySet, context: &Context<'_>) -> String {
    format!("{} from {}, {}", set.len(), set.origin(), day(set.created(), context))
}

fn day(at: Timestamp, context: &Context<'_>) -> String {
    dates::when(at, context.now, &context.settings.time_zone)
}

fn view_row(
    screen: &RecoveryCodes,
    account: &Account,
    row: Row,
    context: &Context<'_>,
    buffer: &mut Buffer,
    place: Rect,
) {
    match row {
        Row::Fold(count) => {
            let sign = if screen.shows_old { "less" } else { "more" };
            let words = format!("{count} removed or superseded ({sign}: o)");
            label::draw(buffer, place, &words, context.style(Role::Muted));
        }
        Row::Set(id) => {
            let Some(set) = account.recovery().get(id) else { return };
            let state = match (set.is_removed(), set.superseded()) {
                (true, _) => ", removed".to_owned(),
                (false, Some(at)) => format!(", superseded {}", day(at, context)),
                (false, None) => String::new(),
            };
            label::draw(buffer, place, &format!("{}{state}", origin(set, context)), context.style(Role::Muted));
        }
        Row::Code(id, code) => {
            let Some(set) = account.recovery().get(id) else { return };
            view_code(screen, set, code, context, buffer, place);
        }
    }
}

fn view_code(
    screen: &RecoveryCodes,
    set: &RecoverySet,
    code: usize,
    context: &Context<'_>,
    buffer: &mut Buffer,
    place: Rect,
) {
    let number = Rect { width: NUMBER_CELLS.min(place.width), ..place };
    label::draw(buffer, number, &format!("{:>3}", code + 1), context.style(Role::Muted));
    let taken = number.width;
    let place = Rect { x: place.x + taken, width: place.width - taken, ..place };
    let text = set.texts().and_then(|texts| texts.codes().get(code));
    let is_visible = text.is_some() && screen.is_visible(set.id(), code, context.now);
    let shown = match text {
        Some(text) if is_visible => text.expose_secret().to_owned(),
        Some(text) => text.masked(),
        None => UNKNOWN.to_owned(),
    };
    let (role, used) = match set.state(code) {
        CodeState::Used(at) => (Role::Used, format!("✓ used {}", day(at, context))),
        CodeState::Unused if is_visible => (Role::Code, String::new()),
        CodeState::Unused => (Role::Text, String::new()),
    };
    let cells = label::draw(buffer, place, &shown, context.style(role));
    let gap = (cells + 3).min(place.width);
    let rest = Rect { x: place.x + gap, width: place.width - gap, ..place };
    label::draw(buffer, rest, &used, context.style(Role::Used));
}
