//! Performs effects. The only owner of the open vault's key in the app; the drawing side has snapshots.

mod accounts;
mod backups;
mod basket;
mod clock;
mod devices;
mod elsewhere;
mod exchange;
mod leftovers;
mod life;
mod merging;
mod pictures;
mod recovery;
mod slots;
mod ways;
mod words;

use std::sync::Arc;

use secrecy::SecretString;

use accounts::{add, add_all, commit, copy, refresh, undo};
use elsewhere::Elsewhere;
use exchange::{export, import, read_export};
use leftovers::Search;
use life::{accept_rotation, audit_facts, copy_candidate};
use pictures::{read_picture, take_clipboard};
use words::{no_entropy, note_words, shown_path, trouble, warning_words};

use super::effect::{Accept, DeviceJob, Effect};
use super::message::{Look, NotUnlocked, Outcome, Snapshot, Trouble};
use crate::ports::Machine;
use crate::sealing::{self, WorkFactor};
use crate::tasks::backup::BackupPlan;
use crate::tasks::{self, Session, Trust, UnlockError, Warning, Way};

pub use elsewhere::Places;
pub use ways::{Aside, Opened};

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
    /// Whether the keyring may be asked.
    uses_keyring: bool,
    /// Whether conflict copies and forks are merged without a question.
    merges_alone: bool,
    /// Where the user's things are.
    places: Option<Places>,
    /// Where backups go by themselves.
    plan: Option<BackupPlan>,
    /// A vault in another place that was opened, until it is taken.
    elsewhere: Option<Elsewhere>,
    /// A search for what lies about, until it is at its end or somebody leaves it.
    search: Option<Search>,
}

impl Worker {
    /// Returns a worker in front of a locked vault.
    pub fn new(machine: Machine, trust: Trust, work_factor: WorkFactor) -> Self {
        Self {
            machine,
            session: None,
            trust,
            work_factor,
            given: None,
            uses_keyring: true,
            merges_alone: false,
            places: None,
            plan: None,
            elsewhere: None,
            search: None,
        }
    }

    /// Unlocks the first time with this, if it is something.
    #[must_use]
    pub fn given(mut self, way: Option<Way>) -> Self {
        self.given = way;
        self
    }

    /// Leaves the keyring alone, or asks it.
    #[must_use]
    pub fn using_keyring(mut self, uses_keyring: bool) -> Self {
        self.uses_keyring = uses_keyring;
        self
    }

    /// Merges conflict copies and forks without a question, or only names them.
    #[must_use]
    pub fn merging_alone(mut self, merges_alone: bool) -> Self {
        self.merges_alone = merges_alone;
        self
    }

    /// Knows where the user's things are.
    #[must_use]
    pub fn at(mut self, places: Places) -> Self {
        self.places = Some(places);
        self
    }

    /// Makes backups by itself.
    #[must_use]
    pub fn backing_up_to(mut self, plan: Option<BackupPlan>) -> Self {
        self.plan = plan;
        self
    }

    /// Performs an effect; some have nothing to answer.
    pub fn perform(&mut self, effect: Effect) -> Option<Outcome> {
        match effect {
            Effect::Look => Some(self.look()),
            Effect::Create { attempt, passphrase } => Some(self.create(attempt, &passphrase)),
            Effect::Unlock { attempt, passphrase, accept } => {
                Some(self.unlock(attempt, Way::Passphrase(passphrase), accept))
            }
            Effect::UnlockAsGiven { attempt } => self.unlock_as_given(attempt),
            Effect::UnlockEasily { attempt, way } => self.unlock_easily(attempt, &way),
            Effect::Generate => Some(self.generate()),
            Effect::Lock => Some(self.lock()),
            Effect::ClearClipboard => self.clear_clipboard(),
            Effect::Add(draft) => self.with_session(|machine, session| add(machine, session, *draft)),
            Effect::AddAll(drafts) => self.with_session(|machine, session| add_all(machine, session, drafts)),
            Effect::Commit { title, change } => {
                self.with_session(|machine, session| commit(machine, session, title, &change, None))
            }
            Effect::ReadExport { path, password } => {
                self.with_session(|machine, session| read_export(machine, session, &path, password.as_ref()))
            }
            Effect::Import { from, rows } => {
                self.with_session(|machine, session| import(machine, session, from, &rows))
            }
            Effect::Export { path, plan, password } => {
                self.with_session(|machine, session| export(machine, session, &path, &plan, password.as_ref()))
            }
            Effect::Devices(job) => self.perform_devices(job),
            Effect::Slots(job) => self.perform_on_slots(job),
            Effect::AcceptRotation(id) => self.with_session(|machine, session| accept_rotation(machine, session, id)),
            Effect::AuditFacts => self.with_session(audit_facts),
            Effect::Clock(task) => self.with_session(|machine, session| clock::perform(machine, session, task)),
            Effect::Undo => self.with_session(undo),
            Effect::ReviewMerge(sources) => {
                self.with_trust(|machine, session, trust| merging::review(machine, session, trust, &sources))
            }
            Effect::Merge { sources, turned } => {
                self.with_trust(|machine, session, trust| merging::merge(machine, session, trust, &sources, &turned))
            }
            Effect::Refresh => self.refresh(),
            Effect::Backup(task) => self.perform_backup(task),
            Effect::Leftovers(task) => self.perform_leftovers(task),
            Effect::Copy { id, at } => self.with_session(|machine, session| copy(machine, session, id, at)),
            Effect::CopyCandidate { id, at } => {
                self.with_session(|machine, session| copy_candidate(machine, session, id, at))
            }
            Effect::ReadPicture(path) => self.with_session(|machine, _| read_picture(machine, &path)),
            Effect::TakeClipboard => self.with_session(|machine, _| take_clipboard(machine)),
            Effect::ReadRecovery(file) => self.with_session(|machine, _| recovery::read(machine, file)),
            Effect::AddRecovery { id, reading, origin, keep_old } => {
                self.with_session(|machine, session| recovery::add(machine, session, id, &reading, &origin, keep_old))
            }
            Effect::CopyRecovery { id, set, code } => {
                self.with_session(|machine, session| recovery::copy(machine, session, id, set, code))
            }
            Effect::Basket(task) => self.perform_basket(task),
            Effect::WriteSheet { id } => {
                self.with_session(|machine, session| recovery::write_sheet(machine, session, id))
            }
            // The model keeps the first, the loop and the worker's thread the others.
            Effect::CopyLater { .. } | Effect::Suspend | Effect::Answer { .. } => None,
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

    fn with_trust(
        &mut self,
        task: impl FnOnce(&mut Machine, &mut Session, &Trust) -> Result<Outcome, Trouble>,
    ) -> Option<Outcome> {
        let trust = self.trust;
        self.with_session(|machine, session| task(machine, session, &trust))
    }

    fn clear_clipboard(&mut self) -> Option<Outcome> {
        self.machine.clipboard.clear_if_ours();
        None
    }

    fn unlock_as_given(&mut self, attempt: u32) -> Option<Outcome> {
        let way = self.given.take()?;
        Some(self.unlock(attempt, way, Accept::default()))
    }

    fn perform_devices(&mut self, job: DeviceJob) -> Option<Outcome> {
        let work = self.work_factor;
        self.with_session(|machine, session| devices::devices(machine, session, work, job))
    }

    fn refresh(&mut self) -> Option<Outcome> {
        let trust = self.merges_alone.then_some(self.trust);
        self.with_session(|machine, session| refresh(machine, session, trust.as_ref()))
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
                opens_with_own: look.opens_with_own,
                has_sheet: look.slots.iter().any(|kind| kind == "sheet"),
                ways: self.easy_ways(),
            }),
            Err(error) => Outcome::Looked(Look {
                exists: true,
                path,
                trouble: Some(trouble(&error, error.next_step())),
                ..Look::default()
            }),
        }
    }

    fn lock(&mut self) -> Outcome {
        self.elsewhere = None;
        self.search = None;
        self.session = None;
        Outcome::Locked
    }

    fn create(&mut self, attempt: u32, passphrase: &SecretString) -> Outcome {
        match tasks::create(&mut self.machine, passphrase, self.work_factor) {
            Ok(session) => self.open(attempt, session),
            Err(error) => {
                let trouble = trouble(&error, error.next_step());
                Outcome::NotUnlocked { attempt, reason: NotUnlocked::Other, trouble }
            }
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
            Err(error) => Self::not_unlocked(attempt, &error),
        }
    }

    fn not_unlocked(attempt: u32, error: &UnlockError) -> Outcome {
        let reason = match error {
            error if error.is_wrong_passphrase() => NotUnlocked::WrongPassphrase,
            UnlockError::NoVault(_) => NotUnlocked::NoVault,
            UnlockError::Different { .. } => NotUnlocked::Different,
            UnlockError::File(_)
            | UnlockError::Seal(_)
            | UnlockError::Format(_)
            | UnlockError::FormerKey
            | UnlockError::NewKey
            | UnlockError::NotForThisDevice
            | UnlockError::Keyring(_)
            | UnlockError::IdentityFile(_)
            | UnlockError::NoEntropy(_) => NotUnlocked::Other,
        };
        Outcome::NotUnlocked { attempt, reason, trouble: trouble(error, error.next_step()) }
    }

    fn open(&mut self, attempt: u32, session: Session) -> Outcome {
        Outcome::Unlocked { attempt, snapshot: self.hold(session) }
    }

    /// Keeps an open vault, and returns what is in it.
    fn hold(&mut self, mut session: Session) -> Snapshot {
        if let Some(plan) = &self.plan {
            session.back_up_to(plan.clone());
        }
        let merged = match self.merges_alone {
            true => merging::bring_together(&mut self.machine, &mut session, &self.trust),
            false => None,
        };
        let mut snapshot = snapshot(&self.machine, &session);
        let told = merged.map(|merged| {
            merged.map_or_else(std::convert::identity, |told| Trouble {
                what: format!("merged what lay beside the vault: {}", told.join(", ")),
                next_step: Some("u takes it back".to_owned()),
            })
        });
        snapshot.warnings.splice(0..0, told);
        self.session = Some(session);
        snapshot
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

fn snapshot(machine: &Machine, session: &Session) -> Snapshot {
    Snapshot {
        vault: session.seen(),
        memory: Arc::clone(session.memory()),
        backups: Arc::new(backups::known(machine, session)),
        clock: Arc::new(clock::at_a_glance(machine, session)),
        can_undo: session.can_undo().map(crate::shown::shown),
        warnings: session.warnings().iter().map(warning_words).collect(),
        is_basket_open: session.is_basket_open(),
        is_read_only: session.warnings().iter().any(Warning::forbids_writing),
        saved_at: session.saved_at(),
        path: shown_path(machine.vault_file.path()),
    }
}
