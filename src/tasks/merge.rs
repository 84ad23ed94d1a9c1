//! Brings other states of this vault, or other vaults of ours, into it.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::choices::{Choice, Decided, Plan};
use super::commit::{CommitError, save};
use super::conflict_copies::{self, ConflictCopy};
use super::session::Session;
use super::sources::{self, Source};
use super::unlock::{Trust, UnlockError, Way, join_generations, take_in_whole};
use super::warning::Warning;
use crate::ports::{FileError, Machine};
use crate::sealing::SealError;
use crate::vault::{FormatError, LastChange};

/// What shall be merged, and how.
pub struct MergeRequest<'a> {
    /// Files, and folders with files of ours. None: what this device last saw in the vault's place, and the conflict
    /// copies beside it.
    pub sources: &'a [PathBuf],
    /// What opens a file that this vault's key does not open.
    pub way: Option<&'a Way>,
    /// What the user has said about what is not usual.
    pub trust: &'a Trust,
    /// Decisions that shall be others.
    pub choices: &'a [Choice],
    /// Whether to say only what would be.
    pub is_dry_run: bool,
}

/// What a merge did, or would do.
#[derive(Debug, Default)]
pub struct MergeReport {
    /// Every file that was tried.
    pub files: Vec<MergedFile>,
    /// Every decision, file by file.
    pub decisions: Vec<Decided>,
    /// How many of our accounts stayed as they were.
    pub unchanged: usize,
    /// Whether it was saved; a dry run is not, nor is a merge that changes nothing.
    pub saved: bool,
}

/// A file that was tried.
#[derive(Debug)]
pub struct MergedFile {
    /// Which; none for what this device last saw.
    pub path: Option<PathBuf>,
    /// What is known of it, if a sync tool left it.
    pub copy: Option<ConflictCopy>,
    /// Where it was put when it was merged, if it did not stay; or why it was not merged.
    pub outcome: Result<Option<PathBuf>, MergeError>,
}

/// Why nothing was merged, or not this file.
#[derive(Debug, Error)]
pub enum MergeError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It has another key than this vault: its own passphrase or identity is needed.
    #[error("that vault has another key than this one")]
    NeedsItsOwnKey,
    /// It was written with a key that the vault has no more.
    #[error("this copy was written with a key that the vault has no more, perhaps by a device that was removed")]
    FormerKey,
    /// It cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What is inside cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// There is no vault of ours in the folder.
    #[error("there is no copy of this vault in {0}")]
    NothingThere(String),
    /// A choice was made about something that nobody has to decide.
    #[error("there is no decision about {0}")]
    NoSuchDecision(String),
    /// The vault itself cannot be read.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
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
            Self::FormerKey => "if you trust the device that wrote it, name the file itself: countersign merge FILE",
            Self::Seal(error) => error.next_step().unwrap_or("check that it is a vault; nothing was changed"),
            Self::Format(error) => error.next_step(),
            Self::NothingThere(_) => "name the file itself; with its own passphrase it may be another vault of yours",
            Self::NoSuchDecision(_) => "see the decisions with --dry-run --json; nothing was changed",
            Self::Unlock(error) => error.next_step(),
            Self::Commit(error) => error.next_step(),
        }
    }
}

/// Merges into this vault without losing anything of either side.
///
/// One file that cannot be merged does not stop the others. Conflict copies that were merged are put away among the
/// earlier copies; a file that the user named stays where it is.
///
/// # Errors
/// None of the files could be merged, or the result could not be saved; then nothing was changed.
pub fn merge(
    machine: &mut Machine,
    session: &mut Session,
    request: &MergeRequest<'_>,
) -> Result<MergeReport, MergeError> {
    take_in_whole(machine, session)?;
    let (sources, failed) = sources::gather(machine, session, request)?;
    if sources.is_empty() {
        return match failed.into_iter().find_map(|file| file.outcome.err()) {
            Some(error) => Err(error),
            None => Ok(MergeReport { unchanged: session.vault.len(), ..MergeReport::default() }),
        };
    }
    let mut report = merge_opened(machine, session, sources, request.choices, request.is_dry_run)?;
    report.files.splice(0..0, failed);
    Ok(report)
}

/// Merges what was opened already.
pub(super) fn merge_opened(
    machine: &mut Machine,
    session: &mut Session,
    sources: Vec<Source>,
    choices: &[Choice],
    is_dry_run: bool,
) -> Result<MergeReport, MergeError> {
    let plan = Plan::of(&session.vault, &sources, choices, machine.clock.now())?;
    let unchanged = plan.unchanged(&session.vault);
    let mut report = MergeReport { unchanged, ..MergeReport::default() };
    if !is_dry_run {
        let before = (session.manifest.clone(), session.slots.clone(), session.warnings.clone());
        match save_joined(machine, session, &sources, &plan) {
            Ok(saved) => report.saved = saved,
            Err(error) => {
                // What the file does not contain must not be counted as contained.
                (session.manifest, session.slots, session.warnings) = before;
                return Err(error.into());
            }
        }
    }
    for source in sources {
        let outcome = Ok(if is_dry_run { None } else { source.put_away(machine) });
        report.files.push(MergedFile { path: source.path, copy: source.copy, outcome });
    }
    report.decisions = plan.decided;
    if !is_dry_run {
        conflict_copies::forget(session);
        conflict_copies::look(machine, session);
    }
    Ok(report)
}

/// Saves the join of the vault with the sources; tells whether there was anything to save.
fn save_joined(
    machine: &mut Machine,
    session: &mut Session,
    sources: &[Source],
    plan: &Plan,
) -> Result<bool, CommitError> {
    let was_forbidden = session.write_forbidden_by().is_some();
    let slots = session.slots.clone();
    for source in sources {
        if source.theirs.manifest.vault == session.manifest.vault {
            join_generations(&mut session.manifest, &source.theirs.manifest);
            if let Some(slots) = &source.theirs.slots {
                session.join_ways(&source.theirs.manifest, slots);
            }
        }
    }
    session.settle(machine);
    let is_lifted = was_forbidden && session.write_forbidden_by().is_none();
    let stamp = session.next_stamp(&session.vault, machine)?;
    if plan.joined(&session.vault, sources, stamp)?.0 == *session.vault && !is_lifted && session.slots == slots {
        return Ok(false);
    }
    let title = title(sources);
    let (_, last) = save(machine, session, |ours, stamp| {
        let (joined, stamp) = plan.joined(ours, sources, stamp)?;
        let last = LastChange::of_merge(&title, ours, &joined, stamp);
        Ok((joined, last))
    })?;
    session.remember(machine, |memory| memory.set_last_change(Some(last)));
    Ok(true)
}

fn title(sources: &[Source]) -> String {
    match sources {
        [one] => match one.path.as_deref().and_then(Path::file_name) {
            Some(name) => format!("merged {}", crate::shown::shown(&name.to_string_lossy())),
            None => "merged what was seen here before".to_owned(),
        },
        several => format!("merged {} files", several.len()),
    }
}

/// Merges what sync tools left beside the vault, and two histories of it; an older copy never without being told to.
///
/// # Errors
/// As [`merge`]. `None` if there is nothing to bring together.
pub fn merge_found(
    machine: &mut Machine,
    session: &mut Session,
    trust: &Trust,
) -> Result<Option<MergeReport>, MergeError> {
    let grew_apart = session.warnings.iter().any(|warning| matches!(warning, Warning::GrewApart { .. }));
    let has_copies = session.warnings.iter().any(|warning| matches!(warning, Warning::ConflictCopies(_)));
    let is_forbidden = session.write_forbidden_by().is_some() && !grew_apart;
    if is_forbidden || !(grew_apart || has_copies) {
        return Ok(None);
    }
    let request = MergeRequest { sources: &[], way: None, trust, choices: &[], is_dry_run: false };
    merge(machine, session, &request).map(Some)
}
