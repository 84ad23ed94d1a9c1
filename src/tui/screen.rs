//! What a screen is: it draws itself, and answers what the user means with what it wants.

mod name;

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

pub use self::name::ScreenName;
use super::action::Action;
use super::effect::Effect;
use super::key::{Key, MouseKind};
use super::message::{Outcome, Snapshot};
use super::notice::Notice;
use super::privacy::{self, Ink, Names};
use super::settings::Settings;
use super::theme::Role;
use crate::otp::Timestamp;

/// What a screen may read.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The moment of the key press, or of this frame.
    pub now: Timestamp,
    /// What is in the vault; nothing while it is locked.
    pub snapshot: Option<&'a Snapshot>,
    /// The user's choices.
    pub settings: &'a Settings,
    /// Where the screen is drawn.
    pub area: Rect,
    /// When the vault locks if nothing is done until then.
    pub locks_at: Option<Timestamp>,
    /// The names that must not be seen; none while privacy is off.
    pub names: Option<&'a Names>,
}

impl<'a> Context<'a> {
    /// Tells whether codes stay hidden until asked for.
    pub fn hides_codes(&self) -> bool {
        self.settings.hide_codes || self.hides_names()
    }

    /// Tells whether names of accounts must not be seen.
    pub fn hides_names(&self) -> bool {
        self.names.is_some()
    }

    /// Returns what may be seen where a row was revealed: all of it.
    pub fn revealed(self) -> Self {
        Self { names: None, ..self }
    }

    /// Returns the text as it may be seen: without names that the vault has.
    pub fn seen<'t>(&self, text: &'t str) -> Cow<'t, str> {
        privacy::seen(self.names, text)
    }

    /// Returns a name that the vault may not have, an account's of another file for example, as it may be seen.
    pub fn seen_name<'t>(&self, name: &'t str) -> Cow<'t, str> {
        match self.hides_names() {
            true => Cow::Owned(name.split(" · ").map(privacy::mask).collect::<Vec<_>>().join(" · ")),
            false => Cow::Borrowed(name),
        }
    }

    /// Returns the key of an action, as the user reads it; nothing where it has none.
    pub fn key(&self, action: Action) -> String {
        let key = self.settings.keymap.keys(action).first();
        key.map(|key| key.label(self.settings.unicode)).unwrap_or_default()
    }

    /// Returns what a text in a role looks like, and what it must not show.
    pub fn style(&self, role: Role) -> Ink<'a> {
        Ink::new(self.settings.theme.style(role), self.names)
    }
}

/// Why the time is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Somebody set this computer's clock.
    Set,
    /// What countersign adds to it is another number.
    Corrected,
}

/// What a screen wants.
#[derive(Default)]
pub struct Next {
    /// What the worker shall do, in this order.
    pub effects: Vec<Effect>,
    /// Where to go.
    pub go: Go,
    /// What to tell the user.
    pub notice: Option<Notice>,
}

/// Where to go.
#[derive(Default)]
pub enum Go {
    /// Nowhere.
    #[default]
    Stay,
    /// To a screen on top of this one.
    Open(Box<dyn Screen>),
    /// To a screen in place of this one.
    Replace(Box<dyn Screen>),
    /// Back to the screen below.
    Close,
    /// Back to the screen below, which shall then do something.
    CloseAnd(Action),
    /// Into the unlocked vault.
    Enter(Snapshot),
    /// Into the unlocked vault, with a screen on top.
    EnterWith(Snapshot, Box<dyn Screen>),
    /// Lock.
    Lock,
    /// Leave.
    Quit,
}

impl Next {
    /// Wants one effect.
    pub fn effect(effect: Effect) -> Self {
        Self { effects: vec![effect], ..Self::default() }
    }

    /// Wants to go somewhere.
    pub fn go(go: Go) -> Self {
        Self { go, ..Self::default() }
    }

    /// Wants to open a screen on top.
    pub fn open(screen: impl Screen + 'static) -> Self {
        Self::go(Go::Open(Box::new(screen)))
    }

    /// Wants to tell something.
    pub fn notice(notice: Notice) -> Self {
        Self { notice: Some(notice), ..Self::default() }
    }
}

/// A screen. Its state lives in it; what it does to the world it only asks for.
pub trait Screen {
    /// Returns its name.
    fn name(&self) -> ScreenName;

    /// Draws it. What is drawn outside `area` is not its own.
    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect);

    /// Answers what the user means.
    fn act(&mut self, action: Action, context: &Context<'_>) -> Next;

    /// Returns the actions for the hint line, the most useful first.
    fn hints(&self, context: &Context<'_>) -> Vec<Action>;

    /// Tells whether letters are typed into a text at the moment, so that hints name other keys.
    fn takes_text(&self) -> bool {
        false
    }

    /// Takes a key before the keymap does, if it is typed into a text; tells whether it was.
    fn type_key(&mut self, key: Key, context: &Context<'_>) -> bool {
        let _ = (key, context);
        false
    }

    /// Takes pasted text; nothing if it has no place for it.
    fn paste(&mut self, text: &SecretString, context: &Context<'_>) -> Option<Next> {
        let _ = (text, context);
        None
    }

    /// Hears what the worker did.
    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        let _ = (outcome, context);
        Next::default()
    }

    /// Takes the mouse; `area` is where the screen was drawn.
    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match kind {
            MouseKind::WheelUp => self.act(Action::Up, context),
            MouseKind::WheelDown => self.act(Action::Down, context),
            MouseKind::Click => self.click(at, area, context),
        }
    }

    /// Takes a click; `area` is where the screen was drawn.
    fn click(&mut self, at: Position, area: Rect, context: &Context<'_>) -> Next {
        let _ = (at, area, context);
        Next::default()
    }

    /// Looks at the vault again, because it changed or has just been covered by another screen no longer.
    fn refresh(&mut self, context: &Context<'_>) {
        let _ = context;
    }

    /// Hides what it shows for a while.
    fn cover(&mut self) {}

    /// Moves what it shows for a while along with the time.
    fn clock_moved(&mut self, by_millis: i64, why: Moved) {
        let _ = (by_millis, why);
    }

    /// Returns when something in this picture changes by itself; `area` is where it is drawn.
    fn wake_at(&self, context: &Context<'_>, area: Rect) -> Option<Timestamp> {
        let _ = (context, area);
        None
    }

    /// Forgets what was typed in front of a locked vault, and gives up what is about to open it: the computer goes to
    /// sleep, its screen is locked, or the app is stopped.
    fn shut(&mut self) -> Next {
        Next::default()
    }

    /// Tells whether a plugin may ask the user something now, over this screen. Otherwise it is refused.
    fn takes_question(&self) -> bool {
        false
    }

    /// Tells whether the screen below stays visible around this one.
    fn is_overlay(&self) -> bool {
        false
    }
}
