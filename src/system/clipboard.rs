//! Where a copied code goes: the desktop's clipboard, or the terminal where that is allowed and better.

use std::path::PathBuf;

use secrecy::SecretString;

use super::clipboard_holder::{self, Attended};
use super::native_clipboard::{NativeClipboard, NotTaken};
use super::terminal::{self, Terminal};
use crate::config::When;
use crate::ports::{Clipboard, ClipboardError, Delivery, Pasted};

/// The clipboards that can be reached from here.
pub struct ReachableClipboard {
    osc52: When,
    terminal: Terminal,
    native: NativeClipboard,
    /// The program that offers texts to the desktop beside us, and the one that it offers now.
    holder: Option<PathBuf>,
    held: Option<Attended>,
    terminal_holds_ours: bool,
    /// Whether the user knows by now that a multiplexer keeps what is copied: whoever copies again says yes to it.
    is_warned: bool,
}

impl ReachableClipboard {
    /// Returns them; nothing is connected before the first text.
    pub fn new(osc52: When, terminal: Terminal) -> Self {
        let native = NativeClipboard::default();
        Self { osc52, terminal, native, holder: None, held: None, terminal_holds_ours: false, is_warned: false }
    }

    /// Has this program, which is our own, offer texts to the desktop in a process beside us, so that they go with it.
    #[must_use]
    pub fn with_holder(self, program: Option<PathBuf>) -> Self {
        Self { holder: program, ..self }
    }

    /// Puts a text on the desktop's clipboard.
    fn offer(&mut self, text: &SecretString) -> Result<(), NotTaken> {
        match self.holder.as_deref().map(|program| Attended::offer(program, text)) {
            // The former one, if there is one, sees that its text is not there any more, and goes.
            Some(Ok(offered)) => offered.map(|held| self.held = Some(held)),
            // A program that was replaced while it runs cannot be started again.
            Some(Err(_)) | None => self.native.put(text),
        }
    }

    /// Tells by which ways to try, best first. Over SSH the desktop here is not the one that the user sees.
    fn ways(&self) -> &'static [Delivery] {
        match self.osc52 {
            When::Never => &[Delivery::Native],
            When::Always => &[Delivery::Terminal, Delivery::Native],
            When::Auto if self.terminal.is_plain => &[Delivery::Native],
            When::Auto if self.terminal.is_remote => &[Delivery::Terminal, Delivery::Native],
            When::Auto => &[Delivery::Native, Delivery::Terminal],
        }
    }

    /// Tries one way after the other; the error is the one that tells more.
    fn first_that_takes(
        &mut self,
        mut attempt: impl FnMut(&mut Self, Delivery) -> Result<(), ClipboardError>,
    ) -> Result<Delivery, ClipboardError> {
        let mut error = ClipboardError::None;
        for &way in self.ways() {
            match (attempt(self, way), self.terminal.multiplexer) {
                (Ok(()), Some(name)) if way == Delivery::Terminal => return Ok(Delivery::Multiplexer(name)),
                (Ok(()), _) => return Ok(way),
                (Err(ClipboardError::None), _) => {}
                (Err(told @ (ClipboardError::Refused | ClipboardError::WouldStay(_))), _) => error = told,
            }
        }
        Err(error)
    }

    /// Refuses the first time, where nobody has allowed that a multiplexer keeps the text.
    fn warn_once(&mut self) -> Result<(), ClipboardError> {
        match self.terminal.multiplexer {
            Some(name) if self.osc52 == When::Auto && !std::mem::replace(&mut self.is_warned, true) => {
                Err(ClipboardError::WouldStay(name))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Clipboard for ReachableClipboard {
    fn put(&mut self, text: &SecretString) -> Result<Delivery, ClipboardError> {
        self.first_that_takes(|this, way| match way {
            Delivery::Native => this.offer(text).map_err(ClipboardError::from),
            Delivery::Terminal | Delivery::Multiplexer(_) => {
                this.warn_once()?;
                terminal::copy(text).map_err(|_| ClipboardError::None)?;
                // A multiplexer would only add an empty text to those it keeps.
                this.terminal_holds_ours = this.terminal.multiplexer.is_none();
                Ok(())
            }
        })
    }

    fn clear_if_ours(&mut self) {
        self.held = None;
        self.native.clear_if_ours();
        if std::mem::take(&mut self.terminal_holds_ours) {
            // A terminal that is gone took the text along.
            terminal::clear().ok();
        }
    }

    fn hand_over(&mut self, text: &SecretString, seconds: u64) -> Result<Delivery, ClipboardError> {
        self.first_that_takes(|this, way| match way {
            Delivery::Native => clipboard_holder::hand_over(text, seconds),
            Delivery::Terminal | Delivery::Multiplexer(_) => {
                terminal::copy(text).map_err(|_| ClipboardError::None)?;
                match this.terminal.multiplexer {
                    Some(_) => Ok(()),
                    None => clipboard_holder::clear_terminal_later(seconds),
                }
            }
        })
    }

    fn take(&mut self) -> Result<Pasted, ClipboardError> {
        self.native.take().ok_or(ClipboardError::None)
    }
}

impl From<NotTaken> for ClipboardError {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::NoDesktop => Self::None,
            NotTaken::Refused => Self::Refused,
        }
    }
}
