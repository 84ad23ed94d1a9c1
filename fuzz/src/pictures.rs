//! QR codes in pictures.

use std::io::Cursor;

use countersign::exchange::qr::{QrCode, read, read_pixels};
use image::ImageReader;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::input::{Input, text};
use crate::shown::assert_is_tame;

/// Larger ones only take longer: a reader looks at each several times.
const MOST_PIXELS: u64 = 96 * 96;

pub fn files(input: &[u8]) {
    let reader = ImageReader::new(Cursor::new(input)).with_guessed_format();
    let size = reader.ok().and_then(|reader| reader.into_dimensions().ok());
    if size.is_none_or(|(width, height)| u64::from(width) * u64::from(height) <= MOST_PIXELS) {
        check(read(input));
    }
}

/// A longer text makes a larger code, and that only takes longer.
const MOST_TEXT: u8 = 48;

/// A number says what is done to the code, and the rest is what it says.
pub fn codes(input: &[u8]) {
    let mut input = Input(input);
    let (kind, quiet) = (input.byte(), usize::from(input.byte() % 6));
    let length = usize::from(input.byte() % MOST_TEXT);
    let said = text(input.bytes(length));
    let Ok(code) = QrCode::of(&SecretString::from(said.as_str())) else {
        return;
    };
    let (side, lines) = (code.side(), code.lines(quiet));
    assert!(lines.iter().all(|line| line.expose_secret().chars().count() == code.cells(quiet).0));
    // One pixel a module, or now and then two, and noise.
    let scale = 1 + usize::from(kind.is_multiple_of(4));
    let is_plain = input.is_empty() && scale == 2 && quiet >= 4 && !said.is_empty();
    let width = (side + 2 * quiet) * scale;
    let shade = |at: usize| if code.is_dark(at % width / scale, at / width / scale, quiet) { 0 } else { 255 };
    let mut shades: Vec<u8> = (0..width * width).map(shade).collect();
    while !input.is_empty() {
        let at = usize::from(input.number()) % shades.len();
        shades[at] = input.byte();
    }
    let rgba: Vec<u8> = shades.iter().flat_map(|shade| [*shade, *shade, *shade, 255 - kind / 64]).collect();
    let found = read_pixels(width, width, &SecretSlice::from(rgba));
    if is_plain {
        let found = found.expect("a code of ours is found");
        assert_eq!(found[0].expose_secret(), said, "it says what was put into it");
    } else {
        check(found);
    }
}

fn check(found: Result<Vec<SecretString>, countersign::exchange::qr::PictureError>) {
    match found {
        Ok(texts) => assert!(texts.iter().all(|text| !text.expose_secret().is_empty())),
        Err(error) => {
            assert_is_tame(&error.to_string());
            assert!(!error.next_step().is_empty());
        }
    }
}
