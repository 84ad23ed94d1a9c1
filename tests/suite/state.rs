//! What this device remembers, the files that the user names, and the other small sides of the machine.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use countersign::config::Settings;
use countersign::otp::Timestamp;
use countersign::ports::{Clock, Documents, Entropy, FileError, FileStep, Host, StateSlot, StateStore};
use countersign::system::clock::WallClock;
use countersign::system::documents::UserFiles;
use countersign::system::entropy::SystemEntropy;
use countersign::system::host::ThisComputer;
use countersign::system::machine;
use countersign::system::paths::Places;
use countersign::system::state::StateOnDisk;

const SLOTS: [StateSlot; 3] = [StateSlot::Device, StateSlot::Pin, StateSlot::Private];

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// Returns every file under a folder.
fn files_under(folder: &Path) -> Vec<std::path::PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| files_under(folder)));
    files
}

#[test]
fn what_was_stored_is_loaded_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let state_folder = folder.path().join("state/countersign");
    let mut state = StateOnDisk::new(&state_folder, &folder.path().join("vault.age"));
    for slot in SLOTS {
        assert_eq!(state.load(slot).unwrap(), None);
    }
    assert!(!state_folder.exists(), "looking makes no folders");
    for (slot, bytes) in SLOTS.into_iter().zip(["device", "pin", "private"]) {
        state.store(slot, b"older").unwrap();
        state.store(slot, bytes.as_bytes()).unwrap();
    }
    for (slot, bytes) in SLOTS.into_iter().zip(["device", "pin", "private"]) {
        assert_eq!(state.load(slot).unwrap().unwrap(), bytes.as_bytes());
    }
}

#[test]
fn it_is_for_the_owner_alone_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let state_folder = folder.path().join("state");
    let mut state = StateOnDisk::new(&state_folder, &folder.path().join("vault.age"));
    for slot in SLOTS {
        state.store(slot, b"something").unwrap();
    }
    let files = files_under(&state_folder);
    assert_eq!(files.len(), SLOTS.len(), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
}

#[test]
fn two_vaults_share_the_device_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = StateOnDisk::new(folder.path(), Path::new("/one/vault.age"));
    let mut other = StateOnDisk::new(folder.path(), Path::new("/other/vault.age"));
    for slot in SLOTS {
        one.store(slot, b"one").unwrap();
    }
    assert_eq!(other.load(StateSlot::Device).unwrap().unwrap(), b"one");
    assert_eq!(other.load(StateSlot::Pin).unwrap(), None);
    other.store(StateSlot::Pin, b"other").unwrap();
    assert_eq!(one.load(StateSlot::Pin).unwrap().unwrap(), b"one");
}

#[test]
fn every_path_to_a_vault_leads_to_one_memory_also_before_there_is_a_vault() {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("data/vault.age");
    let link = folder.path().join("link.age");
    symlink(&vault, &link).unwrap();
    let state_folder = folder.path().join("state");

    StateOnDisk::new(&state_folder, &vault).store(StateSlot::Pin, b"seen").unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(&vault, "").unwrap();
    for path in [vault, link, folder.path().join("data/../data/./vault.age")] {
        let found = StateOnDisk::new(&state_folder, &path).load(StateSlot::Pin).unwrap();
        assert_eq!(found.as_deref(), Some(&b"seen"[..]), "{}", path.display());
    }
}

#[test]
fn a_memory_that_cannot_be_read_is_an_error_and_not_an_absent_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("device.json")).unwrap();
    let mut state = StateOnDisk::new(folder.path(), Path::new("/vault.age"));
    assert!(matches!(state.load(StateSlot::Device), Err(FileError::System { step: FileStep::Read, .. })));
    assert!(matches!(state.store(StateSlot::Device, b"x"), Err(FileError::System { step: FileStep::Replace, .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the temporary file is gone");
}

#[test]
fn a_file_of_the_users_is_read_up_to_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    fs::write(&path, "12345").unwrap();
    assert_eq!(UserFiles.read(&path, 5).unwrap(), b"12345");
    assert!(matches!(UserFiles.read(&path, 4), Err(FileError::TooLarge { limit: 4, .. })));
    assert!(matches!(UserFiles.read(folder.path(), 5), Err(FileError::NotAFile(_))));
    let absent = UserFiles.read(&folder.path().join("absent"), 5).unwrap_err();
    assert_eq!(absent.next_step(), "check the path");
    assert!(matches!(UserFiles.read(Path::new("/dev/zero"), 100), Err(FileError::TooLarge { .. })));
}

#[test]
fn a_new_file_of_the_users_is_theirs_alone_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.age");
    UserFiles.write_new(&path, b"first").unwrap();
    assert_eq!(mode(&path), 0o600);
    assert!(matches!(UserFiles.write_new(&path, b"second"), Err(FileError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"first");

    let dangling = folder.path().join("dangling");
    symlink(folder.path().join("target"), &dangling).unwrap();
    assert!(matches!(UserFiles.write_new(&dangling, b"x"), Err(FileError::Exists(_))));
    assert!(!folder.path().join("target").exists());

    assert!(UserFiles.write_new(&folder.path().join("no/folder"), b"x").is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn of_many_that_write_one_new_file_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one");
    let done: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|number| {
                let path = &path;
                scope.spawn(move || {
                    let text = number.to_string();
                    UserFiles.write_new(path, text.as_bytes()).ok().map(|()| text)
                })
            })
            .collect();
        writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(done.len(), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), done[0]);
}

#[test]
fn the_clock_tells_the_time_and_waits_no_longer_than_asked() {
    let clock = WallClock::default();
    let before = clock.now();
    assert!(before > Timestamp::from_secs(1_700_000_000));
    clock.wait_until(before.plus_secs(-10));
    clock.wait_until(before.plus_millis(30));
    let after = clock.now();
    assert!(after.millis_since(before) >= 30);
}

#[test]
fn random_numbers_are_different_ones() {
    let (mut one, mut other) = ([0; 32], [0; 32]);
    SystemEntropy.fill(&mut one).unwrap();
    SystemEntropy.fill(&mut other).unwrap();
    assert_ne!(one, other);
}

#[test]
fn this_computer_has_a_name_and_some_memory() {
    assert!(!ThisComputer.name().is_empty());
    let available = ThisComputer.available_memory().unwrap();
    assert!(available > 1024 * 1024, "{available}");
}

#[test]
fn the_real_machine_is_put_together_without_touching_anything() {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("data/vault.age");
    let mut machine = machine(&WallClock::default(), &vault, None, &folder.path().join("state"), &Settings::default());
    assert_eq!(machine.vault_file.path(), vault);
    assert!(machine.vault_file.read().unwrap().is_none());
    assert_eq!(machine.basket_file.path(), folder.path().join("data/recovery.age"));
    assert_eq!(machine.state.load(StateSlot::Device).unwrap(), None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn everybody_has_places() {
    let places = Places::find().unwrap();
    assert!(places.vault.ends_with("countersign/vault.age"), "{places:?}");
    assert!(places.config.ends_with("config.toml"));
    assert!(places.vault.is_absolute() && places.config.is_absolute() && places.state.is_absolute());
}

#[test]
fn a_folder_that_cannot_be_entered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let below_a_file = folder.path().join("file/state");
    let mut state = StateOnDisk::new(&below_a_file, Path::new("/vault.age"));
    let error = state.store(StateSlot::Device, b"x").unwrap_err();
    assert!(matches!(error, FileError::System { step: FileStep::MakeFolder, .. }), "{error}");
}
