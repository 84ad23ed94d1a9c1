//! To whom each slot is encrypted, as this device heard first.
//!
//! Labels stand in the file, and every device can write them. A slot is a digest of its own bytes, so its recipient cannot
//! change: a label that says otherwise is forged, and a new key for the vault must not be wrapped for whom it names.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::session::Session;
use super::warning::Warning;
use crate::ports::Machine;
use crate::sealing::{Label, Slot};
use crate::shown::shown;

impl Session {
    /// Holds what the file says of its slots against what this device remembers, and else against these labels. What says
    /// otherwise is put right and told.
    pub(super) fn hold_labels(&mut self, ours: &BTreeMap<String, Label>) {
        let memory = Arc::clone(&self.memory);
        let known = |id: &str| memory.recipient_of(id).or_else(|| ours.get(id)?.recipient.as_deref());
        let mut forged = Vec::new();
        for slot in self.slots.iter() {
            if let Some(label) = self.manifest.labels.get_mut(slot.id())
                && let Some(known) = known(slot.id())
                && label.recipient.as_deref() != Some(known)
            {
                label.recipient = Some(known.to_owned());
                forged.push(match label.name.is_empty() {
                    true => shown(slot.kind_name()),
                    false => format!("{} ({})", shown(&label.name), shown(slot.kind_name())),
                });
            }
        }
        let is_told = forged.is_empty() || self.warnings.contains(&Warning::OtherRecipients(forged.clone()));
        if !is_told {
            self.warnings.push(Warning::OtherRecipients(forged));
        }
        self.warn_of_the_last_for_people();
    }

    /// Tells that one device removed the last passphrase and another the last sheet, so that one of them was kept.
    fn warn_of_the_last_for_people(&mut self) {
        let was_removed = |slot: &&Slot| slot.kind().is_for_people() && self.manifest.removed.contains_key(slot.id());
        let kept = self.slots.iter().find(was_removed).map(|slot| Warning::KeptForPeople(slot.kind()));
        self.warnings.retain(|warning| !matches!(warning, Warning::KeptForPeople(_)));
        self.warnings.extend(kept);
    }

    /// Remembers to whom the slots are encrypted that this device sees for the first time.
    pub(super) fn learn_recipients(&mut self, machine: &mut Machine) {
        let mut news = Vec::new();
        for slot in self.slots.iter().filter(|slot| self.memory.recipient_of(slot.id()).is_none()) {
            let label = self.manifest.labels.get(slot.id());
            news.extend(label.and_then(|label| Some((slot.id().to_owned(), label.recipient.clone()?))));
        }
        if !news.is_empty() {
            self.remember(machine, |memory| {
                news.into_iter().for_each(|(slot, recipient)| memory.learn_recipient(slot, recipient));
            });
        }
    }
}
