use serde_json::json;

use super::{ALICE, BOB, STEAM, Scene};

fn written(scene: &Scene, path: &str) -> String {
    String::from_utf8(scene.handles.documents.get(path).unwrap()).unwrap()
}

#[test]
fn a_list_of_uris_is_one_a_line_and_reads_back() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    let ran = scene.run(&["export", "--to", "otpauth", "/list.txt", "--plaintext"]).ends(0).says("NOT encrypted");
    assert_eq!(ran.out, "/list.txt\n");
    let text = written(&scene, "/list.txt");
    assert_eq!(text.lines().count(), 3);
    assert!(text.lines().all(|line| line.starts_with("otpauth://")), "{text}");
    let elsewhere = Scene::with(&[]);
    elsewhere.handles.documents.put("/list.txt", text);
    assert_eq!(elsewhere.run(&["import", "/list.txt", "--json"]).ends(0).json()["new"], 3);
    for query in ["github", "vpn", "steam"] {
        let code = |scene: &Scene| scene.run(&["code", query]).ends(0).out;
        assert_eq!(code(&scene), code(&elsewhere), "{query}");
    }
}

#[test]
fn readable_secrets_are_written_only_on_a_typed_yes_or_the_option() {
    let mut scene = Scene::with(&[ALICE]);
    scene.run(&["export", "--to", "otpauth", "/list.txt", "--yes"]).ends(7).says("--plaintext");
    scene.answers(&["y"]);
    scene.run(&["export", "--to", "otpauth", "/list.txt"]).ends(1).says("type yes in full");
    assert_eq!(scene.handles.documents.get("/list.txt"), None);
    scene.answers(&["yes"]);
    scene.run(&["export", "--to", "otpauth", "/list.txt"]).ends(0);
    assert!(scene.handles.documents.get("/list.txt").is_some());
}

#[test]
fn aegis_is_encrypted_unless_somebody_says_otherwise() {
    let mut scene = Scene::with(&[ALICE]);
    scene.run(&["export", "--to", "aegis", "/a.json"]).ends(7).says("--password-file");
    scene.answers(&["", "one", "two", "open sesame", "open sesame"]);
    scene.run(&["export", "--to", "aegis", "/a.json"]).ends(0).says("encrypted with its password");
    assert!(!written(&scene, "/a.json").contains("GitHub"));
    scene.run(&["export", "--to", "aegis", "/plain.json", "--plaintext"]).ends(0).says("NOT encrypted");
    assert!(written(&scene, "/plain.json").contains("GitHub"));
    let plain = written(&scene, "/plain.json");
    let plain: serde_json::Value = serde_json::from_str(&plain).unwrap();
    assert_eq!(plain["header"], json!({"slots": null, "params": null}), "other readers tell by these two");
    scene.run(&["export", "--to", "otpauth", "/x", "--password-file", "/pass"]).ends(2).says("cannot be encrypted");
}

#[test]
fn what_a_format_cannot_carry_is_said_before_and_in_json() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["edit", "github", "--note", "mine", "--add-tag", "work"]).ends(0);
    let args = ["export", "--to", "otpauth", "/list.txt", "--plaintext", "--json"];
    let ran = scene.run(&args).ends(0).says("GitHub · alice goes without its note, its tags");
    let id = scene.run(&["list", "github", "--json"]).json()[0]["id"].clone();
    let expected = json!({
        "format": "otpauth", "encrypted": false, "accounts": 2, "files": ["/list.txt"],
        "losses": [{"id": id, "left_out": false, "what": ["its note", "its tags"]}],
    });
    assert_eq!(ran.json(), expected);
    scene.run(&["export", "--to", "aegis", "/a.json", "--plaintext"]).ends(0).says_not("goes without");
}

#[test]
fn only_the_accounts_that_are_meant_are_written() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["export", "--to", "otpauth", "/one.txt", "github", "--plaintext"]).ends(0);
    assert_eq!(written(&scene, "/one.txt").lines().count(), 1);
    scene.run(&["export", "--to", "otpauth", "/two.txt", "nobody", "--plaintext"]).ends(3);
    let empty = Scene::with(&[]);
    empty.run(&["export", "--to", "otpauth", "/list.txt", "--plaintext"]).ends(1).says("no accounts");
}

#[test]
fn no_file_is_overwritten_and_none_that_is_wrong_stays() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/there", "mine");
    scene.run(&["export", "--to", "otpauth", "/there", "--plaintext"]).ends(7).says("ever overwritten");
    assert_eq!(written(&scene, "/there"), "mine");
    scene.handles.documents.damage_what_is_written();
    scene.run(&["export", "--to", "otpauth", "/list.txt", "--plaintext"]).ends(1).says("did not read back the same");
    assert_eq!(scene.handles.documents.get("/list.txt"), None);
    scene.run(&["export", "--to", "otpauth", "-", "--plaintext"]).ends(2);
}

#[test]
fn without_random_numbers_nothing_is_encrypted() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.entropy.dry_up();
    scene.run(&["export", "--to", "aegis", "/a.json", "--password-file", "/pass"]).ends(1).says("no random numbers");
    assert_eq!(scene.handles.documents.get("/a.json"), None);
}
