//! A keyring and a plugin's counterpart that a test holds in its hand.
#![allow(dead_code, reason = "a fake can do what the next test will ask of it")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use countersign::ports::{KeyTalk, Keyring, KeyringError, NobodyToAsk, PluginStop};
use countersign::sealing::Talk;
use secrecy::{ExposeSecret, SecretString};

/// A keyring in memory, which can be absent, locked or dead.
#[derive(Clone, Default)]
pub struct FakeKeyring(Arc<Mutex<Drawer>>);

#[derive(Default)]
struct Drawer {
    entries: BTreeMap<String, String>,
    fails: Option<KeyringError>,
    is_slow: bool,
    asked: usize,
}

impl FakeKeyring {
    /// Has it fail from now on, or work again.
    pub fn fail(&self, with: Option<KeyringError>) {
        self.get().fails = with;
    }

    /// Has it take long over every answer from now on.
    pub fn be_slow(&self) {
        self.get().is_slow = true;
    }

    /// Returns the names of what it keeps.
    pub fn names(&self) -> Vec<String> {
        self.get().entries.keys().cloned().collect()
    }

    /// Returns all that it keeps, for a test that looks for what must not be there.
    pub fn kept(&self) -> Vec<String> {
        self.get().entries.values().cloned().collect()
    }

    /// Returns how often it was asked for anything.
    pub fn asked(&self) -> usize {
        self.get().asked
    }

    /// Loses everything, as when its owner makes a new one.
    pub fn lose_all(&self) {
        self.get().entries.clear();
    }

    fn get(&self) -> MutexGuard<'_, Drawer> {
        self.0.lock().expect("no test panics while it holds a fake")
    }

    fn open(&self, waiting: &dyn Fn()) -> Result<MutexGuard<'_, Drawer>, KeyringError> {
        let mut drawer = self.get();
        drawer.asked += 1;
        if drawer.is_slow {
            waiting();
        }
        match drawer.fails {
            Some(error) => Err(error),
            None => Ok(drawer),
        }
    }
}

impl Keyring for FakeKeyring {
    fn load(&mut self, name: &str, waiting: &dyn Fn()) -> Result<SecretString, KeyringError> {
        let drawer = self.open(waiting)?;
        drawer.entries.get(name).map(|kept| SecretString::from(kept.as_str())).ok_or(KeyringError::NoEntry)
    }

    fn store(&mut self, name: &str, secret: &SecretString, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        self.open(waiting)?.entries.insert(name.to_owned(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn forget(&mut self, name: &str, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        self.open(waiting)?.entries.remove(name);
        Ok(())
    }
}

/// Somebody at a hardware key: hears what is said, and answers in the order of a script.
#[derive(Clone, Default)]
pub struct ScriptedKeyTalk(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: VecDeque<String>,
    heard: Vec<String>,
    stops: Option<PluginStop>,
}

impl ScriptedKeyTalk {
    /// Has no plugin start, or all again.
    pub fn stop(&self, with: Option<PluginStop>) {
        self.get().stops = with;
    }

    /// Answers the next question so: "y" and "n" where there is a choice.
    pub fn answer(&self, answer: &str) -> &Self {
        self.get().answers.push_back(answer.to_owned());
        self
    }

    /// Returns all that was said and asked.
    pub fn heard(&self) -> Vec<String> {
        self.get().heard.clone()
    }

    fn get(&self) -> MutexGuard<'_, Script> {
        self.0.lock().expect("no test panics while it holds a fake")
    }

    fn next(&self, question: &str) -> Option<String> {
        let mut talk = self.get();
        talk.heard.push(question.to_owned());
        talk.answers.pop_front()
    }
}

impl KeyTalk for ScriptedKeyTalk {
    fn may_start(&self, _program: &str) -> Result<(), PluginStop> {
        self.get().stops.map_or(Ok(()), Err)
    }

    fn say(&self, text: &str) {
        self.get().heard.push(text.to_owned());
    }

    fn confirm(&self, question: &str, _yes: &str, _no: Option<&str>) -> Option<bool> {
        self.next(question).map(|answer| answer == "y")
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.next(question)
    }

    fn ask_secret(&self, question: &str) -> Option<SecretString> {
        self.next(question).map(SecretString::from)
    }
}

/// For what no plugin takes part in.
pub fn nobody() -> Talk {
    Arc::new(NobodyToAsk)
}
