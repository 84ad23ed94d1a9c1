//! One thing to tell the user, at the bottom, that leaves by itself.

use super::message::Trouble;
use super::theme::Role;

/// How long a notice stays, in milliseconds.
const STAYS_MILLIS: i64 = 6_000;
/// How long something that went wrong stays: it has to be read, and says what to do.
const TROUBLE_STAYS_MILLIS: i64 = 15_000;

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The words; what came from outside is already shown safely in them.
    pub text: String,
    /// What kind of thing it is.
    pub tone: Tone,
    /// How long it stays, in milliseconds.
    pub stays_millis: i64,
}

/// What kind of thing a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It went well.
    Good,
    /// It is worth knowing.
    Note,
    /// It went wrong.
    Bad,
}

impl Tone {
    /// Returns what it looks like.
    pub const fn role(self) -> Role {
        match self {
            Self::Good => Role::Good,
            Self::Note => Role::Warning,
            Self::Bad => Role::Danger,
        }
    }

    /// Returns the sign that says the same without a colour.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "",
            Self::Note => "",
            Self::Bad => "! ",
        }
    }
}

impl Notice {
    /// Tells that something went well.
    pub fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Good, stays_millis: STAYS_MILLIS }
    }

    /// Tells something worth knowing.
    pub fn note(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Note, stays_millis: STAYS_MILLIS }
    }

    /// Tells what went wrong and what to do.
    pub fn trouble(trouble: &Trouble) -> Self {
        let text = match &trouble.next_step {
            Some(next_step) => format!("{}; {next_step}", trouble.what),
            None => trouble.what.clone(),
        };
        Self { text, tone: Tone::Bad, stays_millis: TROUBLE_STAYS_MILLIS }
    }
}
