//! The ways to unlock a vault of paper.

use countersign::otp::Timestamp;
use countersign::sealing::SlotKind;
use countersign::tui::message::{Outcome, Snapshot, Trouble};
use countersign::tui::slots::{KnownSlot, NewWay, SlotJob, SlotOutcome, Slots};
use secrecy::SecretString;

/// The words of every sheet here.
pub(crate) const SHEET: &str = "anchor brisk candle dune ember fjord glacier harbor island jigsaw kettle";

/// The ways to unlock.
pub(crate) struct PaperSlots {
    /// They.
    pub(crate) slots: Vec<KnownSlot>,
    /// Has the next thing that is asked refused.
    pub(crate) refuses: Option<Trouble>,
}

impl PaperSlots {
    /// A passphrase alone.
    pub(crate) fn new() -> Self {
        let passphrase = KnownSlot {
            work_factor: Some(18),
            is_in_use: true,
            is_removable: false,
            ..Self::slot("51aa", SlotKind::Passphrase, "")
        };
        Self { slots: vec![passphrase], refuses: None }
    }

    /// One of each kind.
    pub(crate) fn with_all(&mut self, now: Timestamp) {
        let days = |days: i64| Some(Timestamp::from_millis(now.as_millis() - days * 86_400_000));
        let slot = Self::slot;
        self.slots[0] = KnownSlot { is_removable: true, added: days(400), last_used: days(2), ..self.slots[0].clone() };
        self.slots.extend([
            KnownSlot {
                opens_here: true,
                added: days(30),
                last_used: days(0),
                ..slot("62bb", SlotKind::Keyring, "laptop")
            },
            KnownSlot { is_a_devices: true, added: days(12), ..slot("73cc", SlotKind::Identity, "phone") },
            KnownSlot { added: days(3), ..slot("84dd", SlotKind::Plugin, "yubikey \u{1b}[31m") },
            KnownSlot { added: days(3), ..slot("95ee", SlotKind::Sheet, "in the safe") },
            KnownSlot { kind_name: "quantum".to_owned(), ..slot("a6ff", SlotKind::Unknown, "") },
        ]);
    }

    fn slot(id: &str, kind: SlotKind, name: &str) -> KnownSlot {
        KnownSlot {
            id: id.to_owned(),
            kind,
            kind_name: String::new(),
            name: name.to_owned(),
            added: None,
            last_used: None,
            work_factor: None,
            is_in_use: false,
            opens_here: false,
            is_a_devices: false,
            is_removable: true,
        }
    }

    /// Does what is asked.
    pub(crate) fn perform(&mut self, job: SlotJob, snapshot: Snapshot) -> Outcome {
        let refused = self.refuses.take();
        let outcome = match (job, refused) {
            (SlotJob::Add { asked, .. } | SlotJob::DrawSheet { asked }, Some(trouble)) => {
                SlotOutcome::Refused { asked, trouble }
            }
            (SlotJob::Change(change), Some(trouble)) => SlotOutcome::Refused { asked: change.asked, trouble },
            (SlotJob::WriteSheet(_), _) => return Outcome::SheetWritten("recovery-sheet.txt".to_owned()),
            (SlotJob::List, _) => SlotOutcome::Listed(self.listed(snapshot, None, None)),
            (SlotJob::Remove(id), _) => {
                self.slots.retain(|slot| slot.id != id);
                SlotOutcome::Listed(self.listed(snapshot, None, Some("removed")))
            }
            (SlotJob::DrawSheet { asked }, None) => SlotOutcome::SheetDrawn { asked, words: SecretString::from(SHEET) },
            (SlotJob::Add { asked, way, name }, None) => {
                let kind = match way {
                    NewWay::Passphrase(_) => SlotKind::Passphrase,
                    NewWay::Keyring => SlotKind::Keyring,
                    NewWay::Sheet(_) => SlotKind::Sheet,
                    NewWay::KeyFile(_) => SlotKind::Identity,
                    NewWay::Plugin(_) => SlotKind::Plugin,
                };
                self.slots.push(Self::slot("b7ab", kind, &name));
                let added = Some("b7ab".to_owned());
                SlotOutcome::Added {
                    asked,
                    slots: self.listed(snapshot, added, Some("it opens the vault from now on")),
                }
            }
            (SlotJob::Change(change), None) => SlotOutcome::Changed {
                asked: change.asked,
                slots: self.listed(snapshot, None, Some("changed the passphrase")),
                words: (!change.keep_key).then(|| "kiwi lemon mango nectarine olive papaya".to_owned()),
            },
        };
        Outcome::Slots(Box::new(outcome))
    }

    fn listed(&self, snapshot: Snapshot, added: Option<String>, title: Option<&str>) -> Slots {
        Slots { snapshot, slots: self.slots.clone(), added, title: title.map(str::to_owned) }
    }
}
