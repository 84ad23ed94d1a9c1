//! Which key a file of this vault was written under: the present one, a former one, or a new one that another device
//! gave it. Ways to unlock are joined only with what was written under the present key.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;

use super::device::own_identity;
use super::pin::contains;
use super::session::Session;
use super::unlock::{UnlockError, Way, join_generations};
use crate::ports::{Machine, NobodyToAsk, Version};
use crate::sealing::{self, CostPolicy, Manifest, Opened, OpenedSlot, SealError, SlotKind, Slots, Talk, VaultKey};
use crate::vault::{self, Decision, Vault};

/// A file that was written with a key of this vault.
pub struct Ours {
    /// The file.
    pub opened: Opened,
    /// Whether that key is not in use any more: somebody who was removed since may have written it. Its accounts may be
    /// merged if the user asks for it; its ways to unlock count for nothing.
    pub is_former: bool,
}

/// Opens a file that was written with this key or one of the former ones.
pub(super) fn open_with(file: &[u8], key: &VaultKey, formers: &[VaultKey]) -> Result<Ours, SealError> {
    let present = match sealing::open(file, key) {
        Err(SealError::WrongIdentity) => None,
        opened => Some(opened.map(|opened| Ours { opened, is_former: false })),
    };
    let mut former = formers.iter().filter_map(|former| match sealing::open(file, former) {
        Err(SealError::WrongIdentity) => None,
        opened => Some(opened.map(|opened| Ours { opened, is_former: true })),
    });
    present.or_else(|| former.next()).unwrap_or(Err(SealError::WrongIdentity))
}

/// Joins the ways to unlock of two states under one key.
pub(super) fn join_ways((manifest, ours): (&mut Manifest, &mut Slots), (theirs, slots): (&Manifest, &Slots)) {
    for (id, at) in &theirs.removed {
        let known = manifest.removed.entry(id.clone()).or_insert(*at);
        *known = (*known).max(*at);
    }
    for (id, label) in &theirs.labels {
        let known = manifest.labels.entry(id.clone()).or_insert_with(|| label.clone());
        known.device = known.device.take().or_else(|| label.device.clone());
    }
    *ours = ours.joined(slots, |id| manifest.removed.contains_key(id));
    let is_kept = |id: &str| ours.iter().any(|slot| slot.id() == id);
    manifest.labels.retain(|id, _| !manifest.removed.contains_key(id) || is_kept(id));
    manifest.rotated_ms = manifest.rotated_ms.max(theirs.rotated_ms);
}

impl Session {
    /// Opens a copy of this vault, whichever of its keys it was written with.
    ///
    /// # Errors
    /// It is no copy of this vault (`WrongIdentity`), damaged or forged.
    pub fn open_ours(&self, file: &[u8]) -> Result<Ours, SealError> {
        open_with(file, &self.key, &self.formers)
    }

    /// Joins the ways to unlock with those of another state under the same key: none is lost, and none that was removed
    /// comes back.
    pub(super) fn join_ways(&mut self, theirs: &Manifest, slots: &Slots) {
        join_ways((&mut self.manifest, &mut self.slots), (theirs, slots));
        self.hold_labels(&BTreeMap::new());
    }

    /// Opens what another device wrote since, and takes its key over if the vault was given a new one.
    fn open_newer(&mut self, file: &[u8]) -> Result<(Opened, bool), UnlockError> {
        match self.open_ours(file) {
            Ok(Ours { opened, is_former: false }) => Ok((opened, false)),
            Ok(Ours { is_former: true, .. }) => Err(UnlockError::FormerKey),
            Err(SealError::WrongIdentity) => self.follow(file).map(|opened| (opened, true)),
            Err(other) => Err(other.into()),
        }
    }

    /// Goes over to a new key through this device's own slot. That it is a successor is proved by the old key, which
    /// only the vault's own stanzas can give back.
    fn follow(&mut self, file: &[u8]) -> Result<Opened, UnlockError> {
        let own = self.own.as_ref().ok_or(UnlockError::NewKey)?;
        // Nobody expects a question now.
        let talk: Talk = Arc::new(NobodyToAsk);
        let opened = sealing::peek(file)?.unlock_with_identity(own, &talk, &CostPolicy::default());
        let OpenedSlot { key, id } = opened.map_err(|_not_ours| UnlockError::NewKey)?;
        let opened = sealing::open(file, &key)?;
        let formers = opened.slots.former_keys(&key);
        if formers.iter().all(|former| former.fingerprint() != self.key.fingerprint()) {
            return Err(UnlockError::NewKey);
        }
        self.key = key;
        self.formers = formers;
        self.slot = Some(id);
        Ok(opened)
    }
}

/// Joins the state of a file with what the session holds; the session then stands on that file.
pub(super) fn take_in(session: &mut Session, file: &[u8], version: Version) -> Result<Vec<Decision>, UnlockError> {
    let (opened, has_new_key) = session.open_newer(file)?;
    let theirs: Vault = vault::read(opened.expose_secret())?;
    let merged = vault::merge(Some(&session.vault), &session.vault, &theirs);
    let has_our_saves = contains(&opened.manifest.generations, &session.manifest.generations);
    session.is_ahead = !has_our_saves || merged.vault != theirs;
    let our_manifest = std::mem::replace(&mut session.manifest, opened.manifest);
    let our_slots = std::mem::replace(&mut session.slots, opened.slots);
    join_generations(&mut session.manifest, &our_manifest);
    if !has_new_key {
        let theirs = session.slots.clone();
        session.join_ways(&our_manifest, &our_slots);
        session.is_ahead |= session.slots != theirs;
        session.hold_labels(&our_manifest.labels);
    }
    let own = session.manifest.generations.get(&session.device.id).copied().unwrap_or(0);
    session.own_generation = session.own_generation.max(own);
    session.vault = Arc::new(merged.vault);
    session.version = Some(version);
    session.twins.extend(merged.twins);
    Ok(merged.decisions)
}

/// The vault's key, and what gave it.
pub(super) struct Found {
    /// The key.
    pub key: VaultKey,
    /// This device's own identity, if that opened the slot.
    pub own: Option<SecretString>,
    /// The id of the slot; none if it was the key itself that was brought.
    pub slot: Option<String>,
}

impl Found {
    fn by(opened: OpenedSlot) -> Self {
        Self { key: opened.key, own: None, slot: Some(opened.id) }
    }
}

/// Returns the vault's key from what the user brings on this device.
///
/// A passphrase may be the vault's or the device's own. The likelier one is tried first, so that at most one derivation
/// is for nothing.
pub(super) fn key_here(machine: &Machine, file: &[u8], way: &Way, policy: &CostPolicy) -> Result<Found, UnlockError> {
    let Way::Passphrase(passphrase) = way else {
        return Ok(key_of(file, way, policy, &machine.key_talk)?);
    };
    let slots = sealing::peek(file)?;
    let may_be_own = slots.iter().any(|slot| slot.kind() == SlotKind::Identity);
    let own = if may_be_own { own_identity(machine, passphrase, policy) } else { None };
    if let Some(identity) = &own
        && let Ok(opened) = slots.unlock_with_identity(identity, &machine.key_talk, policy)
    {
        return Ok(Found { own, ..Found::by(opened) });
    }
    match slots.unlock_with_passphrase(passphrase, policy) {
        Ok(opened) => Ok(Found::by(opened)),
        Err(error) => {
            let is_of_none = error.is_wrong_passphrase() || error == SealError::NoSuchSlot;
            match is_of_none && (own.is_some() || (!may_be_own && own_identity(machine, passphrase, policy).is_some()))
            {
                true => Err(UnlockError::NotForThisDevice),
                false => Err(error.into()),
            }
        }
    }
}

/// Returns the vault's key from what the user brings.
pub(super) fn key_of(file: &[u8], way: &Way, policy: &CostPolicy, talk: &Talk) -> Result<Found, SealError> {
    let slots = sealing::peek(file)?;
    match way {
        Way::Passphrase(passphrase) => slots.unlock_with_passphrase(passphrase, policy).map(Found::by),
        Way::Identity(text) => match slots.unlock_with_identity(text, talk, policy) {
            // Not one that a slot was made for: then it must be the vault's own.
            Err(error @ (SealError::NoSuchSlot | SealError::WrongIdentity)) => match VaultKey::from_identity_file(text)
            {
                Ok(key) => Ok(Found { key, own: None, slot: None }),
                Err(_of_another_kind) => Err(error),
            },
            opened => opened.map(Found::by),
        },
    }
}
