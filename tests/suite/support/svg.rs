//! A frame as a picture for documents.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// The size of a cell, in pixels.
const WIDTH: u16 = 9;
const HEIGHT: u16 = 20;
/// How far below the top of a cell its letters stand.
const BASELINE: u16 = 15;
/// Around the frame.
const MARGIN: u16 = 18;

/// What a terminal shows where no colour is asked for.
pub(crate) struct Ground {
    pub background: &'static str,
    pub text: &'static str,
}

/// Draws a frame as SVG. Blocks become rectangles, so that no font can tear a bar apart.
pub(crate) fn draw(buffer: &Buffer, ground: &Ground, title: &str) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (columns * WIDTH + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         shape-rendering=\"crispEdges\">\n<title>{title}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"10\" fill=\"{}\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" \
         xml:space=\"preserve\">\n",
        ground.background
    );
    for row in 0..rows {
        let cells: Vec<&Cell> = (0..columns).map(|column| &buffer[(column, row)]).collect();
        for (from, run) in runs(&cells, |cell| cell.bg) {
            if let Some(fill) = colour(run[0].bg) {
                rectangle(&mut svg, [8 * from, 0, 8 * run.len(), 8], row, &fill);
            }
        }
        for (from, run) in
            runs(&cells, |cell| (cell.fg, cell.modifier, block(cell.symbol()).is_some(), cell.symbol() == " "))
        {
            draw_run(&mut svg, run, from, row, ground);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Splits a row where the look changes; returns each run with its first column.
fn runs<'a, 'c, L: PartialEq>(
    cells: &'a [&'c Cell],
    look: impl Fn(&Cell) -> L + 'a,
) -> impl Iterator<Item = (usize, &'a [&'c Cell])> {
    let mut column = 0;
    cells.chunk_by(move |left, right| look(left) == look(right)).map(move |run| {
        column += run.len();
        (column - run.len(), run)
    })
}

fn draw_run(svg: &mut String, run: &[&Cell], from: usize, row: u16, ground: &Ground) {
    let fill = colour(run[0].fg).unwrap_or_else(|| ground.text.to_owned());
    if block(run[0].symbol()).is_some() {
        // Blocks that look the same make one rectangle, without seams.
        let mut column = from;
        for blocks in run.chunk_by(|left, right| left.symbol() == right.symbol()) {
            let [left, top, width, height] = block(blocks[0].symbol()).unwrap_or_default();
            let (count, step) = if width == 8 { (1, 8 * blocks.len()) } else { (blocks.len(), width) };
            for place in 0..count {
                rectangle(svg, [8 * (column + place) + left, top, step, height], row, &fill);
            }
            column += blocks.len();
        }
        return;
    }
    let text: String = run.iter().map(|cell| cell.symbol()).collect();
    if text.trim().is_empty() {
        return;
    }
    let is = |modifier| run[0].modifier.contains(modifier);
    let weight = if is(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if is(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let faint = if is(Modifier::DIM) { " opacity=\"0.7\"" } else { "" };
    let (x, y) = (usize::from(MARGIN) + from * usize::from(WIDTH), MARGIN + row * HEIGHT + BASELINE);
    let length = run.len() * usize::from(WIDTH);
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{fill}\"{weight}{line}{faint}>{text}</text>"
    )
    .unwrap();
}

/// Draws a rectangle given in eighths of a cell.
fn rectangle(svg: &mut String, [left, top, width, height]: [usize; 4], row: u16, fill: &str) {
    let across = |eighths: usize| eighths as f64 * f64::from(WIDTH) / 8.0;
    let down = |eighths: usize| eighths as f64 * f64::from(HEIGHT) / 8.0;
    let (x, y) = (f64::from(MARGIN) + across(left), f64::from(MARGIN + row * HEIGHT) + down(top));
    let (width, height) = (across(width), down(height));
    writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>").unwrap();
}

/// Returns which part of its cell a block fills, in eighths: left, top, width, height.
fn block(symbol: &str) -> Option<[usize; 4]> {
    const LEFT_TO_FULL: &str = "▏▎▍▌▋▊▉█";
    const LOW_TO_HIGH: &str = "▁▂▃▄▅▆▇";
    let place = |row: &str| row.chars().position(|block| symbol.chars().eq([block]));
    match symbol {
        "▀" => Some([0, 0, 8, 4]),
        "▐" => Some([4, 0, 4, 8]),
        "│" => Some([3, 0, 1, 8]),
        _ => place(LEFT_TO_FULL)
            .map(|eighths| [0, 0, eighths + 1, 8])
            .or_else(|| place(LOW_TO_HIGH).map(|eighths| [0, 7 - eighths, 8, eighths + 1])),
    }
}

fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Reset => None,
        other => panic!("a picture for documents has true colours, not {other}"),
    }
}
