//! What countersign promises, tested in memory.

// clippy.toml allows it in test functions, but not in what they share.
#![allow(clippy::unwrap_used)]

mod codes;
