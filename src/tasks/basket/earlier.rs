//! Earlier copies of the vault that still hold the texts of recovery codes which are apart by now.

use std::path::PathBuf;

use crate::ports::{FileError, Machine};
use crate::sealing::MAX_FILE_BYTES;
use crate::tasks::session::Session;
use crate::vault;

/// Returns the earlier copies of the vault that hold texts which are apart by now. Backups are not among them.
pub fn earlier_with_codes(machine: &mut Machine, session: &Session) -> Vec<PathBuf> {
    let copies = machine.vault_file.earlier_copies();
    copies.into_iter().filter(|copy| has_codes(machine, session, copy)).collect()
}

/// Removes these copies; returns how many are gone.
///
/// # Errors
/// One could not be removed; those before it are gone.
pub fn remove_earlier_with_codes(machine: &mut Machine, session: &Session) -> Result<usize, FileError> {
    let copies = earlier_with_codes(machine, session);
    copies.iter().try_for_each(|copy| machine.documents.remove(copy))?;
    Ok(copies.len())
}

/// A copy that cannot be read gives nothing away to whoever has the vault's key alone.
fn has_codes(machine: &mut Machine, session: &Session, copy: &std::path::Path) -> bool {
    let Ok(bytes) = machine.documents.read(copy, MAX_FILE_BYTES) else {
        return false;
    };
    let apart = session.vault.sets_apart();
    let opened = session.open_ours(&bytes).map(|ours| ours.opened);
    let held = opened.ok().and_then(|opened| vault::read(opened.expose_secret()).ok());
    held.is_some_and(|held| held.sets_here().iter().any(|set| apart.contains(set)))
}
