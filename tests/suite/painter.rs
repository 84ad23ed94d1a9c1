//! What is written to the terminal: the same picture as ratatui means, in few bytes.

use countersign::tui::painter::Painter;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Modifier, Style};

const WIDTH: u16 = 24;
const HEIGHT: u16 = 9;

/// A terminal that understands what is written to it.
struct Emulated(vt100::Parser);

impl std::io::Write for &mut Emulated {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.process(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A piece of text somewhere on the screen.
#[derive(Clone, Debug)]
struct Piece {
    x: u16,
    y: u16,
    text: &'static str,
    style: Style,
}

fn piece() -> impl Strategy<Value = Piece> {
    let texts = prop::sample::select(vec!["code", "492 039", "█████▋", "▌", "東京", "é", " ", "▸ 1", "a", "──│"]);
    let colours = prop::sample::select(vec![
        Color::Reset,
        Color::Cyan,
        Color::LightRed,
        Color::Indexed(200),
        Color::Rgb(1, 2, 3),
    ]);
    let modifiers = prop::sample::select(vec![
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::UNDERLINED,
        Modifier::BOLD.union(Modifier::ITALIC),
    ]);
    (0..WIDTH, 0..HEIGHT, texts, colours.clone(), colours, modifiers).prop_map(|(x, y, text, fg, bg, modifier)| Piece {
        x,
        y,
        text,
        style: Style::new().fg(fg).bg(bg).add_modifier(modifier),
    })
}

fn draw(buffer: &mut Buffer, pieces: &[Piece]) {
    for piece in pieces {
        buffer.set_stringn(piece.x, piece.y, piece.text, usize::from(WIDTH - piece.x), piece.style);
    }
}

fn colour(colour: vt100::Color) -> Color {
    match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(6) => Color::Cyan,
        vt100::Color::Idx(9) => Color::LightRed,
        vt100::Color::Idx(number) => Color::Indexed(number),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

proptest! {
    #[test]
    fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec(prop::collection::vec(piece(), 0..30), 1..5)) {
        let mut emulated = Emulated(vt100::Parser::new(HEIGHT.try_into().unwrap(), WIDTH.try_into().unwrap(), 0));
        let mut expected = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        {
            let mut terminal = Terminal::new(Painter::new(&mut emulated, Size::new(WIDTH, HEIGHT))).unwrap();
            for pieces in &frames {
                terminal.draw(|frame| draw(frame.buffer_mut(), pieces)).unwrap();
                expected.reset();
                draw(&mut expected, pieces);
            }
        }
        let screen = emulated.0.screen();
        for y in 0..HEIGHT {
            let mut covered = 0;
            for x in 0..WIDTH {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let (cell, shown) = (&expected[(x, y)], screen.cell(y, x).unwrap());
                covered = countersign::shown::width(cell.symbol()).saturating_sub(1);
                let text = if shown.has_contents() { shown.contents() } else { " " };
                prop_assert_eq!(text, cell.symbol(), "at {}, {}", x, y);
                prop_assert_eq!(colour(shown.bgcolor()), cell.bg, "behind {}, {}", x, y);
                if text != " " {
                    prop_assert_eq!(colour(shown.fgcolor()), cell.fg, "at {}, {}", x, y);
                    prop_assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
                    prop_assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
                    prop_assert_eq!(shown.italic(), cell.modifier.contains(Modifier::ITALIC));
                }
            }
        }
    }
}

/// Remembers each write.
#[derive(Default)]
struct Writes(Vec<Vec<u8>>);

impl std::io::Write for &mut Writes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn writes_of(frames: &[&[Piece]]) -> Vec<Vec<u8>> {
    let mut writes = Writes::default();
    {
        let mut terminal = Terminal::new(Painter::new(&mut writes, Size::new(WIDTH, HEIGHT))).unwrap();
        for pieces in frames {
            terminal.draw(|frame| draw(frame.buffer_mut(), pieces)).unwrap();
        }
    }
    writes.0
}

#[test]
fn a_frame_is_one_write_and_an_unchanged_frame_none() {
    let pieces = [Piece { x: 2, y: 1, text: "492 039", style: Style::new() }];
    let writes = writes_of(&[&pieces, &pieces]);
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0], b"\x1b[?2026h\x1b[2;3H492\x1b[C039\x1b[?2026l");
}

#[test]
fn bars_that_move_together_cost_few_bytes() {
    let bars = |text: &'static str| -> Vec<Piece> {
        (0..HEIGHT).map(|y| Piece { x: 5, y, text, style: Style::new().fg(Color::Cyan) }).collect()
    };
    let (before, after) = (bars("█████"), bars("████▋"));
    let writes = writes_of(&[&before, &after]);
    let frame = "\x1b[?2026h\x1b[?2026l".len() + "\x1b[1;10H\x1b[36m\x1b[m".len();
    assert!(writes[1].len() <= frame + usize::from(HEIGHT) * 5, "{} bytes", writes[1].len());
}
