//! The machine: the only input and output in the crate. Implements the ports; known to `main.rs` alone.

pub mod clock;
pub mod documents;
mod earlier;
pub mod entropy;
mod folder;
mod fresh_file;
pub mod hardening;
pub mod host;
mod lock;
pub mod paths;
pub mod prompt;
pub mod state;
pub mod vault_file;
