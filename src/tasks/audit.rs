//! What the audit must be told of this machine, and what it is told of files with readable secrets.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::ports::{FoundKind, Machine};
use crate::sealing::WorkFactor;
use crate::vault::audit::Facts;

/// Returns what the audit needs to know beside the vault.
pub fn audit_facts(machine: &Machine, session: &Session) -> Facts {
    let work_factors = session.slots().into_iter().filter_map(|(_, work_factor)| work_factor);
    let is_there = |path: &&str| {
        machine.documents.look(Path::new(path)).is_ok_and(|found| found.is_some_and(|it| it.kind == FoundKind::File))
    };
    let exports = session.memory().plaintext_exports().filter(is_there).map(crate::shown::shown);
    Facts {
        weak_work_factor: work_factors.min().filter(|log_n| *log_n < WorkFactor::FLOOR),
        plaintext_exports: exports.collect(),
        ..Facts::at(machine.clock.now())
    }
}

/// Remembers that files with readable secrets were written, so that the audit names them as long as they are there.
pub fn remember_plaintext(machine: &mut Machine, session: &mut Session, files: &[PathBuf]) {
    session.remember(machine, |memory| {
        files.iter().for_each(|file| memory.remember_plaintext(&file.to_string_lossy()));
    });
}
