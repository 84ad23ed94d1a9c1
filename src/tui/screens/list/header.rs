//! The two lines above the list: what this is, and what is searched.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::List;
use super::layout::Layout;
use crate::shown;
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::settings::SortBy;
use crate::tui::theme::Role;
use crate::tui::widgets::label;

/// So long before it locks, the app says so, in seconds.
const LOCKS_SOON_SECS: i64 = 60;
/// Cells between what is said.
const GAP: usize = 3;

pub(super) fn view(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, layout: &Layout) {
    if !layout.header.is_empty() {
        view_title(list, context, frame, inset(layout.header));
    }
    if !layout.search.is_empty() {
        view_search(list, context, frame, inset(layout.search));
    }
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

fn view_title(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let buffer = frame.buffer_mut();
    let title = label::draw(buffer, area, "countersign", context.style(Role::Title));
    let rest = Rect { x: area.x + title + 1, width: area.width.saturating_sub(title + 1), ..area };
    if let Some((text, role)) = urgent(context) {
        label::draw_right(buffer, rest, &text, context.style(role));
        return;
    }
    let mut count = count(list, context);
    let mut used = 0;
    if let Some((words, role)) = backups(context) {
        let fits = |room: usize| words.iter().find(|words| shown::width(words) <= room);
        let beside = fits(usize::from(rest.width).saturating_sub(GAP + shown::width(&count)));
        // An alarm is worth more than a number.
        let alone = fits(usize::from(rest.width)).filter(|_| role == Role::Danger);
        if let Some(words) = beside.or(alone) {
            used = label::draw_right(buffer, rest, words, context.style(role)) + GAP as u16;
        }
        if beside.is_none() && used > 0 {
            count.clear();
        }
    }
    let left = Rect { width: rest.width.saturating_sub(used), ..rest };
    label::draw_right(buffer, left, &count, context.style(Role::Muted));
}

/// Returns what stands there alone while it holds.
fn urgent(context: &Context<'_>) -> Option<(String, Role)> {
    let left = context.locks_at.map(|at| at.millis_since(context.now) / 1000);
    if let Some(left) = left.filter(|left| *left < LOCKS_SOON_SECS) {
        return Some((format!("locks in {left} s"), Role::Warning));
    }
    let is_read_only = context.snapshot.is_some_and(|snapshot| snapshot.is_read_only);
    is_read_only.then(|| ("read only: see countersign status".to_owned(), Role::Warning))
}

fn count(list: &List, context: &Context<'_>) -> String {
    let all = context.snapshot.map_or(0, |snapshot| snapshot.vault.len());
    let count = match list.rows.len() {
        some if some < all => format!("{some} of {all} accounts"),
        1 => "1 account".to_owned(),
        all => format!("{all} accounts"),
    };
    let order = match list.sort {
        SortBy::Name => String::new(),
        other => format!(" · by {}", other.words().trim_start_matches("my ")),
    };
    count + &order
}

/// Says how the backups stand, the longest way first.
fn backups(context: &Context<'_>) -> Option<([String; 2], Role)> {
    let snapshot = context.snapshot.filter(|snapshot| !snapshot.vault.is_empty())?;
    let (backups, zone) = (&snapshot.backups, &context.settings.time_zone);
    let both = |long: &str, short: &str| [long.to_owned(), short.to_owned()];
    if let Some(failing) = &backups.failing {
        let lasting = dates::lasting(failing.since, context.now, zone);
        return Some((both(&format!("! backup failing {lasting}"), "! backup fails"), Role::Danger));
    }
    if backups.made.is_empty() {
        return Some((both("no backup", "no backup"), Role::Warning));
    }
    let Some(proved) = backups.last_proved() else {
        return Some((both("backup not proved", "not proved"), Role::Warning));
    };
    let is_due = backups.is_drill_due(context.now, context.settings.remind_days);
    let (sign, role) = if is_due { ("! ", Role::Warning) } else { ("", Role::Muted) };
    let long = format!("{sign}backup proved {}", dates::ago(proved, context.now, zone));
    let short = match dates::days_since(proved, context.now, zone) {
        ..=0 => format!("{sign}proved today"),
        days => format!("{sign}proved {days} d"),
    };
    Some(([long, short], role))
}

fn view_search(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    if list.is_search_visible() {
        label::draw(frame.buffer_mut(), area, "/", context.style(Role::Accent));
        let field = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        list.query.view(context, frame, field, list.is_searching);
        return;
    }
    let used = label::draw(frame.buffer_mut(), area, "/ search", context.style(Role::Muted));
    let rest = Rect { x: area.x + used + 2, width: area.width.saturating_sub(used + 2), ..area };
    match &list.tag {
        _ if list.is_without => {
            let words = "without recovery codes";
            label::draw_right(frame.buffer_mut(), rest, words, context.style(Role::Accent))
        }
        Some(tag) => label::draw_right(frame.buffer_mut(), rest, &format!("# {tag}"), context.style(Role::Accent)),
        None => {
            let tags = context.snapshot.map(|snapshot| snapshot.vault.tags()).unwrap_or_default();
            label::draw_right(frame.buffer_mut(), rest, &tags.join(" · "), context.style(Role::Muted))
        }
    };
}
