//! Settings and keys.

use countersign::config::{KeyChoice, Placed, Settings, file_of, with_file};
use countersign::tui::action::ACTIONS;
use countersign::tui::key::{Key, KeyCode};
use countersign::tui::settings::{Settings as AppSettings, Terminal};
use jiff::tz::TimeZone;

use crate::input::{Input, text};
use crate::shown::{assert_is_tame, assert_sentences_are_tame};

/// A path, a line break, and the settings.
pub fn settings(input: &[u8]) {
    let mut input = Input(input);
    let path = text(input.line());
    let toml = text(input.0);
    match Settings::read(&toml) {
        Ok(settings) => {
            let again = Settings::read(&settings.to_toml()).expect("what we print can be read");
            assert_eq!(without_lines(again), without_lines(settings.clone()), "what is printed is read the same");
            check_keys(&settings);
        }
        Err(error) => {
            assert!(!error.mistakes.is_empty());
            assert!(error.mistakes.iter().all(|mistake| (1..=toml.lines().count() + 1).contains(&mistake.line)));
            assert_sentences_are_tame(&error.to_string());
        }
    }
    for placed in [Placed::Vault, Placed::Recovery] {
        file_of(&toml, placed);
        match with_file(&toml, placed, &path) {
            Ok(written) => {
                assert_eq!(file_of(&written, placed), Some(path.clone()).filter(|path| !path.is_empty()));
                Settings::read(&written).expect("what we write can be read");
            }
            Err(error) => assert_sentences_are_tame(&error.to_string()),
        }
    }
}

/// A line for each action: its name and its keys, with a blank between.
pub fn keymap(input: &[u8]) {
    let text = text(input);
    if let Ok(keys) = Key::sequence(&text) {
        for key in keys.into_iter().filter(|key| !matches!(key.code, KeyCode::Char(letter) if letter.is_control())) {
            assert_eq!(key.to_string().parse(), Ok(key), "a key is read as it is written");
        }
    }
    let mut settings = Settings::default();
    for (line, number) in text.lines().zip(1..) {
        let mut words = line.split(' ').map(str::to_owned);
        let action = words.next().unwrap_or_default();
        settings.keys.push(KeyChoice { action, keys: words.collect(), line: number });
    }
    check_keys(&settings);
}

fn check_keys(settings: &Settings) {
    let terminal = Terminal::of(|_| None, TimeZone::UTC);
    match AppSettings::new(settings, &terminal) {
        Ok(app) => {
            for entry in ACTIONS {
                for key in app.keymap.keys(entry.nth(0)) {
                    assert_eq!(key.to_string().parse::<Key>(), Ok(*key), "a key is read as it is written");
                }
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| assert_is_tame(&error.to_string()));
        }
    }
}

/// Where a key stands in the file is no setting, nor is the order of the keys.
fn without_lines(mut settings: Settings) -> Settings {
    settings.keys.iter_mut().for_each(|choice| choice.line = 0);
    settings.keys.sort_by(|one, other| one.action.cmp(&other.action));
    settings
}
