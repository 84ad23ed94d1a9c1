//! `slots add identity` and `slots add plugin`: keys of the user's own.

use std::path::Path;

use countersign::ports::{Documents, StateSlot};
use secrecy::{ExposeSecret, SecretString};

use super::{ALICE, BOB, Ran, Scene};
use crate::support::plugin::{identity, recipient, starts, where_the_plugin_is_installed};

/// Returns a vault with these files beside it; each holds a new age identity.
fn with_files(paths: &[&str]) -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    for path in paths {
        let key = age::x25519::Identity::generate();
        let text = format!("# public key: {}\n{}\n", key.to_public(), key.to_string().expose_secret());
        scene.handles.documents.put(path, text);
    }
    scene
}

/// Runs a command with no passphrase at hand.
fn alone(scene: &mut Scene, args: &[&str]) -> Ran {
    let given = scene.environment.passphrase_file.take();
    let ran = scene.run(args);
    scene.environment.passphrase_file = given;
    ran
}

fn ids(scene: &Scene, kind: &str) -> Vec<String> {
    let json = scene.run(&["slots", "list", "--json"]).ends(0).json();
    let of_kind = json.as_array().unwrap().iter().filter(|slot| slot["kind"] == kind).cloned();
    of_kind.map(|slot| slot["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_identity_file_opens_the_vault_from_where_it_is() {
    let mut scene = with_files(&["/keys/age.txt"]);
    let ran = scene.run(&["slots", "add", "identity", "/keys/age.txt", "--name", "stick"]).ends(0);
    ran.prints("").says("added identity").says("on this device, without a passphrase");
    alone(&mut scene, &["list"]).ends(0);
    scene.run(&["slots", "add", "identity", "/keys/age.txt"]).ends(1).says("opens for that identity already");
    let json = scene.run(&["slots", "list", "--json"]).json();
    assert_eq!((&json[1]["opens_here"], &json[1]["device"]), (&true.into(), &false.into()));

    scene.handles.documents.clone().remove(Path::new("/keys/age.txt")).unwrap();
    alone(&mut scene, &["list"]).ends(5).says("the identity file did not open the vault").says("cannot be read");
    scene.run(&["list"]).ends(0);
}

#[test]
fn a_way_that_failed_before_one_that_did_not_is_told() {
    let mut scene = with_files(&["/keys/one.txt", "/keys/two.txt"]);
    scene.run(&["slots", "add", "identity", "/keys/one.txt"]).ends(0);
    scene.run(&["slots", "add", "identity", "/keys/two.txt"]).ends(0);
    alone(&mut scene, &["list"]).ends(0).says_not("did not open");
    scene.handles.documents.clone().remove(Path::new("/keys/one.txt")).unwrap();
    alone(&mut scene, &["list"]).ends(0).says("the identity file did not open the vault").says("cannot be read");
    alone(&mut scene, &["list", "--quiet"]).ends(0).says_not("did not open");
}

#[test]
fn what_a_device_remembers_of_an_identity_file_is_where_it_is() {
    let scene = with_files(&["/keys/age.txt"]);
    scene.run(&["slots", "add", "identity", "/keys/age.txt"]).ends(0);
    let ways = String::from_utf8(scene.handles.state.get(StateSlot::Ways).unwrap()).unwrap();
    assert!(ways.contains("/keys/age.txt") && !ways.contains("AGE-SECRET-KEY"), "{ways}");
}

#[test]
fn of_two_identity_files_the_one_that_stays_goes_on() {
    let mut scene = with_files(&["/keys/one.txt", "/keys/two.txt"]);
    scene.run(&["slots", "add", "identity", "/keys/one.txt"]).ends(0);
    scene.run(&["slots", "add", "identity", "/keys/two.txt"]).ends(0);
    scene.run(&["slots", "remove", &ids(&scene, "identity")[0], "--yes"]).ends(0);
    alone(&mut scene, &["list"]).ends(0).says_not("did not open");
    scene.handles.documents.put("/new", "seventeen quiet herons by the weir");
    scene.run(&["slots", "change-passphrase", "--new-password-file", "/new", "--work-factor", "16"]).ends(0);
    alone(&mut scene, &["list"]).ends(0);
    scene.handles.documents.put("/pass", "seventeen quiet herons by the weir");
    scene.run(&["slots", "remove", &ids(&scene, "identity")[0], "--yes"]).ends(0);
    alone(&mut scene, &["list"]).ends(7);
}

#[test]
fn an_identity_from_standard_input_is_given_each_time() {
    let mut scene = with_files(&["-", "/other.txt"]);
    let text = String::from_utf8(scene.handles.documents.get("-").unwrap()).unwrap();
    scene.run(&["slots", "add", "identity", "-"]).ends(0).says("when it is given with --identity");
    alone(&mut scene, &["list"]).ends(7);
    scene.handles.documents.put("/key", &text);
    alone(&mut scene, &["list", "--identity", "/key"]).ends(0);
    alone(&mut scene, &["list", "--identity", "/other.txt"]).ends(5);
}

#[test]
fn an_identity_file_with_a_passphrase_of_its_own_asks_for_it() {
    let mut scene = with_files(&["/plain"]);
    let mut lock = age::scrypt::Recipient::new(SecretString::from("the file's own"));
    lock.set_work_factor(1);
    let file = age::encrypt(&lock, &scene.handles.documents.get("/plain").unwrap()).unwrap();
    scene.handles.documents.put("/locked.age", file);
    scene.handles.key_talk.answer("the file's own");
    scene.run(&["slots", "add", "identity", "/locked.age"]).ends(0);
    scene.handles.key_talk.answer("the file's own");
    alone(&mut scene, &["list"]).ends(0);
    alone(&mut scene, &["list"]).ends(5).says("the identity file did not open the vault");
}

#[test]
fn a_key_behind_a_plugin_opens_the_vault_and_each_command_takes_its_own_kind() {
    where_the_plugin_is_installed(|| {
        let mut scene = with_files(&["/age.txt"]);
        let text = format!("# Recipient: {}\n{}\n", recipient("touch", "blue"), identity("touch", "blue"));
        scene.handles.documents.put("/plugin.txt", text);
        scene.run(&["slots", "add", "identity", "/plugin.txt"]).ends(1).says("no such key in the file");
        scene.run(&["slots", "add", "plugin", "/age.txt"]).ends(1).says("slots add identity");
        assert_eq!(starts(), 0, "nothing is started for a file of the other kind");

        scene.run(&["slots", "add", "plugin", "/plugin.txt"]).ends(0).says("added plugin");
        assert!(scene.handles.key_talk.heard().iter().any(|heard| heard.contains("touch the trial key")));
        alone(&mut scene, &["list"]).ends(0);
        assert_eq!(ids(&scene, "plugin").len(), 1);
        scene.run(&["slots", "remove", &ids(&scene, "plugin")[0], "--yes"]).ends(0);
        let ways = String::from_utf8(scene.handles.state.get(StateSlot::Ways).unwrap()).unwrap();
        assert!(!ways.contains("AGE-PLUGIN"), "{ways}");
        let before = starts();
        alone(&mut scene, &["list"]).ends(7);
        assert_eq!(starts(), before, "a way that was removed starts nothing");
    });
}

#[test]
fn a_key_that_nobody_touches_is_not_added_and_later_falls_back_to_the_passphrase() {
    where_the_plugin_is_installed(|| {
        let mut scene = with_files(&[]);
        scene.handles.documents.put("/refused.txt", identity("refused", "blue"));
        scene.run(&["slots", "add", "plugin", "/refused.txt"]).ends(1).says("did not open the vault when it was tried");
        assert_eq!(ids(&scene, "plugin").len(), 0);
        alone(&mut scene, &["list"]).ends(7);
    });
}
