//! QR codes: in pictures, and made by us.

mod corpus;
mod hostile;
mod pictures;
mod round_trip;

use countersign::exchange::qr::{self, PictureError, QrCode};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use secrecy::{ExposeSecret, SecretString};
use std::io::Cursor;

/// Reads a picture; the texts in it, in order.
pub(crate) fn texts(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    Ok(qr::read(bytes)?.iter().map(|text| text.expose_secret().to_owned()).collect())
}

/// Draws a code with modules of that many pixels, on a margin of four.
pub(crate) fn drawn(text: &str, scale: u32) -> GrayImage {
    let code = QrCode::of(&SecretString::from(text)).unwrap();
    let side = u32::try_from(code.side() + 2 * qr::QUIET).unwrap() * scale;
    GrayImage::from_fn(side, side, |x, y| {
        let is_dark = code.is_dark((x / scale) as usize, (y / scale) as usize, qr::QUIET);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

pub(crate) fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    written(picture, ImageFormat::Png)
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Paints what a terminal shows: two modules a letter, one above the other, dark on light.
pub(crate) fn painted(lines: &[String]) -> Vec<u8> {
    let is_dark = |letter: char, is_upper: bool| letter == '█' || letter == if is_upper { '▀' } else { '▄' };
    let row = |line: &String, is_upper: bool| {
        line.chars().map(|letter| if is_dark(letter, is_upper) { 0 } else { 255 }).collect::<Vec<u8>>()
    };
    let rows: Vec<Vec<u8>> = lines.iter().flat_map(|line| [row(line, true), row(line, false)]).collect();
    painted_modules(&rows)
}

/// Paints shades of grey, each as a square.
pub(crate) fn painted_modules(rows: &[Vec<u8>]) -> Vec<u8> {
    const SCALE: u32 = 3;
    let (columns, height) = (u32::try_from(rows[0].len()).unwrap(), u32::try_from(rows.len()).unwrap());
    png(GrayImage::from_fn(columns * SCALE, height * SCALE, |x, y| {
        Luma([rows[(y / SCALE) as usize][(x / SCALE) as usize]])
    }))
}
