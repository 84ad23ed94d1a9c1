//! Other apps' accounts: their bytes to ours, and ours to theirs.
//!
//! A format is a file here and a line in [`FORMATS`]. A partial success is normal: what cannot be read is left out with
//! its place and the reason, and never stops the rest; what cannot be written is said before anything is.

mod aegis;
mod base64;
mod error;
mod format;
pub mod google;
mod imported;
mod loss;
mod otpauth;
mod parts;
mod plan;
mod preview;
pub mod qr;
pub mod recovery_codes;

pub use error::{ImportError, SkipReason};
pub use format::{FORMATS, Format, MAX_BYTES, MAX_ENTRIES, Random, Writer, recognise};
pub use imported::{Entry, EntryNote, ImportNote, Imported, Part, Skipped};
pub use loss::Loss;
pub use parts::{Missing, missing_parts};
pub use plan::ExportPlan;
pub use preview::{Choice, Held, OnConflict, Preview, Row, Standing, preview};
