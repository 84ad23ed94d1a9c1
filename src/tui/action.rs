//! What the user can mean: the one table of actions.
//!
//! Keys, the hint line, the help, the palette, the check of the configuration and the documents all read
//! [`ACTIONS`], so that none of them can say something else than the others. A new key is one line here.

use super::screen::ScreenName::{
    self, AccountForm, Audit, Backups, Checklist, Clock, ClockComparing, ClockCorrection, ClockExplained, ClockNetwork,
    ClockPicking, Confirm, DeviceForm, Devices, Enrolled, Export, FileForm, FirstRun, Help, Import, Leftovers, List,
    Merge, Palette, Qr, Recovery, RecoveryAdding, Report, Sort, Tags, Trash, Unlock, Welcome,
};
use super::settings::SortBy;

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

const LISTS: &[ScreenName] = &[
    List,
    Help,
    Palette,
    Trash,
    Tags,
    Sort,
    Import,
    Devices,
    Audit,
    Leftovers,
    Checklist,
    Merge,
    Recovery,
    RecoveryAdding,
    Welcome,
    Backups,
    Report,
    Clock,
    ClockExplained,
    ClockPicking,
    ScreenName::Refused,
];
const FORMS: &[ScreenName] = &[Unlock, FirstRun, AccountForm, Export, DeviceForm, FileForm];
const CHOOSING: &[ScreenName] = &[
    Unlock,
    FirstRun,
    AccountForm,
    Confirm,
    Help,
    Palette,
    Tags,
    Sort,
    Import,
    Export,
    DeviceForm,
    Qr,
    Audit,
    Leftovers,
    Checklist,
    Enrolled,
    Merge,
    RecoveryAdding,
    Welcome,
    Backups,
    FileForm,
    Report,
    ClockPicking,
    ClockComparing,
    ClockCorrection,
];
const ASKING: &[ScreenName] = &[ClockNetwork, Confirm, AccountForm];
const EVERYWHERE: &[ScreenName] = &[];

/// Every action there is.
#[rustfmt::skip]
pub const ACTIONS: &[ActionEntry] = &[
    entry(Action::Copy, "copy", "copy", "Copy the code", &[List, ScreenName::Refused], &["enter"]),
    entry(Action::CopyNext, "copy-next", "next", "Copy the code that comes next", &[List, ScreenName::Refused], &["n"]),
    entry(Action::CopyCandidate, "copy-new-secret", "copy new", "Copy the code of the new secret, while rotating", &[List], &["N"]),
    entry(Action::CopyWhenNew, "copy-when-new", "wait", "Wait for the next code and copy it then", &[List, ScreenName::Refused], &["w"]),
    entry(Action::CopyRow(0), "copy-row", "copy row", "Copy the code in that row of the screen", &[List], &["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
    entry(Action::Reveal, "reveal", "reveal", "Show the hidden code, or hide it again", &[List, Recovery, RecoveryAdding], &["space"]),
    entry(Action::Search, "search", "search", "Find as you type", &[List, Help, ScreenName::Refused], &["/"]),
    entry(Action::Add, "add", "add", "Add an account", &[List], &["a"]),
    entry(Action::Edit, "edit", "edit", "Change the account", &[List, ScreenName::Refused], &["e"]),
    entry(Action::Discard, "discard", "trash", "Move the account to the trash", &[List], &["d", "delete"]),
    entry(Action::Undo, "undo", "undo", "Take the last change back", &[List, Trash, Audit, Leftovers, Enrolled, Recovery], &["u"]),
    entry(Action::Pin, "pin", "pin", "Keep the account at the top, or no longer", &[List], &["p"]),
    entry(Action::Accept, "accept", "accepted", "The site has accepted a code of the account", &[List], &["c"]),
    entry(Action::Sort, "sort", "sort", "Choose by what the list is sorted", &[List], &["o"]),
    entry(Action::Tags, "tags", "tags", "Show the accounts of one tag", &[List], &["#"]),
    entry(Action::SortBy(SortBy::Name), "sort-by", "sort by", "Sort the list by that", &[List], &[]),
    entry(Action::ShowTag(0), "show-tag", "show tag", "Show the accounts of that tag", &[List], &[]),
    entry(Action::Raise, "raise", "up", "Move the account up in your own order", &[List], &["K"]),
    entry(Action::Lower, "lower", "down", "Move the account down in your own order", &[List], &["J"]),
    entry(Action::Import, "import", "import", "Import another app's accounts", &[List], &["i"]),
    entry(Action::Export, "export", "export", "Export the accounts to another app", &[List], &[]),
    entry(Action::Devices, "devices", "devices", "See the devices of the vault", &[Backups], &["d"]),
    entry(Action::AddDevice, "add-device", "add", "Let another device in", &[Devices], &["a"]),
    entry(Action::OwnRecipient, "own-recipient", "show own", "Show what other devices need to let this one in", &[Devices], &["o"]),
    entry(Action::RenameDevice, "rename-device", "rename", "Give this device another name", &[Devices], &["n"]),
    entry(Action::RemoveDevice, "remove-device", "remove", "Remove the device, and give the vault a new key", &[Devices], &["x"]),
    entry(Action::Toggle, "toggle", "choose", "Take it, or leave it", &[Import, Merge, Leftovers], &["space"]),
    entry(Action::Merge, "merge", "merge", "Bring in what other devices and sync tools left", &[List, Backups], &["m"]),
    entry(Action::Recovery, "recovery", "recovery", "See the recovery codes of the account", &[List, Enrolled], &["r"]),
    entry(Action::ShowWithout, "show-without", "without", "Show only accounts without recovery codes, or all again", &[List], &["W"]),
    entry(Action::UseRecovery, "use-recovery", "copy and mark used", "Copy the code and mark it as used, or bring a set back", &[Recovery], &["enter"]),
    entry(Action::RevealAll, "reveal-all", "reveal all", "Show all codes, or hide them again", &[Recovery], &["R"]),
    entry(Action::MarkUsed, "mark-used", "mark", "Mark the code as used, or as unused again", &[Recovery], &["m"]),
    entry(Action::AddRecovery, "add-recovery", "add a set", "Add a set of codes", &[Recovery], &["a"]),
    entry(Action::KeepOld, "keep-old", "keep old", "Leave the sets before as they are, or supersede them", &[RecoveryAdding], &["o"]),
    entry(Action::RemoveSet, "remove-set", "remove", "Remove the set of codes", &[Recovery], &["d", "delete"]),
    entry(Action::CheckRecovery, "check-recovery", "checked", "You have compared the codes with the site's", &[Recovery], &["c"]),
    entry(Action::PrintSheet, "print-sheet", "print", "Write a sheet with the codes into a file", &[Recovery], &["p"]),
    entry(Action::KeepApart, "keep-apart", "keep apart", "Keep the codes of all accounts apart from the vault, open them, or move them back", &[Recovery], &["B"]),
    entry(Action::ShowOld, "show-old", "show old", "Show sets that count no more, or fold them away", &[Recovery], &["o"]),
    entry(Action::Trash, "trash", "see trash", "See what is in the trash", &[List], &["D"]),
    entry(Action::ShowQr, "show-qr", "qr code", "Show the account as a QR code", &[List], &["Q"]),
    entry(Action::NextCode, "next-code", "next", "To the next account or part", &[Qr], &["right", "l", "down", "j"]),
    entry(Action::PreviousCode, "previous-code", "before", "To the account or part before", &[Qr], &["left", "h", "up", "k"]),
    entry(Action::InvertCode, "invert-code", "invert", "Swap dark and light, for a scanner that reads nothing", &[Qr], &["i"]),
    entry(Action::Together, "together", "together", "Put all listed accounts into as few codes as fit, for Google Authenticator and others, or one into each again", &[Qr], &["g"]),
    entry(Action::TakeClipboard, "take-clipboard", "paste", "Take what is on the clipboard: addresses, or a picture of QR codes", &[List, AccountForm], &["ctrl-v"]),
    entry(Action::Restore, "restore", "restore", "Bring the account back", &[Trash], &["enter", "r"]),
    entry(Action::Purge, "purge", "delete", "Delete the account for good", &[Trash], &["x"]),
    entry(Action::EmptyTrash, "empty-trash", "empty", "Delete everything in the trash for good", &[Trash], &["X"]),
    entry(Action::Rotate, "rotate", "rotate", "Put a new secret beside the old one of the account", &[List, ScreenName::Refused], &["R"]),
    entry(Action::StopRotation, "stop-rotation", "stop", "Stop rotating the account: the old secret stays", &[List], &[]),
    entry(Action::Audit, "audit", "audit", "See what deserves attention", &[List], &["A"]),
    entry(Action::Dismiss, "dismiss", "dismiss", "Say no more of the finding, or speak of it again", &[Audit], &["x"]),
    entry(Action::Leftovers, "leftovers", "lying about", "Find codes and exports that lie about in folders", &[List, Audit], &["l"]),
    entry(Action::DeleteFile, "delete-file", "delete", "Delete the file, which does not erase it from the disk", &[Leftovers], &["d", "delete"]),
    entry(Action::Backups, "backups", "backup", "See backups and devices", &[List, Enrolled], &["b"]),
    entry(Action::MakeBackup, "make-backup", "make one", "Make a backup", &[Backups], &["c"]),
    entry(Action::Drill, "drill", "drill", "Prove that the backup opens, and compare it", &[Backups, Report], &["D"]),
    entry(Action::DrillOther, "drill-other", "drill a file", "Prove a backup that lies elsewhere", &[Backups], &["f"]),
    entry(Action::BringIn, "bring-in", "restore", "Bring a backup into the vault", &[Backups], &["r"]),
    entry(Action::Clock, "clock", "clock", "See what is known of the clock", &[List, ScreenName::Refused], &["t"]),
    entry(Action::Refused, "refused", "refused?", "The site refused the code: see why that may be", &[List], &["x"]),
    entry(Action::AskNetwork, "ask-network", "ask the network", "Ask time servers on the network, after a yes", &[Clock], &["n"]),
    entry(Action::Compare, "compare", "compare", "Compare the clock with your phone's", &[Clock], &["c"]),
    entry(Action::Correct, "correct", "correct", "Correct the time that codes are made with, for countersign alone", &[Clock], &["o"]),
    entry(Action::ClearCorrection, "clear-correction", "take away", "Make codes with this computer's own time again", &[Clock], &["x"]),
    entry(Action::CodeChanged, "code-changed", "it changes", "The other device's code changes at this very moment", &[ClockComparing], &["space"]),
    entry(Action::ApplyFound, "apply-found", "correct", "Correct the time that codes are made with by what was found", &[ClockComparing], &["ctrl-o"]),
    entry(Action::Up, "up", "up", "One row up", LISTS, &["k", "up"]),
    entry(Action::Down, "down", "down", "One row down", LISTS, &["j", "down"]),
    entry(Action::First, "first", "first", "To the first row", LISTS, &["g", "home"]),
    entry(Action::Last, "last", "last", "To the last row", LISTS, &["G", "end"]),
    entry(Action::PageUp, "page-up", "page up", "A page up", LISTS, &["page-up", "ctrl-b"]),
    entry(Action::PageDown, "page-down", "page down", "A page down", LISTS, &["page-down", "ctrl-f"]),
    entry(Action::Submit, "submit", "go on", "Go on with what you typed or chose", CHOOSING, &["enter"]),
    entry(Action::NextField, "next-field", "next field", "To the next field", FORMS, &["tab", "down"]),
    entry(Action::PreviousField, "previous-field", "field before", "To the field before", FORMS, &["shift-tab", "up"]),
    entry(Action::ShowTyped, "show-typed", "show", "Show what you type, or hide it again", FORMS, &["ctrl-r"]),
    entry(Action::Generate, "generate", "make one", "Have one made", &[FirstRun], &["ctrl-g"]),
    entry(Action::Yes, "yes", "yes", "Yes", ASKING, &["y"]),
    entry(Action::No, "no", "no", "No", ASKING, &["n"]),
    entry(Action::Back, "back", "back", "One level back", EVERYWHERE, &["esc"]),
    entry(Action::Help, "help", "help", "What can be done here", EVERYWHERE, &["?", "f1"]),
    entry(Action::Palette, "palette", "commands", "Find an action by its name", EVERYWHERE, &[":", "ctrl-p"]),
    entry(Action::Lock, "lock", "lock", "Lock at once", EVERYWHERE, &["L"]),
    entry(Action::Quit, "quit", "quit", "Leave", EVERYWHERE, &["q", "ctrl-c"]),
    entry(Action::Suspend, "suspend", "suspend", "Lock, and back to the shell for a while", EVERYWHERE, &["ctrl-z"]),
];

const fn entry(
    action: Action,
    name: &'static str,
    hint: &'static str,
    title: &'static str,
    screens: &'static [ScreenName],
    keys: &'static [&'static str],
) -> ActionEntry {
    ActionEntry { action, name, hint, title, screens, keys }
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

    /// Tells whether only its key does it: leaving by a slip, while looking for something else, would be rude.
    pub fn is_key_only(self) -> bool {
        matches!(self, Self::Quit | Self::Suspend)
    }
}
