//! SSH keys in a build without them: they are recognised, and it is said how to get them.

use age::{DecryptError, Identity};
use age_core::format::{FileKey, Stanza};
use secrecy::SecretString;

use super::identity_file::is_ssh_recipient;
use super::{SealError, Talk};

/// There is none.
#[derive(Clone)]
pub(super) enum SshRecipient {}

impl SshRecipient {
    pub(super) fn is_meant_by(text: &str) -> bool {
        is_ssh_recipient(text)
    }

    pub(super) fn parse(_text: &str) -> Result<Self, SealError> {
        Err(SealError::NoSshHere)
    }

    pub(super) fn wrap(&self) -> Box<dyn age::Recipient> {
        match *self {}
    }

    pub(super) fn text(&self) -> String {
        match *self {}
    }
}

/// There is none.
pub(super) enum SshKey {}

impl SshKey {
    pub(super) fn parse(_block: SecretString, _talk: &Talk) -> Result<Self, SealError> {
        Err(SealError::NoSshHere)
    }

    pub(super) fn kind(&self) -> &'static str {
        match *self {}
    }

    pub(super) fn recipient(&self) -> String {
        match *self {}
    }
}

impl Identity for SshKey {
    fn unwrap_stanza(&self, _stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        match *self {}
    }
}
