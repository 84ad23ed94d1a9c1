//! What one file is: by what is in it, and only where that cannot be read by its name.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretSlice};

use super::LeftoverKind;
use crate::exchange::{self, ImportError, qr, recovery_codes};
use crate::otp::uri;
use crate::ports::{FileError, Found, Machine};

/// The largest text and the largest picture that are read, in bytes.
const TEXT_BYTES: u64 = 2 * 1024 * 1024;
const PICTURE_BYTES: u64 = 8 * 1024 * 1024;

const PICTURES: &[&str] = &[".png", ".jpg", ".jpeg", ".webp"];
/// Names, in lower case, by which sites hand recovery codes out; all parts in their order, and the end.
const CODES: &[(&[&str], &str)] = &[
    (&["recovery", "code"], ""),
    (&["recovery", "key"], ""),
    (&["recovery", "phrase"], ""),
    (&["backup", "code"], ""),
    (&["backup-verification-code"], ""),
    (&["_2fa_"], ".txt"),
    (&["scratch", "code"], ""),
    (&["emergency", "kit"], ".pdf"),
];
/// The same for what authenticators export.
const EXPORTS: &[(&[&str], &str)] = &[
    (&[], ".2fas"),
    (&[], ".aegis"),
    (&["aegis-"], ".json"),
    (&["otp_accounts"], ".json"),
    (&["freeotp-backup"], ".json"),
    (&["externalbackup"], ".xml"),
    (&["authenticator", "export"], ""),
    (&["ente-auth-codes"], ".txt"),
];

/// Tells whether a file is called like a picture.
pub(super) fn is_picture(path: &Path) -> bool {
    let name = name(path);
    PICTURES.iter().any(|ending| name.ends_with(ending))
}

/// Tells what should not lie about in a file; nothing if all is well with it.
///
/// # Errors
/// It cannot be read.
pub(super) fn kind(machine: &mut Machine, entry: &Found) -> Result<Option<LeftoverKind>, FileError> {
    if is_picture(&entry.path) {
        return picture(machine, entry);
    }
    // What is larger is no text that a person or an app would keep accounts in.
    if entry.length > TEXT_BYTES {
        return Ok(by_name(&entry.path));
    }
    let bytes = read(machine, &entry.path, TEXT_BYTES)?;
    Ok(match text(bytes.expose_secret(), &entry.path) {
        Looked::Is(kind) => Some(kind),
        Looked::Harmless => None,
        Looked::Unknown => by_name(&entry.path),
    })
}

/// What became of looking into a file.
enum Looked {
    Is(LeftoverKind),
    /// It is known, and nobody can read it.
    Harmless,
    /// Only its name can tell.
    Unknown,
}

fn picture(machine: &mut Machine, entry: &Found) -> Result<Option<LeftoverKind>, FileError> {
    if entry.length > PICTURE_BYTES {
        return Ok(None);
    }
    let bytes = read(machine, &entry.path, PICTURE_BYTES)?;
    let Ok(codes) = qr::read(bytes.expose_secret()) else { return Ok(None) };
    let count = codes.iter().filter(|code| uri::find(code.expose_secret())).count();
    Ok((count > 0).then_some(LeftoverKind::Picture { count }))
}

fn text(bytes: &[u8], path: &Path) -> Looked {
    let utf8 = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let count = utf8.map_or(0, |text| text.lines().filter(|line| uri::find(line)).count());
    if count > 0 {
        return Looked::Is(LeftoverKind::Addresses { count });
    }
    let export = utf8.and_then(|_| exchange::recognise(bytes)).map(|format| (format.title, (format.read)(bytes, None)));
    match export {
        Some((title, Ok(_))) => return Looked::Is(LeftoverKind::Export { title }),
        // An encrypted export is what a careful person keeps.
        Some((_, Err(ImportError::NeedsPassword | ImportError::NoPassword))) => return Looked::Harmless,
        Some((_, Err(_))) | None => {}
    }
    let name = name(path);
    match recovery_codes::found_by_chance(bytes, &name, has_name(CODES, &name)) {
        Some(reading) => Looked::Is(LeftoverKind::RecoveryCodes { count: reading.codes.len() }),
        None => Looked::Unknown,
    }
}

fn read(machine: &mut Machine, path: &Path, limit: u64) -> Result<SecretSlice<u8>, FileError> {
    machine.documents.read(path, usize::try_from(limit).unwrap_or(usize::MAX)).map(SecretSlice::from)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn by_name(path: &Path) -> Option<LeftoverKind> {
    let name = name(path);
    let codes = has_name(CODES, &name).then_some(LeftoverKind::NamedCodes);
    codes.or_else(|| has_name(EXPORTS, &name).then_some(LeftoverKind::NamedExport))
}

fn has_name(names: &[(&[&str], &str)], name: &str) -> bool {
    let has = |parts: &[&str]| {
        parts.iter().try_fold(name, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
    };
    names.iter().any(|(parts, ending)| name.ends_with(ending) && has(parts))
}
