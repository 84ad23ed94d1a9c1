//! Base64 as it comes through mails, shells and apps.

use data_encoding::{BASE64_NOPAD, Encoding, Specification};
use secrecy::{ExposeSecret as _, SecretSlice};

/// Reads base64 of either alphabet, with padding or without, whatever white space is in it.
pub(super) fn read(letters: impl IntoIterator<Item = u8>) -> Option<SecretSlice<u8>> {
    let letters: Vec<u8> = letters
        .into_iter()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    let letters = SecretSlice::from(letters);
    Some(tolerant().decode(letters.expose_secret()).ok()?.into())
}

/// Base64 without padding that does not mind bits left over at the end.
fn tolerant() -> Encoding {
    let mut specification: Specification = BASE64_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(BASE64_NOPAD)
}
