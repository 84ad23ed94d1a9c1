//! What was understood of a paste, before it is stored.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::ExposeSecret;

use super::adding::Adding;
use super::draw::kind_words;
use crate::exchange::recovery_codes::{self, Doubt, OddLine, Reading, Remark};
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label, picker};
use crate::vault::Account;

pub(super) fn view(screen: &Adding, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let account = account(screen, context);
    let title = account.map_or_else(|| "recovery codes".to_owned(), Account::label);
    let buffer = frame.buffer_mut();
    let below = heading::view(&title, "add recovery codes", context, buffer, area);
    let text = Rect { x: below.x + heading::MARGIN, width: below.width.saturating_sub(2), ..below };
    let Some(reading) = screen.reading() else {
        return view_entry(screen, context, frame, text);
    };
    if screen.is_choosing() {
        return view_choice(screen, reading, context, frame, text, below);
    }
    let lines = lines(screen, reading, context);
    for ((words, role), y) in lines.into_iter().skip(screen.first).zip(text.top()..text.bottom()) {
        label::draw(buffer, Rect { y, height: 1, ..text }, &words, context.style(role));
    }
}

/// Draws how codes come here, and why those that came could not be read.
fn view_entry(screen: &Adding, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let from = |rows: u16| Rect { y: area.y + rows.min(area.height), height: area.height.saturating_sub(rows), ..area };
    let buffer = frame.buffer_mut();
    let mut rows = match &screen.pasted {
        Some(Err(trouble)) => {
            let rows = label::draw_wrapped(buffer, area, &format!("! {}", trouble.what), context.style(Role::Danger));
            let next_step = trouble.next_step.as_deref().unwrap_or_default();
            rows + label::draw_wrapped(buffer, from(rows), next_step, context.style(Role::Muted))
        }
        Some(Ok(_)) | None => {
            let words =
                "Copy the recovery codes at the site and paste them here, all at once. Or give a file with them.";
            label::draw_wrapped(buffer, area, words, context.style(Role::Text))
        }
    };
    rows += u16::from(area.height > rows + 1);
    if screen.is_reading {
        label::draw(buffer, from(rows), "reading…", context.style(Role::Muted));
        return;
    }
    let line = Rect { height: from(rows).height.min(1), ..from(rows) };
    let cells = label::draw(buffer, line, "file or code  ", context.style(Role::Muted));
    let room = Rect { x: line.x + cells, width: line.width.saturating_sub(cells), ..line };
    screen.typed.view(context, frame, room, true);
}

/// Draws the accounts to choose from.
fn view_choice(
    screen: &Adding,
    reading: &Reading,
    context: &Context<'_>,
    frame: &mut Frame<'_>,
    text: Rect,
    below: Rect,
) {
    let Some(snapshot) = context.snapshot else { return };
    let question = format!("{}: whose are they?", summary(reading));
    label::draw(frame.buffer_mut(), Rect { height: 1, ..text }, &question, context.style(Role::Text));
    let candidates = screen.candidates(snapshot);
    let rows = Rect { y: below.y + 2.min(below.height), height: below.height.saturating_sub(2), ..below };
    let place = screen.place(&candidates);
    picker::view(rows, place, candidates.len(), context, frame.buffer_mut(), |buffer, row, place| {
        let label = snapshot.vault.get(candidates[row]).map(|account| account.label()).unwrap_or_default();
        label::draw(buffer, place, &label, context.style(Role::Text));
    });
}

fn account<'a>(screen: &Adding, context: &Context<'a>) -> Option<&'a Account> {
    context.snapshot?.vault.get(screen.account?).map(AsRef::as_ref)
}

/// Tells whether the account has codes that the new ones would supersede.
pub(super) fn has_old(screen: &Adding, context: &Context<'_>) -> bool {
    account(screen, context).is_some_and(|account| !account.recovery().current().is_empty())
}

/// Returns how many lines there are at least, so that scrolling ends.
pub(super) fn line_count(reading: &Reading) -> usize {
    reading.codes.len() + reading.about.len() + reading.odd.len() + reading.remarks.len()
}

fn summary(reading: &Reading) -> String {
    let count = reading.codes.len();
    let used = count - reading.unused();
    let codes = if count == 1 { "1 recovery code".to_owned() } else { format!("{count} recovery codes") };
    if used == 0 { codes } else { format!("{codes}, {used} of them used") }
}

fn lines(screen: &Adding, reading: &Reading, context: &Context<'_>) -> Vec<(String, Role)> {
    let mut lines = vec![(summary(reading), Role::Text)];
    let doubts = doubts(screen, reading, context);
    // Odd lines stand below, one by one.
    let told = doubts.iter().filter(|doubt| !matches!(doubt, Doubt::OddLines(_)));
    lines.extend(told.map(|doubt| (format!("! {doubt}"), Role::Warning)));
    let is_doubt = |remark: &&Remark| matches!(remark, Remark::Lengths | Remark::Headings);
    let remarks = reading.remarks.iter().filter(|remark| !is_doubt(remark));
    lines.extend(remarks.map(|remark| (format!("note: {remark}"), Role::Warning)));
    lines.extend(kind_words(reading.kind).into_iter().map(|words| (words.to_owned(), Role::Muted)));
    if has_old(screen, context) {
        let words = if screen.keep_old { "the codes before stay" } else { "the codes before are superseded" };
        lines.push((words.to_owned(), Role::Muted));
    }
    let is_revealed = screen.revealed.shows((), context.now);
    lines.extend(reading.odd.iter().map(|odd| (odd_words(odd, is_revealed), Role::Warning)));
    lines.push((String::new(), Role::Text));
    for (code, number) in reading.codes.iter().zip(1..) {
        let text = if is_revealed { code.text.expose_secret().to_owned() } else { code.text.masked() };
        let day = |at| dates::when(at, context.now, &context.settings.time_zone);
        let (used, role) = match (code.is_used, code.used_at) {
            (false, _) => (String::new(), Role::Text),
            (true, None) => ("   ✓ used".to_owned(), Role::Used),
            (true, Some(at)) => (format!("   ✓ used {}", day(at)), Role::Used),
        };
        lines.push((format!("{number:>3}  {text}{used}"), role));
    }
    if !reading.about.is_empty() {
        lines.push((String::new(), Role::Text));
        lines.extend(reading.about.iter().map(|line| (line.clone(), Role::Muted)));
    }
    lines
}

fn odd_words(odd: &OddLine, is_revealed: bool) -> String {
    let what = if odd.is_read { "understood in part" } else { "not understood, kept as text" };
    let text = if is_revealed { format!(": {}", odd.text.expose_secret()) } else { String::new() };
    format!("! line {}: {what}{text}", odd.number)
}

/// Returns what speaks against storing the codes with this account.
fn doubts(screen: &Adding, reading: &Reading, context: &Context<'_>) -> Vec<Doubt> {
    let (Some(snapshot), Some(own)) = (context.snapshot, account(screen, context)) else { return Vec::new() };
    recovery_codes::doubts(&snapshot.vault, own, reading)
}
