//! An unlocked vault. Dropping it is locking.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::backup::BackupPlan;
use super::basket::Basket;
use super::conflict_copies::Looked;
use super::device::Device;
use super::pin::{Pin, Standing};
use super::seen::Lacks;
use super::warning::Warning;
use crate::otp::Timestamp;
use crate::ports::{FileNote, Machine, NoEntropy, NotKept, StateSlot, Version};
use crate::sealing::{self, CostPolicy, Fingerprint, Label, Manifest, Slot, SlotKind, Slots, VaultKey, WorkFactor};
use crate::vault::{DeviceMemory, Stamp, Twin, Vault};

/// The key, and what it opened. The only owner of the key; in the app it lives on the worker.
pub struct Session {
    pub(super) key: VaultKey,
    /// The keys that the vault had before, the latest first.
    pub(super) formers: Vec<VaultKey>,
    /// This device's own identity, if that is what opened the vault: it opens a successor as well.
    pub(super) own: Option<SecretString>,
    /// The id of the slot that opened the vault, if it was one of this file.
    pub(super) slot: Option<String>,
    pub(super) slots: Slots,
    pub(super) manifest: Manifest,
    /// The state of the file that `version` names.
    pub(super) vault: Arc<Vault>,
    /// `None` before the first save.
    pub(super) version: Option<Version>,
    pub(super) memory: Arc<DeviceMemory>,
    pub(super) device: Device,
    /// The recovery codes that are kept apart, once somebody has opened them.
    pub(super) basket: Option<Basket>,
    /// How often this device had saved, by its own account; the vault may say less if it is an older copy.
    pub(super) own_generation: u64,
    pub(super) warnings: Vec<Warning>,
    /// What was found beside the vault.
    pub(super) looked: Looked,
    /// Accounts found to be one when others' changes were taken in; the next save makes one of them.
    pub(super) twins: Vec<Twin>,
    /// Whether `vault` has more than the file that `version` names: somebody has put a state there that lacks some of ours.
    pub(super) is_ahead: bool,
    /// Where backups go by themselves.
    pub(super) plan: Option<BackupPlan>,
    /// Why the key may be swapped out, if it may.
    pub(super) not_kept: Option<NotKept>,
    /// The highest work factor to try, as its owner said when it was opened.
    pub(super) work_factor_cap: u8,
}

impl Session {
    /// Returns a vault that was never saved, with the key that it will have.
    pub(super) fn unsaved(
        key: VaultKey,
        slots: Slots,
        manifest: Manifest,
        vault: Vault,
        device: Device,
        own_generation: u64,
    ) -> Self {
        Self {
            formers: slots.former_keys(&key),
            own: None,
            slot: None,
            key,
            slots,
            manifest,
            vault: Arc::new(vault),
            version: None,
            memory: Arc::default(),
            device,
            basket: None,
            own_generation,
            warnings: Vec::new(),
            looked: Looked::default(),
            twins: Vec::new(),
            is_ahead: false,
            plan: None,
            not_kept: None,
            work_factor_cap: WorkFactor::OPEN_CAP,
        }
    }

    /// Has the keys kept in memory and out of memory images, as far as the system allows.
    pub(super) fn keep_keys(&mut self, machine: &Machine) {
        let all = std::iter::once(&mut self.key).chain(&mut self.formers);
        let keep =
            |key: &mut VaultKey| key.keep_in_memory(|address, length| machine.host.keep_in_memory(address, length));
        self.not_kept = all.map(keep).filter_map(Result::err).last();
    }

    /// Tells why the key may be swapped out to the disk; nothing if it may not.
    pub fn may_be_swapped_out(&self) -> Option<NotKept> {
        self.not_kept
    }

    /// Returns the vault as it is now; later changes make another one.
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// Returns the vault as whoever has opened the basket sees it: for looking only.
    pub fn seen(&self) -> Arc<Vault> {
        match &self.basket {
            Some(basket) => Arc::new(self.vault.seen_with(basket.contents())),
            None => Arc::clone(&self.vault),
        }
    }

    /// Tells whether the recovery codes that are kept apart are open.
    pub fn is_basket_open(&self) -> bool {
        self.basket.is_some()
    }

    /// Keeps an opened basket as long as the vault is open.
    pub fn keep_basket(&mut self, basket: Option<Basket>) {
        self.basket = basket;
    }

    /// Gives the opened basket away.
    pub fn take_basket(&mut self) -> Option<Basket> {
        self.basket.take()
    }

    /// Returns what this device remembers about it.
    pub fn memory(&self) -> &Arc<DeviceMemory> {
        &self.memory
    }

    /// Returns what the owner should know.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Returns the words by which people recognise this vault.
    pub fn fingerprint(&self) -> Fingerprint {
        self.key.fingerprint()
    }

    /// Returns the title of the change that undo would take back.
    pub fn can_undo(&self) -> Option<&str> {
        self.memory.last_change().map(|change| change.title.as_str())
    }

    /// Returns when it was last saved.
    pub fn saved_at(&self) -> Timestamp {
        Timestamp::from_millis(self.manifest.saved_at_ms)
    }

    /// Returns this device's name.
    pub fn device_name(&self) -> &str {
        &self.device.name
    }

    /// Returns the id of the slot that was made for this device, if there is one.
    pub fn own_slot(&self) -> Option<&str> {
        let recipient = self.device.recipient.as_deref()?;
        let is_ours = |(_, label): &(&String, &Label)| label.recipient.as_deref() == Some(recipient);
        self.manifest.labels.iter().find(is_ours).map(|(id, _)| id.as_str())
    }

    /// Returns what is known of the slots that were made for devices, by their ids.
    pub(super) fn device_labels(&self) -> impl Iterator<Item = (&String, &Label)> {
        let is_identity = |id: &str| self.slots.iter().any(|slot| slot.id() == id && slot.kind() == SlotKind::Identity);
        self.manifest.labels.iter().filter(move |(id, label)| !label.is_for_file && is_identity(id))
    }

    /// Returns each way to unlock: its kind, and the work factor of a passphrase.
    pub fn slots(&self) -> Vec<(String, Option<u8>)> {
        self.slots.iter().map(|slot| (slot.kind_name().to_owned(), slot.work_factor())).collect()
    }

    /// Returns what guessing the vault's passphrase costs: whoever chose that has chosen it for backups too.
    pub fn work_factor(&self) -> WorkFactor {
        let of_a_slot = self.slots.iter().find_map(Slot::work_factor);
        of_a_slot.and_then(WorkFactor::as_in_a_slot).unwrap_or_default()
    }

    /// Returns what a passphrase may cost here, now.
    pub(super) fn policy(&self, machine: &Machine) -> CostPolicy {
        CostPolicy { cap: self.work_factor_cap, available_bytes: machine.host.available_memory() }
    }

    /// Returns where backups go by themselves.
    pub fn plan(&self) -> Option<&BackupPlan> {
        self.plan.as_ref()
    }

    /// Has a backup made after each save from now on.
    pub fn back_up_to(&mut self, plan: BackupPlan) {
        self.plan = Some(plan);
    }

    /// Returns the keys that may have written a backup of this vault.
    pub(super) fn known_keys(&self) -> Vec<&VaultKey> {
        std::iter::once(&self.key).chain(&self.formers).collect()
    }

    /// Returns the warning that forbids writing, if one does.
    pub(super) fn write_forbidden_by(&self) -> Option<&Warning> {
        self.warnings.iter().find(|warning| warning.forbids_writing())
    }

    /// Returns a stamp for a change made now.
    pub(super) fn next_stamp(&self, vault: &Vault, machine: &mut Machine) -> Result<Stamp, NoEntropy> {
        let mut salt = [0; 4];
        machine.entropy.fill(&mut salt)?;
        Ok(Stamp::next(machine.clock.now(), vault.newest_stamp(), u32::from_le_bytes(salt)))
    }

    /// Remembers what the file now holds. A state folder that cannot be written costs the later comparison, not the save.
    pub(super) fn pin(&mut self, machine: &mut Machine, file: &[u8]) {
        self.forget_those_apart(machine);
        if let Some(version) = self.version {
            // Before the pin: of what a pin names there should be a copy.
            let _kept_if_possible = machine.state.store(StateSlot::Seen, file);
            let pin = Pin::of(&self.manifest, version, &self.key, &self.formers, self.own_slot());
            let _kept_if_possible = machine.state.store(StateSlot::Pin, &pin.write());
        }
    }

    /// Forgets the texts of recovery codes that were moved out of the vault, here or on another device.
    pub(super) fn forget_those_apart(&mut self, machine: &mut Machine) {
        if DeviceMemory::clone(&self.memory).leave_out_those_apart_in(&self.vault) {
            self.remember(machine, |_| {});
        }
    }

    /// Changes what this device remembers; tells whether it could be kept.
    pub(super) fn remember(&mut self, machine: &mut Machine, change: impl FnOnce(&mut DeviceMemory)) -> bool {
        let memory = Arc::make_mut(&mut self.memory);
        if let Some(stored) = stored_memory(machine, &self.key, &self.formers) {
            memory.absorb(stored);
        }
        change(memory);
        memory.leave_out_those_apart_in(&self.vault);
        let bytes = self.memory.write();
        let sealed = sealing::seal_private(bytes.expose_secret(), &self.key);
        sealed.is_ok_and(|sealed| machine.state.store(StateSlot::Private, &sealed).is_ok())
    }

    /// Notes for whom the slots are that this device did not know, and that one has opened the vault today.
    pub(super) fn note_slots(&mut self, machine: &mut Machine) {
        self.learn_recipients(machine);
        let Some(slot) = self.slot.clone() else {
            return;
        };
        let now = machine.clock.now();
        if self.memory.is_slot_news(&slot, now) {
            self.remember(machine, |memory| memory.mark_slot(&slot, now));
        }
    }

    /// Lifts the ban on writing once the vault contains all that was seen here before.
    pub(super) fn settle(&mut self, machine: &Machine) {
        let pin = machine.state.load(StateSlot::Pin).ok().flatten().and_then(|bytes| Pin::read(&bytes));
        if pin.is_none_or(|pin| pin.is_contained_in(&self.manifest)) {
            self.warnings.retain(|warning| !matches!(warning, Warning::Older { .. } | Warning::GrewApart { .. }));
        }
    }

    /// Collects what the owner should know about a vault as it was opened.
    pub(super) fn warn(&mut self, notes: &[FileNote], standing: Standing, seen: Option<&Pin>, lacks: Lacks) {
        self.warnings = notes.iter().copied().map(Warning::File).collect();
        let by_standing = match standing {
            Standing::FirstSight => Some(Warning::FirstSight(self.key.fingerprint())),
            Standing::Older => Some(Warning::Older {
                saved: self.saved_at(),
                seen: Timestamp::from_millis(seen.map_or(0, |pin| pin.saved_at_ms)),
                lacks,
            }),
            Standing::GrewApart => Some(Warning::GrewApart { lacks }),
            Standing::Usual | Standing::Different => None,
        };
        self.warnings.extend(by_standing);
        self.warnings.extend(self.manifest.is_newer().then_some(Warning::NewerFormat));
    }
}

/// Returns what this device remembers; `None` if that cannot be read: it is a convenience, not the vault.
///
/// It may still be sealed to a key that the vault had before.
pub(super) fn stored_memory(machine: &Machine, key: &VaultKey, formers: &[VaultKey]) -> Option<DeviceMemory> {
    let sealed = machine.state.load(StateSlot::Private).ok()??;
    let mut keys = std::iter::once(key).chain(formers);
    let bytes = keys.find_map(|key| sealing::open_private(&sealed, key).ok())?;
    DeviceMemory::read(bytes.expose_secret()).ok()
}
