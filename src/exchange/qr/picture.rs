//! From a picture's bytes to shades of grey, with limits before anything is unpacked.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Luma, RgbaImage};

use super::PictureError;

/// The largest file that is looked at.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;
/// The most pixels: more than phones' photographs have, and what two bytes a pixel and colour still fit into memory.
const MOST_PIXELS: u64 = 64_000_000;
/// The longest side.
const LONGEST_SIDE: u32 = 32_000;
/// The most memory for the unpacked picture.
const MOST_MEMORY: u64 = 320 * 1024 * 1024;

/// A picture in grey.
pub(super) struct Loaded {
    /// As it looks on white paper.
    pub(super) on_white: GrayImage,
    /// As it looks on a dark desktop, if it shows what is behind it.
    pub(super) on_black: Option<GrayImage>,
}

/// Unpacks a picture. Only its own first bytes say which format it is.
pub(super) fn load(bytes: &[u8]) -> Result<Loaded, PictureError> {
    if bytes.len() > MOST_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(PictureError::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(PictureError::TooLarge);
    }
    // A photograph may lie on its side and say so.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(grey(&picture))
}

/// Takes a picture that is unpacked already: red, green, blue, opacity for each pixel.
pub(super) fn load_pixels(width: usize, height: usize, rgba: &[u8]) -> Result<Loaded, PictureError> {
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(PictureError::TooLarge);
    };
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge);
    }
    let is_whole = rgba.len() as u64 == u64::from(width) * u64::from(height) * 4 && !rgba.is_empty();
    let picture = is_whole.then(|| RgbaImage::from_raw(width, height, rgba.to_vec())).flatten();
    let picture = picture.ok_or(PictureError::Damaged)?;
    Ok(grey(&DynamicImage::ImageRgba8(picture)))
}

fn reason(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        // Everything else is bytes that do not keep what the first ones promise.
        _ => PictureError::Damaged,
    }
}

fn grey(picture: &DynamicImage) -> Loaded {
    if !picture.color().has_alpha() {
        return Loaded { on_white: picture.to_luma8(), on_black: None };
    }
    let rgba = picture.to_rgba8();
    let shows_through = rgba.pixels().any(|pixel| pixel.0[3] < u8::MAX);
    Loaded { on_white: flattened(&rgba, u8::MAX), on_black: shows_through.then(|| flattened(&rgba, 0)) }
}

/// Puts a picture on a ground of that shade.
fn flattened(rgba: &RgbaImage, ground: u8) -> GrayImage {
    GrayImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, opacity] = rgba.get_pixel(x, y).0.map(u32::from);
        let shade = (red * 299 + green * 587 + blue * 114) / 1000;
        let mixed = (shade * opacity + u32::from(ground) * (255 - opacity)) / 255;
        Luma([u8::try_from(mixed).unwrap_or(u8::MAX)])
    })
}
