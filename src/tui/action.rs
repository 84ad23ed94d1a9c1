//! What the user can mean: the one table of actions.
//!
//! Keys, the hint line, the help, the palette, the check of the configuration and the documents all read
//! [`ACTIONS`], so that none of them can say something else than the others. A new key is one line here.

mod table;

use super::screen::ScreenName;
use super::settings::SortBy;
use crate::vault::Deed;

pub use table::ACTIONS;

/// What the user means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Copy the selected code.
    Copy,
    /// Copy the code after the present one.
    CopyNext,
    /// Copy the code of the new secret of an account that is being rotated.
    CopyCandidate,
    /// Wait for the next code and copy it then.
    CopyWhenNew,
    /// Copy the code in the n-th visible row, from 1.
    CopyRow(u8),
    /// Show a hidden code, or hide it again.
    Reveal,
    /// Hide all codes until this run ends, or show them.
    HideCodes,
    /// Hide codes and the names of accounts until this run ends, or show them.
    Privacy,
    /// Type to find accounts.
    Search,
    /// Add an account.
    Add,
    /// Change the selected account.
    Edit,
    /// Move the selected account to the trash.
    Discard,
    /// Take the last change back.
    Undo,
    /// Keep the selected account at the top, or no longer.
    Pin,
    /// The site has accepted a code of the selected account.
    Accept,
    /// Choose by what the list is sorted.
    Sort,
    /// Sort the list by that.
    SortBy(SortBy),
    /// Show the accounts of one tag only.
    Tags,
    /// Show the accounts of the n-th tag only, from 1; all of them for 0.
    ShowTag(u16),
    /// Move the selected account up in the user's own order.
    Raise,
    /// Move the selected account down in the user's own order.
    Lower,
    /// Bring another app's accounts in.
    Import,
    /// Write the accounts as another app reads them.
    Export,
    /// See the devices of the vault.
    Devices,
    /// Let another device in.
    AddDevice,
    /// Show what other devices need to let this one in.
    OwnRecipient,
    /// Give this device another name.
    RenameDevice,
    /// Remove a device.
    RemoveDevice,
    /// See the ways to unlock the vault.
    Slots,
    /// Add a way to unlock.
    AddWay,
    /// Take a way to unlock away.
    RemoveWay,
    /// Put another passphrase in the place of one.
    ChangePassphrase,
    /// Take what is selected, or leave it.
    Toggle,
    /// Bring in what other devices and sync tools left.
    Merge,
    /// See the recovery codes of the selected account.
    Recovery,
    /// Show only accounts without recovery codes, or all again.
    ShowWithout,
    /// Copy a recovery code and mark it as used.
    UseRecovery,
    /// Show all recovery codes, or hide them again.
    RevealAll,
    /// Mark a recovery code as used, or as unused again.
    MarkUsed,
    /// Add a set of recovery codes.
    AddRecovery,
    /// Leave the sets before as they are, or supersede them.
    KeepOld,
    /// Remove a set of recovery codes.
    RemoveSet,
    /// The recovery codes were compared with the site's.
    CheckRecovery,
    /// Write a sheet with the recovery codes.
    PrintSheet,
    /// Keep recovery codes apart from the vault, open them, or move them back.
    KeepApart,
    /// Show sets of recovery codes that count no more, or fold them away.
    ShowOld,
    /// See what is in the trash.
    Trash,
    /// Show the selected account as a QR code.
    ShowQr,
    /// To the next code.
    NextCode,
    /// To the code before.
    PreviousCode,
    /// Swap dark and light.
    InvertCode,
    /// Show the accounts together, in Google's way, or one by one again.
    Together,
    /// Take what is on the clipboard.
    TakeClipboard,
    /// Bring an account back from the trash.
    Restore,
    /// Delete an account for good.
    Purge,
    /// Delete everything in the trash for good.
    EmptyTrash,
    /// Put a new secret beside the one of the selected account.
    Rotate,
    /// Try the new secret of the selected account no longer.
    StopRotation,
    /// See what deserves attention.
    Audit,
    /// Say no more of a finding, or speak of it again.
    Dismiss,
    /// Look for codes and exports that lie about on this computer.
    Leftovers,
    /// Delete a file that lies about.
    DeleteFile,
    /// See which backups there are.
    Backups,
    /// Make a backup.
    MakeBackup,
    /// Open the selected backup as on the day it is needed.
    Drill,
    /// Open a backup that lies elsewhere as on the day it is needed.
    DrillOther,
    /// Bring a backup into the vault.
    BringIn,
    /// See what is known of the clock.
    Clock,
    /// A site has refused a code of the selected account.
    Refused,
    /// Ask time servers on the network.
    AskNetwork,
    /// Compare the clock with another device's.
    Compare,
    /// Correct the time that codes are made with.
    Correct,
    /// Correct the time no longer.
    ClearCorrection,
    /// The other device's code changes at this moment.
    CodeChanged,
    /// Correct the time by what a comparison has shown.
    ApplyFound,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Unlock in the next way that needs no passphrase.
    OtherWay,
    /// Go on with what was typed or chosen.
    Submit,
    /// To the next field.
    NextField,
    /// To the field before.
    PreviousField,
    /// Show what is being typed, or hide it again.
    ShowTyped,
    /// Make one instead of thinking one up.
    Generate,
    /// Yes.
    Yes,
    /// No.
    No,
    /// One level back.
    Back,
    /// What can be done here.
    Help,
    /// Find an action by its name.
    Palette,
    /// Lock at once.
    Lock,
    /// Leave.
    Quit,
    /// Back to the shell for a while.
    Suspend,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ActionEntry {
    /// The action. Where it has a number, the n-th key means the n-th.
    pub action: Action,
    /// Its name in the configuration.
    pub name: &'static str,
    /// The word in the hint line.
    pub hint: &'static str,
    /// What it does, for help, palette and documents.
    pub title: &'static str,
    /// On which screens; none means everywhere.
    pub screens: &'static [ScreenName],
    /// Its keys, unless the configuration names others.
    pub keys: &'static [&'static str],
}

impl ActionEntry {
    /// Tells whether the action can be meant on that screen.
    pub fn is_on(&self, screen: ScreenName) -> bool {
        self.screens.is_empty() || self.screens.contains(&screen)
    }

    /// Returns what its n-th key means, from 0.
    pub fn nth(&self, index: usize) -> Action {
        match self.action {
            Action::CopyRow(_) => Action::CopyRow(u8::try_from(index + 1).unwrap_or(u8::MAX)),
            other => other,
        }
    }
}

impl Action {
    /// Returns the action's row of the table.
    pub fn entry(self) -> &'static ActionEntry {
        let kind = std::mem::discriminant(&self);
        let row = ACTIONS.iter().find(|entry| std::mem::discriminant(&entry.action) == kind);
        row.expect("every action has a row: a test walks them")
    }

    /// Returns what it would do with the vault's secrets, if that may be forbidden. What a form asks for later, the worker
    /// refuses.
    pub fn deed(self) -> Option<Deed> {
        match self {
            Self::Export => Some(Deed::Export),
            Self::ShowQr => Some(Deed::QrCode),
            Self::AddDevice => Some(Deed::AddDevice),
            _ => None, // the others let nothing out
        }
    }

    /// Tells whether only its key does it: leaving by a slip, while looking for something else, would be rude.
    pub fn is_key_only(self) -> bool {
        matches!(self, Self::Quit | Self::Suspend)
    }
}
