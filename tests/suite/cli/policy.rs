//! The vault's policy on the command line.

use std::ffi::OsString;

use countersign::vault::Deed;

use super::{ALICE, Scene};

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const NEXT: &str = "its owner can lift the rule: countersign policy open";

fn single() -> Scene {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["policy", "single-device"]).ends(0).prints("single-device\n").says("not be a lost vault");
    scene
}

#[test]
fn the_policy_is_shown_and_set_and_the_status_has_it() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["policy"]).ends(0).prints("open\n");
    assert_eq!(single().run(&["policy", "--json"]).ends(0).json()["policy"], "single-device");
    let ran = single().run(&["status"]).ends(0);
    assert!(ran.out.contains("policy") && ran.out.contains("single-device"), "{ran:?}");
    assert_eq!(single().run(&["status", "--json"]).ends(0).json()["unlocked"]["policy"], "single-device");
}

#[test]
fn every_command_that_lets_a_secret_out_is_refused_with_7_and_says_who_can_lift_it() {
    for deed in Deed::ALL {
        let mut scene = single();
        scene.out_is_terminal = true;
        scene.handles.documents.put("/stick/photo.jpg", "anything");
        scene.answers(&["yes", "yes", "yes"]);
        let args: &[&str] = match deed {
            Deed::Export => &["export", "--to", "aegis", "/stick/aegis.json", "--plaintext"],
            Deed::QrCode => &["qr", "github", "--png", "/stick/code.png"],
            Deed::ShowSecret => &["show", "github", "--secret"],
            Deed::BackupForOthers => &["backup", "create", "--to", RECIPIENT, "/stick"],
            Deed::AddDevice => &["devices", "add", RECIPIENT, "--name", "phone", "--yes"],
        };
        let words: Vec<OsString> = args.iter().map(OsString::from).collect();
        let ran = scene.run_freely(words).ends(7).says("this vault is for a single device, which forbids");
        let next = if deed == Deed::BackupForOthers { "countersign policy open" } else { NEXT };
        assert!(ran.err.contains(next) && ran.out.is_empty(), "{deed:?}: {ran:?}");
    }
}

#[test]
fn codes_and_the_owners_own_backup_stay_possible() {
    let scene = single();
    scene.run(&["code", "github"]).ends(0);
    scene.handles.documents.put("/own", b"a passphrase of its own\n");
    scene.handles.documents.put("/stick/photo.jpg", "anything");
    scene.run(&["backup", "create", "/stick", "--password-file", "/own"]).ends(0);
}

#[test]
fn lifting_it_takes_a_typed_yes_which_no_option_gives() {
    let scene = single();
    scene.run(&["policy", "open", "--yes"]).ends(7).says("typed yes alone").says("--yes does not answer");
    let mut scene = single();
    scene.answers(&["y", "yes"]);
    let lift = |scene: &mut Scene| scene.run_freely(["policy", "open"].map(OsString::from).to_vec());
    lift(&mut scene).ends(1).says("the policy stays as it is");
    lift(&mut scene).ends(0);
    scene.run(&["policy"]).prints("open\n");
    scene.run(&["undo"]).ends(1);
}
