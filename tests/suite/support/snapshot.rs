//! A frame as text: the picture, the roles in it, and what was asked of the machine.

use countersign::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::{Color, Style};

/// Returns the theme that gives every role a colour of its own, so that a picture's colours can be read as roles.
pub(crate) fn theme() -> Theme {
    Theme::from_styles(|role| match role {
        Role::Text => Style::new(),
        Role::Selected => Style::new().bg(Color::Indexed(100)),
        role => Style::new().fg(Color::Indexed(role as u8)),
    })
}

/// Returns the picture, the roles and the effects.
pub(crate) fn whole(buffer: &Buffer, cursor: Option<Position>, effects: &[String]) -> String {
    let mut text = picture(buffer);
    text.push_str("--- roles\n");
    text.push_str(&roles(buffer));
    if let Some(cursor) = cursor {
        text.push_str(&format!("cursor at {}, {}\n", cursor.x, cursor.y));
    }
    text.push_str("--- effects\n");
    for effect in effects {
        text.push_str(effect);
        text.push('\n');
    }
    text
}

/// Returns the signs on the screen, each line behind a bar.
pub(crate) fn picture(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        text.push('|');
        text.push_str(line(buffer, y).trim_end());
        text.push('\n');
    }
    text
}

/// Returns where a text stands on the screen.
pub(crate) fn find(buffer: &Buffer, text: &str) -> Option<Position> {
    (0..buffer.area.height).find_map(|y| {
        let line = line(buffer, y);
        let before = &line[..line.find(text)?];
        Some(Position::new(u16::try_from(countersign::shown::width(before)).unwrap(), y))
    })
}

fn line(buffer: &Buffer, y: u16) -> String {
    let mut line = String::new();
    let mut covered = 0;
    for x in 0..buffer.area.width {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        let symbol = buffer[(x, y)].symbol();
        covered = countersign::shown::width(symbol).saturating_sub(1);
        line.push_str(symbol);
    }
    line
}

fn roles(buffer: &Buffer) -> String {
    let rows: Vec<String> = (0..buffer.area.height).map(|y| roles_of_row(buffer, y)).collect();
    let mut text = String::new();
    let mut first = 0;
    for equal in rows.chunk_by(|above, below| above == below) {
        let last = first + equal.len() - 1;
        match (equal[0].as_str(), first == last) {
            ("", _) => {}
            (row, true) => text.push_str(&format!("{first}: {row}\n")),
            (row, false) => text.push_str(&format!("{first} to {last}: {row}\n")),
        }
        first = last + 1;
    }
    text
}

fn roles_of_row(buffer: &Buffer, y: u16) -> String {
    let cell = |x: u16| &buffer[(x, y)];
    let mut row = runs(buffer.area.width, |x| (cell(x).bg == Color::Indexed(100)).then_some(Role::Selected));
    row.extend(runs(buffer.area.width, |x| role_of(cell(x).fg).filter(|_| cell(x).symbol() != " ")));
    row.join(", ")
}

fn runs(width: u16, role: impl Fn(u16) -> Option<Role>) -> Vec<String> {
    let mut runs: Vec<(u16, u16, Role)> = Vec::new();
    for x in 0..width {
        match (runs.last_mut(), role(x)) {
            // A gap of one cell is a space between two words.
            (Some((_, last, before)), Some(role)) if *before == role && *last + 2 >= x => *last = x,
            (_, Some(role)) => runs.push((x, x, role)),
            (_, None) => {}
        }
    }
    runs.into_iter().map(|(from, to, role)| format!("{from}-{to} {}", role.name())).collect()
}

fn role_of(colour: Color) -> Option<Role> {
    match colour {
        Color::Indexed(number) => Role::ALL.into_iter().find(|role| *role as u8 == number),
        _ => None,
    }
}
