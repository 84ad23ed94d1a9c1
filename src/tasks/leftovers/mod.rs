//! Looks for what should not lie about: recovery codes, exports that anybody can read, otpauth addresses, pictures of them.
//!
//! It looks only where it is told to, follows no link, and reads no more than it must.

mod folders;
mod kept;
mod look;

use std::path::{Path, PathBuf};

pub use folders::usual_folders;
pub use kept::is_in_vault;

use crate::ports::{FileError, Found, FoundKind, Machine};

/// How many folders deep it looks, and at how many files and pictures in all.
const DEPTH: usize = 4;
const MOST_FILES: usize = 20_000;
const MOST_PICTURES: usize = 300;

/// Something that should not lie about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub kind: LeftoverKind,
}

/// What can lie about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftoverKind {
    /// Recovery codes.
    RecoveryCodes {
        /// How many.
        count: usize,
    },
    /// An app's export with readable secrets.
    Export {
        /// What it is.
        title: &'static str,
    },
    /// A text with otpauth addresses.
    Addresses {
        /// How many lines have one.
        count: usize,
    },
    /// A picture that shows them as QR codes.
    Picture {
        /// How many codes.
        count: usize,
    },
    /// A file that is called like one with recovery codes, and of which no code can be read here.
    NamedCodes,
    /// A file that is called like an app's export, and cannot be read here.
    NamedExport,
}

/// What a search found, and what it left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// What was found, by path.
    pub found: Vec<Leftover>,
    /// Folders and files that could not be read: what happened, and what to do.
    pub unreadable: Vec<(String, &'static str)>,
    /// Whether it stopped at a limit: there is more than it looks at.
    pub is_cut: bool,
}

/// A search that goes on step by step, so that whoever waits can leave it.
#[derive(Default)]
pub struct LeftoverSearch {
    folders: Vec<(PathBuf, usize)>,
    entries: Vec<Found>,
    files: usize,
    pictures: usize,
    so_far: Leftovers,
}

/// Looks through these folders and those in them.
pub fn find_leftovers(machine: &mut Machine, folders: &[PathBuf]) -> Leftovers {
    let mut search = LeftoverSearch::of(folders);
    while search.step(machine) {}
    search.finish()
}

impl LeftoverSearch {
    /// Returns a search through these folders and those in them.
    pub fn of(folders: &[PathBuf]) -> Self {
        let folders = folders.iter().rev().map(|folder| (folder.clone(), 0)).collect();
        Self { folders, ..Self::default() }
    }

    /// Returns how many files it has looked at.
    pub fn files(&self) -> usize {
        self.files
    }

    /// Returns how many of them were pictures, which take longest.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// Returns how much it has found.
    pub fn found(&self) -> usize {
        self.so_far.found.len()
    }

    /// Looks at one more file, or into one more folder; tells whether there is more to do.
    pub fn step(&mut self, machine: &mut Machine) -> bool {
        if let Some(entry) = self.entries.pop() {
            self.look_at(machine, entry);
            return true;
        }
        let Some((folder, depth)) = self.folders.pop() else {
            return false;
        };
        match machine.documents.list(&folder) {
            Ok(entries) => entries.into_iter().filter(|entry| !entry.is_link).for_each(|entry| match entry.kind {
                FoundKind::Folder if depth < DEPTH => self.folders.push((entry.path, depth + 1)),
                FoundKind::Folder => self.so_far.is_cut = true,
                FoundKind::File => self.entries.push(entry),
                FoundKind::Other => {}
            }),
            Err(error) => self.could_not_read(&error),
        }
        true
    }

    /// Returns what was found so far.
    pub fn finish(mut self) -> Leftovers {
        self.so_far.found.sort_by(|one, other| one.path.cmp(&other.path));
        // Folders that were named may lie in each other.
        self.so_far.found.dedup();
        self.so_far
    }

    fn look_at(&mut self, machine: &mut Machine, entry: Found) {
        let is_picture = look::is_picture(&entry.path);
        if self.files >= MOST_FILES || is_picture && self.pictures >= MOST_PICTURES {
            self.so_far.is_cut = true;
            return;
        }
        self.files += 1;
        self.pictures += usize::from(is_picture);
        match look::kind(machine, &entry) {
            Ok(kind) => self.so_far.found.extend(kind.map(|kind| Leftover { path: entry.path, kind })),
            Err(error) => self.could_not_read(&error),
        }
    }

    fn could_not_read(&mut self, error: &FileError) {
        self.so_far.unreadable.push((error.to_string(), error.next_step()));
    }
}

/// Deletes a file. What was on the disk may still be found by who searches it.
///
/// # Errors
/// It is still there.
pub fn remove_leftover(machine: &mut Machine, path: &Path) -> Result<(), FileError> {
    machine.documents.remove(path)
}
