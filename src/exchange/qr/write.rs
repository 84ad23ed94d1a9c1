//! From a text to the modules of its code.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, Version};
use secrecy::{ExposeSecret as _, SecretString};

use super::TooLong;

/// The largest version there is.
const LARGEST: i16 = 40;
/// The better ones first: what fits into the same size for free is taken.
const LEVELS: [EcLevel; 4] = [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L];
/// The number by which a code says that its bytes are UTF-8.
const UTF_8: u32 = 26;
/// Bits that say how the bytes are to be read, and how many there are.
const HEAD_BITS: usize = 4 + 16;

/// A QR code. Whoever sees it has what it says, so it prints nothing.
pub struct QrCode {
    side: usize,
    /// Row by row; true is dark.
    modules: Vec<bool>,
}

impl QrCode {
    /// Returns the smallest code that holds a text.
    ///
    /// # Errors
    /// None does.
    pub fn of(text: &SecretString) -> Result<Self, TooLong> {
        let text = text.expose_secret();
        let version = (1..=LARGEST).map(Version::Normal).find(|version| bits(text, *version, EcLevel::L).is_some());
        let version = version.ok_or(TooLong)?;
        let best = LEVELS.iter().find_map(|level| Some((bits(text, version, *level)?, *level)));
        let (bits, level) = best.ok_or(TooLong)?;
        let code = qrcode::QrCode::with_bits(bits, level).map_err(|_| TooLong)?;
        let modules = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Ok(Self { side: code.width(), modules })
    }

    /// Returns how many modules a side has, without the quiet zone.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Tells whether a module is dark; those beyond the code are light. `quiet` modules of them come first.
    pub fn is_dark(&self, column: usize, row: usize, quiet: usize) -> bool {
        let inside = |at: usize| at.checked_sub(quiet).filter(|at| *at < self.side);
        match (inside(column), inside(row)) {
            (Some(column), Some(row)) => self.modules[row * self.side + column],
            (Some(_) | None, Some(_) | None) => false,
        }
    }
}

/// Returns how many bytes certainly fit into a code with at most that many modules a side; 0 if there is no such code.
pub fn most_bytes(side: usize) -> usize {
    let fitting = (1..=LARGEST)
        .map(Version::Normal)
        .take_while(|version| usize::try_from(version.width()).is_ok_and(|width| width <= side));
    let most = fitting.last().and_then(|version| Bits::new(version).max_len(EcLevel::L).ok());
    most.map_or(0, |bits| bits.saturating_sub(HEAD_BITS) / 8)
}

fn bits(text: &str, version: Version, level: EcLevel) -> Option<Bits> {
    let mut bits = Bits::new(version);
    if text.is_ascii() {
        bits.push_optimal_data(text.as_bytes()).ok()?;
    } else {
        // Said, because what is not said is guessed, and differently by each reader.
        bits.push_eci_designator(UTF_8).ok()?;
        bits.push_byte_data(text.as_bytes()).ok()?;
    }
    bits.push_terminator(level).ok()?;
    Some(bits)
}
