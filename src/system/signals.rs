//! What the system wants of us, one message after the other, instead of sudden death.
//!
//! The thread that waits for them is the caller's.

use std::io;

/// A signal, as what it means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// We shall end: SIGTERM, SIGHUP or SIGINT.
    End {
        /// Its number; a process that ends so exits with 128 and this.
        number: u8,
    },
    /// We shall stop for a while: SIGTSTP.
    Suspend,
    /// We were stopped and go on: SIGCONT. The terminal may be in any state.
    Resume,
    /// The terminal has another size: SIGWINCH.
    Resized,
}

/// Signals as they come in; waiting for the next one blocks.
pub struct Signals(#[cfg(unix)] signal_hook::iterator::Signals);

/// Takes the signals over from now on.
///
/// # Errors
/// The system does not allow it.
pub fn listen() -> io::Result<Signals> {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
        signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGWINCH]).map(Signals)
    }
    #[cfg(not(unix))]
    {
        Ok(Signals())
    }
}

impl Iterator for Signals {
    type Item = Signal;

    fn next(&mut self) -> Option<Signal> {
        #[cfg(unix)]
        {
            let number = self.0.forever().next()?;
            Some(match number {
                signal_hook::consts::SIGTSTP => Signal::Suspend,
                signal_hook::consts::SIGCONT => Signal::Resume,
                signal_hook::consts::SIGWINCH => Signal::Resized,
                ending => Signal::End { number: u8::try_from(ending).unwrap_or(u8::MAX) },
            })
        }
        #[cfg(not(unix))]
        {
            None
        }
    }
}

/// Stops this process until somebody lets it go on; the terminal must be given back before.
///
/// Ourselves alone and not the group: what started us in its own group would stop along, and not every one
/// of those has somebody who wakes it.
pub fn suspend() {
    #[cfg(unix)]
    // The one way in which it fails, an unknown signal, it does not.
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP).ok();
}
