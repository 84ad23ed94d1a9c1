//! Where a copied text goes, and what becomes of it there.

use secrecy::{SecretSlice, SecretString};
use thiserror::Error;

/// By which way a text reached a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The desktop's own clipboard, marked as not for histories.
    Native,
    /// The terminal was asked to (OSC 52); it cannot say whether it did.
    Terminal,
    /// The same, through a multiplexer of that name, which keeps every such text in a list of its own.
    Multiplexer(&'static str),
}

impl Delivery {
    /// Says what must be known of a text that a multiplexer keeps; nothing for all others.
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self::Multiplexer("tmux") => Some("tmux keeps it: tmux delete-buffer forgets it"),
            Self::Multiplexer(_) => Some("screen may keep it in its paste buffer"),
            Self::Native | Self::Terminal => None,
        }
    }
}

/// Where a copied code goes.
pub trait Clipboard: Send {
    /// Puts a text there, for as long as this process lives.
    ///
    /// # Errors
    /// Nothing can take it.
    fn put(&mut self, text: &SecretString) -> Result<Delivery, ClipboardError>;
    /// Clears it, but only if it still holds the text that [`Clipboard::put`] put there last.
    fn clear_if_ours(&mut self);
    /// Puts a text there on behalf of a process that is about to end, and has it cleared after `seconds`.
    ///
    /// # Errors
    /// Nothing can take it.
    fn hand_over(&mut self, text: &SecretString, seconds: u64) -> Result<Delivery, ClipboardError>;
    /// Returns what somebody else put there.
    ///
    /// # Errors
    /// No clipboard can be read from here: a terminal takes texts and gives none.
    fn take(&mut self) -> Result<Pasted, ClipboardError>;
}

/// What was on a clipboard.
pub enum Pasted {
    /// Nothing that countersign understands.
    Nothing,
    /// A text; it may be a secret.
    Text(SecretString),
    /// A picture; it may show a secret.
    Picture(Picture),
}

/// A picture without a file format: eight bits a pixel and colour, rows from the top.
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue, opacity for each pixel.
    pub rgba: SecretSlice<u8>,
}

/// Why nothing took a copied text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClipboardError {
    /// There is no desktop and the terminal was not allowed.
    #[error("no clipboard can be reached from here")]
    None,
    /// There is one, but it refused.
    #[error("the clipboard refused the text")]
    Refused,
    /// Only through a multiplexer of that name, which would keep the text, and nobody has said yes to that yet.
    #[error("{0} keeps every text that is copied through it, so nothing was copied yet")]
    WouldStay(&'static str),
}

impl ClipboardError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::None => {
                "read the code instead, or allow the terminal's clipboard: clipboard.osc52 = \"auto\" in the settings"
            }
            Self::WouldStay(_) => {
                "copy again to do it all the same in this run, or allow it: clipboard.osc52 = \"always\""
            }
            Self::Refused => "try again, or read the code instead",
        }
    }
}
