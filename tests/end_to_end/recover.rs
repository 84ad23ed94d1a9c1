//! docs/RECOVER.md, run as it stands, with stock `age`: a vault outlives the program that made it.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;

use countersign::ports::NobodyToAsk;
use countersign::sealing::{
    self, BackupLock, BackupRecipient, BasketLock, Manifest, SheetCode, SlotKind, Slots, Talk, VaultKey, WorkFactor,
};
use countersign::system::prompt::TerminalPrompter;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::home::DEADLINE;
use crate::plugin::{self, where_the_plugin_is_installed};

const RECOVER: &str = include_str!("../../docs/RECOVER.md");
const BODY: &str = r#"{"accounts":[{"issuer":"Example","secret":"JBSWY3DPEHPK3PXP"}]}"#;
const PASSPHRASE: &str = "correct horse battery staple";

#[test]
fn the_shell_lines_open_a_vault_with_the_passphrase_alone() {
    let Some(folder) = folder_where_age_runs() else { return };
    let key = VaultKey::generate();
    write_vault(folder.path(), &key, &passphrase_slots(&key, 1));

    let shown = run_and_type(&script("sh"), folder.path(), PASSPHRASE);

    assert!(shown.contains(BODY), "{shown}");
    let kept = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut kept: Vec<_> = kept.collect();
    kept.sort();
    assert_eq!(kept, ["slot.age", "vault.age"], "nothing else is left behind");
}

#[test]
fn the_shell_lines_take_the_second_passphrase_when_told() {
    let Some(folder) = folder_where_age_runs() else { return };
    let key = VaultKey::generate();
    write_vault(folder.path(), &key, &passphrase_slots(&key, 3));

    let shown = run_and_type(&script("sh").replace("slot=1", "slot=2"), folder.path(), &format!("{PASSPHRASE} 1"));

    assert!(shown.contains(BODY), "{shown}");
}

#[test]
fn the_shell_lines_open_a_vault_with_an_identity() {
    let Some(folder) = folder_where_age_runs() else { return };
    let key = VaultKey::generate();
    let users = age::x25519::Identity::generate();
    let mut slots = passphrase_slots(&key, 1);
    slots.add_recipient(SlotKind::Identity, &key, &users.to_public().to_string(), &nobody()).unwrap();
    write_vault(folder.path(), &key, &slots);
    std::fs::write(folder.path().join("key.txt"), users.to_string().expose_secret()).unwrap();

    let output = Command::new("bash").arg("-c").arg(script("bash")).current_dir(folder.path()).output().unwrap();

    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), BODY, "{output:?}");
}

/// The line that begins with `AGE-SECRET-KEY-1`, or the words that it follows from.
enum Written {
    Line,
    Words,
}

fn open_with_a_sheet(written: Written) {
    let Some(folder) = folder_where_age_runs() else { return };
    let key = VaultKey::generate();
    let mut numbers = 0_u8..;
    // Any words will do; two of these are not the first of the list.
    let code = SheetCode::generate(&mut |buffer| buffer.fill(numbers.next().unwrap().wrapping_mul(13)));
    let mut slots = passphrase_slots(&key, 1);
    slots.add_sheet(&key, &code).unwrap();
    write_vault(folder.path(), &key, &slots);
    let line = match written {
        Written::Line => code.identity_file().expose_secret().to_owned(),
        Written::Words => {
            let Some(line) = printed_by_python(&below("## With a recovery sheet", "python"), code.words()) else {
                return;
            };
            line
        }
    };
    std::fs::write(folder.path().join("sheet.txt"), line).unwrap();

    let script = below("## With a recovery sheet", "bash");
    let output = Command::new("bash").arg("-c").arg(script).current_dir(folder.path()).output().unwrap();

    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), BODY, "{output:?}");
}

#[test]
fn the_shell_lines_open_a_vault_with_the_line_of_a_recovery_sheet() {
    open_with_a_sheet(Written::Line);
}

#[test]
fn the_words_of_a_recovery_sheet_are_enough_without_countersign() {
    open_with_a_sheet(Written::Words);
}

/// Runs a program with these words as its input; says that the test is skipped where there is no Python.
fn printed_by_python(program: &str, words: &SecretString) -> Option<String> {
    let child = Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("skipped: `python3` is not installed, so what it makes of the words cannot be tried");
        return None;
    };
    // As somebody may type them: in capitals, over two lines.
    let typed = words.expose_secret().to_uppercase().replacen(' ', "\n", 1);
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    Some(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap())
}

#[test]
fn the_shell_lines_open_a_vault_with_an_age_plugin() {
    where_the_plugin_is_installed(|| {
        let Some(folder) = folder_where_age_runs() else { return };
        let key = VaultKey::generate();
        let mut slots = passphrase_slots(&key, 1);
        let talk: Talk = Arc::new(TerminalPrompter);
        slots.add_recipient(SlotKind::Plugin, &key, &plugin::recipient("plain", "blue"), &talk).unwrap();
        write_vault(folder.path(), &key, &slots);
        std::fs::write(folder.path().join("key.txt"), plugin::identity("touch", "blue")).unwrap();

        // As the document says: the same lines, with the other word.
        let lines = script("bash").replace("slot identity", "slot plugin");
        let output = Command::new("bash").arg("-c").arg(lines).current_dir(folder.path()).output().unwrap();

        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), BODY, "{output:?}");
    });
}

#[test]
fn the_shell_lines_open_a_backup_for_recipients_with_its_passphrase() {
    let Some(folder) = folder_where_age_runs() else { return };
    let key = VaultKey::generate();
    let somebody = BackupRecipient::parse(&age::x25519::Identity::generate().to_public().to_string()).unwrap();
    let own = SecretString::from(PASSPHRASE);
    let lock = BackupLock::Either(&own, WorkFactor::unchecked_for_tests(8), std::slice::from_ref(&somebody));
    let body = SecretSlice::from(BODY.as_bytes().to_vec());
    let file = sealing::seal_backup(&body, &Manifest::new("0".repeat(32)), lock, &key, &nobody()).unwrap();
    std::fs::write(folder.path().join("backup.age"), file).unwrap();

    // As the document says: the same lines, with the backup's name.
    let shown = run_and_type(&script("sh").replace("vault.age", "backup.age"), folder.path(), PASSPHRASE);

    assert!(shown.contains(BODY), "{shown}");
}

#[test]
fn the_shell_line_opens_recovery_codes_that_are_kept_apart() {
    let Some(folder) = folder_where_age_runs() else { return };
    let lines = "{\"what\":\"recovery codes\",\"app\":1}\n{\"issuer\":\"Example\",\"codes\":[\"a1f0c-77be2\"]}\n";
    let own = SecretString::from(PASSPHRASE);
    let lock = BasketLock::Passphrase(&own, WorkFactor::unchecked_for_tests(8));
    let sealed = sealing::seal_basket(&SecretSlice::from(lines.as_bytes().to_vec()), lock, &nobody()).unwrap();
    std::fs::write(folder.path().join("recovery.age"), sealed.bytes).unwrap();

    let shown = run_and_type(&script("shell"), folder.path(), PASSPHRASE);

    assert!(shown.contains(r#"{"issuer":"Example","codes":["a1f0c-77be2"]}"#), "{shown}");
    assert!(!shown.contains("\"what\""), "{shown}");
}

/// No plugin takes part.
fn nobody() -> Talk {
    Arc::new(NobodyToAsk)
}

/// The document's first lines in this shell.
fn script(shell: &str) -> String {
    below("", shell)
}

/// The document's first lines in this language below a heading.
fn below(heading: &str, language: &str) -> String {
    let (_, section) = RECOVER.split_once(heading).expect("the document has this heading");
    let (_, after) = section.split_once(&format!("\n```{language}\n")).expect("the document has these lines");
    after.split_once("\n```\n").expect("they end").0.to_owned()
}

fn passphrase_slots(key: &VaultKey, count: usize) -> Slots {
    let mut slots = Slots::default();
    for number in 0..count {
        let passphrase = if number == 0 { PASSPHRASE.to_owned() } else { format!("{PASSPHRASE} {number}") };
        slots.add_passphrase(key, &SecretString::from(passphrase), WorkFactor::unchecked_for_tests(8)).unwrap();
    }
    slots
}

fn write_vault(folder: &Path, key: &VaultKey, slots: &Slots) {
    let body = SecretSlice::from(BODY.as_bytes().to_vec());
    let file = sealing::seal(&body, &Manifest::new("0".repeat(32)), slots, key).unwrap();
    std::fs::write(folder.join("vault.age"), file).unwrap();
}

/// A new folder; says that the test is skipped where there is no `age`.
fn folder_where_age_runs() -> Option<tempfile::TempDir> {
    stock_age_is_here().then(|| tempfile::tempdir().unwrap())
}

/// Tells whether there is an `age`; says that the test is skipped where there is none.
pub fn stock_age_is_here() -> bool {
    let found = Command::new("age").arg("--version").stdout(Stdio::null()).status();
    let is_missing = found.is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if is_missing {
        println!("skipped: `age` is not installed, so what it opens cannot be tried");
    }
    !is_missing
}

/// Runs a script on a terminal of its own, because that is where `age` asks, and returns what was shown.
pub fn run_and_type(script: &str, folder: &Path, passphrase: &str) -> String {
    let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 200, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", script]);
    command.cwd(folder);
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut keyboard = pty.master.take_writer().unwrap();
    let screen = listen(pty.master.try_clone_reader().unwrap());

    let mut shown = String::new();
    let mut typed = false;
    while let Ok(text) = screen.recv_timeout(DEADLINE) {
        shown += &text;
        if !typed && shown.contains("Enter passphrase") {
            keyboard.write_all(format!("{passphrase}\n").as_bytes()).unwrap();
            typed = true;
        }
    }
    child.kill().ok();
    child.wait().unwrap();
    shown
}

/// Passes on what appears on a terminal, until it is closed.
fn listen(mut terminal: Box<dyn Read + Send>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = terminal.read(&mut buffer) {
            if sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).is_err() {
                break;
            }
        }
    });
    receiver
}
