//! The two lines above the list: what this is, and what is searched.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::List;
use super::layout::Layout;
use crate::tui::screen::Context;
use crate::tui::settings::SortBy;
use crate::tui::theme::Role;
use crate::tui::widgets::label;

/// So long before it locks, the app says so, in seconds.
const LOCKS_SOON_SECS: i64 = 60;

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
    let title = label::draw(frame.buffer_mut(), area, "countersign", context.style(Role::Title));
    let rest = Rect { x: area.x + title + 1, width: area.width.saturating_sub(title + 1), ..area };
    let (text, role) = status(list, context);
    label::draw_right(frame.buffer_mut(), rest, &text, context.style(role));
}

fn status(list: &List, context: &Context<'_>) -> (String, Role) {
    let left = context.locks_at.map(|at| at.millis_since(context.now) / 1000);
    if let Some(left) = left.filter(|left| *left < LOCKS_SOON_SECS) {
        return (format!("locks in {left} s"), Role::Warning);
    }
    let snapshot = context.snapshot;
    if snapshot.is_some_and(|snapshot| snapshot.is_read_only) {
        return ("read only: see countersign status".to_owned(), Role::Warning);
    }
    let all = snapshot.map_or(0, |snapshot| snapshot.vault.len());
    let count = match list.rows.len() {
        some if some < all => format!("{some} of {all} accounts"),
        1 => "1 account".to_owned(),
        all => format!("{all} accounts"),
    };
    let order = match list.sort {
        SortBy::Name => String::new(),
        other => format!(" · by {}", other.words().trim_start_matches("my ")),
    };
    (count + &order, Role::Muted)
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
