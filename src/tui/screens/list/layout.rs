//! Where the list's parts go. Drawing and the mouse ask the same function.

use ratatui::layout::{Position, Rect};

/// From so many columns on, the selected account stands beside the list.
const WIDE: u16 = 100;
/// Below so many columns, a row takes two lines.
const NARROW: u16 = 60;
/// Below so many columns or rows, there is room for one account.
const TINY: (u16, u16) = (40, 7);
/// The width of the selected account beside the list, and where names would suffer from it.
const DETAIL: u16 = 38;
const NARROW_DETAIL: u16 = 34;
/// From so many columns on, the selected account has its full width.
const WIDER: u16 = 112;
/// From so many rows on, empty ones keep things apart.
const AIRY: u16 = 14;

/// How accounts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The list with the selected account beside it.
    Wide,
    /// The list.
    Plain,
    /// The list with two lines a row.
    TwoLines,
    /// One account.
    One,
}

/// Where things go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub shape: Shape,
    pub header: Rect,
    /// Empty where there is no room and nobody searches.
    pub search: Rect,
    pub rows: Rect,
    pub rule: Option<Rect>,
    pub detail: Option<Rect>,
}

impl Layout {
    /// Divides the screen.
    pub fn of(area: Rect, is_searching: bool) -> Self {
        let shape = match (area.width, area.height) {
            (width, height) if width < TINY.0 || height < TINY.1 => Shape::One,
            (width, _) if width < NARROW => Shape::TwoLines,
            (width, _) if width < WIDE => Shape::Plain,
            _ => Shape::Wide,
        };
        let is_airy = area.height >= AIRY;
        let gap = u16::from(is_airy);
        let header_rows = u16::from(shape != Shape::One);
        let search_rows = u16::from(is_searching || (is_airy && shape != Shape::One));
        let line =
            |y: u16, height: u16| Rect { y: area.y + y, height: height.min(area.height.saturating_sub(y)), ..area };
        let header = line(0, header_rows);
        let search = line(header_rows + gap, search_rows);
        let above = header_rows + gap + search_rows + if search_rows > 0 { gap } else { 0 };
        let above = if shape == Shape::One { search_rows } else { above };
        let body = line(above, area.height.saturating_sub(above));
        if shape != Shape::Wide {
            return Self {
                shape,
                header,
                search: if shape == Shape::One { line(0, search_rows) } else { search },
                rows: body,
                rule: None,
                detail: None,
            };
        }
        let detail_width = if area.width >= WIDER { DETAIL } else { NARROW_DETAIL };
        let list_width = area.width - detail_width - 1;
        let beside = Rect { y: search.y, height: area.bottom() - search.y, ..area };
        Self {
            shape,
            header,
            search: Rect { width: list_width, ..search },
            rows: Rect { width: list_width, ..body },
            rule: Some(Rect { x: area.x + list_width, width: 1, ..beside }),
            detail: Some(Rect { x: area.x + list_width + 1, width: detail_width, ..beside }),
        }
    }

    /// Returns how many lines an account takes.
    pub fn row_height(&self) -> u16 {
        match self.shape {
            Shape::Wide | Shape::Plain => 1,
            Shape::TwoLines => 2,
            Shape::One => self.rows.height.max(1),
        }
    }

    /// Returns how many accounts are visible at once.
    pub fn visible_rows(&self) -> usize {
        usize::from(self.rows.height / self.row_height()).max(1)
    }

    /// Returns which of the visible accounts is at a cell, from 0.
    pub fn row_at(&self, at: Position) -> Option<usize> {
        self.rows.contains(at).then(|| usize::from((at.y - self.rows.y) / self.row_height()))
    }

    /// Returns where a visible account is drawn.
    pub fn row(&self, index: usize) -> Rect {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let y = self.rows.y.saturating_add(index.saturating_mul(self.row_height()));
        Rect { y, height: self.row_height(), ..self.rows }.intersection(self.rows)
    }
}

/// Where the parts of a row go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub mark: Rect,
    pub number: Rect,
    pub star: Rect,
    pub issuer: Rect,
    pub account: Rect,
    pub code: Rect,
    pub bar: Rect,
    pub status: Rect,
}

/// Cells for the mark, the number, the star and what is between them.
const MARKS: u16 = 5;
const GAP: u16 = 2;
/// From so many columns on, there is room for the next code in a row.
const ROOMY: u16 = 76;

impl Columns {
    /// Divides the line of a row whose codes fill at most `code` cells.
    pub fn of(area: Rect, code: u16) -> Self {
        let (bar, status) = if area.width >= ROOMY { (10, 13) } else { (6, 9) };
        let names = area.width.saturating_sub(MARKS + code + bar + status + 3 * GAP);
        let issuer = names * 9 / 20;
        let mut x = area.x;
        let mut take = |width: u16, gap: u16| {
            let column = Rect { x, width, height: 1, ..area }.intersection(area);
            x = x.saturating_add(width + gap);
            column
        };
        Self {
            mark: take(1, 0),
            number: take(1, 0),
            star: take(1, 1),
            issuer: take(issuer, 1),
            account: take(names - issuer, GAP),
            code: take(code, GAP),
            bar: take(bar, GAP),
            status: take(status, 0),
        }
    }
}
