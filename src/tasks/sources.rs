//! Which files a merge is about: named ones, those of a folder, or what lies beside the vault.

use std::path::{Path, PathBuf};

use super::ancestor;
use super::conflict_copies::{self, ConflictCopy, may_be_one};
use super::merge::{MergeError, MergeRequest, MergedFile};
use super::pin::contains;
use super::seen;
use super::session::Session;
use super::theirs::{Theirs, open_ours};
use crate::ports::{Found, FoundKind, Machine};
use crate::sealing::MAX_FILE_BYTES;
use crate::vault::Vault;

/// The ending of a vault's and a backup's name.
const ENDING: &str = ".age";
/// How many names are tried for a copy that is put away.
const NAMES: usize = 100;

/// A state to be merged.
pub(super) struct Source {
    /// `None`: what this device last saw.
    pub path: Option<PathBuf>,
    /// What is known of it, if a sync tool left it.
    pub copy: Option<ConflictCopy>,
    pub theirs: Theirs,
    /// The last state that it had in common with ours.
    pub base: Option<Vault>,
}

/// Opens everything that is to be merged; what cannot be is returned beside it.
pub(super) fn gather(
    machine: &mut Machine,
    session: &Session,
    request: &MergeRequest<'_>,
) -> Result<(Vec<Source>, Vec<MergedFile>), MergeError> {
    let mut gathered = Gathered { sources: Vec::new(), failed: Vec::new(), request };
    if request.sources.is_empty() {
        gathered.what_was_seen(machine, session)?;
        let folder = conflict_copies::folder(machine);
        // There may be nothing at all beside the vault, not even for a fake of it.
        if machine.documents.look(&folder)?.is_some() {
            gathered.folder(machine, session, &folder, true)?;
        }
    }
    for path in request.sources {
        match machine.documents.look(path) {
            Ok(Some(Found { kind: FoundKind::Folder, .. })) => {
                let before = gathered.sources.len() + gathered.failed.len();
                if let Err(error) = gathered.folder(machine, session, path, false) {
                    gathered.fail(path, error);
                } else if gathered.sources.len() + gathered.failed.len() == before {
                    let nothing = MergeError::NothingThere(crate::shown::shown(&path.to_string_lossy()));
                    gathered.fail(path, nothing);
                }
            }
            _ => gathered.file(machine, session, path, request.way), // reading it says what is wrong
        }
    }
    Ok((gathered.sources, gathered.failed))
}

struct Gathered<'a> {
    sources: Vec<Source>,
    failed: Vec<MergedFile>,
    request: &'a MergeRequest<'a>,
}

impl Gathered<'_> {
    fn fail(&mut self, path: &Path, error: MergeError) {
        self.failed.push(MergedFile { path: Some(path.to_owned()), copy: None, outcome: Err(error) });
    }

    fn file(&mut self, machine: &mut Machine, session: &Session, path: &Path, way: Option<&super::unlock::Way>) {
        match open(machine, session, path, |machine, bytes| open_ours(machine, session, bytes, way, self.request.trust))
        {
            Ok(source) => self.sources.push(source),
            Err(error) => self.fail(path, error),
        }
    }

    /// Takes every file of this vault in a folder; of other people's vaults it says nothing.
    fn folder(
        &mut self,
        machine: &mut Machine,
        session: &Session,
        folder: &Path,
        only_copies: bool,
    ) -> Result<(), MergeError> {
        let is_ours = folder == conflict_copies::folder(machine);
        for found in machine.documents.list(folder)? {
            let left_by = conflict_copies::left_by(machine, &found.path);
            let name = found.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let may_be = left_by.is_some() || (!only_copies && name.contains(ENDING));
            if !may_be || !may_be_one(&found) || name.starts_with('.') || is_the_vault(machine, &found.path) {
                continue;
            }
            let opened = open(machine, session, &found.path, |machine, bytes| {
                open_ours(machine, session, bytes, None, self.request.trust)
            });
            match opened {
                Ok(source) if source.theirs.manifest.vault != session.manifest.vault => {}
                // Somebody who was removed may have put it there: only who names it means it.
                Ok(source) if source.theirs.is_former => self.fail(&found.path, MergeError::FormerKey),
                Ok(mut source) => {
                    let manifest = &source.theirs.manifest;
                    let copy = left_by.filter(|_| is_ours && manifest.backup.is_none());
                    source.copy = copy.and_then(|by| conflict_copies::copy_of(session, &found.path, by, manifest));
                    self.sources.extend((source.copy.is_some() || !only_copies).then_some(source));
                }
                // One that is called a conflict copy and opens for nobody here may be a torn one: that is said.
                Err(MergeError::NeedsItsOwnKey) if only_copies || left_by.is_none() => {}
                Err(error) => self.fail(&found.path, error),
            }
        }
        Ok(())
    }

    /// Takes what this device last saw in the vault's place, if that is not all in it.
    fn what_was_seen(&mut self, machine: &mut Machine, session: &Session) -> Result<(), MergeError> {
        let Some(bytes) = seen::bytes(machine) else {
            return Ok(());
        };
        // A state folder of another vault in this place says nothing about this one.
        let Ok(theirs) = open_ours(machine, session, &bytes, None, self.request.trust) else {
            return Ok(());
        };
        let is_contained = contains(&session.manifest.generations, &theirs.manifest.generations);
        if theirs.manifest.vault == session.manifest.vault && !is_contained {
            let base = ancestor::of(machine, session, &bytes, &theirs);
            self.sources.push(Source { path: None, copy: None, theirs, base });
        }
        Ok(())
    }
}

/// Tells whether that is the vault itself, through a link or not.
fn is_the_vault(machine: &Machine, path: &Path) -> bool {
    let vault = machine.vault_file.path();
    let target = conflict_copies::folder(machine).join(vault.file_name().unwrap_or_default());
    path == vault || path == target
}

fn open(
    machine: &mut Machine,
    session: &Session,
    path: &Path,
    open: impl FnOnce(&Machine, &[u8]) -> Result<Theirs, MergeError>,
) -> Result<Source, MergeError> {
    let bytes = machine.documents.read(path, MAX_FILE_BYTES)?;
    let theirs = open(machine, &bytes)?;
    let base = ancestor::of(machine, session, &bytes, &theirs);
    Ok(Source { path: Some(path.to_owned()), copy: None, theirs, base })
}

impl Source {
    /// Puts a conflict copy away among the earlier copies; returns where. What a person may have put there stays.
    pub fn put_away(&self, machine: &mut Machine) -> Option<PathBuf> {
        let path = &self.copy.as_ref().filter(|copy| copy.left_by.is_sure)?.path;
        let folder = machine.vault_file.earlier_folder();
        let name = path.file_name()?.to_string_lossy().into_owned();
        // A name that is taken is that of a copy which was put away before.
        let mut names = std::iter::once(name.clone()).chain((2..NAMES).map(|number| format!("{name}-{number}")));
        names.find_map(|name| {
            let to = folder.join(name);
            machine.documents.rename(path, &to).is_ok().then_some(to)
        })
    }
}
