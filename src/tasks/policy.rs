//! What the vault's policy forbids. Every task that lets a secret out asks here, so that no front can forget to.

use secrecy::SecretString;

use super::session::Session;
use crate::otp::{Params, uri};
use crate::vault::{Account, Deed, Forbidden};

/// A secret, as it is read and as other apps take it.
pub struct ReadableSecret {
    /// In base32, or in hexadecimal digits where its app has them.
    pub secret: SecretString,
    /// The otpauth URI.
    pub uri: SecretString,
}

/// Returns why something must not be done with the secrets of an open vault.
///
/// # Errors
/// The vault's policy forbids it.
pub fn allow(session: &Session, deed: Deed) -> Result<(), Forbidden> {
    session.vault().forbids(deed).map_or(Ok(()), Err)
}

/// Returns the secret of an account to be shown.
///
/// # Errors
/// The vault's policy forbids it.
pub fn readable_secret(session: &Session, account: &Account) -> Result<ReadableSecret, Forbidden> {
    allow(session, Deed::ShowSecret)?;
    let enrolment = account.enrolment();
    let secret = match enrolment.params {
        Params::Motp => enrolment.secret.to_hex(),
        Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } | Params::Yandex => {
            enrolment.secret.to_base32()
        }
    };
    Ok(ReadableSecret { secret, uri: uri::write(account.issuer(), account.account(), enrolment, account.counter()) })
}
