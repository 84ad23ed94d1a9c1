//! Stand-ins for terminals without signs beyond ASCII.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Replaces every sign beyond ASCII that was drawn.
pub fn replace_signs(buffer: &mut Buffer) {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut covered = 0;
        for x in area.left()..area.right() {
            let cell = &mut buffer[(x, y)];
            if covered > 0 {
                covered -= 1;
                cell.set_char('?');
            } else if !cell.symbol().is_ascii() {
                covered = cell.symbol().width().saturating_sub(1);
                cell.set_char(stand_in(cell.symbol()));
            }
        }
    }
}

fn stand_in(sign: &str) -> char {
    match sign {
        "▌" | "▸" | "›" => '>',
        "‹" => '<',
        "★" | "•" => '*',
        "·" | "─" | "−" => '-',
        "±" => '~',
        "…" => '~',
        "│" | "▏" => '|',
        "█" => '#',
        "✓" => 'v',
        "×" => 'x',
        "○" => 'o',
        "◔" => '!',
        "↵" => '<',
        "↑" => '^',
        "↓" => 'v',
        "╭" | "╮" | "╰" | "╯" | "┌" | "┐" | "└" | "┘" => '+',
        _ => '?',
    }
}
