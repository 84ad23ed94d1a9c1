//! The ways to unlock a vault: stanzas in its header, each holding the vault's key as a complete small age file.
//!
//! age's header MAC covers them, and the manifest holds their digest, so that none can be added, taken away or
//! exchanged without the vault's key. Stanzas of ours that this version does not know are kept as they are.

use std::collections::HashSet;

use age::EncryptError;
use age_core::format::{FileKey, Stanza};
use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::age_file::{self, MAX_HEADER_BYTES};
use super::cost::{self, CostPolicy, WorkFactor};
use super::header::HeaderStanza;
use super::identity_file::{GREASE_SUFFIX, Keys, first_success};
use super::recipient::Recipient;
use super::sheet::{SheetCode, SheetMistake};
use super::slot::{Slot, SlotKind};
use super::{SealError, Talk, VaultKey};

/// What the rest of a header takes at most: first and last line, the wrapped file key, the random stanza.
const OTHER_STANZAS: usize = 512;

/// How many former keys a vault keeps: a rotation is rare, and each takes half a kilobyte of the header.
const MOST_FORMERS: usize = 16;

/// A slot that was opened.
#[derive(Debug)]
pub struct OpenedSlot {
    /// The vault's key, which was in it.
    pub key: VaultKey,
    /// Its id. It comes from outside: show it as such.
    pub id: String,
}

/// All slots of a vault, in the order of its header, and any other stanza of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(Vec<Slot>);

impl Slots {
    /// Returns the slots, unknown kinds included.
    pub fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter(|slot| slot.is_listed())
    }

    /// Adds a slot that a passphrase opens, and returns its id.
    ///
    /// # Errors
    /// If the passphrase is empty or the header is full.
    pub fn add_passphrase(
        &mut self,
        key: &VaultKey,
        passphrase: &SecretString,
        work: WorkFactor,
    ) -> Result<String, SealError> {
        self.add(SlotKind::Passphrase, key, &cost::recipient(passphrase, work)?)
    }

    /// Adds a slot that the words of a recovery sheet open, and returns its id.
    ///
    /// # Errors
    /// If the header is full.
    pub fn add_sheet(&mut self, key: &VaultKey, code: &SheetCode) -> Result<String, SealError> {
        let identity = VaultKey::from_identity_file(&code.identity_file())?;
        self.add(SlotKind::Sheet, key, &identity.recipient())
    }

    /// Adds a slot that somebody's own key opens, and returns the slot's id. A plugin's recipient (`age1NAME1…`) or
    /// identity (`AGE-PLUGIN-NAME-1…`) starts that plugin.
    ///
    /// # Errors
    /// If the text is no recipient that we know, the plugin does not do it, or the header is full.
    pub fn add_recipient(
        &mut self,
        kind: SlotKind,
        key: &VaultKey,
        recipient: &str,
        talk: &Talk,
    ) -> Result<String, SealError> {
        let recipient = Recipient::parse_or_identity(recipient)?;
        self.add(kind, key, recipient.wrap(talk).as_ref())
    }

    /// Returns the slot with this id alone, to see whether it opens.
    #[must_use]
    pub fn only(&self, id: &str) -> Self {
        Self(self.0.iter().filter(|slot| slot.is_listed() && slot.id() == id).cloned().collect())
    }

    /// Returns the slots of one kind alone.
    #[must_use]
    pub fn only_kind(&self, kind: SlotKind) -> Self {
        Self(self.0.iter().filter(|slot| slot.is_listed() && slot.kind() == kind).cloned().collect())
    }

    /// Removes the slot with this id.
    ///
    /// # Errors
    /// If there is none.
    pub fn remove(&mut self, id: &str) -> Result<(), SealError> {
        let position =
            self.0.iter().position(|slot| slot.is_listed() && slot.id() == id).ok_or(SealError::NoSuchSlot)?;
        self.0.remove(position);
        Ok(())
    }

    /// Returns the keys that the vault had before, the latest first.
    ///
    /// Only a holder of its key can add one: the manifest's digest covers them as it covers the slots.
    pub fn former_keys(&self, key: &VaultKey) -> Vec<VaultKey> {
        let formers = self.0.iter().filter(|stanza| stanza.is_former());
        formers.filter_map(|stanza| stanza.open_with_identities(&[key.identity()]).ok()).collect()
    }

    /// Keeps a key that the vault had before, after those that are kept already: what was written under it can still be
    /// read. A seventeenth one is too old.
    ///
    /// # Errors
    /// If the header is full.
    pub fn add_former(&mut self, key: &VaultKey, former: &VaultKey) -> Result<(), SealError> {
        if self.0.iter().filter(|stanza| stanza.is_former()).count() >= MOST_FORMERS {
            return Ok(());
        }
        let text = former.identity_file();
        let body = age_file::encrypt(&[&key.recipient()], &[text.expose_secret().as_bytes()])?;
        self.push(Slot::former(body))
    }

    /// Returns these slots and those that only `other` has, but none that was removed by somebody.
    ///
    /// Both must be for the same key. Nothing is lost and nothing removed comes back, whoever joins whom. But one device may have
    /// removed the last passphrase while another removed the last sheet: of what people know or have on paper one stays then,
    /// a passphrase before a sheet, and the smallest id of several, as long as there is no other.
    #[must_use]
    pub fn joined(&self, other: &Self, is_removed: impl Fn(&str) -> bool) -> Self {
        let missing = other.0.iter().filter(|slot| !self.0.contains(slot));
        let mut joined: Vec<Slot> = self.0.iter().chain(missing).cloned().collect();
        let for_people = || joined.iter().filter(|slot| slot.is_listed() && slot.kind().is_for_people());
        let last = match for_people().all(|slot| is_removed(slot.id())) {
            true => for_people().min_by_key(|slot| (slot.kind() != SlotKind::Passphrase, slot.id())),
            false => None,
        };
        let last = last.map(|slot| slot.id().to_owned());
        joined.retain(|slot| !slot.is_listed() || !is_removed(slot.id()) || last.as_deref() == Some(slot.id()));
        Self(joined)
    }

    /// Opens the first passphrase slot that this passphrase fits. Runs scrypt, once a slot. The words of a recovery sheet
    /// open its slot, without scrypt.
    ///
    /// # Errors
    /// A refusal by the policy is reported before a wrong passphrase: the refused slot may be the right one.
    pub fn unlock_with_passphrase(
        &self,
        passphrase: &SecretString,
        policy: &CostPolicy,
    ) -> Result<OpenedSlot, SealError> {
        let sheet = SheetCode::read(passphrase);
        let by_sheet = sheet.as_ref().ok().map(|code| self.unlock_with_sheet(code));
        if let Some(Ok(opened)) = by_sheet {
            return Ok(opened);
        }
        let opened =
            self.unlock(|kind| kind == SlotKind::Passphrase, |slot| slot.open_with_passphrase(passphrase, policy));
        match opened {
            Err(error @ (SealError::WrongPassphrase | SealError::NoSuchSlot)) => Err(match (sheet, by_sheet) {
                (_, Some(Err(SealError::WrongIdentity | SealError::NoSuchSlot))) => SealError::SheetOfNone,
                (_, Some(Err(of_its_slot))) => of_its_slot,
                (Err(mistake), _) if self.has_sheet() && mistake != SheetMistake::WrongCount => mistake.into(),
                _ => error, // not the words of a sheet
            }),
            opened => opened,
        }
    }

    fn has_sheet(&self) -> bool {
        self.iter().any(|slot| slot.kind() == SlotKind::Sheet)
    }

    /// Opens the first slot that a key of this identity file fits: an age identity, one behind a plugin, an SSH key.
    ///
    /// The keys that bother nobody are tried first. A plugin is started if its identity is in the file, once for each
    /// slot that may be its own, until one opens.
    ///
    /// # Errors
    /// If the file holds no key, none that fits, or none that could be used.
    pub fn unlock_with_identity(
        &self,
        identity_file: &SecretString,
        talk: &Talk,
        policy: &CostPolicy,
    ) -> Result<OpenedSlot, SealError> {
        self.unlock_with_keys(&Keys::read(identity_file, talk, policy)?)
    }

    fn unlock_with_sheet(&self, code: &SheetCode) -> Result<OpenedSlot, SealError> {
        let identity = VaultKey::from_identity_file(&code.identity_file())?;
        self.unlock(|kind| kind == SlotKind::Sheet, |slot| slot.open_with_identities(&[identity.identity()]))
    }

    fn unlock(
        &self,
        fits: impl Fn(SlotKind) -> bool,
        open: impl Fn(&Slot) -> Result<VaultKey, SealError>,
    ) -> Result<OpenedSlot, SealError> {
        let slots = self.iter().filter(|slot| fits(slot.kind()));
        first_success(slots.map(|slot| opened(slot, open(slot)))).unwrap_or(Err(SealError::NoSuchSlot))
    }

    pub(super) fn unlock_with_keys(&self, keys: &Keys) -> Result<OpenedSlot, SealError> {
        let attempts = keys.by_trouble().flat_map(|key| {
            let slots = self.iter().filter(|slot| slot.may_be_for(key));
            slots.map(|slot| opened(slot, slot.open_with_identities(&[key.identity()])))
        });
        first_success(attempts).unwrap_or_else(|| Err(self.nothing_tried()))
    }

    /// Tells whether there was a slot for other keys than those that were brought.
    fn nothing_tried(&self) -> SealError {
        let is_for_a_key = |kind| match kind {
            SlotKind::Identity | SlotKind::Plugin => true,
            SlotKind::Passphrase | SlotKind::Keyring | SlotKind::Sheet | SlotKind::Unknown => false,
        };
        if self.iter().any(|slot| is_for_a_key(slot.kind())) { SealError::WrongIdentity } else { SealError::NoSuchSlot }
    }

    fn add(&mut self, kind: SlotKind, key: &VaultKey, recipient: &dyn age::Recipient) -> Result<String, SealError> {
        let name = kind.name().ok_or(SealError::NoSuchSlot)?;
        let body = age_file::encrypt(&[recipient], &[key.identity_file().expose_secret().as_bytes()])?;
        let slot = Slot::new(name, body);
        let id = slot.id().to_owned();
        self.push(slot)?;
        Ok(id)
    }

    pub(super) fn push(&mut self, slot: Slot) -> Result<(), SealError> {
        self.0.push(slot);
        if self.written().len() > MAX_HEADER_BYTES - OTHER_STANZAS {
            self.0.pop();
            return Err(SealError::TooManySlots);
        }
        Ok(())
    }

    /// Returns all stanzas, slots or not.
    pub(super) fn stanzas(&self) -> &[Slot] {
        &self.0
    }

    /// Returns the slots that open the vault on any device: what somebody knows, or has on paper.
    pub(super) fn without_those_of_a_device(&self) -> Self {
        Self(self.iter().filter(|slot| slot.kind().is_for_people()).cloned().collect())
    }

    /// Keeps the stanzas that are to be sealed again.
    ///
    /// age asks vendors to put their domain before their tags. The others wrap the file key, which is new with every
    /// save, so that keeping them would leave stanzas that open nothing.
    pub(super) fn kept(mut stanzas: Vec<HeaderStanza>) -> Self {
        stanzas.retain(|stanza| stanza.tag.contains('/') && !stanza.tag.ends_with(GREASE_SUFFIX));
        Self(stanzas.into_iter().map(Slot::kept).collect())
    }

    /// Returns the digest that the manifest holds: SHA-256 of the kept stanzas as they stand in the header.
    pub(super) fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.written()))
    }

    fn written(&self) -> String {
        let mut text = String::new();
        for slot in &self.0 {
            slot.stanza().write_to(&mut text);
        }
        text
    }
}

/// Slots as an age recipient: they wrap no file key and are written as they are.
impl age::Recipient for Slots {
    fn wrap_file_key(&self, _file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        Ok((self.0.iter().map(|slot| slot.stanza().to_age()).collect(), HashSet::new()))
    }
}

fn opened(slot: &Slot, key: Result<VaultKey, SealError>) -> Result<OpenedSlot, SealError> {
    key.map(|key| OpenedSlot { key, id: slot.id().to_owned() })
}
