//! The full-screen app: what a terminal sends, sizes, time and signals into the model, and the real worker on fakes.

use std::sync::LazyLock;

use countersign::otp::Timestamp;
use countersign::tasks::Trust;
use countersign::tui::effect::Effect;
use countersign::tui::key::{Input as Told, translate};
use countersign::tui::message::{Desktop, Message, Signal};
use countersign::tui::model::Model;
use countersign::tui::terminal_input::TerminalInput;
use countersign::tui::{Settings, Worker};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use secrecy::{ExposeSecret, SecretString};

use crate::fakes::{Handles, machine};
use crate::input::Input;
use crate::machine::cheap;
use crate::sealed::{KIT, PASSPHRASE};
use crate::shown::assert_is_tame;
use crate::vault::three_accounts;

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

/// What only an open vault has to show, and no paste.
static SECRETS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let secrets = three_accounts().accounts().map(|account| account.enrolment().secret.to_base32()).collect::<Vec<_>>();
    let names = ["Fastmail", "alice@example.com"].map(str::to_owned);
    secrets.iter().map(|secret| secret.expose_secret().to_owned()).chain(names).collect()
});

struct App {
    terminal: TerminalInput,
    model: Model,
    worker: Worker,
    handles: Handles,
    now: Timestamp,
    screen: Terminal<TestBackend>,
}

/// Where to begin, and then one event after the other, of which the bytes of ASCII are those that the terminal sends.
pub fn events(input: &[u8]) {
    let mut input = Input(input);
    let mut app = App::start(input.byte());
    for _ in 0..MOST_EVENTS {
        if input.is_empty() {
            break;
        }
        // What arrives at once is drawn once, as in the app itself.
        match input.bytes(input.0.iter().take_while(|byte| byte.is_ascii()).count()) {
            [] => app.event(&mut input),
            keys => app.read(keys),
        }
        // Nothing is drawn any more then.
        if app.model.end().is_some() {
            break;
        }
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
        let mut app = Self { terminal: TerminalInput::default(), model, worker, handles, now, screen };
        app.resize(80, 24);
        app.perform(effects);
        if how & 3 > 1 {
            app.read(PASSPHRASE.as_bytes());
            app.read(b"\r");
            assert!(app.model.is_unlocked(), "the passphrase opens it");
        }
        app.draw();
        app
    }

    fn event(&mut self, input: &mut Input<'_>) {
        match input.byte() {
            0x81 => {
                let length = input.byte().into();
                self.read(input.bytes(length));
            }
            0x82 => {
                let length = input.byte().into();
                self.paste(input.bytes(length));
            }
            0x83 => self.console(input.number(), KeyModifiers::from_bits_truncate(input.byte())),
            which @ 0xb0..=0xb7 => self.paste(PASTES[usize::from(which - 0xb0)].as_bytes()),
            0xb8 | 0xb9 => self.resize(u16::from(input.byte() % 140).max(1), u16::from(input.byte() % 50).max(1)),
            0xba => self.resize(u16::from(input.byte() % 12).max(1), u16::from(input.byte() % 6).max(1)),
            0xbb => self.resize(500, 2),
            // What is still shown in part when the terminal has another size already.
            0xbc => self.model.resize(Rect::new(0, 0, u16::from(input.byte()), u16::from(input.byte()))),
            kind @ 0xc0..=0xc3 => {
                let button = [0, 64, 65, 35][usize::from(kind - 0xc0)];
                let (column, row) = (input.byte(), input.byte());
                self.read(format!("\x1b[<{button};{column};{row}M").as_bytes());
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
            0xd2 => self.tell(Message::Desktop(Desktop::ScreenLocked)),
            _ => self.tell(Message::Tick),
        }
    }

    /// Takes what one reading of the terminal gave.
    fn read(&mut self, bytes: &[u8]) {
        let inputs = self.terminal.take(bytes);
        inputs.into_iter().for_each(|told| self.hear(told));
    }

    fn paste(&mut self, bytes: &[u8]) {
        self.read(&[b"\x1b[200~", bytes, b"\x1b[201~"].concat());
    }

    /// A key of the Windows console.
    fn console(&mut self, letter: u16, modifiers: KeyModifiers) {
        let code = KeyCode::Char(char::from_u32(letter.into()).unwrap_or('\u{202e}'));
        let kind = if modifiers.contains(KeyModifiers::SUPER) { KeyEventKind::Repeat } else { KeyEventKind::Press };
        let told = translate(Event::Key(KeyEvent::new_with_kind(code, modifiers, kind)));
        told.into_iter().for_each(|told| self.hear(told));
    }

    fn hear(&mut self, told: Told) {
        self.tell(match told {
            Told::Key(key) => Message::Key(key),
            Told::Paste(text) => Message::Paste(SecretString::from(text)),
            Told::Mouse(mouse) => Message::Mouse(mouse),
            Told::Redraw => Message::Redraw,
        });
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
        let cells = &self.screen.backend().buffer().content;
        for cell in cells.iter().filter(|cell| cell.symbol() != " ") {
            assert!(!cell.symbol().chars().any(char::is_control), "raw: {:?}", cell.symbol());
            if !cell.symbol().is_ascii() {
                assert_is_tame(cell.symbol());
            }
        }
        if !self.model.is_unlocked() {
            let picture: String = cells.iter().map(Cell::symbol).collect();
            assert!(!SECRETS.iter().any(|secret| picture.contains(secret)), "shown while locked: {picture}");
        }
    }
}
