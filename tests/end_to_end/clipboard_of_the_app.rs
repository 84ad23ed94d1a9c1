//! A code that the app copied: marked, and cleared on time, with the lock, at the end and by a signal, on X11 and on
//! Wayland. What another program copied since stays.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::app::command;
use crate::clipboard::{CONCEALED, Desktop, FOREIGN};
use crate::home::{Home, PASSPHRASE, wait_for};
use crate::terminal::OnTerminal;

/// sway does not run as root.
const NOBODY: u32 = 65_534;

/// A clipboard that programs share.
pub trait Board {
    /// Lets a program see this clipboard and no other.
    fn show_to(&self, program: &mut CommandBuilder);
    fn text(&self) -> String;
    fn kinds(&self) -> String;
    /// Copies a text as another program.
    fn copy(&self, text: &str);
}

impl Board for Desktop {
    fn show_to(&self, program: &mut CommandBuilder) {
        program.env("DISPLAY", &self.display);
    }

    fn text(&self) -> String {
        self.text()
    }

    fn kinds(&self) -> String {
        self.kinds()
    }

    fn copy(&self, text: &str) {
        self.copy(text);
    }
}

/// A Wayland compositor without a screen.
struct Sway {
    compositor: Child,
    folder: TempDir,
    display: String,
}

impl Drop for Sway {
    fn drop(&mut self) {
        self.compositor.kill().ok();
        self.compositor.wait().ok();
    }
}

impl Sway {
    /// Starts one; `None`, with a sentence, where there is none to start.
    fn start() -> Option<Self> {
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        fs::write(folder.path().join("config"), "seat seat0 fallback true\nxwayland disable\n").unwrap();
        let mut sway = Command::new("sway");
        sway.arg("-c")
            .arg(folder.path().join("config"))
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("HOME", folder.path());
        sway.envs([("WLR_BACKENDS", "headless"), ("WLR_LIBINPUT_NO_DEVICES", "1"), ("WLR_RENDERER", "pixman")]);
        sway.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null()).stdout(Stdio::null());
        if rustix::process::getuid().is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            sway.uid(NOBODY).gid(NOBODY);
        }
        let has_clipboard = Command::new("wl-paste").arg("--version").output().is_ok();
        let (Ok(compositor), true) = (sway.current_dir("/").stderr(Stdio::null()).spawn(), has_clipboard) else {
            println!("skipped in part: sway or wl-clipboard is missing");
            return None;
        };
        let mut started = Self { compositor, folder, display: String::new() };
        wait_for("sway's socket", || {
            let sockets = fs::read_dir(started.folder.path()).unwrap().map(|file| file.unwrap().file_name());
            let mut names = sockets.filter_map(|name| name.into_string().ok());
            match names.find(|name| name.starts_with("wayland-") && !name.ends_with(".lock")) {
                Some(name) => {
                    started.display = name;
                    true
                }
                None => false,
            }
        });
        Some(started)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("XDG_RUNTIME_DIR", self.folder.path()).env("WAYLAND_DISPLAY", &self.display).env_remove("DISPLAY");
        command
    }

    fn paste(&self, option: &str) -> String {
        String::from_utf8(self.program("wl-paste").arg(option).stderr(Stdio::null()).output().unwrap().stdout).unwrap()
    }
}

impl Board for Sway {
    fn show_to(&self, program: &mut CommandBuilder) {
        program.env("XDG_RUNTIME_DIR", self.folder.path());
        program.env("WAYLAND_DISPLAY", &self.display);
    }

    fn text(&self) -> String {
        self.paste("-n")
    }

    fn kinds(&self) -> String {
        self.paste("-l")
    }

    fn copy(&self, text: &str) {
        let mut copy =
            self.program("wl-copy").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        copy.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        copy.wait().unwrap();
    }
}

/// Returns the clipboards that there are here.
pub fn boards() -> Vec<Box<dyn Board>> {
    let x11 = Desktop::start().map(|desktop| Box::new(desktop) as Box<dyn Board>);
    let wayland = Sway::start().map(|sway| Box::new(sway) as Box<dyn Board>);
    x11.into_iter().chain(wayland).collect()
}

/// Opens the app on a clipboard, and copies a code there.
fn copied(home: &Home, board: &dyn Board, clear_after_seconds: u32) -> OnTerminal {
    fs::create_dir_all(home.path("config/countersign")).unwrap();
    let settings = format!("[clipboard]\nosc52 = \"never\"\nclear_after_seconds = {clear_after_seconds}\n");
    fs::write(home.path("config/countersign/config.toml"), settings).unwrap();
    let mut program = command(home);
    board.show_to(&mut program);
    let mut app = OnTerminal::run(program);
    app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("GitHub").type_in("\r").shows("copied");
    app
}

/// What puts an end to a copied code before its time.
const ENDS: [fn(&mut OnTerminal); 4] = [
    |app| {
        // What is done next is done after the clearing.
        app.type_in("L").shows("locked").type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    },
    |app| {
        app.type_in("q").ends(0);
    },
    |app| {
        app.signal("TERM").ends(143);
    },
    |app| {
        // It cannot do anything about this one any more.
        app.signal("KILL");
    },
];

fn is_a_code(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[test]
fn a_code_of_the_app_is_marked_for_clipboard_histories() {
    let home = Home::with_alice();
    for board in boards() {
        let mut app = copied(&home, &*board, 600);
        let (text, kinds) = (board.text(), board.kinds());
        assert!(is_a_code(&text) && kinds.contains(CONCEALED), "{text:?} {kinds}");
        app.type_in("q").ends(0);
    }
}

#[test]
fn a_code_of_the_app_is_cleared_on_time() {
    let home = Home::with_alice();
    for board in boards() {
        board.copy(FOREIGN);
        wait_for("the other program to offer its text", || board.text() == FOREIGN);
        let mut app = copied(&home, &*board, 1);
        // Only a code that took the place of the other text can be cleared.
        wait_for("the code to be cleared", || board.text().is_empty());
        app.type_in("q").ends(0);
    }
}

#[test]
fn the_lock_the_end_and_a_signal_each_clear_it() {
    let home = Home::with_alice();
    for board in boards() {
        for end in ENDS {
            let mut app = copied(&home, &*board, 600);
            assert!(is_a_code(&board.text()));
            end(&mut app);
            wait_for("the code to be cleared", || board.text().is_empty());
        }
    }
}

#[test]
fn what_another_program_copied_since_survives_each_of_them() {
    let home = Home::with_alice();
    for board in boards() {
        for end in ENDS {
            let mut app = copied(&home, &*board, 600);
            board.copy(FOREIGN);
            wait_for("the other program to offer its text", || board.text() == FOREIGN);
            end(&mut app);
            assert_eq!(board.text(), FOREIGN);
        }
    }
}
