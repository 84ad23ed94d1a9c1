//! The terminal's other screen, of which nothing is left when it is put away.

use secrecy::SecretString;

use crate::ports::{PrivateScreen, PromptError};

/// The other screen of the terminal that this process was started from.
#[derive(Clone, Copy, Debug, Default)]
pub struct OtherScreen;

impl PrivateScreen for OtherScreen {
    fn size(&self) -> Option<(usize, usize)> {
        #[cfg(unix)]
        {
            super::quiet_terminal::size()
        }
        #[cfg(not(unix))]
        {
            None
        }
    }

    fn show(&mut self, lines: &[SecretString], words: &str, seconds: u32) -> Result<(), PromptError> {
        #[cfg(unix)]
        {
            super::quiet_terminal::show(&page(lines, words), seconds).map_err(|_| PromptError::NoTerminal)
        }
        #[cfg(not(unix))]
        {
            let _ = (lines, words, seconds);
            Err(PromptError::NoTerminal)
        }
    }
}

/// Black on white out of the 256 colours: the two that no terminal's palette changes.
#[cfg(unix)]
const DARK_ON_LIGHT: &str = "\x1b[38;5;16;48;5;231m";
#[cfg(unix)]
const PLAIN: &str = "\x1b[m";

/// Returns all that is written: each line at the left edge, and the words below the last one.
#[cfg(unix)]
fn page(lines: &[SecretString], words: &str) -> SecretString {
    use secrecy::ExposeSecret as _;
    let bytes = lines.iter().map(|line| line.expose_secret().len() + 64).sum::<usize>();
    // Sized once, because a growing buffer leaves copies behind.
    let mut page = String::with_capacity(bytes + words.len() + 64);
    for (row, line) in (1..).zip(lines) {
        page.push_str(&format!("\x1b[{row};1H{DARK_ON_LIGHT}"));
        page.push_str(line.expose_secret());
        page.push_str(PLAIN);
    }
    page.push_str(&format!("\x1b[{};1H{words}", lines.len() + 1));
    page.into()
}
