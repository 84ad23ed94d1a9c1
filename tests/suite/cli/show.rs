use std::ffi::OsString;

use super::{ALICE, ALICE_SECRET, BOB, START, Scene};

fn args(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

#[test]
fn an_account_is_shown_without_its_secret() {
    let scene = Scene::with(&[BOB]);
    scene.run(&["edit", "vpn", "--note", "first\nsecond", "--add-tag", "work", "--pin"]).ends(0);
    scene.run(&["code", "vpn"]).ends(0);
    let ran = scene.run(&["show", "vpn"]).ends(0);
    let id = scene.run(&["list", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    let expected = format!(
        "id         {id}\nissuer     VPN\naccount    bob\ncodes      HOTP · 6 digits · SHA-1\nsecret     160 bits\n\
         counter    8\ntags       work\npinned     yes\nadded      2026-11-22 00:00\n\
         used here  once, last at 2026-11-22 00:00\nnote       first\nnote       second\n"
    );
    assert_eq!(ran.out, expected);
}

#[test]
fn json_is_the_row_of_the_list_and_the_number_of_former_secrets() {
    let scene = Scene::with(&[ALICE]);
    let mut row = scene.run(&["list", "--json"]).json()[0].clone();
    row["former"] = 0.into();
    assert_eq!(scene.run(&["show", "github", "--json"]).ends(0).json(), row);
}

#[test]
fn a_secret_is_shown_on_a_terminal_after_a_typed_yes() {
    let mut scene = Scene::with(&[ALICE]);
    scene.out_is_terminal = true;
    scene.answers(&["yes"]);
    let ran = scene.run_freely(args(&["show", "github", "--secret"])).ends(0);
    assert!(ran.out.contains(&format!("\n{ALICE_SECRET}\n")), "{ran:?}");
    assert!(ran.out.contains("\notpauth://totp/GitHub:alice?secret="), "{ran:?}");
}

#[test]
fn anything_but_yes_shows_no_secret() {
    for answer in ["y", "", "no", "YES!"] {
        let mut scene = Scene::with(&[ALICE]);
        scene.out_is_terminal = true;
        scene.answers(&[answer]);
        scene.run(&["show", "github", "--secret"]).ends(1).prints("").says("the secret was not shown");
    }
}

#[test]
fn a_secret_goes_nowhere_but_to_a_terminal() {
    let mut scene = Scene::with(&[ALICE]);
    scene.run(&["show", "github", "--secret"]).ends(7).prints("").says("on a terminal only");
    scene.answers(&["yes"]);
    scene.run(&["show", "github", "--secret"]).ends(7).prints("");
    scene.run(&["show", "github", "--secret", "--yes"]).ends(7).prints("");
    assert_eq!(scene.handles.prompter.unused(), 1);
    let mut nobody = Scene::with(&[ALICE]);
    nobody.out_is_terminal = true;
    nobody.run(&["show", "github", "--secret"]).ends(7).prints("");
}

#[test]
fn dates_are_those_of_the_clock() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github"]).ends(0);
    scene.handles.clock.advance_secs(90);
    scene.run(&["code", "github"]).ends(0);
    assert!(scene.run(&["show", "github"]).out.contains("2 times, last at 2026-11-22 00:01"));
    assert_eq!(scene.run(&["show", "github", "--json"]).json()["created"], START);
}
