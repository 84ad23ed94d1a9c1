//! Lines of data in columns, aligned as a terminal draws them.

use crate::shown::{shown_line, width};

/// The most cells that one column takes, so that one hostile name does not push the rest away.
const WIDEST: usize = 48;
const BETWEEN: &str = "  ";

/// Rows of cells.
#[derive(Default)]
pub(in crate::cli) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row. Its cells may be texts from outside.
    pub(in crate::cli) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.iter().map(|cell| shown_line(cell, WIDEST)).collect());
    }

    /// Returns the lines, with empty columns left out and nothing behind the last cell.
    pub(in crate::cli) fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
        self.rows.iter().map(|row| line(row, &widths)).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, wanted) in row.iter().zip(widths).filter(|(_, wanted)| **wanted > 0) {
        if !line.is_empty() {
            line.push_str(BETWEEN);
        }
        line.push_str(cell);
        line.push_str(&" ".repeat(wanted.saturating_sub(width(cell))));
    }
    line.truncate(line.trim_end().len());
    line
}
