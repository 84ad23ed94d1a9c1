//! Age plugins: programs beside ours that hold a key, mostly one in hardware.
//!
//! To open something, a plugin is started for an identity that the user gave, never for what a vault's file says. To wrap a
//! new key it is started for the recipient that the file names, if [`crate::ports::KeyTalk::may_start`] allows the program:
//! there the caller says which plugins this device uses.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Display;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use age::plugin::{self, IdentityPluginV1, RecipientPluginV1};
use age::{DecryptError, EncryptError, Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use secrecy::{ExposeSecret, SecretString};

use super::{SealError, Talk};
use crate::ports::PluginStop;
use crate::shown::shown_line;

/// How much of one line of a plugin's is shown, in cells: a few lines of a terminal.
const MOST_CELLS: usize = 300;
/// How many lines of one message.
const MOST_LINES: usize = 12;

/// Tells whether a plugin has a name that can only be the name of a program.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Returns the program of the plugin of this name.
pub(super) fn program(name: &str) -> String {
    format!("age-plugin-{name}")
}

/// An identity behind a plugin, as an age identity.
pub(super) struct PluginKey {
    pub(super) identity: plugin::Identity,
    talk: Talk,
    /// Why its program cannot be started: once is enough to find out, and to say.
    stopped: Cell<Option<SealError>>,
}

impl PluginKey {
    pub(super) fn new(identity: plugin::Identity, talk: &Talk) -> Self {
        Self { identity, talk: Arc::clone(talk), stopped: Cell::new(None) }
    }

    fn opened(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, SealError>> {
        let name = self.identity.plugin();
        let voice = match self.stopped.get().map_or_else(|| Voice::of(name, &self.talk), Err) {
            Ok(voice) => voice,
            Err(stop) => {
                self.stopped.set(Some(stop));
                return Some(Err(stop));
            }
        };
        let copied = |it: &Stanza| Stanza { tag: it.tag.clone(), args: it.args.clone(), body: it.body.clone() };
        let stanzas: Vec<Stanza> = stanzas.iter().map(copied).collect();
        let (identity, speaking) = (self.identity.clone(), voice.clone());
        let opened = while_awaited(&self.talk, move || {
            let plugin = IdentityPluginV1::new(identity.plugin(), std::slice::from_ref(&identity), speaking);
            plugin.map(|plugin| plugin.unwrap_stanzas(&stanzas))
        });
        let opened = match opened {
            None => return Some(Err(SealError::PluginRefused)),
            Some(Err(_not_found)) => return Some(Err(SealError::PluginMissing)),
            Some(Ok(opened)) => opened?,
        };
        Some(opened.map_err(|error| match error {
            DecryptError::Plugin(errors) => voice.failed(&errors),
            // What is left is a conversation that broke off, or an answer that is none.
            _ => voice.broke_off(),
        }))
    }
}

impl Identity for PluginKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        self.opened(stanzas).map(|opened| opened.map_err(|error| DecryptError::Io(io::Error::other(error))))
    }
}

/// To whom a plugin encrypts: a recipient of its own, or the identity itself where nothing else is known.
pub(super) enum PluginTarget<'a> {
    Recipient(&'a plugin::Recipient),
    Identity(&'a plugin::Identity),
}

/// A plugin as an age recipient.
pub(super) struct PluginWrap<'a> {
    pub(super) target: PluginTarget<'a>,
    pub(super) talk: &'a Talk,
}

impl Recipient for PluginWrap<'_> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.wrapped(file_key).map_err(|error| EncryptError::Io(io::Error::other(error)))
    }
}

impl PluginWrap<'_> {
    fn wrapped(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), SealError> {
        let (name, recipients, identities) = match self.target {
            PluginTarget::Recipient(recipient) => (recipient.plugin(), vec![recipient.clone()], Vec::new()),
            PluginTarget::Identity(identity) => (identity.plugin(), Vec::new(), vec![identity.clone()]),
        };
        let voice = Voice::of(name, self.talk)?;
        let (name, speaking) = (name.to_owned(), voice.clone());
        // It opens nothing but what is sealed here, and that is thrown away if nobody waits for it.
        let file_key = FileKey::init_with_mut(|copy| copy.copy_from_slice(file_key.expose_secret()));
        let wrapped = while_awaited(self.talk, move || {
            let plugin = RecipientPluginV1::new(&name, &recipients, &identities, speaking);
            plugin.map(|plugin| plugin.wrap_file_key(&file_key))
        });
        match wrapped {
            None => Err(SealError::PluginRefused),
            Some(Err(_not_found)) => Err(SealError::PluginMissing),
            Some(Ok(wrapped)) => wrapped.map_err(|error| match error {
                EncryptError::Plugin(errors) => voice.failed(&errors),
                // What is left is a conversation that broke off, or an answer that is none.
                _ => voice.broke_off(),
            }),
        }
    }
}

/// Does what may wait for a person; `None` if nobody waits for it any more.
fn while_awaited<T: Send + 'static>(talk: &Talk, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, done) = mpsc::channel();
    talk.while_awaited(Box::new(move || {
        sender.send(work()).ok();
    }));
    done.try_recv().ok()
}

/// What one plugin says and asks, passed on with its name before it.
#[derive(Clone)]
struct Voice {
    program: String,
    talk: Talk,
    /// Whether something was asked that nobody answered, or answered with no.
    was_denied: Arc<AtomicBool>,
}

impl Voice {
    /// Gets ready to start a plugin, and says so: there is no way to stop it once it waits for its key.
    fn of(name: &str, talk: &Talk) -> Result<Self, SealError> {
        let program = program(name);
        if let Err(stop) = talk.may_start(&program) {
            talk.say(&format!("{program}: {stop}"));
            return Err(match stop {
                PluginStop::Missing => SealError::PluginMissing,
                PluginStop::Unknown => SealError::PluginUnknown,
                PluginStop::Unsafe => SealError::PluginUnsafe,
                PluginStop::Debugged => SealError::PluginDebugged,
            });
        }
        talk.say(&format!("waiting for {program}; touch the key if it blinks"));
        Ok(Self { program, talk: Arc::clone(talk), was_denied: Arc::default() })
    }

    fn failed(&self, errors: &[impl Display]) -> SealError {
        for error in errors {
            self.pass_on(&error.to_string());
        }
        self.blame()
    }

    fn broke_off(&self) -> SealError {
        self.talk.say(&format!("{} ended without an answer", self.program));
        self.blame()
    }

    fn blame(&self) -> SealError {
        if self.was_denied.load(Ordering::Relaxed) { SealError::PluginRefused } else { SealError::PluginFailed }
    }

    fn pass_on(&self, message: &str) {
        for line in lines(message) {
            // The age crate's own words have the name in them already.
            let is_named = line.contains(&self.program);
            self.talk.say(&if is_named { line } else { format!("{}: {line}", self.program) });
        }
    }

    fn question(&self, message: &str) -> String {
        format!("{}: {}", self.program, lines(message).collect::<Vec<_>>().join(" "))
    }

    fn noted<T>(&self, answer: Option<T>) -> Option<T> {
        if answer.is_none() {
            self.was_denied.store(true, Ordering::Relaxed);
        }
        answer
    }
}

impl age::Callbacks for Voice {
    fn display_message(&self, message: &str) {
        self.pass_on(message);
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let no = no.map(line);
        let answer = self.noted(self.talk.confirm(&self.question(message), &line(yes), no.as_deref()));
        if answer == Some(false) {
            self.was_denied.store(true, Ordering::Relaxed);
        }
        answer
    }

    fn request_public_string(&self, message: &str) -> Option<String> {
        self.noted(self.talk.ask(&self.question(message)))
    }

    fn request_passphrase(&self, message: &str) -> Option<SecretString> {
        self.noted(self.talk.ask_secret(&self.question(message)))
    }
}

/// Returns the lines of a text from outside as a terminal may see them.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(str::trim_end).filter(|text| !text.is_empty()).take(MOST_LINES).map(line)
}

fn line(text: &str) -> String {
    // The age crate puts these two around names in its own messages, invisibly.
    shown_line(&text.replace(['\u{2068}', '\u{2069}'], ""), MOST_CELLS)
}
