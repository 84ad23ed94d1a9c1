//! A QR code on the screen, as large as there is room for. The one place of the app that exposes codes for phones.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use secrecy::ExposeSecret;

use super::frame;
use crate::exchange::qr::{QUIET, QrCode};

/// The least margin that scanners forgive.
const LEAST_QUIET: usize = 2;

/// How much larger the window must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lack {
    columns: usize,
    rows: usize,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, name: &str| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
        let by = match (self.columns, self.rows) {
            (0, rows) => some(rows, "line"),
            (columns, 0) => some(columns, "column"),
            (columns, rows) => format!("{} and {}", some(columns, "column"), some(rows, "line")),
        };
        write!(f, "Enlarge the window by {by}, or make its letters smaller: the code does not fit.")
    }
}

/// Tells whether a code fits into a place.
pub fn fits(area: Rect, code: &QrCode, unicode: bool) -> bool {
    quiet(area, code, unicode).is_some()
}

/// Returns the widest margin that there is room for.
fn quiet(area: Rect, code: &QrCode, unicode: bool) -> Option<usize> {
    let fits = |quiet: &usize| {
        let (columns, rows) = cells(code, *quiet, unicode);
        columns <= usize::from(area.width) && rows <= usize::from(area.height)
    };
    [QUIET, LEAST_QUIET].into_iter().find(fits)
}

/// Draws a code in the middle of a place: half blocks, or, without signs beyond ASCII, two cells a module.
///
/// # Errors
/// There is too little room.
pub fn draw(buffer: &mut Buffer, area: Rect, code: &QrCode, style: Style, unicode: bool) -> Result<(), Lack> {
    let Some(quiet) = quiet(area, code, unicode) else {
        let (columns, rows) = cells(code, LEAST_QUIET, unicode);
        return Err(Lack {
            columns: columns.saturating_sub(area.width.into()),
            rows: rows.saturating_sub(area.height.into()),
        });
    };
    let (columns, rows) = cells(code, quiet, unicode);
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let place = frame::centred(area, cells(columns), cells(rows));
    if unicode {
        for (line, y) in code.lines(quiet).iter().zip(place.y..) {
            buffer.set_stringn(place.x, y, line.expose_secret(), columns, style);
        }
        return Ok(());
    }
    let dark = Style { fg: style.bg, bg: style.fg, ..style };
    for (row, y) in (0..rows).zip(place.y..) {
        for (column, x) in (0..columns / 2).zip((place.x..).step_by(2)) {
            let style = if code.is_dark(column, row, quiet) { dark } else { style };
            buffer.set_stringn(x, y, "  ", 2, style);
        }
    }
    Ok(())
}

/// Returns how many modules a side of the largest code has that fits.
pub fn most_modules(area: Rect, unicode: bool) -> usize {
    let (columns, rows) = (usize::from(area.width), usize::from(area.height));
    let side = if unicode { columns.min(rows * 2) } else { (columns / 2).min(rows) };
    side.saturating_sub(2 * LEAST_QUIET)
}

fn cells(code: &QrCode, quiet: usize, unicode: bool) -> (usize, usize) {
    let side = code.side() + 2 * quiet;
    if unicode { code.cells(quiet) } else { (side * 2, side) }
}
