//! Backups: what a vault holds, as one age file that opens without the vault and without this device.
//!
//! The payload is a vault's, with a note in the manifest; the MAC is the vault's too, so that whoever has the vault's
//! key can prove that a backup is its own. Around it stands one of four headers: see [`BackupLock`].

use age::Identity;
use secrecy::{SecretSlice, SecretString};

use super::cost::{self, CostPolicy, WorkFactor};
use super::header::{HeaderStanza, stanzas_of};
use super::identity::sha256_hex;
use super::identity_file::{GREASE_SUFFIX, Keys};
use super::padding::padded_length;
use super::recipient::Recipient;
use super::slot::SlotKind;
use super::{Manifest, Opened, SealError, Slots, Talk, VaultKey, age_file, encrypt, line_end};

/// What shall open a backup.
#[derive(Clone, Copy)]
pub enum BackupLock<'a> {
    /// A passphrase: a plain age file, which `age -d` opens.
    Passphrase(&'a SecretString, WorkFactor),
    /// The identities of these recipients, with `age -d -i`; and the vault's key, so that we can read it back.
    Recipients(&'a [BackupRecipient]),
    /// Either: the passphrase opens a slot with an identity that was made for this file.
    Either(&'a SecretString, WorkFactor, &'a [BackupRecipient]),
    /// What opens the vault: its passphrases and its recovery sheet. The other slots belong to a device.
    AsTheVault(&'a Slots),
}

/// Somebody who can open a backup with an identity of their own.
#[derive(Clone, Debug)]
pub struct BackupRecipient(Recipient);

impl BackupRecipient {
    /// Reads a recipient: as `age-keygen` or a plugin prints it, or a line of a `.pub` file. Starts no plugin.
    ///
    /// # Errors
    /// If it is none, or of a kind that we cannot encrypt to.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        Recipient::parse(text).map(Self)
    }

    /// Tells whether it is this one; only those that `age-keygen` prints can be compared.
    pub fn is(&self, text: &str) -> bool {
        matches!(&self.0, Recipient::X25519(own) if own.to_string() == text.trim())
    }
}

/// What somebody brings to open a backup.
#[derive(Clone, Copy)]
pub enum BackupKey<'a> {
    /// The vault's key: opens all of its backups but those with a passphrase alone.
    Vault(&'a VaultKey),
    /// A passphrase, and what trying it may cost.
    Passphrase(&'a SecretString, &'a CostPolicy),
    /// The text of an age identity file, and whom its plugins talk to.
    Identities(&'a SecretString, &'a Talk, &'a CostPolicy),
}

/// Which kinds of keys may open a backup, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpensWith {
    /// A passphrase.
    pub passphrase: bool,
    /// An age identity.
    pub identity: bool,
}

/// A backup, or a vault, that was opened.
#[derive(Debug)]
pub struct OpenedBackup {
    /// Manifest and accounts. The slots are of no use to anybody but the vault itself.
    pub opened: Opened,
    /// Whether one of the known keys wrote it. If not, all that is certain is that somebody who could make it did.
    pub is_proved: bool,
}

/// Makes a backup's file. Recipients behind a plugin have it started.
///
/// # Errors
/// If only a newer program may write the vault, nothing would open the file, it would be too large, or a plugin failed.
pub fn seal_backup(
    body: &SecretSlice<u8>,
    manifest: &Manifest,
    lock: BackupLock<'_>,
    key: &VaultKey,
    talk: &Talk,
) -> Result<Vec<u8>, SealError> {
    let own = key.recipient();
    let mut slots = Slots::default();
    match lock {
        BackupLock::Passphrase(passphrase, work) => {
            let passphrase = cost::recipient(passphrase, work)?;
            encrypt(&[&passphrase], body, manifest, &slots, key)
        }
        BackupLock::Recipients([]) => Err(SealError::NoSlots),
        BackupLock::Recipients(recipients) => {
            let theirs = wrapped(recipients, talk);
            encrypt(&everybody(&own, &theirs), body, manifest, &slots, key)
        }
        BackupLock::Either(passphrase, work, recipients) => {
            // age wants a passphrase to stand alone, so it opens a key that is thrown away here.
            let thrown_away = VaultKey::generate();
            slots.add_passphrase(&thrown_away, passphrase, work)?;
            let its_recipient = thrown_away.recipient();
            let theirs = wrapped(recipients, talk);
            let mut all = everybody(&own, &theirs);
            all.extend([&its_recipient as &dyn age::Recipient, &slots]);
            encrypt(&all, body, manifest, &slots, key)
        }
        BackupLock::AsTheVault(of_the_vault) => {
            let slots = of_the_vault.without_those_of_a_device();
            if slots.iter().next().is_none() {
                return Err(SealError::NoSlots);
            }
            encrypt(&[&own, &slots], body, manifest, &slots, key)
        }
    }
}

/// Returns recipients as the age crate takes them.
pub(super) fn wrapped<'a>(recipients: &'a [BackupRecipient], talk: &'a Talk) -> Vec<Box<dyn age::Recipient + 'a>> {
    recipients.iter().map(|recipient| recipient.0.wrap(talk)).collect()
}

pub(super) fn everybody<'a>(
    own: &'a age::x25519::Recipient,
    theirs: &'a [Box<dyn age::Recipient + 'a>],
) -> Vec<&'a dyn age::Recipient> {
    std::iter::once(own as &dyn age::Recipient).chain(theirs.iter().map(AsRef::as_ref)).collect()
}

/// Tells what a backup is opened with, without opening it.
///
/// # Errors
/// If it is no age file, or its header is damaged or too large.
pub fn look_at_backup(bytes: &[u8]) -> Result<OpensWith, SealError> {
    let binary = binary(bytes)?;
    let bytes = binary.as_deref().unwrap_or(bytes);
    stanzas_of(bytes).map(|stanzas| opens_with(&stanzas)).map_err(|error| blamed(error, bytes))
}

fn opens_with(stanzas: &[HeaderStanza]) -> OpensWith {
    let is_scrypt = is_scrypt(stanzas);
    let slots = Slots::kept(stanzas.to_vec());
    let has_slot = |wanted: &[SlotKind]| slots.iter().any(|slot| wanted.contains(&slot.kind()));
    // One of them is the vault's own; a plugin's and an SSH key's have tags of their own.
    let is_somebodys = |stanza: &&HeaderStanza| !stanza.tag.contains('/') && !stanza.tag.ends_with(GREASE_SUFFIX);
    let others = stanzas.iter().filter(is_somebodys).count() > 1;
    OpensWith {
        passphrase: is_scrypt || has_slot(&[SlotKind::Passphrase, SlotKind::Sheet]),
        identity: !is_scrypt
            && (others || slots.iter().next().is_none() || has_slot(&[SlotKind::Identity, SlotKind::Plugin])),
    }
}

/// Opens a backup, or a vault, with one key; binary or armored.
///
/// `known` are the keys that may have written it: this vault's own, and those it had before. They prove a backup and
/// do not open it.
///
/// # Errors
/// Says by name what is wrong with the file or the key.
pub fn open_backup(bytes: &[u8], key: BackupKey<'_>, known: &[&VaultKey]) -> Result<OpenedBackup, SealError> {
    let binary = binary(bytes)?;
    let bytes = binary.as_deref().unwrap_or(bytes);
    let stanzas = stanzas_of(bytes).map_err(|error| blamed(error, bytes))?;
    let (payload, found) = decrypt(bytes, &stanzas, key)?;
    let own = match key {
        BackupKey::Vault(own) => Some(own),
        BackupKey::Passphrase(..) | BackupKey::Identities(..) => None,
    };
    let keys: Vec<&VaultKey> = known.iter().copied().chain(&found).chain(own).collect();
    let backup = read(payload, Slots::kept(stanzas), &keys)?;
    // Whoever can write for the vault's key without having it has learnt its recipient: that is a forger. And what is
    // no backup but a vault holds the key that wrote it.
    let must_be_proved = own.is_some() || backup.opened.manifest.backup.is_none();
    if must_be_proved && !backup.is_proved { Err(SealError::Forged) } else { Ok(backup) }
}

/// Decrypts it, and returns the key that was found on the way: that of a slot, or an identity that may be the vault's.
fn decrypt(
    bytes: &[u8],
    stanzas: &[HeaderStanza],
    key: BackupKey<'_>,
) -> Result<(Vec<u8>, Option<VaultKey>), SealError> {
    let slots = Slots::kept(stanzas.to_vec());
    let opens_with = opens_with(stanzas);
    let open =
        |identities: &[&dyn Identity]| age_file::decrypt(bytes, identities).map_err(|error| blamed(error, bytes));
    let through = |slot: VaultKey| match open(&[slot.identity()]) {
        // The slot is one of this file, so its key fits unless the file is damaged.
        Err(SealError::WrongIdentity) => Err(SealError::Damaged),
        opened => Ok((opened?, Some(slot))),
    };
    match key {
        BackupKey::Vault(_) | BackupKey::Identities(..) if is_scrypt(stanzas) => Err(SealError::NeedsPassphrase),
        BackupKey::Vault(key) => Ok((open(&[key.identity()])?, None)),
        BackupKey::Passphrase(..) if !opens_with.passphrase => Err(SealError::NeedsIdentity),
        BackupKey::Passphrase(passphrase, policy) if is_scrypt(stanzas) => {
            let opened = age_file::decrypt_with_passphrase(bytes, passphrase, policy);
            Ok((opened.map_err(|error| blamed(error, bytes))?, None))
        }
        BackupKey::Passphrase(passphrase, policy) => through(slots.unlock_with_passphrase(passphrase, policy)?.key),
        BackupKey::Identities(text, talk, policy) => {
            let keys = Keys::read(text, talk, policy)?;
            match keys.open(bytes).map_err(|error| blamed(error, bytes)) {
                Err(SealError::WrongIdentity) => match slots.unlock_with_keys(&keys) {
                    Err(SealError::NoSuchSlot) => Err(SealError::WrongIdentity),
                    unlocked => through(unlocked?.key),
                },
                opened => Ok((opened?, keys.into_vault_key())),
            }
        }
    }
}

/// Reads the payload, whose every byte age has authenticated.
fn read(payload: Vec<u8>, slots: Slots, keys: &[&VaultKey]) -> Result<OpenedBackup, SealError> {
    let end = line_end(&payload).ok_or(SealError::NotOurs)?;
    let (manifest, digests, is_proved) = Manifest::read_backup(&payload[..end], keys)?;
    let start = end + 1;
    let body = start..start + line_end(&payload[start..]).ok_or(SealError::NotOurs)?;
    if digests.body != sha256_hex(&payload[body.clone()]) || digests.slots != slots.digest() {
        return Err(SealError::Forged);
    }
    Ok(OpenedBackup { opened: Opened { manifest, slots, payload: SecretSlice::from(payload), body }, is_proved })
}

fn binary(bytes: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
    if bytes.is_empty() { Err(SealError::Empty) } else { age_file::unarmored(bytes) }
}

fn is_scrypt(stanzas: &[HeaderStanza]) -> bool {
    stanzas.iter().any(|stanza| stanza.tag == cost::SCRYPT_TAG)
}

/// Says of damage whether the file's end is missing, and of a file that is none that it is no backup.
fn blamed(error: SealError, bytes: &[u8]) -> SealError {
    match error {
        SealError::NotAnAgeFile => SealError::NotABackup,
        SealError::Damaged if is_cut_short(bytes) => SealError::CutShort,
        error => error,
    }
}

/// Tells whether the payload is not as long as any that we write, or there is not even a whole header.
fn is_cut_short(bytes: &[u8]) -> bool {
    match age_file::header_length(bytes) {
        Ok(header) => {
            let length = age_file::plaintext_length(bytes.len() - header);
            length == 0 || length != padded_length(length)
        }
        Err(_) => bytes.len() < padded_length(1),
    }
}
