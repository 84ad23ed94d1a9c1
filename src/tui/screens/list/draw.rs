//! Draws the list.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::layout::{Layout, Shape};
use super::order::Row;
use super::{List, detail, header, one, row};
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::{code, countdown, label};

pub(super) fn view(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let layout = Layout::of(area, list.is_search_visible());
    header::view(list, context, frame, &layout);
    if list.rows.is_empty() {
        view_empty(list, context, frame, layout.rows);
    } else if layout.shape == Shape::One {
        one::view(list, context, frame.buffer_mut(), layout.rows);
    } else {
        view_rows(list, context, frame, &layout);
    }
    if let (Some(rule), Some(area), Some(account)) = (layout.rule, layout.detail, list.account()) {
        for y in rule.top()..rule.bottom() {
            let place = Rect { y, height: 1, ..rule };
            label::draw(frame.buffer_mut(), place, "│", context.style(Role::Muted));
        }
        detail::view(list, account, &list.context_of(account.id(), context), frame.buffer_mut(), area);
    }
}

fn view_rows(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, layout: &Layout) {
    let window = list.scroll.window(list.rows.len(), layout.visible_rows());
    let code_width = |row: &Row| match list.is_code_visible(row.account.id(), context) {
        true => code::width(row.account.params()),
        false => code::HIDDEN_WIDTH,
    };
    let shown = row::Shown {
        list,
        context,
        code_width: list.rows[window.clone()].iter().map(code_width).max().unwrap_or(0),
        pace: countdown::pace(window.len()),
        has_seconds: layout.detail.is_none(),
    };
    for (index, row) in list.rows[window.clone()].iter().enumerate() {
        let is_selected = window.start + index == list.scroll.selected;
        let area = layout.row(index);
        let shown = row::Shown { context: &list.context_of(row.account.id(), context), ..shown };
        if layout.shape == Shape::TwoLines {
            shown.draw_two_lines(frame.buffer_mut(), area, row, index, is_selected);
        } else {
            shown.draw(frame.buffer_mut(), area, row, index, is_selected);
        }
    }
}

/// Says the one next key.
fn view_empty(list: &List, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let lines = empty_lines(list, context);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.y + area.height.saturating_sub(height) / 3;
    let margin = if area.width >= 60 { 4 } else { 1 };
    let mut line = Rect { x: area.x + margin, y: top, width: area.width.saturating_sub(2 * margin), height: 1 };
    for (text, role) in lines {
        if line.y >= area.bottom() {
            return;
        }
        let rest = Rect { height: area.bottom() - line.y, ..line };
        line.y += label::draw_wrapped(frame.buffer_mut(), rest, &text, context.style(role)).max(1);
    }
}

fn empty_lines(list: &List, context: &Context<'_>) -> Vec<(String, Role)> {
    if !list.query.is_empty() {
        let query = crate::shown::shown_line(list.query.text(), 30);
        let nearest = context.snapshot.and_then(|snapshot| crate::vault::nearest(&snapshot.vault, list.query.text()));
        let meant = nearest.map(|name| (format!("did you mean {}?", crate::shown::shown_line(&name, 40)), Role::Muted));
        return std::iter::once((format!("nothing matches \"{query}\""), Role::Text)).chain(meant).collect();
    }
    if let Some(tag) = &list.tag {
        let tag = crate::shown::shown_line(tag, 30);
        return vec![(format!("no account has the tag {tag}"), Role::Text)];
    }
    let key = context.key(crate::tui::action::Action::Add);
    let path = context.snapshot.map(|snapshot| snapshot.path.clone()).unwrap_or_default();
    vec![
        ("no accounts yet".to_owned(), Role::Title),
        (String::new(), Role::Text),
        (format!("press {key} to add one, or paste an otpauth:// address"), Role::Text),
        (String::new(), Role::Text),
        (format!("the vault is one file: {path}"), Role::Muted),
        (
            "keep a copy of it on another disk: without it, and without the passphrase, nobody gets in".to_owned(),
            Role::Muted,
        ),
    ]
}
