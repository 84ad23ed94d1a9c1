//! A quiet page in the middle of the terminal: a title, names and values, fields, sentences.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::{ExposeSecret, SecretString};

use super::label;
use super::text_field::TextField;
use crate::shown;
use crate::tui::message::Trouble;
use crate::tui::screen::Context;
use crate::tui::theme::Role;

/// The widest page.
const WIDTH: u16 = 68;
/// Where values begin, where there is room for names before them.
const VALUES: u16 = 13;
/// Cells of the mark before an option, and of the option's name.
const MARK: u16 = 2;
const OPTIONS: u16 = 24;
/// From so many columns on there is.
const ROOMY: u16 = 44;

/// One thing on a page.
pub enum Item<'a> {
    /// The title.
    Title(&'a str),
    /// An empty line; left out first where room is short.
    Gap,
    /// A name and its value; left out second.
    Value(&'a str, String),
    /// A sentence or two.
    Text(String, Role),
    /// A sentence that explains; left out third.
    Aside(String),
    /// A field being typed into, its name before it.
    Field {
        /// What is asked for.
        name: &'a str,
        /// What was typed.
        field: &'a TextField,
        /// Whether the cursor is in it.
        has_focus: bool,
    },
    /// One of a few words.
    Choice {
        /// What is chosen.
        name: &'a str,
        /// What it is now.
        words: &'a str,
        /// Whether the keys are for it.
        has_focus: bool,
    },
    /// One of several things to do.
    Option {
        /// What it is.
        name: &'a str,
        /// What it is about.
        words: &'a str,
        /// Whether it is the one that Enter does.
        is_selected: bool,
    },
    /// A passphrase that was made here, to be copied onto paper.
    Words(&'a SecretString),
    /// A bar of which so much is filled, in thousandths.
    Bar(u16),
}

/// Draws the items one below the other, as many as there is room for.
pub fn view(items: &[Item<'_>], context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    for (item, place) in placed(items, area) {
        draw(item, context, frame, place);
    }
}

/// Returns which of the items that can be chosen or typed into is at a cell, from 0.
pub fn hit(items: &[Item<'_>], area: Rect, at: Position) -> Option<usize> {
    placed(items, area).iter().filter(|(item, _)| item.is_input()).position(|(_, place)| place.contains(at))
}

/// Adds what happened and what to do about it.
pub fn push_trouble(items: &mut Vec<Item<'_>>, trouble: &Trouble) {
    items.push(Item::Text(format!("! {}", trouble.what), Role::Danger));
    items.extend(trouble.next_step.clone().map(|next_step| Item::Text(next_step, Role::Text)));
}

impl Item<'_> {
    fn is_input(&self) -> bool {
        matches!(self, Self::Field { .. } | Self::Choice { .. } | Self::Option { .. })
    }
}

/// Places the items that there is room for.
fn placed<'a>(items: &'a [Item<'a>], area: Rect) -> Vec<(&'a Item<'a>, Rect)> {
    let wanted = items.iter().map(wanted_width).max().unwrap_or(WIDTH);
    let width = wanted.min(WIDTH).min(area.width.saturating_sub(2));
    let column = Rect { x: area.x + (area.width - width) / 2, width, ..area };
    let kept = fitting(items, width, area.height);
    let height: u16 = kept.iter().map(|item| rows(item, width)).sum();
    let mut y = area.y + area.height.saturating_sub(height) / 3;
    let mut all = Vec::with_capacity(kept.len());
    for item in kept {
        let place = Rect { y, height: rows(item, width), ..column }.intersection(area);
        if !place.is_empty() {
            all.push((item, place));
        }
        y = y.saturating_add(rows(item, width));
    }
    all
}

/// Returns how wide a thing would like to be; fields leave room for what a passphrase needs.
fn wanted_width(item: &Item<'_>) -> u16 {
    let cells = match item {
        Item::Gap | Item::Bar(_) => 0,
        Item::Title(text) => shown::width(text),
        Item::Value(_, text) => usize::from(VALUES) + shown::width(text),
        Item::Text(text, _) | Item::Aside(text) => shown::width(text),
        Item::Words(words) => shown::width(words.expose_secret()),
        Item::Field { .. } | Item::Choice { .. } => usize::from(ROOMY),
        Item::Option { words, .. } => usize::from(MARK + OPTIONS) + shown::width(words),
    };
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// Leaves out gaps, then values, then explanations, then the title, until the rest fits.
fn fitting<'a>(items: &'a [Item<'a>], width: u16, height: u16) -> Vec<&'a Item<'a>> {
    let mut kept: Vec<&Item<'_>> = items.iter().collect();
    let is_dispensable: [fn(&Item<'_>) -> bool; 4] = [
        |item| matches!(item, Item::Gap),
        |item| matches!(item, Item::Value(..)),
        |item| matches!(item, Item::Aside(_)),
        |item| matches!(item, Item::Title(_)),
    ];
    for dispensable in is_dispensable {
        if kept.iter().map(|item| rows(item, width)).sum::<u16>() <= height {
            break;
        }
        kept.retain(|item| !dispensable(item));
    }
    kept
}

fn rows(item: &Item<'_>, width: u16) -> u16 {
    match item {
        Item::Title(_) | Item::Gap | Item::Bar(_) | Item::Option { .. } => 1,
        Item::Value(..) if width >= ROOMY => 1,
        Item::Field { .. } | Item::Choice { .. } if width >= ROOMY => 1,
        Item::Value(..) | Item::Field { .. } | Item::Choice { .. } => 2,
        Item::Words(words) => rows_of(words.expose_secret(), width),
        Item::Text(text, _) | Item::Aside(text) => rows_of(text, width),
    }
}

fn rows_of(text: &str, width: u16) -> u16 {
    u16::try_from(label::wrap(text, usize::from(width)).len()).unwrap_or(u16::MAX).clamp(1, 6)
}

fn draw(item: &Item<'_>, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    match item {
        Item::Gap => {}
        Item::Title(title) => {
            label::draw(frame.buffer_mut(), area, title, context.style(Role::Title));
        }
        Item::Text(text, role) => {
            label::draw_wrapped(frame.buffer_mut(), area, text, context.style(*role));
        }
        Item::Aside(text) => {
            label::draw_wrapped(frame.buffer_mut(), area, text, context.style(Role::Text));
        }
        // They are to be written down as they are, also where an account is called like one of them.
        Item::Words(words) => {
            let style = context.revealed().style(Role::Code);
            label::draw_wrapped(frame.buffer_mut(), area, words.expose_secret(), style);
        }
        Item::Value(name, value) => {
            let place = named(name, context, frame, area);
            label::draw(frame.buffer_mut(), place, value, context.style(Role::Text));
        }
        Item::Field { name, field, has_focus } => {
            let place = named(name, context, frame, area);
            field.view(context, frame, place, *has_focus);
        }
        Item::Choice { name, words, has_focus } => {
            let place = named(name, context, frame, area);
            let words = if *has_focus { format!("‹ {words} ›") } else { (*words).to_owned() };
            label::draw(frame.buffer_mut(), place, &words, context.style(Role::Field));
        }
        Item::Option { name, words, is_selected } => draw_option(name, words, *is_selected, context, frame, area),
        Item::Bar(filled) => {
            let indent = if area.width >= ROOMY { VALUES } else { 0 };
            let area = Rect { x: area.x + indent, width: area.width - indent, ..area };
            let eighths = u32::from(area.width) * 8 * u32::from(*filled) / 1000;
            let whole = usize::try_from(eighths / 8).unwrap_or(0);
            let sign = if context.settings.unicode { "█" } else { "#" };
            let bar = sign.repeat(whole);
            frame.buffer_mut().set_stringn(area.x, area.y, bar, usize::from(area.width), context.style(Role::Bar));
        }
    }
}

fn draw_option(name: &str, words: &str, is_selected: bool, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let buffer = frame.buffer_mut();
    let from = |cells: u16| Rect { x: area.x + cells.min(area.width), width: area.width.saturating_sub(cells), ..area };
    label::draw(buffer, from(MARK), name, context.style(Role::Text));
    label::draw(buffer, from(MARK + OPTIONS), words, context.style(Role::Muted));
    if is_selected {
        label::draw(buffer, area, "▌", context.style(Role::Accent));
        buffer.set_style(area, context.style(Role::Selected));
    }
}

/// Draws a name; returns where its value goes: beside it, or below where room is short.
fn named(name: &str, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) -> Rect {
    label::draw(frame.buffer_mut(), area, name, context.style(Role::Muted));
    if area.width >= ROOMY {
        Rect { x: area.x + VALUES, width: area.width - VALUES, ..area }
    } else {
        Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    }
}
