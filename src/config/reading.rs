//! From TOML to settings.

use toml::de::{DeTable, DeValue};

use super::mistakes::{ConfigError, Mistake, What, nearest};
use super::table::{KEYS, SETTINGS, list_of_texts};
use super::{KeyChoice, Settings};

/// Reads settings, or finds every mistake in them.
pub(super) fn read(toml: &str) -> Result<Settings, ConfigError> {
    let (document, errors) = DeTable::parse_recoverable(toml);
    let line_ends = toml.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    let mut reading = Reading { line_ends, settings: Settings::default(), mistakes: Vec::new() };
    for error in &errors {
        let start = error.span().map_or(0, |span| span.start);
        reading.mistake(start, What::NotToml { problem: error.message().to_owned() });
    }
    // What could be salvaged from broken TOML would only give mistakes that are none.
    if errors.is_empty() {
        reading.document(document.get_ref());
    }
    if reading.mistakes.is_empty() {
        return Ok(reading.settings);
    }
    reading.mistakes.sort_by_key(|mistake| mistake.line);
    Err(ConfigError { mistakes: reading.mistakes })
}

/// A file of settings on its way to become [`Settings`].
struct Reading {
    /// Where lines end, in bytes.
    line_ends: Vec<usize>,
    settings: Settings,
    mistakes: Vec<Mistake>,
}

impl Reading {
    fn document(&mut self, document: &DeTable<'_>) {
        for (name, value) in document {
            let section = name.get_ref().as_ref();
            match value.get_ref() {
                DeValue::Table(table) if section == KEYS => self.keys(table),
                DeValue::Table(table) if SETTINGS.iter().any(|setting| setting.section == section) => {
                    self.section(section, table);
                }
                DeValue::Table(_)
                | DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => self.unknown_section(name.span().start, section),
            }
        }
    }

    fn section(&mut self, section: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = name.get_ref().as_ref();
            let mut known = SETTINGS.iter().filter(|setting| setting.section == section);
            let Some(setting) = known.clone().find(|setting| setting.key == key) else {
                let nearest = nearest(key, known.by_ref().map(|setting| setting.key)).map(str::to_owned);
                let what = What::Unknown { name: format!("{section}.{key}"), nearest };
                self.mistake(name.span().start, what);
                continue;
            };
            if (setting.read)(&mut self.settings, value.get_ref()).is_none() {
                let what = What::Unexpected { name: format!("{section}.{key}"), expected: (setting.expected)() };
                self.mistake(value.span().start, what);
            }
        }
    }

    fn keys(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let action = name.get_ref().as_ref();
            let Some(keys) = list_of_texts(value.get_ref()) else {
                let expected = "a list of keys in quotes".to_owned();
                let what = What::Unexpected { name: format!("{KEYS}.{action}"), expected };
                self.mistake(value.span().start, what);
                continue;
            };
            let line = self.line(name.span().start);
            self.settings.keys.push(KeyChoice { action: action.to_owned(), keys, line });
        }
    }

    /// Notes a section that does not exist, or a setting that stands in none.
    fn unknown_section(&mut self, start: usize, name: &str) {
        let sections = SETTINGS.iter().map(|setting| setting.section).chain([KEYS]);
        let at_home = SETTINGS.iter().find(|setting| setting.key == name);
        let nearest = match at_home {
            Some(setting) => Some(format!("{}.{}", setting.section, setting.key)),
            None => nearest(name, sections).map(|section| format!("[{section}]")),
        };
        self.mistake(start, What::Unknown { name: name.to_owned(), nearest });
    }

    fn mistake(&mut self, start: usize, what: What) {
        let line = self.line(start);
        self.mistakes.push(Mistake { line, what });
    }

    fn line(&self, start: usize) -> usize {
        self.line_ends.partition_point(|end| *end < start) + 1
    }
}
