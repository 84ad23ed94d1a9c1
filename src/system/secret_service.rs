//! The keyring of a Linux desktop: the Secret Service API of freedesktop.org, over the session's own bus.
//!
//! Each call makes a connection of its own: what is asked is asked once in a run. Three questions and answers are all that
//! loading takes.

mod bus;
mod session;

use std::collections::HashMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use zbus::message;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use self::bus::Bus;
use self::session::{KeyPair, SessionKey};
use crate::ports::{Keyring, KeyringError};

const SERVICE_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const ITEM: &str = "org.freedesktop.Secret.Item";
const PROMPT: &str = "org.freedesktop.Secret.Prompt";
/// What stands for no object.
const NOTHING: &str = "/";
/// Under which program our keys stand in the keyring.
const PROGRAM: &str = "countersign";
/// How long somebody has to unlock the keyring when it asks.
const PATIENCE: Duration = Duration::from_secs(60);

type Paths = Vec<OwnedObjectPath>;
/// A secret on the bus: the session, the initialisation vector, the encrypted bytes, what kind of text they are.
type Sealed = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// The keyring of this desktop session.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn load(&mut self, name: &str, waiting: &dyn Fn()) -> Result<SecretString, KeyringError> {
        let mut service = Service::connect(waiting)?;
        let item = service.find(name)?.ok_or(KeyringError::NoEntry)?;
        let question = to(&item, ITEM, "GetSecret")?.build(&(&service.session,)).map_err(refused)?;
        let (_session, vector, bytes, _kind): Sealed = service.bus.ask(&question)?;
        service.key.open(&vector, bytes).ok_or(KeyringError::Failed)
    }

    fn store(&mut self, name: &str, secret: &SecretString, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        let mut service = Service::connect(waiting)?;
        let (vector, bytes) = service.key.seal(secret.expose_secret()).ok_or(KeyringError::Failed)?;
        let sealed: Sealed = (service.session.clone(), vector, bytes, "text/plain".to_owned());
        if let Some(item) = service.find(name)? {
            let question = to(&item, ITEM, "SetSecret")?.build(&(sealed,)).map_err(refused)?;
            return service.bus.ask(&question);
        }
        let collection = service.default_collection()?;
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(format!("keyring:{name}@{PROGRAM}"))),
            ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes(name))),
        ]);
        let question =
            to(&collection, COLLECTION, "CreateItem")?.build(&(properties, sealed, true)).map_err(refused)?;
        let (_item, prompt): (OwnedObjectPath, OwnedObjectPath) = service.bus.ask(&question)?;
        let answer = service.answer(&prompt);
        if answer == Err(KeyringError::TimedOut) {
            // A key that comes into the keyring when nobody waits for it any more is a key that nobody knows of.
            service.dismiss(&prompt);
        }
        answer
    }

    fn forget(&mut self, name: &str, waiting: &dyn Fn()) -> Result<(), KeyringError> {
        let mut service = Service::connect(waiting)?;
        let Some(item) = service.find(name)? else { return Ok(()) };
        let question = to(&item, ITEM, "Delete")?.build(&()).map_err(refused)?;
        let prompt: OwnedObjectPath = service.bus.ask(&question)?;
        service.answer(&prompt)
    }
}

/// By these a secret is found again: as other programs name theirs as well.
fn attributes(name: &str) -> HashMap<&'static str, &str> {
    HashMap::from([("service", PROGRAM), ("username", name)])
}

/// Begins a question to an object of the keyring.
fn to<'m>(object: &'m str, interface: &'m str, method: &'m str) -> Result<message::Builder<'m>, KeyringError> {
    Bus::to(SERVICE_NAME, object, interface, method)
}

/// A connection to the keyring, and a key with which secrets cross the bus.
struct Service<'w> {
    bus: Bus<'w>,
    session: OwnedObjectPath,
    key: SessionKey,
}

impl<'w> Service<'w> {
    fn connect(waiting: &'w dyn Fn()) -> Result<Self, KeyringError> {
        let mut bus = Bus::connect(PATIENCE, waiting)?;
        let pair = KeyPair::generate().ok_or(KeyringError::Failed)?;
        let question = to(SERVICE_PATH, SERVICE, "OpenSession")?;
        let question = question.build(&(session::ALGORITHM, Value::from(pair.public()))).map_err(refused)?;
        // Nobody on the bus is a keyring, or not one that we could talk to.
        let absent = |error| if error == KeyringError::TimedOut { error } else { KeyringError::Absent };
        let (theirs, session): (OwnedValue, OwnedObjectPath) = bus.ask(&question).map_err(absent)?;
        let theirs = Vec::<u8>::try_from(theirs).map_err(|_other| KeyringError::Failed)?;
        let key = pair.agree(&theirs).ok_or(KeyringError::Failed)?;
        Ok(Self { bus, session, key })
    }

    /// Finds the one item of that name, and has it unlocked.
    fn find(&mut self, name: &str) -> Result<Option<OwnedObjectPath>, KeyringError> {
        let question = to(SERVICE_PATH, SERVICE, "SearchItems")?.build(&(attributes(name),)).map_err(refused)?;
        let (unlocked, locked): (Paths, Paths) = self.bus.ask(&question)?;
        if !locked.is_empty() {
            self.unlock(&locked)?;
        }
        let mut found: Paths = unlocked.into_iter().chain(locked).collect();
        // Two of one name are not ours: we replace what is there.
        if found.len() > 1 { Err(KeyringError::Failed) } else { Ok(found.pop()) }
    }

    /// Returns the collection that new items go into, unlocked.
    fn default_collection(&mut self) -> Result<OwnedObjectPath, KeyringError> {
        let question = to(SERVICE_PATH, SERVICE, "ReadAlias")?.build(&("default",)).map_err(refused)?;
        let collection: OwnedObjectPath = self.bus.ask(&question)?;
        if collection.as_str() == NOTHING {
            return Err(KeyringError::Locked);
        }
        self.unlock(std::slice::from_ref(&collection))?;
        Ok(collection)
    }

    /// Has the keyring ask its owner, unless these are unlocked already.
    fn unlock(&mut self, locked: &[OwnedObjectPath]) -> Result<(), KeyringError> {
        let question = to(SERVICE_PATH, SERVICE, "Unlock")?.build(&(locked,)).map_err(refused)?;
        let (_unlocked, prompt): (Paths, OwnedObjectPath) = self.bus.ask(&question)?;
        self.answer(&prompt)
    }

    /// Has a window of the keyring shown, if there is one to show, and waits until somebody has answered it.
    fn answer(&mut self, prompt: &str) -> Result<(), KeyringError> {
        const DONE: &str = "Completed";
        if prompt == NOTHING {
            return Ok(());
        }
        // Listening begins before the window is shown.
        self.bus.listen(prompt, DONE)?;
        let question = to(prompt, PROMPT, "Prompt")?.build(&("",)).map_err(refused)?;
        let (): () = self.bus.ask(&question)?;
        let (is_dismissed, _result): (bool, OwnedValue) = self.bus.wait_for(prompt, DONE)?.body()?;
        if is_dismissed { Err(KeyringError::Locked) } else { Ok(()) }
    }

    /// Has a window of the keyring go away, unanswered. Nobody waits for what comes of it.
    fn dismiss(&mut self, prompt: &str) {
        if let Ok(question) = to(prompt, PROMPT, "Dismiss").and_then(|call| call.build(&()).map_err(refused)) {
            self.bus.tell(&question).ok();
        }
    }
}

/// What cannot be said on a bus is a mistake of ours.
fn refused(_error: zbus::Error) -> KeyringError {
    KeyringError::Failed
}
