//! What stands above the backups: how they stand, what to compare with another device, what waits to be merged.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::backups::{Backups, Review};
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::label;

/// Cells before the names, and of the names.
const INDENT: u16 = 3;
const NAME_CELLS: u16 = 14;
/// With fewer rows than this, only what needs somebody is said.
const AIRY_ROWS: u16 = 12;

struct Fact {
    name: &'static str,
    words: String,
    role: Role,
}

/// Returns how many rows the facts take, the empty one below them included.
pub(super) fn rows(review: Option<&Review>, context: &Context<'_>, area: Rect) -> u16 {
    let count = facts(review, context, area).len();
    let gap = usize::from(count > 0 && area.height >= AIRY_ROWS);
    u16::try_from(count + gap).unwrap_or(u16::MAX)
}

/// Draws the facts.
pub(super) fn view(review: Option<&Review>, context: &Context<'_>, buffer: &mut Buffer, area: Rect) {
    let left = area.x + INDENT.min(area.width);
    for (fact, y) in facts(review, context, area).iter().zip(area.y..area.bottom()) {
        let name = Rect { x: left, y, width: NAME_CELLS.min(area.right() - left), height: 1 };
        label::draw(buffer, name, fact.name, context.style(Role::Muted));
        let x = name.right();
        let words = Rect { x, y, width: area.right().saturating_sub(x + 1), height: 1 };
        label::draw(buffer, words, &fact.words, context.style(fact.role));
    }
}

fn facts(review: Option<&Review>, context: &Context<'_>, area: Rect) -> Vec<Fact> {
    let Some(backups) = context.snapshot.map(|snapshot| &snapshot.backups) else {
        return Vec::new();
    };
    let mut facts = standing(backups, context);
    facts.push(automatic(backups, context));
    if let Some(review) = review {
        if !review.words.is_empty() {
            facts.push(Fact { name: "to compare", words: review.words.clone(), role: Role::Text });
        }
        let words = match review.conflict_copies.as_slice() {
            [] => None,
            [one] => Some(format!("one conflict copy beside the vault: {one}")),
            several => Some(format!("{} conflict copies beside the vault", several.len())),
        };
        facts.extend(words.map(|words| Fact { name: "to merge", words, role: Role::Warning }));
    }
    if area.height < AIRY_ROWS {
        facts.retain(|fact| matches!(fact.role, Role::Warning | Role::Danger));
        facts.truncate(usize::from(area.height / 2));
    }
    facts
}

fn standing(backups: &Backups, context: &Context<'_>) -> Vec<Fact> {
    let ago = |moment| dates::ago(moment, context.now, &context.settings.time_zone);
    let Some(made) = backups.last_made() else {
        return vec![Fact { name: "last backup", words: "none from this device".to_owned(), role: Role::Warning }];
    };
    let to = backups.destination.as_deref().map(|to| format!(", to {}", crate::shown::shown(to)));
    let last = Fact { name: "last backup", words: ago(made) + &to.unwrap_or_default(), role: Role::Text };
    let is_due = backups.is_drill_due(context.now, context.settings.remind_days);
    let (words, role) = match backups.last_proved() {
        None => ("none yet: D opens one as on the day you need it".to_owned(), Role::Warning),
        Some(proved) if is_due => (format!("{}: time to prove one again", ago(proved)), Role::Warning),
        Some(proved) => (ago(proved), Role::Text),
    };
    vec![last, Fact { name: "last proved", words, role }]
}

fn automatic(backups: &Backups, context: &Context<'_>) -> Fact {
    let (words, role) = match (&backups.automatic, &backups.failing) {
        (Some(_), Some(failing)) => {
            let lasting = dates::lasting(failing.since, context.now, &context.settings.time_zone);
            (format!("! failing {lasting}: {}", failing.why), Role::Danger)
        }
        (Some(folder), None) => (format!("with every change, to {}", crate::shown::shown(folder)), Role::Text),
        (None, _) => ("off; [backup] folder in the settings names where to".to_owned(), Role::Muted),
    };
    Fact { name: "automatic", words, role }
}
