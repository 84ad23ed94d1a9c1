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
fn texts(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    Ok(qr::read(bytes)?.iter().map(|text| text.expose_secret().to_owned()).collect())
}

/// Draws a code with modules of that many pixels, on a margin of four.
fn drawn(text: &str, scale: u32) -> GrayImage {
    let code = QrCode::of(&SecretString::from(text)).unwrap();
    let side = u32::try_from(code.side() + 2 * qr::QUIET).unwrap() * scale;
    GrayImage::from_fn(side, side, |x, y| {
        let is_dark = code.is_dark((x / scale) as usize, (y / scale) as usize, qr::QUIET);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    written(picture, ImageFormat::Png)
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
