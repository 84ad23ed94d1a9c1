//! Where our files are, found and written in a file of settings whose every other letter stays as it was.

use thiserror::Error;
use toml::de::DeTable;

use super::table::quoted;
use super::{ConfigError, Settings};

const KEY: &str = "file";

/// A file of ours whose place stands in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The vault.
    Vault,
    /// The recovery codes that are kept apart from it.
    Recovery,
}

impl Placed {
    const fn section(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Recovery => "recovery",
        }
    }
}

/// Why the settings were left alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotWritten {
    /// What has mistakes is not ours to write to.
    #[error("the settings have mistakes, so nothing was written to them")]
    HasMistakes(ConfigError),
    /// The section is written in a way that leaves no place for a line.
    #[error("the settings have no line for the file's place, and none can be added to them")]
    NoPlace,
}

impl NotWritten {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::HasMistakes(error) => error.next_step(),
            Self::NoPlace => "write file = \"…\" below [vault] or [recovery] into the settings yourself",
        }
    }
}

/// Returns where the settings put a file, also when they have mistakes: a slip elsewhere must not lead to another one.
pub fn file_of(toml: &str, placed: Placed) -> Option<String> {
    let (document, _mistakes) = DeTable::parse_recoverable(toml);
    let section = document.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == placed.section())?.1;
    let file = section.get_ref().as_table()?.iter().find(|(name, _)| name.get_ref().as_ref() == KEY)?.1;
    file.get_ref().as_str().filter(|file| !file.is_empty()).map(str::to_owned)
}

/// Returns the settings with a file at this path.
///
/// # Errors
/// The text has mistakes already, or no place for the setting.
pub fn with_file(toml: &str, placed: Placed, path: &str) -> Result<String, NotWritten> {
    let before = Settings::read(toml).map_err(NotWritten::HasMistakes)?;
    let written = written(toml, placed.section(), path).ok_or(NotWritten::NoPlace)?;
    let mut wanted = before;
    let place = match placed {
        Placed::Vault => &mut wanted.vault.file,
        Placed::Recovery => &mut wanted.recovery.file,
    };
    *place = Some(path.to_owned());
    // A place that was found wrongly must not cost a setting.
    let is_right = Settings::read(&written).is_ok_and(|after| without_lines(after) == without_lines(wanted));
    if is_right { Ok(written) } else { Err(NotWritten::NoPlace) }
}

fn written(toml: &str, section: &str, path: &str) -> Option<String> {
    let document = DeTable::parse(toml).ok()?;
    let found = document.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == section);
    let Some((name, found)) = found else {
        let gap = match toml {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        return Some(format!("{toml}{gap}[{section}]\n{KEY} = {}\n", quoted(path)));
    };
    let file = found.get_ref().as_table()?.iter().find(|(name, _)| name.get_ref().as_ref() == KEY);
    if let Some((_, value)) = file {
        let (before, after) = (toml.get(..value.span().start)?, toml.get(value.span().end..)?);
        return Some(format!("{before}{}{after}", quoted(path)));
    }
    let line_end = toml[name.span().start..].find('\n').map(|length| name.span().start + length + 1);
    let (before, after) = toml.split_at(line_end.unwrap_or(toml.len()));
    let gap = if before.ends_with('\n') { "" } else { "\n" };
    Some(format!("{before}{gap}{KEY} = {}\n{after}", quoted(path)))
}

/// Where a key stands in the file is no setting.
fn without_lines(mut settings: Settings) -> Settings {
    settings.keys.iter_mut().for_each(|choice| choice.line = 0);
    settings
}
