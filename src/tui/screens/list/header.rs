//! The two lines above the list: what this is, and what is searched.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::List;
use super::layout::Layout;
use crate::shown;
use crate::tui::action::Action;
use crate::tui::clock::ClockState;
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::settings::SortBy;
use crate::tui::theme::Role;
use crate::tui::widgets::label;
use crate::vault::Policy;

const TITLE: &str = "countersign";
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
    label::draw(buffer, area, TITLE, context.style(Role::Title));
    if let Some((text, role)) = urgent(context) {
        label::draw_right(buffer, beside_title(area), &text, context.style(role));
        return;
    }
    for (part, words, place) in placed(list, context, area) {
        label::draw(buffer, place, &words, context.style(part.role));
    }
}

/// Returns what a click on the header means.
pub(super) fn hit(list: &List, context: &Context<'_>, layout: &Layout, at: Position) -> Option<Action> {
    if layout.header.is_empty() || urgent(context).is_some() {
        return None;
    }
    let parts = placed(list, context, inset(layout.header));
    parts.into_iter().find(|(_, _, place)| place.contains(at)).and_then(|(part, ..)| part.opens)
}

/// Something that the header says.
struct Part {
    /// The longest way first.
    words: Vec<String>,
    role: Role,
    /// What gives way first where room is short: the least.
    weight: u8,
    /// What a click on it opens.
    opens: Option<Action>,
}

impl Part {
    /// Returns how much it weighs: what is wrong, then what is worth knowing, then its place in the usual order.
    fn weight_of(role: Role, usual: u8) -> u8 {
        match role {
            Role::Danger => 9,
            Role::Warning | Role::Pending => 8,
            _ => usual, // nothing is the matter
        }
    }
}

fn beside_title(area: Rect) -> Rect {
    let title = u16::try_from(TITLE.len()).unwrap_or(0) + 1;
    Rect { x: area.x + title.min(area.width), width: area.width.saturating_sub(title), ..area }
}

/// Places as much as there is room for, from the right: words are shortened first, then the lightest part left out.
fn placed(list: &List, context: &Context<'_>, area: Rect) -> Vec<(Part, String, Rect)> {
    let area = beside_title(area);
    let mut parts: Vec<Part> =
        [privacy(context), policy(context), Some(count(list, context)), clock(context), backups(context)]
            .into_iter()
            .flatten()
            .collect();
    let room = usize::from(area.width);
    let words = loop {
        match fitting(&parts, room) {
            Some(words) => break words,
            None => {
                let lightest = parts.iter().enumerate().min_by_key(|(_, part)| part.weight).map(|(place, _)| place);
                match lightest {
                    Some(place) => drop(parts.remove(place)),
                    None => break Vec::new(),
                }
            }
        }
    };
    let mut right = area.right();
    let mut all = Vec::with_capacity(parts.len());
    for (part, words) in parts.into_iter().zip(words).rev() {
        let width = u16::try_from(shown::width(&words)).unwrap_or(u16::MAX).min(area.width);
        let place = Rect { x: right - width, width, ..area };
        right = place.x.saturating_sub(GAP as u16).max(area.x);
        all.push((part, words, place));
    }
    all
}

/// Returns the words of all parts if there is room for them, the lighter ones shortened first.
fn fitting(parts: &[Part], room: usize) -> Option<Vec<String>> {
    let mut chosen = vec![0; parts.len()];
    loop {
        let words = |place: usize| &parts[place].words[chosen[place]];
        let wide: usize = (0..parts.len()).map(|place| shown::width(words(place))).sum();
        if wide + GAP * parts.len().saturating_sub(1) <= room {
            return Some((0..parts.len()).map(|place| words(place).clone()).collect());
        }
        let shorter = (0..parts.len()).filter(|place| chosen[*place] + 1 < parts[*place].words.len());
        let lightest = shorter.min_by_key(|place| parts[*place].weight)?;
        chosen[lightest] += 1;
    }
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

/// Says that secrets stay where they are.
fn policy(context: &Context<'_>) -> Option<Part> {
    let is_single = context.snapshot?.vault.policy() == Policy::SingleDevice;
    let words = vec!["single device".to_owned()];
    is_single.then_some(Part { words, role: Role::Muted, weight: 2, opens: None })
}

/// Says that names are hidden: who looks for one must know why it is not there.
fn privacy(context: &Context<'_>) -> Option<Part> {
    let words = vec!["private".to_owned()];
    context.hides_names().then_some(Part { words, role: Role::Accent, weight: 7, opens: None })
}

fn count(list: &List, context: &Context<'_>) -> Part {
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
    Part { words: vec![count + &order], role: Role::Muted, weight: 1, opens: None }
}

/// Says how the clock stands.
fn clock(context: &Context<'_>) -> Option<Part> {
    let snapshot = context.snapshot.filter(|snapshot| !snapshot.vault.is_empty())?;
    let state = ClockState::of(&snapshot.clock);
    let weight = Part::weight_of(state.role, 3);
    Some(Part { words: state.words.into(), role: state.role, weight, opens: Some(Action::Clock) })
}

/// Says how the backups stand, the longest way first.
fn backups(context: &Context<'_>) -> Option<Part> {
    let (words, role) = backup_words(context)?;
    let weight = Part::weight_of(role, 2);
    Some(Part { words: words.into(), role, weight, opens: Some(Action::Backups) })
}

fn backup_words(context: &Context<'_>) -> Option<([String; 2], Role)> {
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
