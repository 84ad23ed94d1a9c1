//! What others can get at while the real program runs: programs of the same user, other users, root's memory images.
//!
//! Root becomes an ordinary user for that, and another one. Beside each refusal a plain program shows that it is one.

use std::fs;
use std::io::Error;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use countersign::otp::uri;
use data_encoding::BASE32_NOPAD;
use tempfile::TempDir;

use crate::home::{ALICE, Home, PASSPHRASE, PROGRAM, SECRET, read_until, wait_for};
use crate::memory::{is_root, vault_key};
use crate::terminal::OnTerminal;

const OWNER: u32 = 65_534;
const SOMEBODY_ELSE: u32 = 65_533;

/// The program and a vault of an ordinary user.
struct OfAUser {
    folder: TempDir,
}

impl OfAUser {
    /// Returns them; `None`, with a sentence, where we cannot become other users.
    fn new() -> Option<Self> {
        if !is_root("only root may become other users") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::copy(PROGRAM, folder.path().join("countersign")).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::write(folder.path().join("home/pass"), PASSPHRASE).unwrap();
        for path in ["home", "home/pass"] {
            chown(folder.path().join(path), Some(OWNER), Some(OWNER)).unwrap();
        }
        let user = Self { folder };
        assert!(user.command(&["init", "--work-factor", "16"]).status().unwrap().success());
        let mut add = user.command(&["add", "-", "--confirmed"]);
        let mut child = add.stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), ALICE.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        Some(user)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.folder.path().join("countersign"));
        let home = self.folder.path().join("home");
        command.args(args).env_clear().env("HOME", &home).env("COUNTERSIGN_PASSPHRASE_FILE", home.join("pass"));
        command.env("A_VARIABLE", "that others would like to read").current_dir("/").uid(OWNER).gid(OWNER);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }

    /// Starts the program so that it goes on, with the vault open.
    fn watch(&self) -> Running {
        Running::until_it_says(&mut self.command(&["watch"]), "GitHub")
    }
}

/// A program that has said something and goes on.
struct Running(Child);

impl Running {
    #[track_caller]
    fn until_it_says(command: &mut Command, text: &str) -> Self {
        let mut running = Self(command.spawn().unwrap());
        read_until(running.0.stdout.take().unwrap(), text);
        running
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new("/proc").join(self.0.id().to_string()).join(name)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs a program as a user, and returns its exit code.
fn exit_code(user: u32, program: &str, args: &[&str]) -> Option<i32> {
    let mut command = Command::new(program);
    command.args(args).current_dir("/tmp").uid(user).gid(user).env("HOME", "/tmp");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?.code()
}

/// What the lines of Python below end with where the system refuses them: Python's own mistakes have another.
const REFUSED: i32 = 3;
/// Reads a byte of another process as a debugger does.
const READS_A_BYTE: &str = r"
import ctypes, sys
process, address = int(sys.argv[1]), int(sys.argv[2], 16)
class Part(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
own = ctypes.create_string_buffer(1)
here = Part(ctypes.cast(own, ctypes.c_void_p), 1)
there = Part(address, 1)
libc = ctypes.CDLL(None, use_errno=True)
sys.exit(0 if libc.process_vm_readv(process, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 1 else 3)
";
/// Attaches as a debugger does, and lets go again.
const ATTACHES: &str = r"
import ctypes, os, sys
libc = ctypes.CDLL(None)
process = int(sys.argv[1])
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
if libc.ptrace(PTRACE_ATTACH, process, None, None) != 0: sys.exit(3)
os.waitpid(process, 0x40000000)
libc.ptrace(PTRACE_DETACH, process, None, None)
";

/// Returns each way to get at a running program, and whether it works for this user.
fn ways_in(user: u32, running: &Running) -> Vec<(&'static str, bool)> {
    let (process, has_python) = (running.0.id().to_string(), exit_code(user, "python3", &["-c", ""]) == Some(0));
    let shell = |line: &str| exit_code(user, "sh", &["-c", line]) == Some(0);
    let python = |way: &str, script: &str, args: &[&str]| {
        let exit = exit_code(user, "python3", &[&["-c", script], args].concat());
        assert!(matches!(exit, Some(0 | REFUSED)), "{way} was not tried: {exit:?}");
        exit == Some(0)
    };
    let maps = fs::read_to_string(running.file("maps")).unwrap();
    let (start, _) = maps.split_once('-').unwrap();
    let mut ways = vec![
        ("memory", shell(&format!("exec 3</proc/{process}/mem"))),
        ("the map of the memory", shell(&format!("read -r line </proc/{process}/maps"))),
        ("environment", shell(&format!("tr '\\0' ' ' </proc/{process}/environ | grep -q A_VARIABLE"))),
        ("open files", shell(&format!("ls /proc/{process}/fd/"))),
    ];
    if has_python {
        ways.push(("process_vm_readv", python("process_vm_readv", READS_A_BYTE, &[&process, start])));
        ways.push(("ptrace", python("ptrace", ATTACHES, &[&process])));
    } else {
        println!("skipped in part: python3 is missing");
    }
    ways
}

#[test]
fn neither_another_user_nor_the_same_one_reads_memory_or_environment() {
    let Some(user) = OfAUser::new() else { return };
    let running = user.watch();
    for who in [OWNER, SOMEBODY_ELSE] {
        for (way, works) in ways_in(who, &running) {
            assert!(!works, "{way} is open to user {who}");
        }
    }
    // What these ways give of a program that does nothing about it.
    let mut plain = Command::new("sh");
    plain.args(["-c", "echo ready; read -r line"]).env("A_VARIABLE", "x").uid(OWNER).gid(OWNER).current_dir("/");
    let plain = Running::until_it_says(plain.stdin(Stdio::piped()).stdout(Stdio::piped()), "ready");
    for (way, works) in ways_in(OWNER, &plain) {
        // Where a debugger is kept away from every program, that ours is too shows nothing.
        let is_a_debuggers = ["memory", "process_vm_readv", "ptrace"].contains(&way);
        assert!(works || is_a_debuggers, "{way} of a plain program is closed, so ours was not tried");
        if !works {
            println!("skipped in part: {way} of any program is closed here");
        }
    }
}

#[test]
fn a_crash_leaves_no_memory_image() {
    let Some(user) = OfAUser::new() else { return };
    let cores = user.folder.path().join("cores");
    fs::create_dir(&cores).unwrap();
    chown(&cores, Some(OWNER), Some(OWNER)).unwrap();
    let crash = |line: &str, says: &str| {
        let mut shell = user.command(&[]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -c unlimited; {line}")]).env_clear();
        for (name, value) in shell.stdin(Stdio::null()).get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("PATH", "/usr/bin:/bin").current_dir(&cores).uid(OWNER).gid(OWNER);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::until_it_says(&mut command, says);
        let process = running.0.id().to_string();
        assert!(Command::new("kill").args(["-ABRT", &process]).status().unwrap().success());
        let ended = running.0.wait().unwrap();
        assert_eq!(ended.signal(), Some(6));
        ended.core_dumped()
    };
    if !crash("echo ready; read -r line", "ready") {
        println!("skipped: this system writes no memory images of any program");
        return;
    }
    let before = fs::read_dir(&cores).unwrap().count();
    assert!(!crash(&format!("exec {} watch", user.folder.path().join("countersign").display()), "GitHub"));
    assert_eq!(fs::read_dir(&cores).unwrap().count(), before);
}

/// Returns how much of its memory a process keeps from being swapped out, in KiB.
fn locked_kibibytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmLck:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_vaults_key_is_locked_in_memory_until_the_vault_is() {
    let home = Home::with_alice();
    let mut app = OnTerminal::run(crate::app::command(&home));
    let process = app.child.process_id().unwrap();
    app.shows("passphrase");
    assert_eq!(locked_kibibytes(process), 0);
    app.type_in(PASSPHRASE).type_in("\r").shows("GitHub");
    if home.run(&["status"]).ends(0).out.contains("may be swapped out") {
        println!("skipped: this user may lock no memory");
        return;
    }
    assert_eq!(locked_kibibytes(process), 16, "the key's pages and no others");
    app.type_in("L").shows("locked");
    wait_for("the worker to forget the key", || locked_kibibytes(process) == 0);
}

#[test]
fn where_no_memory_can_be_locked_the_vault_opens_and_status_says_so() {
    let Some(user) = OfAUser::new() else { return };
    let said = |limit: &str| {
        let mut status = user.command(&["status"]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -l {limit}; exec \"$0\" status")]).arg(status.get_program()).env_clear();
        for (name, value) in status.stdin(Stdio::null()).get_envs() {
            command.env(name, value.unwrap());
        }
        String::from_utf8(command.current_dir("/").uid(OWNER).gid(OWNER).output().unwrap().stdout).unwrap()
    };
    assert!(said("0").contains("may be swapped out: the limit on locked memory (ulimit -l) is 0 KiB"), "{}", said("0"));
    assert!(said("64").contains("the vault's key is locked in memory"), "{}", said("64"));
}

#[test]
fn not_even_roots_memory_image_has_the_vaults_key() {
    if !is_root("only root may write an image of the program") {
        return;
    }
    let home = Home::with_alice();
    let running = Running::until_it_says(home.command(&["watch"]).stdout(Stdio::piped()), "GitHub");
    let image_of = |process: &str| {
        let image = home.path("image");
        let gcore = Command::new("gcore").arg("-o").arg(&image).arg(process).stdin(Stdio::null()).output()?;
        fs::read(home.path(&format!("image.{process}"))).map_err(|error| Error::other(format!("{error}: {gcore:?}")))
    };
    let mut plain = Command::new("sh");
    let plain =
        Running::until_it_says(plain.args(["-c", "echo ready; exec sleep 600"]).stdout(Stdio::piped()), "ready");
    if let Err(why) = image_of(&plain.0.id().to_string()) {
        println!("skipped: gcore is missing, or may write an image of no program: {why}");
        return;
    }
    let image = image_of(&running.0.id().to_string()).unwrap();
    let holds = |bytes: &[u8]| image.windows(bytes.len()).any(|window| window == bytes);
    // A session holds what it shows: the image is one.
    let read = uri::parse(ALICE).unwrap();
    assert!(holds(read.enrolment.secret.expose_secret()), "the image has the memory");
    assert_eq!(BASE32_NOPAD.encode(read.enrolment.secret.expose_secret()), SECRET);
    let (text, raw) = vault_key(&home);
    assert!(!holds(text.as_bytes()) && !holds(&raw), "the image has the vault's key");
}
