//! What is left of a code's life: seconds, and a bar in eighths of a cell.
//!
//! Bars move on whole seconds only, so all accounts of one period move together. The fewer rows there are the finer
//! the steps: a terminal far away must not get more than a few hundred bytes a second for it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::otp::{Enrolment, Timestamp};

/// A code with no more life than this is about to expire, in milliseconds.
pub const EXPIRING_MILLIS: i64 = 5_000;
/// As many bars can move every second for about a hundred bytes.
const ROWS_AT_FULL_PACE: usize = 16;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// What is left of a code's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// In milliseconds; more than none.
    left: i64,
    /// In milliseconds.
    period: i64,
}

impl Countdown {
    /// Returns what is left at `now` of the code that is right then; `None` for codes without a time.
    pub fn at(enrolment: &Enrolment, now: Timestamp) -> Option<Self> {
        let step = enrolment.step_at(now)?;
        let until = enrolment.valid_until(step);
        Some(Self {
            left: until.millis_since(now).max(1),
            period: until.millis_since(enrolment.valid_from(step)).max(1),
        })
    }

    /// Returns the seconds left, rounded up: never 0.
    pub fn seconds(self) -> i64 {
        (self.left - 1) / 1000 + 1
    }

    /// Tells whether the code is about to expire. One that lives that short from the start never is.
    pub fn is_expiring(self) -> bool {
        self.left <= EXPIRING_MILLIS && self.period > 2 * EXPIRING_MILLIS
    }

    /// Returns how many eighths of `cells` cells the bar fills, in steps of so many seconds: all at the start of the
    /// period, and none exactly at its end.
    pub fn eighths(self, cells: u16, step_secs: i64) -> u16 {
        let step = if self.is_expiring() { 1000 } else { step_secs.max(1) * 1000 };
        let left = ((self.left - 1) / step + 1).saturating_mul(step).min(self.period);
        let all = i128::from(cells) * 8;
        let filled = (i128::from(left) * all + i128::from(self.period) - 1) / i128::from(self.period);
        u16::try_from(filled.min(all)).unwrap_or(cells * 8)
    }

    /// Draws the bar.
    pub fn draw(self, buffer: &mut Buffer, area: Rect, style: impl Into<Style>, step_secs: i64, unicode: bool) {
        if area.is_empty() {
            return;
        }
        let eighths = usize::from(self.eighths(area.width, step_secs));
        let (whole, part) = if unicode { (eighths / 8, EIGHTHS[eighths % 8]) } else { (eighths.div_ceil(8), "") };
        let bar = if unicode { "█".repeat(whole) + part } else { "#".repeat(whole) };
        buffer.set_stringn(area.x, area.y, bar, usize::from(area.width), style);
    }
}

/// Returns how many seconds a step of the bars takes when there are so many of them.
pub fn pace(rows: usize) -> i64 {
    i64::try_from(rows.div_ceil(ROWS_AT_FULL_PACE).clamp(1, 5)).unwrap_or(5)
}

/// Returns the next moment at which a countdown changes.
pub fn next_change(now: Timestamp) -> Timestamp {
    Timestamp::from_secs(now.as_secs().saturating_add(1))
}
