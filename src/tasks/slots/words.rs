//! What a way to unlock protects against, and which is the weakest.

use super::KnownSlot;
use crate::sealing::{SlotKind, WorkFactor};

/// What is to be said of one way to unlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Against whom it holds.
    pub against: &'static str,
    /// Against whom it does not.
    pub not_against: &'static str,
    /// How little it takes to get past it; the lowest is the weakest.
    rank: u8,
}

/// Returns what a way to unlock protects against.
pub fn protection(slot: &KnownSlot) -> Protection {
    let is_cheap = slot.work_factor.is_some_and(|log_n| log_n < WorkFactor::FLOOR);
    match slot.kind {
        SlotKind::Keyring => Protection {
            against: "whoever has the file, or the computer while you are logged out",
            not_against: "programs that run as you while you are logged in; a weak login password",
            rank: 1,
        },
        SlotKind::Identity if slot.is_a_devices => Protection {
            against: "whoever has the file, also together with the passphrase of another device",
            not_against: "whoever has that device and its passphrase",
            rank: 3,
        },
        SlotKind::Identity => Protection {
            against: "whoever has the file without the identity file",
            not_against: "whoever can read the identity file, unless it has a passphrase itself",
            rank: 0,
        },
        SlotKind::Passphrase if is_cheap => Protection {
            against: "whoever has the file, if the passphrase is very strong",
            not_against: "quick guessing: its work factor is below the usual one",
            rank: 2,
        },
        SlotKind::Passphrase => Protection {
            against: "whoever has the file; each guess costs about a second and 256 MiB",
            not_against: "a passphrase that is easily guessed, or watched while it is typed",
            rank: 3,
        },
        SlotKind::Plugin => Protection {
            against: "whoever has the file and your passphrase, but not the hardware",
            not_against: "whoever has the hardware and its PIN; quantum computers, as far as it uses P-256",
            rank: 4,
        },
        SlotKind::Sheet => Protection {
            against: "whoever has the file: 129 bits are beyond guessing",
            not_against: "whoever finds the sheet",
            rank: 5,
        },
        SlotKind::Unknown => Protection {
            against: "unknown: a newer countersign made it",
            not_against: "unknown: a newer countersign made it",
            rank: 0,
        },
    }
}

/// Returns the weakest of the ways to unlock: the vault is as strong as that one.
pub fn weakest(slots: &[KnownSlot]) -> Option<&KnownSlot> {
    slots.iter().min_by_key(|slot| protection(slot).rank)
}
