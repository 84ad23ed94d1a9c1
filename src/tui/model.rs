//! The app as a value: the stack of screens, what they may read, and when something is due.
//!
//! [`Model::update`] takes what happened and returns what the machine shall do; [`Model::view`] draws. Both are
//! functions of the model and their arguments: no clock, no terminal, no thread.

mod locking;
mod onlookers;
mod pasting;
mod plugins;
mod time;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use super::action::Action;
use super::effect::Effect;
use super::key::{Key, Mouse, MouseKind};
use super::message::{Message, Outcome, Signal, Snapshot};
use super::notice::Notice;
use super::privacy::Names;
use super::screen::{Context, Go, Next, Screen, ScreenName};
use super::screens::clock::Explained;
use super::screens::help::Help;
use super::screens::palette::Palette;
use super::screens::unlock::Unlock;
use super::settings::Settings;
use super::theme::Role;
use super::timers::Timers;
use super::widgets::frame::{self, Frames};
use super::widgets::hint_line::Hints;
use super::{outcomes, widgets};
use crate::otp::Timestamp;

/// The app.
pub struct Model {
    now: Timestamp,
    snapshot: Option<Snapshot>,
    /// The bottom one first. Invariant: never empty.
    screens: Vec<Box<dyn Screen>>,
    timers: Timers,
    notice: Option<Notice>,
    /// Whether that is what a key says while it is waited for.
    is_notice_of_key: bool,
    settings: Settings,
    /// The names that must not be seen; none while privacy is off.
    names: Option<Names>,
    /// Whether the user knows by now that others may see the screen.
    is_told_of_onlookers: bool,
    /// How large the terminal is: the last frame that was drawn.
    area: Rect,
    /// Set when it is time to leave.
    end: Option<End>,
}

/// Why the app ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The user left.
    Quit,
    /// A signal said so.
    Signal {
        /// Its number.
        number: u8,
    },
}

/// What a screen may read of the model, which must not be borrowed whole: the screen itself is a part of it.
macro_rules! context {
    ($model:expr) => {
        Context {
            now: $model.now,
            snapshot: $model.snapshot.as_ref(),
            settings: &$model.settings,
            area: Frames::of($model.area).screen,
            locks_at: $model.timers.lock_at($model.settings.lock_after_secs),
            names: $model.names.as_ref(),
        }
    };
}

impl Model {
    /// Returns the app as it starts, and what it asks for first.
    pub fn new(now: Timestamp, settings: Settings, greeting: Option<Notice>) -> (Self, Vec<Effect>) {
        let mut model = Self {
            now,
            snapshot: None,
            screens: vec![Box::new(Unlock::new())],
            timers: Timers::new(now),
            notice: None,
            is_notice_of_key: false,
            names: settings.is_private_at_first().then(Names::default),
            is_told_of_onlookers: false,
            settings,
            area: Rect::default(),
            end: None,
        };
        if let Some(greeting) = greeting {
            model.tell(greeting);
        }
        (model, vec![Effect::Look])
    }

    /// Returns why the app ends, once it does.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Returns which screen takes the keys.
    pub fn screen(&self) -> ScreenName {
        self.top().name()
    }

    /// Tells whether the vault is open.
    pub fn is_unlocked(&self) -> bool {
        self.snapshot.is_some()
    }

    /// Takes what happened at `at`; returns what the machine shall do, in this order.
    pub fn update(&mut self, at: Timestamp, message: Message) -> Vec<Effect> {
        let mut effects = self.pass_time(at, &message);
        match message {
            Message::Key(key) => effects.extend(self.press(key)),
            Message::Paste(text) => effects.extend(self.paste(&text)),
            Message::Mouse(mouse) => effects.extend(self.point(mouse)),
            Message::Signal(Signal::End { number }) => effects.extend(self.leave(End::Signal { number })),
            Message::Signal(Signal::Suspend) => effects.extend(self.suspend()),
            Message::Desktop(told) => effects.extend(self.lock_with_desktop(&told)),
            Message::Done(outcome) => effects.extend(self.hear(&outcome)),
            // What time did is done already, and the loop has painted everything anew.
            Message::ClockSet { .. } | Message::Corrected { .. } | Message::Slept { .. } => {}
            Message::Signal(Signal::Resume | Signal::Resized) | Message::Redraw | Message::Tick => {}
        }
        self.timers.plan(self.wake_at());
        effects
    }

    /// Returns when something is due or changes on the screen by itself; `None`: never.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let frames = self.frames();
        let context = self.context();
        let visible = self.screens[self.lowest_visible()..].iter();
        let screens = visible.filter_map(|screen| screen.wake_at(&context, frames.screen)).min();
        let timers = self.timers.next(self.snapshot.is_some(), self.settings.lock_after_secs);
        [screens, timers].into_iter().flatten().min()
    }

    /// Draws the app.
    pub fn view(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        frame.buffer_mut().set_style(area, self.settings.theme.style(Role::Text));
        if frame::is_too_small(area) {
            frame::view_too_small(frame);
        } else {
            let frames = Frames::of(area);
            let context = self.context();
            for screen in &self.screens[self.lowest_visible()..] {
                screen.view(&context, frame, frames.screen);
            }
            widgets::hint_line::view(&self.hints(), self.notice.as_ref(), &context, frame.buffer_mut(), &frames);
        }
        if !self.settings.unicode {
            widgets::ascii::replace_signs(frame.buffer_mut());
        }
    }

    /// Tells the model how large the terminal is.
    pub fn resize(&mut self, area: Rect) {
        self.area = area;
        self.refresh_screens();
    }

    fn frames(&self) -> Frames {
        Frames::of(self.area)
    }

    fn context(&self) -> Context<'_> {
        context!(self)
    }

    fn hints(&self) -> Hints {
        Hints { actions: self.top().hints(&self.context()), is_typing: self.top().takes_text() }
    }

    fn top(&self) -> &dyn Screen {
        self.screens.last().expect("the stack is never empty").as_ref()
    }

    fn lowest_visible(&self) -> usize {
        self.screens.iter().rposition(|screen| !screen.is_overlay()).unwrap_or(0)
    }

    /// Gives the top screen something to do with the context, and does what it wants.
    fn with_top(&mut self, ask: impl FnOnce(&mut dyn Screen, &Context<'_>) -> Next) -> Vec<Effect> {
        let place = self.screens.len() - 1;
        self.with_screen(place, ask)
    }

    fn with_screen(&mut self, place: usize, ask: impl FnOnce(&mut dyn Screen, &Context<'_>) -> Next) -> Vec<Effect> {
        let context = context!(self);
        let next = ask(self.screens[place].as_mut(), &context);
        self.apply(place, next)
    }

    fn press(&mut self, key: Key) -> Vec<Effect> {
        self.timers.touch(self.now);
        let context = context!(self);
        let top = self.screens.last_mut().expect("the stack is never empty");
        if top.type_key(key, &context) {
            return Vec::new();
        }
        match self.settings.keymap.action(self.top().name(), key) {
            Some(action) => self.act(action),
            None => Vec::new(),
        }
    }

    /// Does what the user means: here what is the same on every screen, on the screen what is not.
    fn act(&mut self, action: Action) -> Vec<Effect> {
        if let Some(forbidden) = self.forbidden(action) {
            self.tell(forbidden);
            return Vec::new();
        }
        let name = self.top().name();
        match action {
            Action::Quit => self.leave(End::Quit),
            Action::Suspend => self.suspend(),
            Action::Lock if self.is_unlocked() => self.lock(Notice::good("locked")),
            Action::Lock => Vec::new(),
            Action::Help if name == ScreenName::Help => self.apply_top(Next::go(Go::Close)),
            Action::Palette if name == ScreenName::Palette => self.apply_top(Next::go(Go::Close)),
            // Who asks here wants to know what it means, before which keys there are.
            Action::Help if name == ScreenName::Clock => self.apply_top(Next::open(Explained::default())),
            Action::Help => self.show_over(name, Help::about(name)),
            Action::Palette => self.show_over(name, Palette::on(name)),
            Action::Undo => self.undo(),
            Action::HideCodes => self.hide_codes(),
            Action::Privacy => self.switch_privacy(),
            Action::TakeClipboard if self.is_unlocked() => vec![Effect::TakeClipboard],
            other => self.with_top(|screen, context| screen.act(other, context)),
        }
    }

    /// Help and palette take each other's place, so that the stack does not grow with every key.
    fn show_over(&mut self, top: ScreenName, screen: impl Screen + 'static) -> Vec<Effect> {
        let screen = Box::new(screen);
        let is_over = matches!(top, ScreenName::Help | ScreenName::Palette);
        self.apply_top(Next::go(if is_over { Go::Replace(screen) } else { Go::Open(screen) }))
    }

    fn undo(&mut self) -> Vec<Effect> {
        let can_undo = self.snapshot.as_ref().is_some_and(|snapshot| snapshot.can_undo.is_some());
        if can_undo {
            vec![Effect::Undo]
        } else {
            self.tell(Notice::note("nothing to undo"));
            Vec::new()
        }
    }

    fn paste_into_top(&mut self, text: &SecretString) -> Option<Next> {
        let context = context!(self);
        self.screens.last_mut().expect("the stack is never empty").paste(text, &context)
    }

    fn point(&mut self, mouse: Mouse) -> Vec<Effect> {
        self.timers.touch(self.now);
        let at = Position::new(mouse.column, mouse.row);
        let frames = self.frames();
        if frame::is_too_small(self.area) {
            return Vec::new();
        }
        if mouse.kind == MouseKind::Click && frames.hints.contains(at) {
            let hints = self.hints();
            let hit = widgets::hint_line::hit(&hints, self.notice.as_ref(), &self.context(), &frames, at);
            return hit.map_or_else(Vec::new, |action| self.act(action));
        }
        self.with_top(|screen, context| screen.mouse(mouse.kind, at, frames.screen, context))
    }

    fn hear(&mut self, outcome: &Outcome) -> Vec<Effect> {
        if !matches!(outcome, Outcome::Key(_)) && std::mem::take(&mut self.is_notice_of_key) {
            // The worker has come to an end with it.
            self.notice = None;
        }
        if let Some(notice) = outcomes::notice(outcome, &self.context()) {
            self.tell(notice);
        }
        if let (Some(snapshot), true) = (outcomes::snapshot(outcome), self.is_unlocked()) {
            self.hold(snapshot.clone());
            self.refresh_screens();
        }
        if outcomes::is_on_clipboard(outcome) && self.settings.clear_after_secs > 0 {
            self.timers.clear_clipboard_after(self.now, self.settings.clear_after_secs);
        }
        let mut effects = match outcome {
            Outcome::Key(told) => self.hear_plugin(told),
            Outcome::Read { text, is_picture } if self.is_unlocked() => self.take_read(text, *is_picture),
            _ => Vec::new(), // screens hear the rest below
        };
        if matches!(outcome, Outcome::Crashed) && self.is_unlocked() {
            effects.extend(self.lock(Notice::note("locked: something went wrong inside; what was saved is safe")));
        }
        for place in (0..self.screens.len()).rev() {
            if place < self.screens.len() {
                effects.extend(self.with_screen(place, |screen, context| screen.hear(outcome, context)));
            }
        }
        effects
    }

    fn apply_top(&mut self, next: Next) -> Vec<Effect> {
        let place = self.screens.len() - 1;
        self.apply(place, next)
    }

    /// Does what the screen at `place` wants.
    fn apply(&mut self, place: usize, next: Next) -> Vec<Effect> {
        if let Some(notice) = next.notice {
            self.tell(notice);
        }
        let mut effects = Vec::with_capacity(next.effects.len());
        for effect in next.effects {
            match effect {
                Effect::CopyLater { id, at } => self.timers.copy_later(id, at),
                other => effects.push(other),
            }
        }
        match next.go {
            Go::Stay => {}
            Go::Open(screen) => self.screens.push(screen),
            Go::Replace(screen) => self.screens[place] = screen,
            Go::Close | Go::CloseAnd(_) if self.screens.len() == 1 => {}
            Go::Close => {
                self.screens.remove(place);
            }
            Go::CloseAnd(action) => {
                self.screens.remove(place);
                effects.extend(self.act(action));
            }
            Go::Enter(snapshot) => self.enter(snapshot),
            Go::EnterWith(snapshot, screen) => {
                self.enter(snapshot);
                self.screens.push(screen);
            }
            Go::Lock => effects.extend(self.lock(Notice::good("locked"))),
            Go::Quit => effects.extend(self.leave(End::Quit)),
        }
        self.refresh_screens();
        effects
    }

    fn tell(&mut self, notice: Notice) {
        self.timers.show_notice(self.now, notice.stays_millis);
        self.notice = Some(notice);
        self.is_notice_of_key = false;
    }

    fn refresh_screens(&mut self) {
        let context = context!(self);
        for screen in &mut self.screens {
            screen.refresh(&context);
        }
    }
}
