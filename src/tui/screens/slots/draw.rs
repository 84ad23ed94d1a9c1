//! A way to unlock as a row, and what is said of the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::sealing::SlotKind;
use crate::shown::shown;
use crate::tui::dates;
use crate::tui::screen::Context;
use crate::tui::slots::{KnownSlot, protection};
use crate::tui::theme::Role;
use crate::tui::widgets::{heading, label};

/// Cells of what it is, of its name, of a day.
const KIND_CELLS: u16 = 16;
const NAME_CELLS: u16 = 16;
const DAY_CELLS: u16 = 22;
/// From so many columns on, a row says when it was added and used.
const WIDE: u16 = 104;
/// Rows for what is said of the selected one, and from how many rows on there is room for all of it.
const BELOW_ROWS: u16 = 9;
const NARROW_ROWS: u16 = 6;
const ROOMY_ROWS: u16 = 16;
/// Cells of the words before what is said.
const LEAD_CELLS: u16 = 13;
/// From so many columns on they stand beside it.
const ROOMY: u16 = 60;

/// Says what it is.
pub(super) fn kind(slot: &KnownSlot) -> String {
    match slot.kind {
        SlotKind::Passphrase => "passphrase".to_owned(),
        SlotKind::Keyring => "keyring".to_owned(),
        SlotKind::Identity => "identity".to_owned(),
        SlotKind::Plugin => "age plugin".to_owned(),
        SlotKind::Sheet => "recovery sheet".to_owned(),
        SlotKind::Unknown => shown(&slot.kind_name),
    }
}

/// Says what it is, and what it is called.
pub(super) fn title(slot: &KnownSlot) -> String {
    match slot.name.as_str() {
        "" => kind(slot),
        name => format!("{} {}", kind(slot), shown(name)),
    }
}

/// Divides the screen into the rows and what is said of the selected one.
pub(super) fn split(area: Rect) -> (Rect, Rect) {
    let below = heading::below(area);
    let wanted = if below.height >= ROOMY_ROWS { BELOW_ROWS } else { NARROW_ROWS };
    let taken = wanted.min(below.height.saturating_sub(2));
    let rows = Rect { height: below.height - taken, ..below };
    let margin = heading::MARGIN.min(below.width / 2);
    let rest = Rect { x: below.x + margin, y: rows.bottom(), width: below.width - 2 * margin, height: taken };
    let gap = u16::from(taken == BELOW_ROWS);
    (rows, Rect { y: rest.y + gap, height: rest.height - gap, ..rest })
}

/// Draws a way in one row.
pub(super) fn row(slot: &KnownSlot, is_weakest: bool, context: &Context<'_>, buffer: &mut Buffer, place: Rect) {
    let mut x = place.x;
    let mut draw = |cells: u16, text: &str, role: Role| {
        let column = Rect { x, width: cells.min(place.right().saturating_sub(x + 1)), ..place };
        label::draw(buffer, Rect { width: column.width.saturating_sub(1), ..column }, text, context.style(role));
        x = x.saturating_add(cells).min(place.right());
    };
    draw(KIND_CELLS, &kind(slot), Role::Text);
    if place.width >= ROOMY {
        draw(NAME_CELLS, &shown(&slot.name), Role::Text);
    }
    if place.width >= WIDE {
        draw(DAY_CELLS, &added(slot, context).unwrap_or_default(), Role::Muted);
        draw(DAY_CELLS, &used(slot, context).unwrap_or_default(), Role::Muted);
    }
    if is_weakest {
        draw(11, "! weakest", Role::Warning);
    }
    let mut marks = Vec::new();
    marks.extend(slot.is_in_use.then_some("opened it now"));
    marks.extend(slot.opens_here.then_some("this device"));
    marks.extend(slot.is_a_devices.then_some("a device's"));
    draw(place.width, &marks.join(" · "), Role::Good);
}

/// Draws what the selected one protects against, and what is known of it.
pub(super) fn below(
    slot: &KnownSlot,
    is_weakest: bool,
    new_words: Option<&str>,
    context: &Context<'_>,
    buffer: &mut Buffer,
    area: Rect,
) {
    // Nobody is named here, and the vault's words are to be compared as they are.
    let context = &context.revealed();
    let protection = protection(slot);
    let mut y = area.y;
    let mut say = |lead: &str, text: &str, role: Role| {
        if y >= area.bottom() {
            return;
        }
        let rest = Rect { y, height: area.bottom() - y, ..area };
        let (lead_cells, text_area) = match area.width >= ROOMY && !lead.is_empty() {
            true => (LEAD_CELLS, Rect { x: rest.x + LEAD_CELLS, width: rest.width - LEAD_CELLS, ..rest }),
            false => (0, rest),
        };
        if lead_cells > 0 {
            label::draw(buffer, Rect { height: 1, width: lead_cells, ..rest }, lead, context.style(Role::Muted));
            y += label::draw_wrapped(buffer, text_area, text, context.style(role));
        } else {
            let words = if lead.is_empty() { text.to_owned() } else { format!("{lead}: {text}") };
            y += label::draw_wrapped(buffer, text_area, &words, context.style(role));
        }
    };
    say("against", protection.against, Role::Text);
    say("not against", protection.not_against, if is_weakest { Role::Warning } else { Role::Text });
    let facts = facts(slot, context).join(" · ");
    if !facts.is_empty() {
        say("known", &facts, Role::Muted);
    }
    if is_weakest {
        say("", "! This is the weakest of them: the vault is as strong as that.", Role::Warning);
    }
    if let Some(words) = new_words {
        say("new words", &format!("{words} (compare them on your other devices)"), Role::Accent);
    }
}

fn facts(slot: &KnownSlot, context: &Context<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(added(slot, context));
    facts.extend(used(slot, context));
    facts.extend(slot.work_factor.map(|log_n| format!("work factor {log_n}")));
    facts
}

fn added(slot: &KnownSlot, context: &Context<'_>) -> Option<String> {
    slot.added.map(|at| format!("added {}", dates::ago(at, context.now, &context.settings.time_zone)))
}

/// A slot notes the day alone.
fn used(slot: &KnownSlot, context: &Context<'_>) -> Option<String> {
    slot.last_used.map(|at| format!("used here {}", dates::ago(at, context.now, &context.settings.time_zone)))
}
