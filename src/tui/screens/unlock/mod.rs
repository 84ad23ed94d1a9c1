//! Asks for the passphrase, and tries the ways that need none. A locked screen shows no name and no number.

mod easy;

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use self::easy::Easy;
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::dates;
use crate::tui::effect::{Accept, Effect};
use crate::tui::key::Key;
use crate::tui::key_talk::Told;
use crate::tui::message::{Look, NotUnlocked, Outcome, Trouble};
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::screens::welcome::Welcome;
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::progress;
use crate::tui::widgets::text_field::TextField;

/// The screen in front of a locked vault.
#[derive(Default)]
pub struct Unlock {
    passphrase: Passphrase,
    look: Look,
    /// Since when the vault is locked; none at the start of the app.
    locked_since: Option<Timestamp>,
    stage: Stage,
    /// The ways that need no passphrase; one may be tried while another is typed.
    easy: Easy,
    /// Counts the attempts, so that a late answer is recognised.
    attempt: u32,
    accept: Accept,
    trouble: Option<Trouble>,
    /// How long the last attempt took, in milliseconds.
    took: Option<i64>,
}

/// A hidden field.
struct Passphrase(TextField);

impl Default for Passphrase {
    fn default() -> Self {
        Self(TextField::hidden())
    }
}

/// What is happening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The passphrase is being typed.
    #[default]
    Typing,
    /// The key is being derived.
    Deriving {
        /// Since when.
        since: Timestamp,
    },
}

impl Unlock {
    /// Returns the screen as the app starts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the screen after the vault was locked.
    pub fn locked(since: Timestamp) -> Self {
        Self { locked_since: Some(since), ..Self::default() }
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if self.passphrase.0.is_empty() || self.stage != Stage::Typing {
            return Next::default();
        }
        self.attempt += 1;
        self.trouble = None;
        self.easy.forget_failures();
        // What another way opens from now on is not wanted any more.
        let mut effects: Vec<Effect> = self.easy.stop().then_some(Effect::Lock).into_iter().collect();
        self.stage = Stage::Deriving { since: context.now };
        let passphrase = self.passphrase.0.take();
        effects.push(Effect::Unlock { attempt: self.attempt, passphrase, accept: self.accept });
        Next { effects, ..Next::default() }
    }

    /// Tries the next way that needs no passphrase.
    fn try_other(&mut self) -> Next {
        if self.stage != Stage::Typing || !self.easy.has_other() {
            return Next::default();
        }
        self.trouble = None;
        self.easy.forget_failures();
        let mut effects: Vec<Effect> = self.easy.stop().then_some(Effect::Lock).into_iter().collect();
        self.attempt += 1;
        let way = self.easy.begin(self.attempt);
        effects.extend(way.map(|way| Effect::UnlockEasily { attempt: self.attempt, way }));
        Next { effects, ..Next::default() }
    }

    /// Goes on with the next way that asks for nothing.
    fn try_at_once(&mut self) -> Next {
        let Some(way) = self.easy.begin_at_once(self.attempt + 1) else {
            return Next::default();
        };
        self.attempt += 1;
        Next::effect(Effect::UnlockEasily { attempt: self.attempt, way })
    }

    /// Leaves the worker to its derivation, or a way to itself. What they find is forgotten at once: a lock goes before.
    fn stop(&mut self) -> Next {
        self.easy.stop();
        self.stage = Stage::Typing;
        self.attempt += 1;
        Next::effect(Effect::Lock)
    }

    fn back(&mut self) -> Next {
        if self.stage != Stage::Typing || self.easy.is_trying() {
            return self.stop();
        }
        self.passphrase.0.clear();
        self.trouble = None;
        self.easy.forget_failures();
        Next::default()
    }

    fn not_unlocked(&mut self, reason: NotUnlocked, trouble: &Trouble, context: &Context<'_>) -> Next {
        if reason == NotUnlocked::Way {
            self.easy.failed(trouble);
            return self.try_at_once();
        }
        self.easy.stop();
        self.refused(reason, trouble, context);
        Next::default()
    }

    fn refused(&mut self, reason: NotUnlocked, trouble: &Trouble, context: &Context<'_>) {
        if let Stage::Deriving { since } = self.stage {
            self.took = Some(context.now.millis_since(since));
        }
        self.stage = Stage::Typing;
        self.trouble = Some(trouble.clone());
        if reason == NotUnlocked::Different {
            // Whoever types the passphrase a second time after reading that means it.
            self.accept.different = true;
            self.trouble = Some(Trouble {
                what: trouble.what.clone(),
                next_step: Some("if you put it there, type the passphrase again; otherwise leave it alone".to_owned()),
            });
        }
    }

    fn looked(&mut self, look: &Look, context: &Context<'_>) -> Next {
        self.look = look.clone();
        self.trouble = look.trouble.clone();
        // A locked vault that a keyring opened again at once would be none: then a key decides.
        let is_at_once = self.locked_since.is_none() && !look.is_way_given && self.attempt == 0;
        self.easy.know(look, is_at_once);
        if look.exists && look.is_way_given && look.trouble.is_none() {
            self.attempt += 1;
            self.stage = Stage::Deriving { since: context.now };
            return Next::effect(Effect::UnlockAsGiven { attempt: self.attempt });
        }
        if look.exists {
            return if look.trouble.is_none() { self.try_at_once() } else { Next::default() };
        }
        if self.locked_since.is_none() {
            return Next::go(Go::Replace(Box::new(Welcome::new(look.path.clone()))));
        }
        self.trouble = Some(Trouble {
            what: format!("there is no vault at {} any more", look.path),
            next_step: Some("bring the file back; earlier copies of it lie beside it".to_owned()),
        });
        Next::default()
    }

    fn waits_for(&self, attempt: u32) -> bool {
        self.easy.is(attempt) || (attempt == self.attempt && self.stage != Stage::Typing)
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let zone = &context.settings.time_zone;
        let mut items = vec![Item::Title("countersign"), Item::Gap];
        if !self.look.path.is_empty() {
            items.push(Item::Value("vault", self.look.path.clone()));
        }
        if let Some(saved) = self.look.saved {
            items.push(Item::Value("saved", dates::when(saved, context.now, zone)));
        }
        if let Some(since) = self.locked_since {
            items.push(Item::Value("locked", dates::when(since, context.now, zone)));
        }
        items.push(Item::Gap);
        match self.stage {
            Stage::Typing => {
                items.push(Item::Field { name: "passphrase", field: &self.passphrase.0, has_focus: true });
            }
            Stage::Deriving { since } => {
                items.push(Item::Value("passphrase", "deriving the key".to_owned()));
                items.push(Item::Bar(progress::thousandths(since, context.now, self.took)));
                self.easy.push_said(&mut items);
            }
        }
        items.push(Item::Gap);
        self.easy.push(&mut items, &context.key(Action::OtherWay));
        if self.look.opens_with_own {
            items.push(Item::Aside("the passphrase of this device opens it here, and so does the vault's".to_owned()));
        }
        if self.look.has_sheet {
            items.push(Item::Aside("the words of the recovery sheet open it too".to_owned()));
        }
        if let Some(trouble) = &self.trouble {
            page::push_trouble(&mut items, trouble);
        }
        for note in &self.look.notes {
            items.push(Item::Text(note.clone(), Role::Warning));
        }
        items
    }
}

impl Screen for Unlock {
    fn name(&self) -> ScreenName {
        ScreenName::Unlock
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Submit => self.submit(context),
            Action::Back => self.back(),
            Action::OtherWay => self.try_other(),
            Action::ShowTyped => {
                self.passphrase.0.hide(!self.passphrase.0.is_hidden());
                Next::default()
            }
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _context: &Context<'_>) -> Vec<Action> {
        match self.stage {
            Stage::Typing if self.easy.are_there() => {
                vec![Action::Submit, Action::OtherWay, Action::ShowTyped, Action::Help, Action::Quit]
            }
            Stage::Typing => vec![Action::Submit, Action::ShowTyped, Action::Help, Action::Quit],
            Stage::Deriving { .. } => vec![Action::Back, Action::Quit],
        }
    }

    fn takes_text(&self) -> bool {
        self.stage == Stage::Typing
    }

    fn type_key(&mut self, key: Key, _context: &Context<'_>) -> bool {
        self.stage == Stage::Typing && self.passphrase.0.press(key)
    }

    fn paste(&mut self, text: &SecretString, _context: &Context<'_>) -> Option<Next> {
        (self.stage == Stage::Typing).then(|| {
            self.passphrase.0.paste(text);
            Next::default()
        })
    }

    fn hear(&mut self, outcome: &Outcome, context: &Context<'_>) -> Next {
        match outcome {
            Outcome::Looked(look) => return self.looked(look, context),
            Outcome::Unlocked { attempt, snapshot } if self.waits_for(*attempt) => {
                return Next::go(Go::Enter(snapshot.clone()));
            }
            Outcome::NotUnlocked { attempt, reason, trouble } if self.waits_for(*attempt) => {
                return self.not_unlocked(*reason, trouble, context);
            }
            Outcome::Key(Told::Says(text)) => self.easy.hear(text),
            Outcome::Crashed => {
                self.easy.stop();
                self.stage = Stage::Typing;
            }
            _ => {} // answers that nobody waits for any more
        }
        Next::default()
    }

    fn shut(&mut self) -> Next {
        self.passphrase.0.clear();
        self.stop()
    }

    /// A passphrase that is being typed, or is about to be, must not end in an answer to a plugin.
    fn takes_question(&self) -> bool {
        self.stage != Stage::Typing || (self.easy.is_asked_for() && self.passphrase.0.is_empty())
    }

    fn wake_at(&self, context: &Context<'_>, _area: Rect) -> Option<Timestamp> {
        match self.stage {
            Stage::Typing => None,
            Stage::Deriving { .. } => Some(progress::next_step(context.now)),
        }
    }
}
