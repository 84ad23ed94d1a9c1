//! What age plugins say and ask while the app has the terminal: passed on to the screens, and the answers back.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use secrecy::SecretString;

use crate::ports::{KeyTalk, PluginStop};
use crate::tasks;

/// How often we look whether anybody still waits for a plugin.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What a plugin has to say. The texts are its own, already shown safely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It says something: that a key wants to be touched.
    Says(String),
    /// It waits for an answer.
    Asks(Question),
}

/// What a plugin waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Comes back with the answer.
    pub id: u64,
    /// What is asked.
    pub text: String,
    /// What kind of answer will do.
    pub wanted: Wanted,
}

/// What kind of answer a plugin waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One of two, or a yes alone.
    Choice {
        /// The word for yes.
        yes: String,
        /// The word for no, if there is a no.
        no: Option<String>,
    },
    /// A line that is no secret.
    Line,
    /// A secret: a PIN, a passphrase.
    Secret,
}

/// What the user answered.
#[derive(Debug)]
pub enum Answer {
    /// Yes or no.
    Choice(bool),
    /// A line.
    Line(String),
    /// A secret.
    Secret(SecretString),
}

/// Every conversation between a plugin and the user.
#[derive(Clone)]
pub struct KeyTalks {
    state: Arc<Mutex<State>>,
    /// Who decides which programs may be started.
    behind: Arc<dyn KeyTalk>,
}

struct State {
    post: Box<dyn Fn(Told) + Send>,
    /// How often everything was ended. Who began to talk before the last time is heard no more.
    ends: u32,
    next: u64,
    /// Who waits for which answer.
    waiting: Vec<(u64, Sender<Answer>)>,
}

impl KeyTalks {
    /// Passes on what plugins say and ask to `post`; `behind` decides which may be started.
    pub fn new(behind: Arc<dyn KeyTalk>, post: impl Fn(Told) + Send + 'static) -> Self {
        let state = State { post: Box::new(post), ends: 0, next: 1, waiting: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)), behind }
    }

    /// Returns somebody to talk to until [`KeyTalks::end`].
    pub fn begin(&self) -> Arc<dyn KeyTalk> {
        Arc::new(Talk { ends: self.state().ends, talks: self.clone() })
    }

    /// Gives an answer; nothing refuses it.
    pub fn answer(&self, id: u64, answer: Option<Answer>) {
        let mut state = self.state();
        let Some(place) = state.waiting.iter().position(|(waiting, _)| *waiting == id) else {
            return; // it was ended since
        };
        let (_, asker) = state.waiting.remove(place);
        // Without an answer the asker hears that nobody is there any more.
        if let Some(answer) = answer {
            asker.send(answer).ok();
        }
    }

    /// Refuses every question, those to come of conversations that have begun included.
    pub fn end(&self) {
        let mut state = self.state();
        state.ends = state.ends.wrapping_add(1);
        state.waiting.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One conversation.
struct Talk {
    talks: KeyTalks,
    /// How often everything had been ended when it began.
    ends: u32,
}

impl Talk {
    fn is_over(&self) -> bool {
        self.talks.state().ends != self.ends
    }

    /// Asks, and waits for the answer on the thread of whoever asks.
    fn put(&self, text: &str, wanted: Wanted) -> Option<Answer> {
        let (asker, answered) = mpsc::channel();
        {
            let mut state = self.talks.state();
            if state.ends != self.ends {
                return None;
            }
            let id = state.next;
            state.next += 1;
            state.waiting.push((id, asker));
            (state.post)(Told::Asks(Question { id, text: text.to_owned(), wanted }));
        }
        answered.recv().ok()
    }
}

impl KeyTalk for Talk {
    fn may_start(&self, program: &str) -> Result<(), PluginStop> {
        self.talks.behind.may_start(program)
    }

    fn say(&self, text: &str) {
        let state = self.talks.state();
        if state.ends == self.ends {
            (state.post)(Told::Says(text.to_owned()));
        }
    }

    fn confirm(&self, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let wanted = Wanted::Choice { yes: yes.to_owned(), no: no.map(str::to_owned) };
        match self.put(question, wanted)? {
            Answer::Choice(is_yes) => Some(is_yes),
            Answer::Line(_) | Answer::Secret(_) => None,
        }
    }

    fn ask(&self, question: &str) -> Option<String> {
        match self.put(question, Wanted::Line)? {
            Answer::Line(line) => Some(line),
            Answer::Choice(_) | Answer::Secret(_) => None,
        }
    }

    fn ask_secret(&self, question: &str) -> Option<SecretString> {
        match self.put(question, Wanted::Secret)? {
            Answer::Secret(secret) => Some(secret),
            Answer::Choice(_) | Answer::Line(_) => None,
        }
    }

    fn while_awaited(&self, work: Box<dyn FnOnce() + Send>) {
        let (sender, done) = mpsc::channel();
        let begun = thread::Builder::new().name("plugin".to_owned()).spawn(move || {
            work();
            tasks::wipe_stack();
            sender.send(()).ok();
        });
        let is_still_at_it = || matches!(done.recv_timeout(BETWEEN_LOOKS), Err(RecvTimeoutError::Timeout));
        while begun.is_ok() && is_still_at_it() && !self.is_over() {}
    }
}
