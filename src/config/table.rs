//! Which settings there are: the one table that reading, printing and suggesting follow.

use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use super::{Merging, Privacy, Settings, Sort, When};

/// A setting whose value is one of a few words.
trait Choice: Copy + PartialEq + 'static {
    /// Every value with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// Returns the value of a word.
    fn read(value: &DeValue<'_>) -> Option<Self> {
        let word = text(value)?;
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(choice, _)| *choice)
    }

    /// Returns the word of a value, in quotes.
    fn write(self) -> String {
        Self::WORDS.iter().filter(|(choice, _)| *choice == self).map(|(_, word)| format!("\"{word}\"")).collect()
    }

    /// Says which words there are.
    fn expected() -> String {
        let words: Vec<String> = Self::WORDS.iter().map(|(_, word)| format!("\"{word}\"")).collect();
        match words.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            Some(_) | None => words.concat(),
        }
    }
}

impl Choice for When {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Auto, "auto"), (Self::Always, "always"), (Self::Never, "never")];
}

impl Choice for Privacy {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Auto, "auto"), (Self::On, "on"), (Self::Off, "off")];
}

impl Choice for Sort {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Name, "name"), (Self::Recent, "recent"), (Self::MostUsed, "most-used"), (Self::Own, "own")];
}

impl Choice for Merging {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Ask, "ask"), (Self::Auto, "auto")];
}

/// One setting: where it stands, what it means, how it is read and printed.
pub(super) struct Setting {
    pub(super) section: &'static str,
    pub(super) key: &'static str,
    pub(super) comment: &'static str,
    pub(super) expected: fn() -> String,
    /// Takes the value over; `None` when it is not one that is expected.
    pub(super) read: fn(&mut Settings, &DeValue<'_>) -> Option<()>,
    pub(super) write: fn(&Settings) -> String,
}

const IDLE_MINUTES: (u64, u64) = (0, 24 * 60);
const CLEAR_AFTER_SECONDS: (u64, u64) = (1, 60 * 60);
const REVEAL_SECONDS: (u64, u64) = (1, 300);
const SHOW_NEXT_SECONDS: (u64, u64) = (0, 60);
const KEEP: (u64, u64) = (1, 1000);
const DAILY: (u64, u64) = (0, 1000);
const REMIND_DAYS: (u64, u64) = (0, 3650);
const CHECK_DAYS: (u64, u64) = (0, 3650);

/// All of them but the keys, section by section.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        section: "vault",
        key: "file",
        comment: "The vault's file where it is not in its usual place, in a shared folder for example; ~/ is your home.\n\
                  --vault and COUNTERSIGN_VAULT come before it.",
        expected: || "a path, in quotes".to_owned(),
        read: |settings, value| {
            text(value).map(|file| settings.vault.file = Some(file.to_owned()).filter(|file| !file.is_empty()))
        },
        write: |settings| quoted(settings.vault.file.as_deref().unwrap_or_default()),
    },
    Setting {
        section: "lock",
        key: "idle_minutes",
        comment: "Lock after so many minutes without a key; 0 never does.",
        expected: || whole_number(IDLE_MINUTES),
        read: |settings, value| number(value, IDLE_MINUTES).map(|number| settings.lock.idle_minutes = number),
        write: |settings| settings.lock.idle_minutes.to_string(),
    },
    Setting {
        section: "lock",
        key: "on_sleep",
        comment: "Lock before this computer sleeps, or at the latest when it wakes.",
        expected: yes_or_no,
        read: |settings, value| switch(value).map(|locks| settings.lock.on_sleep = locks),
        write: |settings| settings.lock.on_sleep.to_string(),
    },
    Setting {
        section: "lock",
        key: "on_screen_lock",
        comment: "Lock when the screen of your desktop is locked, where systemd's logind tells.",
        expected: yes_or_no,
        read: |settings, value| switch(value).map(|locks| settings.lock.on_screen_lock = locks),
        write: |settings| settings.lock.on_screen_lock.to_string(),
    },
    Setting {
        section: "clock",
        key: "servers",
        comment: "The time servers that clock --network asks. Nobody is ever asked without it.",
        expected: || "a list of servers in quotes, such as \"time.example.org\" or \"192.0.2.1:123\"".to_owned(),
        read: |settings, value| {
            let servers = list_of_texts(value)?;
            let all_are = servers.iter().all(|server| !server.is_empty() && !server.contains(char::is_whitespace));
            all_are.then(|| settings.clock.servers = servers)
        },
        write: |settings| list(&settings.clock.servers),
    },
    Setting {
        section: "clipboard",
        key: "clear_after_seconds",
        comment: "Clear a copied code after so many seconds, if it is still there.",
        expected: || whole_number(CLEAR_AFTER_SECONDS),
        read: |settings, value| {
            number(value, CLEAR_AFTER_SECONDS).map(|number| settings.clipboard.clear_after_seconds = number)
        },
        write: |settings| settings.clipboard.clear_after_seconds.to_string(),
    },
    Setting {
        section: "clipboard",
        key: "osc52",
        comment: "Ask the terminal to copy (OSC 52): \"auto\" over SSH and where there is no desktop clipboard, \"always\" or \"never\".\n\
                  A terminal cannot say whether it did, nor whether the text is still there; tmux keeps such texts\n\
                  in its buffers, so \"auto\" asks there first.",
        expected: When::expected,
        read: |settings, value| When::read(value).map(|choice| settings.clipboard.osc52 = choice),
        write: |settings| settings.clipboard.osc52.write(),
    },
    Setting {
        section: "codes",
        key: "hide",
        comment: "Hide codes until they are asked for.",
        expected: yes_or_no,
        read: |settings, value| switch(value).map(|choice| settings.codes.hide = choice),
        write: |settings| settings.codes.hide.to_string(),
    },
    Setting {
        section: "codes",
        key: "reveal_seconds",
        comment: "Show what is hidden for so many seconds once it was asked for.",
        expected: || whole_number(REVEAL_SECONDS),
        read: |settings, value| number(value, REVEAL_SECONDS).map(|number| settings.codes.reveal_seconds = number),
        write: |settings| settings.codes.reveal_seconds.to_string(),
    },
    Setting {
        section: "codes",
        key: "show_next_in_last_seconds",
        comment: "Show the next code beside one that has so many seconds left; 0 never does.",
        expected: || whole_number(SHOW_NEXT_SECONDS),
        read: |settings, value| {
            number(value, SHOW_NEXT_SECONDS).map(|number| settings.codes.show_next_in_last_seconds = number)
        },
        write: |settings| settings.codes.show_next_in_last_seconds.to_string(),
    },
    Setting {
        section: "list",
        key: "sort",
        comment: "The order to begin with: \"name\", \"recent\", \"most-used\" or \"own\".",
        expected: Sort::expected,
        read: |settings, value| Sort::read(value).map(|choice| settings.list.sort = choice),
        write: |settings| settings.list.sort.write(),
    },
    Setting {
        section: "recovery",
        key: "file",
        comment: "The file of recovery codes that are kept apart from the vault, where it is not recovery.age beside it; ~/ is your home.",
        expected: || "a path, in quotes".to_owned(),
        read: |settings, value| {
            text(value).map(|file| settings.recovery.file = Some(file.to_owned()).filter(|file| !file.is_empty()))
        },
        write: |settings| quoted(settings.recovery.file.as_deref().unwrap_or_default()),
    },
    Setting {
        section: "recovery",
        key: "check_days",
        comment: "Ask to compare recovery codes with the site's after so many days; 0 never does.",
        expected: || whole_number(CHECK_DAYS),
        read: |settings, value| number(value, CHECK_DAYS).map(|number| settings.recovery.check_days = number),
        write: |settings| settings.recovery.check_days.to_string(),
    },
    Setting {
        section: "look",
        key: "theme",
        comment: "The name of a theme. \"terminal\" uses the terminal's own sixteen colours.",
        expected: || "the name of a theme, in quotes".to_owned(),
        read: |settings, value| text(value).map(|name| name.clone_into(&mut settings.look.theme)),
        write: |settings| quoted(&settings.look.theme),
    },
    Setting {
        section: "look",
        key: "color",
        comment: "Use colour: \"auto\" heeds NO_COLOR and the terminal, \"always\" or \"never\".",
        expected: When::expected,
        read: |settings, value| When::read(value).map(|choice| settings.look.color = choice),
        write: |settings| settings.look.color.write(),
    },
    Setting {
        section: "look",
        key: "unicode",
        comment: "Draw with more than ASCII: \"auto\" heeds the locale, \"always\" or \"never\".",
        expected: When::expected,
        read: |settings, value| When::read(value).map(|choice| settings.look.unicode = choice),
        write: |settings| settings.look.unicode.write(),
    },
    Setting {
        section: "look",
        key: "privacy",
        comment: "Hide codes and the names of accounts in the app: \"on\", \"off\", or \"auto\" while the terminal is recorded or\n\
                  shared, and offered in tmux and screen, where others may look on. P switches it for one run.",
        expected: Privacy::expected,
        read: |settings, value| Privacy::read(value).map(|choice| settings.look.privacy = choice),
        write: |settings| settings.look.privacy.write(),
    },
    Setting {
        section: "backup",
        key: "folder",
        comment: "Back each change up to this folder, a whole path; \"\" does not. The folder is never made: it may be a disk that is\n\
                  not there. Only backups that were made this way are ever removed again.",
        expected: || "the whole path of a folder, in quotes".to_owned(),
        read: |settings, value| {
            let folder = text(value).filter(|text| text.is_empty() || Path::new(text).is_absolute())?;
            folder.clone_into(&mut settings.backup.folder);
            Some(())
        },
        write: |settings| quoted(&settings.backup.folder),
    },
    Setting {
        section: "backup",
        key: "keep",
        comment: "So many of the newest stay there in any case,",
        expected: || whole_number(KEEP),
        read: |settings, value| number(value, KEEP).map(|number| settings.backup.keep = number),
        write: |settings| settings.backup.keep.to_string(),
    },
    Setting {
        section: "backup",
        key: "daily",
        comment: "the newest of each of so many days,",
        expected: || whole_number(DAILY),
        read: |settings, value| number(value, DAILY).map(|number| settings.backup.daily = number),
        write: |settings| settings.backup.daily.to_string(),
    },
    Setting {
        section: "backup",
        key: "weekly",
        comment: "and the newest of each of so many weeks.",
        expected: || whole_number(DAILY),
        read: |settings, value| number(value, DAILY).map(|number| settings.backup.weekly = number),
        write: |settings| settings.backup.weekly.to_string(),
    },
    Setting {
        section: "backup",
        key: "recipients",
        comment: "Age recipients (\"age1…\") whose identities open them. With none, they open with the vault's passphrase.",
        expected: || "a list of age recipients in quotes, as age-keygen prints them".to_owned(),
        read: |settings, value| {
            let recipients = list_of_texts(value)?;
            let all_are = recipients.iter().all(|text| text.starts_with("age1"));
            all_are.then(|| settings.backup.recipients = recipients)
        },
        write: |settings| list(&settings.backup.recipients),
    },
    Setting {
        section: "backup",
        key: "remind_days",
        comment: "Remind of proving a backup again after so many days; 0 never does.",
        expected: || whole_number(REMIND_DAYS),
        read: |settings, value| number(value, REMIND_DAYS).map(|number| settings.backup.remind_days = number),
        write: |settings| settings.backup.remind_days.to_string(),
    },
    Setting {
        section: "sync",
        key: "merge",
        comment: "Conflict copies that a sync tool left beside the vault, and two histories of it: \"ask\" names them, \"auto\" merges\n\
                  them when the vault is opened. An older vault is never merged without being told to.",
        expected: Merging::expected,
        read: |settings, value| Merging::read(value).map(|choice| settings.sync.merge = choice),
        write: |settings| settings.sync.merge.write(),
    },
];

/// The section that holds no fixed settings.
pub(super) const KEYS: &str = "keys";
pub(super) const KEYS_COMMENT: &str =
    "Other keys for an action, in place of its own: lock = [\"ctrl-l\"]. An empty list takes its keys away.";

fn number(value: &DeValue<'_>, (least, most): (u64, u64)) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| (least..=most).contains(number))
}

fn whole_number((least, most): (u64, u64)) -> String {
    format!("a whole number from {least} to {most}")
}

fn switch(value: &DeValue<'_>) -> Option<bool> {
    value.as_bool()
}

fn yes_or_no() -> String {
    "true or false".to_owned()
}

pub(super) fn text<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    value.as_str()
}

/// Reads one text, or a list of them.
pub(super) fn list_of_texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value.as_array() {
        None => text(value).map(|text| vec![text.to_owned()]),
        Some(list) => list.iter().map(Spanned::get_ref).map(|item| text(item).map(str::to_owned)).collect(),
    }
}

/// Returns a list of texts as TOML writes it.
pub(super) fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// Returns a text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
