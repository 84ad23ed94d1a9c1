//! What the environment may say instead of an option.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Colour, Global};

/// The variables that mean something here. An empty one counts as not set; an option beats its variable.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `COUNTERSIGN_VAULT`.
    pub vault: Option<PathBuf>,
    /// `COUNTERSIGN_CONFIG`.
    pub config: Option<PathBuf>,
    /// `COUNTERSIGN_PASSPHRASE_FILE`.
    pub passphrase_file: Option<PathBuf>,
    /// Whether `NO_COLOR` is set to anything.
    pub no_color: bool,
}

impl Environment {
    /// Asks for every variable by its name.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        Self {
            vault: variable("COUNTERSIGN_VAULT").map(PathBuf::from),
            config: variable("COUNTERSIGN_CONFIG").map(PathBuf::from),
            passphrase_file: variable("COUNTERSIGN_PASSPHRASE_FILE").map(PathBuf::from),
            no_color: variable("NO_COLOR").is_some(),
        }
    }
}

impl Global {
    /// Takes from the environment what no option says.
    pub(super) fn fill_in(&mut self, environment: &Environment) {
        let Environment { vault, config, passphrase_file, no_color } = environment;
        self.vault = self.vault.take().or_else(|| vault.clone());
        self.config = self.config.take().or_else(|| config.clone());
        if self.passphrase_file.is_none() && self.passphrase_command.is_none() && self.identity.is_none() {
            self.passphrase_file.clone_from(passphrase_file);
        }
        if self.color.is_none() && *no_color {
            self.color = Some(Colour::Never);
        }
    }
}
