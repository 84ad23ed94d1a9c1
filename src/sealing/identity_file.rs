//! The keys that somebody brings: the text of an identity file, with age identities, plugins' identities and SSH keys.
//!
//! The file may itself be encrypted with a passphrase, as `age -p` does it. Which programs are started as plugins to open
//! something is said here, in the user's own text, and nowhere else.

use age::{Identity, plugin};
use secrecy::{ExposeSecret, SecretString};

use super::age_file::{self, decrypt_with_passphrase};
use super::cost::{CostPolicy, SCRYPT_TAG, log_n_of};
use super::header::{HeaderStanza, stanzas_of};
use super::plugin::{PluginKey, is_name};
use super::recipient::{PLUGIN_IDENTITY, Recipient};
use super::ssh::SshKey;
use super::{SealError, Talk, VaultKey};

const BLOCK_BEGIN: &str = "-----BEGIN ";
const BLOCK_END: &str = "-----END ";
const PRIVATE_KEY: &str = " PRIVATE KEY";
const ARMOR: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const X25519_TAG: &str = "X25519";
/// The age crate adds a random stanza to every header, so that readers learn to ignore what they do not know.
pub(super) const GREASE_SUFFIX: &str = "-grease";

/// What an identity file is, without the secrets in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityFacts {
    /// Whether the file itself is encrypted with a passphrase.
    pub is_encrypted: bool,
    /// The keys in it, at least one.
    pub keys: Vec<KeyFacts>,
}

/// What one key is, and to whom one encrypts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// What it is.
    pub kind: KeyKind,
    /// What a slot's label keeps, so that a new key can be wrapped for it: a recipient, or a plugin's identity if its
    /// file names none.
    pub recipient: String,
}

/// What a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// An age identity.
    X25519,
    /// Behind the plugin of this name: letters, digits and dashes.
    Plugin(String),
    /// An SSH key of this type, such as `ssh-ed25519`.
    Ssh(&'static str),
}

/// Tells what is in an identity file. Asks for its passphrase if it has one; starts no plugin.
///
/// # Errors
/// If there is no key in it that could be used here, or the passphrase is wrong or not given.
pub fn describe_identity(text: &SecretString, talk: &Talk, policy: &CostPolicy) -> Result<IdentityFacts, SealError> {
    let plain = opened_identity(text, talk, policy)?;
    let keys = Keys::parse(plain.as_ref().unwrap_or(text), talk)?;
    Ok(IdentityFacts { is_encrypted: plain.is_some(), keys: keys.0.iter().map(Key::facts).collect() })
}

/// Takes an identity file that is itself encrypted out of its passphrase, for those who need it more than once; `None`
/// if it is not encrypted.
///
/// # Errors
/// If nobody gives the passphrase, it is wrong, or scrypt would cost more than the policy allows.
pub fn opened_identity(
    text: &SecretString,
    talk: &Talk,
    policy: &CostPolicy,
) -> Result<Option<SecretString>, SealError> {
    if !text.expose_secret().trim_start().starts_with(ARMOR) {
        return Ok(None);
    }
    let binary = age_file::unarmored(text.expose_secret().as_bytes())?.ok_or(SealError::NotAnIdentity)?;
    let stanzas = stanzas_of(&binary)?;
    if !stanzas.iter().any(|stanza| stanza.tag == SCRYPT_TAG) {
        // Encrypted to another key: no end of files that open files.
        return Err(SealError::NotAnIdentity);
    }
    // Before anybody types it.
    stanzas
        .iter()
        .filter_map(|stanza| log_n_of(&stanza.tag, &stanza.args))
        .try_for_each(|log_n| policy.allows(log_n))?;
    let passphrase = talk.ask_secret("Passphrase of the identity file:").ok_or(SealError::Unanswered)?;
    let plain = decrypt_with_passphrase(&binary, &passphrase, policy)?;
    let plain = String::from_utf8(plain).map_err(|_bytes| SealError::NotAnIdentity)?;
    Ok(Some(SecretString::from(plain)))
}

/// Returns an identity file as text: a binary age file becomes an armored one.
///
/// # Errors
/// If it is neither text nor an age file.
pub fn identity_text(bytes: Vec<u8>) -> Result<SecretString, SealError> {
    let bytes = secrecy::SecretSlice::from(bytes);
    if age_file::header_length(bytes.expose_secret()).is_ok() {
        return Ok(SecretString::from(age_file::armored(bytes.expose_secret())));
    }
    let text = std::str::from_utf8(bytes.expose_secret()).map_err(|_not_text| SealError::NotAnIdentity)?;
    Ok(SecretString::from(text))
}

/// Returns the X25519 identities of an identity file that has no others.
pub(super) fn x25519_in(identity_file: &SecretString) -> Result<Vec<age::x25519::Identity>, SealError> {
    let identities = worth_reading(identity_file.expose_secret())
        .map(|line| line.parse().map_err(|_reason| SealError::NotAnIdentity))
        .collect::<Result<Vec<_>, _>>()?;
    if identities.is_empty() { Err(SealError::NotAnIdentity) } else { Ok(identities) }
}

/// Tells whether the text is a public SSH key.
pub(super) fn is_ssh_recipient(text: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|start| text.starts_with(start))
}

fn worth_reading(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// One key.
pub(super) enum Key {
    X25519(age::x25519::Identity),
    Plugin { key: PluginKey, recipient: Option<String> },
    Ssh(Box<SshKey>),
}

impl Key {
    /// Returns it as the age crate takes it.
    pub(super) fn identity(&self) -> &dyn Identity {
        match self {
            Self::X25519(identity) => identity,
            Self::Plugin { key, .. } => key,
            Self::Ssh(key) => &**key,
        }
    }

    /// Returns whether it opens something without anybody being asked.
    pub(super) fn is_at_hand(&self) -> bool {
        matches!(self, Self::X25519(_))
    }

    /// Returns whether a header may have something for it. A plugin may mean any stanza but those that age and we know.
    pub(super) fn may_open(&self, stanzas: &[HeaderStanza]) -> bool {
        let is_foreign = |stanza: &HeaderStanza| {
            let is_known = [X25519_TAG, SCRYPT_TAG].contains(&stanza.tag.as_str());
            !is_known && !stanza.tag.contains('/') && !stanza.tag.ends_with(GREASE_SUFFIX)
        };
        match self {
            Self::X25519(_) => true,
            Self::Plugin { .. } | Self::Ssh(_) => stanzas.iter().any(is_foreign),
        }
    }

    fn facts(&self) -> KeyFacts {
        match self {
            Self::X25519(identity) => KeyFacts { kind: KeyKind::X25519, recipient: identity.to_public().to_string() },
            Self::Plugin { key, recipient } => KeyFacts {
                kind: KeyKind::Plugin(key.identity.plugin().to_owned()),
                recipient: recipient.clone().unwrap_or_else(|| key.identity.to_string()),
            },
            Self::Ssh(key) => KeyFacts { kind: KeyKind::Ssh(key.kind()), recipient: key.recipient() },
        }
    }
}

/// The keys of an identity file, in its order.
pub(super) struct Keys(Vec<Key>);

impl Keys {
    /// Reads them, having asked for the file's passphrase if it has one.
    pub(super) fn read(text: &SecretString, talk: &Talk, policy: &CostPolicy) -> Result<Self, SealError> {
        let plain = opened_identity(text, talk, policy)?;
        Self::parse(plain.as_ref().unwrap_or(text), talk)
    }

    fn parse(text: &SecretString, talk: &Talk) -> Result<Self, SealError> {
        let mut keys = Vec::new();
        // The latest comment that names a recipient: whoever writes an identity puts it above.
        let mut named = None;
        let mut lines = text.expose_secret().lines().map(str::trim).filter(|line| !line.is_empty());
        while let Some(line) = lines.next() {
            if line.starts_with(BLOCK_BEGIN) {
                if !line.contains(PRIVATE_KEY) {
                    return Err(SealError::NotAnIdentity);
                }
                let mut block = format!("{line}\n");
                for line in lines.by_ref() {
                    block.push_str(line);
                    block.push('\n');
                    if line.starts_with(BLOCK_END) {
                        break;
                    }
                }
                keys.push(Key::Ssh(Box::new(SshKey::parse(SecretString::from(block), talk)?)));
            } else if let Some(comment) = line.strip_prefix('#') {
                named = recipient_in(comment).or(named);
            } else {
                keys.push(key_in(line, named.take(), talk)?);
            }
        }
        if keys.is_empty() { Err(SealError::NotAnIdentity) } else { Ok(Self(keys)) }
    }

    /// Returns them, those first that bother nobody.
    pub(super) fn by_trouble(&self) -> impl Iterator<Item = &Key> {
        let at_hand = self.0.iter().filter(|key| key.is_at_hand());
        at_hand.chain(self.0.iter().filter(|key| !key.is_at_hand()))
    }

    /// Decrypts an age file with the first of them that fits.
    pub(super) fn open(&self, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let stanzas = stanzas_of(bytes)?;
        let keys = self.by_trouble().filter(|key| key.may_open(&stanzas));
        first_success(keys.map(|key| age_file::decrypt(bytes, &[key.identity()])))
            .unwrap_or(Err(SealError::WrongIdentity))
    }

    /// Returns the only one as what may be a vault's key.
    pub(super) fn into_vault_key(mut self) -> Option<VaultKey> {
        match (self.0.pop(), self.0.is_empty()) {
            (Some(Key::X25519(identity)), true) => Some(VaultKey::of(identity)),
            (Some(_) | None, _) => None,
        }
    }
}

/// Returns the first success, else the failure that says most; `None` if nothing was tried.
pub(super) fn first_success<T>(attempts: impl Iterator<Item = Result<T, SealError>>) -> Option<Result<T, SealError>> {
    let mut failures = Vec::new();
    for attempt in attempts {
        match attempt {
            Ok(success) => return Some(Ok(success)),
            Err(error) => failures.push(error),
        }
    }
    // That a key's own passphrase is wrong says more than that the other slots are not for it.
    let is_wrong_passphrase = |error: &SealError| *error == SealError::WrongPassphrase;
    let says_most = [SealError::is_refusal, SealError::is_about_the_way, is_wrong_passphrase, SealError::is_wrong_key];
    let worth_telling = says_most.iter().find_map(|says| failures.iter().find(|error| says(error)));
    worth_telling.or(failures.first()).map(|error| Err(*error))
}

fn key_in(line: &str, named: Option<Recipient>, talk: &Talk) -> Result<Key, SealError> {
    if !line.starts_with(PLUGIN_IDENTITY) {
        return line.parse().map(Key::X25519).map_err(|_reason| SealError::NotAnIdentity);
    }
    let identity: plugin::Identity = line.parse().map_err(|_reason| SealError::NotAnIdentity)?;
    if !is_name(identity.plugin()) {
        return Err(SealError::NotAnIdentity);
    }
    let is_its_own = |recipient: &Recipient| {
        recipient.needs_a_plugin() && recipient.plugin().is_none_or(|name| name == identity.plugin())
    };
    let recipient = named.filter(is_its_own).and_then(|recipient| recipient.text());
    Ok(Key::Plugin { key: PluginKey::new(identity, talk), recipient })
}

/// Finds the recipient in a comment such as `# Recipient: age1yubikey1…` or `# public key: age1…`.
fn recipient_in(comment: &str) -> Option<Recipient> {
    let word = comment.split_whitespace().last().filter(|word| word.starts_with("age1"))?;
    Recipient::parse(word).ok()
}
