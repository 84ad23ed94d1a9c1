//! The vault's own key: an age identity, and the keys derived from it.

use std::fmt;
use std::sync::LazyLock;

use data_encoding::{Encoding, HEXLOWER, Specification};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use super::identity_file::x25519_in;
use super::passphrase::six_words;
use super::{SealError, WorkFactor, age_file, cost};

const PREFIX: &str = "AGE-SECRET-KEY-1";
/// 32 bytes are 52 letters of five bits; six letters of checksum follow them.
const SECRET_LETTERS: usize = 52;
/// Bech32's alphabet (BIP 173), in capitals as age writes identities.
static BECH32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");
    specification.encoding().expect("32 different letters")
});

/// The key that opens one vault. Lives on the worker, is moved and never cloned.
///
/// Its recipient (`age1…`) is a secret too: whoever knows it can write files that decrypt. It is never shown, logged
/// or exported; people compare the fingerprint.
pub struct VaultKey {
    /// What keeps the pages in memory; given up before they are, because fields are dropped in their order.
    kept: Option<Kept>,
    pages: Box<OwnPages>,
}

/// Lets go of what was kept when it is dropped.
pub type Kept = Box<dyn Send + Sync>;

/// A key has whole pages for itself, so that they can be kept from the disk and nothing else with them. Pages are
/// 4 KiB on most machines and 16 KiB on some.
#[repr(align(16384))]
struct OwnPages(age::x25519::Identity);

impl VaultKey {
    /// Makes a new key from the system's random numbers.
    pub fn generate() -> Self {
        Self::of(age::x25519::Identity::generate())
    }

    /// Has the key's pages kept in memory, given their address and their length in bytes, unless they are already.
    ///
    /// # Errors
    /// Whatever the caller's way to do it says.
    pub fn keep_in_memory<E>(&mut self, keep: impl FnOnce(usize, usize) -> Result<Kept, E>) -> Result<(), E> {
        if self.kept.is_none() {
            let place = std::ptr::from_ref(&*self.pages).addr();
            self.kept = Some(keep(place, size_of::<OwnPages>())?);
        }
        Ok(())
    }

    /// Reads the key from the text of an identity file, which must hold exactly one.
    ///
    /// # Errors
    /// If there is not exactly one identity in it.
    pub fn from_identity_file(text: &SecretString) -> Result<Self, SealError> {
        let mut identities = x25519_in(text)?;
        match (identities.pop(), identities.is_empty()) {
            (Some(identity), true) => Ok(Self::of(identity)),
            (Some(_) | None, _) => Err(SealError::NotAnIdentity),
        }
    }

    /// Takes an identity that was brought for what may be a vault's key.
    pub(super) fn of(identity: age::x25519::Identity) -> Self {
        Self { kept: None, pages: Box::new(OwnPages(identity)) }
    }

    /// Returns what people compare to know that two devices mean the same vault.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new_with_prefix("countersign vault fingerprint v1\n");
        hash.update(self.identity().to_public().to_string());
        Fingerprint(hash.finalize().into())
    }

    /// Derives a key for one purpose, which `info` names.
    pub fn derive(&self, info: &str) -> SecretBox<[u8; 32]> {
        let text = self.identity().to_string();
        let letters = text.expose_secret().strip_prefix(PREFIX).expect("the prefix of every identity");
        let secret = SecretBox::<[u8; 32]>::init_with_mut(|secret| {
            BECH32
                .decode_mut(&letters.as_bytes()[..SECRET_LETTERS], secret)
                .expect("52 letters of an identity are 32 bytes");
        });
        SecretBox::init_with_mut(|key: &mut [u8; 32]| {
            Hkdf::<Sha256>::new(None, secret.expose_secret())
                .expand(info.as_bytes(), key)
                .expect("32 bytes are within HKDF's reach");
        })
    }

    /// Authenticates bytes under the key derived for `info`, with HMAC-SHA-256.
    pub fn mac(&self, info: &str, bytes: &[u8]) -> [u8; 32] {
        self.hmac(info, bytes).finalize().into_bytes().into()
    }

    /// Returns whether `mac` is what `VaultKey::mac` gives, in constant time.
    pub fn verifies(&self, info: &str, bytes: &[u8], mac: &[u8]) -> bool {
        self.hmac(info, bytes).verify_slice(mac).is_ok()
    }

    fn hmac(&self, info: &str, bytes: &[u8]) -> Hmac<Sha256> {
        let key = self.derive(info);
        let mut hmac =
            <Hmac<Sha256> as Mac>::new_from_slice(key.expose_secret()).expect("HMAC takes keys of any length");
        hmac.update(bytes);
        hmac
    }

    pub(super) fn identity(&self) -> &age::x25519::Identity {
        &self.pages.0
    }

    pub(super) fn recipient(&self) -> age::x25519::Recipient {
        self.identity().to_public()
    }

    /// Returns the plaintext of a slot: an identity file, as `age -d` gives it back.
    pub(super) fn identity_file(&self) -> SecretString {
        let text = self.identity().to_string();
        let mut file = String::with_capacity(text.expose_secret().len() + 1);
        file.push_str(text.expose_secret());
        file.push('\n');
        SecretString::from(file)
    }
}

/// The age identity of a device: it opens the slots that were made for its recipient, which is no secret.
pub struct OwnIdentity {
    /// To whom a slot has to be encrypted (`age1…`).
    pub recipient: String,
    /// The identity as a complete age file that a passphrase opens.
    pub file: Vec<u8>,
}

impl OwnIdentity {
    /// Makes a new one, behind a passphrase of its own.
    ///
    /// # Errors
    /// If the passphrase is empty.
    pub fn generate(passphrase: &SecretString, work: WorkFactor) -> Result<Self, SealError> {
        let made = VaultKey::generate();
        let text = made.identity_file();
        let file = age_file::encrypt(&[&cost::recipient(passphrase, work)?], &[text.expose_secret().as_bytes()])?;
        Ok(Self { recipient: made.recipient().to_string(), file })
    }
}

/// Makes an identity for a place that keeps secrets itself, such as a keyring: its recipient, and its text.
pub fn fresh_identity() -> (String, SecretString) {
    let made = VaultKey::generate();
    (made.recipient().to_string(), made.identity_file())
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VaultKey([REDACTED])")
    }
}

/// Which vault it is, in six words. Not a secret: the recipient cannot be found from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Returns the whole hash in hexadecimal, for machines.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&six_words(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fingerprint({self})")
    }
}

/// Returns the SHA-256 of bytes in lower-case hexadecimal, as the manifest holds it.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Encrypts a file that only this device and this vault's key can use.
///
/// # Errors
/// If it would be larger than what is read back.
pub fn seal_private(bytes: &[u8], key: &VaultKey) -> Result<Vec<u8>, SealError> {
    age_file::encrypt(&[&key.recipient()], &[bytes])
}

/// Decrypts a file that `seal_private` made.
///
/// # Errors
/// If it is damaged or made with another key.
pub fn open_private(bytes: &[u8], key: &VaultKey) -> Result<SecretSlice<u8>, SealError> {
    age_file::decrypt(bytes, &[key.identity()]).map(Into::into)
}
