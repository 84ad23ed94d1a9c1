//! Every command under a system-call trace: no socket but the local ones that it needs, no secret in arguments,
//! environments, names of files or files, and no file in a place that is not ours.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;
use secrecy::ExposeSecret;

use crate::faults::strace_is_here;
use crate::home::{ALICE, Home, PASSPHRASE, PROGRAM, SECRET};
use crate::memory::vault_key;
use crate::scan::Needles;
use crate::terminal::OnTerminal;

/// How a command of the manual is run.
struct Case {
    /// Its page, without the program's name; several ways to run it are several cases.
    page: &'static str,
    /// Its arguments; `{home}` is the user's folder, `{set}` the id of a set of recovery codes.
    args: &'static str,
    input: &'static str,
    exit: i32,
    /// Why it may write a secret where everybody can read it.
    gives_out: Option<&'static str>,
    /// Why it may ask the network.
    asks_network: Option<&'static str>,
}

const fn case(page: &'static str, args: &'static str, exit: i32) -> Case {
    Case { page, args, input: "", exit, gives_out: None, asks_network: None }
}

impl Case {
    const fn given(self, input: &'static str) -> Self {
        Self { input, ..self }
    }

    const fn gives_out(self, reason: &'static str) -> Self {
        Self { gives_out: Some(reason), ..self }
    }
}

const BOB: &str = "otpauth://totp/VPN:bob?secret=NJ2W24DTEBXXMZLSEB2GQZJANRQXU6JA&issuer=VPN";
const COUNTED: &str = "otpauth://hotp/Counted:carol?secret=KRUGKIDROVUWG2ZAMJZG653OEBTG66BA&issuer=Counted&counter=1";
const ROTATED: &str = "OVXGIZLDNFSGKZBAMZXXEIDBEB3WQ2LM";
const RECOVERY_CODES: [&str; 3] = ["k7x2q-93mwd", "h4v8t-5znbr", "p6y3c-29fjs"];

/// Every page of the manual, in an order in which each finds what it needs.
const CASES: &[Case] = &[
    case("", "", 2),
    case("init", "init --work-factor 16 --vault {home}/other.age", 0),
    case("add", "add - --confirmed", 0).given(BOB),
    case("add", "add - --confirmed", 0).given(COUNTED),
    case("list", "list", 0),
    case("code", "code github", 0),
    case("code", "code github --copy", 1),
    case("watch", "watch counted", 0),
    case("show", "show github", 0),
    case("qr", "qr github --png {home}/out/code.png --yes", 0),
    case("edit", "edit github --note hello", 0),
    case("confirm", "confirm github", 0),
    case("rotate", "rotate github - --pending", 0).given(ROTATED),
    case("rotate", "rotate github --stop", 0),
    case("recovery", "recovery", 2),
    case("recovery-add", "recovery add github {home}/codes.txt --anyway", 0),
    case("recovery-list", "recovery list", 0),
    case("recovery-show", "recovery show github", 0),
    case("recovery-mark", "recovery mark github 2", 0),
    case("recovery-use", "recovery use github --yes", 0).gives_out("printing one code is what it is for"),
    case("recovery-check", "recovery check github", 0),
    // Readable sheets need a yes at a terminal.
    case("recovery-print", "recovery print github {home}/out/sheet.txt --yes", 7),
    case("recovery-apart", "recovery apart --password-file {home}/other-pass", 0),
    case("recovery-together", "recovery together --password-file {home}/other-pass", 0),
    case("recovery-remove", "recovery remove github {set}", 0),
    case("recovery-restore", "recovery restore github {set}", 0),
    case("remove", "remove vpn", 0),
    case("undo", "undo", 0),
    case("trash", "trash", 2),
    case("remove", "remove vpn", 0),
    case("trash-list", "trash list", 0),
    case("trash-restore", "trash restore vpn", 0),
    case("trash-empty", "trash empty --yes", 0),
    case("merge", "merge {home}/copy.age", 0),
    case("merge-driver", "merge-driver {home}/copy.age {home}/copy.age {home}/copy.age", 0),
    case("import", "import {home}/plain.txt --from otpauth --yes", 0),
    case("export", "export --to otpauth {home}/out/plain.txt --plaintext --yes", 0)
        .gives_out("a list that can be read is what was asked for"),
    case("export", "export --to aegis {home}/out/aegis.json --password-file {home}/other-pass", 0),
    case("devices", "devices", 2),
    case("devices-list", "devices list", 0),
    case("devices-request", "devices request --name phone --password-file {home}/other-pass", 0),
    case("devices-add", "devices add - --name tablet", 0),
    case("devices-rename", "devices rename this", 0),
    case("devices-remove", "devices remove tablet --yes", 0),
    case("slots", "slots", 2),
    case("slots-list", "slots list", 0),
    case("slots-add", "slots add", 2),
    case("slots-add-passphrase", "slots add passphrase --new-password-file {home}/other-pass --work-factor 16", 0),
    // There is no keyring here.
    case("slots-add-keyring", "slots add keyring", 1),
    case("slots-add-identity", "slots add identity {home}/identity.txt", 0),
    // No identity of a plugin is in it.
    case("slots-add-plugin", "slots add plugin {home}/codes.txt", 5),
    case("slots-add-sheet", "slots add sheet --to {home}/out/words.txt --yes", 0),
    case("slots-remove", "slots remove 00 --yes", 3),
    case(
        "slots-change-passphrase",
        "slots change-passphrase --new-password-file {home}/other-pass --work-factor 16 --vault {home}/other.age",
        0,
    ),
    case("backup", "backup", 2),
    case("backup-create", "backup create {home}/out/backup.age --same", 0),
    case("backup-list", "backup list", 0),
    case("backup-drill", "backup drill {home}/out/backup.age --password-file {home}/pass", 0),
    case("backup-restore", "backup restore {home}/out/backup.age --dry-run --password-file {home}/pass", 0),
    case("policy", "policy", 0),
    case("audit", "audit", 10),
    case("clock", "clock", 0),
    case("clock-compare", "clock compare github", 7),
    case("clock-help", "clock help", 0),
    case("clock-set-offset", "clock set-offset 1", 0),
    case("clock-clear-offset", "clock clear-offset", 0),
    case("status", "status", 0),
    case("config", "config", 2),
    case("config-path", "config path", 0),
    case("config-show", "config show", 0),
    case("config-default", "config default", 0),
    case("config-check", "config check", 0),
    case("completions", "completions bash", 0),
    case("man", "man {home}/out", 0),
    Case { asks_network: Some("it was told to"), ..case("clock", "clock --network 127.0.0.1:9", 1) },
];

/// The sockets of this computer that a command may speak to, and who listens there.
const LOCAL_SOCKETS: &[(&str, &str)] = &[
    ("/chrony", "chrony says how well it keeps the clock"),
    ("dbus", "logind, the keyring, timedated"),
    ("/run/user/", "the bus of the session, on which the keyring is"),
    ("/.X11-unix/", "the clipboard of X11"),
    ("/wayland-", "the clipboard of Wayland"),
    ("/nscd/", "the C library asks for the user's name"),
    ("/run/systemd/", "what timedatectl asks"),
];

fn home() -> Home {
    let home = Home::with_alice();
    fs::create_dir(home.path("out")).unwrap();
    fs::write(home.path("codes.txt"), RECOVERY_CODES.join("\n")).unwrap();
    fs::write(home.path("other-pass"), "another-passphrase-for-other-files\n").unwrap();
    let identity = age::x25519::Identity::generate().to_string();
    fs::write(home.path("identity.txt"), identity.expose_secret()).unwrap();
    fs::write(home.path("plain.txt"), format!("{ALICE}\n")).unwrap();
    fs::copy(home.vault(), home.path("copy.age")).unwrap();
    home
}

fn secrets(home: &Home) -> Needles {
    let (text, raw) = vault_key(home);
    let mut needles =
        Needles::default().text("the passphrase", PASSPHRASE).text("the other passphrase", "another-passphrase-for");
    needles = needles.text("the vault's key", &text).bytes("the vault's key", &raw);
    let others = ["NJ2W24DTEBXXMZLSEB2GQZJANRQXU6JA", "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA", ROTATED];
    for secret in others.into_iter().chain([SECRET]) {
        needles = needles.base32("a secret", secret);
    }
    RECOVERY_CODES.iter().fold(needles, |needles, code| needles.text("a recovery code", code))
}

/// The calls that say where something goes.
const CALLS: &str = "trace=%network,execve,execveat,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,\
                     link,linkat,symlink,symlinkat,write,writev,pwrite64";

/// Returns the arguments that have `strace` write such a log.
fn strace_arguments(log: &Path) -> Vec<String> {
    // Every text whole, and every byte of it as a number.
    let fixed = ["-f", "-qq", "-v", "-xx", "-s", "1000000", "-e", "signal=none", "-e", CALLS, "-o"];
    fixed.into_iter().map(str::to_owned).chain([log.display().to_string()]).collect()
}

/// One call: its name and all that was said with it.
struct Call {
    name: String,
    said: Vec<u8>,
}

impl Call {
    /// Reads a line such as `123 write(1, "\x61", 1) = 1`.
    fn read(line: &str) -> Option<Self> {
        let (_process, call) = line.split_once(' ')?;
        let (name, said) = call.trim_start().split_once('(')?;
        Some(Self { name: name.to_owned(), said: decoded(said) })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.said).into_owned()
    }

    fn creates_a_file(&self) -> bool {
        let text = self.text();
        match self.name.as_str() {
            "open" | "openat" => text.contains("O_CREAT"),
            "write" | "writev" | "pwrite64" | "execve" | "execveat" => false,
            name => !is_about_network(name),
        }
    }

    fn writes(&self) -> bool {
        matches!(self.name.as_str(), "write" | "writev" | "pwrite64") || is_about_network(&self.name)
    }
}

fn is_about_network(name: &str) -> bool {
    let names =
        ["socket", "connect", "accept", "send", "recv", "bind", "listen", "getsock", "setsock", "getpeer", "shutdown"];
    names.iter().any(|known| name.starts_with(known))
}

/// Puts the bytes in the place of their numbers.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn calls(log: &Path) -> Vec<Call> {
    let log = fs::read_to_string(log).unwrap();
    let calls: Vec<Call> = log.lines().filter_map(Call::read).collect();
    assert!(calls.iter().any(|call| call.name == "execve"), "nothing was traced");
    calls
}

/// Returns the first text in quotes.
fn first_quoted(text: &str) -> &str {
    text.split('"').nth(1).unwrap_or_default()
}

/// Says what these calls should not have done.
fn faults(calls: &[Call], home: &Home, needles: &Needles, case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let ours = home.path("");
    for call in calls {
        let text = call.text();
        if text.contains("AF_INET") && case.asks_network.is_none() {
            faults.push(format!("the network: {} {text}", call.name));
        }
        if let Some((_, path)) = text.split_once("sun_path=") {
            let path = first_quoted(path);
            if !LOCAL_SOCKETS.iter().any(|(known, _)| path.contains(known)) {
                faults.push(format!("a socket that nobody knows: {path}"));
            }
        }
        let may_hold = call.writes() && case.gives_out.is_some();
        for found in needles.found_in_text(&call.said).into_iter().filter(|_| !may_hold) {
            faults.push(format!("{found} in {}", call.name));
        }
        if call.creates_a_file() {
            let path = first_quoted(&text);
            let is_ours = Path::new(path).starts_with(&ours) || path.starts_with("/dev/");
            if !is_ours && !path.is_empty() && Path::new(path).is_absolute() {
                faults.push(format!("a file elsewhere: {} {path}", call.name));
            }
        }
    }
    faults
}

fn arguments(case: &Case, home: &Home) -> Vec<String> {
    let folder = home.path("").display().to_string();
    let set = || {
        let shown = home.run(&["recovery", "show", "github"]).ends(0).out;
        let line = shown.lines().find_map(|line| line.strip_prefix("set ")).map(|id| id.trim().to_owned());
        line.unwrap_or_else(|| panic!("{shown}"))
    };
    case.args
        .split_whitespace()
        .map(|word| if word == "{set}" { set() } else { word.replace("{home}", folder.trim_end_matches('/')) })
        .collect()
}

#[test]
fn no_command_opens_a_connection_or_leaves_a_secret_where_others_find_it() {
    if !strace_is_here() {
        return;
    }
    let home = home();
    let needles = secrets(&home);
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let log = home.path(&format!("trace-{number}"));
        let mut strace = Command::new("strace");
        strace.args(strace_arguments(&log)).arg(PROGRAM).args(arguments(case, &home));
        strace.env_clear().envs(home.environment()).env("PATH", "/usr/bin:/bin");
        let mut child = strace.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let input = if case.page == "devices-add" { &recipient } else { case.input };
        // Who does not read it need not.
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).ok();
        let ended = child.wait_with_output().unwrap();
        if ended.status.code() != Some(case.exit) {
            wrong.push(format!(
                "{}: ended with {:?}: {}",
                case.args,
                ended.status.code(),
                String::from_utf8_lossy(&ended.stderr)
            ));
        }
        let calls = calls(&log);
        wrong.extend(faults(&calls, &home, &needles, case).into_iter().map(|fault| format!("{}: {fault}", case.args)));
        // What is excepted here does it; otherwise nobody would notice that the trace is blind.
        let gives_out = calls.iter().any(|call| call.writes() && !needles.found_in_text(&call.said).is_empty());
        let asks = calls.iter().any(|call| call.text().contains("AF_INET"));
        if (gives_out, asks) != (case.gives_out.is_some(), case.asks_network.is_some())
            && ended.status.code() == Some(case.exit)
        {
            wrong.push(format!("{}: gives out: {gives_out}, asks the network: {asks}", case.args));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_app_opens_no_connection_and_leaves_no_secret_where_others_find_it() {
    if !strace_is_here() {
        return;
    }
    let home = home();
    let log = home.path("trace");
    let mut command = CommandBuilder::new("strace");
    for argument in strace_arguments(&log) {
        command.arg(argument);
    }
    command.arg(PROGRAM);
    command.env_clear();
    for (name, value) in home.environment().into_iter().filter(|(name, _)| *name != "COUNTERSIGN_PASSPHRASE_FILE") {
        command.env(name, value);
    }
    command.env("PATH", "/usr/bin:/bin");
    let mut app = OnTerminal::run(command);
    app.shows("passphrase").type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    app.type_in("e").shows("issuer").type_in("\x1b").hides("issuer");
    app.type_in("t")
        .shows("not compared")
        .type_in("\x1b")
        .hides("not compared")
        .type_in("L")
        .shows("locked")
        .type_in("\x03");
    app.ends(0);
    let wrong = faults(&calls(&log), &home, &secrets(&home), &case("", "the app", 0));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A title names the program to everybody who sees the list of windows, and some terminals keep it.
    for title in ["\x1b]0;", "\x1b]1;", "\x1b]2;"] {
        assert!(!app.transcript().contains(title), "the window has a title");
    }
}

#[test]
fn every_page_of_the_manual_stands_in_the_table() {
    let home = Home::new();
    fs::create_dir(home.path("out")).unwrap();
    home.run(&["man", home.path("out").to_str().unwrap()]).ends(0);
    let page = |file: fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        name.trim_end_matches(".1").trim_start_matches("countersign").trim_start_matches('-').to_owned()
    };
    let pages: BTreeSet<String> = fs::read_dir(home.path("out")).unwrap().map(|file| page(file.unwrap())).collect();
    let known: BTreeSet<String> = CASES.iter().map(|case| case.page.to_owned()).collect();
    assert_eq!(pages, known, "a new command needs a case here, so that it is traced as well");
}

#[test]
fn completions_and_manual_pages_know_nothing_of_a_vault() {
    let home = Home::with_alice();
    let with_vault = home.run(&["completions", "bash"]).ends(0).out + &home.run(&["man"]).ends(0).out;
    let other = Home::new();
    let without = other.run(&["completions", "bash"]).ends(0).out + &other.run(&["man"]).ends(0).out;
    assert_eq!(with_vault, without);
    assert!(!with_vault.contains("alice"));
}
