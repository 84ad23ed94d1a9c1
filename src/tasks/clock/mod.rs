//! The clock: what is known about it, how sure that is, and the user's correction of it.

mod correction;
mod known;
mod verdict;

pub use correction::{CorrectionError, LARGEST_CORRECTION_MILLIS, apply_correction, correction, set_correction};
pub use known::{Asked, Compared, Correction, Known, Seen, known, remember_comparison, remember_network};
pub use verdict::Level;
