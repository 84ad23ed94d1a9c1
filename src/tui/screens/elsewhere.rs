//! Opens a vault that another device put into a folder both see, and stays with it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;

use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::backups::{BackupOutcome, BackupTask, Refused};
use crate::tui::effect::Effect;
use crate::tui::key::{Key, MouseKind};
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::widgets::asking::Asking;
use crate::tui::widgets::form::Form;
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::text_field::TextField;

const FILE: usize = 0;
const PASSPHRASE: usize = 1;
const PATH_BYTES: usize = 4096;

/// Opens a vault in another place.
pub struct Elsewhere {
    asking: Asking,
}

impl Elsewhere {
    /// Returns the form.
    pub fn new() -> Self {
        let file = TextField::with_limit(PATH_BYTES);
        let form = Form::default().text("vault file", file).text("passphrase", TextField::hidden());
        Self { asking: Asking::new(form) }
    }

    fn submit(&mut self, context: &Context<'_>) -> Next {
        if !self.asking.is_complete() || self.asking.lacks(&[FILE, PASSPHRASE]) {
            return Next::default();
        }
        self.asking.wait(context.now);
        let file = self.asking.form.field(FILE).text().to_owned();
        let passphrase = self.asking.form.field_mut(PASSPHRASE).take();
        Next::effect(Effect::Backup(BackupTask::OpenElsewhere { asked: context.now, file, passphrase }))
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'_>> {
        let about = "The vault stays where it is, in a folder that Syncthing, Nextcloud, git or a stick carries. \
                     This device remembers the place.";
        let help = "No passphrase for it? Run countersign devices request here, and add this device there.";
        let said = Some(Item::Aside(help.to_owned()));
        self.asking.items("open a vault from another device", about, ("unlocking it", FILE), said, context)
    }
}

impl Default for Elsewhere {
    fn default() -> Self {
        Self::new()
    }
}

impl Screen for Elsewhere {
    fn name(&self) -> ScreenName {
        ScreenName::FileForm
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            // What is opened all the same is forgotten at once.
            Action::Back if self.asking.stop() => return Next::effect(Effect::Lock),
            Action::Back => return Next::go(Go::Close),
            Action::Submit if !self.asking.is_waiting() => return self.submit(context),
            other => self.asking.act(other), // among the fields
        }
        Next::default()
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        self.asking.hints()
    }

    fn takes_text(&self) -> bool {
        !self.asking.is_waiting()
    }

    fn type_key(&mut self, key: Key, _: &Context<'_>) -> bool {
        self.asking.press(key)
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        self.asking.paste(text);
        Some(Next::default())
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        match outcome {
            Outcome::Backup(BackupOutcome::OpenedElsewhere { asked, snapshot })
                if self.asking.is_answered_by(*asked) =>
            {
                let stay = Effect::Backup(BackupTask::StayElsewhere);
                return Next { effects: vec![stay], ..Next::go(Go::Enter(snapshot.clone())) };
            }
            Outcome::Backup(BackupOutcome::Refused { asked, reason, trouble })
                if self.asking.is_answered_by(*asked) =>
            {
                self.asking.refuse(trouble.clone());
                let row = if *reason == Refused::WrongPassphrase { PASSPHRASE } else { FILE };
                self.asking.form.focus_on(row);
            }
            Outcome::Crashed => drop(self.asking.stop()),
            _ => {} // answers that nobody waits for here
        }
        Next::default()
    }

    fn mouse(&mut self, kind: MouseKind, at: Position, area: Rect, context: &Context<'_>) -> Next {
        match kind {
            MouseKind::WheelUp => self.asking.act(Action::PreviousField),
            MouseKind::WheelDown => self.asking.act(Action::NextField),
            MouseKind::Click => {
                let hit = page::hit(&self.items(context), area, at);
                self.asking.click(hit);
            }
        }
        Next::default()
    }

    fn wake_at(&self, context: &Context<'_>, _: Rect) -> Option<Timestamp> {
        self.asking.wake_at(context.now)
    }
}
