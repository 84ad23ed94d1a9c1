//! From a picture to the texts of all codes in it.

use std::cmp::Reverse;
use std::panic::{self, AssertUnwindSafe};

use image::GrayImage;
use rxing::common::{DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, Luma8Source, Point, RXingResult};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::PictureError;
use super::looks::{self, Look, Threshold};
use super::picture::{self, Loaded};

/// How many of the squares in the corners of codes are looked into: a picture of nothing but such squares must not take
/// hours, which is why rxing's own loop over them is not used.
const MOST_CORNERS: usize = 120;
/// How many threes of them are tried.
const MOST_THREES: usize = 2_000;

/// A code, and where it is in the picture.
struct Seen {
    text: SecretString,
    x: f32,
    y: f32,
    height: f32,
}

/// Reads every code in a PNG, JPEG or WebP picture: from top to bottom, from left to right, each text once.
///
/// # Errors
/// It is no such picture, too large, damaged, or there is no code in it.
pub fn read(bytes: &[u8]) -> Result<Vec<SecretString>, PictureError> {
    // Whatever a hostile file does to a reader of pictures, it does no more than this.
    let loaded = panic::catch_unwind(|| picture::load(bytes)).unwrap_or(Err(PictureError::Damaged))?;
    codes(loaded)
}

/// Reads every code in a picture that is unpacked already: red, green, blue, opacity for each pixel.
///
/// # Errors
/// The sizes do not agree, it is too large, or there is no code in it.
pub fn read_pixels(width: usize, height: usize, rgba: &SecretSlice<u8>) -> Result<Vec<SecretString>, PictureError> {
    codes(picture::load_pixels(width, height, rgba.expose_secret())?)
}

fn codes(loaded: Loaded) -> Result<Vec<SecretString>, PictureError> {
    let mut seen = Vec::new();
    for picture in [Some(loaded.on_white), loaded.on_black].into_iter().flatten() {
        // What was seen before a panic counts.
        panic::catch_unwind(AssertUnwindSafe(|| see_all(picture, &mut seen))).ok();
    }
    if seen.is_empty() {
        return Err(PictureError::NoCode);
    }
    Ok(in_reading_order(seen))
}

fn see_all(picture: GrayImage, seen: &mut Vec<Seen>) {
    looks::each(picture, |look| {
        for is_inverted in [false, true] {
            for result in scan(look, is_inverted) {
                let is_known = seen.iter().any(|known: &Seen| known.text.expose_secret() == result.getText());
                if !is_known && !result.getText().is_empty() {
                    seen.push(place(&result, look));
                }
            }
        }
    });
}

/// Finds codes in one look. The reader is given any bytes there are, and some make it panic.
fn scan(look: &Look, is_inverted: bool) -> Vec<RXingResult> {
    let (width, height) = look.picture.dimensions();
    let scanned = panic::catch_unwind(AssertUnwindSafe(|| {
        let source = Luma8Source::new_with_slice(look.picture.as_raw(), width, height).ok()?;
        match look.threshold {
            Threshold::Local => scan_with(HybridBinarizer::new(source), is_inverted),
            Threshold::Global => scan_with(GlobalHistogramBinarizer::new(source), is_inverted),
        }
    }));
    scanned.ok().flatten().unwrap_or_default()
}

fn scan_with(binarizer: impl Binarizer, is_inverted: bool) -> Option<Vec<RXingResult>> {
    let mut bitmap = BinaryBitmap::new(binarizer);
    if is_inverted {
        bitmap.get_black_matrix_mut().flip_self();
    }
    let matrix = bitmap.get_black_matrix();
    let mut corners = FindFinderPatterns(matrix, true, 0);
    // The small ones are noise, mostly.
    corners.sort_by_key(|corner| Reverse(corner.size));
    corners.truncate(MOST_CORNERS);
    let mut used = Vec::new();
    let mut results = Vec::new();
    for set in GenerateFinderPatternSets(&mut corners).into_iter().take(MOST_THREES) {
        let own = [set.bl, set.tl, set.tr];
        if own.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Ok(found) = SampleQR(matrix, &set) else { continue };
        if let Some(decoded) = Decode(found.getBits()).ok().filter(|decoded| decoded.isValid()) {
            used.extend(own);
            results.push(RXingResult::with_decoder_result(decoded, found.getPoints(), BarcodeFormat::QR_CODE));
        }
    }
    Some(results)
}

/// Finds where in the original a code is.
fn place(result: &RXingResult, look: &Look) -> Seen {
    let points = result.getPoints();
    let middle = |along: fn(&Point) -> f32| {
        let ends = points.iter().map(along).fold((f32::MAX, f32::MIN), |(low, high), at| (low.min(at), high.max(at)));
        if points.is_empty() { (0.0, 0.0) } else { ((ends.0 + ends.1) / 2.0, ends.1 - ends.0) }
    };
    let ((x, _), (y, height)) = (middle(|point| point.x), middle(|point| point.y));
    let original = |at: f32| (at - look.margin) * look.scale;
    let text = SecretString::from(result.getText().to_owned());
    Seen { text, x: original(x), y: original(y), height: height * look.scale }
}

/// Sorts as one reads: what is side by side from left to right, and what is below later.
fn in_reading_order(mut seen: Vec<Seen>) -> Vec<SecretString> {
    seen.sort_by(|left, right| left.y.total_cmp(&right.y));
    let mut ordered = Vec::with_capacity(seen.len());
    let mut rest = seen.into_iter().peekable();
    while let Some(first) = rest.next() {
        let end = first.y + first.height / 2.0;
        let mut row = vec![first];
        while let Some(next) = rest.next_if(|next| next.y < end) {
            row.push(next);
        }
        row.sort_by(|left, right| left.x.total_cmp(&right.x));
        ordered.extend(row.into_iter().map(|seen| seen.text));
    }
    ordered
}
