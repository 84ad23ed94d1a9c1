//! SSH keys as recipients and identities: ed25519, and RSA of 2,048 to 4,096 bits.

use std::cell::OnceCell;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use age::ssh::{self, ParseRecipientKeyError};
use age::{DecryptError, Identity};
use age_core::format::{FileKey, Stanza};
use data_encoding::{BASE64, BASE64_NOPAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::identity_file::is_ssh_recipient;
use super::{SealError, Talk};

/// The longest private key that is read: RSA of 4,096 bits has 3.4 kB.
const MOST_BYTES: usize = 16 << 10;
/// An SSH stanza names its key by the beginning of the SHA-256 of the public one.
const TAG_BYTES: usize = 4;

/// A public SSH key.
#[derive(Clone)]
pub(super) struct SshRecipient(ssh::Recipient);

impl SshRecipient {
    pub(super) fn is_meant_by(text: &str) -> bool {
        is_ssh_recipient(text)
    }

    /// Reads a line of a `.pub` file.
    pub(super) fn parse(text: &str) -> Result<Self, SealError> {
        ssh::Recipient::from_str(text).map(Self).map_err(|error| named(&error))
    }

    /// Returns it as the age crate takes it.
    pub(super) fn wrap(&self) -> Box<dyn age::Recipient> {
        Box::new(self.0.clone())
    }

    /// Returns the line without its comment.
    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }
}

/// A private SSH key. If it has a passphrase, that is asked for when something was encrypted to it, and once.
pub(super) struct SshKey {
    key: ssh::Identity,
    recipient: SshRecipient,
    talk: Talk,
    opened: OnceCell<Result<ssh::Identity, SealError>>,
}

impl SshKey {
    /// Reads a private key, as `ssh-keygen` writes it.
    pub(super) fn parse(block: SecretString, talk: &Talk) -> Result<Self, SealError> {
        let block = block.expose_secret();
        if block.len() > MOST_BYTES {
            return Err(SealError::SshUnsupported);
        }
        let key = ssh::Identity::from_buffer(block.as_bytes(), None).map_err(|_reason| SealError::SshUnsupported)?;
        let recipient = ssh::Recipient::try_from(key.clone()).map_err(|_reason| SealError::SshUnsupported)?;
        let recipient = SshRecipient(recipient);
        Ok(Self { key, recipient, talk: Arc::clone(talk), opened: OnceCell::new() })
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.recipient.0 {
            ssh::Recipient::SshRsa(..) => "ssh-rsa",
            ssh::Recipient::SshEd25519(..) => "ssh-ed25519",
        }
    }

    pub(super) fn recipient(&self) -> String {
        self.recipient.text()
    }

    fn is_meant_by(&self, stanza: &Stanza) -> bool {
        let text = self.recipient();
        let bytes = text.split_once(' ').and_then(|(_, letters)| BASE64.decode(letters.as_bytes()).ok());
        let tag = bytes.map(|bytes| BASE64_NOPAD.encode(&Sha256::digest(bytes)[..TAG_BYTES]));
        stanza.tag == self.kind() && stanza.args.first() == tag.as_ref()
    }

    fn opened(&self) -> Result<&ssh::Identity, SealError> {
        let opened = self.opened.get_or_init(|| match &self.key {
            ssh::Identity::Unencrypted(_) => Ok(self.key.clone()),
            ssh::Identity::Encrypted(locked) => {
                let passphrase = self.talk.ask_secret("Passphrase of the SSH key:").ok_or(SealError::Unanswered)?;
                locked.decrypt(passphrase).map(ssh::Identity::from).map_err(|_reason| SealError::WrongPassphrase)
            }
            ssh::Identity::Unsupported(_) => Err(SealError::SshUnsupported),
        });
        opened.as_ref().map_err(|error| *error)
    }
}

impl Identity for SshKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if !self.is_meant_by(stanza) {
            return None;
        }
        match self.opened() {
            Ok(key) => key.unwrap_stanza(stanza),
            Err(error) => Some(Err(DecryptError::Io(io::Error::other(error)))),
        }
    }
}

fn named(error: &ParseRecipientKeyError) -> SealError {
    match error {
        ParseRecipientKeyError::Invalid(_) => SealError::NotARecipient,
        // Of a type or a size that age does not take.
        _ => SealError::SshUnsupported,
    }
}
