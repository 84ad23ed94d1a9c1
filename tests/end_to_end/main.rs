//! What countersign promises, tested with the real binary.

// clippy.toml allows these in test functions, but not in what they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[cfg(unix)]
mod cli;
#[cfg(unix)]
mod clipboard;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod prompt;
#[cfg(unix)]
mod readme;
mod recover;
