//! Which key means what on which screen: the table, with the user's own keys in it.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use super::action::{ACTIONS, Action, ActionEntry};
use super::key::Key;
use super::screen::ScreenName;

/// The keys of every action.
#[derive(Clone, Debug)]
pub struct Keymap {
    /// As many rows as [`ACTIONS`], in the same order.
    keys: Vec<Vec<Key>>,
    lookup: HashMap<(ScreenName, Key), Action>,
}

/// What is wrong with the keys in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// There is no such action.
    #[error("keys: there is no action {name:?}{}", meant(.nearest))]
    UnknownAction {
        /// What was written, ready to be shown.
        name: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// There is no such key.
    #[error("keys.{action}: {key:?} is no key")]
    UnknownKey {
        /// For which action.
        action: &'static str,
        /// What was written, ready to be shown.
        key: String,
    },
    /// Two actions want the same key on the same screen.
    #[error("keys: {key} would mean both {first} and {second}")]
    Clash {
        /// The key.
        key: Key,
        /// One action.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

fn meant(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

impl Keymap {
    /// Returns the table with the keys of a configuration in place of its own: action names and their keys.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn new(own: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeymapError>> {
        let mut errors: Vec<KeymapError> = own.keys().filter_map(|name| unknown_action(name)).collect();
        let mut keys = Vec::with_capacity(ACTIONS.len());
        for entry in ACTIONS {
            keys.push(match own.get(entry.name) {
                Some(texts) => parse_all(entry, texts.iter().map(String::as_str), &mut errors),
                None => parse_all(entry, entry.keys.iter().copied(), &mut errors),
            });
        }
        let lookup = look_up(&keys, &mut errors);
        if errors.is_empty() { Ok(Self { keys, lookup }) } else { Err(errors) }
    }

    /// Returns what a key means on a screen.
    pub fn action(&self, screen: ScreenName, key: Key) -> Option<Action> {
        self.lookup.get(&(screen, key)).copied()
    }

    /// Returns the keys of an action, the first one being the one to show.
    pub fn keys(&self, action: Action) -> &[Key] {
        let row = ACTIONS.iter().position(|entry| entry.name == action.entry().name);
        row.map_or(&[], |row| &self.keys[row])
    }
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&BTreeMap::new()).expect("the table agrees with itself: a test reads it")
    }
}

fn unknown_action(name: &str) -> Option<KeymapError> {
    if ACTIONS.iter().any(|entry| entry.name == name) {
        return None;
    }
    let likeness = |entry: &&ActionEntry| (strsim::jaro_winkler(entry.name, name) * 1000.0) as u32;
    let nearest = ACTIONS.iter().max_by_key(likeness).filter(|entry| likeness(entry) > 750).map(|entry| entry.name);
    Some(KeymapError::UnknownAction { name: crate::shown::shown(name), nearest })
}

fn parse_all<'a>(entry: &ActionEntry, texts: impl Iterator<Item = &'a str>, errors: &mut Vec<KeymapError>) -> Vec<Key> {
    let mut keys = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(key) => keys.push(key),
            Err(_) => errors.push(KeymapError::UnknownKey { action: entry.name, key: crate::shown::shown(text) }),
        }
    }
    keys
}

fn look_up(keys: &[Vec<Key>], errors: &mut Vec<KeymapError>) -> HashMap<(ScreenName, Key), Action> {
    let mut lookup: HashMap<(ScreenName, Key), Action> = HashMap::new();
    for (entry, keys) in ACTIONS.iter().zip(keys) {
        for (index, key) in keys.iter().enumerate() {
            for screen in ScreenName::ALL.into_iter().filter(|screen| entry.is_on(*screen)) {
                let before = lookup.insert((screen, *key), entry.nth(index));
                let Some(first) = before.map(|action| action.entry().name).filter(|name| *name != entry.name) else {
                    continue;
                };
                let clash = KeymapError::Clash { key: *key, first, second: entry.name };
                if !errors.contains(&clash) {
                    errors.push(clash);
                }
            }
        }
    }
    lookup
}
