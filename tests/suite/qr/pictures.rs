//! Pictures as people have them.

use countersign::exchange::qr::{self, PictureError};
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use secrecy::{ExposeSecret, SecretSlice};

use super::{drawn, png, texts, written};

const URI: &str = "otpauth://totp/GitHub:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub&algorithm=SHA1&digits=6&period=30";

/// A picture with another one in it.
fn on(ground: u8, width: u32, height: u32, placed: &[(&GrayImage, i64, i64)]) -> GrayImage {
    let mut picture = GrayImage::from_pixel(width, height, Luma([ground]));
    for (code, x, y) in placed {
        imageops::replace(&mut picture, *code, *x, *y);
    }
    picture
}

/// Tilts a picture as a camera that looks at it from the side does, by bilinear interpolation.
fn tilted(picture: &GrayImage, degrees: f32, narrowing: f32) -> GrayImage {
    let (width, height) = (picture.width() * 3 / 2, picture.height() * 3 / 2);
    let (sin, cos) = degrees.to_radians().sin_cos();
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        let depth = 1.0 + narrowing * y / height as f32;
        let (x, y) = (x * depth + picture.width() as f32 / 2.0, y * depth + picture.height() as f32 / 2.0);
        let is_inside = x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
        if is_inside { *picture.get_pixel(x as u32, y as u32) } else { Luma([255]) }
    })
}

#[track_caller]
fn reads(what: &str, picture: GrayImage) {
    assert_eq!(texts(&png(picture)).as_deref(), Ok(&[URI.to_owned()][..]), "{what}");
}

#[test]
fn a_code_is_read_from_whichever_side_it_is_seen() {
    let code = drawn(URI, 3);
    reads("upright", code.clone());
    reads("on its side", imageops::rotate90(&code));
    reads("upside down", imageops::rotate180(&code));
    reads("in a mirror", imageops::flip_horizontal(&code));
    for degrees in [7.0, 23.0, 45.0, 133.0] {
        reads(&format!("turned by {degrees} degrees"), tilted(&code, degrees, 0.0));
    }
    reads("from the side", tilted(&code, 10.0, 0.2));
}

#[test]
fn a_code_is_read_in_whatever_colours_it_is_shown() {
    let code = drawn(URI, 3);
    let shades = |dark: u8, light: u8| {
        let mut picture = code.clone();
        picture.pixels_mut().for_each(|pixel| pixel.0[0] = if pixel.0[0] == 0 { dark } else { light });
        picture
    };
    reads("inverted", shades(255, 0));
    reads("of a dark desktop", shades(200, 30));
    for (dark, light) in [(110, 140), (0, 24), (120, 132), (140, 110)] {
        reads(&format!("{dark} on {light}"), shades(dark, light));
    }
    // A lamp on one side.
    let (width, mut lit) = (code.width(), code.clone());
    lit.enumerate_pixels_mut().for_each(|(x, _, pixel)| {
        let light = 60 + 180 * x / width;
        pixel.0[0] = u8::try_from(if pixel.0[0] == 0 { light / 3 } else { light }).unwrap();
    });
    reads("lit from one side", lit);
}

#[test]
fn a_code_is_read_small_large_soft_and_noisy() {
    reads("one pixel a module", drawn(URI, 1));
    reads("two pixels a module", drawn(URI, 2));
    reads("twelve pixels a module", drawn(URI, 12));
    let code = drawn(URI, 6);
    reads("soft", imageops::blur(&code, 2.5));
    let odd = imageops::resize(&code, code.width() * 43 / 100, code.height() * 43 / 100, FilterType::Triangle);
    reads("made smaller", odd);
    let mut noisy = code.clone();
    let mut state = 1_u32;
    for pixel in noisy.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = i32::try_from(state >> 25).unwrap() - 64;
        pixel.0[0] = u8::try_from((i32::from(pixel.0[0]) + noise).clamp(0, 255)).unwrap();
    }
    reads("noisy", noisy);
    let margin = qr_margin(6);
    let tight = imageops::crop_imm(&code, margin, margin, code.width() - 2 * margin, code.height() - 2 * margin);
    reads("without a margin", tight.to_image());
    reads("small in a large screenshot", on(35, 1280, 800, &[(&drawn(URI, 2), 1011, 507)]));
}

fn qr_margin(scale: u32) -> u32 {
    u32::try_from(qr::QUIET).unwrap() * scale
}

#[test]
fn a_code_is_read_from_png_jpeg_and_webp() {
    let code = drawn(URI, 4);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        // JPEG knows no grey with opacity, WebP no grey.
        let picture = image::DynamicImage::from(code.clone()).to_rgb8();
        assert_eq!(texts(&written(picture, format)).as_deref(), Ok(&[URI.to_owned()][..]), "{format:?}");
    }
}

#[test]
fn a_code_without_a_ground_is_read_dark_and_light() {
    let code = drawn(URI, 4);
    for shade in [0, 255] {
        let picture = RgbaImage::from_fn(code.width(), code.height(), |x, y| {
            let is_dark = code.get_pixel(x, y).0[0] == 0;
            // What is seen through has a colour as well, and it must not count.
            if is_dark { Rgba([shade, shade, shade, 255]) } else { Rgba([shade, shade, shade, 0]) }
        });
        assert_eq!(texts(&png(picture.clone())).as_deref(), Ok(&[URI.to_owned()][..]), "shade {shade}");
        let rgba = SecretSlice::from(picture.as_raw().clone());
        let read = qr::read_pixels(picture.width() as usize, picture.height() as usize, &rgba).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].expose_secret(), URI);
    }
}

#[test]
fn all_codes_of_a_picture_are_read_from_top_to_bottom_and_from_left_to_right() {
    let text = |number: u32| format!("otpauth://totp/site{number}?secret=GEZDGNBVGY3TQOJQ");
    let codes: Vec<GrayImage> = (0..6).map(|number| drawn(&text(number), 4)).collect();
    let inverted = {
        let mut code = codes[4].clone();
        image::imageops::invert(&mut code);
        code
    };
    // Not quite level, as people place things.
    let places = [(20, 30), (300, 10), (560, 35), (25, 320), (300, 350), (570, 330)];
    let mut placed: Vec<(&GrayImage, i64, i64)> = codes.iter().zip(places).map(|(code, (x, y))| (code, x, y)).collect();
    placed[4].0 = &inverted;
    let picture = on(255, 860, 640, &placed);
    assert_eq!(texts(&png(picture)).unwrap(), (0..6).map(text).collect::<Vec<_>>());
}

#[test]
fn what_a_picture_says_twice_is_read_once() {
    let code = drawn(URI, 4);
    let apart = i64::from(code.width()) + 40;
    reads("twice", on(255, code.width() * 2 + 80, code.height() + 20, &[(&code, 10, 10), (&code, apart, 10)]));
}

#[test]
fn a_picture_without_a_code_says_so() {
    assert_eq!(texts(&png(GrayImage::from_pixel(300, 200, Luma([120])))), Err(PictureError::NoCode));
    assert_eq!(texts(&png(GrayImage::from_pixel(1, 1, Luma([0])))), Err(PictureError::NoCode));
}
