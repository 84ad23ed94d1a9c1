//! Brings another vault of ours in.

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use super::commit::{CommitError, save};
use super::session::Session;
use super::unlock::{Trust, Way, join_generations, key_of};
use crate::ports::{FileError, Machine, Version};
use crate::sealing::{self, CostPolicy, Manifest, SealError};
use crate::vault::{self, Decision, FormatError, Vault};

/// What a merge did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeReport {
    /// Every decision, in the order of account ids.
    pub decisions: Vec<Decision>,
    /// How many of our accounts stayed as they were.
    pub unchanged: usize,
    /// Whether it was saved; a dry run is not, nor is a merge that changes nothing.
    pub saved: bool,
}

/// Why nothing was merged.
#[derive(Debug, Error)]
pub enum MergeError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It has another key than this vault: its own passphrase or identity is needed.
    #[error("that vault has another key than this one")]
    NeedsItsOwnKey,
    /// It cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What is inside cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The result could not be saved.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl MergeError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::NeedsItsOwnKey => "give its passphrase, or its identity file",
            Self::Seal(error) => error.next_step().unwrap_or("check that it is a vault; nothing was changed"),
            Self::Format(error) => error.next_step(),
            Self::Commit(error) => error.next_step(),
        }
    }
}

/// Merges the vault in a file into this one, without losing anything of either.
///
/// A copy of this vault needs no `way`; another one is opened with its own.
///
/// # Errors
/// The file cannot be opened, or the result cannot be saved; then nothing was changed.
pub fn merge_file(
    machine: &mut Machine,
    session: &mut Session,
    path: &Path,
    way: Option<&Way>,
    trust: &Trust,
    dry_run: bool,
) -> Result<MergeReport, MergeError> {
    let file = machine.documents.read(path, sealing::MAX_FILE_BYTES)?;
    let (their_manifest, theirs) = open(machine, session, &file, way, trust)?;
    let base = common_state(machine, session, &file, &their_manifest, &theirs);
    let merged = vault::merge(base.as_deref(), &session.vault, &theirs);
    let mut report =
        MergeReport { unchanged: merged.unchanged(&session.vault), decisions: merged.decisions, saved: false };
    if dry_run {
        return Ok(report);
    }
    if their_manifest.vault == session.manifest.vault {
        join_generations(&mut session.manifest, &their_manifest);
        session.settle(machine);
    }
    if merged.vault == *session.vault {
        return Ok(report);
    }
    let (saved, ()) = save(machine, session, |ours, _| Ok((vault::merge(None, ours, &theirs).vault, ())))?;
    // Its writes carry the stamps of other devices, so the last change here is not the one to take back.
    session.remember(machine, |memory| memory.set_last_change(None));
    report.decisions.extend(saved.decisions);
    report.saved = true;
    Ok(report)
}

/// Returns the last state that both had in common, where one of them is known to have grown out of the other.
fn common_state(
    machine: &Machine,
    session: &Session,
    file: &[u8],
    their_manifest: &Manifest,
    theirs: &Vault,
) -> Option<Arc<Vault>> {
    // Among the earlier copies there is also what an older state was accepted in place of.
    let is_contained = || vault::merge(None, &session.vault, theirs).vault == *session.vault;
    if machine.vault_file.grew_from(Version::of(file)) && is_contained() {
        return Some(Arc::new(theirs.clone()));
    }
    let grew_from_ours =
        their_manifest.parent.is_some() && their_manifest.parent == session.version.map(|ours| ours.hex());
    grew_from_ours.then(|| Arc::clone(&session.vault))
}

fn open(
    machine: &Machine,
    session: &Session,
    file: &[u8],
    way: Option<&Way>,
    trust: &Trust,
) -> Result<(Manifest, Vault), MergeError> {
    let opened = match (sealing::open(file, &session.key), way) {
        (Err(SealError::WrongIdentity), None) => return Err(MergeError::NeedsItsOwnKey),
        (Err(SealError::WrongIdentity), Some(way)) => {
            let policy = CostPolicy { cap: trust.work_factor_cap, available_bytes: machine.host.available_memory() };
            sealing::open(file, &key_of(file, way, &policy)?)?
        }
        (opened, _) => opened?,
    };
    let vault = vault::read(opened.expose_secret())?;
    Ok((opened.manifest, vault))
}
