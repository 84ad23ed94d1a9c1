//! The vault on disk: at every moment the old file or the new one, and never somebody else's.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use countersign::otp::Timestamp;
use countersign::ports::{FileError, FileNote, FileStep, Replacement, VaultFile, Version};
use countersign::system::vault_file::VaultOnDisk;
use tempfile::TempDir;

const OLD: &[u8] = b"the old vault";
const NEW: &[u8] = b"the new vault, a little longer";

/// Returns a folder of our own, and where the vault goes in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("vault.age");
    (folder, vault)
}

/// Returns a folder with a vault in it.
fn place_with_vault() -> (TempDir, PathBuf) {
    let (folder, vault) = place();
    assert_eq!(save(&mut VaultOnDisk::new(&vault), None, OLD).unwrap(), Replacement::Done);
    (folder, vault)
}

fn save(file: &mut VaultOnDisk, expected: Option<&[u8]>, bytes: &[u8]) -> Result<Replacement, FileError> {
    file.replace(expected.map(Version::of), bytes, &mut |written| written == bytes)
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

fn has_temporary(folder: &Path) -> bool {
    names_in(folder).iter().any(|name| name.contains(".tmp-"))
}

#[test]
fn a_folder_without_a_vault_reads_as_none() {
    let (folder, vault) = place();
    assert!(VaultOnDisk::new(&vault).read().unwrap().is_none());
    assert!(VaultOnDisk::new(&folder.path().join("not/there/vault.age")).read().unwrap().is_none());
    assert!(names_in(folder.path()).is_empty(), "looking leaves nothing behind");
}

#[test]
fn what_was_saved_is_read() {
    let (folder, vault) = place_with_vault();
    let mut file = VaultOnDisk::new(&vault);
    let stored = file.read().unwrap().unwrap();
    assert_eq!(stored.bytes, OLD);
    assert_eq!(stored.notes, []);
    assert_eq!(save(&mut file, Some(OLD), NEW).unwrap(), Replacement::Done);
    assert_eq!(fs::read(&vault).unwrap(), NEW);
    assert_eq!(names_in(folder.path()), ["vault.age", "vault.age.earlier", "vault.age.lock"]);
}

#[test]
fn missing_folders_are_made_for_the_owner_alone() {
    let (folder, _) = place();
    let vault = folder.path().join("a/b/vault.age");
    save(&mut VaultOnDisk::new(&vault), None, OLD).unwrap();
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    assert_eq!(mode(&folder.path().join("a/b")), 0o700);
}

#[test]
fn a_vault_that_somebody_changed_is_not_replaced() {
    let (folder, vault) = place_with_vault();
    let mut file = VaultOnDisk::new(&vault);
    for expected in [None, Some(&b"another"[..])] {
        assert_eq!(save(&mut file, expected, NEW).unwrap(), Replacement::Changed);
    }
    fs::remove_file(&vault).unwrap();
    assert_eq!(save(&mut file, Some(OLD), NEW).unwrap(), Replacement::Changed);
    assert!(!vault.exists());
    assert!(!has_temporary(folder.path()));
}

#[test]
fn a_failure_at_any_step_keeps_the_old_vault_and_leaves_nothing() {
    let mut steps_seen = Vec::new();
    for failing in 0.. {
        let (folder, vault) = place_with_vault();
        let count = Arc::new(AtomicUsize::new(0));
        let failed_step = Arc::new(Mutex::new(None));
        let (counter, noted) = (Arc::clone(&count), Arc::clone(&failed_step));
        let mut file = VaultOnDisk::new(&vault).failing_when(move |step| {
            if counter.fetch_add(1, Ordering::SeqCst) == failing {
                *noted.lock().unwrap() = Some(step);
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        });
        let result = save(&mut file, Some(OLD), NEW);
        let Some(step) = *failed_step.lock().unwrap() else {
            assert_eq!(result.unwrap(), Replacement::Done, "with no failure left it succeeds");
            assert_eq!(fs::read(&vault).unwrap(), NEW);
            break;
        };
        steps_seen.push(step);
        assert!(matches!(result, Err(FileError::System { step: said, .. }) if said == step), "{step:?}");
        assert_eq!(fs::read(&vault).unwrap(), OLD, "{step:?}");
        assert!(!has_temporary(folder.path()), "{step:?}");
        let mut next = VaultOnDisk::new(&vault).waiting_at_most(Duration::ZERO);
        assert_eq!(save(&mut next, Some(OLD), NEW).unwrap(), Replacement::Done, "the lock is free after {step:?}");
    }
    for step in [
        FileStep::MakeFolder,
        FileStep::Lock,
        FileStep::Read,
        FileStep::Write,
        FileStep::Sync,
        FileStep::KeepCopy,
        FileStep::Replace,
    ] {
        assert!(steps_seen.contains(&step), "{step:?} never failed");
    }
}

#[test]
fn a_failure_at_any_step_of_the_first_save_leaves_no_vault() {
    for failing in 0.. {
        let (folder, vault) = place();
        let mut count = 0;
        let failed = Arc::new(AtomicUsize::new(0));
        let noted = Arc::clone(&failed);
        let mut file = VaultOnDisk::new(&vault).failing_when(move |_| {
            count += 1;
            if count - 1 == failing {
                noted.store(1, Ordering::SeqCst);
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Ok(())
        });
        let result = save(&mut file, None, NEW);
        if failed.load(Ordering::SeqCst) == 0 {
            assert_eq!(result.unwrap(), Replacement::Done);
            break;
        }
        assert!(result.is_err());
        assert!(!vault.exists());
        assert!(!has_temporary(folder.path()));
    }
}

#[test]
fn what_does_not_prove_readable_replaces_nothing() {
    let (folder, vault) = place_with_vault();
    let mut file = VaultOnDisk::new(&vault);
    let result = file.replace(Some(Version::of(OLD)), NEW, &mut |_| false);
    assert!(matches!(result, Err(FileError::NotProved(_))));
    assert_eq!(fs::read(&vault).unwrap(), OLD);
    assert!(!has_temporary(folder.path()));
}

#[test]
fn the_proof_sees_what_the_disk_gives_back() {
    let (_folder, vault) = place_with_vault();
    let mut seen = Vec::new();
    VaultOnDisk::new(&vault)
        .replace(Some(Version::of(OLD)), NEW, &mut |written| {
            seen = written.to_vec();
            true
        })
        .unwrap();
    assert_eq!(seen, NEW);
}

#[test]
fn an_unreadable_vault_is_an_error_and_never_an_absent_one() {
    let (_folder, vault) = place_with_vault();
    for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::Other, io::ErrorKind::Interrupted] {
        let mut file = VaultOnDisk::new(&vault).failing_when(move |_| Err(kind.into()));
        assert!(matches!(file.read(), Err(FileError::System { step: FileStep::Read, .. })));
    }
}

#[test]
fn writers_at_once_lose_nothing() {
    const THREADS: usize = 32;
    const SAVES: usize = 4;
    let (folder, vault) = place_with_vault();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let vault = &vault;
            scope.spawn(move || {
                for number in 0..SAVES {
                    let mut file = VaultOnDisk::new(vault);
                    append(&mut file, &format!("\n{thread}.{number}"));
                }
            });
        }
    });
    let text = String::from_utf8(fs::read(&vault).unwrap()).unwrap();
    assert_eq!(text.lines().count(), 1 + THREADS * SAVES);
    assert!(!has_temporary(folder.path()));
}

/// Reads, adds a line, replaces; the second attempt must succeed, whoever else is waiting.
fn append(file: &mut VaultOnDisk, line: &str) {
    for attempt in 1..=2 {
        let mut bytes = file.read().unwrap().unwrap().bytes;
        let expected = Version::of(&bytes);
        bytes.extend_from_slice(line.as_bytes());
        match file.replace(Some(expected), &bytes, &mut |_| true).unwrap() {
            Replacement::Done => return,
            Replacement::Changed => assert_eq!(attempt, 1, "the lock was kept for the second attempt"),
        }
    }
}

#[test]
fn a_lock_that_is_held_too_long_is_named() {
    let (_folder, vault) = place_with_vault();
    let mut first = VaultOnDisk::new(&vault);
    assert_eq!(save(&mut first, None, NEW).unwrap(), Replacement::Changed, "and so holds the lock");
    let mut second = VaultOnDisk::new(&vault).waiting_at_most(Duration::ZERO);
    let refused = save(&mut second, Some(OLD), NEW).unwrap_err();
    assert!(matches!(&refused, FileError::Busy { path, .. } if path.ends_with("vault.age.lock")), "{refused}");

    first.may_have_changed();
    assert_eq!(save(&mut second, Some(OLD), NEW).unwrap(), Replacement::Done, "looking around gave it free");
}

#[test]
fn a_lock_file_swapped_by_a_sync_tool_still_locks() {
    let (_folder, vault) = place_with_vault();
    let lock = vault.with_file_name("vault.age.lock");
    let take = || {
        let file = fs::File::create(&lock).unwrap();
        file.lock().unwrap();
        file
    };
    let old = take();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| save(&mut VaultOnDisk::new(&vault), Some(OLD), NEW).unwrap());
        wait_for("the writer at the old lock", || times_open(&lock) == 2);
        fs::remove_file(&lock).unwrap();
        let new = take();
        drop(old);
        wait_for("the writer at the new lock", || times_open(&lock) == 2);
        assert_eq!(fs::read(&vault).unwrap(), OLD);
        drop(new);
        assert_eq!(writer.join().unwrap(), Replacement::Done);
    });
    assert!(lock.exists(), "it is never deleted by us");
}

/// Counts how often this process has the file open that now has this name.
fn times_open(path: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    // One that was closed meanwhile leads nowhere.
    open.filter(|entry| entry.as_ref().is_ok_and(|entry| fs::read_link(entry.path()).is_ok_and(|link| link == path)))
        .count()
}

/// Waits until something holds, and fails after five minutes: no computer is as busy as that.
#[expect(clippy::disallowed_methods, reason = "a deadline for a thread that runs beside us")]
fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(300), "waited in vain for {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_change_by_somebody_else_is_noticed_and_our_own_is_not() {
    let (_folder, vault) = place_with_vault();
    let mut file = VaultOnDisk::new(&vault);
    assert!(file.may_have_changed(), "never looked");
    file.read().unwrap();
    assert!(!file.may_have_changed());
    save(&mut file, Some(OLD), NEW).unwrap();
    assert!(!file.may_have_changed());
    save(&mut VaultOnDisk::new(&vault), Some(NEW), OLD).unwrap();
    assert!(file.may_have_changed());
    fs::remove_file(&vault).unwrap();
    assert!(file.may_have_changed());
    file.read().unwrap();
    assert!(!file.may_have_changed());
}

#[test]
fn modes_are_right_whatever_the_umask() {
    // The umask belongs to the whole process and other tests run beside this one: a child has its own.
    for umask in ["000", "077", "777"] {
        let (folder, _) = place();
        let vault = folder.path().join("made/vault.age");
        in_child(umask, "vault_file::child_saves_twice", &vault);
        for file in ["made/vault.age", "made/vault.age.lock"] {
            assert_eq!(mode(&folder.path().join(file)), 0o600, "{file} under {umask}");
        }
        for made in ["made", "made/vault.age.earlier"] {
            assert_eq!(mode(&folder.path().join(made)), 0o700, "{made} under {umask}");
        }
        let earlier = VaultOnDisk::new(&vault).earlier_copies();
        assert_eq!(earlier.len(), 1);
        assert_eq!(mode(&earlier[0]), 0o600);
    }
}

const CHILD_VAULT: &str = "COUNTERSIGN_TEST_CHILD_VAULT";

/// Runs one test of this binary in a shell with its own umask.
#[expect(clippy::disallowed_methods, reason = "how a test finds itself")]
fn in_child(umask: &str, test: &str, vault: &Path) {
    let ourselves = std::env::args_os().next().unwrap();
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("umask {umask}; exec \"$0\" --exact {test}"))
        .arg(ourselves)
        .env(CHILD_VAULT, vault)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Does nothing but as the child of another test.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the parent tells its child the folder")]
fn child_saves_twice() {
    let Some(vault) = std::env::var_os(CHILD_VAULT) else {
        return;
    };
    let mut file = VaultOnDisk::new(Path::new(&vault));
    save(&mut file, None, OLD).unwrap();
    save(&mut file, Some(OLD), NEW).unwrap();
}

#[test]
fn a_vault_that_others_can_read_is_named_and_closed_by_the_next_save() {
    let (_folder, vault) = place_with_vault();
    set_mode(&vault, 0o644);
    let mut file = VaultOnDisk::new(&vault);
    assert_eq!(file.read().unwrap().unwrap().notes, [FileNote::ReadableByOthers]);
    save(&mut file, Some(OLD), NEW).unwrap();
    assert_eq!(file.read().unwrap().unwrap().notes, []);
    assert_eq!(mode(&vault), 0o600);
    assert_eq!(mode(&file.earlier_copies()[0]), 0o600);
}

#[test]
fn a_folder_that_others_may_write_to_is_refused_unless_sticky() {
    let (folder, vault) = place_with_vault();
    for open in [0o777, 0o770, 0o702] {
        set_mode(folder.path(), open);
        let mut file = VaultOnDisk::new(&vault);
        assert!(matches!(file.read(), Err(FileError::FolderOpenToOthers(_))), "{open:o}");
        assert!(matches!(save(&mut file, Some(OLD), NEW), Err(FileError::FolderOpenToOthers(_))), "{open:o}");
    }
    set_mode(folder.path(), 0o1777);
    save(&mut VaultOnDisk::new(&vault), Some(OLD), NEW).unwrap();
    set_mode(folder.path(), 0o755);
    save(&mut VaultOnDisk::new(&vault), Some(NEW), OLD).unwrap();
}

#[test]
fn a_vault_of_another_user_is_refused() {
    let (folder, vault) = place_with_vault();
    if std::os::unix::fs::chown(&vault, Some(65534), None).is_err() {
        println!("skipped: only root can give a file away");
        return;
    }
    let mut file = VaultOnDisk::new(&vault);
    assert!(matches!(file.read(), Err(FileError::NotOurs(_))));
    assert!(matches!(save(&mut file, Some(OLD), NEW), Err(FileError::NotOurs(_))));

    let lock = folder.path().join("other.age.lock");
    fs::write(&lock, "").unwrap();
    std::os::unix::fs::chown(&lock, Some(65534), None).unwrap();
    let mut other = VaultOnDisk::new(&folder.path().join("other.age"));
    assert!(matches!(save(&mut other, None, NEW), Err(FileError::NotOurs(_))));

    let link = folder.path().join("link.age");
    symlink(folder.path().join("mine.age"), &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(65534), None).unwrap();
    assert!(matches!(VaultOnDisk::new(&link).read(), Err(FileError::NotOurs(_))));
}

#[test]
fn a_symlink_stays_one_and_everything_happens_beside_its_target() {
    let (folder, vault) = place_with_vault();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.age");
    symlink(&vault, &link).unwrap();
    let mut file = VaultOnDisk::new(&link);
    assert_eq!(file.read().unwrap().unwrap().notes, [FileNote::ThroughSymlink]);
    assert!(!file.may_have_changed());
    save(&mut file, Some(OLD), NEW).unwrap();
    assert!(!file.may_have_changed());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&vault).unwrap(), NEW);
    assert_eq!(names_in(elsewhere.path()), ["link.age"]);
    assert_eq!(names_in(folder.path()), ["vault.age", "vault.age.earlier", "vault.age.lock"]);
}

#[test]
fn a_symlink_to_nowhere_is_an_error_and_not_an_absent_vault() {
    let (folder, vault) = place();
    symlink("/not/mounted/vault.age", &vault).unwrap();
    let mut file = VaultOnDisk::new(&vault);
    assert!(matches!(file.read(), Err(FileError::System { step: FileStep::Read, .. })));
    assert!(save(&mut file, None, NEW).is_err());

    symlink("/not/mounted", folder.path().join("drive")).unwrap();
    let mut below = VaultOnDisk::new(&folder.path().join("drive/vault.age"));
    assert!(matches!(below.read(), Err(FileError::System { step: FileStep::Read, .. })));

    let looping = folder.path().join("looping.age");
    symlink(&looping, &looping).unwrap();
    assert!(VaultOnDisk::new(&looping).read().is_err());
}

#[test]
fn what_is_no_plain_file_is_refused_without_waiting() {
    let (folder, _) = place();
    assert!(matches!(VaultOnDisk::new(folder.path()).read(), Err(FileError::NotAFile(_))));
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(matches!(VaultOnDisk::new(&pipe).read(), Err(FileError::NotAFile(_))));
}

#[test]
fn a_file_that_is_no_vault_by_its_size_alone_is_not_read() {
    let (_folder, vault) = place();
    fs::File::create(&vault).unwrap().set_len(64 * 1024 * 1024 + 1).unwrap();
    assert!(matches!(VaultOnDisk::new(&vault).read(), Err(FileError::TooLarge { .. })));
}

#[test]
fn leftovers_of_dead_processes_go_and_nothing_else_does() {
    let (folder, vault) = place_with_vault();
    let ours = std::process::id();
    // No process has this number: the largest that Linux gives is 4194304.
    let dead = ".vault.age.tmp-2000000000-0123456789abcdef".to_owned();
    let running = format!(".vault.age.tmp-{ours}-0123456789abcdef");
    let old = format!(".vault.age.tmp-{ours}-fedcba9876543210");
    let foreign = ["vault.age.tmp-1-x", ".vault.age.tmp-2000000000-0", ".other.age.tmp-2000000000-0123456789abcdef"];
    for name in [&dead, &running, &old] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    for name in foreign {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let two_hours_ago = SystemTime::UNIX_EPOCH
        + Duration::from_secs(fs::metadata(&vault).unwrap().mtime().cast_unsigned() - 2 * 60 * 60);
    fs::File::open(folder.path().join(&old)).unwrap().set_modified(two_hours_ago).unwrap();

    save(&mut VaultOnDisk::new(&vault), Some(OLD), NEW).unwrap();
    let left = names_in(folder.path());
    assert!(!left.contains(&dead) && !left.contains(&old));
    assert!(left.contains(&running));
    for name in foreign {
        assert!(left.iter().any(|there| there == name), "{name}");
    }
}

#[test]
fn every_save_keeps_the_vault_before_it() {
    let (_folder, vault) = place_with_vault();
    let mut file = VaultOnDisk::new(&vault);
    save(&mut file, Some(OLD), NEW).unwrap();
    let copies = file.earlier_copies();
    assert_eq!(copies.len(), 1);
    assert_eq!(fs::read(&copies[0]).unwrap(), OLD);
}

#[test]
fn a_save_that_was_broken_off_does_not_keep_the_same_copy_twice() {
    let (_folder, vault) = place_with_vault();
    let mut fails = VaultOnDisk::new(&vault).failing_when(|step| match step {
        FileStep::Replace => Err(io::ErrorKind::StorageFull.into()),
        FileStep::Read
        | FileStep::Lock
        | FileStep::MakeFolder
        | FileStep::Write
        | FileStep::Sync
        | FileStep::KeepCopy
        | FileStep::Remove => Ok(()),
    });
    for _ in 0..3 {
        assert!(save(&mut fails, Some(OLD), NEW).is_err());
    }
    let mut works = VaultOnDisk::new(&vault);
    save(&mut works, Some(OLD), NEW).unwrap();
    assert_eq!(works.earlier_copies().len(), 1);
}

#[test]
fn earlier_copies_thin_out_with_age() {
    const HOUR: i64 = 60 * 60;
    let (_folder, vault) = place();
    // Wednesday, 2026-01-07 00:30 UTC.
    let start = 1_767_745_800;
    let now = Arc::new(AtomicI64::new(start));
    let clock = Arc::clone(&now);
    let mut file = VaultOnDisk::new(&vault).dated_by(move || Timestamp::from_secs(clock.load(Ordering::SeqCst)));
    let mut content = None;
    // Every two hours for eight weeks: the copy that hour n makes holds the number n - 1.
    let saves = 8 * 7 * 12;
    for number in 0..saves {
        now.store(start + i64::from(number) * 2 * HOUR, Ordering::SeqCst);
        let next = number.to_string().into_bytes();
        save(&mut file, content.as_deref(), &next).unwrap();
        content = Some(next);
    }
    let days_ago: Vec<i64> = file
        .earlier_copies()
        .iter()
        .map(|copy| {
            let number: i64 = String::from_utf8(fs::read(copy).unwrap()).unwrap().parse().unwrap();
            // The day until which it was the vault.
            (i64::from(saves) - 1) / 12 - (number + 1) / 12
        })
        .collect();
    // Ten newest of today; the last of each of the six days before; the last of each of three weeks before this one,
    // of which the newest, on Sunday, is also the last of its day.
    assert_eq!(days_ago, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 16]);
}

#[test]
fn copies_from_a_wrong_future_push_nothing_out() {
    let (_folder, vault) = place();
    let now = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&now);
    let mut file = VaultOnDisk::new(&vault).dated_by(move || Timestamp::from_secs(clock.load(Ordering::SeqCst)));
    let mut content = None;
    let mut save_at = |secs: i64, text: String| {
        now.store(secs, Ordering::SeqCst);
        save(&mut file, content.as_deref(), text.as_bytes()).unwrap();
        content = Some(text.into_bytes());
    };
    for number in 0..20 {
        save_at(4_000_000_000 + number, format!("future {number}"));
    }
    for number in 0..20 {
        save_at(1_795_305_600 + number, format!("present {number}"));
    }
    let kept: Vec<String> =
        file.earlier_copies().iter().map(|copy| String::from_utf8(fs::read(copy).unwrap()).unwrap()).collect();
    assert_eq!(kept.iter().filter(|text| text.starts_with("present")).count(), 10);
    assert!(kept.contains(&"present 18".to_owned()));
}
