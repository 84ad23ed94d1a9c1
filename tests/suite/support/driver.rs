//! Drives the app without a terminal: keys in, pictures and effects out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::exchange::recovery_codes::{self, Reading};
use countersign::exchange::{Choice, ImportError, Row, preview, recognise};
use countersign::otp::Timestamp;
use countersign::ports::Delivery;
use countersign::tui::backups::{BackupOutcome, BackupTask};
use countersign::tui::clock::ClockTask;
use countersign::tui::effect::{BasketTask, DeviceJob, Draft, Effect};
use countersign::tui::key::{Key, Mouse, MouseKind};
use countersign::tui::leftovers::{Leftover, LeftoverOutcome, LeftoverTask, Leftovers};
use countersign::tui::message::{
    Copied, DeviceRemoved, Devices, EasyWay, ExportRead, KnownDevice, KnownSecret, Look, Message, NotUnlocked, Outcome,
    Review, Snapshot, Trouble,
};
use countersign::tui::model::{End, Model};
use countersign::tui::painter::Painter;
use countersign::tui::screen::ScreenName;
use countersign::tui::settings::Settings;
use countersign::tui::slots::SlotJob;
use countersign::vault::audit::Facts;
use countersign::vault::{
    AccountId, BasketChange, BasketContents, Change, CodeState, DeviceMemory, LastChange, NewSet, RecoveryChange,
    RotationChange, SetId, Stamp, Vault, apply, undoing,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::{Position, Rect};
use secrecy::{ExposeSecret, SecretString};

use super::paper_backups::PaperBackups;
use super::paper_clock::PaperClock;
use super::paper_slots::PaperSlots;
use super::snapshot;

/// The passphrase that opens every vault here.
pub(crate) const PASSPHRASE: &str = "correct horse";

const PATH: &str = "~/.local/share/countersign/vault.age";

/// The app on a terminal of paper, with a worker of paper.
pub(crate) struct Driver {
    model: Model,
    now: Timestamp,
    screen: Terminal<TestBackend>,
    worker: PaperWorker,
    /// What was asked of the machine since the last snapshot.
    effects: Vec<String>,
    /// Whether answers wait until they are asked for.
    is_slow: bool,
    held: Vec<Outcome>,
}

impl Driver {
    /// Starts at that moment, in milliseconds, in front of a locked vault, on 80 × 24.
    pub(crate) fn at(millis: i64) -> Self {
        Self::start(millis, test_settings(), PaperWorker::with(Vault::default()))
    }

    /// Starts where there is no vault yet.
    pub(crate) fn first_run(millis: i64) -> Self {
        let worker = PaperWorker { exists: false, ..PaperWorker::with(Vault::default()) };
        Self::start(millis, test_settings(), worker)
    }

    /// Starts in front of a vault that this device opens in these ways; the worker keeps its answers.
    pub(crate) fn with_ways(millis: i64, ways: &[EasyWay]) -> Self {
        let worker = PaperWorker { ways: ways.to_vec(), ..PaperWorker::with(Vault::default()) };
        let mut driver = Self::start_slow(millis, worker);
        let looked = driver.held.remove(0);
        driver.hear(looked)
    }

    /// Starts in front of a vault that a recovery sheet opens as well.
    pub(crate) fn with_sheet(millis: i64) -> Self {
        let worker = PaperWorker { has_sheet: true, ..PaperWorker::with(Vault::default()) };
        Self::start(millis, test_settings(), worker)
    }

    /// Has no way work but a passphrase.
    pub(crate) fn silent(mut self, reason: NotUnlocked, what: &str) -> Self {
        let next_step = Some("unlock in another way".to_owned());
        self.worker.silence = Some((reason, Trouble { what: what.to_owned(), next_step }));
        self
    }

    /// Starts with other settings.
    pub(crate) fn with_settings(millis: i64, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = test_settings();
        change(&mut settings);
        Self::start(millis, settings, PaperWorker::with(Vault::default()))
    }

    fn start(millis: i64, settings: Settings, worker: PaperWorker) -> Self {
        Self::begin(millis, settings, worker, false)
    }

    fn start_slow(millis: i64, worker: PaperWorker) -> Self {
        Self::begin(millis, test_settings(), worker, true)
    }

    fn begin(millis: i64, settings: Settings, worker: PaperWorker, is_slow: bool) -> Self {
        let now = Timestamp::from_millis(millis);
        let (model, effects) = Model::new(now, settings, None);
        let screen = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let mut driver = Self { model, now, screen, worker, effects: Vec::new(), is_slow, held: Vec::new() };
        driver.perform(effects);
        driver.effects.clear();
        driver.size(80, 24)
    }

    /// Puts this vault behind the lock and opens it.
    pub(crate) fn unlocked(mut self, vault: Vault) -> Self {
        self.worker.vault = vault;
        let mut driver = self.keys(PASSPHRASE).keys("<enter>");
        driver.effects.clear();
        driver
    }

    /// Puts another app's export there.
    pub(crate) fn with_export(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.worker.exports.push((path.into(), bytes.into()));
        self
    }

    /// Has these lie about, and the vault have some of them.
    pub(crate) fn lying_about(mut self, leftovers: Vec<Leftover>, kept: &[&str]) -> Self {
        self.worker.leftovers = leftovers;
        self.worker.kept = kept.iter().map(PathBuf::from).collect();
        self
    }

    /// Has the codes of these accounts used at the present moment.
    pub(crate) fn used(mut self, ids: &[AccountId]) -> Self {
        for id in ids {
            let step = self.worker.vault.get(*id).unwrap().step(self.now);
            self.worker.memory.mark_used(*id, step, self.now);
        }
        let outcome = Outcome::Refreshed { snapshot: self.worker.snapshot(self.now), told: Vec::new(), copy: None };
        self.hear(outcome)
    }

    /// Has the worker find this when it is asked what a merge would decide.
    pub(crate) fn reviewing(mut self, review: Review) -> Self {
        self.worker.review = review;
        self
    }

    /// Has another device write the vault.
    pub(crate) fn changed_elsewhere(mut self, change: &Change) -> Self {
        self.worker.changes += 1;
        let stamp = Stamp::next(self.now, self.worker.vault.newest_stamp(), self.worker.changes);
        apply(&mut self.worker.vault, change, stamp).unwrap();
        let told = vec!["changed something".to_owned()];
        let outcome = Outcome::Refreshed { snapshot: self.worker.snapshot(self.now), told, copy: None };
        self.hear(outcome)
    }

    /// Gives the terminal another size.
    pub(crate) fn size(mut self, width: u16, height: u16) -> Self {
        self.screen.backend_mut().resize(width, height);
        self.screen.resize(Rect::new(0, 0, width, height)).unwrap();
        self.model.resize(Rect::new(0, 0, width, height));
        self.tell(Message::Redraw)
    }

    /// Presses keys, written as in `/git<enter>c`.
    pub(crate) fn keys(mut self, keys: &str) -> Self {
        for key in Key::sequence(keys).unwrap() {
            self = self.tell(Message::Key(key));
        }
        self
    }

    /// Pastes a text.
    pub(crate) fn paste(self, text: &str) -> Self {
        self.tell(Message::Paste(SecretString::from(text)))
    }

    /// Clicks a cell.
    pub(crate) fn click(self, column: u16, row: u16) -> Self {
        self.mouse(MouseKind::Click, column, row)
    }

    /// Clicks the first cell that shows this text.
    pub(crate) fn click_on(mut self, text: &str) -> Self {
        let buffer = self.draw();
        let at = snapshot::find(&buffer, text).unwrap_or_else(|| panic!("{text:?} is not on the screen"));
        self.click(at.x, at.y)
    }

    /// Does something with the mouse.
    pub(crate) fn mouse(self, kind: MouseKind, column: u16, row: u16) -> Self {
        self.tell(Message::Mouse(Mouse { kind, column, row }))
    }

    /// Lets so many milliseconds pass, waking whenever the app asks to.
    pub(crate) fn wait(mut self, millis: i64) -> Self {
        let until = self.now.plus_millis(millis);
        while let Some(at) = self.model.wake_at().filter(|at| *at <= until) {
            // The clock never stands still: an app that wakes for ever at one moment would hang.
            self.now = at.max(self.now.plus_millis(1));
            self = self.tell(Message::Tick);
        }
        self.now = until;
        self.tell(Message::Tick)
    }

    /// Lets so many seconds pass in front of a real painter; returns how often the app woke, and each frame's bytes.
    pub(crate) fn idle(mut self, secs: i64) -> (usize, Vec<usize>) {
        let mut written = Written::default();
        let area = self.screen.size().unwrap();
        let until = self.now.plus_secs(secs);
        let mut wakes = 0;
        {
            let mut screen = Terminal::new(Painter::new(&mut written, area)).unwrap();
            screen.draw(|frame| self.model.view(frame)).unwrap();
            while let Some(at) = self.model.wake_at().filter(|at| *at <= until) {
                self.now = at;
                let effects = self.model.update(at, Message::Tick);
                self.perform(effects);
                screen.draw(|frame| self.model.view(frame)).unwrap();
                wakes += 1;
            }
        }
        // The first frame is the whole picture.
        (wakes, written.0.split_off(1))
    }

    /// Jumps ahead without waking in between, as after a sleep of the computer.
    pub(crate) fn sleep(mut self, millis: i64) -> Self {
        self.now = self.now.plus_millis(millis);
        self.tell(Message::Tick)
    }

    /// Somebody sets the wall clock; no time passes.
    pub(crate) fn set_clock(mut self, by_millis: i64) -> Self {
        self.worker.clock.pass(self.now);
        self.worker.clock.step(by_millis);
        self.now = self.now.plus_millis(by_millis);
        self.tell(Message::ClockSet { by_millis })
    }

    /// The user's correction moves the time.
    pub(crate) fn corrected(mut self, by_millis: i64) -> Self {
        self.now = self.now.plus_millis(by_millis);
        self.tell(Message::Corrected { by_millis })
    }

    /// The computer sleeps, and says so when it wakes.
    pub(crate) fn slept(mut self, millis: i64) -> Self {
        self.now = self.now.plus_millis(millis);
        self.tell(Message::Slept { millis })
    }

    /// Tells the app something.
    pub(crate) fn tell(mut self, message: Message) -> Self {
        let effects = self.model.update(self.now, message);
        self.perform(effects);
        self
    }

    /// Has the worker say something.
    pub(crate) fn hear(self, outcome: Outcome) -> Self {
        self.tell(Message::Done(Box::new(outcome)))
    }

    /// Has the worker keep its answers until [`Driver::answer`].
    pub(crate) fn slow(mut self) -> Self {
        self.is_slow = true;
        self
    }

    /// Lets the worker give the answers it kept.
    pub(crate) fn answer(mut self) -> Self {
        self.is_slow = false;
        for outcome in std::mem::take(&mut self.held) {
            self = self.hear(outcome);
        }
        self
    }

    /// Has the next effects fail in this way.
    pub(crate) fn failing(mut self, trouble: Trouble) -> Self {
        self.worker.trouble = Some(trouble);
        self
    }

    /// Has every picture hold codes that say this, one a line.
    pub(crate) fn with_picture(mut self, text: &str) -> Self {
        self.worker.text = Some((text.to_owned(), true));
        self
    }

    /// Has the clipboard hold this.
    pub(crate) fn with_clipboard(mut self, text: &str) -> Self {
        self.worker.text = Some((text.to_owned(), false));
        self
    }

    /// Has copied texts go by this way.
    pub(crate) fn copying_through(mut self, delivery: Delivery) -> Self {
        self.worker.delivery = delivery;
        self
    }

    /// Has the audit told this of the machine.
    pub(crate) fn knowing(mut self, facts: Facts) -> Self {
        self.worker.facts = Some(facts);
        self
    }

    /// Has the vault open with the passphrase of this device.
    pub(crate) fn with_own_passphrase(mut self) -> Self {
        self.worker.opens_with_own = true;
        let effects = self.model.update(self.now, Message::Tick);
        self.perform(effects);
        let outcome = self.worker.perform(Effect::Look, self.now).expect("it answers");
        self.hear(outcome)
    }

    /// Has unlocking end in this way from now on.
    pub(crate) fn refusing(mut self, reason: NotUnlocked, what: &str, next_step: &str) -> Self {
        let trouble = Trouble { what: what.to_owned(), next_step: Some(next_step.to_owned()) };
        self.worker.refusal = Some((reason, trouble));
        self
    }

    /// Has the worker know these backups, and what it answers about them.
    pub(crate) fn backups(mut self, change: impl FnOnce(&mut PaperBackups)) -> Self {
        change(&mut self.worker.backups);
        self
    }

    /// Has the vault open in these ways.
    pub(crate) fn slots(mut self, change: impl FnOnce(&mut PaperSlots)) -> Self {
        change(&mut self.worker.slots);
        self
    }

    /// Has the clock be like that, before the vault is opened.
    pub(crate) fn clock(mut self, change: impl FnOnce(&mut PaperClock)) -> Self {
        self.worker.clock.pass(self.now);
        change(&mut self.worker.clock);
        self
    }

    /// Returns the clock as the worker has it.
    pub(crate) fn clock_now(&self) -> &PaperClock {
        &self.worker.clock
    }

    /// Returns the app's own moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Has these recovery codes in a file of their own, which is not open.
    pub(crate) fn basket(mut self, contents: BasketContents) -> Self {
        self.worker.basket = contents;
        self
    }

    /// Returns the vault as the worker has it.
    pub(crate) fn vault(&self) -> &Vault {
        &self.worker.vault
    }

    /// Returns what the worker would send of it.
    pub(crate) fn snapshot_of_vault(&self) -> Snapshot {
        self.worker.snapshot(self.now)
    }

    /// Tells whether the app shows what is in the vault.
    pub(crate) fn is_unlocked(&self) -> bool {
        self.model.is_unlocked()
    }

    /// Returns which screen takes the keys.
    pub(crate) fn on(&self) -> ScreenName {
        self.model.screen()
    }

    /// Returns why the app ended.
    pub(crate) fn end(&self) -> Option<End> {
        self.model.end()
    }

    /// Returns when the app wants to wake, in milliseconds from now.
    pub(crate) fn wakes_in(&self) -> Option<i64> {
        self.model.wake_at().map(|at| at.millis_since(self.now))
    }

    /// Returns what was asked of the machine since the last snapshot.
    pub(crate) fn effects(&self) -> &[String] {
        &self.effects
    }

    /// Returns the picture alone.
    pub(crate) fn picture(&mut self) -> String {
        let buffer = self.draw();
        snapshot::picture(&buffer)
    }

    /// Returns picture, roles and effects.
    pub(crate) fn snapshot(&mut self) -> String {
        let buffer = self.draw();
        let effects = std::mem::take(&mut self.effects);
        snapshot::whole(&buffer, self.cursor(), &effects)
    }

    /// Draws a frame.
    pub(crate) fn draw(&mut self) -> ratatui::buffer::Buffer {
        let model = &self.model;
        self.screen.draw(|frame| model.view(frame)).unwrap();
        self.screen.backend().buffer().clone()
    }

    fn cursor(&mut self) -> Option<Position> {
        let backend = self.screen.backend();
        backend.cursor_visible().then(|| backend.cursor_position())
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.push(format!("{effect:?}"));
            let before = self.worker.clock.correction_millis();
            let outcome = self.worker.perform(effect, self.now);
            let by_millis = self.worker.clock.correction_millis() - before;
            if by_millis != 0 {
                // As the loop does, which looks at the clock before it hears anything.
                self.now = self.now.plus_millis(by_millis);
                let effects = self.model.update(self.now, Message::Corrected { by_millis });
                self.perform(effects);
            }
            let Some(outcome) = outcome else {
                continue;
            };
            if self.is_slow {
                self.held.push(outcome);
            } else {
                let effects = self.model.update(self.now, Message::Done(Box::new(outcome)));
                self.perform(effects);
            }
        }
    }
}

/// Counts what is written.
#[derive(Default)]
struct Written(Vec<usize>);

impl std::io::Write for &mut Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.push(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn test_settings() -> Settings {
    Settings { theme: snapshot::theme(), ..Settings::default() }
}

/// Does in memory what the real worker does with keys and files.
struct PaperWorker {
    vault: Vault,
    memory: DeviceMemory,
    exists: bool,
    changes: u32,
    trouble: Option<Trouble>,
    refusal: Option<(NotUnlocked, Trouble)>,
    /// Other apps' exports, and where they are.
    exports: Vec<(PathBuf, Vec<u8>)>,
    /// What the codes of every picture say, or the clipboard holds.
    text: Option<(String, bool)>,
    /// By which way copied texts go.
    delivery: Delivery,
    opens_with_own: bool,
    has_sheet: bool,
    /// How this device opens the vault by itself, and why it does not, if it does not.
    ways: Vec<EasyWay>,
    silence: Option<(NotUnlocked, Trouble)>,
    recipient: Option<String>,
    /// What the audit is told of the machine.
    facts: Option<Facts>,
    /// What a merge would decide.
    review: Review,
    backups: PaperBackups,
    /// The recovery codes that are apart, and whether they are open.
    basket: BasketContents,
    is_basket_open: bool,
    /// What lies about, and what of it the vault has.
    leftovers: Vec<Leftover>,
    kept: Vec<PathBuf>,
    clock: PaperClock,
    slots: PaperSlots,
}

impl PaperWorker {
    fn with(vault: Vault) -> Self {
        Self {
            vault,
            memory: DeviceMemory::default(),
            exists: true,
            changes: 0,
            trouble: None,
            refusal: None,
            opens_with_own: false,
            has_sheet: false,
            ways: Vec::new(),
            silence: None,
            recipient: None,
            exports: Vec::new(),
            text: None,
            delivery: Delivery::Native,
            facts: None,
            review: Review::default(),
            backups: PaperBackups::default(),
            basket: BasketContents::default(),
            is_basket_open: false,
            leftovers: Vec::new(),
            kept: Vec::new(),
            clock: PaperClock::new(),
            slots: PaperSlots::new(),
        }
    }

    fn snapshot(&self, now: Timestamp) -> Snapshot {
        Snapshot {
            vault: Arc::new(if self.is_basket_open { self.vault.seen_with(&self.basket) } else { self.vault.clone() }),
            memory: Arc::new(self.memory.clone()),
            backups: Arc::new(self.backups.known.clone()),
            clock: Arc::new(self.clock.at_a_glance(now)),
            can_undo: self.memory.last_change().map(|change| change.title.clone()),
            warnings: Vec::new(),
            is_read_only: false,
            is_basket_open: self.is_basket_open,
            saved_at: now,
            path: PATH.to_owned(),
        }
    }

    fn perform(&mut self, effect: Effect, now: Timestamp) -> Option<Outcome> {
        if let Some(trouble) = self.trouble.take() {
            return Some(Outcome::Failed(trouble));
        }
        Some(match effect {
            Effect::Look => self.look(),
            Effect::UnlockAsGiven { attempt } | Effect::Create { attempt, .. } => {
                Outcome::Unlocked { attempt, snapshot: self.snapshot(now) }
            }
            Effect::Unlock { attempt, passphrase, .. } => self.unlock(attempt, &passphrase, now),
            Effect::UnlockEasily { attempt, .. } => self.unlock_easily(attempt, now),
            Effect::Generate => Outcome::Generated(SecretString::from("anchor brisk candle dune ember fjord")),
            Effect::Add(draft) => {
                let id = AccountId::from_bytes([0xad; 8]);
                let title = format!("added {}", draft.issuer);
                self.commit(title, Change::Add(Box::new(draft.with_id(id, now))), Some(id), now)
            }
            Effect::AddAll(drafts) => {
                let title = format!("added {} accounts", drafts.len());
                let id = |number: usize| AccountId::from_bytes([0xad, 0, 0, 0, 0, 0, 0, u8::try_from(number).unwrap()]);
                let add = |(number, draft): (usize, Draft)| Change::Add(Box::new(draft.with_id(id(number), now)));
                let changes = drafts.into_iter().enumerate().map(add).collect();
                self.commit(title, Change::Batch(changes), Some(id(0)), now)
            }
            Effect::Commit { title, change } => self.commit(title, change, None, now),
            Effect::ReadExport { path, password } => self.read_export(&path, password.as_ref()),
            Effect::Import { from, rows } => self.import(from, &rows, now),
            Effect::Export { path, plan, password } => Outcome::Exported {
                path: path.display().to_string(),
                accounts: plan.len(),
                is_encrypted: password.is_some(),
            },
            Effect::Slots(job) => self.perform_on_slots(job, now),
            Effect::Devices(job) => self.devices(job, now),
            Effect::AcceptRotation(id) => self.accept_rotation(id, now),
            Effect::AuditFacts => Outcome::AuditFacts(Box::new(self.facts.clone().unwrap_or(Facts::at(now)))),
            Effect::Undo => self.undo(now),
            Effect::Refresh => Outcome::Refreshed { snapshot: self.snapshot(now), told: Vec::new(), copy: None },
            Effect::ReviewMerge(_) => Outcome::MergeReviewed(self.review.clone()),
            Effect::Merge { .. } => self.merged(now),
            Effect::Copy { id, at } => self.copy(id, at, now),
            Effect::CopyCandidate { id, at } => self.copy_candidate(id, at, now),
            Effect::ReadPicture(_) | Effect::TakeClipboard => self.read(),
            Effect::AddRecovery { id, reading, origin, keep_old } => {
                self.add_recovery(id, &reading, origin, keep_old, now)
            }
            Effect::ReadRecovery(file) => self.read_recovery(file),
            Effect::Leftovers(task) => return self.leftovers(task).map(Outcome::Leftovers),
            Effect::CopyRecovery { id, set, code } => self.copy_recovery(id, set, code, now),
            Effect::WriteSheet { .. } => Outcome::SheetWritten("recovery-codes-GitHub.txt".to_owned()),
            Effect::Basket(task) => self.perform_basket(task, now),
            Effect::Backup(task) => return self.perform_backup(task, now),
            Effect::Clock(task) => self.perform_on_clock(task, now),
            Effect::Lock => Outcome::Locked,
            Effect::CopyLater { .. } => panic!("the model keeps these"),
            Effect::ClearClipboard | Effect::Suspend | Effect::Answer { .. } => return None,
        })
    }

    fn unlock_easily(&self, attempt: u32, now: Timestamp) -> Outcome {
        match self.silence.clone() {
            Some((reason, trouble)) => Outcome::NotUnlocked { attempt, reason, trouble },
            None => Outcome::Unlocked { attempt, snapshot: self.snapshot(now) },
        }
    }

    fn perform_on_slots(&mut self, job: SlotJob, now: Timestamp) -> Outcome {
        let snapshot = self.snapshot(now);
        self.slots.perform(job, snapshot)
    }

    fn accept_rotation(&mut self, id: AccountId, now: Timestamp) -> Outcome {
        let title = format!("confirmed the new secret of {}", self.vault.get(id).unwrap().label());
        self.commit(title, Change::Rotation(id, RotationChange::Accept), None, now)
    }

    fn copy_candidate(&self, id: AccountId, at: Timestamp, now: Timestamp) -> Outcome {
        let step = self.vault.get(id).unwrap().candidate().unwrap().step_at(at).unwrap_or(0);
        let copied = Copied { id, step, valid: None, delivery: Ok(self.delivery), used_before: false, is_new: true };
        Outcome::Copied { snapshot: self.snapshot(now), copied }
    }

    fn merged(&self, now: Timestamp) -> Outcome {
        let title = "merged 1 file".to_owned();
        Outcome::Saved { snapshot: self.snapshot(now), title, added: None, told: Vec::new() }
    }

    fn perform_on_clock(&mut self, task: ClockTask, now: Timestamp) -> Outcome {
        let before = self.snapshot(now);
        self.clock.perform(task, now, |clock| Snapshot { clock, ..before.clone() })
    }

    fn look(&self) -> Outcome {
        Outcome::Looked(Look {
            exists: self.exists,
            path: PATH.to_owned(),
            saved: self.exists.then(|| Timestamp::from_secs(0)),
            notes: Vec::new(),
            trouble: None,
            is_way_given: false,
            opens_with_own: self.opens_with_own,
            has_sheet: self.has_sheet,
            ways: self.ways.clone(),
        })
    }

    fn import(&mut self, from: &str, rows: &[(Row, Choice)], now: Timestamp) -> Outcome {
        let id = |number: usize| AccountId::from_bytes([0x1a, 0, 0, 0, 0, 0, 0, u8::try_from(number).unwrap()]);
        let rows = rows.iter().enumerate();
        let changes = rows.filter_map(|(number, (row, choice))| row.change(*choice, &self.vault, id(number), now));
        let changes: Vec<Change> = changes.collect();
        let title = format!("imported {} accounts from {from}", changes.len());
        self.commit(title, Change::Batch(changes), None, now)
    }

    /// Three devices: this one, one with a slot of its own, and one that knows the passphrase.
    fn devices(&mut self, job: DeviceJob, now: Timestamp) -> Outcome {
        let device = |id: &str, name: &str, saves, slot: Option<&str>, is_this| KnownDevice {
            id: id.to_owned(),
            name: name.to_owned(),
            saves,
            last_saved: (saves > 0).then(|| Timestamp::from_millis(now.as_millis() - 3_600_000)),
            slot: slot.map(str::to_owned),
            added: None,
            is_this,
        };
        let mut devices = vec![
            device("d1", "desktop", 12, None, true),
            device("d2", "laptop", 3, Some("51"), false),
            device("d3", "old tower", 7, None, false),
        ];
        let (mut title, mut removed, mut is_requested) = (None, None, false);
        match job {
            DeviceJob::List => {}
            DeviceJob::Request { .. } => {
                self.recipient = Some("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned());
                is_requested = true;
            }
            DeviceJob::Add { name, .. } => {
                devices.push(device("52", &name, 0, Some("52"), false));
                title = Some(format!("added {name}"));
            }
            DeviceJob::Rename { name } => devices[0].name = name,
            DeviceJob::Remove { id, .. } => {
                let known = |account: &Arc<countersign::vault::Account>| KnownSecret {
                    id: account.id(),
                    label: account.label(),
                    in_trash: false,
                };
                let place = devices.iter().position(|device| device.id == id).unwrap();
                removed = Some(DeviceRemoved {
                    name: devices.remove(place).name,
                    knows: self.vault.accounts().map(known).collect(),
                    left_behind: Vec::new(),
                    saved: countersign::tasks::Saved::default(),
                });
            }
        }
        let (snapshot, recipient) = (self.snapshot(now), self.recipient.clone());
        let slots = vec!["passphrase".to_owned(), "identity".to_owned()];
        Outcome::Devices(Box::new(Devices { snapshot, devices, slots, recipient, is_requested, removed, title }))
    }

    fn unlock(&self, attempt: u32, passphrase: &SecretString, now: Timestamp) -> Outcome {
        if let Some((reason, trouble)) = self.refusal.clone() {
            return Outcome::NotUnlocked { attempt, reason, trouble };
        }
        if passphrase.expose_secret() == PASSPHRASE {
            return Outcome::Unlocked { attempt, snapshot: self.snapshot(now) };
        }
        let trouble = Trouble {
            what: "this is not the passphrase of this vault".to_owned(),
            next_step: Some("try again; mind caps lock and the keyboard layout".to_owned()),
        };
        Outcome::NotUnlocked { attempt, reason: NotUnlocked::WrongPassphrase, trouble }
    }

    fn read(&self) -> Outcome {
        match &self.text {
            Some((text, is_picture)) => {
                Outcome::Read { text: SecretString::from(text.as_str()), is_picture: *is_picture }
            }
            None => {
                let what = "no QR code was found in the picture".to_owned();
                Outcome::Failed(Trouble { what, next_step: None })
            }
        }
    }

    fn perform_backup(&mut self, task: BackupTask, now: Timestamp) -> Option<Outcome> {
        let before = self.snapshot(now);
        let outcome = self.backups.perform(task, now, |backups| Snapshot { backups, ..before.clone() });
        self.exists |= matches!(outcome, Some(BackupOutcome::Restored { .. }));
        outcome.map(Outcome::Backup)
    }

    fn perform_basket(&mut self, task: BasketTask, now: Timestamp) -> Outcome {
        let wrong = |passphrase: &SecretString| passphrase.expose_secret() != PASSPHRASE;
        let refused = |asked| {
            let trouble = Trouble { what: "wrong passphrase".to_owned(), next_step: Some("type it again".to_owned()) };
            Outcome::BasketRefused { asked, trouble }
        };
        let (asked, change, title) = match task {
            BasketTask::Open { asked, passphrase } if wrong(&passphrase) => return refused(asked),
            BasketTask::Open { asked, .. } => (asked, Change::Batch(Vec::new()), "they are open"),
            BasketTask::MoveApart { asked, .. } => {
                self.basket.take_from(&self.vault);
                let out = BasketChange::MoveOut(self.vault.sets_here());
                (asked, Change::Batch([BasketChange::Rule(true), out].map(Change::Basket).into()), "moved out")
            }
            BasketTask::MoveTogether => {
                let back = BasketChange::MoveBack(self.basket.texts_of(&self.vault.sets_apart()));
                (now, Change::Batch([BasketChange::Rule(false), back].map(Change::Basket).into()), "moved back")
            }
        };
        self.changes += 1;
        let stamp = Stamp::next(now, self.vault.newest_stamp(), self.changes);
        apply(&mut self.vault, &change, stamp).unwrap();
        self.is_basket_open = true;
        Outcome::Basket { asked, snapshot: self.snapshot(now), title: title.to_owned() }
    }

    fn commit(&mut self, title: String, change: Change, added: Option<AccountId>, now: Timestamp) -> Outcome {
        self.changes += 1;
        let stamp = Stamp::next(now, self.vault.newest_stamp(), self.changes);
        let last = LastChange::of(&title, &change, &self.vault, stamp);
        match apply(&mut self.vault, &change, stamp) {
            Ok(()) => {
                self.memory.set_last_change(Some(last));
                Outcome::Saved { snapshot: self.snapshot(now), title, added, told: Vec::new() }
            }
            Err(error) => {
                let next_step = Some(error.next_step().to_owned());
                Outcome::Failed(Trouble { what: error.to_string(), next_step })
            }
        }
    }

    /// Reads the export that the test has put there, as the real worker does.
    fn read_export(&self, path: &Path, password: Option<&SecretString>) -> Outcome {
        let Some((_, bytes)) = self.exports.iter().find(|(there, _)| there == path) else {
            let what = format!("cannot read {}", path.display());
            return Outcome::Failed(Trouble { what, next_step: Some("check the path".to_owned()) });
        };
        let format = recognise(bytes).expect("the test brings one that is known");
        match (format.read)(bytes, password) {
            Ok(imported) => {
                let (version, is_encrypted) = (imported.version, imported.encrypted);
                let notes = imported.notes.iter().map(ToString::to_string).collect();
                let preview = preview(&self.vault, vec![imported]).remove(0);
                Outcome::ExportRead(Box::new(ExportRead { from: format.title, version, is_encrypted, preview, notes }))
            }
            Err(ImportError::NeedsPassword) => Outcome::NeedsPassword { from: format.title, trouble: None },
            Err(error) => {
                let trouble = Trouble { what: error.to_string(), next_step: Some(error.next_step().to_owned()) };
                Outcome::NeedsPassword { from: format.title, trouble: Some(trouble) }
            }
        }
    }

    fn copy_recovery(&mut self, id: AccountId, set: SetId, code: usize, now: Timestamp) -> Outcome {
        let change = Change::Recovery(id, RecoveryChange::Use { set, code, at: now });
        match self.commit("used a recovery code".to_owned(), change, None, now) {
            Outcome::Saved { snapshot, .. } => Outcome::RecoveryCopied {
                left: snapshot.vault.get(id).unwrap().recovery().unused(),
                snapshot,
                number: code + 1,
                delivery: self.delivery,
                notes: Vec::new(),
            },
            failed => failed,
        }
    }

    fn add_recovery(
        &mut self,
        id: AccountId,
        reading: &Reading,
        origin: String,
        keep_old: bool,
        now: Timestamp,
    ) -> Outcome {
        let state = |is_used| if is_used { CodeState::Used(now) } else { CodeState::Unused };
        let new = NewSet {
            id: SetId::from_bytes([0xad; 8]),
            created: now,
            origin,
            about: reading.provenance(),
            kind: reading.kind,
            codes: reading.codes.iter().map(|code| (code.text.clone(), state(code.is_used))).collect(),
        };
        let account = Arc::clone(self.vault.get(id).unwrap());
        let old = account.recovery().current().into_iter().filter(|_| !keep_old);
        let supersede = |id| RecoveryChange::Supersede(id, Some(now));
        let mut changes: Vec<Change> = old.map(|set| Change::Recovery(account.id(), supersede(set.id()))).collect();
        changes.push(Change::Recovery(id, RecoveryChange::Add(Box::new(new))));
        let title = format!("stored {} recovery codes for {}", reading.codes.len(), account.label());
        self.commit(title, Change::Batch(changes), None, now)
    }

    /// Reads a file that the test has put there, as the real worker does.
    fn read_recovery(&self, file: PathBuf) -> Outcome {
        let trouble = |what: String, next: &str| Trouble { what, next_step: Some(next.to_owned()) };
        let there = self.exports.iter().find(|(there, _)| *there == file);
        let reading = match there {
            None => Err(trouble(format!("cannot read {}", file.display()), "check the path")),
            Some((_, bytes)) => recovery_codes::read(bytes, file.file_name().and_then(|name| name.to_str()))
                .map(Arc::new)
                .map_err(|problem| trouble(problem.to_string(), problem.next_step())),
        };
        Outcome::RecoveryRead { file, reading }
    }

    /// Finds what the test has put there, in two goes.
    fn leftovers(&mut self, task: LeftoverTask) -> Option<LeftoverOutcome> {
        let kept = |worker: &Self, all: &[Leftover]| {
            all.iter().map(|it| it.path.clone()).filter(|path| worker.kept.contains(path)).collect::<Vec<PathBuf>>()
        };
        Some(match task {
            LeftoverTask::Folders => {
                LeftoverOutcome::Folders(vec!["/home/me/Downloads".into(), "/home/me/Desktop".into()])
            }
            LeftoverTask::Search { asked, .. } => LeftoverOutcome::Looking { asked, files: 200, found: 1 },
            LeftoverTask::GoOn { asked } => {
                let leftovers = Leftovers { found: self.leftovers.clone(), ..Leftovers::default() };
                LeftoverOutcome::Found { asked, kept: kept(self, &leftovers.found), leftovers }
            }
            LeftoverTask::Take(leftover) => {
                let (_, bytes) = self.exports.iter().find(|(there, _)| *there == leftover.path)?;
                LeftoverOutcome::Taken(SecretString::from(String::from_utf8(bytes.clone()).unwrap()))
            }
            LeftoverTask::Compare(found) => {
                // What was saved came out of the selected one, as far as paper goes.
                self.kept.extend(found.first().map(|leftover| leftover.path.clone()));
                LeftoverOutcome::Compared(kept(self, &found))
            }
            LeftoverTask::Delete(path) => LeftoverOutcome::Deleted(path),
        })
    }

    fn undo(&mut self, now: Timestamp) -> Outcome {
        let last = self.memory.last_change().cloned().expect("the app asks only when there is one");
        let Some(change) = undoing(&last, &self.vault) else {
            let what = "other changes have taken its place".to_owned();
            return Outcome::Failed(Trouble { what, next_step: None });
        };
        self.commit(last.title.clone(), change, None, now);
        self.memory.set_last_change(None);
        Outcome::Undone { snapshot: self.snapshot(now), title: last.title }
    }

    fn copy(&mut self, id: AccountId, at: Timestamp, now: Timestamp) -> Outcome {
        let account = Arc::clone(self.vault.get(id).unwrap());
        let step = account.step(at);
        let valid = account
            .enrolment()
            .step_at(at)
            .map(|step| (account.enrolment().valid_from(step), account.enrolment().valid_until(step)));
        if valid.is_none() {
            let stamp = Stamp::next(now, self.vault.newest_stamp(), 0);
            apply(&mut self.vault, &Change::Advance(id, step + 1), stamp).unwrap();
        }
        let used_before = self.memory.is_used(id, step);
        self.memory.mark_used(id, step, now);
        let copied = Copied { id, step, valid, delivery: Ok(self.delivery), used_before, is_new: false };
        Outcome::Copied { snapshot: self.snapshot(now), copied }
    }
}
