//! The app's frames, without a terminal.

use std::sync::Arc;

use countersign::otp::Timestamp;
use countersign::tui::clock::{Level, Report};
use countersign::tui::effect::Effect;
use countersign::tui::key::Key;
use countersign::tui::message::{Look, Message, Outcome, Snapshot};
use countersign::tui::model::Model;
use countersign::tui::settings::Settings;
use countersign::vault::{DeviceMemory, Vault};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use super::measure::compare;
use super::vaults;

const NOW: Timestamp = Timestamp::from_secs(1_795_305_600);
const SIZE: (u16, u16) = (120, 40);

/// Compares what it costs to show and to search few accounts and many.
pub fn compare_frames() {
    let (mut few, mut many) = (App::with(vaults::with(100)), App::with(vaults::with(10_000)));
    compare(("a frame at 10,000 accounts", || many.frame()), ("a frame at 100", || few.frame()));
    compare(("a key in the list at 10,000 accounts", || many.keys("j")), ("a frame of it", || few.frame()));
    let letter = |app: &mut App| {
        app.keys("/s<esc>");
        app.frame();
    };
    compare(("a letter of a search at 10,000 accounts", || letter(&mut many)), ("at 100", || letter(&mut few)));
}

struct App {
    model: Model,
    screen: Terminal<TestBackend>,
}

impl App {
    /// Opens the app on this vault.
    fn with(vault: Vault) -> Self {
        let (model, _) = Model::new(NOW, Settings::default(), None);
        let screen = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("it cannot fail");
        let mut app = Self { model, screen };
        app.model.resize(Rect::new(0, 0, SIZE.0, SIZE.1));
        app.hear(Outcome::Looked(Look {
            exists: true,
            path: "vault.age".to_owned(),
            saved: None,
            notes: Vec::new(),
            trouble: None,
            is_way_given: false,
            opens_with_own: false,
            has_sheet: false,
            ways: Vec::new(),
        }));
        let asked = app.keys("open<enter>").into_iter().find_map(|effect| match effect {
            Effect::Unlock { attempt, .. } => Some(attempt),
            _ => None,
        });
        let snapshot = Snapshot {
            vault: Arc::new(vault),
            memory: Arc::new(DeviceMemory::default()),
            backups: std::sync::Arc::default(),
            clock: Arc::new(Report {
                level: Level::Unknown,
                ahead: None,
                source: None,
                correction: None,
                evidence: Vec::new(),
            }),
            can_undo: None,
            warnings: Vec::new(),
            is_read_only: false,
            is_basket_open: false,
            saved_at: NOW,
            path: "vault.age".to_owned(),
        };
        app.hear(Outcome::Unlocked { attempt: asked.expect("a passphrase was typed"), snapshot });
        assert!(app.model.is_unlocked(), "the app is open");
        app
    }

    fn frame(&mut self) {
        let model = &self.model;
        self.screen.draw(|frame| model.view(frame)).expect("it cannot fail");
    }

    fn keys(&mut self, keys: &str) -> Vec<Effect> {
        let keys = Key::sequence(keys).expect("these are keys");
        keys.into_iter().flat_map(|key| self.model.update(NOW, Message::Key(key))).collect()
    }

    fn hear(&mut self, outcome: Outcome) {
        self.model.update(NOW, Message::Done(Box::new(outcome)));
    }
}
