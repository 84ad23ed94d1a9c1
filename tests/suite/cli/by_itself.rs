//! Commands on a device that opens the vault by itself.

use countersign::ports::KeyringError;

use super::{ALICE, BOB, PASSPHRASE, START, Scene, code_at};

/// Returns a vault that the keyring opens, with nobody there and no passphrase at hand.
fn with_keyring() -> Scene {
    let mut scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["slots", "add", "keyring"]).ends(0);
    scene.environment.passphrase_file = None;
    scene
}

#[test]
fn a_code_comes_without_a_passphrase_once_the_keyring_has_a_key() {
    let scene = with_keyring();
    scene.run(&["code", "github"]).ends(0).prints(&format!("{}\n", code_at(ALICE, START)));
    scene.run(&["list"]).ends(0);
    scene.run(&["remove", "vpn"]).ends(0);
    let mut somebody = with_keyring();
    somebody.answers(&["never asked"]);
    somebody.run(&["list"]).ends(0);
    assert_eq!(somebody.handles.prompter.unused(), 1);
}

#[test]
fn a_keyring_that_fails_is_told_in_one_line_and_the_passphrase_is_asked_for() {
    for (error, why) in [
        (KeyringError::Absent, "the keyring did not open the vault: there is no keyring here; "),
        (KeyringError::Locked, "the keyring did not open the vault: the keyring is locked; "),
        (KeyringError::TimedOut, "the keyring did not open the vault: the keyring did not answer; "),
        (KeyringError::NoEntry, "the keyring did not open the vault: the keyring does not hold this vault's key"),
        (KeyringError::Failed, "the keyring did not open the vault: the keyring failed; "),
    ] {
        let mut scene = with_keyring();
        scene.handles.keyring.fail(Some(error));
        scene.answers(&[PASSPHRASE]);
        let ran = scene.run(&["list"]).ends(0).says(why);
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
}

#[test]
fn with_nobody_to_ask_all_reasons_are_told_and_what_to_give() {
    let scene = with_keyring();
    scene.handles.keyring.fail(Some(KeyringError::Locked));
    let ran = scene.run(&["code", "github"]).ends(5).prints("");
    ran.says("the keyring did not open the vault: the keyring is locked").says("--passphrase-file");
}

#[test]
fn no_keyring_leaves_the_keyring_alone() {
    let mut scene = with_keyring();
    let asked = scene.handles.keyring.asked();
    scene.answers(&[PASSPHRASE]);
    scene.run(&["list", "--no-keyring"]).ends(0).says_not("keyring");
    assert_eq!(scene.handles.keyring.asked(), asked);
}

#[test]
fn an_option_that_gives_a_way_is_taken_before_the_keyring() {
    let mut scene = with_keyring();
    let asked = scene.handles.keyring.asked();
    scene.environment.passphrase_file = Some("/pass".into());
    scene.run(&["list"]).ends(0);
    scene.handles.documents.put("/pass", "another one");
    scene.run(&["list"]).ends(5).says("wrong passphrase");
    assert_eq!(scene.handles.keyring.asked(), asked);
}

#[test]
fn a_damaged_file_ends_it_and_nobody_is_asked_for_a_passphrase() {
    let mut scene = with_keyring();
    let mut damaged = scene.handles.vault_file.bytes().unwrap();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    scene.handles.vault_file.changed_by_another_device(&damaged);
    scene.answers(&[PASSPHRASE]);
    scene.run(&["list"]).ends(6).says("damaged");
    assert_eq!(scene.handles.prompter.unused(), 1);
}

#[test]
fn a_keyring_that_lost_its_key_is_no_dead_end() {
    let mut scene = with_keyring();
    scene.handles.keyring.lose_all();
    scene.run(&["list"]).ends(5).says("slots add keyring");
    scene.answers(&[PASSPHRASE]);
    scene.run(&["list"]).ends(0);
}

#[test]
fn after_two_wrong_tries_the_sheet_is_remembered_if_there_is_one() {
    let mut scene = Scene::with(&[ALICE]);
    let words = scene.run(&["slots", "add", "sheet"]).ends(0).out;
    scene.environment.passphrase_file = None;
    scene.answers(&["one", "two", words.trim()]);
    let ran = scene.run(&["list"]).ends(0).says("recovery sheet open it as well");
    assert_eq!(ran.err.matches("recovery sheet").count(), 1, "{ran:?}");
    let mut without = Scene::with(&[ALICE]);
    without.environment.passphrase_file = None;
    without.answers(&["one", "two", PASSPHRASE]);
    without.run(&["list"]).ends(0).says_not("sheet");
}

#[test]
fn a_slip_in_the_words_of_a_sheet_is_named() {
    let mut scene = Scene::with(&[ALICE]);
    let words = scene.run(&["slots", "add", "sheet"]).ends(0).out;
    let mut swapped: Vec<&str> = words.trim().split(' ').collect();
    swapped.swap(0, 1);
    scene.environment.passphrase_file = None;
    scene.answers(&[&swapped.join(" "), &words.trim().to_uppercase()]);
    scene.run(&["list"]).ends(0).says("two have changed places").says("compare the words with the sheet");
}

#[test]
fn status_tells_what_opens_the_vault_and_when_it_last_did() {
    let scene = with_keyring();
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("unlocks with  keyring, on this device by itself, last used here 2026-11-22"), "{text}");
    let json = scene.run(&["status", "--json"]).ends(0).json();
    assert_eq!(json["slots"][1]["opens_here"], true);
    assert_eq!(json["unlocked"]["accounts"], 2);
    scene.handles.keyring.fail(Some(KeyringError::Locked));
    let locked = scene.run(&["status", "--json"]).ends(0).says("the keyring is locked").json();
    assert_eq!((&locked["unlocked"], &locked["slots"][1]["kind"]), (&serde_json::Value::Null, &"keyring".into()));
}
