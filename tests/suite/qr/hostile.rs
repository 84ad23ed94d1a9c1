//! Pictures that are none, or worse.

use countersign::exchange::qr::{self, PictureError, QrCode};
use image::{GrayImage, ImageFormat, Luma};
use proptest::prelude::*;
use secrecy::{SecretSlice, SecretString};

use super::{drawn, png, texts, written};

/// The first bytes of a PNG of that size in grey; not a single pixel follows.
fn png_of_size(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(GrayImage::from_pixel(1, 1, Luma([0])));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = checksum(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// PNG's own: the CRC of ISO 3309.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

#[test]
fn a_picture_that_would_unpack_to_gigabytes_is_refused_before_it_is_unpacked() {
    for (width, height) in [(60_000, 60_000), (1_000_000, 2), (2, 1_000_000), (20_000, 20_000), (u32::MAX, u32::MAX)] {
        assert!(
            matches!(texts(&png_of_size(width, height)), Err(PictureError::TooLarge | PictureError::Damaged)),
            "{width} × {height}"
        );
    }
    assert_eq!(texts(&png_of_size(20_000, 20_000)), Err(PictureError::TooLarge));
    let long = [png(GrayImage::from_pixel(9, 9, Luma([0]))), vec![0; qr::MOST_BYTES]].concat();
    assert_eq!(texts(&long), Err(PictureError::TooLarge));
}

#[test]
fn a_picture_of_nothing_but_corners_of_codes_is_done_with_before_long() {
    // Seven modules dark, light, three dark, light, dark: two thousand of them, at a pixel a module.
    let picture = GrayImage::from_fn(405, 405, |x, y| {
        let ring = (i64::from(x % 9) - 3).abs().max((i64::from(y % 9) - 3).abs());
        Luma([if ring <= 1 || ring == 3 { 0 } else { 255 }])
    });
    assert_eq!(texts(&png(picture)), Err(PictureError::NoCode));
}

#[test]
fn what_is_no_picture_and_what_is_half_of_one_are_told_apart() {
    assert_eq!(texts(b""), Err(PictureError::NotAPicture));
    assert_eq!(texts(b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ"), Err(PictureError::NotAPicture));
    assert_eq!(texts(b"GIF89a, which nobody here unpacks"), Err(PictureError::NotAPicture));
    let whole = png(drawn("something", 4));
    assert_eq!(texts(&whole[..whole.len() / 2]), Err(PictureError::Damaged));
    assert_eq!(texts(&whole[..40]), Err(PictureError::Damaged));
}

#[test]
fn pixels_that_do_not_fill_the_size_are_refused() {
    let rgba = SecretSlice::from(vec![0; 40]);
    for (width, height) in [(4, 4), (0, 4), (usize::MAX, usize::MAX), (1 << 20, 1 << 20)] {
        assert!(qr::read_pixels(width, height, &rgba).is_err(), "{width} × {height}");
    }
}

#[test]
fn a_text_that_no_code_holds_is_refused() {
    let longest = SecretString::from("a".repeat(2953));
    assert_eq!(QrCode::of(&longest).map(|code| code.side()), Ok(177));
    let longer = SecretString::from("a".repeat(2954));
    assert_eq!(QrCode::of(&longer).map(|code| code.side()), Err(qr::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..400),
        start in 0..4_usize,
    ) {
        let starts: [&[u8]; 4] = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x40\x00\x00\x00WEBPVP8 "];
        bytes.splice(0..0, starts[start].iter().copied());
        let _ = texts(&bytes);
    }

    #[test]
    fn no_change_to_a_picture_makes_the_reader_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        format in 0..3_usize,
    ) {
        let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP][format];
        let picture = image::DynamicImage::from(drawn("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", 3)).to_rgb8();
        let mut bytes = written(picture, format);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = texts(&bytes);
    }

    #[test]
    fn no_change_to_the_modules_makes_the_reader_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..400),
    ) {
        let mut picture = drawn("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", 2);
        for (place, shade) in changes {
            let place = place.index(picture.as_raw().len());
            picture.as_mut()[place] = shade;
        }
        let _ = texts(&png(picture));
    }
}
