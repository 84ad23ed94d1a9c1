//! Digits and capitals three rows high, out of half blocks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How many rows a large sign fills.
pub const HEIGHT: u16 = 3;
/// Cells between two signs, and between two groups.
const GAP: u16 = 1;
const GROUP_GAP: u16 = 3;

/// Five rows of dots, from the top; the leftmost dot is the highest of as many bits as the sign is wide.
struct Sign {
    width: u16,
    rows: [u8; 5],
}

/// Returns how many cells a text fills; `None` if a sign of it has no large form.
pub fn width(text: &str) -> Option<u16> {
    let mut width = 0;
    for letter in text.chars() {
        width += match letter {
            ' ' => GROUP_GAP - GAP,
            letter => sign(letter)?.width + GAP,
        };
    }
    Some(width.saturating_sub(GAP))
}

/// Draws a text whose [`width`] is known to fit.
pub fn draw(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let mut x = area.x;
    for letter in text.chars() {
        let Some(sign) = sign(letter) else {
            x += GROUP_GAP - GAP;
            continue;
        };
        for row in 0..HEIGHT {
            let upper = sign.rows[usize::from(row) * 2];
            let lower = sign.rows.get(usize::from(row) * 2 + 1).copied().unwrap_or(0);
            for column in 0..sign.width {
                let bit = 1 << (sign.width - 1 - column);
                let half = match (upper & bit != 0, lower & bit != 0) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => " ",
                };
                if x + column < area.right() {
                    buffer.set_string(x + column, area.y + row, half, style);
                }
            }
        }
        x += sign.width + GAP;
    }
}

const fn three(rows: [u8; 5]) -> Sign {
    Sign { width: 3, rows }
}

const fn five(rows: [u8; 5]) -> Sign {
    Sign { width: 5, rows }
}

#[rustfmt::skip]
fn sign(letter: char) -> Option<Sign> {
    Some(match letter {
        '0' => three([0b111, 0b101, 0b101, 0b101, 0b111]),
        '1' => three([0b010, 0b110, 0b010, 0b010, 0b111]),
        '2' => three([0b111, 0b001, 0b111, 0b100, 0b111]),
        '3' => three([0b111, 0b001, 0b111, 0b001, 0b111]),
        '4' => three([0b101, 0b101, 0b111, 0b001, 0b001]),
        '5' => three([0b111, 0b100, 0b111, 0b001, 0b111]),
        '6' => three([0b111, 0b100, 0b111, 0b101, 0b111]),
        '7' => three([0b111, 0b001, 0b001, 0b001, 0b001]),
        '8' => three([0b111, 0b101, 0b111, 0b101, 0b111]),
        '9' => three([0b111, 0b101, 0b111, 0b001, 0b111]),
        'A' => three([0b010, 0b101, 0b111, 0b101, 0b101]),
        'B' => three([0b110, 0b101, 0b110, 0b101, 0b110]),
        'C' => three([0b011, 0b100, 0b100, 0b100, 0b011]),
        'D' => three([0b110, 0b101, 0b101, 0b101, 0b110]),
        'E' => three([0b111, 0b100, 0b110, 0b100, 0b111]),
        'F' => three([0b111, 0b100, 0b110, 0b100, 0b100]),
        'G' => three([0b011, 0b100, 0b101, 0b101, 0b011]),
        'H' => three([0b101, 0b101, 0b111, 0b101, 0b101]),
        'I' => three([0b111, 0b010, 0b010, 0b010, 0b111]),
        'J' => three([0b001, 0b001, 0b001, 0b101, 0b010]),
        'K' => three([0b101, 0b101, 0b110, 0b101, 0b101]),
        'L' => three([0b100, 0b100, 0b100, 0b100, 0b111]),
        'M' => five([0b10001, 0b11011, 0b10101, 0b10001, 0b10001]),
        'N' => five([0b10001, 0b11001, 0b10101, 0b10011, 0b10001]),
        'O' => three([0b010, 0b101, 0b101, 0b101, 0b010]),
        'P' => three([0b110, 0b101, 0b110, 0b100, 0b100]),
        'Q' => five([0b01110, 0b10001, 0b10101, 0b10010, 0b01101]),
        'R' => three([0b110, 0b101, 0b110, 0b101, 0b101]),
        'S' => three([0b011, 0b100, 0b010, 0b001, 0b110]),
        'T' => three([0b111, 0b010, 0b010, 0b010, 0b010]),
        'U' => three([0b101, 0b101, 0b101, 0b101, 0b111]),
        'V' => three([0b101, 0b101, 0b101, 0b101, 0b010]),
        'W' => five([0b10001, 0b10001, 0b10101, 0b11011, 0b10001]),
        'X' => three([0b101, 0b101, 0b010, 0b101, 0b101]),
        'Y' => three([0b101, 0b101, 0b010, 0b010, 0b010]),
        'Z' => three([0b111, 0b001, 0b010, 0b100, 0b111]),
        _ => return None, // small letters, which a site may tell from capitals
    })
}
