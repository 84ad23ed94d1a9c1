//! Whether secrets may leave the vault: a rule that travels with it.
//!
//! NIST SP 800-63B, section 5.1.4.1: software authenticators "SHOULD discourage and SHALL NOT facilitate the cloning of
//! the secret key onto multiple devices". Who has to keep to that says so here, and every copy of the vault knows.

use thiserror::Error;

use super::Vault;
use super::account::AccountId;
use super::field::Field;
use super::merge::{Decision, DecisionKind, Side};
use super::stamp::Stamp;

/// Whether secrets may leave the vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// As the owner likes.
    #[default]
    Open,
    /// They stay on a single device; the owner's own backup stays possible.
    SingleDevice,
}

impl Policy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::SingleDevice];

    /// Returns its name, as the command line and the vault have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::SingleDevice => "single-device",
        }
    }

    /// Returns the policy of that name; what a newer version may write is taken as the stricter one.
    fn read(name: &str) -> Self {
        if name == Self::Open.name() { Self::Open } else { Self::SingleDevice }
    }
}

/// Something that brings secrets to another device, or helps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Accounts are written as another app reads them.
    Export,
    /// An account is shown, or drawn, as a QR code.
    QrCode,
    /// A secret is shown as text.
    ShowSecret,
    /// A backup is made that others open.
    BackupForOthers,
    /// Another device gets a way into the vault.
    AddDevice,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Export, Self::QrCode, Self::ShowSecret, Self::BackupForOthers, Self::AddDevice];

    /// Returns what it is, behind "forbids".
    const fn words(self) -> &'static str {
        match self {
            Self::Export => "exports",
            Self::QrCode => "QR codes",
            Self::ShowSecret => "showing secrets",
            Self::BackupForOthers => "backups that others open",
            Self::AddDevice => "further devices",
        }
    }
}

/// The vault's policy forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this vault is for a single device, which forbids {}", .0.words())]
pub struct Forbidden(pub Deed);

impl Forbidden {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self.0 {
            Deed::BackupForOthers => {
                "make it for a passphrase of yours, or lift the rule first: countersign policy open"
            }
            Deed::Export | Deed::QrCode | Deed::ShowSecret | Deed::AddDevice => {
                "its owner can lift the rule: countersign policy open"
            }
        }
    }
}

impl Vault {
    /// Returns whether secrets may leave the vault.
    pub fn policy(&self) -> Policy {
        self.policy.as_ref().map(|field| Policy::read(field.get())).unwrap_or_default()
    }

    /// Returns why something must not be done with the vault's secrets; none if it may.
    pub fn forbids(&self, deed: Deed) -> Option<Forbidden> {
        match self.policy() {
            Policy::Open => None,
            Policy::SingleDevice => Some(Forbidden(deed)),
        }
    }
}

/// Sets the policy.
pub(super) fn apply(vault: &mut Vault, policy: Policy, stamp: Stamp) {
    if vault.policy() != policy {
        let name = policy.name().to_owned();
        match &mut vault.policy {
            Some(field) => field.set(name, stamp),
            none => *none = Some(Field::new(name, stamp)),
        }
    }
}

/// Returns the join of two states: the later write counts.
pub(super) fn merge(ours: Option<&Field<String>>, theirs: Option<&Field<String>>) -> Option<Field<String>> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(ours.merge(theirs)),
        (one, other) => one.or(other).cloned(),
    }
}

/// Returns what is worth telling about a join whose sides had not the same policy.
///
/// An older copy of the vault has nothing to disagree with: it never heard of the rule, or says what it was before.
pub(super) fn decide(base: Option<&Vault>, ours: &Vault, theirs: &Vault, joined: &Vault) -> Option<Decision> {
    let they_wrote = theirs.policy.is_some() && base.is_none_or(|base| base.policy != theirs.policy);
    let (ours, theirs, now) = (ours.policy(), theirs.policy(), joined.policy());
    let (side, other) = if now == ours { (Side::Ours, theirs) } else { (Side::Theirs, ours) };
    (ours != theirs && they_wrote).then(|| Decision {
        id: AccountId::from_bytes([0; 8]),
        label: "the policy of this vault".to_owned(),
        kind: DecisionKind::Conflict {
            field: FIELD,
            kept: now.name().to_owned(),
            other: other.name().to_owned(),
            side,
        },
    })
}

/// The field of a decision that is about the whole vault.
pub(super) const FIELD: &str = "policy";
