//! A key of the user's that shall open the vault: in an identity file, or behind an age plugin that such a file names.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::super::session::Session;
use super::super::ways::EasyWay;
use super::SlotError;
use crate::ports::Machine;
use crate::sealing::{self, IdentityFacts, KeyKind, SlotKind};

/// Where the line of a plugin's key begins.
const PLUGIN_LINE: &str = "AGE-PLUGIN-";

/// A key that the vault does not open for yet.
pub(super) struct Identity {
    /// How its slot is opened.
    pub kind: SlotKind,
    /// What opens it: the text of the file, out of its passphrase if it has one.
    pub text: SecretString,
    /// To whom one encrypts for it.
    pub recipient: String,
    /// How this device opens the slot from now on without being told anything.
    pub easy: Option<EasyWay>,
}

/// Returns the first age or SSH key of an identity file, to be found at this path from now on.
pub(super) fn in_file(
    machine: &Machine,
    session: &Session,
    text: &SecretString,
    path: Option<&Path>,
) -> Result<Identity, SlotError> {
    let (text, facts, _) = read(machine, session, text)?;
    let recipient = recipient_of(&facts, |kind| matches!(kind, KeyKind::X25519 | KeyKind::Ssh(_)))?;
    check_is_new(session, &recipient)?;
    let easy = path.map(|path| EasyWay::File { path: path.to_owned(), recipient: recipient.clone() });
    Ok(Identity { kind: SlotKind::Identity, text, recipient, easy })
}

/// Returns the first key of an identity file that is behind an age plugin.
pub(super) fn behind_plugin(machine: &Machine, session: &Session, text: &SecretString) -> Result<Identity, SlotError> {
    let (text, facts, is_encrypted) = read(machine, session, text)?;
    let recipient = recipient_of(&facts, |kind| matches!(kind, KeyKind::Plugin(_)))?;
    check_is_new(session, &recipient)?;
    let mut lines = text.expose_secret().lines().map(str::trim);
    let line = lines.find(|line| line.starts_with(PLUGIN_LINE)).ok_or(SlotError::NoSuchKey)?.to_owned();
    // Whoever has encrypted it does not want it to lie here in the open.
    let easy = (!is_encrypted).then(|| EasyWay::Plugin { identity: line.clone(), recipient: recipient.clone() });
    Ok(Identity { kind: SlotKind::Plugin, text: SecretString::from(line), recipient, easy })
}

/// Reads an identity file, whose passphrase is asked for once; and tells whether it has one.
fn read(
    machine: &Machine,
    session: &Session,
    text: &SecretString,
) -> Result<(SecretString, IdentityFacts, bool), SlotError> {
    let policy = session.policy(machine);
    let plain = sealing::opened_identity(text, &machine.key_talk, &policy)?;
    let is_encrypted = plain.is_some();
    let text = plain.unwrap_or_else(|| text.clone());
    let facts = sealing::describe_identity(&text, &machine.key_talk, &policy)?;
    Ok((text, facts, is_encrypted))
}

fn recipient_of(facts: &IdentityFacts, is_meant: impl Fn(&KeyKind) -> bool) -> Result<String, SlotError> {
    let key = facts.keys.iter().find(|key| is_meant(&key.kind)).ok_or(SlotError::NoSuchKey)?;
    Ok(key.recipient.clone())
}

fn check_is_new(session: &Session, recipient: &str) -> Result<(), SlotError> {
    let has_slot = |id: &str| session.slots.iter().any(|slot| slot.id() == id);
    let mut labels = session.manifest.labels.iter();
    match labels.any(|(id, label)| label.recipient.as_deref() == Some(recipient) && has_slot(id)) {
        true => Err(SlotError::IdentityThere),
        false => Ok(()),
    }
}
