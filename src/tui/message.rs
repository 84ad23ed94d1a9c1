//! What we are told: by the terminal, by the system, by the worker, by the clock.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

use super::backups::{BackupOutcome, Backups};
use super::clock::{ClockOutcome, Report};
use super::key::{Key, Mouse};
use super::key_talk::Told;
use super::leftovers::LeftoverOutcome;
use super::slots::SlotOutcome;
use crate::exchange::Preview;
use crate::exchange::recovery_codes::Reading;
use crate::otp::Timestamp;
use crate::ports::Delivery;
pub use crate::tasks::{DeviceRemoved, EasyWay, KnownDevice, KnownSecret};
use crate::vault::audit::Facts;
use crate::vault::{AccountId, Decision, DeviceMemory, Vault};

/// Something that happened. It travels with the moment it happened at.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Something was pasted. It may be a secret.
    Paste(SecretString),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has another size, or must be painted again.
    Redraw,
    /// Time passed.
    Tick,
    /// The system wants something.
    Signal(Signal),
    /// Somebody set the wall clock; told before anything that happened since.
    ClockSet {
        /// How far forward, in milliseconds; negative for back.
        by_millis: i64,
    },
    /// The user's correction of the clock is another one; told before anything that happened since.
    Corrected {
        /// By how much it moved the time forward, in milliseconds; negative for back.
        by_millis: i64,
    },
    /// The computer was asleep.
    Slept {
        /// For how long, in milliseconds.
        millis: i64,
    },
    /// The desktop told something.
    Desktop(Desktop),
    /// The worker did something.
    Done(Box<Outcome>),
}

/// What the desktop can tell.
#[derive(Debug)]
pub enum Desktop {
    /// The computer is about to sleep.
    Sleep(Delay),
    /// The screen was locked.
    ScreenLocked,
}

/// Keeps the computer from sleeping until it is dropped, or until the system has waited long enough.
#[derive(Default)]
pub struct Delay(#[expect(dead_code, reason = "dropping it is what it is for")] Option<Box<dyn Send>>);

impl Delay {
    /// Returns a delay that ends when this is dropped.
    pub fn until_dropped(what: impl Send + 'static) -> Self {
        Self(Some(Box::new(what)))
    }
}

impl fmt::Debug for Delay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Delay")
    }
}

/// What the system can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// We shall end (SIGTERM, SIGINT, SIGHUP).
    End {
        /// The signal's number, for the exit code.
        number: u8,
    },
    /// We shall stop for a while (SIGTSTP).
    Suspend,
    /// We were stopped and go on (SIGCONT); the terminal may be in any state.
    Resume,
    /// The terminal has another size (SIGWINCH).
    Resized,
}

/// How an effect ended.
#[derive(Debug)]
pub enum Outcome {
    /// There is a vault, or there is none.
    Looked(Look),
    /// A vault is open.
    Unlocked {
        /// Which attempt this answers.
        attempt: u32,
        /// What is in it.
        snapshot: Snapshot,
    },
    /// It could not be opened or made.
    NotUnlocked {
        /// Which attempt this answers.
        attempt: u32,
        /// Why.
        reason: NotUnlocked,
        /// Why, in words.
        trouble: Trouble,
    },
    /// An age plugin says or asks something.
    Key(Told),
    /// A passphrase was made.
    Generated(SecretString),
    /// A change is saved.
    Saved {
        /// What is in the vault now.
        snapshot: Snapshot,
        /// What it was, in the user's words.
        title: String,
        /// The account it made, if it made one.
        added: Option<AccountId>,
        /// What another device had done meanwhile, one sentence each.
        told: Vec<String>,
    },
    /// The last change was taken back.
    Undone {
        /// What is in the vault now.
        snapshot: Snapshot,
        /// What was taken back, in the user's words.
        title: String,
    },
    /// Another device has written the vault, or nobody has.
    Refreshed {
        /// What is in the vault now.
        snapshot: Snapshot,
        /// What the other device did, one sentence each.
        told: Vec<String>,
        /// A conflict copy that has turned up.
        copy: Option<FoundCopy>,
    },
    /// What a merge would decide.
    MergeReviewed(Review),
    /// A code is on the clipboard, or a HOTP code was made and nothing took it.
    Copied {
        /// What is in the vault and in this device's memory now.
        snapshot: Snapshot,
        /// The code.
        copied: Copied,
    },
    /// Another app's export was read.
    ExportRead(Box<ExportRead>),
    /// It is encrypted: a password is needed, or another one.
    NeedsPassword {
        /// What it is an export of.
        from: &'static str,
        /// Why the one that was typed does not do.
        trouble: Option<Trouble>,
    },
    /// Accounts were written as another app reads them, and read back.
    Exported {
        /// Where, ready to be shown.
        path: String,
        /// How many.
        accounts: usize,
        /// Whether a password is needed to read them.
        is_encrypted: bool,
    },
    /// What a picture's QR codes say, one a line, or what was on the clipboard.
    Read {
        /// It may be a secret.
        text: SecretString,
        /// Whether it comes out of a picture.
        is_picture: bool,
    },
    /// The devices of the vault, and what was done with them.
    Devices(Box<Devices>),
    /// What the audit must know of the machine.
    AuditFacts(Box<Facts>),
    /// A file was read that was to have recovery codes.
    RecoveryRead {
        /// Which.
        file: PathBuf,
        /// What was understood of it, or why nothing was.
        reading: Result<Arc<Reading>, Trouble>,
    },
    /// A recovery code is marked as used and on the clipboard.
    RecoveryCopied {
        /// What is in the vault now.
        snapshot: Snapshot,
        /// Its place in the set, from 1.
        number: usize,
        /// How many are left.
        left: usize,
        /// By which way.
        delivery: Delivery,
        /// What its owner should know, one sentence each.
        notes: Vec<String>,
    },
    /// Recovery codes that are kept apart from the vault were opened or moved.
    Basket {
        /// What this answers.
        asked: Timestamp,
        /// What is in the vault now, with the codes that are open.
        snapshot: Snapshot,
        /// What was done, in the user's words.
        title: String,
    },
    /// They were not.
    BasketRefused {
        /// What this answers.
        asked: Timestamp,
        /// Why.
        trouble: Trouble,
    },
    /// A sheet was written there; ready to be shown.
    SheetWritten(String),
    /// What became of something about backups.
    Backup(BackupOutcome),
    /// What became of something about what lies about.
    Leftovers(LeftoverOutcome),
    /// What became of something about the ways to unlock.
    Slots(Box<SlotOutcome>),
    /// What became of something about the clock.
    Clock(ClockOutcome),
    /// Everything is forgotten.
    Locked,
    /// Something failed, and the vault is as it was.
    Failed(Trouble),
    /// The worker panicked, and forgot everything.
    Crashed,
}

/// A conflict copy that a sync tool left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCopy {
    /// Which tool.
    pub tool: &'static str,
    /// The device that wrote it, ready to be shown, if that is known.
    pub device: Option<String>,
    /// When it was saved.
    pub saved: Timestamp,
}

/// What a merge would decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// Every decision.
    pub decisions: Vec<Decision>,
    /// How many files can be merged.
    pub files: usize,
    /// What cannot be.
    pub troubles: Vec<Trouble>,
}

/// The devices of the vault, and what was done with them.
#[derive(Clone, Debug)]
pub struct Devices {
    /// What is in the vault now.
    pub snapshot: Snapshot,
    /// The devices, this one first.
    pub devices: Vec<KnownDevice>,
    /// The kinds of the vault's slots, ready to be shown.
    pub slots: Vec<String>,
    /// This device's recipient, once it has an identity of its own.
    pub recipient: Option<String>,
    /// Whether that was just asked for.
    pub is_requested: bool,
    /// What removing a device did.
    pub removed: Option<DeviceRemoved>,
    /// What was done, in the user's words.
    pub title: Option<String>,
}

/// Whether there is a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether there is one.
    pub exists: bool,
    /// Where it is, or would be; ready to be shown.
    pub path: String,
    /// When this device last saw it saved; nobody has proved it yet.
    pub saved: Option<Timestamp>,
    /// What its owner should know, one sentence each.
    pub notes: Vec<String>,
    /// Why it cannot be opened, if that is plain already.
    pub trouble: Option<Trouble>,
    /// Whether something to unlock it with was given on the command line.
    pub is_way_given: bool,
    /// Whether it opens here with the passphrase of this device.
    pub opens_with_own: bool,
    /// Whether it opens with the words of a recovery sheet.
    pub has_sheet: bool,
    /// How this device opens it by itself, those first that ask for nothing.
    pub ways: Vec<EasyWay>,
}

/// Why a vault is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUnlocked {
    /// The passphrase is wrong.
    WrongPassphrase,
    /// There is no vault.
    NoVault,
    /// It is another vault than the one that was here; the user may accept that.
    Different,
    /// The way that this device knows does not open it now; another may.
    Way,
    /// Anything else.
    Other,
}

/// Another app's export beside the vault.
#[derive(Clone, Debug)]
pub struct ExportRead {
    /// What it is an export of.
    pub from: &'static str,
    /// The version that it names.
    pub version: Option<u64>,
    /// Whether a password was needed.
    pub is_encrypted: bool,
    /// How its accounts stand to the vault.
    pub preview: Preview,
    /// What should be told about how it was read, one sentence each.
    pub notes: Vec<String>,
}

/// What happened and what to do, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What happened.
    pub what: String,
    /// What to do.
    pub next_step: Option<String>,
}

/// A code that was copied. The code itself is not in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Whose.
    pub id: AccountId,
    /// Its step, or its counter.
    pub step: u64,
    /// From when until when it is right; none for HOTP.
    pub valid: Option<(Timestamp, Timestamp)>,
    /// By which way; the trouble if nothing took it.
    pub delivery: Result<Delivery, Trouble>,
    /// Whether it had been used before.
    pub used_before: bool,
    /// Whether it is a code of a new secret, beside the one in use.
    pub is_new: bool,
}

/// What the drawing side holds of an open vault. It has no key, and dropping it is locking it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The accounts.
    pub vault: Arc<Vault>,
    /// What was used on this device.
    pub memory: Arc<DeviceMemory>,
    /// What is known of its backups.
    pub backups: Arc<Backups>,
    /// What is known of the clock without asking anybody.
    pub clock: Arc<Report>,
    /// What undo would take back, in the user's words.
    pub can_undo: Option<String>,
    /// What the vault's owner should know.
    pub warnings: Vec<Trouble>,
    /// Whether one of these forbids writing to it.
    pub is_read_only: bool,
    /// Whether recovery codes that are kept apart are open, so that their texts are in `vault`.
    pub is_basket_open: bool,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Where it is, ready to be shown.
    pub path: String,
}
