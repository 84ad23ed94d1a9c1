//! The worker on a thread of its own, so that deriving a key does not stop the picture.
//!
//! Opening the vault in a way that may have to ask somebody first, a keyring or a plugin, has one more thread: meanwhile
//! the worker takes a passphrase.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::effect::Effect;
use super::key_talk::KeyTalks;
use super::message::{EasyWay, Message, Outcome};
use super::worker::{Aside, Opened, Worker};
use crate::ports::KeyTalk;
use crate::tasks;

/// How long an ending app waits for a save to finish and the clipboard to be cleared.
const PATIENCE: Duration = Duration::from_secs(10);

/// The worker on a thread of its own.
pub struct WorkerThread {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
    state: Arc<WorkerState>,
    talks: KeyTalks,
}

/// What both sides of the channel look at.
#[derive(Default)]
struct WorkerState {
    /// How often the vault was locked. An unlocking that was asked for before the last time is not begun any more, and
    /// what it opened is forgotten.
    locks: AtomicU32,
    /// Whether a key is being derived, which nothing can stop.
    is_deriving: AtomicBool,
    /// The ways that have not answered yet: nobody is asked twice at once.
    asked: Mutex<Vec<EasyWay>>,
}

enum Job {
    /// An effect.
    Perform(Effect, Asked),
    /// What was found on a thread beside.
    Opened(Box<Opened>, Asked),
    /// Everything before this is done when the answer comes.
    Settle(Sender<()>),
}

/// The circumstances in which something was asked for.
struct Asked {
    /// How often the vault had been locked.
    locks: u32,
    /// Whom plugins talk to about it.
    talk: Arc<dyn KeyTalk>,
    /// How what is found beside comes back.
    back: Sender<Job>,
}

impl WorkerThread {
    /// Starts the thread; it answers to `inbox`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn(mut worker: Worker, inbox: Sender<Box<Message>>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let state = Arc::new(WorkerState::default());
        let watched = Arc::clone(&state);
        let told = inbox.clone();
        let talks = KeyTalks::new(worker.key_talk(), move |words| {
            told.send(Box::new(Message::Done(Box::new(Outcome::Key(words))))).ok();
        });
        let thread = thread::Builder::new().name("worker".to_owned()).spawn(move || {
            for job in queue {
                let outcome = match job {
                    Job::Perform(effect, asked) => watched.perform(&mut worker, effect, asked),
                    Job::Opened(opened, asked) => watched.take(&mut worker, *opened, &asked),
                    Job::Settle(answer) => {
                        // Settled means that nothing is left on this stack either.
                        tasks::wipe_stack();
                        answer.send(()).ok();
                        None
                    }
                };
                tasks::wipe_stack();
                if outcome.is_some_and(|outcome| inbox.send(Box::new(Message::Done(Box::new(outcome)))).is_err()) {
                    return;
                }
            }
        })?;
        Ok(Self { jobs, thread, state, talks })
    }

    /// Has an effect performed; the answer comes as a message.
    pub fn perform(&self, effect: Effect) {
        match effect {
            // Whoever asked is waiting, and may be the worker.
            Effect::Answer { id, answer } => return self.talks.answer(id, answer),
            Effect::Lock => {
                self.state.locks.fetch_add(1, Ordering::SeqCst);
                self.talks.end();
            }
            _ => {} // the worker does the rest
        }
        let asked =
            Asked { locks: self.state.locks.load(Ordering::SeqCst), talk: self.talks.begin(), back: self.jobs.clone() };
        // A worker that is gone cannot be asked for anything; its panic was told.
        self.jobs.send(Job::Perform(effect, asked)).ok();
    }

    /// Waits until everything that was asked for is done, or patience is over.
    pub fn settle(&self) {
        let (answer, settled) = mpsc::channel();
        if self.jobs.send(Job::Settle(answer)).is_ok() {
            settled.recv_timeout(PATIENCE).ok();
        }
    }

    /// Clears the clipboard, forgets the key, and waits for both.
    pub fn finish(self) {
        self.perform(Effect::ClearClipboard);
        self.perform(Effect::Lock);
        // Whoever is deriving has nothing open and nothing copied: locking went before it.
        if !self.state.is_deriving.load(Ordering::SeqCst) {
            self.settle();
        }
        drop(self.jobs);
        if self.thread.is_finished() {
            self.thread.join().ok();
        }
    }
}

impl WorkerState {
    fn perform(self: &Arc<Self>, worker: &mut Worker, effect: Effect, asked: Asked) -> Option<Outcome> {
        let derives =
            matches!(effect, Effect::Unlock { .. } | Effect::UnlockEasily { .. } | Effect::UnlockAsGiven { .. });
        if derives && !self.is_current(&asked) {
            return None;
        }
        worker.talk_through(Arc::clone(&asked.talk));
        let effect = match effect {
            Effect::UnlockEasily { attempt, way } => match worker.aside(attempt, &way) {
                Some(aside) => return self.begin(aside, asked),
                None => Effect::UnlockEasily { attempt, way },
            },
            effect => effect,
        };
        self.is_deriving.store(derives, Ordering::SeqCst);
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| worker.perform(effect)));
        self.is_deriving.store(false, Ordering::SeqCst);
        if derives && !self.is_current(&asked) {
            // The lock that came meanwhile is the next to be performed, but nobody must hear of a vault that was opened.
            worker.perform(Effect::Lock);
            return None;
        }
        outcome.unwrap_or_else(|_| {
            // What was half done is forgotten; what is on disk is whole.
            worker.perform(Effect::Lock);
            Some(Outcome::Crashed)
        })
    }

    /// Tries a way on a thread of its own.
    fn begin(self: &Arc<Self>, aside: Aside, asked: Asked) -> Option<Outcome> {
        let (way, attempt) = (aside.way().clone(), aside.attempt());
        if self.asked().contains(&way) {
            return Some(Opened::still_asked(attempt, &way));
        }
        self.asked().push(way.clone());
        let (state, tried) = (Arc::clone(self), way.clone());
        let begun = thread::Builder::new().name("way".to_owned()).spawn(move || {
            let opened = panic::catch_unwind(AssertUnwindSafe(|| aside.unlock()));
            tasks::wipe_stack();
            state.asked().retain(|asked| *asked != tried);
            let opened = Box::new(opened.unwrap_or_else(|_| Opened::crashed(attempt)));
            let back = asked.back.clone();
            // A worker that is gone has no use for it.
            back.send(Job::Opened(opened, asked)).ok();
        });
        match begun {
            Ok(_detached) => None,
            Err(_no_thread) => {
                self.asked().retain(|asked| *asked != way);
                Some(Outcome::Crashed)
            }
        }
    }

    /// Takes what was opened beside, unless nobody waits for it any more.
    fn take(&self, worker: &mut Worker, opened: Opened, asked: &Asked) -> Option<Outcome> {
        if self.is_current(asked) { worker.take_opened(opened) } else { None }
    }

    fn is_current(&self, asked: &Asked) -> bool {
        asked.locks == self.locks.load(Ordering::SeqCst)
    }

    fn asked(&self) -> MutexGuard<'_, Vec<EasyWay>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
