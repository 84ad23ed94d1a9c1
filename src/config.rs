//! The settings: TOML text in, typed settings out, or every mistake at once with its line.
//!
//! One table, in `table.rs`, says what there is; reading, printing and suggesting all follow it. A mistake
//! names keys and lines, never a value.

mod mistakes;
mod place;
mod reading;
mod table;
mod writing;

use table::{KEYS, KEYS_COMMENT, SETTINGS, list, quoted};

pub use mistakes::{ConfigError, Mistake, What};
pub use place::path_of;
pub use writing::{NotWritten, Placed, file_of, with_file};

/// Everything a user can set.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Where the vault is. Read by main.
    pub vault: VaultSettings,
    /// Whom to ask for the time when the user says so. Read by the `clock` command and the app's page about the clock.
    pub clock: ClockSettings,
    /// When the app locks itself. Read by the app's timers.
    pub lock: LockSettings,
    /// What happens to a copied code. Read by the clipboard and by whoever copies.
    pub clipboard: ClipboardSettings,
    /// How codes are shown. Read by the app's list and detail.
    pub codes: CodeSettings,
    /// In which order accounts stand. Read by the app's list.
    pub list: ListSettings,
    /// When to ask about recovery codes. Read by the app's detail and its screen of recovery codes.
    pub recovery: RecoverySettings,
    /// How the app looks. Read by the app's theme and widgets.
    pub look: LookSettings,
    /// Backups that are made by themselves, and reminders. Read by whoever unlocks, and by what shows the vault's state.
    pub backup: BackupSettings,
    /// What happens to what other devices left. Read by whoever unlocks.
    pub sync: SyncSettings,
    /// Keys that replace an action's own, as they were written. Read and checked by the app's keymap.
    pub keys: Vec<KeyChoice>,
}

/// Section `[vault]`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct VaultSettings {
    /// The vault's file as it was written; none where it is in its usual place.
    pub file: Option<String>,
}

/// Section `[clock]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockSettings {
    /// Time servers: `host` or `host:port`.
    pub servers: Vec<String>,
}

/// Section `[lock]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockSettings {
    /// After how many minutes without a key; 0 is never.
    pub idle_minutes: u64,
    /// Whether it locks before this computer sleeps, or once it has slept.
    pub on_sleep: bool,
    /// Whether it locks with the screen, where logind tells.
    pub on_screen_lock: bool,
}

/// Section `[clipboard]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipboardSettings {
    /// After how many seconds a copied code is cleared.
    pub clear_after_seconds: u64,
    /// Whether the terminal may be asked to take a text (OSC 52).
    pub osc52: When,
}

/// Section `[codes]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSettings {
    /// Whether codes are hidden until they are asked for.
    pub hide: bool,
    /// For how many seconds a hidden code is shown once it was asked for.
    pub reveal_seconds: u64,
    /// In how many last seconds of a code the next one is shown beside it; 0 is never.
    pub show_next_in_last_seconds: u64,
}

/// Section `[list]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSettings {
    /// The order to begin with.
    pub sort: Sort,
}

/// Section `[recovery]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverySettings {
    /// The file of codes that are kept apart, where it is not beside the vault.
    pub file: Option<String>,
    /// After how many days a set is to be compared with the site's again; 0 is never.
    pub check_days: u64,
}

/// Section `[look]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookSettings {
    /// The name of a theme; which there are is the app's business.
    pub theme: String,
    /// Whether to use colour.
    pub color: When,
    /// Whether to draw with more than ASCII.
    pub unicode: When,
    /// Whether to hide codes and the names of accounts from the beginning.
    pub privacy: Privacy,
}

/// Section `[backup]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder that each change is backed up to; empty: none.
    pub folder: String,
    /// How many of the newest stay there.
    pub keep: u64,
    /// For how many days the newest of each day stays.
    pub daily: u64,
    /// For how many weeks the newest of each week stays.
    pub weekly: u64,
    /// Age recipients that can open them; with none, they open with what opens the vault.
    pub recipients: Vec<String>,
    /// After how many days a backup is to be proved again; 0 is never.
    pub remind_days: u64,
}

/// Section `[sync]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncSettings {
    /// Whether conflict copies are brought in without a question.
    pub merge: Merging,
}

/// One line of section `[keys]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChoice {
    /// The name of an action.
    pub action: String,
    /// The keys that mean it from now on; none takes its keys away.
    pub keys: Vec<String>,
    /// Where this stands in the file.
    pub line: usize,
}

impl Default for ClockSettings {
    /// Servers that different people run, so that one of them cannot lie unnoticed.
    fn default() -> Self {
        Self { servers: ["time.cloudflare.com", "time.google.com", "ptbtime1.ptb.de"].map(str::to_owned).to_vec() }
    }
}

impl Default for LockSettings {
    fn default() -> Self {
        Self { idle_minutes: 5, on_sleep: true, on_screen_lock: true }
    }
}

impl Default for ClipboardSettings {
    fn default() -> Self {
        Self { clear_after_seconds: 20, osc52: When::Auto }
    }
}

impl Default for CodeSettings {
    fn default() -> Self {
        Self { hide: false, reveal_seconds: 10, show_next_in_last_seconds: 5 }
    }
}

impl Default for ListSettings {
    fn default() -> Self {
        Self { sort: Sort::Name }
    }
}

impl Default for RecoverySettings {
    fn default() -> Self {
        Self { file: None, check_days: 180 }
    }
}

impl Default for LookSettings {
    fn default() -> Self {
        Self { theme: "terminal".to_owned(), color: When::Auto, unicode: When::Auto, privacy: Privacy::Auto }
    }
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self { folder: String::new(), keep: 10, daily: 7, weekly: 4, recipients: Vec::new(), remind_days: 90 }
    }
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self { merge: Merging::Ask }
    }
}

/// What happens to conflict copies and to two histories of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merging {
    /// They are named.
    Ask,
    /// They are merged.
    Auto,
}

/// A choice that can be left to circumstances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As circumstances suggest.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// Whether codes and the names of accounts are hidden from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// While the terminal is recorded or shared; offered where others could look on.
    Auto,
    /// In any case.
    On,
    /// In no case, and nothing is said about it.
    Off,
}

/// An order of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By issuer, then account.
    Name,
    /// The one used last comes first.
    Recent,
    /// The one used most often comes first.
    MostUsed,
    /// As the user arranged them.
    Own,
}

impl Settings {
    /// Reads settings; what is not mentioned has its default.
    ///
    /// # Errors
    /// All mistakes, in the order of their lines.
    pub fn read(toml: &str) -> Result<Self, ConfigError> {
        reading::read(toml)
    }

    /// Prints them all, each with its comment.
    pub fn to_toml(&self) -> String {
        let mut toml = String::new();
        let mut section = "";
        for setting in SETTINGS {
            if setting.section != section {
                section = setting.section;
                toml.push_str(&format!("{}[{section}]\n", if toml.is_empty() { "" } else { "\n" }));
            }
            toml.push_str(&commented(setting.comment));
            toml.push_str(&format!("{} = {}\n", setting.key, (setting.write)(self)));
        }
        toml.push_str(&format!("\n[{KEYS}]\n{}", commented(KEYS_COMMENT)));
        for choice in &self.keys {
            toml.push_str(&format!("{} = {}\n", quoted(&choice.action), list(&choice.keys)));
        }
        toml
    }
}

/// Returns every setting with its comment and its default.
pub fn default_toml() -> String {
    Settings::default().to_toml()
}

fn commented(comment: &str) -> String {
    comment.lines().map(|line| format!("# {line}\n")).collect()
}
