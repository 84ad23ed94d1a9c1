//! The terminal while a secret is typed or shown: it shows nothing else, and is given back whatever ends it.
//!
//! Echo goes off before the question is shown, so that not even the fastest answer is seen. Signals wait
//! until the terminal is as it was.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr, tcgetwinsize, tcsetattr,
};
use secrecy::{ExposeSecret as _, SecretString};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long one look for a key takes, in the tenths of a second that terminals count in. Between two looks
/// a signal is noticed.
const LOOK_TENTHS: u8 = 2;
/// To the other screen, emptied, without a cursor.
const OTHER_SCREEN: &[u8] = b"\x1b[?1049h\x1b[m\x1b[2J\x1b[H\x1b[?25l";
/// Empties the other screen, since some terminals keep what is on it, and goes back.
const FIRST_SCREEN: &[u8] = b"\x1b[m\x1b[2J\x1b[?25h\x1b[?1049l";

/// Shows a question and reads an answer that nobody sees.
///
/// # Errors
/// There is no terminal, or the answer was given up.
pub(super) fn ask(question: &str) -> io::Result<SecretString> {
    let signals = HeldSignals::hold();
    let answer = QuietTerminal::open().and_then(|mut terminal| {
        write!(terminal.file, "{question} ")?;
        let answer = terminal.read_line();
        // The answer's own end of line was not shown either. A terminal that refuses it is gone.
        terminal.file.write_all(b"\n").ok();
        answer
    });
    signals.release();
    answer
}

/// Returns how many columns and lines the terminal has, if there is one that says so.
pub(super) fn size() -> Option<(usize, usize)> {
    let size = tcgetwinsize(File::open("/dev/tty").ok()?).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col.into(), size.ws_row.into()))
}

/// Shows a text on the terminal's other screen until a key is pressed or a signal comes in, or for so many seconds.
///
/// # Errors
/// There is no terminal.
pub(super) fn show(text: &SecretString, seconds: u32) -> io::Result<()> {
    let signals = HeldSignals::hold();
    let shown = QuietTerminal::open().and_then(|mut terminal| {
        let shown = terminal.show(text, seconds);
        let left = terminal.file.write_all(FIRST_SCREEN);
        shown.and(left)
    });
    signals.release();
    shown
}

struct QuietTerminal {
    file: File,
    before: Termios,
}

impl QuietTerminal {
    fn open() -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&file)?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 0;
        quiet.special_codes[SpecialCodeIndex::VTIME] = LOOK_TENTHS;
        tcsetattr(&file, OptionalActions::Now, &quiet)?;
        Ok(Self { file, before })
    }

    fn show(&mut self, text: &SecretString, seconds: u32) -> io::Result<()> {
        self.file.write_all(OTHER_SCREEN)?;
        self.file.write_all(text.expose_secret().as_bytes())?;
        let looks = seconds * 10 / u32::from(LOOK_TENTHS);
        for _ in 0..looks {
            if self.file.read(&mut [0; 64])? > 0 || HELD.number.load(Ordering::SeqCst) != 0 {
                break;
            }
        }
        // The rest of a long key is no command for the shell.
        Ok(tcflush(&self.file, QueueSelector::IFlush)?)
    }

    /// Reads up to Enter, with the usual keys for correcting.
    fn read_line(&mut self) -> io::Result<SecretString> {
        let keys = Keys(self.file.try_clone()?);
        let config = rpassword::ConfigBuilder::new().input_reader(keys).output_discard().build();
        rpassword::read_password_with_config(config).map(SecretString::from)
    }
}

impl Drop for QuietTerminal {
    fn drop(&mut self) {
        // A terminal that refuses is gone.
        tcsetattr(&self.file, OptionalActions::Now, &self.before).ok();
    }
}

/// What is typed. A signal ends it.
struct Keys(File);

impl Read for Keys {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                // Nobody typed for a moment, or nobody ever will.
                Ok(0) => {
                    if HELD.number.load(Ordering::SeqCst) != 0 {
                        return Err(io::Error::other("a signal came in"));
                    }
                    tcgetattr(&self.0)?;
                }
                Err(interrupted) if interrupted.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

/// The signals that end a process: they do at once, but for the time in which a secret is typed.
struct Held {
    end_at_once: Arc<AtomicBool>,
    /// The one that came in meanwhile; 0 is none.
    number: Arc<AtomicUsize>,
}

static HELD: LazyLock<Held> = LazyLock::new(|| {
    let held = Held { end_at_once: Arc::new(AtomicBool::new(true)), number: Arc::default() };
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        let number = usize::try_from(signal).unwrap_or_default();
        // Where one cannot be taken over, it does what it always did.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&held.end_at_once)).ok();
        signal_hook::flag::register_usize(signal, Arc::clone(&held.number), number).ok();
    }
    held
});

struct HeldSignals;

impl HeldSignals {
    fn hold() -> Self {
        HELD.number.store(0, Ordering::SeqCst);
        HELD.end_at_once.store(false, Ordering::SeqCst);
        Self
    }

    /// Lets signals end the process again, also the one that came in; the terminal must be as it was.
    fn release(self) {
        HELD.end_at_once.store(true, Ordering::SeqCst);
        let number = i32::try_from(HELD.number.swap(0, Ordering::SeqCst)).unwrap_or_default();
        // Ctrl-C at the question arrives as SIGINT too: that gives up the question and not the program.
        if number == SIGTERM || number == SIGHUP {
            signal_hook::low_level::emulate_default_handler(number).ok();
        }
    }
}
