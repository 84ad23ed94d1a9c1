//! A code on the screen: in a row, large, or hidden. The one place of the app that exposes codes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use secrecy::ExposeSecret;

use super::big;
use crate::otp::{Code, Params};

/// What stands for a code that is not shown.
const HIDDEN: &str = "••• •••";
/// How many cells it fills.
pub const HIDDEN_WIDTH: u16 = 7;

/// Returns how many cells the codes of these parameters fill, in groups.
pub fn width(params: &Params) -> u16 {
    let digits = u16::from(params.digits().get());
    match digits {
        0..=5 => digits,
        8 | 10 => digits + 1,
        more => more + (more - 1) / 3,
    }
}

/// Draws a code in its groups; returns how many cells it filled.
pub fn draw(buffer: &mut Buffer, area: Rect, code: &Code, style: impl Into<Style>) -> u16 {
    if area.is_empty() {
        return 0;
    }
    let grouped = code.grouped();
    let (end, _) = buffer.set_stringn(area.x, area.y, grouped.expose_secret(), usize::from(area.width), style);
    end - area.x
}

/// Draws a code three rows high where there is room for that and signs to do it with, otherwise in its row in the middle.
pub fn draw_large(buffer: &mut Buffer, area: Rect, code: &Code, style: impl Into<Style>, unicode: bool) {
    let grouped = code.grouped();
    let fits =
        area.height >= big::HEIGHT && big::width(grouped.expose_secret()).is_some_and(|width| width <= area.width);
    if unicode && fits {
        big::draw(buffer, area, grouped.expose_secret(), style.into());
    } else {
        let middle = Rect { y: area.y + area.height.saturating_sub(1) / 2, height: area.height.min(1), ..area };
        draw(buffer, middle, code, style);
    }
}

/// Draws what stands for a code that is not shown.
///
/// It is the same for every account: its width would tell how many digits there are, or whether they are digits.
pub fn draw_hidden(buffer: &mut Buffer, area: Rect, style: impl Into<Style>) {
    if !area.is_empty() {
        buffer.set_stringn(area.x, area.y, HIDDEN, usize::from(area.width), style);
    }
}
