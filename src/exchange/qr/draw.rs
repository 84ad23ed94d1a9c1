//! A code as lines for a terminal, as PNG and as SVG.

use std::fmt::Write as _;
use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use secrecy::{SecretSlice, SecretString};

use super::QrCode;

/// The light margin that the standard asks for, in modules.
pub const QUIET: usize = 4;
/// Pixels of a module's side, so that a phone can read it from a screen.
const SCALE: usize = 8;

impl QrCode {
    /// Returns how many columns and lines it fills in a terminal.
    pub fn cells(&self, quiet: usize) -> (usize, usize) {
        let side = self.side() + 2 * quiet;
        (side, side.div_ceil(2))
    }

    /// Returns it as lines of half blocks, two modules a letter, to be written dark on light.
    pub fn lines(&self, quiet: usize) -> Vec<SecretString> {
        let (columns, rows) = self.cells(quiet);
        let letter = |column: usize, row: usize| match (
            self.is_dark(column, 2 * row, quiet),
            self.is_dark(column, 2 * row + 1, quiet),
        ) {
            (false, false) => ' ',
            (true, false) => '▀',
            (false, true) => '▄',
            (true, true) => '█',
        };
        (0..rows).map(|row| (0..columns).map(|column| letter(column, row)).collect::<String>().into()).collect()
    }

    /// Returns it as a picture.
    pub fn to_png(&self) -> SecretSlice<u8> {
        let side = u32::try_from((self.side() + 2 * QUIET) * SCALE).expect("a code has at most 177 modules a side");
        let picture = GrayImage::from_fn(side, side, |x, y| {
            let module = |at: u32| at as usize / SCALE;
            Luma([if self.is_dark(module(x), module(y), QUIET) { 0 } else { u8::MAX }])
        });
        let mut png = Cursor::new(Vec::with_capacity(1 << 16));
        picture.write_to(&mut png, ImageFormat::Png).expect("memory takes all there is to write");
        png.into_inner().into()
    }

    /// Returns it as a drawing of any size.
    pub fn to_svg(&self) -> SecretString {
        let side = self.side() + 2 * QUIET;
        let size = side * SCALE;
        let mut svg = String::with_capacity(512 + self.side() * self.side() * 8);
        let mut put = |text: std::fmt::Arguments<'_>| svg.write_fmt(text).expect("writing to a string cannot fail");
        put(format_args!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" "));
        put(format_args!("viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">"));
        put(format_args!("<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\""));
        for row in 0..side {
            let mut column = 0;
            while column < side {
                let length = (column..side).take_while(|column| self.is_dark(*column, row, QUIET)).count();
                if length > 0 {
                    put(format_args!("M{column} {row}h{length}v1h-{length}z"));
                }
                column += length.max(1);
            }
        }
        put(format_args!("\"/></svg>\n"));
        svg.into()
    }
}
