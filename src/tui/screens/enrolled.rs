//! What comes after a new account was saved: its recovery codes, and a backup that has it.

use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::SecretString;

use super::recovery::{Adding, RecoveryCodes};
use crate::otp::Timestamp;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::message::Outcome;
use crate::tui::screen::{Context, Go, Next, Screen, ScreenName};
use crate::tui::theme::Role;
use crate::tui::widgets::page::{self, Item};
use crate::vault::AccountId;
use crate::vault::audit::Backups;

/// One page about a new account.
pub struct Enrolled {
    id: AccountId,
    /// What is known of backups, once the worker has said so.
    backups: Option<Backups>,
}

impl Enrolled {
    /// Takes the place of the form that added the account, and asks how backups stand.
    pub fn after(id: AccountId) -> Next {
        let screen = Self { id, backups: None };
        Next { effects: vec![Effect::AuditFacts], ..Next::go(Go::Replace(Box::new(screen))) }
    }

    /// Tells whether the account is there and has no recovery codes yet.
    fn lacks_codes(&self, context: &Context<'_>) -> bool {
        let account = context.snapshot.and_then(|snapshot| snapshot.vault.get(self.id));
        account.is_some_and(|account| account.trashed().is_none() && account.recovery().unused() == 0)
    }

    fn items(&self, context: &Context<'_>) -> Vec<Item<'static>> {
        let account = context.snapshot.and_then(|snapshot| snapshot.vault.get(self.id));
        let Some(account) = account else {
            return vec![Item::Text("the account is not in the vault any more".to_owned(), Role::Warning)];
        };
        let standing = match account.pending() {
            _ if account.trashed().is_some() => ("taken back; it lies in the trash for 30 days", Role::Warning),
            true => ("saved as pending, until the site has accepted a code", Role::Pending),
            false => ("saved, and its codes are accepted", Role::Good),
        };
        let mut items = vec![
            Item::Text(account.label(), Role::Title),
            Item::Gap,
            Item::Text(standing.0.to_owned(), standing.1),
            Item::Gap,
        ];
        match account.recovery().unused() {
            0 => {
                let words = "next: the recovery codes of the site; paste them, or go on to the form".to_owned();
                items.extend([Item::Text(words, Role::Text), Item::Aside(RECOVERY.to_owned()), Item::Gap]);
            }
            1 => items.extend([Item::Text("1 recovery code is stored".to_owned(), Role::Good), Item::Gap]),
            count => {
                items.extend([Item::Text(format!("{count} recovery codes are stored"), Role::Good), Item::Gap]);
            }
        }
        if let Some((words, role)) = self.backups.map(|backups| backup_words(&backups, context.now)) {
            items.push(Item::Text(words, role));
        }
        items
    }
}

const RECOVERY: &str = "Most sites show them once, and now: they let you in when this vault is out of reach. \
                        Store them with the account.";

fn backup_words(backups: &Backups, now: Timestamp) -> (String, Role) {
    let days = |since: Timestamp| now.millis_since(since).div_euclid(24 * 60 * 60 * 1000).max(0);
    match (backups.made, backups.proved) {
        (None, _) => ("then: a backup; there is none yet".to_owned(), Role::Warning),
        (Some(made), None) => {
            let words = format!("then: a backup; the last one, {} days old, was never proved to open", days(made));
            (words, Role::Warning)
        }
        (Some(made), Some(_)) => {
            (format!("then: a backup; the last one, {} days old, lacks this account", days(made)), Role::Text)
        }
    }
}

impl Screen for Enrolled {
    fn name(&self) -> ScreenName {
        ScreenName::Enrolled
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(context), context, frame, area);
    }

    fn act(&mut self, action: Action, context: &Context<'_>) -> Next {
        match action {
            Action::Submit | Action::Recovery if self.lacks_codes(context) => Next::open(Adding::to(self.id)),
            Action::Recovery => Next::open(RecoveryCodes::of(self.id)),
            Action::Submit | Action::Back => Next::go(Go::Close),
            Action::Backups => Next::go(Go::CloseAnd(Action::Backups)),
            _ => Next::default(), // actions of other screens
        }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Recovery, Action::Backups, Action::Undo, Action::Back]
    }

    fn paste(&mut self, text: &SecretString, _: &Context<'_>) -> Option<Next> {
        Some(Next::open(Adding::to(self.id).pasted(text)))
    }

    fn hear(&mut self, outcome: &Outcome, _: &Context<'_>) -> Next {
        if let Outcome::AuditFacts(facts) = outcome {
            self.backups = facts.backups;
        }
        Next::default()
    }
}
