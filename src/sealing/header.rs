//! The stanzas of an age header, read by the age crate's own parser: a second one could disagree with it.

use std::cell::RefCell;

use age::{DecryptError, Identity};
use age_core::format::{FileKey, Stanza};
use data_encoding::BASE64_NOPAD;

use super::{SealError, VaultKey, age_file};

/// How age wraps the body of a stanza.
const COLUMNS: usize = 64;

/// A stanza, kept so that it can be written again as it was: age's own cannot be cloned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderStanza {
    pub(super) tag: String,
    pub(super) args: Vec<String>,
    pub(super) body: Vec<u8>,
}

impl HeaderStanza {
    pub(super) fn to_age(&self) -> Stanza {
        Stanza { tag: self.tag.clone(), args: self.args.clone(), body: self.body.clone() }
    }

    /// Appends the stanza as it stands in a header.
    pub(super) fn write_to(&self, text: &mut String) {
        text.push_str("-> ");
        text.push_str(&self.tag);
        for argument in &self.args {
            text.push(' ');
            text.push_str(argument);
        }
        text.push('\n');
        let mut rest = &*BASE64_NOPAD.encode(&self.body);
        // The last line is always shorter than the others, empty if need be.
        while rest.len() >= COLUMNS {
            let (line, after) = rest.split_at(COLUMNS);
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push_str(rest);
        text.push('\n');
    }
}

impl From<&Stanza> for HeaderStanza {
    fn from(stanza: &Stanza) -> Self {
        Self { tag: stanza.tag.clone(), args: stanza.args.clone(), body: stanza.body.clone() }
    }
}

/// An age identity that notes a header's stanzas, and opens the file if it has a key.
pub(super) struct Observer<'a> {
    key: Option<&'a VaultKey>,
    seen: RefCell<Vec<HeaderStanza>>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(key: Option<&'a VaultKey>) -> Self {
        Self { key, seen: RefCell::default() }
    }

    pub(super) fn into_stanzas(self) -> Vec<HeaderStanza> {
        self.seen.into_inner()
    }
}

impl Identity for Observer<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.key.and_then(|key| key.identity().unwrap_stanza(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        *self.seen.borrow_mut() = stanzas.iter().map(HeaderStanza::from).collect();
        stanzas.iter().find_map(|stanza| self.unwrap_stanza(stanza))
    }
}

/// Returns all stanzas of a header.
pub(super) fn stanzas_of(bytes: &[u8]) -> Result<Vec<HeaderStanza>, SealError> {
    let observer = Observer::new(None);
    match age_file::decrypt(bytes, &[&observer]) {
        // Without a key nothing opens: that is how reading a well-formed header ends.
        Ok(_) | Err(SealError::WrongIdentity) => Ok(observer.into_stanzas()),
        Err(error) => Err(error),
    }
}
