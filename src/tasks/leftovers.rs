//! Looks for what should not lie about: recovery codes, exports that anybody can read, otpauth addresses, pictures of them.
//!
//! It looks only where it is told to, follows no link, and reads no more than it must.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretSlice};

use crate::exchange::{self, ImportError, qr};
use crate::otp::uri;
use crate::ports::{FileError, Found, FoundKind, Machine};

/// How many folders deep it looks, and at how many files and pictures in all.
const DEPTH: usize = 4;
const MOST_FILES: usize = 20_000;
const MOST_PICTURES: usize = 300;
/// The largest text and the largest picture that are read, in bytes.
const TEXT_BYTES: u64 = 2 * 1024 * 1024;
const PICTURE_BYTES: u64 = 8 * 1024 * 1024;

/// Names, in lower case, by which sites and apps hand such files out; all parts in their order.
const NAMES: &[(&[&str], &str)] = &[
    (&["recovery", "code"], ""),
    (&["backup", "code"], ""),
    (&["backup-verification-code"], ""),
    (&["_2fa_"], ".txt"),
    (&["scratch", "code"], ""),
    (&["emergency", "kit"], ".pdf"),
    (&[], ".2fas"),
    (&[], ".aegis"),
    (&["aegis-"], ".json"),
    (&["otp_accounts"], ".json"),
    (&["freeotp-backup"], ".json"),
    (&["externalbackup"], ".xml"),
    (&["authenticator", "export"], ""),
    (&["ente-auth-codes"], ".txt"),
];
const PICTURES: &[&str] = &[".png", ".jpg", ".jpeg", ".webp"];

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
    /// A file that is called like one with recovery codes, or like an export that cannot be read here.
    ByName,
}

/// What a search found, and what it left out.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// What was found, by path.
    pub found: Vec<Leftover>,
    /// Folders and files that could not be read.
    pub unreadable: Vec<FileError>,
    /// Whether it stopped at a limit: there is more than it looks at.
    pub is_cut: bool,
    files: usize,
    pictures: usize,
}

/// Looks through these folders and those in them.
pub fn find_leftovers(machine: &mut Machine, folders: &[PathBuf]) -> Leftovers {
    let mut search = Leftovers::default();
    let mut left: Vec<(PathBuf, usize)> = folders.iter().rev().map(|folder| (folder.clone(), 0)).collect();
    while let Some((folder, depth)) = left.pop() {
        let entries = match machine.documents.list(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                search.unreadable.push(error);
                continue;
            }
        };
        for entry in entries.into_iter().filter(|entry| !entry.is_link) {
            match entry.kind {
                FoundKind::Folder if depth < DEPTH => left.push((entry.path, depth + 1)),
                FoundKind::Folder => search.is_cut = true,
                FoundKind::File => search.look_at(machine, entry),
                FoundKind::Other => {}
            }
        }
    }
    search.found.sort_by(|one, other| one.path.cmp(&other.path));
    search.found.dedup();
    search
}

/// What became of looking into a file.
enum Looked {
    Is(LeftoverKind),
    /// It is known, and nobody can read it.
    Harmless,
    /// Only its name can tell.
    Unknown,
}

impl Leftovers {
    fn look_at(&mut self, machine: &mut Machine, entry: Found) {
        let name = entry.path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if self.files >= MOST_FILES {
            self.is_cut = true;
            return;
        }
        self.files += 1;
        let is_picture = PICTURES.iter().any(|ending| name.ends_with(ending));
        let kind = match is_picture {
            true => self.picture(machine, &entry),
            false => match self.text(machine, &entry) {
                Looked::Is(kind) => Some(kind),
                Looked::Harmless => None,
                Looked::Unknown => is_named_so(&name).then_some(LeftoverKind::ByName),
            },
        };
        self.found.extend(kind.map(|kind| Leftover { path: entry.path, kind }));
    }

    fn picture(&mut self, machine: &mut Machine, entry: &Found) -> Option<LeftoverKind> {
        if entry.length > PICTURE_BYTES || self.pictures >= MOST_PICTURES {
            self.is_cut = true;
            return None;
        }
        self.pictures += 1;
        let bytes = self.read(machine, &entry.path, PICTURE_BYTES)?;
        let codes = qr::read(bytes.expose_secret()).ok()?;
        let count = codes.iter().filter(|code| uri::find(code.expose_secret())).count();
        (count > 0).then_some(LeftoverKind::Picture { count })
    }

    fn text(&mut self, machine: &mut Machine, entry: &Found) -> Looked {
        // What is larger is no text that a person or an app would keep accounts in.
        if entry.length > TEXT_BYTES {
            return Looked::Unknown;
        }
        let Some(bytes) = self.read(machine, &entry.path, TEXT_BYTES) else {
            return Looked::Unknown;
        };
        let bytes = bytes.expose_secret();
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) else {
            return Looked::Unknown;
        };
        let count = text.lines().filter(|line| uri::find(line)).count();
        if count > 0 {
            return Looked::Is(LeftoverKind::Addresses { count });
        }
        match exchange::recognise(bytes).map(|format| (format.title, (format.read)(bytes, None))) {
            Some((title, Ok(_))) => Looked::Is(LeftoverKind::Export { title }),
            // An encrypted export is what a careful person keeps.
            Some((_, Err(ImportError::NeedsPassword | ImportError::NoPassword))) => Looked::Harmless,
            Some((_, Err(_))) | None => Looked::Unknown,
        }
    }

    fn read(&mut self, machine: &mut Machine, path: &Path, limit: u64) -> Option<SecretSlice<u8>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        match machine.documents.read(path, limit) {
            Ok(bytes) => Some(SecretSlice::from(bytes)),
            Err(error) => {
                self.unreadable.push(error);
                None
            }
        }
    }
}

fn is_named_so(name: &str) -> bool {
    let has = |parts: &[&str]| {
        parts.iter().try_fold(name, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
    };
    NAMES.iter().any(|(parts, ending)| name.ends_with(ending) && has(parts))
}

/// Deletes a file. What was on the disk may still be found by who searches it.
///
/// # Errors
/// It is still there.
pub fn remove_leftover(machine: &mut Machine, path: &Path) -> Result<(), FileError> {
    machine.documents.remove(path)
}
