//! Aegis, plain and encrypted: the vault file that its backups and exports are.
//!
//! The outer JSON has a `header` and a `db`. In a plain file `db` is the accounts; in an encrypted one it is their
//! AES-GCM ciphertext under a random key, which the header's *slots* hold, each encrypted to a password.

mod crypt;
mod entry;
mod read;
mod write;

pub(super) use read::{read, recognises};
pub(super) use write::{losses, write};

/// The version of the outer JSON, the only one there is.
const FILE_VERSION: u64 = 1;
/// The version of the accounts' JSON that is written; it and those before are read.
const CONTENT_VERSION: u64 = 3;
/// The longest period that Aegis takes, in seconds: it counts milliseconds in 31 bits.
const LONGEST_PERIOD: u64 = i32::MAX as u64 / 1000;
/// A slot that a password opens.
const PASSWORD_SLOT: u64 = 1;
