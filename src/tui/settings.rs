//! What the user chose about keys, looks and times, as the app needs it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use thiserror::Error;

use super::keymap::{Keymap, KeymapError};
use super::theme::{Colours, Theme, ThemeError};
use crate::config::{self, When};

pub use crate::config::Privacy;
use crate::vault::audit::Limits;

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Issuer, then account name.
    #[default]
    Name,
    /// What was used last on this device comes first.
    LastUsed,
    /// What is used most on this device comes first.
    MostUsed,
    /// As the user put them.
    Own,
}

impl SortBy {
    /// Every order, as the picker offers them.
    pub const ALL: [Self; 4] = [Self::Name, Self::LastUsed, Self::MostUsed, Self::Own];

    /// Returns the words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastUsed => "recently used",
            Self::MostUsed => "most used",
            Self::Own => "my own order",
        }
    }
}

/// The user's choices.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which key means what.
    pub keymap: Keymap,
    /// What everything looks like.
    pub theme: Theme,
    /// Whether the terminal shows signs beyond ASCII.
    pub unicode: bool,
    /// Whether codes stay hidden until asked for.
    pub hide_codes: bool,
    /// For how many milliseconds something hidden is shown once it was asked for.
    pub reveal_millis: i64,
    /// After how many idle seconds the vault locks; `None`: never.
    pub lock_after_secs: Option<u64>,
    /// Whether it locks when the computer sleeps.
    pub lock_on_sleep: bool,
    /// Whether it locks when the screen does.
    pub lock_on_screen_lock: bool,
    /// After how many seconds a copied code is cleared.
    pub clear_after_secs: u64,
    /// Whether names and codes are hidden from the beginning.
    pub privacy: Privacy,
    /// Who may see the terminal beside the user.
    pub onlooker: Option<Onlooker>,
    /// In how many last seconds of a code the next one stands beside it.
    pub show_next_secs: u64,
    /// By what the list is sorted at first.
    pub sort: SortBy,
    /// After how many days recovery codes are to be compared with the site's again; `None`: never.
    pub check_days: Option<u64>,
    /// After how many days a backup shall be proved again; 0: never.
    pub remind_days: u64,
    /// Which time servers can be asked.
    pub time_servers: Vec<String>,
    /// Where the user is, for dates.
    pub time_zone: TimeZone,
    /// What `~/` means.
    pub home: Option<PathBuf>,
}

/// Who may see a terminal beside its user, by the name of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onlooker {
    /// Everything is written into a file.
    Recorder(&'static str),
    /// Others are invited to look on.
    Sharing(&'static str),
    /// Others can attach to it, and it keeps what was on the screen.
    Multiplexer(&'static str),
}

impl Onlooker {
    /// Reads the environment, by the function that asks for a variable. Only what a program documents counts.
    fn of(value: impl Fn(&'static str) -> Option<String>) -> Option<Self> {
        // asciinema 2 sets the first, asciinema 3 the second.
        if value("ASCIINEMA_REC").or_else(|| value("ASCIINEMA_SESSION")).is_some() {
            return Some(Self::Recorder("asciinema"));
        }
        match value("TMUX") {
            // Its socket has this name, and being shared is what it is for.
            Some(socket) if socket.contains("/tmate-") => Some(Self::Sharing("tmate")),
            Some(_) => Some(Self::Multiplexer("tmux")),
            None => value("STY").map(|_| Self::Multiplexer("screen")),
        }
    }
}

/// What the environment says about the terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// How many colours it has.
    pub colours: Colours,
    /// Whether it shows signs beyond ASCII.
    pub unicode: bool,
    /// Who may see it beside the user.
    pub onlooker: Option<Onlooker>,
    /// Where the user is.
    pub time_zone: TimeZone,
    /// Where the user's files are.
    pub home: Option<PathBuf>,
}

impl Terminal {
    /// Reads the environment, by the function that asks for a variable.
    pub fn of(variable: impl Fn(&str) -> Option<String>, time_zone: TimeZone) -> Self {
        let value = |name| variable(name).filter(|value| !value.is_empty());
        let term = value("TERM").unwrap_or_default();
        let is_true = value("COLORTERM").is_some_and(|depth| depth == "truecolor" || depth == "24bit");
        let colours = match () {
            () if value("NO_COLOR").is_some() || term == "dumb" => Colours::None,
            () if is_true || cfg!(windows) => Colours::True,
            () => Colours::Palette,
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value).unwrap_or_default().to_lowercase();
        let is_utf8 = locale.contains("utf-8") || locale.contains("utf8") || cfg!(any(windows, target_os = "macos"));
        // The Linux console has few signs of its own, and none of the finer blocks.
        Self {
            colours,
            unicode: is_utf8 && term != "linux" && term != "dumb",
            onlooker: Onlooker::of(value),
            time_zone,
            home: value("HOME").map(PathBuf::from),
        }
    }
}

/// What is wrong with the part of the configuration that only the app understands.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// Its keys.
    #[error(transparent)]
    Keys(#[from] KeymapError),
    /// Its theme.
    #[error("look.theme: {0}")]
    Theme(#[from] ThemeError),
}

impl Settings {
    /// Returns after how many days the audit has something to say.
    pub fn audit_limits(&self) -> Limits {
        Limits { check_days: self.check_days.unwrap_or(0), backup_days: self.remind_days }
    }

    /// Tells whether names and codes are hidden before anybody says so.
    pub fn is_private_at_first(&self) -> bool {
        match self.privacy {
            Privacy::On => true,
            Privacy::Off => false,
            Privacy::Auto => matches!(self.onlooker, Some(Onlooker::Recorder(_) | Onlooker::Sharing(_))),
        }
    }

    /// Returns the settings of a configuration on a terminal.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn new(config: &config::Settings, terminal: &Terminal) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        let own: BTreeMap<String, Vec<String>> =
            config.keys.iter().map(|choice| (choice.action.clone(), choice.keys.clone())).collect();
        let keymap = Keymap::new(&own).unwrap_or_else(|wrong| {
            errors.extend(wrong.into_iter().map(SettingsError::Keys));
            Keymap::default()
        });
        let colours = match config.look.color {
            When::Auto => terminal.colours,
            When::Always => terminal.colours.max(Colours::Palette),
            When::Never => Colours::None,
        };
        let unicode = match config.look.unicode {
            When::Auto => terminal.unicode,
            When::Always => true,
            When::Never => false,
        };
        let theme = Theme::built_in(&config.look.theme, colours);
        match theme {
            Ok(theme) if errors.is_empty() => Ok(Self {
                keymap,
                theme,
                unicode,
                hide_codes: config.codes.hide,
                reveal_millis: i64::try_from(config.codes.reveal_seconds.saturating_mul(1000)).unwrap_or(i64::MAX),
                lock_after_secs: Some(config.lock.idle_minutes * 60).filter(|secs| *secs > 0),
                privacy: config.look.privacy,
                onlooker: terminal.onlooker,
                lock_on_sleep: config.lock.on_sleep,
                lock_on_screen_lock: config.lock.on_screen_lock,
                clear_after_secs: config.clipboard.clear_after_seconds,
                show_next_secs: config.codes.show_next_in_last_seconds,
                sort: config.list.sort.into(),
                check_days: Some(config.recovery.check_days).filter(|days| *days > 0),
                remind_days: config.backup.remind_days,
                time_servers: config.clock.servers.clone(),
                time_zone: terminal.time_zone.clone(),
                home: terminal.home.clone(),
            }),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error.into());
                Err(errors)
            }
        }
    }
}

impl From<config::Sort> for SortBy {
    fn from(sort: config::Sort) -> Self {
        match sort {
            config::Sort::Name => Self::Name,
            config::Sort::Recent => Self::LastUsed,
            config::Sort::MostUsed => Self::MostUsed,
            config::Sort::Own => Self::Own,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            theme: Theme::from_styles(|_| ratatui::style::Style::new()),
            unicode: true,
            hide_codes: false,
            reveal_millis: 10_000,
            privacy: Privacy::Auto,
            onlooker: None,
            lock_after_secs: Some(300),
            lock_on_sleep: true,
            lock_on_screen_lock: true,
            clear_after_secs: 20,
            show_next_secs: 5,
            sort: SortBy::Name,
            check_days: Some(180),
            remind_days: 90,
            time_servers: config::Settings::default().clock.servers,
            time_zone: TimeZone::UTC,
            home: None,
        }
    }
}
