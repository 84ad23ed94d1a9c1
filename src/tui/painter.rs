//! Writes the changed cells of a frame in as few bytes as it can, and all of them in one write.
//!
//! Forty countdown bars that move together are forty cells in one column: an absolute move to each costs eight bytes,
//! a step back and a line down two. And where ratatui's own backend sets and resets colours at every frame, this one
//! remembers them.

use std::collections::BTreeSet;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier};

/// Tells the terminal that a frame begins, so that it shows nothing half-drawn.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
/// Tells the terminal that the frame is whole.
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// A terminal that is written to.
pub struct Painter<W: Write> {
    out: W,
    frame: Vec<u8>,
    /// What the terminal shows.
    shown: Buffer,
    cursor: Option<Position>,
    is_cursor_shown: bool,
    /// Whether cells were drawn since the cursor was put in its place.
    has_moved: bool,
}

impl<W: Write> Painter<W> {
    /// Returns a painter for an empty terminal with a hidden cursor.
    pub fn new(out: W, size: Size) -> Self {
        let shown = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        Self { out, frame: Vec::new(), shown, cursor: None, is_cursor_shown: false, has_moved: true }
    }

    /// Tells the painter how large the terminal is.
    pub fn resize(&mut self, size: Size) {
        self.shown = Buffer::empty(Rect::new(0, 0, size.width, size.height));
    }

    /// Forgets what is known about the cursor, because somebody else may have moved it.
    pub fn forget(&mut self) {
        self.cursor = None;
        self.is_cursor_shown = false;
        self.has_moved = true;
        self.frame.extend_from_slice(b"\x1b[?25l\x1b[m");
    }
}

impl<W: Write> Painter<W> {
    fn encode_shortest(&self, changed: &[(u16, u16)]) -> Vec<u8> {
        let mut cells: Vec<(u16, u16, &Cell)> = changed.iter().map(|(x, y)| (*x, *y, &self.shown[(*x, *y)])).collect();
        let by_row = encode(&cells, self.shown.area.width);
        // Cells of one look after each other save changes of colour, but lose neighbours.
        cells.sort_by_key(|(_, _, cell)| look(cell));
        let by_look = encode(&cells, self.shown.area.width);
        if by_look.len() < by_row.len() { by_look } else { by_row }
    }
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut uneven = BTreeSet::new();
        let mut changed = Vec::new();
        let area = self.shown.area;
        for (x, y, cell) in content.filter(|(x, y, _)| area.contains(Position::new(*x, *y))) {
            let held = &mut self.shown[(x, y)];
            if !is_single(held.symbol()) || !is_single(cell.symbol()) {
                uneven.insert(y);
            }
            *held = cell.clone();
            // What a wide character covers is drawn with it, and not mentioned.
            let end = x.saturating_add(cells_of(cell)).min(area.right());
            (x + 1..end).for_each(|covered| self.shown[(covered, y)].reset());
            changed.push((x, y));
        }
        if changed.is_empty() {
            return Ok(());
        }
        changed.retain(|(_, y)| !uneven.contains(y));
        let best = self.encode_shortest(&changed);
        self.frame.extend_from_slice(&best);
        // A wide character that is written over half takes its other half along, in a colour that nobody chose.
        for y in uneven {
            let row = encode(&whole_row(&self.shown, y), self.shown.area.width);
            self.frame.extend_from_slice(&row);
        }
        self.has_moved = true;
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.is_cursor_shown {
            self.frame.extend_from_slice(b"\x1b[?25l");
            self.is_cursor_shown = false;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !self.is_cursor_shown {
            self.frame.extend_from_slice(b"\x1b[?25h");
            self.is_cursor_shown = true;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Never asked of the terminal: an answer may not come, and would be read by somebody else.
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.has_moved || self.cursor != Some(position) {
            write!(self.frame, "\x1b[{};{}H", position.y + 1, position.x + 1)?;
            self.cursor = Some(position);
            self.has_moved = false;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, _region: ClearType) -> io::Result<()> {
        // The app always fills the terminal, so there is only one region.
        self.frame.extend_from_slice(b"\x1b[m\x1b[2J");
        self.shown.reset();
        self.has_moved = true;
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.shown.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.shown.area.as_size(), pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        // Taken and not emptied: what was drawn must not stay in a buffer.
        let whole = [FRAME_BEGINS, &std::mem::take(&mut self.frame), FRAME_ENDS].concat();
        self.out.write_all(&whole)?;
        self.out.flush()
    }
}

/// From so many blanks in a row on, erasing them is shorter than writing them.
const WORTH_ERASING: usize = 7;

/// Returns how many plain blanks stand side by side from here on. Behind other colours not every terminal erases alike.
fn blanks_from(x: u16, y: u16, cell: &Cell, after: &[(u16, u16, &Cell)]) -> usize {
    let is_blank = |cell: &Cell| cell.symbol() == " " && look(cell) == PLAIN;
    if !is_blank(cell) {
        return 0;
    }
    let beside = |(place, next): &(usize, &(u16, u16, &Cell))| {
        usize::from(next.0) == usize::from(x) + place + 1 && next.1 == y && is_blank(next.2)
    };
    1 + after.iter().enumerate().take_while(beside).count()
}

/// Returns the cells of a row, but for those that a wide character covers.
fn whole_row(buffer: &Buffer, y: u16) -> Vec<(u16, u16, &Cell)> {
    let mut cells = Vec::new();
    let mut x = buffer.area.left();
    while x < buffer.area.right() {
        let cell = &buffer[(x, y)];
        cells.push((x, y, cell));
        x += cells_of(cell);
    }
    cells
}

fn cells_of(cell: &Cell) -> u16 {
    u16::try_from(crate::shown::width(cell.symbol())).unwrap_or(1).max(1)
}

/// Returns the bytes that draw these cells, in this order, from any position and the plain look back to it.
fn encode(cells: &[(u16, u16, &Cell)], width: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at: Option<Position> = None;
    let mut style = PLAIN;
    let mut rest = cells;
    while let [(x, y, cell), after @ ..] = rest {
        rest = after;
        let wanted = look(cell);
        go(&mut bytes, at, Position::new(*x, *y));
        // Of a blank only what is behind it can be seen, so that it can be drawn in many looks.
        let is_as_good = cell.symbol() == " " && (style.1, style.2 & SEEN_ON_BLANKS) == (wanted.1, wanted.2);
        if !is_as_good {
            change_look(&mut bytes, style, wanted);
            style = wanted;
        }
        let blanks = blanks_from(*x, *y, cell, after);
        if blanks >= WORTH_ERASING {
            bytes.extend_from_slice(format!("\x1b[{blanks}X").as_bytes());
            at = Some(Position::new(*x, *y));
            rest = &after[blanks - 1..];
            continue;
        }
        bytes.extend_from_slice(cell.symbol().as_bytes());
        // Behind anything else we do not know where the terminal thinks it is, nor at the end of a line.
        at = (is_one_cell(cell.symbol()) && x + 1 < width).then(|| Position::new(x + 1, *y));
    }
    change_look(&mut bytes, style, PLAIN);
    bytes
}

/// Tells whether this is one character in one cell.
fn is_single(symbol: &str) -> bool {
    symbol.chars().nth(1).is_none() && crate::shown::width(symbol) == 1
}

/// Tells whether every terminal gives this sign one cell: letters, lines, blocks, and the mark before the next code.
fn is_one_cell(symbol: &str) -> bool {
    let is_known = |letter: char| (' '..='~').contains(&letter) || ('─'..='▟').contains(&letter) || letter == '▸';
    symbol.chars().all(is_known) && is_single(symbol)
}

/// Moves the cursor by the shortest way.
fn go(bytes: &mut Vec<u8>, from: Option<Position>, to: Position) {
    let absolute = format!("\x1b[{};{}H", to.y + 1, to.x + 1);
    let relative = from.and_then(|from| relative(from, to));
    match relative {
        Some(relative) if relative.len() < absolute.len() => bytes.extend_from_slice(relative.as_bytes()),
        Some(_) | None => bytes.extend_from_slice(absolute.as_bytes()),
    }
}

/// Vertical tab goes a line down in its column, like line feed, but no terminal driver and no buffer takes it for a line's end.
fn relative(from: Position, to: Position) -> Option<String> {
    let down = to.y.checked_sub(from.y).filter(|down| *down <= 6)?;
    let mut way = "\x0b".repeat(usize::from(down));
    match (to.x.checked_sub(from.x), from.x.checked_sub(to.x)) {
        (Some(0), _) => {}
        (Some(1), _) => way.push_str("\x1b[C"),
        (Some(right), _) => way.push_str(&format!("\x1b[{right}C")),
        (_, Some(left @ ..=4)) => way.push_str(&"\x08".repeat(usize::from(left))),
        (_, Some(left)) => way.push_str(&format!("\x1b[{left}D")),
        (None, None) => return None,
    }
    Some(way)
}

/// What a cell looks like, as far as we use it.
type Look = (Colour, Colour, u16);
/// A colour in an order: ratatui's own type has none.
type Colour = (u8, u8, u8, u8);

const RESET: Colour = (0, 0, 0, 0);
const PLAIN: Look = (RESET, RESET, 0);

/// The modifiers that can be seen where there is no letter.
const SEEN_ON_BLANKS: u16 = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT).bits();

fn look(cell: &Cell) -> Look {
    match cell.symbol() {
        " " if !cell.modifier.contains(Modifier::REVERSED) => {
            (RESET, colour(cell.bg), cell.modifier.bits() & SEEN_ON_BLANKS)
        }
        _ => (colour(cell.fg), colour(cell.bg), cell.modifier.bits()),
    }
}

fn colour(colour: Color) -> Colour {
    match colour {
        Color::Reset => RESET,
        Color::Black => (1, 0, 0, 0),
        Color::Red => (1, 1, 0, 0),
        Color::Green => (1, 2, 0, 0),
        Color::Yellow => (1, 3, 0, 0),
        Color::Blue => (1, 4, 0, 0),
        Color::Magenta => (1, 5, 0, 0),
        Color::Cyan => (1, 6, 0, 0),
        Color::Gray => (1, 7, 0, 0),
        Color::DarkGray => (1, 8, 0, 0),
        Color::LightRed => (1, 9, 0, 0),
        Color::LightGreen => (1, 10, 0, 0),
        Color::LightYellow => (1, 11, 0, 0),
        Color::LightBlue => (1, 12, 0, 0),
        Color::LightMagenta => (1, 13, 0, 0),
        Color::LightCyan => (1, 14, 0, 0),
        Color::White => (1, 15, 0, 0),
        Color::Indexed(number) => (2, number, 0, 0),
        Color::Rgb(red, green, blue) => (3, red, green, blue),
    }
}

fn change_look(bytes: &mut Vec<u8>, from: Look, to: Look) {
    if from == to {
        return;
    }
    if to == PLAIN {
        bytes.extend_from_slice(b"\x1b[m");
        return;
    }
    let mut codes = Vec::new();
    let mut from = from;
    if from.2 & !to.2 != 0 {
        // What was switched on is switched off only by switching everything off.
        codes.push("0".to_owned());
        from = PLAIN;
    }
    const MODIFIERS: [(Modifier, &str); 6] = [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
        (Modifier::CROSSED_OUT, "9"),
    ];
    let added = Modifier::from_bits_truncate(to.2 & !from.2);
    codes
        .extend(MODIFIERS.iter().filter(|(modifier, _)| added.contains(*modifier)).map(|(_, code)| (*code).to_owned()));
    if from.0 != to.0 {
        codes.push(colour_code(to.0, 30));
    }
    if from.1 != to.1 {
        codes.push(colour_code(to.1, 40));
    }
    bytes.extend_from_slice(format!("\x1b[{}m", codes.join(";")).as_bytes());
}

/// Returns the code of a colour; `base` is 30 for letters and 40 for what is behind them.
fn colour_code(colour: Colour, base: u8) -> String {
    match colour {
        (1, number @ 0..=7, ..) => (base + number).to_string(),
        (1, number, ..) => (base + 60 + number - 8).to_string(),
        (2, number, ..) => format!("{};5;{number}", base + 8),
        (3, red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
        _ => (base + 9).to_string(), // the terminal's own
    }
}
