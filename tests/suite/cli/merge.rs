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

fn numbers(json: &serde_json::Value) -> serde_json::Value {
    ["added", "updated", "removed", "conflicts", "unchanged", "twins", "saved"].map(|key| json[key].clone()).into()
}

#[test]
fn a_copy_of_the_vault_is_merged_without_another_passphrase() {
    let scene = grown_apart();
    let json = scene.run(&["merge", "/theirs.age", "--json", "--accept", "older"]).ends(0).json();
    assert_eq!(numbers(&json), serde_json::json!([1, 1, 1, [], 0, [], true]));
    let file =
        serde_json::json!({"path": "/theirs.age", "left_by": null, "device": null, "put_away": null, "error": null});
    assert_eq!(json["files"], serde_json::json!([file]));
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["note"], "theirs");
    let json = scene.run(&["merge", "/theirs.age", "--json"]).ends(0).json();
    assert_eq!(numbers(&json), serde_json::json!([0, 0, 0, [], 3, [], false]));
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
fn without_a_terminal_a_backup_opens_with_the_passphrase_that_was_given() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["backup", "create", "/stick.age"]).ends(0);
    let path = scene.handles.documents.paths().into_iter().find(|path| path.to_string_lossy().contains("stick"));
    let file = path.expect("it was made").to_string_lossy().into_owned();
    scene.run(&["remove", "vpn"]).ends(0);
    scene.run(&["merge", &file]).ends(0).says("nothing new");
    let whole = scene.handles.documents.get(&file).expect("it is there");
    scene.handles.documents.put("/cut.age", &whole[..whole.len() / 2]);
    scene.run(&["merge", "/cut.age"]).ends(6).says("cut short");
}

#[test]
fn a_file_that_is_no_vault_is_exit_6() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["merge", "/none"]).ends(6).says("cannot read /none");
    scene.handles.documents.put("/text", "hello");
    scene.run(&["merge", "/text"]).ends(6).says("not an age file");
    scene.handles.documents.put("/none-left", "");
    scene.run(&["merge", "/none-left"]).ends(6).says("empty");
}

const COPY: &str = "/memory/vault.sync-conflict-20261122-093012-ABCDEFG.age";

#[test]
fn what_lies_beside_the_vault_is_named_merged_on_request_and_taken_back() {
    let scene = grown_apart();
    scene.handles.documents.put(COPY, scene.handles.documents.get("/theirs.age").unwrap());
    let accept = ["--accept", "older"];
    scene.run(&["list", accept[0], accept[1]]).ends(0).says("Syncthing left a conflict copy").says("countersign merge");
    let ran = scene.run(&["merge"]).ends(0).says("was put away").says("countersign undo takes it back");
    assert!(ran.out.contains("VPN · bob was added"), "{ran:?}");
    scene.run(&["list"]).ends(0).says_not("Syncthing");
    scene.run(&["undo"]).ends(0);
    assert_eq!(scene.run(&["list", "--json"]).json().as_array().unwrap().len(), 2);
    scene.run(&["merge"]).ends(0).says("no conflict copy");
}

#[test]
fn a_decision_is_turned_by_account_and_field() {
    let scene = grown_apart();
    scene.handles.clock.advance_secs(60);
    scene.run(&["edit", "github", "--note", "ours", "--accept", "older"]).ends(0);
    let id = scene.run(&["list", "github", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    let choice = format!("{}:note", &id[..6]);
    let json = scene.run(&["merge", "/theirs.age", "--theirs", &choice, "--json"]).ends(0).json();
    assert_eq!((&json["conflicts"][0]["kept"], &json["conflicts"][0]["other"]), (&"theirs".into(), &"ours".into()));
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["note"], "theirs");
    scene.run(&["merge", "/theirs.age", "--ours", "ffff:note"]).ends(3).says("no decision about ffff:note");
}

#[test]
fn one_bad_file_among_several_is_reported_and_the_others_are_merged() {
    let scene = grown_apart();
    let theirs = scene.handles.documents.get("/theirs.age").unwrap();
    scene.handles.documents.put("/torn.age", &theirs[..700]);
    let ran = scene.run(&["merge", "/torn.age", "/theirs.age", "--accept", "older"]).ends(6);
    let ran = ran.says("/torn.age: ").says("1 of 2 files could not be merged");
    assert!(ran.out.contains("VPN · bob was added"), "{ran:?}");
    scene.run(&["code", "vpn"]).ends(0);
}

#[test]
fn the_settings_can_have_conflict_copies_merged_alone() {
    let mut scene = grown_apart();
    scene.run(&["list", "--accept", "older"]).ends(0);
    scene.handles.documents.put(COPY, scene.handles.documents.get("/theirs.age").unwrap());
    scene.config = Some("[sync]\nmerge = \"auto\"\n".to_owned());
    scene.run(&["status"]).ends(0).says("Syncthing left a conflict copy");
    scene.run(&["code", "github"]).ends(0).says("meanwhile, elsewhere: VPN · bob was added").says_not("Syncthing");
    assert_eq!(scene.handles.documents.get(COPY), None);
    scene.run(&["code", "vpn"]).ends(0).says_not("elsewhere");
}

#[test]
fn what_an_older_vault_lacks_stands_in_the_status() {
    let scene = Scene::with(&[ALICE]);
    let old = scene.handles.vault_file.bytes().unwrap();
    scene.type_in(BOB);
    scene.run(&["add", "-"]).ends(0);
    scene.handles.vault_file.changed_by_another_device(&old);
    let json = scene.run(&["status", "--json"]).ends(0).json();
    assert_eq!(json["unlocked"]["lacks"][0]["what"], "VPN · bob (added)");
    scene.type_in(STEAM);
    scene.run(&["add", "-"]).ends(7).says("it lacks: VPN · bob (added)").says("countersign merge");
    scene.run(&["merge"]).ends(0).says("merged");
    scene.run(&["code", "vpn"]).ends(0).says_not("older");
}

#[test]
fn git_has_two_branches_merged_into_the_file_of_ours() {
    let scene = grown_apart();
    let documents = &scene.handles.documents;
    let base = scene.handles.vault_file.bytes().unwrap();
    documents.put("/base", &base);
    scene.run(&["edit", "github", "--add-tag", "work", "--accept", "older"]).ends(0);
    documents.put("/ours", scene.handles.vault_file.bytes().unwrap());
    let remembered = scene.handles.state.get(countersign::ports::StateSlot::Pin);
    let earlier = scene.handles.vault_file.earlier().len();
    let ran = scene.run(&["merge-driver", "/base", "/ours", "/theirs.age"]).ends(0).says("VPN · bob was added");
    assert_eq!(ran.out, "");
    assert_eq!(scene.handles.state.get(countersign::ports::StateSlot::Pin), remembered, "git's files leave no trace");
    assert_eq!(scene.handles.vault_file.earlier().len(), earlier);
    scene.handles.vault_file.changed_by_another_device(&documents.get("/ours").unwrap());
    let github = scene.run(&["list", "github", "--json"]).ends(0).says_not("lacks").json();
    assert_eq!((&github[0]["note"], &github[0]["tags"][0]), (&"theirs".into(), &"work".into()));
    scene.run(&["code", "vpn"]).ends(0);
}

#[test]
fn branches_without_a_common_state_merge_and_a_stranger_is_refused() {
    let scene = grown_apart();
    let documents = &scene.handles.documents;
    documents.put("/ours", scene.handles.vault_file.bytes().unwrap());
    documents.put("/base", "");
    scene.run(&["merge-driver", "/base", "/ours", "/theirs.age"]).ends(0);
    let other = Scene::elsewhere();
    other.make_vault(PASSPHRASE);
    documents.put("/stranger.age", other.handles.vault_file.bytes().unwrap());
    let before = documents.get("/ours");
    scene.run(&["merge-driver", "/base", "/ours", "/stranger.age"]).ends(5).says("another key");
    documents.put("/torn.age", &before.as_ref().unwrap()[..500]);
    scene.run(&["merge-driver", "/base", "/ours", "/torn.age"]).ends(6);
    assert_eq!(documents.get("/ours"), before);
}
