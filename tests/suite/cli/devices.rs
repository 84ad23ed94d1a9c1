use super::{ALICE, BOB, Scene};

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// A vault that a second device was let into.
fn added() -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    let ran = scene.run(&["devices", "add", RECIPIENT, "--name", "phone"]).ends(0).prints("").says("added phone");
    ran.says("can only be seen there");
    scene
}

#[test]
fn the_devices_are_listed_for_people_and_for_scripts() {
    let scene = added();
    let listed = scene.run(&["devices", "list"]).ends(0);
    let lines: Vec<&str> = listed.out.lines().collect();
    assert!(lines[0].contains("this device") && lines[0].contains("the vault's passphrase"), "{listed:?}");
    assert!(lines[1].contains("phone") && lines[1].contains("has not saved yet"), "{listed:?}");
    assert!(lines[1].ends_with("own slot since 2026-11-22"), "{listed:?}");
    let json = scene.run(&["devices", "list", "--json"]).ends(0).json();
    assert_eq!((json[0]["this"].as_bool(), json[0]["saves"].as_u64()), (Some(true), Some(3)));
    assert_eq!((json[1]["name"].as_str(), json[1]["saves"].as_u64()), (Some("phone"), Some(0)));
    assert!(json[0]["slot"].is_null() && json[1]["slot"] == json[1]["id"], "{json}");
}

#[test]
fn a_recipient_comes_as_an_argument_or_on_standard_input() {
    let scene = Scene::with(&[ALICE]);
    scene.type_in(&format!("{RECIPIENT}\n"));
    scene.run(&["devices", "add", "-", "--name", "phone"]).ends(0).says("added phone");
    scene.run(&["devices", "add", RECIPIENT, "--name", "other"]).ends(1).says("opens for that device already");
    scene.run(&["devices", "add", "age1x", "--name", "other"]).ends(1).says("not an age recipient").says_not("age1x");
    scene.run(&["devices", "add", RECIPIENT]).ends(2);
}

#[test]
fn a_request_prints_a_recipient_and_nothing_that_opens_anything() {
    let mut scene = Scene::bare();
    scene.run(&["devices", "request"]).ends(7).says("--password-file");
    scene.handles.documents.put("/own", "only here and nowhere else\n");
    scene.environment.passphrase_file = None;
    let ran = scene.run(&["devices", "request", "--name", "travel", "--password-file", "/own"]).ends(0);
    assert!(ran.out.starts_with("age1") && ran.out.lines().count() == 1, "{ran:?}");
    assert!(!ran.err.contains("only here"), "{ran:?}");
    // Another time nothing is asked and nothing is new.
    scene.run(&["devices", "request"]).ends(0).prints(&ran.out);
}

#[test]
fn removing_names_what_the_device_still_knows() {
    let scene = added();
    let words = scene.run(&["status", "--json"]).json()["unlocked"]["words"].clone();
    let ran = scene.run(&["devices", "remove", "phone"]).ends(0).prints("GitHub · alice\nVPN · bob\n");
    let ran = ran.says("removed phone; the vault has a new key").says("may still hold a copy with these 2 secrets");
    ran.says("replace them at the sites if you do not trust who has it");
    let status = scene.run(&["status", "--json"]).ends(0).json();
    assert_ne!(status["unlocked"]["words"], words);
    assert_eq!(status["unlocked"]["devices"].as_array().unwrap().len(), 1);
    scene.run(&["code", "github"]).ends(0);
    scene.run(&["undo"]).ends(1).says("no change to undo");
    scene.run(&["devices", "remove", "phone"]).ends(3).says("no device or slot");
}

#[test]
fn a_removal_is_backed_up_like_any_other_change() {
    let mut scene = added();
    scene.handles.documents.put("/stick/photo.jpg", "anything");
    scene.config = Some("[backup]\nfolder = \"/stick\"\n".to_owned());
    scene.run(&["devices", "remove", "phone"]).ends(0);
    assert_eq!(scene.run(&["backup", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn removing_for_scripts_is_json() {
    let scene = added();
    let json = scene.run(&["devices", "remove", "phone", "--json"]).ends(0).json();
    assert_eq!(json["removed"], "phone");
    assert_eq!(json["knows"][0]["account"], "GitHub · alice");
    assert_eq!(json["knows"].as_array().unwrap().len(), 2);
    assert_eq!(json["left_behind"].as_array().unwrap().len(), 0);
}

#[test]
fn removing_asks_first_and_for_the_vaults_passphrase() {
    let mut scene = added();
    scene.environment.passphrase_file = None;
    scene.answers(&[super::PASSPHRASE, "n"]);
    scene.run(&["devices", "remove", "phone"]).ends(1).says("nothing was removed");
    scene.answers(&[super::PASSPHRASE, "y", "not the passphrase", super::PASSPHRASE]);
    scene.run(&["devices", "remove", "phone"]).ends(0).says("removed phone");
    assert_eq!(scene.handles.prompter.unused(), 0);
}

#[test]
fn this_device_cannot_remove_itself_and_can_be_renamed() {
    let scene = added();
    scene.run(&["devices", "rename", "desk"]).ends(0).says("is called desk");
    scene.run(&["devices", "rename", "phone"]).ends(1).says("another device has that name");
    scene.run(&["devices", "remove", "desk"]).ends(7).says("remove it from another device");
    let json = scene.run(&["devices", "list", "--json"]).json();
    assert_eq!(json[0]["name"], "desk");
}

#[test]
fn a_new_passphrase_comes_with_the_removal() {
    let mut scene = added();
    scene.handles.documents.put("/new", "a-new-passphrase-of-some-words\n");
    scene.run(&["devices", "remove", "phone", "--new-passphrase-file", "/new"]).ends(0).says("removed phone");
    scene.run(&["list"]).ends(5).says("wrong passphrase");
    scene.environment.passphrase_file = Some("/new".into());
    scene.run(&["list"]).ends(0);
}
