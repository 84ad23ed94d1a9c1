//! Fakes of every port, which can misbehave on purpose.
//!
//! Each is a handle: clones share one state, so a test keeps one and gives the other away.
#![allow(dead_code, reason = "a fake can do what the next test will ask of it")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use countersign::otp::Timestamp;
use countersign::ports::{
    Clipboard, ClipboardError, Clock, ClockReading, Delivery, Documents, Entropy, FileError, FileNote, FileStep, Found,
    FoundKind, Host, Keeper, KernelClock, Machine, Means, NoEntropy, NotKept, Pasted, Picture, PrivateScreen,
    PromptError, Prompter, Replacement, ServerAnswer, ServerError, StateSlot, StateStore, Stored, TimeService,
    TimeSources, VaultFile, Version,
};
use secrecy::{ExposeSecret, SecretString};

use super::fake_keys::{FakeKeyring, ScriptedKeyTalk};

/// One of each, to look at and to spoil while the machine is in use.
#[derive(Clone)]
pub struct Handles {
    pub clock: FakeClock,
    pub time_sources: FakeTimeSources,
    pub vault_file: MemoryVaultFile,
    pub basket_file: MemoryVaultFile,
    pub state: MemoryState,
    pub documents: MemoryDocuments,
    pub clipboard: FakeClipboard,
    pub keyring: FakeKeyring,
    pub key_talk: ScriptedKeyTalk,
    pub prompter: ScriptedPrompter,
    pub private_screen: PaperScreen,
    pub entropy: CountingEntropy,
    pub host: FakeHost,
}

/// Returns a machine of fakes: no vault yet, nobody to ask, a clock that stands at 2026-11-22 00:00 UTC.
pub fn machine() -> (Machine, Handles) {
    let handles = Handles {
        clock: FakeClock::at_secs(1_795_305_600),
        time_sources: FakeTimeSources::default(),
        vault_file: MemoryVaultFile::empty(),
        basket_file: MemoryVaultFile::at("/memory/recovery.age"),
        state: MemoryState::default(),
        documents: MemoryDocuments::default(),
        clipboard: FakeClipboard::default(),
        keyring: FakeKeyring::default(),
        key_talk: ScriptedKeyTalk::default(),
        prompter: ScriptedPrompter::default(),
        private_screen: PaperScreen::default(),
        entropy: CountingEntropy::default(),
        host: FakeHost::default(),
    };
    (handles.machine(), handles)
}

impl Handles {
    /// Returns another machine on the same fakes: the next run of the program on this device.
    pub fn machine(&self) -> Machine {
        Machine {
            clock: Box::new(self.clock.clone()),
            time_sources: Box::new(self.time_sources.clone()),
            vault_file: Box::new(self.vault_file.clone()),
            basket_file: Box::new(self.basket_file.clone()),
            state: Box::new(self.state.clone()),
            documents: Box::new(self.documents.clone()),
            clipboard: Box::new(self.clipboard.clone()),
            keyring: Box::new(self.keyring.clone()),
            key_talk: Arc::new(self.key_talk.clone()),
            prompter: Box::new(self.prompter.clone()),
            private_screen: Box::new(self.private_screen.clone()),
            entropy: Box::new(self.entropy.clone()),
            host: Box::new(self.host.clone()),
        }
    }

    /// Returns another device that shares the vault file and nothing else.
    pub fn another_device(&self, name: &str) -> (Machine, Self) {
        let handles = Self {
            clock: self.clock.clone(),
            time_sources: FakeTimeSources::default(),
            vault_file: self.vault_file.clone(),
            basket_file: self.basket_file.clone(),
            state: MemoryState::default(),
            documents: MemoryDocuments::default(),
            clipboard: FakeClipboard::default(),
            keyring: FakeKeyring::default(),
            key_talk: ScriptedKeyTalk::default(),
            prompter: ScriptedPrompter::default(),
            private_screen: PaperScreen::default(),
            entropy: CountingEntropy::from(name.bytes().fold(1 << 32, |sum, byte| sum * 31 + u64::from(byte))),
            host: FakeHost::default(),
        };
        handles.host.rename(name);
        (handles.machine(), handles)
    }
}

/// What a fake holds, shared between its clones.
struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    fn get(&self) -> MutexGuard<'_, T> {
        self.0.lock().expect("no test panics while it holds a fake")
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

fn failure(step: FileStep, path: &Path, kind: io::ErrorKind) -> FileError {
    FileError::System { step, path: path.to_owned(), source: kind.into() }
}

/// A clock that stands until it is set. Waiting sets it, and so does advancing; both are time that passes.
#[derive(Clone)]
pub struct FakeClock(Shared<FakeTime>);

#[derive(Default)]
struct FakeTime {
    /// The wall clock, without correction.
    wall: Timestamp,
    correction_millis: i64,
    monotonic_millis: i64,
    slept_millis: i64,
}

impl FakeClock {
    pub fn at_secs(secs: i64) -> Self {
        let clock = Self(Shared::default());
        clock.set(Timestamp::from_secs(secs));
        clock
    }

    /// Somebody sets the wall clock; no time passes.
    pub fn set(&self, now: Timestamp) {
        self.0.get().wall = now;
    }

    pub fn advance_secs(&self, secs: i64) {
        self.advance_millis(secs.saturating_mul(1000));
    }

    pub fn advance_millis(&self, millis: i64) {
        self.0.get().pass(millis);
    }

    /// The computer sleeps.
    pub fn sleep_secs(&self, secs: i64) {
        let mut time = self.0.get();
        time.wall = time.wall.plus_secs(secs);
        time.slept_millis += secs * 1000;
    }
}

impl FakeTime {
    fn pass(&mut self, millis: i64) {
        self.wall = self.wall.plus_millis(millis);
        self.monotonic_millis = self.monotonic_millis.saturating_add(millis);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        let time = self.0.get();
        time.wall.plus_millis(time.correction_millis)
    }

    fn wait_until(&self, moment: Timestamp) {
        let now = self.now();
        self.0.get().pass(moment.millis_since(now).max(0));
    }

    fn reading(&self) -> ClockReading {
        let time = self.0.get();
        ClockReading {
            wall: time.wall,
            monotonic_millis: time.monotonic_millis,
            boot_millis: Some(time.monotonic_millis.saturating_add(time.slept_millis)),
        }
    }

    fn correction_millis(&self) -> i64 {
        self.0.get().correction_millis
    }

    fn correct(&self, millis: i64) {
        self.0.get().correction_millis = millis;
    }
}

/// Time sources that say what the test says; nobody knows anything unless told.
#[derive(Clone, Default)]
pub struct FakeTimeSources(Shared<ToldSources>);

#[derive(Default)]
struct ToldSources {
    kernel: Option<KernelClock>,
    services: Vec<TimeService>,
    answers: BTreeMap<String, Result<ServerAnswer, ServerError>>,
    asked: Vec<String>,
    boots: u32,
    keeper: Option<Keeper>,
}

impl FakeTimeSources {
    pub fn kernel_says(&self, kernel: Option<KernelClock>) {
        self.0.get().kernel = kernel;
    }

    pub fn service_says(&self, service: TimeService) {
        self.0.get().services.push(service);
    }

    pub fn server_says(&self, server: &str, answer: Result<ServerAnswer, ServerError>) {
        self.0.get().answers.insert(server.to_owned(), answer);
    }

    /// Returns every server that was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.0.get().asked.clone()
    }

    /// The computer is of this kind.
    pub fn kept_by(&self, means: Means, is_virtual: bool) {
        self.0.get().keeper = Some(Keeper { means, is_virtual });
    }

    /// The computer is started anew.
    pub fn reboot(&self) {
        self.0.get().boots += 1;
    }
}

impl TimeSources for FakeTimeSources {
    fn kernel(&self) -> Option<KernelClock> {
        self.0.get().kernel
    }

    fn services(&mut self) -> Vec<TimeService> {
        self.0.get().services.clone()
    }

    fn ask(&mut self, servers: &[String]) -> Vec<Result<ServerAnswer, ServerError>> {
        let mut told = self.0.get();
        told.asked.extend_from_slice(servers);
        servers.iter().map(|server| told.answers.get(server).copied().unwrap_or(Err(ServerError::NotFound))).collect()
    }

    fn built(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn boot_name(&self) -> Option<String> {
        Some(format!("boot {}", self.0.get().boots))
    }

    fn keeper(&self) -> Keeper {
        self.0.get().keeper.unwrap_or(Keeper { means: Means::Unknown, is_virtual: false })
    }
}

/// A vault file in memory.
#[derive(Clone)]
pub struct MemoryVaultFile {
    path: PathBuf,
    shared: Shared<MemoryVault>,
    seen: Option<Version>,
}

#[derive(Default)]
struct MemoryVault {
    bytes: Option<Vec<u8>>,
    earlier: Vec<Vec<u8>>,
    notes: Vec<FileNote>,
    fails: Vec<(FileStep, io::ErrorKind)>,
    written_elsewhere: VecDeque<Vec<u8>>,
    damages_what_it_writes: bool,
    replacements: usize,
}

impl MemoryVaultFile {
    pub fn empty() -> Self {
        Self::at("/memory/vault.age")
    }

    /// Returns a place with no file.
    pub fn at(path: &str) -> Self {
        Self { path: PathBuf::from(path), shared: Shared::default(), seen: None }
    }

    fn folder(&self) -> PathBuf {
        self.path.with_added_extension("earlier")
    }

    pub fn holding(bytes: &[u8]) -> Self {
        let file = Self::empty();
        file.shared.get().bytes = Some(bytes.to_vec());
        file
    }

    /// Returns what is in the file now.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.shared.get().bytes.clone()
    }

    /// Makes every use of this step fail, as on a full disk, until [`MemoryVaultFile::recover`].
    pub fn fail_at(&self, step: FileStep) {
        self.fail_with(step, io::ErrorKind::StorageFull);
    }

    pub fn fail_with(&self, step: FileStep, kind: io::ErrorKind) {
        self.shared.get().fails.push((step, kind));
    }

    /// Makes the disk give back something else than was written to it.
    pub fn damage_what_is_written(&self) {
        self.shared.get().damages_what_it_writes = true;
    }

    /// Lets everything work again.
    pub fn recover(&self) {
        let mut vault = self.shared.get();
        vault.fails.clear();
        vault.damages_what_it_writes = false;
    }

    /// Puts another file in its place, now.
    pub fn changed_by_another_device(&self, bytes: &[u8]) {
        self.shared.get().bytes = Some(bytes.to_vec());
    }

    /// Puts another file in its place in the moment before the next replacement; several calls queue up.
    pub fn changes_just_before_the_next_save(&self, bytes: &[u8]) {
        self.shared.get().written_elsewhere.push_back(bytes.to_vec());
    }

    pub fn remove(&self) {
        self.shared.get().bytes = None;
    }

    pub fn note(&self, note: FileNote) {
        self.shared.get().notes.push(note);
    }

    /// Returns how many replacements were done.
    pub fn replacements(&self) -> usize {
        self.shared.get().replacements
    }

    /// Returns the bytes of the earlier copies, oldest first.
    pub fn earlier(&self) -> Vec<Vec<u8>> {
        self.shared.get().earlier.clone()
    }

    fn check(&self, step: FileStep) -> Result<(), FileError> {
        match self.shared.get().fails.iter().find(|(failing, _)| *failing == step) {
            Some((_, kind)) => Err(failure(step, &self.path, *kind)),
            None => Ok(()),
        }
    }
}

impl VaultFile for MemoryVaultFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn read(&mut self) -> Result<Option<Stored>, FileError> {
        self.check(FileStep::Read)?;
        let vault = self.shared.get();
        self.seen = vault.bytes.as_deref().map(Version::of);
        Ok(vault.bytes.clone().map(|bytes| Stored { bytes, notes: vault.notes.clone() }))
    }

    fn may_have_changed(&mut self) -> bool {
        self.shared.get().bytes.as_deref().map(Version::of) != self.seen
    }

    fn replace(
        &mut self,
        expected: Option<Version>,
        bytes: &[u8],
        proof: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Replacement, FileError> {
        for step in [FileStep::MakeFolder, FileStep::Lock, FileStep::Read] {
            self.check(step)?;
        }
        let damages = {
            let mut vault = self.shared.get();
            if let Some(theirs) = vault.written_elsewhere.pop_front() {
                vault.bytes = Some(theirs);
            }
            if vault.bytes.as_deref().map(Version::of) != expected {
                return Ok(Replacement::Changed);
            }
            vault.damages_what_it_writes
        };
        for step in [FileStep::Write, FileStep::Sync] {
            self.check(step)?;
        }
        let mut written = bytes.to_vec();
        if damages {
            written.truncate(bytes.len() / 2);
        }
        if !proof(&written) {
            return Err(FileError::NotProved(self.path.clone()));
        }
        for step in [FileStep::KeepCopy, FileStep::Replace] {
            self.check(step)?;
        }
        let mut vault = self.shared.get();
        let old = vault.bytes.replace(written);
        vault.earlier.extend(old);
        vault.replacements += 1;
        self.seen = Some(Version::of(bytes));
        Ok(Replacement::Done)
    }

    fn earlier_copies(&self) -> Vec<PathBuf> {
        let count = self.shared.get().earlier.len();
        (0..count).rev().map(|index| self.folder().join(index.to_string())).collect()
    }

    fn earlier_folder(&self) -> PathBuf {
        self.folder()
    }

    fn keep_earlier(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.check(FileStep::KeepCopy)?;
        let mut vault = self.shared.get();
        if !vault.earlier.iter().any(|earlier| earlier == bytes) {
            vault.earlier.push(bytes.to_vec());
        }
        Ok(())
    }

    fn grew_from(&self, version: Version) -> bool {
        self.shared.get().earlier.iter().any(|bytes| Version::of(bytes) == version)
    }
}

/// What a device remembers, in memory.
#[derive(Clone, Default)]
pub struct MemoryState(Shared<Remembered>);

#[derive(Default)]
struct Remembered {
    files: BTreeMap<StateSlot, Vec<u8>>,
    fails: Option<io::ErrorKind>,
    fails_to_read: Option<io::ErrorKind>,
}

impl MemoryState {
    pub fn get(&self, slot: StateSlot) -> Option<Vec<u8>> {
        self.0.get().files.get(&slot).cloned()
    }

    pub fn put(&self, slot: StateSlot, bytes: &[u8]) {
        self.0.get().files.insert(slot, bytes.to_vec());
    }

    pub fn forget(&self, slot: StateSlot) {
        self.0.get().files.remove(&slot);
    }

    /// Makes every store fail from now on.
    pub fn fail(&self, kind: io::ErrorKind) {
        self.0.get().fails = Some(kind);
    }

    /// Makes every load fail from now on.
    pub fn fail_to_read(&self, kind: io::ErrorKind) {
        self.0.get().fails_to_read = Some(kind);
    }

    pub fn recover(&self) {
        let mut remembered = self.0.get();
        (remembered.fails, remembered.fails_to_read) = (None, None);
    }
}

impl StateStore for MemoryState {
    fn load(&self, slot: StateSlot) -> Result<Option<Vec<u8>>, FileError> {
        let fails = self.0.get().fails_to_read;
        match fails {
            Some(kind) => Err(failure(FileStep::Read, Path::new("/memory/state"), kind)),
            None => Ok(self.get(slot)),
        }
    }

    fn store(&mut self, slot: StateSlot, bytes: &[u8]) -> Result<(), FileError> {
        let fails = self.0.get().fails;
        match fails {
            Some(kind) => Err(failure(FileStep::Write, Path::new("/memory/state"), kind)),
            None => {
                self.put(slot, bytes);
                Ok(())
            }
        }
    }
}

/// The user's files, in memory; `-` is standard input. A folder is there as long as something is in it.
#[derive(Clone, Default)]
pub struct MemoryDocuments(Shared<Files>);

#[derive(Default)]
struct Files {
    files: BTreeMap<PathBuf, Vec<u8>>,
    fails: Vec<(FileStep, io::ErrorKind)>,
    damages_what_it_writes: bool,
    lines: VecDeque<(String, Before)>,
}

/// What happens before something comes from somebody.
type Before = Option<Box<dyn FnOnce() + Send>>;

fn passes(clock: &FakeClock, millis: i64) -> Before {
    let clock = clock.clone();
    Some(Box::new(move || clock.advance_millis(millis)))
}

impl MemoryDocuments {
    /// Adds a line of standard input that comes so many milliseconds after the one before.
    pub fn type_line(&self, clock: &FakeClock, millis: i64, line: &str) {
        self.0.get().lines.push_back((line.to_owned(), passes(clock, millis)));
    }

    pub fn put(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        self.0.get().files.insert(path.as_ref().to_owned(), bytes.as_ref().to_vec());
    }

    pub fn get(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        self.0.get().files.get(path.as_ref()).cloned()
    }

    /// Lists every file there is.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.0.get().files.keys().cloned().collect()
    }

    /// Makes every use of this step fail, as when a stick was pulled out, until [`MemoryDocuments::recover`].
    pub fn fail_with(&self, step: FileStep, kind: io::ErrorKind) {
        self.0.get().fails.push((step, kind));
    }

    /// Makes the disk give back something else than was written to it.
    pub fn damage_what_is_written(&self) {
        self.0.get().damages_what_it_writes = true;
    }

    /// Lets everything work again.
    pub fn recover(&self) {
        let mut files = self.0.get();
        files.fails.clear();
        files.damages_what_it_writes = false;
    }

    fn check(&self, step: FileStep, path: &Path) -> Result<(), FileError> {
        match self.0.get().fails.iter().find(|(failing, _)| *failing == step) {
            Some((_, kind)) => Err(failure(step, path, *kind)),
            None => Ok(()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.check(FileStep::Write, path)?;
        let is_damaged = self.0.get().damages_what_it_writes;
        self.put(path, if is_damaged { &bytes[..bytes.len() / 2] } else { bytes });
        Ok(())
    }
}

impl Documents for MemoryDocuments {
    fn read(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
        self.check(FileStep::Read, path)?;
        match self.get(path) {
            None => Err(failure(FileStep::Read, path, io::ErrorKind::NotFound)),
            Some(bytes) if bytes.len() > limit => Err(FileError::TooLarge { path: path.to_owned(), limit }),
            Some(bytes) => Ok(bytes),
        }
    }

    fn read_line(&mut self) -> Result<Option<String>, FileError> {
        let line = self.0.get().lines.pop_front();
        Ok(line.map(|(line, before)| {
            before.into_iter().for_each(|happens| happens());
            line
        }))
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), FileError> {
        self.check(FileStep::MakeFolder, folder)
    }

    fn write_new(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        if self.get(path).is_some() {
            return Err(FileError::Exists(path.to_owned()));
        }
        self.write(path, bytes)
    }

    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.write(path, bytes)
    }

    fn look(&self, path: &Path) -> Result<Option<Found>, FileError> {
        self.check(FileStep::Read, path)?;
        let files = self.0.get();
        let found = |kind, length| Found { path: path.to_owned(), kind, length, modified: None, is_link: false };
        if let Some(bytes) = files.files.get(path) {
            return Ok(Some(found(FoundKind::File, bytes.len() as u64)));
        }
        let is_folder = files.files.keys().any(|file| file.starts_with(path));
        Ok(is_folder.then(|| found(FoundKind::Folder, 0)))
    }

    fn list(&self, folder: &Path) -> Result<Vec<Found>, FileError> {
        self.check(FileStep::Read, folder)?;
        let names: BTreeSet<PathBuf> = {
            let files = self.0.get();
            let inside = files.files.keys().filter_map(|file| file.strip_prefix(folder).ok());
            inside.filter_map(|rest| Some(folder.join(rest.components().next()?))).collect()
        };
        if names.is_empty() {
            return Err(failure(FileStep::Read, folder, io::ErrorKind::NotFound));
        }
        names.iter().filter_map(|path| self.look(path).transpose()).collect()
    }

    fn remove(&mut self, path: &Path) -> Result<(), FileError> {
        self.check(FileStep::Remove, path)?;
        let removed = self.0.get().files.remove(path);
        removed.map(drop).ok_or_else(|| failure(FileStep::Remove, path, io::ErrorKind::NotFound))
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), FileError> {
        self.check(FileStep::Replace, from)?;
        let mut files = self.0.get();
        if files.files.contains_key(to) {
            return Err(FileError::Exists(to.to_owned()));
        }
        let bytes = files.files.remove(from);
        let bytes = bytes.ok_or_else(|| failure(FileStep::Replace, from, io::ErrorKind::NotFound))?;
        files.files.insert(to.to_owned(), bytes);
        Ok(())
    }
}

/// A clipboard that the test can read.
#[derive(Clone, Default)]
pub struct FakeClipboard(Shared<Board>);

#[derive(Default)]
struct Board {
    text: Option<String>,
    ours: Option<String>,
    handed_over_for: Option<u64>,
    refuses: Option<ClipboardError>,
    only_terminal: bool,
    picture: Option<(usize, usize, Vec<u8>)>,
}

impl FakeClipboard {
    pub fn text(&self) -> Option<String> {
        self.0.get().text.clone()
    }

    /// Returns for how many seconds the last text was handed over, if it was.
    pub fn handed_over_for(&self) -> Option<u64> {
        self.0.get().handed_over_for
    }

    /// Puts a text there as another program does.
    pub fn taken_over(&self, text: &str) {
        self.0.get().text = Some(text.to_owned());
    }

    /// Puts a picture there as another program does: width, height, four bytes a pixel.
    pub fn taken_over_by_picture(&self, width: usize, height: usize, rgba: &[u8]) {
        let mut board = self.0.get();
        board.text = None;
        board.picture = Some((width, height, rgba.to_vec()));
    }

    pub fn refuse(&self, error: ClipboardError) {
        self.0.get().refuses = Some(error);
    }

    pub fn accept(&self) {
        self.0.get().refuses = None;
    }

    /// Leaves only the terminal to take texts.
    pub fn only_terminal(&self) {
        self.0.get().only_terminal = true;
    }
}

impl Clipboard for FakeClipboard {
    fn put(&mut self, text: &SecretString) -> Result<Delivery, ClipboardError> {
        let mut board = self.0.get();
        if let Some(error) = board.refuses {
            return Err(error);
        }
        board.text = Some(text.expose_secret().to_owned());
        board.ours = board.text.clone();
        Ok(if board.only_terminal { Delivery::Terminal } else { Delivery::Native })
    }

    fn clear_if_ours(&mut self) {
        let mut board = self.0.get();
        if board.ours.is_some() && board.text == board.ours {
            board.text = None;
        }
        board.ours = None;
    }

    fn hand_over(&mut self, text: &SecretString, seconds: u64) -> Result<Delivery, ClipboardError> {
        let delivery = self.put(text)?;
        let mut board = self.0.get();
        board.ours = None;
        board.handed_over_for = Some(seconds);
        Ok(delivery)
    }

    fn take(&mut self) -> Result<Pasted, ClipboardError> {
        let board = self.0.get();
        match (board.refuses, &board.text, &board.picture) {
            (Some(error), _, _) => Err(error),
            (None, Some(text), _) => Ok(Pasted::Text(SecretString::from(text.clone()))),
            (None, None, Some((width, height, rgba))) => {
                Ok(Pasted::Picture(Picture { width: *width, height: *height, rgba: rgba.clone().into() }))
            }
            (None, None, None) => Ok(Pasted::Nothing),
        }
    }
}

/// Somebody who answers from a script; with an empty one there is nobody.
#[derive(Clone, Default)]
pub struct ScriptedPrompter(Shared<Script>);

#[derive(Default)]
struct Script {
    answers: VecDeque<(Option<String>, Before)>,
    is_there: bool,
    said: Vec<String>,
    asked: Vec<String>,
}

impl ScriptedPrompter {
    /// Adds an answer; from now on there is somebody.
    pub fn answer(&self, answer: &str) -> &Self {
        self.will(Some(answer), None)
    }

    /// Adds an answer that comes so many milliseconds after it was asked for.
    pub fn answer_after(&self, clock: &FakeClock, millis: i64, answer: &str) -> &Self {
        self.will(Some(answer), passes(clock, millis))
    }

    /// Adds an answer before which something else happens.
    pub fn answer_once(&self, before: impl FnOnce() + Send + 'static, answer: &str) -> &Self {
        self.will(Some(answer), Some(Box::new(before)))
    }

    /// Adds a Ctrl-C.
    pub fn give_up(&self) -> &Self {
        self.will(None, None)
    }

    fn will(&self, answer: Option<&str>, before: Before) -> &Self {
        let mut script = self.0.get();
        script.is_there = true;
        script.answers.push_back((answer.map(str::to_owned), before));
        drop(script);
        self
    }

    pub fn said(&self) -> Vec<String> {
        self.0.get().said.clone()
    }

    pub fn asked(&self) -> Vec<String> {
        self.0.get().asked.clone()
    }

    /// Returns how many answers nobody asked for.
    pub fn unused(&self) -> usize {
        self.0.get().answers.len()
    }

    fn next(&self, question: &str) -> Result<String, PromptError> {
        let mut script = self.0.get();
        script.asked.push(question.to_owned());
        if !script.is_there {
            return Err(PromptError::NoTerminal);
        }
        let (answer, before) = script.answers.pop_front().unwrap_or_default();
        before.into_iter().for_each(|happens| happens());
        answer.ok_or(PromptError::GaveUp)
    }
}

impl Prompter for ScriptedPrompter {
    fn can_ask(&self) -> bool {
        self.0.get().is_there
    }

    fn say(&mut self, text: &str) {
        self.0.get().said.push(text.to_owned());
    }

    fn confirm(&mut self, question: &str) -> Result<bool, PromptError> {
        Ok(matches!(self.next(question)?.as_str(), "y" | "yes"))
    }

    fn ask(&mut self, question: &str) -> Result<String, PromptError> {
        self.next(question)
    }

    fn ask_secret(&mut self, question: &str) -> Result<SecretString, PromptError> {
        self.next(question).map(SecretString::from)
    }
}

/// Keeps what it was given to show.
#[derive(Clone, Default)]
pub struct PaperScreen(Shared<Shown>);

#[derive(Default)]
struct Shown {
    size: Option<(usize, usize)>,
    pages: Vec<Vec<String>>,
}

impl PaperScreen {
    /// Gives the terminal that many columns and lines.
    pub fn resize(&self, columns: usize, lines: usize) {
        self.0.get().size = Some((columns, lines));
    }

    /// Returns everything that was shown: lines, and the words below them.
    pub fn pages(&self) -> Vec<Vec<String>> {
        self.0.get().pages.clone()
    }
}

impl PrivateScreen for PaperScreen {
    fn size(&self) -> Option<(usize, usize)> {
        self.0.get().size
    }

    fn show(&mut self, lines: &[SecretString], words: &str, _: u32) -> Result<(), PromptError> {
        let lines = lines.iter().map(|line| line.expose_secret().to_owned());
        self.0.get().pages.push(lines.chain([words.to_owned()]).collect());
        Ok(())
    }
}

/// Counts instead of being random: the same test makes the same ids.
#[derive(Clone, Default)]
pub struct CountingEntropy(Shared<Counter>);

#[derive(Default)]
struct Counter {
    count: u64,
    dry: bool,
}

impl From<u64> for CountingEntropy {
    fn from(count: u64) -> Self {
        Self(Shared::new(Counter { count, dry: false }))
    }
}

impl CountingEntropy {
    /// Lets the system have no random numbers any more.
    pub fn dry_up(&self) {
        self.0.get().dry = true;
    }
}

impl Entropy for CountingEntropy {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        let mut counter = self.0.get();
        if counter.dry {
            return Err(NoEntropy);
        }
        for chunk in buffer.chunks_mut(8) {
            counter.count += 1;
            let bytes = counter.count.to_be_bytes();
            chunk.copy_from_slice(&bytes[8 - chunk.len()..]);
        }
        Ok(())
    }
}

/// A computer of any name and size.
#[derive(Clone)]
pub struct FakeHost(Shared<Computer>);

struct Computer {
    name: String,
    memory: Option<u64>,
    /// How many bytes a process may keep in memory.
    may_keep: u64,
    kept: Arc<AtomicUsize>,
    tells_of_screen_lock: bool,
}

impl Default for FakeHost {
    fn default() -> Self {
        Self(Shared::new(Computer {
            name: "laptop".to_owned(),
            memory: None,
            may_keep: u64::MAX,
            kept: Arc::default(),
            tells_of_screen_lock: true,
        }))
    }
}

impl FakeHost {
    pub fn rename(&self, name: &str) {
        self.0.get().name = name.to_owned();
    }

    pub fn leave_memory(&self, bytes: u64) {
        self.0.get().memory = Some(bytes);
    }

    pub fn may_keep(&self, bytes: u64) {
        self.0.get().may_keep = bytes;
    }

    pub fn hear_nothing_of_the_screen(&self) {
        self.0.get().tells_of_screen_lock = false;
    }

    /// Returns how many places are kept in memory.
    pub fn kept(&self) -> usize {
        self.0.get().kept.load(Ordering::SeqCst)
    }
}

/// One place that is kept in memory.
struct KeptPlace(Arc<AtomicUsize>);

impl Drop for KeptPlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Host for FakeHost {
    fn name(&self) -> String {
        self.0.get().name.clone()
    }

    fn available_memory(&self) -> Option<u64> {
        self.0.get().memory
    }

    fn tells_of_screen_lock(&self) -> bool {
        self.0.get().tells_of_screen_lock
    }

    fn keep_in_memory(&self, _address: usize, length: usize) -> Result<Box<dyn Send + Sync>, NotKept> {
        let computer = self.0.get();
        if computer.may_keep < length as u64 {
            return Err(NotKept::Limit { limit_bytes: computer.may_keep });
        }
        computer.kept.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(KeptPlace(Arc::clone(&computer.kept))))
    }
}
