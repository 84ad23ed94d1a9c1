//! To whom something can be encrypted: an age identity, a plugin's key, an SSH key.

use std::fmt;
use std::str::FromStr;

use age::plugin;

use super::plugin::{PluginTarget, PluginWrap, is_name, program};
use super::ssh::SshRecipient;
use super::{SealError, Talk};

/// Where the text of a plugin's identity begins.
pub(super) const PLUGIN_IDENTITY: &str = "AGE-PLUGIN-";

/// Tells whether a text is a recipient that a slot can be made for.
pub fn is_recipient(text: &str) -> bool {
    Recipient::parse(text).is_ok()
}

/// Returns the program that would be started for a plugin's recipient or identity; `None` if it is neither.
pub fn plugin_program(text: &str) -> Option<String> {
    Recipient::parse_or_identity(text).ok()?.plugin().map(program)
}

/// Somebody who can be encrypted to.
#[derive(Clone)]
pub(super) enum Recipient {
    /// `age1…`, as `age-keygen` prints it.
    X25519(age::x25519::Recipient),
    /// `age1tag1…`: a P-256 key in hardware. A plugin opens it, none is needed to make it.
    Tag(age::tag::Recipient),
    /// `age1tagpq1…`: the same beside ML-KEM-768.
    TagPq(Box<age::tagpq::Recipient>),
    /// `age1NAME1…`.
    Plugin(plugin::Recipient),
    /// `AGE-PLUGIN-NAME-1…`, which the plugin can encrypt to as well.
    PluginIdentity(plugin::Identity),
    /// `ssh-ed25519 …` or `ssh-rsa …`.
    Ssh(SshRecipient),
}

impl Recipient {
    /// Reads the text of a recipient.
    pub(super) fn parse(text: &str) -> Result<Self, SealError> {
        let text = text.trim();
        if SshRecipient::is_meant_by(text) {
            return SshRecipient::parse(text).map(Self::Ssh);
        }
        let native = age::x25519::Recipient::from_str(text).map(Self::X25519);
        let native = native.or_else(|_reason| age::tag::Recipient::from_str(text).map(Self::Tag));
        let native =
            native.or_else(|_reason| age::tagpq::Recipient::from_str(text).map(|it| Self::TagPq(Box::new(it))));
        native.or_else(|_reason| match plugin::Recipient::from_str(text) {
            Ok(recipient) if is_name(recipient.plugin()) && !is_ages_own(recipient.plugin()) => {
                Ok(Self::Plugin(recipient))
            }
            Ok(_) | Err(_) => Err(SealError::NotARecipient),
        })
    }

    /// Reads a recipient, or a plugin's identity.
    pub(super) fn parse_or_identity(text: &str) -> Result<Self, SealError> {
        if !text.trim().starts_with(PLUGIN_IDENTITY) {
            return Self::parse(text);
        }
        match plugin::Identity::from_str(text.trim()) {
            Ok(identity) if is_name(identity.plugin()) => Ok(Self::PluginIdentity(identity)),
            Ok(_) | Err(_) => Err(SealError::NotARecipient),
        }
    }

    /// Returns it as the age crate takes it. A plugin is started when something is encrypted, not before.
    pub(super) fn wrap<'a>(&'a self, talk: &'a Talk) -> Box<dyn age::Recipient + 'a> {
        match self {
            Self::X25519(recipient) => Box::new(recipient.clone()),
            Self::Tag(recipient) => Box::new(recipient.clone()),
            Self::TagPq(recipient) => Box::new(recipient.as_ref().clone()),
            Self::Plugin(recipient) => Box::new(PluginWrap { target: PluginTarget::Recipient(recipient), talk }),
            Self::PluginIdentity(identity) => Box::new(PluginWrap { target: PluginTarget::Identity(identity), talk }),
            Self::Ssh(recipient) => recipient.wrap(),
        }
    }

    /// Returns its text again, as a label keeps it; a plugin's identity has none.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::X25519(recipient) => Some(recipient.to_string()),
            Self::Tag(recipient) => Some(recipient.to_string()),
            Self::TagPq(recipient) => Some(recipient.to_string()),
            Self::Plugin(recipient) => Some(recipient.to_string()),
            Self::PluginIdentity(_) => None,
            Self::Ssh(recipient) => Some(recipient.text()),
        }
    }

    /// Returns the plugin that its owner opens it with, if its text tells.
    pub(super) fn plugin(&self) -> Option<&str> {
        match self {
            Self::Plugin(recipient) => Some(recipient.plugin()),
            Self::PluginIdentity(identity) => Some(identity.plugin()),
            Self::X25519(_) | Self::Tag(_) | Self::TagPq(_) | Self::Ssh(_) => None,
        }
    }

    /// Returns whether a plugin opens it, one or another.
    pub(super) fn needs_a_plugin(&self) -> bool {
        match self {
            Self::Tag(_) | Self::TagPq(_) | Self::Plugin(_) | Self::PluginIdentity(_) => true,
            Self::X25519(_) | Self::Ssh(_) => false,
        }
    }
}

/// What age reads without a plugin is not one plugin's because there is a slip of the pen in it.
fn is_ages_own(name: &str) -> bool {
    matches!(name, "tag" | "tagpq")
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An identity may be a secret of its plugin's.
        formatter.write_str(match self {
            Self::X25519(_) => "X25519",
            Self::Tag(_) | Self::TagPq(_) => "Tag",
            Self::Plugin(_) | Self::PluginIdentity(_) => "Plugin",
            Self::Ssh(_) => "Ssh",
        })
    }
}
