//! What the audit must be told of this machine, and what it is told of files with readable secrets.

use std::path::{Path, PathBuf};

use super::session::Session;
use super::{backup, basket};
use crate::ports::{FoundKind, Machine};
use crate::sealing::WorkFactor;
use crate::vault::audit::{Backups, Facts, Limits};

/// Returns what the audit needs to know beside the vault.
pub fn audit_facts(machine: &mut Machine, session: &Session, limits: Limits) -> Facts {
    let is_basket_missing = matches!(basket::look_at_basket(machine), Ok(None));
    let work_factors = session.slots().into_iter().filter_map(|(_, work_factor)| work_factor);
    let is_there = |path: &&str| {
        machine.documents.look(Path::new(path)).is_ok_and(|found| found.is_some_and(|it| it.kind == FoundKind::File))
    };
    let records = backup::records(machine);
    let backups = Backups {
        made: records.backups.iter().map(|record| record.made).max(),
        proved: records.backups.iter().filter_map(|record| record.proved).max(),
    };
    let exports = session.memory().plaintext_exports().filter(is_there).map(str::to_owned);
    Facts {
        weak_work_factor: work_factors.min().filter(|log_n| *log_n < WorkFactor::FLOOR),
        backups: Some(backups),
        plaintext_exports: exports.collect(),
        missing_basket: is_basket_missing.then(|| basket::basket_place(machine)),
        limits,
        ..Facts::at(machine.clock.now())
    }
}

/// Remembers that files with readable secrets were written, so that the audit names them as long as they are there.
pub fn remember_plaintext(machine: &mut Machine, session: &mut Session, files: &[PathBuf]) {
    session.remember(machine, |memory| {
        // By its whole path: the audit looks for it later, from wherever it is run.
        let whole = |file: &PathBuf| std::path::absolute(file).unwrap_or(file.clone());
        files.iter().for_each(|file| memory.remember_plaintext(&whole(file).to_string_lossy()));
    });
}
