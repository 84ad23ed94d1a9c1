//! Performs effects. The only owner of the open vault's key in the app; the drawing side has snapshots.

use std::path::Path;
use std::sync::Arc;

use super::effect::{Accept, Draft, Effect};
use super::message::{Copied, Look, NotUnlocked, Outcome, Snapshot, Trouble};
use crate::otp::{Params, Timestamp};
use crate::ports::{FileNote, Machine, NoEntropy};
use crate::sealing::{self, WorkFactor};
use crate::tasks::{self, CopyError, Hold, Session, Trust, UnlockError, Warning, Way, Which};
use crate::vault::{AccountId, Change, Decision, DecisionKind, Vault};

/// The machine, and the vault while it is open.
pub struct Worker {
    machine: Machine,
    session: Option<Session>,
    /// What the user said on the command line.
    trust: Trust,
    /// What a new vault's passphrase shall cost.
    work_factor: WorkFactor,
    /// What was given on the command line to unlock with; used once, so that a locked vault stays locked.
    given: Option<Way>,
}

impl Worker {
    /// Returns a worker in front of a locked vault.
    pub fn new(machine: Machine, trust: Trust, work_factor: WorkFactor) -> Self {
        Self { machine, session: None, trust, work_factor, given: None }
    }

    /// Unlocks the first time with this, if it is something.
    #[must_use]
    pub fn given(mut self, way: Option<Way>) -> Self {
        self.given = way;
        self
    }

    /// Performs an effect; some have nothing to answer.
    pub fn perform(&mut self, effect: Effect) -> Option<Outcome> {
        match effect {
            Effect::Look => Some(self.look()),
            Effect::Create { attempt, passphrase } => {
                let created = tasks::create(&mut self.machine, &passphrase, self.work_factor);
                Some(match created {
                    Ok(session) => self.open(attempt, session),
                    Err(error) => Outcome::NotUnlocked {
                        attempt,
                        reason: NotUnlocked::Other,
                        trouble: trouble(&error, error.next_step()),
                    },
                })
            }
            Effect::Unlock { attempt, passphrase, accept } => {
                Some(self.unlock(attempt, Way::Passphrase(passphrase), accept))
            }
            Effect::UnlockAsGiven { attempt } => {
                let way = self.given.take()?;
                Some(self.unlock(attempt, way, Accept::default()))
            }
            Effect::Generate => Some(self.generate()),
            Effect::Lock => {
                self.session = None;
                Some(Outcome::Locked)
            }
            Effect::ClearClipboard => {
                self.machine.clipboard.clear_if_ours();
                None
            }
            Effect::Add(draft) => self.with_session(|machine, session| add(machine, session, *draft)),
            Effect::AddAll(drafts) => self.with_session(|machine, session| add_all(machine, session, drafts)),
            Effect::Commit { title, change } => {
                self.with_session(|machine, session| commit(machine, session, title, &change, None))
            }
            Effect::Undo => self.with_session(undo),
            Effect::Refresh => self.with_session(refresh),
            Effect::Copy { id, at } => self.with_session(|machine, session| copy(machine, session, id, at)),
            // The model keeps the one, the loop the other.
            Effect::CopyLater { .. } | Effect::Suspend => None,
        }
    }

    /// A late request meets a vault that was locked meanwhile: then nothing is done.
    fn with_session(
        &mut self,
        task: impl FnOnce(&mut Machine, &mut Session) -> Result<Outcome, Trouble>,
    ) -> Option<Outcome> {
        let session = self.session.as_mut()?;
        Some(task(&mut self.machine, session).unwrap_or_else(Outcome::Failed))
    }

    fn look(&mut self) -> Outcome {
        let path = shown_path(self.machine.vault_file.path());
        match tasks::look(&mut self.machine) {
            Ok(None) => Outcome::Looked(Look { path, ..Look::default() }),
            Ok(Some(look)) => Outcome::Looked(Look {
                exists: true,
                path,
                saved: look.seen_saved,
                notes: look.notes.iter().map(|note| note_words(*note)).collect(),
                trouble: None,
                is_way_given: self.given.is_some(),
            }),
            Err(error) => Outcome::Looked(Look {
                exists: true,
                path,
                trouble: Some(trouble(&error, error.next_step())),
                ..Look::default()
            }),
        }
    }

    fn unlock(&mut self, attempt: u32, way: Way, accept: Accept) -> Outcome {
        let trust = Trust {
            accept_older: self.trust.accept_older || accept.older,
            accept_different: self.trust.accept_different || accept.different,
            ..self.trust
        };
        match tasks::unlock(&mut self.machine, &way, &trust) {
            Ok(session) => self.open(attempt, session),
            Err(error) => {
                let reason = match &error {
                    error if error.is_wrong_passphrase() => NotUnlocked::WrongPassphrase,
                    UnlockError::NoVault(_) => NotUnlocked::NoVault,
                    UnlockError::Different { .. } => NotUnlocked::Different,
                    UnlockError::File(_)
                    | UnlockError::Seal(_)
                    | UnlockError::Format(_)
                    | UnlockError::NoEntropy(_) => NotUnlocked::Other,
                };
                Outcome::NotUnlocked { attempt, reason, trouble: trouble(&error, error.next_step()) }
            }
        }
    }

    fn open(&mut self, attempt: u32, session: Session) -> Outcome {
        let snapshot = snapshot(&self.machine, &session);
        self.session = Some(session);
        Outcome::Unlocked { attempt, snapshot }
    }

    fn generate(&mut self) -> Outcome {
        let mut drawn = Ok(());
        let passphrase = sealing::generate(&mut |buffer| {
            if let Err(error) = self.machine.entropy.fill(buffer) {
                drawn = Err(error);
            }
        });
        match drawn {
            Ok(()) => Outcome::Generated(passphrase),
            Err(error) => Outcome::Failed(no_entropy(error)),
        }
    }
}

fn add(machine: &mut Machine, session: &mut Session, draft: Draft) -> Result<Outcome, Trouble> {
    let id = tasks::new_account_id(machine).map_err(no_entropy)?;
    let new = draft.with_id(id, machine.clock.now());
    let title = format!("added {}", new_label(&new.issuer, &new.account));
    commit(machine, session, title, &Change::Add(Box::new(new)), Some(id))
}

/// Adds several accounts as one change, so that one undo takes all of them back.
fn add_all(machine: &mut Machine, session: &mut Session, drafts: Vec<Draft>) -> Result<Outcome, Trouble> {
    let title = format!("added {} accounts", drafts.len());
    let mut changes = Vec::with_capacity(drafts.len());
    let mut first = None;
    for draft in drafts {
        let id = tasks::new_account_id(machine).map_err(no_entropy)?;
        first = first.or(Some(id));
        changes.push(Change::Add(Box::new(draft.with_id(id, machine.clock.now()))));
    }
    commit(machine, session, title, &Change::Batch(changes), first)
}

fn commit(
    machine: &mut Machine,
    session: &mut Session,
    title: String,
    change: &Change,
    added: Option<AccountId>,
) -> Result<Outcome, Trouble> {
    let saved = tasks::commit(machine, session, &title, change).map_err(|error| trouble(&error, error.next_step()))?;
    let told = tell(&saved.decisions);
    Ok(Outcome::Saved { snapshot: snapshot(machine, session), title, added, told })
}

fn undo(machine: &mut Machine, session: &mut Session) -> Result<Outcome, Trouble> {
    let undone = tasks::undo(machine, session).map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::Undone { snapshot: snapshot(machine, session), title: undone.title })
}

fn refresh(machine: &mut Machine, session: &mut Session) -> Result<Outcome, Trouble> {
    let decisions = tasks::refresh(machine, session).map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::Refreshed { snapshot: snapshot(machine, session), told: tell(&decisions) })
}

fn copy(machine: &mut Machine, session: &mut Session, id: AccountId, at: Timestamp) -> Result<Outcome, Trouble> {
    let result = tasks::copy(machine, session, id, Which::Current, at, Hold::WhileRunning);
    let copied = match result {
        Ok(copied) => Copied {
            id,
            step: copied.step,
            valid: copied.valid,
            delivery: Ok(copied.delivery),
            used_before: copied.used_before,
        },
        Err(error) => Copied {
            id,
            step: spent_counter(&error, session.vault(), id).ok_or_else(|| trouble(&error, error.next_step()))?,
            valid: None,
            delivery: Err(trouble(&error, error.next_step())),
            used_before: false,
        },
    };
    Ok(Outcome::Copied { snapshot: snapshot(machine, session), copied })
}

/// A HOTP account has moved on although nothing took its code: that code must be shown then.
fn spent_counter(error: &CopyError, vault: &Vault, id: AccountId) -> Option<u64> {
    match error {
        CopyError::Issue(_) => None,
        CopyError::Clipboard(_) => {
            let account = vault.get(id)?;
            matches!(account.params(), Params::Hotp { .. }).then(|| account.counter().saturating_sub(1))
        }
    }
}

fn snapshot(machine: &Machine, session: &Session) -> Snapshot {
    Snapshot {
        vault: Arc::clone(session.vault()),
        memory: Arc::clone(session.memory()),
        can_undo: session.can_undo().map(crate::shown::shown),
        warnings: session.warnings().iter().map(|warning| trouble(warning, warning.next_step())).collect(),
        is_read_only: session.warnings().iter().any(Warning::forbids_writing),
        saved_at: session.saved_at(),
        path: shown_path(machine.vault_file.path()),
    }
}

/// Returns what another device did, in words, the most important first and no more than fit a notice.
fn tell(decisions: &[Decision]) -> Vec<String> {
    const MOST: usize = 3;
    let mut told: Vec<String> = decisions.iter().take(MOST).map(decision_words).collect();
    if decisions.len() > MOST {
        told.push(format!("and {} more", decisions.len() - MOST));
    }
    told
}

fn decision_words(decision: &Decision) -> String {
    let label = &decision.label;
    match &decision.kind {
        DecisionKind::Added => format!("added {label}"),
        DecisionKind::Updated => format!("changed {label}"),
        DecisionKind::Removed => format!("removed {label}"),
        DecisionKind::Kept => format!("changed {label}, which you had deleted: it is back"),
        DecisionKind::Conflict { field, .. } => {
            format!("changed the {field} of {label} as you did: the later one is shown")
        }
    }
}

fn trouble(error: &impl std::fmt::Display, next_step: &str) -> Trouble {
    Trouble { what: error.to_string(), next_step: Some(next_step.to_owned()) }
}

fn no_entropy(error: NoEntropy) -> Trouble {
    trouble(&error, "try again")
}

fn note_words(note: FileNote) -> String {
    Warning::File(note).to_string()
}

fn new_label(issuer: &str, account: &str) -> String {
    match (issuer, account) {
        ("", "") => "an account".to_owned(),
        (only, "") | ("", only) => crate::shown::shown(only),
        (issuer, account) => format!("{} · {}", crate::shown::shown(issuer), crate::shown::shown(account)),
    }
}

fn shown_path(path: &Path) -> String {
    crate::shown::shown(&path.to_string_lossy())
}
