//! The names of the screens.

/// The screens, as the keymap knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScreenName {
    /// Asks for the passphrase.
    Unlock,
    /// The first run: a new vault.
    FirstRun,
    /// The accounts and their codes.
    List,
    /// Adds or changes an account.
    AccountForm,
    /// What can be done.
    Help,
    /// Finds an action by its name.
    Palette,
    /// Asks for a yes.
    Confirm,
    /// What was removed.
    Trash,
    /// Picks a tag.
    Tags,
    /// Picks an order.
    Sort,
    /// What a merge would decide.
    Merge,
    /// Brings another app's accounts in.
    Import,
    /// Writes the accounts as another app reads them.
    Export,
    /// Accounts as QR codes.
    Qr,
    /// The ways to unlock the vault.
    Slots,
    /// The words of a recovery sheet.
    SlotSheet,
    /// The devices of the vault.
    Devices,
    /// Asks for what a device needs.
    DeviceForm,
    /// What deserves attention.
    Audit,
    /// What else to do after a rotation.
    Checklist,
    /// What lies about on this computer.
    Leftovers,
    /// What comes after a new account.
    Enrolled,
    /// The recovery codes of an account.
    Recovery,
    /// What was understood of pasted recovery codes.
    RecoveryAdding,
    /// What to begin with where there is no vault yet.
    Welcome,
    /// What is known of backups.
    Backups,
    /// Asks for a file and what opens it.
    FileForm,
    /// How something about a file went.
    Report,
    /// What is known of the clock.
    Clock,
    /// The clock in plain words.
    ClockExplained,
    /// Picks with what to compare the clocks.
    ClockPicking,
    /// Compares the clocks.
    ClockComparing,
    /// Asks for the correction of the clock.
    ClockCorrection,
    /// Asks the network what time it is.
    ClockNetwork,
    /// Why a site may have refused a code.
    Refused,
}

impl ScreenName {
    /// Every screen.
    pub const ALL: [Self; 35] = [
        Self::Unlock,
        Self::FirstRun,
        Self::List,
        Self::AccountForm,
        Self::Help,
        Self::Palette,
        Self::Confirm,
        Self::Trash,
        Self::Tags,
        Self::Sort,
        Self::Merge,
        Self::Import,
        Self::Export,
        Self::Qr,
        Self::Slots,
        Self::SlotSheet,
        Self::Devices,
        Self::DeviceForm,
        Self::Audit,
        Self::Checklist,
        Self::Leftovers,
        Self::Enrolled,
        Self::Recovery,
        Self::RecoveryAdding,
        Self::Welcome,
        Self::Backups,
        Self::FileForm,
        Self::Report,
        Self::Clock,
        Self::ClockExplained,
        Self::ClockPicking,
        Self::ClockComparing,
        Self::ClockCorrection,
        Self::ClockNetwork,
        Self::Refused,
    ];

    /// Returns what the help calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::FirstRun => "first run",
            Self::List => "list",
            Self::AccountForm => "account",
            Self::Help => "help",
            Self::Palette => "commands",
            Self::Confirm => "question",
            Self::Trash => "trash",
            Self::Tags => "tags",
            Self::Sort => "sort",
            Self::Merge => "merge",
            Self::Import => "import",
            Self::Export => "export",
            Self::Qr => "qr codes",
            Self::Slots => "ways to unlock",
            Self::SlotSheet => "recovery sheet",
            Self::Devices => "devices",
            Self::DeviceForm => "device",
            Self::Audit => "audit",
            Self::Checklist => "checklist",
            Self::Leftovers => "what lies about",
            Self::Enrolled => "new account",
            Self::Recovery => "recovery codes",
            Self::RecoveryAdding => "add recovery codes",
            Self::Welcome => "welcome",
            Self::Backups => "backup",
            Self::FileForm => "file",
            Self::Report => "report",
            Self::Clock => "clock",
            Self::ClockExplained => "the clock in plain words",
            Self::ClockPicking => "compare with",
            Self::ClockComparing => "compare the clocks",
            Self::ClockCorrection => "correction of the clock",
            Self::ClockNetwork => "ask the network",
            Self::Refused => "refused code",
        }
    }
}
