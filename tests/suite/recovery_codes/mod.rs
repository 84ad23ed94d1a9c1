//! Recovery codes as sites hand them out: what is understood of a paste or a file.

mod laws;
mod refusals;
mod vectors;

use countersign::exchange::recovery_codes::{Reading, read};

/// Returns the codes of a reading as they are.
fn codes(reading: &Reading) -> Vec<&str> {
    reading.codes.iter().map(|code| code.text.expose_secret()).collect()
}

fn understood(text: &str) -> Reading {
    read(text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem}: {text}"))
}
