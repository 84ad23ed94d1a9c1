use serde_json::json;

use super::{ALICE, BOB, STEAM, Scene};

fn written(scene: &Scene, path: &str) -> String {
    String::from_utf8(scene.handles.documents.get(path).unwrap()).unwrap()
}

#[test]
fn a_list_of_uris_is_one_a_line_and_reads_back() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    let ran = scene.run(&["export", "--to", "otpauth", "/list.txt", "--plaintext"]).ends(0).says("NOT encrypted");
    let ran = ran.says("fall out of step");
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
fn google_gets_pictures_that_are_imported_again_in_any_order() {
    // Long names, so that not all go into one code.
    let uris: Vec<String> = (0..5)
        .map(|number| {
            let name = format!("{number}{}", "n".repeat(120));
            format!(
                "otpauth://totp/Site:{name}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO{}{}&issuer=Site",
                'A',
                (b'A' + number) as char
            )
        })
        .collect();
    let scene = Scene::with(&uris.iter().map(String::as_str).chain([STEAM]).collect::<Vec<_>>());
    let ran = scene.run(&["export", "--to", "google-qr", "/codes.png", "--plaintext"]).ends(0);
    let ran = ran.says("Steam · carol stays out").says("its type of code").says("Import accounts");
    let files: Vec<&str> = ran.out.lines().collect();
    assert!(files.len() > 1, "{ran:?}");
    let expected: Vec<String> =
        (1..=files.len()).map(|number| format!("/codes-{number}-of-{}.png", files.len())).collect();
    assert_eq!(files, expected);

    let elsewhere = Scene::with(&[]);
    for file in &files {
        elsewhere.handles.documents.put(file, scene.handles.documents.get(file).unwrap());
    }
    let mut args = vec!["import"];
    args.extend(files.iter().rev());
    elsewhere.run(&args).ends(0).says("imported 5 accounts").says("png: Google Authenticator").says_not("missing");
    // None of them, if one is there.
    let before = scene.handles.documents.paths().len();
    scene.run(&["export", "--to", "google-qr", "/codes", "--plaintext"]).ends(7).says("is there already");
    assert_eq!(scene.handles.documents.paths().len(), before);
}

#[test]
fn one_code_is_one_picture_and_a_picture_without_a_code_says_so() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["export", "--to", "google-qr", "/code", "--plaintext"]).ends(0).prints("/code.png\n");
    scene.run(&["import", "/code.png", "--json"]).ends(0).says_not("missing");
    let whole = scene.handles.documents.get("/code.png").unwrap();
    scene.handles.documents.put("/cut.png", &whole[..whole.len() / 2]);
    scene.run(&["import", "/cut.png"]).ends(6).says("the picture is damaged");
    // The code of one account is a list of one address.
    scene.run(&["qr", "github", "--png", "/one.png"]).ends(0);
    let json = scene.run(&["import", "/one.png", "--json"]).ends(0).json();
    assert_eq!((&json["format"], &json["same"]), (&json!("otpauth"), &json!(1)));
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
