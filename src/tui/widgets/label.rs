//! A line of text in a cell range: outside text made safe, without names that must not be seen, cut where it must be.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use crate::shown;
use crate::tui::privacy::Ink;

/// Draws one line of text from the left edge of `area`, cut with `…`; returns how many cells it filled.
pub fn draw(buffer: &mut Buffer, area: Rect, text: &str, style: Ink<'_>) -> u16 {
    draw_matched(buffer, area, text, &[], style, style)
}

/// Draws one line of text at the right edge of `area`; returns how many cells it filled.
pub fn draw_right(buffer: &mut Buffer, area: Rect, text: &str, style: Ink<'_>) -> u16 {
    let line = shown::shown_line(&style.seen(text), usize::from(area.width));
    let width = u16::try_from(shown::width(&line)).unwrap_or(area.width).min(area.width);
    draw(buffer, Rect { x: area.right() - width, width, ..area }, &line, style)
}

/// Draws one line of text whose characters at the indices `matched` look different.
pub fn draw_matched(
    buffer: &mut Buffer,
    area: Rect,
    text: &str,
    matched: &[u32],
    style: Ink<'_>,
    matched_style: Ink<'_>,
) -> u16 {
    if area.is_empty() {
        return 0;
    }
    let line = shown::shown_line(&style.seen(text), usize::from(area.width));
    let (mut x, y) = (area.x, area.y);
    let mut index = 0;
    // While the text is shown as it is, characters keep their places; behind the first mark of ours they do not.
    let same = common_prefix(&line, text);
    for (start, grapheme) in line.grapheme_indices(true) {
        let letters = u32::try_from(grapheme.chars().count()).unwrap_or(u32::MAX);
        let is_match = start < same && matched.iter().any(|at| (index..index + letters).contains(at));
        index += letters;
        let style = if is_match { style.style().patch(matched_style.style()) } else { style.style() };
        let room = usize::from(area.right().saturating_sub(x));
        (x, _) = buffer.set_stringn(x, y, grapheme, room, style);
    }
    x - area.x
}

/// Draws text over several lines, broken between words; returns how many rows it filled.
pub fn draw_wrapped(buffer: &mut Buffer, area: Rect, text: &str, style: Ink<'_>) -> u16 {
    let mut rows = 0;
    for line in wrap(&style.seen(text), usize::from(area.width)) {
        if rows == area.height {
            break;
        }
        draw(buffer, Rect { y: area.y + rows, height: 1, ..area }, &line, style);
        rows += 1;
    }
    rows
}

/// Breaks a text between words into lines of at most that many cells; a longer word is cut where it is drawn.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let is_full = !line.is_empty() && shown::width(&line) + 1 + shown::width(word) > cells;
        if is_full {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn common_prefix(left: &str, right: &str) -> usize {
    left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
}
