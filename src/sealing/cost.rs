//! What a passphrase may cost: our own policy, never the age crate's calibration.
//!
//! That calibration chose work factors from 15 to 20 on one and the same machine, depending on what else ran.

use std::cell::Cell;

use age::DecryptError;
use age_core::format::{FileKey, Stanza};
use secrecy::{ExposeSecret, SecretString};

use super::{SealError, age_file};

pub(super) const SCRYPT_TAG: &str = "scrypt";
/// scrypt's block size in age, fixed by the format; a block has 128 bytes.
const BLOCKS: u64 = 8;
/// The work factor of the guess that is measured: an eighth of the usual one's time and memory.
const TRIAL_LOG_N: u8 = 15;
/// A guess should take a second. Each work factor doubles it, so half a step more is as near as the one below.
const MOST_MILLIS: i64 = 1_414;

/// How hard a new passphrase slot is to guess: scrypt's logN, valid by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkFactor(u8);

/// Says that a work factor is outside what we would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a work factor is a number from {lowest} to {highest}")]
pub struct WorkFactorRefused {
    /// The lowest one accepted here.
    pub lowest: u8,
    /// The highest one accepted: what every reader opens without being asked.
    pub highest: u8,
}

impl WorkFactor {
    /// The work factor of a new slot: about a second and 256 MiB a guess.
    pub const DEFAULT: Self = Self(18);
    /// The lowest one for general use.
    pub const FLOOR: u8 = 17;
    /// The lowest one that a user of a small machine may ask for by number.
    pub const EXPLICIT_FLOOR: u8 = 16;
    /// The highest one opened without being asked, and so the highest one written.
    pub const OPEN_CAP: u8 = 20;
    /// The highest one ever opened, whatever the user says: 4 GiB of memory.
    pub const HARD_STOP: u8 = 22;

    /// Returns a work factor of at least `FLOOR`.
    ///
    /// # Errors
    /// Names the range if the number is outside it.
    pub fn new(log_n: u8) -> Result<Self, WorkFactorRefused> {
        Self::within(log_n, Self::FLOOR)
    }

    /// Returns a work factor that the user asked for by number, of at least `EXPLICIT_FLOOR`.
    ///
    /// # Errors
    /// Names the range if the number is outside it.
    pub fn explicit(log_n: u8) -> Result<Self, WorkFactorRefused> {
        Self::within(log_n, Self::EXPLICIT_FLOOR)
    }

    /// Returns the work factor that a slot of the vault has, so that a backup costs its guesser as much.
    pub fn as_in_a_slot(log_n: u8) -> Option<Self> {
        (1..=Self::OPEN_CAP).contains(&log_n).then_some(Self(log_n))
    }

    /// Returns the work factor at which a guess takes about a second on a computer where [`trial_guess`] takes so many
    /// milliseconds: the nearest one for general use for which there is memory.
    pub fn calibrated(trial_millis: i64, available_bytes: Option<u64>) -> Self {
        let policy = CostPolicy { cap: Self::OPEN_CAP, available_bytes };
        let fits = |log_n: &u8| {
            let millis = trial_millis.saturating_mul(1 << (log_n - TRIAL_LOG_N));
            millis <= MOST_MILLIS && policy.allows(*log_n).is_ok()
        };
        Self((Self::FLOOR..=Self::OPEN_CAP).rev().find(fits).unwrap_or(Self::FLOOR))
    }

    /// Returns any work factor, so that tests need not wait. No other code calls it.
    ///
    /// # Panics
    /// If the number is 0 or beyond `HARD_STOP`.
    #[doc(hidden)]
    pub fn unchecked_for_tests(log_n: u8) -> Self {
        assert!((1..=Self::HARD_STOP).contains(&log_n), "a work factor that a test can wait for");
        Self(log_n)
    }

    /// Returns the work factor of a slot that was opened, for the slot that takes its place.
    pub(super) fn as_it_was(log_n: u8) -> Self {
        Self(log_n.clamp(1, Self::HARD_STOP))
    }

    /// Returns scrypt's logN.
    pub fn log_n(self) -> u8 {
        self.0
    }

    /// Returns whether this is lower than what is meant for general use.
    pub fn is_below_floor(self) -> bool {
        self.0 < Self::FLOOR
    }

    fn within(log_n: u8, lowest: u8) -> Result<Self, WorkFactorRefused> {
        let highest = Self::OPEN_CAP;
        if (lowest..=highest).contains(&log_n) { Ok(Self(log_n)) } else { Err(WorkFactorRefused { lowest, highest }) }
    }
}

impl Default for WorkFactor {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What opening a passphrase slot may cost on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostPolicy {
    /// The highest work factor to open; more than `WorkFactor::HARD_STOP` counts as that.
    pub cap: u8,
    /// The memory that scrypt may take, in bytes, if the caller could find out.
    pub available_bytes: Option<u64>,
}

impl Default for CostPolicy {
    fn default() -> Self {
        Self { cap: WorkFactor::OPEN_CAP, available_bytes: None }
    }
}

impl CostPolicy {
    /// Decides before scrypt runs: a failed allocation would end the program.
    ///
    /// # Errors
    /// Says which limit the work factor breaks.
    pub fn allows(&self, log_n: u8) -> Result<(), SealError> {
        let cap = self.cap.min(WorkFactor::HARD_STOP);
        if log_n > cap {
            return Err(SealError::CostTooHigh { log_n, cap });
        }
        let needed_bytes = (128 * BLOCKS) << log_n;
        match self.available_bytes {
            Some(available_bytes) if available_bytes < needed_bytes => {
                Err(SealError::NotEnoughMemory { needed_bytes, available_bytes })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Returns a passphrase recipient with our work factor.
pub(super) fn recipient(passphrase: &SecretString, work: WorkFactor) -> Result<age::scrypt::Recipient, SealError> {
    if passphrase.expose_secret().is_empty() {
        return Err(SealError::EmptyPassphrase);
    }
    // The age crate wants the passphrase as its own; this copy wipes itself like the first.
    let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(work.log_n());
    Ok(recipient)
}

/// Does the work of one guess at a low work factor, for [`WorkFactor::calibrated`].
///
/// # Errors
/// Encrypting failed.
pub fn trial_guess() -> Result<(), SealError> {
    let recipient = recipient(&SecretString::from("measured"), WorkFactor(TRIAL_LOG_N))?;
    age_file::encrypt(&[&recipient], &[]).map(|_file| ())
}

/// Returns the work factor that a scrypt stanza asks for.
pub(super) fn log_n_of(tag: &str, args: &[String]) -> Option<u8> {
    match args {
        [_salt, log_n] if tag == SCRYPT_TAG => log_n.parse().ok(),
        _ => None,
    }
}

/// An age identity that asks the policy first, and remembers its refusal.
pub(super) struct PassphraseGate<'a> {
    passphrase: &'a SecretString,
    policy: &'a CostPolicy,
    refusal: Cell<Option<SealError>>,
}

impl<'a> PassphraseGate<'a> {
    pub(super) fn new(passphrase: &'a SecretString, policy: &'a CostPolicy) -> Self {
        Self { passphrase, policy, refusal: Cell::new(None) }
    }

    /// Returns why the policy refused, if it did.
    pub(super) fn refusal(&self) -> Option<SealError> {
        self.refusal.get()
    }
}

impl age::Identity for PassphraseGate<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != SCRYPT_TAG {
            return None;
        }
        let Some(log_n) = log_n_of(&stanza.tag, &stanza.args) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        if let Err(refusal) = self.policy.allows(log_n) {
            self.refusal.set(Some(refusal));
            return Some(Err(DecryptError::InvalidHeader));
        }
        let mut identity = age::scrypt::Identity::new(self.passphrase.clone());
        identity.set_max_work_factor(log_n);
        identity.unwrap_stanza(stanza)
    }
}
