//! Unlocking without a passphrase in the app: beside the worker, and with a plugin that asks something.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use countersign::ports::{Keyring, KeyringError, Machine};
use countersign::sealing::WorkFactor;
use countersign::tasks::slots::{NewSlot, add_slot};
use countersign::tasks::{EasyWay, Trust};
use countersign::tui::effect::{Accept, Effect};
use countersign::tui::key_talk::{Answer, KeyTalks, Question, Told, Wanted};
use countersign::tui::message::{Look, Message, NotUnlocked, Outcome};
use countersign::tui::worker::{Places, Worker};
use countersign::tui::worker_thread::WorkerThread;
use secrecy::{ExposeSecret, SecretString};

use crate::support::fake_keys::{FakeKeyring, ScriptedKeyTalk};
use crate::support::fakes::{self, Handles};
use crate::support::vaults::{self, account};

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(30);

/// A vault that a keyring opens, locked.
fn with_keyring() -> (Machine, Handles) {
    let (mut machine, handles) = fakes::machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    add_slot(&mut machine, &mut session, NewSlot::Keyring, "laptop").unwrap();
    (machine, handles)
}

fn worker(machine: Machine) -> Worker {
    Worker::new(machine, Trust::default(), WorkFactor::unchecked_for_tests(2))
}

fn look(worker: &mut Worker) -> Look {
    match worker.perform(Effect::Look) {
        Some(Outcome::Looked(look)) => look,
        other => panic!("{other:?}"),
    }
}

fn typed() -> Effect {
    Effect::Unlock { attempt: 2, passphrase: vaults::passphrase(), accept: Accept::default() }
}

#[test]
fn a_look_names_the_keyring_and_the_keyring_opens() {
    let (machine, _handles) = with_keyring();
    let mut worker = worker(machine);
    let [way @ EasyWay::Keyring { .. }] = &look(&mut worker).ways[..] else { panic!("one way") };
    let opened = worker.perform(Effect::UnlockEasily { attempt: 7, way: way.clone() });
    assert!(matches!(opened, Some(Outcome::Unlocked { attempt: 7, .. })), "{opened:?}");
}

#[test]
fn a_keyring_that_is_not_wanted_is_neither_named_nor_asked() {
    let (machine, handles) = with_keyring();
    let asked = handles.keyring.asked();
    let mut worker = worker(machine).using_keyring(false);
    assert_eq!(look(&mut worker).ways, []);
    assert_eq!(handles.keyring.asked(), asked);
}

#[test]
fn a_keyring_that_is_locked_leaves_the_other_ways() {
    let (machine, handles) = with_keyring();
    let mut worker = worker(machine);
    let way = look(&mut worker).ways.remove(0);
    handles.keyring.fail(Some(KeyringError::Locked));
    match worker.perform(Effect::UnlockEasily { attempt: 1, way }) {
        Some(Outcome::NotUnlocked { reason: NotUnlocked::Way, trouble, .. }) => {
            assert_eq!(trouble.what, "the keyring is locked");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(worker.perform(typed()), Some(Outcome::Unlocked { .. })));
}

/// Answers once somebody opens the gate, and every time from then on.
struct HangingKeyring {
    gate: Arc<Mutex<Receiver<()>>>,
    /// Says that it is being asked.
    asked: Sender<()>,
    inner: FakeKeyring,
}

impl Keyring for HangingKeyring {
    fn load(&mut self, name: &str, waiting: &dyn Fn()) -> Result<SecretString, KeyringError> {
        self.asked.send(()).ok();
        // Nobody left to open it: it is open.
        self.gate.lock().unwrap().recv_timeout(DEADLINE).ok();
        self.inner.load(name, waiting)
    }

    fn store(&mut self, _name: &str, _secret: &SecretString, _waiting: &dyn Fn()) -> Result<(), KeyringError> {
        unreachable!("nothing is stored by unlocking")
    }

    fn forget(&mut self, _name: &str, _waiting: &dyn Fn()) -> Result<(), KeyringError> {
        unreachable!("nothing is forgotten by unlocking")
    }
}

/// A worker's thread in front of a vault with a keyring that hangs until the gate is dropped.
struct Hanging {
    thread: WorkerThread,
    inbox: Receiver<Box<Message>>,
    gate: Option<Sender<()>>,
    /// Hears when the keyring is asked.
    asked: Receiver<()>,
    way: EasyWay,
}

impl Hanging {
    fn new() -> Self {
        let (machine, handles) = with_keyring();
        let (gate, waits) = mpsc::channel();
        let waits = Arc::new(Mutex::new(waits));
        let (asking, asked) = mpsc::channel();
        let machine_at = move |_: &Path| {
            let (gate, asked) = (Arc::clone(&waits), asking.clone());
            let keyring = HangingKeyring { gate, asked, inner: handles.keyring.clone() };
            Machine { keyring: Box::new(keyring), ..handles.machine() }
        };
        let places =
            Places { home: PathBuf::from("/"), settings: PathBuf::from("/s"), machine_at: Box::new(machine_at) };
        let mut worker = worker(machine).at(places);
        let way = look(&mut worker).ways.remove(0);
        let (inbox_in, inbox) = mpsc::channel();
        Self { thread: WorkerThread::spawn(worker, inbox_in).unwrap(), inbox, gate: Some(gate), asked, way }
    }

    fn try_keyring(&self, attempt: u32) {
        self.thread.perform(Effect::UnlockEasily { attempt, way: self.way.clone() });
    }

    fn next(&self) -> Outcome {
        match *self.inbox.recv_timeout(DEADLINE).expect("an answer in time") {
            Message::Done(outcome) => *outcome,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_keyring_that_hangs_does_not_keep_the_passphrase_waiting() {
    let hanging = Hanging::new();
    hanging.try_keyring(1);
    hanging.thread.perform(typed());
    let outcome = hanging.next();
    assert!(matches!(outcome, Outcome::Unlocked { attempt: 2, .. }), "{outcome:?}");
}

#[test]
fn a_keyring_that_answers_opens_the_vault_from_its_own_thread() {
    let mut hanging = Hanging::new();
    hanging.try_keyring(1);
    hanging.gate = None;
    let outcome = hanging.next();
    assert!(matches!(outcome, Outcome::Unlocked { attempt: 1, .. }), "{outcome:?}");
}

#[test]
fn a_keyring_that_has_not_answered_is_not_asked_twice_and_opens_nothing_once_it_was_left() {
    let mut hanging = Hanging::new();
    hanging.try_keyring(1);
    hanging.asked.recv_timeout(DEADLINE).unwrap();
    hanging.thread.perform(Effect::Lock);
    hanging.try_keyring(2);
    assert!(matches!(hanging.next(), Outcome::Locked));
    match hanging.next() {
        Outcome::NotUnlocked { attempt: 2, reason: NotUnlocked::Way, trouble } => {
            assert_eq!(trouble.what, "the keyring has not answered yet");
        }
        other => panic!("{other:?}"),
    }
    hanging.gate = None;
    // Until the first has come to its end, it is told that it has not.
    for attempt in 3.. {
        hanging.try_keyring(attempt);
        match hanging.next() {
            Outcome::NotUnlocked { attempt: answered, .. } => assert_eq!(answered, attempt),
            Outcome::Unlocked { attempt: answered, .. } => {
                assert_eq!(answered, attempt, "what was left opens nothing");
                return;
            }
            other => panic!("{other:?}"),
        }
        thread::yield_now();
    }
}

/// Conversations, and what arrives of them.
fn talks() -> (KeyTalks, Receiver<Told>) {
    let (post, posted) = mpsc::channel();
    (KeyTalks::new(Arc::new(ScriptedKeyTalk::default()), move |told| post.send(told).unwrap()), posted)
}

fn question(posted: &Receiver<Told>) -> Question {
    match posted.recv_timeout(DEADLINE).unwrap() {
        Told::Asks(question) => question,
        Told::Says(text) => panic!("{text}"),
    }
}

#[test]
fn a_plugin_hears_what_was_answered() {
    let (talks, posted) = talks();
    let talk = talks.begin();
    let asking = thread::spawn(move || {
        talk.say("touch it");
        (talk.ask_secret("PIN?"), talk.ask("name?"), talk.confirm("go on?", "yes", None), talk.ask("again?"))
    });
    assert_eq!(posted.recv_timeout(DEADLINE), Ok(Told::Says("touch it".to_owned())));
    let pin = question(&posted);
    assert_eq!((pin.text.as_str(), &pin.wanted), ("PIN?", &Wanted::Secret));
    talks.answer(pin.id, Some(Answer::Secret(SecretString::from("123456"))));
    talks.answer(question(&posted).id, Some(Answer::Line("key".to_owned())));
    let choice = question(&posted);
    assert_eq!(choice.wanted, Wanted::Choice { yes: "yes".to_owned(), no: None });
    talks.answer(choice.id, Some(Answer::Choice(true)));
    talks.answer(question(&posted).id, None);
    let (secret, line, choice, refused) = asking.join().unwrap();
    assert_eq!(secret.unwrap().expose_secret(), "123456");
    assert_eq!((line.as_deref(), choice, refused), (Some("key"), Some(true), None));
}

#[test]
fn a_lock_refuses_what_is_asked_and_what_will_be() {
    let (talks, posted) = talks();
    let talk = talks.begin();
    let asking = thread::spawn(move || (talk.ask("PIN?"), talk.ask("and now?"), talk.say("touch it")));
    let asked = question(&posted);
    talks.end();
    let (first, second, ()) = asking.join().unwrap();
    assert_eq!((first, second), (None, None));
    assert!(posted.try_recv().is_err(), "who was left is not heard");
    // An answer that comes late reaches nobody.
    talks.answer(asked.id, Some(Answer::Line("late".to_owned())));
}
