//! The app on a real terminal: on and off, also after a panic; the loop.

mod listening;

#[cfg(unix)]
use std::io::Read;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

#[cfg(windows)]
use crossterm::event;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::layout::{Rect, Size};

use super::alarm::Alarm;
use super::clock_watch::ClockWatch;
use super::effect::Effect;
use super::message::{Desktop, Message, Signal};
use super::model::{End, Model};
use super::notice::Notice;
use super::painter::Painter;
use super::settings::Settings;
use super::worker::Worker;
use super::worker_thread::WorkerThread;
use crate::ports::Clock;
use crate::tasks;
use listening::{pass_on, spawn_input};

/// The longest sleep: a clock that was set back must not make it longer.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Clicks and the wheel, but not every move: a moving mouse must not wake us.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// What the app needs to run.
pub struct Start {
    /// Performs effects.
    pub worker: Worker,
    /// The same clock that the worker's machine has.
    pub clock: Box<dyn Clock>,
    /// The user's choices.
    pub settings: Settings,
    /// What to tell the user first.
    pub greeting: Option<Notice>,
    /// The bytes that the terminal sends; blocks while it sends nothing.
    #[cfg(unix)]
    pub keyboard: Box<dyn Read + Send>,
    /// What the terminal is sent. Better without a buffer, which would keep what was shown.
    pub screen: Box<dyn Write>,
    /// What the system wants of us; blocks while it wants nothing.
    pub signals: Box<dyn Iterator<Item = Signal> + Send>,
    /// What the desktop tells; blocks while it tells nothing.
    pub desktop: Option<Box<dyn Iterator<Item = Desktop> + Send>>,
    /// Stops this process until somebody continues it.
    pub suspend: Box<dyn Fn()>,
}

/// Runs the app until it ends.
///
/// # Errors
/// The terminal cannot be read or written. It is given back as it was all the same.
pub fn run(start: Start) -> io::Result<End> {
    let Start { worker, clock, settings, greeting, screen, signals, desktop, suspend, .. } = start;
    let (inbox_in, inbox) = mpsc::channel();
    let hook = PanicHook::install();
    let worker = WorkerThread::spawn(worker, inbox_in.clone())?;
    pass_on("signals", signals.map(Message::Signal), inbox_in.clone())?;
    if let Some(desktop) = desktop {
        pass_on("desktop", desktop.map(Message::Desktop), inbox_in.clone())?;
    }
    let ticks = inbox_in.clone();
    let alarm = Alarm::new(move || ticks.send(Box::new(Message::Tick)).is_ok())?;
    enter()?;
    #[cfg(unix)]
    spawn_input(start.keyboard, inbox_in)?;
    #[cfg(windows)]
    spawn_input(inbox_in)?;
    // A panic in here must still give back the terminal, and clear the clipboard.
    let watch = ClockWatch::new(clock.reading(), clock.correction_millis());
    let mut app = App { clock, watch, suspend, inbox, alarm, worker: &worker };
    let lived = panic::catch_unwind(AssertUnwindSafe(|| app.live(screen, settings, greeting)));
    leave();
    drop(hook);
    worker.finish();
    match lived {
        Ok(end) => end,
        Err(panic) => panic::resume_unwind(panic),
    }
}

type Screen = Terminal<Painter<Box<dyn Write>>>;

struct App<'a> {
    clock: Box<dyn Clock>,
    watch: ClockWatch,
    suspend: Box<dyn Fn()>,
    /// Boxed, so that what was typed goes with the box, and does not stay in the channel's slots.
    inbox: Receiver<Box<Message>>,
    alarm: Alarm,
    worker: &'a WorkerThread,
}

impl App<'_> {
    fn live(&mut self, out: Box<dyn Write>, settings: Settings, greeting: Option<Notice>) -> io::Result<End> {
        let mut screen = Terminal::new(Painter::new(out, size()))?;
        let (mut model, effects) = Model::new(self.watch.now(), settings, greeting);
        model.resize(repaint(&mut screen)?);
        self.send(effects, &mut screen)?;
        loop {
            draw(&model, &mut screen)?;
            let mut message = *self.wait(&model);
            // Whatever else has arrived meanwhile is taken before the next frame is drawn.
            loop {
                match message {
                    Message::Redraw | Message::Signal(Signal::Resized) => model.resize(repaint(&mut screen)?),
                    Message::Signal(Signal::Resume) => {
                        leave();
                        enter()?;
                        model.resize(repaint(&mut screen)?);
                    }
                    _ => {} // everything else is for the model alone
                }
                // Held until nothing is left that could sleep along.
                let delay = match &mut message {
                    Message::Desktop(Desktop::Sleep(delay)) => Some(std::mem::take(delay)),
                    _ => None, // nothing else waits for us
                };
                let mut told = self.watch.look(self.clock.reading(), self.clock.correction_millis());
                told.push(message);
                for message in told {
                    let effects = model.update(self.watch.now(), message);
                    self.send(effects, &mut screen)?;
                }
                if delay.is_some() {
                    self.worker.settle();
                    draw(&model, &mut screen)?;
                }
                drop(delay);
                if let Some(end) = model.end() {
                    return Ok(end);
                }
                match self.inbox.try_recv() {
                    Ok(next) => message = *next,
                    Err(_) => break,
                }
            }
        }
    }

    /// Sleeps until something happens or is due.
    fn wait(&self, model: &Model) -> Box<Message> {
        // By the clock that nobody sets: one that was set back just now must not have us sleep for long.
        let passed = self.watch.since(&self.clock.reading());
        let sleep = model.wake_at().map_or(LONGEST_SLEEP, |at| {
            let millis = u64::try_from(at.millis_since(self.watch.now()).saturating_sub(passed)).unwrap_or(0);
            Duration::from_millis(millis).min(LONGEST_SLEEP)
        });
        self.alarm.ring_after(sleep);
        // Nobody is left who could tell us anything: the same as a terminal that is gone.
        self.inbox.recv().unwrap_or_else(|_| Box::new(Message::Signal(Signal::End { number: HANGUP })))
    }

    fn send(&mut self, effects: Vec<Effect>, screen: &mut Screen) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Suspend => self.stop(screen)?,
                other => self.worker.perform(other),
            }
        }
        Ok(())
    }

    /// Gives the terminal back, stops, and comes back.
    fn stop(&mut self, screen: &mut Screen) -> io::Result<()> {
        // The model has locked already; the key must be gone before we stop for who knows how long.
        self.worker.settle();
        leave();
        (self.suspend)();
        enter()?;
        repaint(screen).map(drop)
    }
}

/// Draws a frame. Of a locked vault nothing must be left, neither in the frame before nor on the stack.
fn draw(model: &Model, screen: &mut Screen) -> io::Result<()> {
    screen.draw(|frame| model.view(frame))?;
    if !model.is_unlocked() {
        tasks::wipe_stack();
    }
    Ok(())
}

/// SIGHUP: what a terminal that goes away means.
const HANGUP: u8 = 1;

/// A terminal that does not know its size, as behind some serial lines, has the classic one.
fn size() -> Size {
    terminal::size().map_or(Size::new(80, 24), |(width, height)| Size::new(width, height))
}

/// Paints everything anew; returns how large everything is. Not with `Terminal::clear`, which asks the terminal a question.
fn repaint(screen: &mut Screen) -> io::Result<Rect> {
    let size = size();
    let area = Rect::new(0, 0, size.width, size.height);
    screen.backend_mut().forget();
    screen.backend_mut().resize(size);
    screen.resize(area)?;
    Ok(area)
}

/// Whether the terminal is ours at the moment.
static IS_ENTERED: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    IS_ENTERED.store(true, Ordering::SeqCst);
    let entered = terminal::enable_raw_mode().and_then(|()| {
        let mut out = io::stdout();
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)?;
        switch_mouse(&mut out, true)?;
        // A line feed goes down and nothing else, whatever the last program here had set.
        out.write_all(b"\x1b[20l")?;
        out.flush()
    });
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back, once, as far as that still works.
fn leave() {
    if !IS_ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each on its own: a terminal that is gone must not keep the rest from being tried.
    switch_mouse(&mut out, false).ok();
    out.write_all(b"\x1b[?2026l\x1b[m").ok();
    execute!(out, DisableFocusChange, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show).ok();
    terminal::disable_raw_mode().ok();
}

#[cfg(not(windows))]
fn switch_mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    out.write_all(if on { MOUSE_ON } else { MOUSE_OFF })
}

#[cfg(windows)]
fn switch_mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    match on {
        true => execute!(out, event::EnableMouseCapture),
        false => execute!(out, event::DisableMouseCapture),
    }
}

/// Gives the terminal back before a panic's message is written; a panic of another thread leaves it alone.
struct PanicHook(thread::ThreadId);

impl PanicHook {
    fn install() -> Self {
        let drawing = thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == drawing {
                leave();
                tell_panic(info);
            }
        }));
        Self(drawing)
    }
}

impl Drop for PanicHook {
    fn drop(&mut self) {
        // Not while unwinding: then the hook is in use.
        if thread::current().id() == self.0 && !thread::panicking() {
            drop(panic::take_hook());
        }
    }
}

/// Says where, and not what: the words of a panic may hold a piece of a text.
fn tell_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let mut out = io::stderr();
    writeln!(out, "countersign panicked at {place}: this is a mistake in it").ok();
    writeln!(out, "the vault is as it was last saved; please report the place").ok();
}
