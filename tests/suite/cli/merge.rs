use countersign::ports::Version;

use super::{ALICE, BOB, PASSPHRASE, STEAM, Scene};

/// Returns a device with a vault of Alice, and beside it the file of a copy in which Bob was added, Alice edited.
fn grown_apart() -> Scene {
    let scene = Scene::with(&[ALICE, STEAM]);
    let ours = scene.handles.vault_file.bytes().unwrap();
    scene.type_in(BOB);
    scene.run(&["add", "-"]).ends(0);
    scene.run(&["edit", "github", "--note", "theirs"]).ends(0);
    scene.run(&["remove", "steam"]).ends(0);
    scene.handles.documents.put("/theirs.age", scene.handles.vault_file.bytes().unwrap());
    scene.handles.vault_file.changed_by_another_device(&ours);
    scene
}

#[test]
fn a_copy_of_the_vault_is_merged_without_another_passphrase() {
    let scene = grown_apart();
    let json = scene.run(&["merge", "/theirs.age", "--json", "--accept", "older"]).ends(0).json();
    assert_eq!(json, serde_json::json!({"added": 1, "updated": 1, "removed": 1, "conflicts": [], "unchanged": 0}));
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["note"], "theirs");
    let json = scene.run(&["merge", "/theirs.age", "--json"]).ends(0).json();
    assert_eq!(json, serde_json::json!({"added": 0, "updated": 0, "removed": 0, "conflicts": [], "unchanged": 3}));
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let scene = grown_apart();
    let before = scene.handles.vault_file.bytes().unwrap();
    let ran = scene.run(&["merge", "/theirs.age", "--dry-run", "--accept", "older"]).ends(0).says("dry run");
    for sentence in ["VPN · bob was added", "GitHub · alice was changed", "Steam · carol was removed"] {
        assert!(ran.out.contains(sentence), "{ran:?}");
    }
    assert_eq!(Version::of(&scene.handles.vault_file.bytes().unwrap()), Version::of(&before));
}

#[test]
fn where_both_sides_wrote_the_other_value_is_named() {
    let scene = grown_apart();
    scene.handles.clock.advance_secs(60);
    scene.run(&["edit", "github", "--note", "ours", "--accept", "older"]).ends(0);
    let json = scene.run(&["merge", "/theirs.age", "--json"]).ends(0).json();
    let id = scene.run(&["list", "github", "--json"]).json()[0]["id"].clone();
    let conflict = serde_json::json!({"id": id, "field": "note", "kept": "ours", "other": "theirs"});
    assert_eq!(json["conflicts"], serde_json::json!([conflict]));
}

#[test]
fn another_vault_is_opened_with_its_own_passphrase() {
    let mut scene = Scene::with(&[ALICE]);
    let other = Scene::elsewhere();
    other.handles.documents.put("/pass", "quite another passphrase");
    other.make_vault("quite another passphrase");
    other.type_in(BOB);
    other.run(&["add", "-"]).ends(0);
    scene.handles.documents.put("/other.age", other.handles.vault_file.bytes().unwrap());
    scene.run(&["merge", "/other.age"]).ends(5).says("its passphrase");
    scene.handles.documents.put("/wrong", PASSPHRASE);
    scene.run(&["merge", "/other.age", "--password-file", "/wrong"]).ends(5).says("wrong passphrase");
    scene.handles.documents.put("/other-pass", "quite another passphrase\n");
    let ran = scene.run(&["merge", "/other.age", "--password-file", "/other-pass", "--dry-run"]).ends(0);
    assert_eq!(ran.out, "VPN · bob was added\n");
    scene.answers(&["quite another passphrase"]);
    scene.run(&["merge", "/other.age"]).ends(0).says("merged");
    scene.run(&["code", "vpn"]).ends(0);
}

#[test]
fn a_file_that_is_no_vault_is_exit_6() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["merge", "/none"]).ends(6).says("cannot read /none");
    scene.handles.documents.put("/text", "hello");
    scene.run(&["merge", "/text"]).ends(6).says("not a binary age file");
}
