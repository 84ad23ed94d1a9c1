//! What to begin with where there is no vault yet.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::backups::OpenBackup;
use super::elsewhere::Elsewhere;
use super::first_run::FirstRun;
use crate::tui::action::Action;
use crate::tui::screen::{Context, Next, Screen, ScreenName};
use crate::tui::widgets::page::{self, Item};
use crate::tui::widgets::picker;

/// What can be begun with, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beginning {
    /// A new vault.
    New,
    /// A backup.
    Restore,
    /// A vault in a folder that another device shares.
    Elsewhere,
    /// The accounts of another app.
    Import,
}

impl Beginning {
    const ALL: [Self; 4] = [Self::New, Self::Restore, Self::Elsewhere, Self::Import];

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::New => ("new", "make a vault on this device"),
            Self::Restore => ("restore a backup", "from a stick, a folder, a download"),
            Self::Elsewhere => ("from another device", "open its vault in a shared folder"),
            Self::Import => ("from another app", "make a vault, and import its accounts"),
        }
    }
}

/// The choice.
pub struct Welcome {
    /// Where a new vault will be, ready to be shown.
    path: String,
    selected: usize,
}

impl Welcome {
    /// Returns the choice; a new vault will be at that path.
    pub fn new(path: String) -> Self {
        Self { path, selected: 0 }
    }

    fn choose(&self) -> Next {
        match Beginning::ALL[self.selected] {
            Beginning::New => Next::open(FirstRun::new(self.path.clone())),
            Beginning::Restore => Next::open(OpenBackup::restore()),
            Beginning::Elsewhere => Next::open(Elsewhere::new()),
            Beginning::Import => Next::open(FirstRun::new(self.path.clone()).before_import()),
        }
    }

    fn items(&self) -> Vec<Item<'_>> {
        let about = "Codes for two-factor logins, offline, in one encrypted file. What shall it begin with?";
        let mut items =
            vec![Item::Title("welcome to countersign"), Item::Gap, Item::Aside(about.to_owned()), Item::Gap];
        items.extend(Beginning::ALL.iter().enumerate().map(|(place, beginning)| {
            let (name, words) = beginning.words();
            Item::Option { name, words, is_selected: place == self.selected }
        }));
        items
    }
}

impl Screen for Welcome {
    fn name(&self) -> ScreenName {
        ScreenName::Welcome
    }

    fn view(&self, context: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        page::view(&self.items(), context, frame, area);
    }

    fn act(&mut self, action: Action, _: &Context<'_>) -> Next {
        if let Some(selected) = picker::moved(action, self.selected, Beginning::ALL.len()) {
            self.selected = selected;
        }
        if action == Action::Submit { self.choose() } else { Next::default() }
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Action> {
        vec![Action::Submit, Action::Down, Action::Up, Action::Help, Action::Quit]
    }

    fn click(&mut self, at: Position, area: Rect, _: &Context<'_>) -> Next {
        match page::hit(&self.items(), area, at) {
            Some(place) => {
                self.selected = place;
                self.choose()
            }
            None => Next::default(),
        }
    }
}
