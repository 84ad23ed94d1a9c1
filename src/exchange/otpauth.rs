//! Lists of otpauth URIs, one a line: what most apps can write and all can read.

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::format::{Random, text};
use super::{Entry, EntryNote, ImportError, ImportNote, Imported, SkipReason, google};
use crate::otp::uri::{self, UriError};

pub(super) fn recognises(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| lines(text).any(begins_with_uri))
}

/// Tells a line of a list from one of a table or of JSON, in which a URI may stand anywhere.
fn begins_with_uri(line: &str) -> bool {
    const BEFORE: &[char] = &['"', '\'', '`', '<', '(', ' ', '\t'];
    let scheme = line.split("://").next().unwrap_or_default().trim_start_matches(BEFORE);
    scheme.len() < 20 && !scheme.contains(BEFORE) && uri::find(line)
}

/// Reads every line that says something; Google's transfer codes may stand among them.
pub(super) fn read(bytes: &[u8], _: Option<&SecretString>) -> Result<Imported, ImportError> {
    let text = text(bytes).ok_or(ImportError::NotRecognised)?;
    let mut imported = Imported::default();
    for line in lines(text) {
        match uri::parse(line) {
            Ok(found) => {
                let index = imported.len();
                let notes = found.notes.into_iter().map(|note| (index, EntryNote::Uri(note)));
                imported.notes.extend(notes.map(|(index, note)| ImportNote::Entry { index, note }));
                let entry = Entry::new(found.issuer, found.account, found.enrolment, found.counter);
                imported.take(Ok(entry))?;
            }
            Err(UriError::Migration) => match google::read(line) {
                Ok(accounts) => imported.append(accounts)?,
                Err(error) => imported.take(Err(SkipReason::TransferCode(error)))?,
            },
            Err(error) => imported.take(Err(SkipReason::Uri(error)))?,
        }
    }
    if imported.is_empty() { Err(ImportError::Empty) } else { Ok(imported) }
}

/// Returns the lines that are neither blank nor a comment.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

pub(super) fn write(entries: &[Entry], _: Option<&SecretString>, _: Random<'_>) -> SecretSlice<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let uri = uri::write(&entry.issuer, &entry.account, &entry.enrolment, entry.counter);
        bytes.extend_from_slice(uri.expose_secret().as_bytes());
        bytes.push(b'\n');
    }
    bytes.into()
}
