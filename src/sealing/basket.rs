//! The basket: an age file for recovery codes that are kept apart from the vault.
//!
//! It is no slot and no backup: nothing of the vault's key is in it, and the vault's key opens it as little as any other.

use age::Identity;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::cost::{self, CostPolicy, WorkFactor};
use super::padding::padded_length;
use super::portable::{BackupRecipient, everybody, wrapped};
use super::{SealError, Talk, VaultKey, age_file};

/// What shall open a basket.
#[derive(Clone, Copy)]
pub enum BasketLock<'a> {
    /// A passphrase: a plain age file, which `age -d` opens.
    Passphrase(&'a SecretString, WorkFactor),
    /// The identities of these recipients, with `age -d -i`.
    Recipients(&'a [BackupRecipient]),
}

/// A basket's file, and what opens it once more, to prove it.
pub struct SealedBasket {
    /// The file.
    pub bytes: Vec<u8>,
    /// Made for this file, and gone with this value: nobody here need have an identity that opens it.
    thrown_away: Option<VaultKey>,
}

/// Makes a basket's file, padded as a vault is. Recipients behind a plugin have it started.
///
/// # Errors
/// Nothing would open it, the passphrase is empty, it would be too large, or a plugin failed.
pub fn seal_basket(payload: &SecretSlice<u8>, lock: BasketLock<'_>, talk: &Talk) -> Result<SealedBasket, SealError> {
    let payload = payload.expose_secret();
    let needed = payload.len() + 1;
    let padding = vec![b' '; padded_length(needed) - needed];
    let parts: [&[u8]; 3] = [payload, &padding, b"\n"];
    match lock {
        BasketLock::Passphrase(passphrase, work) => {
            let recipient = cost::recipient(passphrase, work)?;
            Ok(SealedBasket { bytes: age_file::encrypt(&[&recipient], &parts)?, thrown_away: None })
        }
        BasketLock::Recipients([]) => Err(SealError::NoSlots),
        BasketLock::Recipients(recipients) => {
            let thrown_away = VaultKey::generate();
            let its_recipient = thrown_away.recipient();
            let theirs = wrapped(recipients, talk);
            let bytes = age_file::encrypt(&everybody(&its_recipient, &theirs), &parts)?;
            Ok(SealedBasket { bytes, thrown_away: Some(thrown_away) })
        }
    }
}

impl SealedBasket {
    /// Tells whether a file that was read back opens with the same lock, and holds the same.
    pub fn is_proved_by(
        &self,
        written: &[u8],
        payload: &SecretSlice<u8>,
        lock: BasketLock<'_>,
        policy: &CostPolicy,
    ) -> bool {
        let opened = match (lock, &self.thrown_away) {
            (BasketLock::Passphrase(passphrase, _), _) => {
                age_file::decrypt_with_passphrase(written, passphrase, policy)
            }
            (BasketLock::Recipients(_), Some(key)) => age_file::decrypt(written, &[key.identity() as &dyn Identity]),
            (BasketLock::Recipients(_), None) => Err(SealError::NoSlots),
        };
        let opened = opened.map(SecretSlice::from);
        opened.is_ok_and(|opened| opened.expose_secret().trim_ascii_end() == payload.expose_secret().trim_ascii_end())
    }
}
