//! The last state that two states of a vault had in common: what tells a conflict from a change.

use super::pin::contains;
use super::seen;
use super::session::Session;
use super::theirs::Theirs;
use crate::ports::{Machine, Version};
use crate::sealing::{self, Manifest};
use crate::vault::{self, Vault};

/// How many earlier copies are looked at.
const MOST_COPIES: usize = 8;

/// Returns the nearest state of which ours and theirs are both known to have grown.
pub(super) fn of(machine: &mut Machine, session: &Session, file: &[u8], theirs: &Theirs) -> Option<Vault> {
    if theirs.manifest.vault != session.manifest.vault {
        return None;
    }
    let is_before_ours = |state: &Vault| vault::merge(None, &session.vault, state).vault == *session.vault;
    let is_before_theirs = |state: &Vault| vault::merge(None, &theirs.vault, state).vault == theirs.vault;
    if machine.vault_file.grew_from(Version::of(file)) && is_before_ours(&theirs.vault) {
        return Some(theirs.vault.clone());
    }
    if theirs.manifest.parent.is_some() && theirs.manifest.parent == session.version.map(|ours| ours.hex()) {
        return Some(Vault::clone(&session.vault));
    }
    let is_common = |manifest: &Manifest| {
        contains(&theirs.manifest.generations, &manifest.generations)
            && contains(&session.manifest.generations, &manifest.generations)
    };
    let copies = machine.vault_file.earlier_copies().into_iter().take(MOST_COPIES);
    let mut files: Vec<Vec<u8>> = seen::bytes(machine).into_iter().collect();
    for copy in copies {
        files.extend(machine.documents.read(&copy, sealing::MAX_FILE_BYTES).ok());
    }
    files.iter().find_map(|file| {
        let opened = session.open_ours(file).ok()?.opened;
        let opened = is_common(&opened.manifest).then_some(opened)?;
        let state = vault::read(opened.expose_secret()).ok()?;
        // Counts can be equal where somebody went on from an older copy; contents cannot.
        (is_before_ours(&state) && is_before_theirs(&state)).then_some(state)
    })
}
