//! Removing a device: a new key for the vault, and the truth about what the device has already seen.

use std::collections::BTreeSet;

use secrecy::SecretString;

use super::commit::{Saved, Ways, save_ways};
use super::devices::{DeviceError, KnownDevice, devices, is_called};
use super::known_plugins::only_known_plugins;
use super::session::Session;
use crate::ports::Machine;
use crate::sealing::{self, CostPolicy, Label, Passphrases, SealError, Slot, Slots};
use crate::vault::AccountId;

/// The shortest beginning of an id that names a device.
const SHORTEST_ID: usize = 4;

/// An account whose secret a removed device may still hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSecret {
    /// The account's id.
    pub id: AccountId,
    /// Issuer and account, ready to be shown.
    pub label: String,
    /// Whether it was in the trash.
    pub in_trash: bool,
}

/// What removing a device did, and what it could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRemoved {
    /// Its name. It comes from outside: show it as such.
    pub name: String,
    /// Every secret that the vault held: a copy of it may still be on that device.
    pub knows: Vec<KnownSecret>,
    /// The slots that do not open the vault any more because nobody here could make them anew, in words.
    pub left_behind: Vec<String>,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// What is needed to remove a device besides its name.
#[derive(Default)]
pub struct Behind {
    /// The vault's passphrases, one for each passphrase slot that stays.
    pub passphrases: Vec<SecretString>,
    /// A new passphrase in place of all of them.
    pub new_passphrase: Option<SecretString>,
    /// What opening a passphrase slot may cost here.
    pub policy: CostPolicy,
}

/// Takes a device's slot away, or any other slot, and gives the vault a new key: what is saved from now on does not open
/// for it. What it has already seen cannot be taken back, and is returned.
///
/// # Errors
/// Nothing is called that, a passphrase slot that stays could not be made anew, or the vault cannot be saved. The vault
/// is then as it was.
pub fn remove_device(
    machine: &mut Machine,
    session: &mut Session,
    which: &str,
    behind: &Behind,
) -> Result<DeviceRemoved, DeviceError> {
    let mut outcome = (String::new(), Vec::new());
    let saved = save_ways(machine, session, |machine, session| {
        let target = Target::named(session, which)?;
        let (ways, left_behind) = without(machine, session, &target, behind)?;
        outcome = (target.name, left_behind);
        Ok::<_, DeviceError>(ways)
    })?;
    // There is no way back to the old key. This also seals what is remembered here to the new one.
    session.remember(machine, |memory| memory.set_last_change(None));
    let (name, left_behind) = outcome;
    Ok(DeviceRemoved { name, knows: secrets(session), left_behind, saved })
}

/// Returns every account whose secret is in the vault, those in the trash as well.
pub(super) fn secrets(session: &Session) -> Vec<KnownSecret> {
    let known =
        |account: &crate::vault::Account, in_trash| KnownSecret { id: account.id(), label: account.label(), in_trash };
    let vault = &session.vault;
    let live = vault.accounts().map(|account| known(account, false));
    let mut secrets: Vec<_> = live.chain(vault.trash().map(|account| known(account, true))).collect();
    secrets.sort_by_cached_key(|secret| (secret.in_trash, secret.label.to_lowercase(), secret.id));
    secrets
}

/// What is to be removed.
struct Target {
    name: String,
    /// The device's id, if it has saved the vault.
    device: Option<String>,
    slot: Option<String>,
}

impl Target {
    fn named(session: &Session, which: &str) -> Result<Self, DeviceError> {
        let which = which.trim();
        let known = devices(session);
        let by_name = |device: &&KnownDevice| is_called(device, which);
        let starts = |id: &str| which.len() >= SHORTEST_ID && id.starts_with(&which.to_lowercase());
        let by_id = |device: &&KnownDevice| starts(&device.id) || device.slot.as_deref().is_some_and(starts);
        let mut hits: Vec<&KnownDevice> = known.iter().filter(by_name).collect();
        if hits.is_empty() {
            hits = known.iter().filter(by_id).collect();
        }
        match hits.as_slice() {
            [device] if device.is_this => Err(DeviceError::ThisDevice),
            [device] => Ok(Self {
                name: device.name.clone(),
                device: (device.saves > 0).then(|| device.id.clone()),
                slot: device.slot.clone(),
            }),
            [] => Self::slot(session, starts),
            _ => Err(DeviceError::Several),
        }
    }

    /// Finds a slot that is no device's.
    fn slot(session: &Session, starts: impl Fn(&str) -> bool) -> Result<Self, DeviceError> {
        let hits: Vec<&Slot> = session.slots.iter().filter(|slot| starts(slot.id())).collect();
        match hits.as_slice() {
            [slot] => Ok(Self { name: slot.kind_name().to_owned(), device: None, slot: Some(slot.id().to_owned()) }),
            [] => Err(DeviceError::NoSuch),
            _ => Err(DeviceError::Several),
        }
    }
}

/// Returns the ways to unlock without the target, under a new key, and what could not be carried over.
fn without(
    machine: &Machine,
    session: &Session,
    target: &Target,
    behind: &Behind,
) -> Result<(Ways, Vec<String>), DeviceError> {
    let now = machine.clock.now();
    if target.slot.is_none() && behind.new_passphrase.is_none() {
        return Err(DeviceError::NeedsNewPassphrase);
    }
    let mut slots = session.slots.clone();
    let mut manifest = session.manifest.clone();
    for id in target.slot.iter().chain(&target.device) {
        manifest.removed.insert(id.clone(), now.as_millis());
    }
    let is_theirs = |label: &Label| label.device.is_some() && label.device == target.device;
    // Its keyring opens the vault as well, and a new key would be wrapped for that.
    let is_slot = |id: &str| session.slots.iter().any(|slot| slot.id() == id);
    let labels = manifest.labels.iter();
    let theirs = labels.filter(|(id, label)| is_theirs(label) && is_slot(id)).map(|(id, _)| id);
    let going: BTreeSet<String> = theirs.chain(&target.slot).cloned().collect();
    for id in &going {
        slots.remove(id)?;
        manifest.labels.remove(id);
        manifest.removed.insert(id.clone(), now.as_millis());
    }
    let passphrases = match &behind.new_passphrase {
        Some(new) => Passphrases::Become(new),
        None if is_for_people(&session.slots) && !is_for_people(&slots) => return Err(DeviceError::LastForPeople),
        None => Passphrases::Stay(&behind.passphrases),
    };
    let labels = &manifest.labels;
    let talk = only_known_plugins(machine);
    let rotated = sealing::rotate(&session.key, &slots, labels, passphrases, &behind.policy, &talk);
    let rotated = rotated.map_err(|error| match error {
        SealError::WrongPassphrase => DeviceError::NeedsPassphrase,
        other => other.into(),
    })?;
    let left_behind = rotated.left_behind_words(&manifest.labels);
    manifest.labels = rotated.labels;
    manifest.rotated_ms = Some(now.as_millis());
    let ways = Ways { key: Some(rotated.key), slots: rotated.slots, manifest, renamed: rotated.renamed };
    Ok((ways, left_behind))
}

/// Tells whether somebody opens it with what one knows or has on paper.
fn is_for_people(slots: &Slots) -> bool {
    slots.iter().any(|slot| slot.kind().is_for_people())
}
