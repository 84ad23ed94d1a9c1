//! What the screens and the worker say to each other about what lies about on this computer.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::otp::Timestamp;
pub use crate::tasks::{Leftover, LeftoverKind, Leftovers};

/// Something that is asked of the worker.
#[derive(Debug)]
pub enum LeftoverTask {
    /// Say which folders there are that things are usually left in.
    Folders,
    /// Begin to look through folders.
    Search {
        /// When it was asked for, which comes back with the answers.
        asked: Timestamp,
        /// Which, and those in them.
        folders: Vec<PathBuf>,
    },
    /// Go on with the search. In between, the worker can do other things, and lock.
    GoOn {
        /// When it was asked for.
        asked: Timestamp,
    },
    /// Read the addresses in a text or in a picture.
    Take(Leftover),
    /// See of which of these the vault has all.
    Compare(Vec<Leftover>),
    /// Delete a file. It is not erased from the disk.
    Delete(PathBuf),
}

/// What became of it.
#[derive(Debug)]
pub enum LeftoverOutcome {
    /// Which folders there are.
    Folders(Vec<PathBuf>),
    /// The search is not at its end.
    Looking {
        /// When it was asked for.
        asked: Timestamp,
        /// How many files it has looked at.
        files: usize,
        /// How much it has found.
        found: usize,
    },
    /// The search is at its end.
    Found {
        /// When it was asked for.
        asked: Timestamp,
        /// What it found.
        leftovers: Leftovers,
        /// Those of which the vault has all.
        kept: Vec<PathBuf>,
    },
    /// What a text or a picture says: addresses, one a line.
    Taken(SecretString),
    /// Those of which the vault has all.
    Compared(Vec<PathBuf>),
    /// A file is deleted.
    Deleted(PathBuf),
}
