use std::io;

use crate::support::fake_keys::nobody;
use countersign::ports::{FileNote, FileStep, Host, NotKept, StateSlot};
use countersign::sealing::{self, Manifest, SlotKind, Slots, VaultKey, WorkFactor};
use countersign::tasks::{self, Trust, Way};
use countersign::vault::{Change, Edit, Vault};
use secrecy::{ExposeSecret, SecretString};

use super::{ALICE, BOB, PASSPHRASE, Scene};
use crate::support::fakes::Handles;

#[test]
fn a_wrong_passphrase_is_exit_5() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/pass", "something else");
    scene.run(&["code", "github"]).ends(5).prints("").says("error: wrong passphrase");
}

#[test]
fn on_a_terminal_a_passphrase_may_be_typed_three_times() {
    let mut scene = Scene::with(&[ALICE]);
    scene.environment.passphrase_file = None;
    scene.answers(&["one", "two", PASSPHRASE]);
    scene.run(&["list"]).ends(0).says("wrong passphrase, try again");
    scene.answers(&["one", "two", "three", PASSPHRASE]);
    scene.run(&["list"]).ends(5);
    assert_eq!(scene.handles.prompter.unused(), 1, "three tries and no more");
}

#[test]
fn a_question_that_is_not_answered_changes_nothing() {
    let mut scene = Scene::with(&[ALICE]);
    scene.environment.passphrase_file = None;
    scene.handles.prompter.give_up();
    scene.run(&["list"]).ends(1).says("the question was not answered");
}

#[test]
fn with_nobody_to_ask_the_options_are_named() {
    let mut scene = Scene::with(&[ALICE]);
    scene.environment.passphrase_file = None;
    scene.run(&["list"]).ends(7).says("no terminal").says("--passphrase-file");
}

#[test]
fn without_a_vault_nobody_is_asked_for_a_passphrase() {
    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.answers(&["never asked"]);
    for args in [["list"].as_slice(), &["code", "x"], &["add", "-"], &["undo"], &["watch"]] {
        scene.type_in(ALICE);
        scene.run(args).ends(5).says("there is no vault at /memory/vault.age").says("countersign init");
    }
    assert_eq!(scene.handles.prompter.unused(), 1);
}

#[test]
fn a_command_prints_the_passphrase() {
    let mut scene = Scene::with(&[ALICE]);
    scene.environment.passphrase_file = None;
    scene.run(&["list", "--passphrase-command", "show vault"]).ends(0);
    scene
        .run(&["list", "--passphrase-command", "no such command"])
        .ends(5)
        .says("the command that prints the passphrase failed");
    assert_eq!(scene.commands.borrow().len(), 2);
}

#[test]
fn a_command_runs_only_when_the_vault_is_opened() {
    let scene = Scene::with(&[]);
    scene.run(&["completions", "bash", "--passphrase-command", "show vault"]).ends(0);
    scene.run(&["config", "path", "--passphrase-command", "show vault"]).ends(0);
    assert!(scene.commands.borrow().is_empty());
}

#[test]
fn standard_input_has_the_passphrase_if_it_is_said_so() {
    let scene = Scene::with(&[ALICE]);
    scene.type_in(&format!("{PASSPHRASE}\n"));
    scene.run(&["list", "--passphrase-file", "-"]).ends(0);
    scene.type_in(BOB);
    scene.run(&["add", "-", "--passphrase-file", "-"]).ends(2).says("standard input is asked for twice");
}

#[test]
fn a_passphrase_file_that_is_no_use_is_named() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["list", "--passphrase-file", "/none"]).ends(6).says("cannot read /none");
    scene.handles.documents.put("/pass", "\nsecond line");
    scene.run(&["list"]).ends(1).says("the first line of the passphrase file is empty");
    scene.handles.documents.put("/pass", [0xff, 0xfe]);
    scene.run(&["list"]).ends(1).says("not UTF-8");
}

#[test]
fn two_ways_to_unlock_exclude_each_other() {
    let scene = Scene::with(&[]);
    let ways = ["--passphrase-file", "--passphrase-command", "--identity"];
    for first in ways {
        for second in ways.iter().filter(|second| **second != first) {
            scene.run(&["list", first, "a", second, "b"]).ends(2).says("exclude each other");
        }
    }
}

#[test]
fn an_identity_that_does_not_fit_is_exit_5() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/key", "not an identity");
    scene.run(&["list", "--identity", "/key"]).ends(5).says("not an age identity");
}

#[test]
fn damage_is_exit_6_and_nothing_is_written() {
    let scene = Scene::with(&[ALICE]);
    let whole = scene.handles.vault_file.bytes().unwrap();
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    for damaged in [whole[..whole.len() / 2].to_vec(), flipped, b"hello".to_vec(), Vec::new()] {
        scene.handles.vault_file.changed_by_another_device(&damaged);
        scene.run(&["code", "github"]).ends(6).prints("");
        scene.type_in(BOB);
        scene.run(&["add", "-"]).ends(6);
        assert_eq!(scene.handles.vault_file.bytes().unwrap(), damaged);
    }
}

#[test]
fn an_unreadable_file_is_exit_6_and_an_unwritable_one_exit_1() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.vault_file.fail_with(FileStep::Read, io::ErrorKind::PermissionDenied);
    scene.run(&["list"]).ends(6).says("cannot read").says("check who owns the file");
    scene.handles.vault_file.recover();
    scene.handles.vault_file.fail_with(FileStep::Write, io::ErrorKind::StorageFull);
    scene.run(&["remove", "github"]).ends(1).says("cannot write").says("free some space");
    scene.run(&["code", "github"]).ends(0);
}

#[test]
fn an_older_vault_is_read_but_written_only_on_request() {
    let scene = Scene::with(&[ALICE]);
    let older = scene.handles.vault_file.bytes().unwrap();
    scene.handles.clock.advance_secs(7200);
    scene.run(&["edit", "github", "--note", "newer"]).ends(0);
    scene.handles.vault_file.changed_by_another_device(&older);
    scene.run(&["code", "github"]).ends(0).says("warning: this copy of the vault is older");
    scene.run(&["remove", "github"]).ends(7).says("--accept older");
    assert_eq!(scene.handles.vault_file.bytes().unwrap(), older);
    scene.run(&["remove", "github", "--accept", "older"]).ends(0);
}

#[test]
fn another_vault_in_the_same_place_is_opened_only_on_request() {
    let scene = Scene::with(&[ALICE]);
    let other = Scene::with(&[BOB]);
    scene.handles.vault_file.changed_by_another_device(&other.handles.vault_file.bytes().unwrap());
    scene.run(&["list"]).ends(7).prints("").says("--accept different");
    scene.run(&["list", "--accept", "different"]).ends(0);
    scene.run(&["list"]).ends(0);
}

#[test]
fn a_vault_seen_for_the_first_time_shows_its_words() {
    let scene = Scene::with(&[ALICE]);
    let words = scene.run(&["status", "--json"]).json()["unlocked"]["words"].as_str().unwrap().to_owned();
    scene.handles.state.forget(StateSlot::Pin);
    scene.run(&["list"]).ends(0).says(&words);
    scene.run(&["list"]).ends(0).says_not(&words);
}

#[test]
fn a_vault_that_others_may_read_is_named_and_opened() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.vault_file.note(FileNote::ReadableByOthers);
    scene.run(&["list"]).ends(0).says("warning: other users of this computer may read the vault file");
}

#[test]
fn an_expensive_passphrase_is_checked_only_on_request() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["list", "--max-work-factor", "1"]).ends(0);
    let dear = Scene::bare();
    dear.run(&["init", "--work-factor", "17"]).ends(0);
    dear.run(&["list", "--max-work-factor", "16"]).ends(7).says("needs scrypt work factor 17; the limit is 16");
}

#[test]
fn too_little_memory_is_noticed_before_it_is_used() {
    let scene = Scene::bare();
    scene.run(&["init", "--work-factor", "16"]).ends(0);
    scene.handles.host.leave_memory(1 << 20);
    scene.run(&["list"]).ends(5).says("MiB of memory");
}

#[test]
fn the_vaults_own_identity_and_one_with_a_slot_open_it_without_a_passphrase() {
    let (own, users) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let text = |identity: &age::x25519::Identity| format!("# a comment\n{}\n", identity.to_string().expose_secret());
    let key = VaultKey::from_identity_file(&SecretString::from(text(&own))).unwrap();
    let mut slots = Slots::default();
    slots.add_passphrase(&key, &SecretString::from(PASSPHRASE), WorkFactor::unchecked_for_tests(1)).unwrap();
    slots.add_recipient(SlotKind::Identity, &key, &users.to_public().to_string(), &nobody()).unwrap();
    let body = countersign::vault::write(&Vault::default());
    let file = sealing::seal(&body, &Manifest::new("0".repeat(32)), &slots, &key).unwrap();

    let mut scene = Scene::bare();
    scene.environment.passphrase_file = None;
    scene.handles.vault_file.changed_by_another_device(&file);
    for identity in [&own, &users] {
        scene.handles.documents.put("/key", text(identity));
        scene.type_in(ALICE);
        scene.run(&["add", "-", "--identity", "/key"]).ends(0);
        scene.run(&["list", "--identity", "/key", "--no-keyring"]).ends(0);
    }
    scene.handles.documents.put("/key", text(&age::x25519::Identity::generate()));
    scene.run(&["list", "--identity", "/key"]).ends(5);
}

#[test]
fn a_save_by_another_process_while_the_passphrase_is_checked_is_no_rollback() {
    /// Asked for the memory it has between the reading of the file and the checking of the passphrase.
    struct BusyHost(Handles);

    impl Host for BusyHost {
        fn name(&self) -> String {
            self.0.host.name()
        }

        fn available_memory(&self) -> Option<u64> {
            let mut machine = self.0.machine();
            let way = Way::Passphrase(SecretString::from(PASSPHRASE));
            let mut session = tasks::unlock(&mut machine, &way, &Trust::default()).unwrap();
            let account = session.vault().accounts().next().unwrap().id();
            let edit = Edit { note: Some("theirs".to_owned()), ..Edit::default() };
            tasks::commit(&mut machine, &mut session, "theirs", &Change::Edit(account, Box::new(edit))).unwrap();
            None
        }

        fn tells_of_screen_lock(&self) -> bool {
            false
        }

        fn keep_in_memory(&self, address: usize, length: usize) -> Result<Box<dyn Send + Sync>, NotKept> {
            self.0.host.keep_in_memory(address, length)
        }
    }

    let scene = Scene::with(&[ALICE]);
    scene.replace_host(Box::new(BusyHost(scene.handles.clone())));
    let ran = scene.run(&["edit", "github", "--account", "anna"]).ends(0).says_not("older");
    ran.says("meanwhile, elsewhere: GitHub · alice was changed");
    scene.replace_host(Box::new(scene.handles.host.clone()));
    let row = scene.run(&["list", "--json"]).ends(0).says_not("older").json()[0].clone();
    assert_eq!((row["account"].as_str(), row["note"].as_str()), (Some("anna"), Some("theirs")));
}
