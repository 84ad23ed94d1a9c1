//! One slot: the vault's key as a complete small age file, in a stanza of the vault's header.

use age::Identity;
use data_encoding::HEXLOWER;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::cost::{self, CostPolicy};
use super::header::{HeaderStanza, stanzas_of};
use super::identity_file::Key;
use super::{SealError, VaultKey, age_file};

const SLOT_TAG: &str = "countersign.app/slot";
/// A key that the vault had before, as a complete small age file for the present one.
const FORMER_TAG: &str = "countersign.app/former";
/// A slot's id is the beginning of its body's SHA-256, which tells a damaged slot from a wrong passphrase.
const ID_BYTES: usize = 8;

/// How a slot is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotKind {
    /// A passphrase, through scrypt.
    Passphrase,
    /// An identity kept in the operating system's keyring.
    Keyring,
    /// An age identity file of the user.
    Identity,
    /// An age plugin, such as a hardware key.
    Plugin,
    /// A code printed on a recovery sheet.
    Sheet,
    /// Something that a newer version knows.
    Unknown,
}

impl SlotKind {
    const NAMES: [(&'static str, Self); 5] = [
        ("passphrase", Self::Passphrase),
        ("keyring", Self::Keyring),
        ("identity", Self::Identity),
        ("plugin", Self::Plugin),
        ("sheet", Self::Sheet),
    ];

    fn named(name: &str) -> Self {
        Self::NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// Tells whether it opens with what people know or have on paper, on any device.
    pub fn is_for_people(self) -> bool {
        match self {
            Self::Passphrase | Self::Sheet => true,
            Self::Keyring | Self::Identity | Self::Plugin | Self::Unknown => false,
        }
    }

    pub(super) fn name(self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map(|(name, _)| *name)
    }
}

/// One way to unlock a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot(HeaderStanza);

impl Slot {
    /// Returns how the slot is opened.
    pub fn kind(&self) -> SlotKind {
        SlotKind::named(self.kind_name())
    }

    /// Returns the kind as it stands in the file. It comes from outside: show it as such.
    pub fn kind_name(&self) -> &str {
        self.0.args.first().map_or("", String::as_str)
    }

    /// Returns the slot's id. It comes from outside: show it as such.
    pub fn id(&self) -> &str {
        self.0.args.get(1).map_or("", String::as_str)
    }

    /// Returns the scrypt work factor of a slot that has one.
    pub fn work_factor(&self) -> Option<u8> {
        let stanzas = stanzas_of(&self.0.body).ok()?;
        stanzas.iter().find_map(|stanza| cost::log_n_of(&stanza.tag, &stanza.args))
    }

    /// Makes the slot for a body, a complete age file.
    pub(super) fn new(kind: &str, body: Vec<u8>) -> Self {
        let args = vec![kind.to_owned(), id_of(&body)];
        Self(HeaderStanza { tag: SLOT_TAG.to_owned(), args, body })
    }

    /// Makes the stanza that keeps a former key, given as a complete age file.
    pub(super) fn former(body: Vec<u8>) -> Self {
        let args = vec![id_of(&body)];
        Self(HeaderStanza { tag: FORMER_TAG.to_owned(), args, body })
    }

    /// Keeps a stanza of a header, slot or not.
    pub(super) fn kept(stanza: HeaderStanza) -> Self {
        Self(stanza)
    }

    /// Returns whether it is a slot: another stanza of ours is kept as well, but not listed.
    pub(super) fn is_listed(&self) -> bool {
        self.0.tag == SLOT_TAG && self.0.args.len() >= 2
    }

    /// Returns whether it keeps a former key.
    pub(super) fn is_former(&self) -> bool {
        self.0.tag == FORMER_TAG
    }

    pub(super) fn stanza(&self) -> &HeaderStanza {
        &self.0
    }

    pub(super) fn open_with_passphrase(
        &self,
        passphrase: &SecretString,
        policy: &CostPolicy,
    ) -> Result<VaultKey, SealError> {
        age_file::decrypt_with_passphrase(&self.0.body, passphrase, policy)
            .and_then(key_from_plaintext)
            .map_err(|error| self.blamed(error))
    }

    pub(super) fn open_with_identities(&self, identities: &[&dyn Identity]) -> Result<VaultKey, SealError> {
        age_file::decrypt(&self.0.body, identities).and_then(key_from_plaintext).map_err(|error| self.blamed(error))
    }

    /// Returns whether this key may be meant: a plugin that is asked in vain would want a touch in vain.
    pub(super) fn may_be_for(&self, key: &Key) -> bool {
        match self.kind() {
            SlotKind::Identity => stanzas_of(&self.0.body).is_ok_and(|stanzas| key.may_open(&stanzas)),
            SlotKind::Plugin => !key.is_at_hand(),
            SlotKind::Keyring | SlotKind::Sheet => key.is_at_hand(),
            SlotKind::Passphrase | SlotKind::Unknown => false,
        }
    }

    /// Tells the slot's damage from the user's mistake: scrypt alone cannot.
    fn blamed(&self, error: SealError) -> SealError {
        let blames_the_user = error.is_wrong_key() && !self.is_visibly_damaged();
        let is_not_its_fault = error.is_refusal() || error.is_about_the_way() || blames_the_user;
        if is_not_its_fault { error } else { SealError::SlotDamaged }
    }

    fn is_visibly_damaged(&self) -> bool {
        let is_a_digest = HEXLOWER.decode(self.id().as_bytes()).is_ok_and(|digest| digest.len() == ID_BYTES);
        is_a_digest && self.id() != id_of(&self.0.body)
    }
}

fn key_from_plaintext(plaintext: Vec<u8>) -> Result<VaultKey, SealError> {
    let text = String::from_utf8(plaintext).map_err(|_bytes| SealError::SlotDamaged)?;
    VaultKey::from_identity_file(&SecretString::from(text))
}

fn id_of(body: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(body)[..ID_BYTES])
}
