//! Codes from secrets and time: everything a one-time password is made of, as pure functions.
//!
//! Nothing here reads a clock, a file or a random number; the moment is always an argument. Nothing here panics,
//! whatever it is given: steps, periods and counters saturate at their ends.

pub mod ahead;
pub mod code;
pub mod compare;
pub mod params;
pub mod secret;
pub mod time;
pub mod uri;
pub mod verify;

pub use ahead::{Ahead, exact_length};
pub use code::{Code, Enrolment};
pub use params::{Algorithm, Digits, Kind, Params};
pub use secret::{Pin, PinError, Secret, SecretError};
pub use time::{Period, Timestamp};
pub use verify::{VERIFY_WINDOW, Verdict, drift_words, no_match_words, verify};
