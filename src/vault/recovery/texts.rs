//! The texts of a set, which are in the vault or apart from it: what would let somebody in.

use std::fmt;
use std::sync::Arc;

use super::code::CodeText;
use crate::vault::field::Field;
use crate::vault::stamp::Stamp;

/// What a set says: its codes, and the lines that stood around them.
#[derive(Clone, PartialEq, Eq)]
pub struct SetTexts {
    pub(super) codes: Vec<CodeText>,
    pub(super) about: String,
}

impl SetTexts {
    /// Returns the codes in the site's order.
    pub fn codes(&self) -> &[CodeText] {
        &self.codes
    }

    /// Returns the lines that stood around the codes. Text from outside: show it through [`crate::shown`].
    pub fn about(&self) -> &str {
        &self.about
    }
}

impl fmt::Debug for SetTexts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The lines around the codes may hold what was not understood as one.
        write!(formatter, "SetTexts([REDACTED], {} codes)", self.codes.len())
    }
}

/// Texts that are in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// By which moves into the vault they are here: that of storing the set, and those from the basket.
    pub here: Field<()>,
    /// The texts; they never change.
    pub texts: Arc<SetTexts>,
}

impl Held {
    /// Returns texts that were put here at `stamp`.
    pub fn new(texts: Arc<SetTexts>, stamp: Stamp) -> Self {
        Self { here: Field::new((), stamp), texts }
    }

    /// Returns the join of two states.
    pub fn merge(ours: Option<&Self>, theirs: Option<&Self>) -> Option<Self> {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                Some(Self { here: ours.here.merge(&theirs.here), texts: Arc::clone(&ours.texts) })
            }
            (Some(only), None) | (None, Some(only)) => Some(only.clone()),
            (None, None) => None,
        }
    }

    /// Drops what a deletion of the account at `purged` covers.
    pub fn after(&self, purged: Stamp) -> Option<Self> {
        Some(Self { here: self.here.after(purged)?, texts: Arc::clone(&self.texts) })
    }

    /// Drops what a move out of the vault at `moved` covers.
    pub fn since(&self, moved: Stamp) -> Option<Self> {
        Some(Self { here: self.here.since(moved)?, texts: Arc::clone(&self.texts) })
    }
}
