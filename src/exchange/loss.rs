//! What a format cannot carry.

use std::fmt;

use super::Entry;

/// Something of an account that a format has no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The type of code does not exist there, so the account stays out.
    Type,
    /// Nor does the number of digits.
    Digits,
    /// Nor does the period.
    Period,
    /// Nor does a counter that large.
    Counter,
    /// The note is left behind.
    Note,
    /// So are the tags.
    Tags,
    /// It is no favourite there.
    Pinned,
    /// The secrets it had before stay here.
    Former,
    /// So do its recovery codes.
    RecoveryCodes,
}

impl Loss {
    /// Tells whether the account cannot go there at all, for without this its codes would be wrong.
    pub fn leaves_out(self) -> bool {
        match self {
            Self::Type | Self::Digits | Self::Period | Self::Counter => true,
            Self::Note | Self::Tags | Self::Pinned | Self::Former | Self::RecoveryCodes => false,
        }
    }

    /// Takes it off an account, which is then what the format has of it.
    pub fn take_off(self, entry: &mut Entry) {
        match self {
            Self::Note => entry.note.clear(),
            Self::Tags => entry.tags.clear(),
            Self::Pinned => entry.pinned = false,
            Self::Type | Self::Digits | Self::Period | Self::Counter | Self::Former | Self::RecoveryCodes => {}
        }
    }

    /// Returns what goes with an account in a format that has nothing but its name and how its codes are made.
    pub(super) fn beside_the_code(entry: &Entry) -> Vec<Self> {
        let losses =
            [(!entry.note.is_empty(), Self::Note), (!entry.tags.is_empty(), Self::Tags), (entry.pinned, Self::Pinned)];
        losses.into_iter().filter_map(|(is_lost, loss)| is_lost.then_some(loss)).collect()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "its type of code",
            Self::Digits => "its number of digits",
            Self::Period => "its period",
            Self::Counter => "its counter",
            Self::Note => "its note",
            Self::Tags => "its tags",
            Self::Pinned => "its place at the top",
            Self::Former => "its former secrets",
            Self::RecoveryCodes => "its recovery codes",
        })
    }
}
