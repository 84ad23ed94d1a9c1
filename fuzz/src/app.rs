//! The full-screen app: keys, pastes, the mouse, sizes, time and signals into the model, and the real worker on fakes.

use countersign::otp::Timestamp;
use countersign::tasks::Trust;
use countersign::tui::effect::Effect;
use countersign::tui::key::{Input as Told, translate};
use countersign::tui::message::{Message, Signal};
use countersign::tui::model::Model;
use countersign::tui::{Settings, Worker};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use secrecy::SecretString;

use crate::fakes::{Handles, machine};
use crate::input::{Input, text};
use crate::machine::cheap;
use crate::sealed::{KIT, PASSPHRASE};
use crate::shown::assert_is_tame;

/// More events only repeat themselves.
const MOST_EVENTS: usize = 200;
/// One thing leads to another, but not for ever.
const MOST_EFFECTS: usize = 100;

/// What is pasted: an address, codes, an export's path, a picture's path, hostile names.
const PASTES: [&str; 8] = [
    "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXP&issuer=GitHub",
    "otpauth://hotp/a%E2%80%AEb:c%1B%5B2J?secret=JBSWY3DPEHPK3PXP&counter=18446744073709551615\n\
     otpauth://totp/x?secret=JBSWY3DPEHPK3PXQ&period=9007199254740992",
    "3f8a1-0b4c2\n9d7e6-55aa1\n1c2d3-4e5f6\n77788-abcde\n0a0b0-c0d0e",
    "/home/me/export.txt",
    "/home/me/code.png",
    "\u{1b}[31mred\u{202e}\u{200b}\u{301}\u{301}\r\n\t",
    PASSPHRASE,
    "JBSWY3DPEHPK3PXP",
];

struct App {
    model: Model,
    worker: Worker,
    handles: Handles,
    now: Timestamp,
    screen: Terminal<TestBackend>,
}

/// Where to begin, and then one event after the other.
pub fn events(input: &[u8]) {
    let mut input = Input(input);
    let mut app = App::start(input.byte());
    for _ in 0..MOST_EVENTS {
        if input.is_empty() || app.model.end().is_some() {
            break;
        }
        app.event(&mut input);
        app.draw();
    }
}

impl App {
    fn start(how: u8) -> Self {
        let (machine, handles) = machine();
        if how & 3 != 1 {
            handles.vault_file.changed_by_another_device(&KIT.vault);
        }
        handles.documents.put("/home/me/export.txt", format!("{}\n{}", PASTES[0], PASTES[1]));
        handles.documents.put("/home/me/codes.txt", PASTES[2]);
        let now = Timestamp::from_secs(1_795_305_600);
        let settings = Settings {
            unicode: how & 4 == 0,
            hide_codes: how & 8 != 0,
            lock_after_secs: Some(300).filter(|_| how & 16 == 0),
            ..Settings::default()
        };
        let (model, effects) = Model::new(now, settings, None);
        let worker = Worker::new(machine, Trust { work_factor_cap: 4, ..Trust::default() }, cheap());
        let screen = Terminal::new(TestBackend::new(80, 24)).expect("it is of paper");
        let mut app = Self { model, worker, handles, now, screen };
        app.resize(80, 24);
        app.perform(effects);
        if how & 3 > 1 {
            PASSPHRASE.chars().for_each(|letter| app.press(KeyCode::Char(letter), KeyModifiers::NONE));
            app.press(KeyCode::Enter, KeyModifiers::NONE);
            assert!(app.model.is_unlocked(), "the passphrase opens it");
        }
        app.draw();
        app
    }

    fn event(&mut self, input: &mut Input<'_>) {
        const KEYS: [KeyCode; 15] = [
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Null,
        ];
        match input.byte() {
            letter @ 0x20..=0x7e => self.press(KeyCode::Char(letter.into()), KeyModifiers::NONE),
            key @ 0..=0x0e => self.press(KEYS[usize::from(key)], KeyModifiers::NONE),
            letter @ 0x80..=0x99 => self.press(KeyCode::Char((letter - 0x80 + b'a').into()), KeyModifiers::CONTROL),
            number @ 0x9a..=0xa6 => self.press(KeyCode::F(number - 0x9a), KeyModifiers::NONE),
            0xa7 => {
                let letter = char::from_u32(u32::from(input.number())).unwrap_or('\u{202e}');
                self.press(KeyCode::Char(letter), KeyModifiers::from_bits_truncate(input.byte()));
            }
            0xa8 => {
                let length = usize::from(input.byte());
                self.terminal(Event::Paste(text(input.bytes(length))));
            }
            which @ 0xb0..=0xb7 => self.terminal(Event::Paste(PASTES[usize::from(which - 0xb0)].to_owned())),
            0xb8 | 0xb9 => self.resize(u16::from(input.byte()).max(1), u16::from(input.byte() % 80).max(1)),
            0xba => self.resize(u16::from(input.byte() % 12).max(1), u16::from(input.byte() % 6).max(1)),
            0xbb => self.resize(500, 2),
            // What is still shown in part when the terminal has another size already.
            0xbc => self.model.resize(Rect::new(0, 0, u16::from(input.byte()), u16::from(input.byte()))),
            kind @ 0xc0..=0xc3 => {
                let kinds = [
                    MouseEventKind::Down(MouseButton::Left),
                    MouseEventKind::ScrollUp,
                    MouseEventKind::ScrollDown,
                    MouseEventKind::Moved,
                ];
                let (column, row) = (input.byte().into(), input.byte().into());
                let kind = kinds[usize::from(kind - 0xc0)];
                self.terminal(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
            }
            0xc4 => self.wait(i64::from(input.byte()) * 1_000),
            0xc5 => self.wait(i64::from(input.number()) * 60_000),
            0xc6 => self.wait(i64::from(input.byte())),
            0xc7 => {
                let by_millis = (i64::from(input.number()) - 0x8000) * 1_000_000;
                self.now = self.now.plus_millis(by_millis);
                self.handles.clock.set(self.now);
                self.tell(Message::ClockSet { by_millis });
            }
            0xc8 => {
                let millis = i64::from(input.number()) * 1_000;
                self.now = self.now.plus_millis(millis);
                self.handles.clock.set(self.now);
                self.tell(Message::Slept { millis });
            }
            0xc9 => self.tell(Message::Signal(Signal::Suspend)),
            0xca => self.tell(Message::Signal(Signal::Resume)),
            0xcb => self.tell(Message::Signal(Signal::End { number: 15 })),
            0xcc => self.handles.clipboard.taken_over(PASTES[usize::from(input.byte() % 8)]),
            0xcd => self.handles.vault_file.changed_by_another_device(&KIT.vault),
            0xce => self.handles.vault_file.changed_by_another_device(b"age-encryption.org/v1\n"),
            0xcf => self.handles.vault_file.remove(),
            0xd0 => self.handles.documents.put("/memory/vault.sync-conflict-20260101-000000-ABCDEFG.age", &KIT.vault),
            0xd1 => self.tell(Message::Redraw),
            _ => self.tell(Message::Tick),
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        let kind = if modifiers.contains(KeyModifiers::SUPER) { KeyEventKind::Repeat } else { KeyEventKind::Press };
        self.terminal(Event::Key(KeyEvent::new_with_kind(code, modifiers, kind)));
    }

    fn terminal(&mut self, event: Event) {
        match translate(event) {
            Some(Told::Key(key)) => self.tell(Message::Key(key)),
            Some(Told::Paste(text)) => self.tell(Message::Paste(SecretString::from(text))),
            Some(Told::Mouse(mouse)) => self.tell(Message::Mouse(mouse)),
            Some(Told::Redraw) => self.tell(Message::Redraw),
            None => {}
        }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.screen.backend_mut().resize(width, height);
        self.screen.resize(Rect::new(0, 0, width, height)).expect("it is of paper");
        self.model.resize(Rect::new(0, 0, width, height));
        self.tell(Message::Redraw);
    }

    /// Lets time pass, waking as often as the app wants, which is not for ever.
    fn wait(&mut self, millis: i64) {
        let until = self.now.plus_millis(millis);
        for _ in 0..20 {
            let Some(at) = self.model.wake_at().filter(|at| *at <= until) else { break };
            self.now = at.max(self.now.plus_millis(1));
            self.handles.clock.set(self.now);
            self.tell(Message::Tick);
        }
        self.now = until.max(self.now);
        self.handles.clock.set(self.now);
        self.tell(Message::Tick);
    }

    fn tell(&mut self, message: Message) {
        let effects = self.model.update(self.now, message);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let mut waiting = std::collections::VecDeque::from(effects);
        let mut done = 0;
        while let Some(effect) = waiting.pop_front() {
            done += 1;
            assert!(done < MOST_EFFECTS, "one thing leads to another for ever: {effect:?}");
            let Some(outcome) = self.worker.perform(effect) else { continue };
            waiting.extend(self.model.update(self.now, Message::Done(Box::new(outcome))));
        }
    }

    /// Draws, and looks at every cell.
    fn draw(&mut self) {
        let model = &self.model;
        self.screen.draw(|frame| model.view(frame)).expect("it is of paper");
        for cell in &self.screen.backend().buffer().content {
            assert!(!cell.symbol().chars().any(char::is_control), "raw: {:?}", cell.symbol());
            if !cell.symbol().is_ascii() {
                assert_is_tame(cell.symbol());
            }
        }
    }
}
