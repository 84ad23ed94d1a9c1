//! The ways in which one picture is looked at: what hides a code in one often shows it in another.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// Larger pictures are made smaller first; the screenshot of a 4K screen is not, because its modules may be tiny.
const MOST_PIXELS: u32 = 9_000_000;
/// What costs much is done at this size.
const FEW_PIXELS: u32 = 3_000_000;
/// Only a small picture can have modules that are too small to be told apart.
const SMALL_PIXELS: u32 = 1_000_000;
/// Below this side, there is nothing to be had from less.
const LEAST_SIDE: u32 = 120;
/// The margin that a code without one is given.
const MARGIN: u32 = 24;
/// The share of pixels that may be brighter or darker than white and black.
const OUTLIERS: u32 = 100;

/// How dark is told from light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    /// From what is around: for shadows and photographs.
    Local,
    /// One for the whole picture: for flat colours.
    Global,
}

/// One way to look at a picture.
pub(super) struct Look {
    pub(super) picture: GrayImage,
    pub(super) threshold: Threshold,
    /// Pixels of the original for one of this.
    pub(super) scale: f32,
    /// The margin that was put around, in its own pixels.
    pub(super) margin: f32,
}

/// Calls `see` with one look after the other, so that only one is in memory beside the original.
pub(super) fn each(original: GrayImage, mut see: impl FnMut(&Look)) {
    let whole = Look { picture: original, threshold: Threshold::Local, scale: 1.0, margin: 0.0 };
    let base = shrunk(whole, MOST_PIXELS);
    see(&base);
    let mut smaller = scaled(&base, 0.5);
    while smaller.picture.width().min(smaller.picture.height()) >= LEAST_SIDE {
        see(&smaller);
        smaller = scaled(&smaller, 0.5);
    }
    drop(smaller);
    let work = shrunk(base, FEW_PIXELS);
    let pixels = work.picture.width().saturating_mul(work.picture.height());
    if pixels <= SMALL_PIXELS {
        see(&scaled(&work, 2.0));
        see(&scaled(&work, 1.5));
    }
    let mut stretched = Look { picture: stretched(&work.picture), ..work };
    see(&stretched);
    stretched.threshold = Threshold::Global;
    see(&stretched);
    let treated = |picture: GrayImage, threshold: Threshold| Look { picture, threshold, ..stretched };
    see(&treated(imageops::fast_blur(&stretched.picture, 1.0), Threshold::Global));
    see(&treated(imageops::unsharpen(&stretched.picture, 2.0, 1), Threshold::Local));
    see(&Look { margin: MARGIN as f32, ..treated(padded(&stretched.picture), Threshold::Global) });
}

/// Makes a picture smaller if it has more pixels than that.
fn shrunk(look: Look, most: u32) -> Look {
    let pixels = look.picture.width() as f32 * look.picture.height() as f32;
    if pixels <= most as f32 { look } else { scaled(&look, (most as f32 / pixels).sqrt()) }
}

fn scaled(look: &Look, by: f32) -> Look {
    let side = |pixels: u32| ((pixels as f32 * by) as u32).max(1);
    let (width, height) = (side(look.picture.width()), side(look.picture.height()));
    let picture = imageops::resize(&look.picture, width, height, FilterType::Triangle);
    Look { picture, scale: look.scale / by, ..*look }
}

/// Makes the darkest black and the brightest white.
fn stretched(picture: &GrayImage) -> GrayImage {
    let mut counts = [0_u32; 256];
    for pixel in picture.pixels() {
        counts[usize::from(pixel.0[0])] += 1;
    }
    let outliers = picture.width().saturating_mul(picture.height()) / OUTLIERS;
    let darkest = first_beyond(&counts, 0..256, outliers).unwrap_or(0);
    let brightest = first_beyond(&counts, (0..256).rev(), outliers).unwrap_or(255);
    let range = brightest.saturating_sub(darkest).max(1);
    let mut stretched = picture.clone();
    for pixel in stretched.pixels_mut() {
        let shade = usize::from(pixel.0[0]).saturating_sub(darkest) * 255 / range;
        pixel.0[0] = u8::try_from(shade).unwrap_or(u8::MAX);
    }
    stretched
}

/// Returns the first shade that is more than a few pixels' own.
fn first_beyond(counts: &[u32; 256], mut shades: impl Iterator<Item = usize>, outliers: u32) -> Option<usize> {
    let mut seen = 0;
    shades.find(|shade| {
        seen += counts[*shade];
        seen > outliers
    })
}

fn padded(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() + 2 * MARGIN, picture.height() + 2 * MARGIN);
    let mut padded = GrayImage::from_pixel(width, height, Luma([u8::MAX]));
    imageops::replace(&mut padded, picture, i64::from(MARGIN), i64::from(MARGIN));
    padded
}
