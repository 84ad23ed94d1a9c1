//! `config`: where the settings are, what they say, and whether they say it right.

use super::Context;
use super::args::Config;
use super::output::{Exit, Failure};
use crate::config::{ConfigError, Settings, default_toml};

pub(super) fn run(context: &mut Context<'_>, command: Config) -> Result<(), Failure> {
    match command {
        Config::Path => {
            let path = context.surroundings.config_path.to_string_lossy().into_owned();
            context.output.line(&path)
        }
        Config::Default => context.output.raw(default_toml().as_bytes()),
        Config::Show => {
            let settings = read(context)?;
            context.output.raw(settings.to_toml().as_bytes())
        }
        Config::Check => {
            read(context)?;
            context.output.note("the settings are in order");
            Ok(())
        }
    }
}

/// Returns the settings in force. Mistakes in them are named and cost the settings, not the code that was asked for.
pub(super) fn settings(context: &mut Context<'_>) -> Settings {
    match read(context) {
        Ok(settings) => settings,
        Err(failure) => {
            context.output.setback(&failure);
            context.output.note("going on with the usual settings");
            Settings::default()
        }
    }
}

fn read(context: &Context<'_>) -> Result<Settings, Failure> {
    match &context.surroundings.config_text {
        Ok(None) => Ok(Settings::default()),
        Ok(Some(text)) => Settings::read(text).map_err(|mistakes| wrong(context, &mistakes)),
        Err(error) => Err(Failure::new(Exit::Damaged, error, error.next_step())),
    }
}

fn wrong(context: &Context<'_>, error: &ConfigError) -> Failure {
    let path = context.surroundings.config_path.to_string_lossy();
    let count = error.mistakes.len();
    let mistakes = if count == 1 { "is a mistake".to_owned() } else { format!("are {count} mistakes") };
    Failure::new(Exit::Failed, format!("there {mistakes} in {path}"), error.next_step())
        .with_details(error.mistakes.iter().map(ToString::to_string))
}
