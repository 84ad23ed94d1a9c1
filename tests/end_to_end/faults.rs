//! What goes wrong on real machines: a call that fails, a process that is killed, a disk that takes no more,
//! many writers at once. The vault is then the old one or the new one, and "saved" is never said of the old one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::ports::{Replacement, VaultFile, Version};
use countersign::system::vault_file::VaultOnDisk;
use tempfile::TempDir;

use crate::home::{Home, PROGRAM};

const OLD: &[u8] = b"old";
const NEW: &[u8] = b"new and longer";

/// The calls that touch files, under the names that systems have for them.
const CALLS: &[&str] = &[
    "openat",
    "read",
    "write",
    "close",
    "fstat,newfstatat,statx",
    "fchmod",
    "fsync",
    "flock",
    "mkdir,mkdirat",
    "link,linkat",
    "rename,renameat,renameat2",
    "unlink,unlinkat",
    "getdents64",
    "fcntl",
];

/// What happens at one of them.
const ACCIDENTS: &[&str] = &["error=ENOSPC", "error=EIO", "error=EINTR", "error=EACCES", "signal=KILL"];

pub const CHILD_VAULT: &str = "COUNTERSIGN_TEST_FAULT_VAULT";

#[test]
fn whatever_happens_at_any_call_of_a_save_the_vault_is_the_old_or_the_new_one() {
    if !strace_is_here() {
        return;
    }
    let points = sweep_all(&SAVE, ACCIDENTS);
    assert!(points > 150, "only {points} calls were hit");
}

/// Something that is done while accidents happen.
pub struct Case {
    /// The test that does it, as a child.
    pub child: &'static str,
    /// Fills the folder before.
    pub prepare: fn(&Path),
    /// Looks at the folder after; given whether the child said that it succeeded, and what had happened to it.
    pub check: fn(&Path, bool, &str),
}

const SAVE: Case = Case { child: "faults::child_saves", prepare: prepare_save, check: check_save };

/// Lets each accident happen at each call of a case that touches its folder; returns how many there were.
pub fn sweep_all(case: &Case, accidents: &[&str]) -> usize {
    let kinds: Vec<(&str, &str)> =
        CALLS.iter().flat_map(|calls| accidents.iter().map(move |accident| (*calls, *accident))).collect();
    let next = AtomicUsize::new(0);
    let points = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((calls, accident)) = kinds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    points.fetch_add(sweep(case, calls, accident), Ordering::Relaxed);
                }
            });
        }
    });
    let points = points.into_inner();
    println!("{points} accidents");
    points
}

/// Tells whether accidents can be arranged; says that the test is skipped where they cannot.
pub fn strace_is_here() -> bool {
    let is_here = Command::new("strace").arg("-V").output().is_ok();
    if !is_here {
        println!("skipped: strace is missing");
    }
    is_here
}

/// Lets the accident happen at each of these calls that touches the vault's folder; returns how often it did.
fn sweep(case: &Case, calls: &str, accident: &str) -> usize {
    let undisturbed = Attempt::make(case, calls, None);
    assert!(undisturbed.saved, "without an accident it succeeds");
    let mut hits = 0;
    for (index, call) in undisturbed.log.lines().filter(|line| !line.contains("+++")).enumerate() {
        if !call.contains(&undisturbed.folder_as_logged()) {
            continue;
        }
        let attempt = Attempt::make(case, calls, Some(&format!("{accident}:when={}", index + 1)));
        hits += usize::from(attempt.log.contains("(INJECTED)") || attempt.log.contains("killed by SIGKILL"));
        (case.check)(attempt.folder.path(), attempt.saved, &format!("{accident} at {call}"));
    }
    hits
}

/// One process that saves, under the eyes of strace.
struct Attempt {
    folder: TempDir,
    saved: bool,
    log: String,
}

impl Attempt {
    #[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
    fn make(case: &Case, calls: &str, accident: Option<&str>) -> Self {
        // The name is as long in every attempt, but not the same.
        let folder = tempfile::Builder::new().prefix("countersign-fault-").tempdir().unwrap();
        (case.prepare)(folder.path());
        let log = folder.path().with_extension("log");
        let mut strace = Command::new("strace");
        // With the path of every open file, so that each line shows what the call is about.
        strace.args(["-f", "-y", "-qq", "-e", &format!("trace={calls}"), "-o"]).arg(&log);
        if let Some(accident) = accident {
            strace.args(["-e", &format!("inject={calls}:{accident}")]);
        }
        let ended = strace
            .arg(std::env::args_os().next().unwrap())
            .args(["--exact", case.child, "--test-threads", "1"])
            .env(CHILD_VAULT, folder.path().join("vault.age"))
            .output()
            .unwrap();
        let written = fs::read_to_string(&log).unwrap();
        fs::remove_file(log).unwrap();
        Self { folder, saved: ended.status.success(), log: written }
    }

    fn folder_as_logged(&self) -> String {
        self.folder.path().to_string_lossy().into_owned()
    }
}

fn prepare_save(folder: &Path) {
    VaultOnDisk::new(&folder.join("vault.age")).replace(None, OLD, &mut |_| true).unwrap();
}

fn check_save(folder: &Path, saved: bool, what: &str) {
    let vault = folder.join("vault.age");
    let found = fs::read(&vault).unwrap();
    assert!(found == OLD || found == NEW, "{what}: {found:?}");
    assert!(!saved || found == NEW, "{what}: said to be saved");
    let mut next = VaultOnDisk::new(&vault);
    assert_eq!(next.read().unwrap().unwrap().bytes, found, "{what}");
    assert_eq!(next.replace(Some(Version::of(&found)), b"next", &mut |_| true).unwrap(), Replacement::Done);
    assert!(temporary_files(folder).is_empty(), "{what}");
}

/// Does nothing but as the child of another test.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the parent tells its child the vault")]
fn child_saves() {
    let Some(vault) = std::env::var_os(CHILD_VAULT) else {
        return;
    };
    let mut file = VaultOnDisk::new(Path::new(&vault));
    let bytes = file.read().unwrap().unwrap().bytes;
    assert_eq!(bytes, OLD);
    let done = file.replace(Some(Version::of(&bytes)), NEW, &mut |written| written == NEW).unwrap();
    assert_eq!(done, Replacement::Done);
}

fn temporary_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains(".tmp-")).collect()
}

/// Starts to add an account with a command that runs the program.
fn start_adding(program: &mut Command, number: usize) -> Child {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let uri = format!("otpauth://totp/Site{number}:me?secret=GEZDGNBVGY3TQOJQ&issuer=Site{number}\n");
    child.stdin.take().unwrap().write_all(uri.as_bytes()).unwrap();
    child
}

/// Adds an account under a limit of a kilobyte for every file.
fn add_to_a_full_disk(home: &Home, and: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{and}; ulimit -f 2; exec \"$0\" add -"), PROGRAM]).envs(home.environment());
    start_adding(&mut shell, 1).wait_with_output().unwrap()
}

fn accounts(home: &Home) -> usize {
    home.run(&["list", "--json"]).ends(0).out.matches("\"issuer\"").count()
}

fn vault_folder(home: &Home) -> PathBuf {
    home.path("data/countersign")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn whoever_adds_at_once_is_kept() {
    // Each of them takes 64 MiB to derive its key.
    const WRITERS: usize = 8;
    let home = Home::with_alice();
    let writers: Vec<Child> =
        (0..WRITERS).map(|number| start_adding(&mut home.command(&["add", "-"]), number)).collect();
    for writer in writers {
        let ended = writer.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", said(&ended));
    }
    assert_eq!(accounts(&home), 1 + WRITERS);
    assert!(temporary_files(&vault_folder(&home)).is_empty());
}

#[test]
fn a_disk_that_takes_no_more_keeps_the_old_vault_and_is_named() {
    let home = Home::with_alice();
    // The signal that would say so is ignored: writing fails.
    let ended = add_to_a_full_disk(&home, "trap '' XFSZ");
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(said(&ended).contains("cannot write"), "{}", said(&ended));
    assert_eq!(accounts(&home), 1);
    assert!(temporary_files(&vault_folder(&home)).is_empty());
}

#[test]
fn a_save_that_was_killed_is_cleaned_up_by_the_next() {
    let home = Home::with_alice();
    // The signal is not ignored here: the first write that is too long kills.
    let ended = add_to_a_full_disk(&home, "ulimit -c 0");
    assert_eq!(ended.status.code(), None, "{}", said(&ended));
    assert_eq!(temporary_files(&vault_folder(&home)).len(), 1);
    assert_eq!(accounts(&home), 1);
    let ended = start_adding(&mut home.command(&["add", "-"]), 2).wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", said(&ended));
    assert_eq!(accounts(&home), 2);
    assert!(temporary_files(&vault_folder(&home)).is_empty());
}
