//! AES-256-GCM and scrypt, as Aegis puts them together.

use aes_gcm::aead::{AeadInPlace as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Key, Nonce, Tag};
use secrecy::{ExposeSecret as _, SecretBox, SecretSlice, SecretString};

use crate::exchange::{ImportError, Random};

/// A key of AES-256.
pub(super) type AesKey = SecretBox<[u8; 32]>;

/// What stands beside a ciphertext.
pub(super) struct Envelope {
    /// Used once with its key.
    pub nonce: [u8; 12],
    /// Proves that key and ciphertext are right.
    pub tag: [u8; 16],
}

/// What checking a password costs.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub n: u64,
    pub r: u64,
    pub p: u64,
}

impl Cost {
    /// What Aegis asks for.
    pub const USUAL: Self = Self { n: 32_768, r: 8, p: 1 };
    const MOST_N: u64 = 1 << 20;
    const MOST_BYTES: u64 = 1 << 30;
    const MOST_LANES: u64 = 16;

    /// Refuses, before anything is computed, what only a hostile file asks for.
    fn params(self) -> Result<scrypt::Params, ImportError> {
        let Self { n, r, p } = self;
        let is_whole = n.is_power_of_two() && n > 1 && r > 0 && p > 0;
        if !is_whole {
            return Err(ImportError::Damaged);
        }
        let bytes = n.checked_mul(r).and_then(|product| product.checked_mul(128));
        if n > Self::MOST_N || p > Self::MOST_LANES || bytes.is_none_or(|bytes| bytes > Self::MOST_BYTES) {
            return Err(ImportError::CostTooHigh);
        }
        let log_n = u8::try_from(n.ilog2()).map_err(|_| ImportError::CostTooHigh)?;
        let (r, p) = (u32::try_from(r), u32::try_from(p));
        let (Ok(r), Ok(p)) = (r, p) else { return Err(ImportError::CostTooHigh) };
        scrypt::Params::new(log_n, r, p, 32).map_err(|_| ImportError::CostTooHigh)
    }

    /// Tells whether a password can be checked at that cost.
    pub fn check(self) -> Result<(), ImportError> {
        self.params().map(drop)
    }
}

/// Derives the key that a password stands for.
pub(super) fn key_of(password: &SecretString, salt: &[u8], cost: Cost) -> Result<AesKey, ImportError> {
    let params = cost.params()?;
    let mut key = AesKey::new(Box::new([0; 32]));
    let bytes = secrecy::ExposeSecretMut::expose_secret_mut(&mut key);
    scrypt::scrypt(password.expose_secret().as_bytes(), salt, &params, bytes).map_err(|_| ImportError::CostTooHigh)?;
    Ok(key)
}

/// Makes a key at random.
pub(super) fn fresh_key(random: Random<'_>) -> AesKey {
    let mut key = AesKey::new(Box::new([0; 32]));
    random(secrecy::ExposeSecretMut::expose_secret_mut(&mut key));
    key
}

/// Decrypts; none if key, nonce, tag and ciphertext do not belong together.
pub(super) fn open(key: &AesKey, envelope: &Envelope, ciphertext: Vec<u8>) -> Option<SecretSlice<u8>> {
    let mut bytes = ciphertext;
    let (nonce, tag) = (Nonce::from_slice(&envelope.nonce), Tag::from_slice(&envelope.tag));
    let opened = cipher(key).decrypt_in_place_detached(nonce, b"", &mut bytes, tag);
    let bytes = SecretSlice::from(bytes);
    opened.is_ok().then_some(bytes)
}

/// Encrypts in place under a fresh nonce.
pub(super) fn seal(key: &AesKey, bytes: &mut [u8], random: Random<'_>) -> Envelope {
    let mut nonce = [0; 12];
    random(&mut nonce);
    let tag = cipher(key)
        .encrypt_in_place_detached(Nonce::from_slice(&nonce), b"", bytes)
        .expect("no export is near the 64 GiB that the cipher takes");
    Envelope { nonce, tag: tag.into() }
}

fn cipher(key: &AesKey) -> Aes256Gcm {
    Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key.expose_secret()))
}
