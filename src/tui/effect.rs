//! What we ask of the machine: values, made by screens and performed by the worker.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

use super::backups::BackupTask;
use super::clock::ClockTask;
use super::key_talk::Answer;
use super::leftovers::LeftoverTask;
use super::message::EasyWay;
use super::slots::SlotJob;
use crate::exchange::recovery_codes::Reading;
use crate::exchange::{Choice, ExportPlan, Row};
use crate::otp::{Enrolment, Timestamp};
use crate::vault::{AccountId, Change, Decision, NewAccount, SetId};

/// Something the worker shall do. It answers each with an [`Outcome`](super::message::Outcome).
#[derive(Debug)]
pub enum Effect {
    /// Look whether there is a vault, before anybody is asked for anything.
    Look,
    /// Make a new vault.
    Create {
        /// Comes back with the answer, so that a late one can be told.
        attempt: u32,
        /// What will unlock it.
        passphrase: SecretString,
    },
    /// Unlock the vault.
    Unlock {
        /// Comes back with the answer, so that a late one can be told.
        attempt: u32,
        /// What was typed.
        passphrase: SecretString,
        /// What the user accepted after being told.
        accept: Accept,
    },
    /// Unlock the vault with what was given on the command line.
    UnlockAsGiven {
        /// Comes back with the answer, so that a late one can be told.
        attempt: u32,
    },
    /// Unlock the vault in a way that this device knows. A passphrase can be tried meanwhile.
    UnlockEasily {
        /// Comes back with the answer, so that a late one can be told.
        attempt: u32,
        /// Which.
        way: EasyWay,
    },
    /// Answer an age plugin. The worker's thread passes it on, because the worker may be the one who waits.
    Answer {
        /// Which question.
        id: u64,
        /// What; nothing refuses it.
        answer: Option<Answer>,
    },
    /// Make a passphrase of six words.
    Generate,
    /// Add an account; the worker gives it an id.
    Add(Box<Draft>),
    /// Add several accounts as one change.
    AddAll(Vec<Draft>),
    /// Change the vault and save it.
    Commit {
        /// What it is, in the user's words: `removed GitHub · alice`.
        title: String,
        /// The change.
        change: Change,
    },
    /// Read another app's export and compare it with the vault.
    ReadExport {
        /// Where it is.
        path: PathBuf,
        /// What opens it, if something was typed.
        password: Option<SecretString>,
    },
    /// Bring accounts of it in, as one change.
    Import {
        /// What it is an export of.
        from: &'static str,
        /// The accounts, and what becomes of each.
        rows: Vec<(Row, Choice)>,
    },
    /// Write accounts as another app reads them.
    Export {
        /// The new file.
        path: PathBuf,
        /// What goes into it.
        plan: ExportPlan,
        /// What it is encrypted with, if it is.
        password: Option<SecretString>,
    },
    /// Do something with the devices of the vault.
    Devices(DeviceJob),
    /// Put the new secret of an account into use: the site has accepted a code of it.
    AcceptRotation(AccountId),
    /// Find out what the audit must know of the machine.
    AuditFacts,
    /// Take the last change of this device back.
    Undo,
    /// Look what merging would decide; without sources, what lies beside the vault and what was seen here.
    ReviewMerge(Vec<PathBuf>),
    /// Merge, with some decisions turned round.
    Merge {
        /// From where.
        sources: Vec<PathBuf>,
        /// Which.
        turned: Vec<Decision>,
    },
    /// See whether another device wrote the vault.
    Refresh,
    /// Copy a code and mark it as used. A HOTP account moves on first.
    Copy {
        /// Whose.
        id: AccountId,
        /// The code of which moment.
        at: Timestamp,
    },
    /// Copy the code of the new secret of an account that is being rotated. It does not count as used.
    CopyCandidate {
        /// Whose.
        id: AccountId,
        /// The code of which moment.
        at: Timestamp,
    },
    /// Copy a code at the moment its step begins. The model keeps this one and sends [`Effect::Copy`] then.
    CopyLater {
        /// Whose.
        id: AccountId,
        /// When.
        at: Timestamp,
    },
    /// Read the QR codes of a picture.
    ReadPicture(PathBuf),
    /// Read what is on the clipboard, the QR codes of a picture included.
    TakeClipboard,
    /// Read a file with recovery codes.
    ReadRecovery(PathBuf),
    /// Store recovery codes that were pasted or read from a file.
    AddRecovery {
        /// Whose.
        id: AccountId,
        /// What was understood of them.
        reading: Arc<Reading>,
        /// Where they came from.
        origin: String,
        /// Whether the sets before stay as they are.
        keep_old: bool,
    },
    /// Mark a recovery code as used, and copy it.
    CopyRecovery {
        /// Whose.
        id: AccountId,
        /// Of which set.
        set: SetId,
        /// Its place in the set, from 0.
        code: usize,
    },
    /// Do something with recovery codes that are kept apart from the vault.
    Basket(BasketTask),
    /// Write a sheet with the recovery codes of an account into a new file.
    WriteSheet {
        /// Whose.
        id: AccountId,
    },
    /// Do something about backups or the vault's place.
    Backup(BackupTask),
    /// Do something about what lies about.
    Leftovers(LeftoverTask),
    /// Do something with the ways to unlock the vault.
    Slots(SlotJob),
    /// Do something about the clock.
    Clock(ClockTask),
    /// Clear the clipboard if it still holds our text.
    ClearClipboard,
    /// Forget the key and everything that was read with it.
    Lock,
    /// Give the terminal back, stop, and come back when continued.
    Suspend,
}

/// What shall be done with the devices of the vault.
#[derive(Debug)]
pub enum DeviceJob {
    /// Say who they are.
    List,
    /// Make an identity for this device.
    Request {
        /// The passphrase that opens it.
        passphrase: SecretString,
    },
    /// Let another device in.
    Add {
        /// Its recipient.
        recipient: String,
        /// What it is called.
        name: String,
    },
    /// Give this device another name.
    Rename {
        /// Which.
        name: String,
    },
    /// Remove a device, and give the vault a new key.
    Remove {
        /// Its id, or its slot's.
        id: String,
        /// The vault's passphrase.
        passphrase: Option<SecretString>,
        /// A new passphrase of the vault in place of the one that the device knows.
        new_passphrase: Option<SecretString>,
    },
}

/// What shall be done with recovery codes that are kept apart from the vault.
#[derive(Debug)]
pub enum BasketTask {
    /// Open them.
    Open {
        /// Comes back with the answer, so that a late one can be told.
        asked: Timestamp,
        /// What opens them.
        passphrase: SecretString,
    },
    /// Move all of them out of the vault, and new ones from now on.
    MoveApart {
        /// Comes back with the answer, so that a late one can be told.
        asked: Timestamp,
        /// What shall open them, or does already.
        passphrase: SecretString,
    },
    /// Move them back.
    MoveTogether,
}

/// What the user accepted about a vault after being told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    /// It is older than what this device saw last.
    pub older: bool,
    /// It is another vault than the one that was here.
    pub different: bool,
}

/// A new account before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who issued the secret; may be empty.
    pub issuer: String,
    /// The name of the account at the issuer; may be empty.
    pub account: String,
    /// Secret and parameters.
    pub enrolment: Enrolment,
    /// The next counter of a HOTP account; 0 otherwise.
    pub counter: u64,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// A note.
    pub note: String,
    /// Whether the site has yet to accept a code.
    pub pending: bool,
}

impl Draft {
    /// Returns the account with its id.
    pub fn with_id(self, id: AccountId, created: Timestamp) -> NewAccount {
        let Self { issuer, account, enrolment, counter, tags, note, pending } = self;
        NewAccount { id, issuer, account, enrolment, counter, tags, note, pinned: false, pending, created }
    }
}
