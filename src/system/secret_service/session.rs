//! The key with which secrets cross the session's bus: `dh-ietf1024-sha256-aes128-cbc-pkcs7` of the Secret Service API 0.2.
//!
//! The service offers `plain` too. But the bus is a program of its own: what passes through it stays in its memory, where
//! nobody wipes it and which is swapped out like any other. So it is given nothing to keep. Against somebody who
//! takes the keyring's place on the bus this does nothing, as the specification says; whoever can do that runs as you.

use std::sync::LazyLock;

use aes_gcm::aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use hkdf::Hkdf;
use num_bigint::BigUint;
use secrecy::SecretString;
use sha2::Sha256;

/// The name of all this.
pub(super) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// Bytes of a number of the group.
const NUMBER: usize = 128;
/// Bytes of our secret exponent. What is known of this group (Van Oorschot and Wiener 1996, RFC 3526 section 8) is that
/// an exponent twice as long as the group is strong, 160 bits, is as good as a longer one; longer ones cost time.
const EXPONENT: usize = 32;
/// Bytes of a block of AES.
const BLOCK: usize = 16;
/// The prime of the Second Oakley Group (RFC 2409, section 6.2); its generator is 2.
const PRIME: &[u8; 256] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

static GROUP: LazyLock<BigUint> =
    LazyLock::new(|| BigUint::parse_bytes(PRIME, 16).expect("the prime is written in hexadecimal"));

/// Our side of the agreement.
pub(super) struct KeyPair {
    exponent: BigUint,
}

impl KeyPair {
    /// Draws one; nothing if the system has no random numbers.
    pub(super) fn generate() -> Option<Self> {
        Some(Self { exponent: BigUint::from_bytes_be(&random::<EXPONENT>()?) })
    }

    /// Returns what the other side is told.
    pub(super) fn public(&self) -> Vec<u8> {
        padded(&BigUint::from(2_u8).modpow(&self.exponent, &GROUP))
    }

    /// Returns the key that both sides have, from what the other one told; nothing if that is no number of the group from
    /// which a secret follows: the least and the greatest give everybody the same one.
    pub(super) fn agree(&self, theirs: &[u8]) -> Option<SessionKey> {
        let theirs = BigUint::from_bytes_be(theirs);
        if theirs < BigUint::from(2_u8) || theirs > &*GROUP - 2_u8 {
            return None;
        }
        let shared = padded(&theirs.modpow(&self.exponent, &GROUP));
        let mut key = Box::new([0; BLOCK]);
        Hkdf::<Sha256>::new(None, &shared).expand(&[], key.as_mut()).expect("one block is not too long");
        Some(SessionKey(key))
    }
}

/// Encrypts what crosses the bus. In a box, so that the allocator wipes it.
pub(super) struct SessionKey(Box<[u8; BLOCK]>);

impl SessionKey {
    /// Encrypts a text; returns the initialisation vector and the bytes, or nothing without random numbers.
    pub(super) fn seal(&self, text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        let vector = random::<BLOCK>()?;
        let cipher = Encryptor::<Aes128>::new((&*self.0).into(), &vector.into());
        Some((vector.to_vec(), cipher.encrypt_padded_vec_mut::<Pkcs7>(text.as_bytes())))
    }

    /// Decrypts a text, in the place where its bytes are; nothing if it is none.
    pub(super) fn open(&self, vector: &[u8], mut bytes: Vec<u8>) -> Option<SecretString> {
        let cipher = Decryptor::<Aes128>::new_from_slices(&*self.0, vector).ok()?;
        let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut bytes).ok()?.len();
        bytes.truncate(length);
        // What is no text is dropped with the error, and so wiped.
        String::from_utf8(bytes).ok().map(SecretString::from)
    }
}

/// Returns the number with all its leading zeros.
fn padded(number: &BigUint) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    let mut padded = vec![0; NUMBER - bytes.len()];
    padded.extend_from_slice(&bytes);
    padded
}

fn random<const LENGTH: usize>() -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn pair() -> KeyPair {
        KeyPair::generate().expect("the system gives random numbers")
    }

    #[test]
    fn both_sides_agree_and_read_each_other() {
        let [ours, theirs] = [pair(), pair()];
        let [here, there] =
            [ours.agree(&theirs.public()).expect("they agree"), theirs.agree(&ours.public()).expect("they agree")];
        for text in ["", "a", "exactly sixteen!", "AGE-SECRET-KEY-1 and so on, over several blocks"] {
            let (vector, bytes) = here.seal(text).expect("it is sealed");
            assert!(bytes.len() > text.len() && bytes.len().is_multiple_of(BLOCK));
            assert_eq!(there.open(&vector, bytes).expect("it is ours").expose_secret(), text);
        }
    }

    #[test]
    fn a_number_from_which_no_secret_follows_is_refused() {
        let ours = pair();
        for number in [BigUint::from(0_u8), BigUint::from(1_u8), &*GROUP - 1_u8, GROUP.clone(), &*GROUP + 2_u8] {
            assert!(ours.agree(&number.to_bytes_be()).is_none(), "{number}");
        }
    }

    #[test]
    fn what_is_no_text_of_ours_is_nothing() {
        let key = SessionKey(Box::new([7; BLOCK]));
        let (vector, bytes) = key.seal("a text").expect("it is sealed");
        let other = SessionKey(Box::new([8; BLOCK]));
        assert!(other.open(&vector, bytes.clone()).is_none_or(|text| text.expose_secret() != "a text"));
        assert!(key.open(&vector[1..], bytes.clone()).is_none());
        assert!(key.open(&vector, bytes[1..].to_vec()).is_none());
        assert!(key.open(&vector, Vec::new()).is_none());
    }
}
