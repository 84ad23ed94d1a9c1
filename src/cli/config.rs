//! `config`: where the settings are, what they say, and whether they say it right.

use super::Context;
use super::args::Config;
use super::output::{Exit, Failure};
use crate::config::{Settings, default_toml};

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
            let settings = read(context)?;
            let mistakes = (context.surroundings.app_mistakes)(&settings);
            if !mistakes.is_empty() {
                return Err(wrong(context, mistakes));
            }
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
        Ok(Some(text)) => Settings::read(text).map_err(|error| {
            let mistakes = error.mistakes.iter().map(ToString::to_string).collect();
            wrong(context, mistakes)
        }),
        Err(error) => Err(Failure::new(Exit::Damaged, error, error.next_step())),
    }
}

fn wrong(context: &Context<'_>, mistakes: Vec<String>) -> Failure {
    let path = context.surroundings.config_path.to_string_lossy();
    let what = match mistakes.len() {
        1 => format!("there is a mistake in {path}"),
        count => format!("there are {count} mistakes in {path}"),
    };
    let next = "correct it; `countersign config default` prints every setting with its comment";
    Failure::new(Exit::Failed, what, next).with_details(mistakes)
}
