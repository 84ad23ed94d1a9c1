//! Copies that sync tools left beside the vault because two devices had changed it at once.

use std::path::{Path, PathBuf};

use super::left_by::{self, LeftBy};
use super::pin::contains;
use super::session::Session;
use super::warning::Warning;
use crate::otp::Timestamp;
use crate::ports::{Found, FoundKind, Machine};
use crate::sealing::{self, Manifest};

/// A copy of this vault that a sync tool left beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictCopy {
    /// Where.
    pub path: PathBuf,
    /// Which tool, by the name.
    pub left_by: LeftBy,
    /// The device that wrote it, as far as the vault does not have all of that device's saves.
    pub device: Option<String>,
    /// When it was saved, by that device's clock.
    pub saved: Timestamp,
}

/// What a look at the files beside the vault has shown; a file that looks the same is not opened again.
#[derive(Default)]
pub(super) struct Looked(Vec<(Found, Option<ConflictCopy>)>);

/// Returns the folder in which the vault's file stands.
pub(super) fn folder(machine: &Machine) -> PathBuf {
    machine.vault_file.earlier_folder().parent().unwrap_or(Path::new(".")).to_owned()
}

/// Returns what the name of a file beside the vault tells.
pub(super) fn left_by(machine: &Machine, path: &Path) -> Option<LeftBy> {
    let earlier = machine.vault_file.earlier_folder();
    let vault = earlier.file_name()?.to_str()?.strip_suffix(".earlier")?;
    left_by::of(vault, path.file_name()?.to_str()?)
}

/// Looks for conflict copies, and has the session warn of them; returns those that were not known before.
///
/// A folder that cannot be listed has none: whoever asks for them is told then.
pub(super) fn look(machine: &mut Machine, session: &mut Session) -> Vec<ConflictCopy> {
    let found = machine.documents.list(&folder(machine)).unwrap_or_default();
    let mut before = std::mem::take(&mut session.looked.0);
    let mut new = Vec::new();
    for file in found {
        let Some(left_by) = left_by(machine, &file.path).filter(|_| may_be_one(&file)) else {
            continue;
        };
        let known = before.iter().position(|(known, _)| *known == file).map(|at| before.swap_remove(at).1);
        let copy = known.unwrap_or_else(|| {
            let copy = open(machine, session, &file.path, left_by);
            new.extend(copy.clone());
            copy
        });
        session.looked.0.push((file, copy));
    }
    let copies: Vec<ConflictCopy> = session.looked.0.iter().filter_map(|(_, copy)| copy.clone()).collect();
    session.warnings.retain(|warning| !matches!(warning, Warning::ConflictCopies(_)));
    session.warnings.extend((!copies.is_empty()).then_some(Warning::ConflictCopies(copies)));
    new
}

/// Forgets what was seen, so that the next look opens every file again.
pub(super) fn forget(session: &mut Session) {
    session.looked = Looked::default();
}

/// Tells whether a file could be a vault at all.
pub(super) fn may_be_one(file: &Found) -> bool {
    file.kind == FoundKind::File && usize::try_from(file.length).is_ok_and(|length| length <= sealing::MAX_FILE_BYTES)
}

fn open(machine: &mut Machine, session: &Session, path: &Path, left_by: LeftBy) -> Option<ConflictCopy> {
    let bytes = machine.documents.read(path, sealing::MAX_FILE_BYTES).ok()?;
    let manifest = session.open_ours(&bytes).ok()?.opened.manifest;
    copy_of(session, path, left_by, &manifest)
}

/// Returns the conflict copy that a file is; none if it is somebody's own copy that has nothing new.
pub(super) fn copy_of(session: &Session, path: &Path, left_by: LeftBy, manifest: &Manifest) -> Option<ConflictCopy> {
    let ours = &session.manifest.generations;
    let is_news = left_by.is_sure || !contains(ours, &manifest.generations);
    (manifest.vault == session.manifest.vault && is_news).then(|| ConflictCopy {
        path: path.to_owned(),
        left_by,
        device: ahead(session, manifest),
        saved: Timestamp::from_millis(manifest.saved_at_ms),
    })
}

/// Names the first of some copies, and counts the others.
pub(super) fn in_words(copies: &[ConflictCopy]) -> String {
    let Some(first) = copies.first() else {
        return String::new();
    };
    let of = first.device.as_ref().map(|device| format!(" of {device}")).unwrap_or_default();
    let name = crate::shown::shown(&first.path.file_name().unwrap_or_default().to_string_lossy());
    let more = match copies.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    format!("{} left a conflict copy{of} beside the vault: {name}{more}", first.left_by.tool)
}

/// Returns the name of the device that has saved what we do not have.
fn ahead(session: &Session, manifest: &Manifest) -> Option<String> {
    let held = |device: &String| session.manifest.generations.get(device).copied().unwrap_or(0);
    let ahead = manifest.generations.iter().find(|(device, count)| **count > held(device));
    ahead.and_then(|(device, _)| manifest.devices.get(device)).map(|name| crate::shown::shown(name))
}
