//! Where the vault is, found and written in a file of settings whose every other letter stays as it was.

use thiserror::Error;
use toml::de::DeTable;

use super::table::quoted;
use super::{ConfigError, Settings};

const SECTION: &str = "vault";
const KEY: &str = "file";

/// Why the settings were left alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotWritten {
    /// What has mistakes is not ours to write to.
    #[error("the settings have mistakes, so nothing was written to them")]
    HasMistakes(ConfigError),
    /// The section is written in a way that leaves no place for a line.
    #[error("the settings have no line for the vault's place, and none can be added to them")]
    NoPlace,
}

impl NotWritten {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::HasMistakes(error) => error.next_step(),
            Self::NoPlace => "write [vault] and below it file = \"…\" into the settings yourself",
        }
    }
}

/// Returns where the settings put the vault, also when they have mistakes: a slip elsewhere must not lead to another vault.
pub fn vault_file(toml: &str) -> Option<String> {
    let (document, _mistakes) = DeTable::parse_recoverable(toml);
    let section = document.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == SECTION)?.1;
    let file = section.get_ref().as_table()?.iter().find(|(name, _)| name.get_ref().as_ref() == KEY)?.1;
    file.get_ref().as_str().filter(|file| !file.is_empty()).map(str::to_owned)
}

/// Returns the settings with the vault at this path.
///
/// # Errors
/// The text has mistakes already, or no place for the setting.
pub fn with_vault_file(toml: &str, path: &str) -> Result<String, NotWritten> {
    let before = Settings::read(toml).map_err(NotWritten::HasMistakes)?;
    let written = written(toml, path).ok_or(NotWritten::NoPlace)?;
    let mut wanted = before;
    wanted.vault.file = Some(path.to_owned());
    // A place that was found wrongly must not cost a setting.
    let is_right = Settings::read(&written).is_ok_and(|after| without_lines(after) == without_lines(wanted));
    if is_right { Ok(written) } else { Err(NotWritten::NoPlace) }
}

fn written(toml: &str, path: &str) -> Option<String> {
    let document = DeTable::parse(toml).ok()?;
    let section = document.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == SECTION);
    let Some((name, section)) = section else {
        let gap = match toml {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        return Some(format!("{toml}{gap}[{SECTION}]\n{KEY} = {}\n", quoted(path)));
    };
    let file = section.get_ref().as_table()?.iter().find(|(name, _)| name.get_ref().as_ref() == KEY);
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
