use serde_json::json;

use super::{ALICE, BOB, STEAM, Scene};

/// Returns an Aegis file with Alice's account as `issuer`, and a bad one.
fn aegis(issuer: &str, secret: &str) -> String {
    let info = json!({"secret": secret, "algo": "SHA1", "digits": 6, "period": 30});
    let entry = json!({"type": "totp", "name": "alice", "issuer": issuer, "note": "", "info": info, "groups": ["g"]});
    let bad =
        json!({"type": "totp", "name": "bad", "issuer": "x", "info": {"secret": secret, "algo": "SHA1", "digits": 60}});
    json!({
        "version": 1,
        "header": {"slots": null, "params": null},
        "db": {"version": 3, "entries": [entry, bad], "groups": [{"uuid": "g", "name": "work"}]},
    })
    .to_string()
}

const ALICE_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR";

fn names(scene: &Scene) -> Vec<String> {
    let list = scene.run(&["list", "--json"]).json();
    let accounts = list.as_array().unwrap().iter();
    accounts.map(|account| format!("{}:{}", account["issuer"], account["account"]).replace('"', "")).collect()
}

#[test]
fn a_list_of_uris_is_imported_as_one_change_that_undo_takes_back() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/list.txt", format!("{ALICE}\n{BOB}\nnonsense\n{STEAM}\n"));
    let ran = scene.run(&["import", "/list.txt", "--json"]).ends(0);
    let expected = json!({
        "format": "otpauth", "version": null, "encrypted": false, "new": 3, "same": 0, "differs": 0,
        "skipped": [{"index": 2, "reason": "this is not an otpauth URI"}],
    });
    assert_eq!(ran.json(), expected);
    let ran = ran.says("imported 3 accounts").says("/list.txt holds its secrets readable");
    drop(ran);
    assert_eq!(names(&scene).len(), 3);
    assert_eq!(scene.run(&["list", "vpn", "--json"]).json()[0]["counter"], 7);
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["pending"], false);
    let again = scene.run(&["import", "/list.txt", "--json"]).ends(0).says("nothing new").json();
    assert_eq!((&again["new"], &again["same"]), (&json!(0), &json!(3)));
    scene.run(&["undo"]).ends(0).says("imported 3 accounts from a list of otpauth addresses");
    assert_eq!(names(&scene), Vec::<String>::new());
}

#[test]
fn an_aegis_file_brings_its_groups_and_says_what_it_left_out() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/aegis.json", aegis("GitHub", ALICE_SECRET));
    let ran = scene.run(&["import", "/aegis.json"]).ends(0).says("Aegis, version 3, not encrypted");
    assert_eq!(
        ran.out, "new      GitHub · alice\nskipped  entry 2         its number of digits is not supported\n",
        "{}",
        ran.err
    );
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["tags"], json!(["work"]));
}

#[test]
fn a_dry_run_writes_nothing() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/list.txt", BOB);
    let before = scene.handles.vault_file.replacements();
    scene.run(&["import", "/list.txt", "--dry-run"]).ends(0).says("dry run").prints("new  VPN · bob\n");
    assert_eq!(scene.handles.vault_file.replacements(), before);
}

#[test]
fn another_secret_of_the_same_name_is_lost_by_no_choice() {
    let differing = |choice: &[&str]| {
        let scene = Scene::with(&[ALICE]);
        scene.handles.documents.put("/aegis.json", aegis("GITHUB", OTHER_SECRET));
        let ran = scene.run(&[&["import", "/aegis.json", "--json"], choice].concat()).ends(0);
        assert_eq!((&ran.json()["differs"], &ran.json()["new"]), (&json!(1), &json!(0)));
        (scene, ran)
    };
    for both in [&[][..], &["--on-conflict", "both"]] {
        let (scene, ran) = differing(both);
        drop(ran.says("beside the one of the same name"));
        assert_eq!(names(&scene).len(), 2);
    }
    let (scene, ran) = differing(&["--on-conflict", "replace"]);
    drop(ran.says("kept as a former one"));
    let list = scene.run(&["show", "github", "--json"]).json();
    assert_eq!((&list["former"], &list["tags"]), (&json!(1), &json!(["work"])));
    // What was replaced is still known, also when it comes again.
    scene.handles.documents.put("/alice.txt", ALICE);
    let ran = scene.run(&["import", "/alice.txt"]).ends(0);
    assert_eq!(ran.out, "same  GitHub · alice  is a former secret of GitHub · alice\n");
    let (scene, ran) = differing(&["--on-conflict", "skip"]);
    drop(ran.says("not imported").says("--on-conflict both"));
    assert_eq!(names(&scene), ["GitHub:alice"]);
}

#[test]
fn what_lies_in_the_trash_is_known_and_said() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["remove", "github"]).ends(0);
    scene.handles.documents.put("/list.txt", ALICE);
    scene.run(&["import", "/list.txt"]).ends(0).prints("same  GitHub · alice  is in the trash as GitHub · alice\n");
    assert_eq!(names(&scene), Vec::<String>::new());
}

#[test]
fn a_counter_that_is_further_elsewhere_moves_on_and_never_back() {
    let scene = Scene::with(&[BOB]);
    for (there, here) in [("9", 9), ("8", 9)] {
        scene.handles.documents.put("/list.txt", BOB.replace("counter=7", &format!("counter={there}")));
        scene.run(&["import", "/list.txt"]).ends(0);
        assert_eq!(scene.run(&["list", "vpn", "--json"]).json()[0]["counter"], here);
    }
}

#[test]
fn several_files_are_one_import_and_what_stands_twice_comes_once() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/one.txt", format!("{ALICE}\n{BOB}"));
    scene.handles.documents.put("/two.txt", format!("{ALICE}\n{STEAM}"));
    let json = scene.run(&["import", "/one.txt", "/two.txt", "--json"]).ends(0).json();
    let counts: Vec<_> = json.as_array().unwrap().iter().map(|file| (&file["new"], &file["same"])).collect();
    assert_eq!(counts, [(&json!(2), &json!(0)), (&json!(1), &json!(1))]);
    scene.run(&["undo"]).ends(0).says("imported 3 accounts");
}

#[test]
fn missing_parts_of_an_export_are_named() {
    let scene = Scene::with(&[]);
    let code = "otpauth-migration://offline?data=ChQKBnNlY3JldBIBYRoBYiABKAEwAhABGAIgACgB";
    scene.handles.documents.put("/part.txt", code);
    scene.run(&["import", "/part.txt"]).ends(0).says("part 2 of 2 is missing").says("imported 1 account");
}

#[test]
fn standard_input_can_be_imported() {
    let scene = Scene::with(&[]);
    scene.type_in(ALICE);
    scene.run(&["import", "-"]).ends(0).says_not("readable");
    assert_eq!(names(&scene), ["GitHub:alice"]);
}

/// Returns a device with an account, and its encrypted Aegis export at `/aegis.json`.
fn exported() -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.handles.documents.put("/aegis-password", "open sesame\n");
    scene.run(&["export", "--to", "aegis", "/aegis.json", "--password-file", "/aegis-password"]).ends(0);
    scene
}

#[test]
fn an_encrypted_export_needs_its_password_and_a_wrong_one_says_what_helps() {
    let scene = exported();
    scene.run(&["import", "/aegis.json"]).ends(7).says("--password-file");
    scene.handles.documents.put("/wrong", "close sesame");
    let wrong = &["import", "/aegis.json", "--password-file", "/wrong"];
    scene.run(wrong).ends(5).says("the password does not open the export").says("backup password");
    let right = &["import", "/aegis.json", "--password-file", "/aegis-password", "--json"];
    let json = scene.run(right).ends(0).says_not("readable").json();
    assert_eq!((&json["encrypted"], &json["same"]), (&json!(true), &json!(2)));
}

#[test]
fn on_a_terminal_the_password_is_asked_for_three_times_and_the_import_once() {
    let mut scene = exported();
    scene.answers(&["one", "two", "open sesame"]);
    scene.run(&["import", "/aegis.json"]).ends(0).says("nothing new");
    assert_eq!(scene.handles.prompter.unused(), 0);
    scene.answers(&["one", "two", "three", "open sesame"]);
    scene.run(&["import", "/aegis.json"]).ends(5);
    assert_eq!(scene.handles.prompter.unused(), 1);

    let mut scene = Scene::with(&[]);
    scene.handles.documents.put("/list.txt", ALICE);
    scene.answers(&["n"]);
    scene.run(&["import", "/list.txt"]).ends(1).says("nothing was imported");
    assert_eq!(names(&scene), Vec::<String>::new());
    scene.answers(&["y"]);
    scene.run(&["import", "/list.txt"]).ends(0);
    scene.handles.documents.put("/list.txt", BOB);
    scene.run(&["import", "/list.txt", "--yes"]).ends(0);
    assert_eq!(names(&scene).len(), 2);
}

#[test]
fn a_file_that_nobody_knows_is_exit_6_and_so_is_a_damaged_one() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/text", "hello");
    scene.run(&["import", "/text"]).ends(6).says("not an export of an app").says("Aegis files");
    let whole = aegis("GitHub", ALICE_SECRET);
    scene.handles.documents.put("/cut.json", &whole[..whole.len() - 2]);
    scene.run(&["import", "/cut.json"]).ends(6).says("damaged or was cut off");
    scene.run(&["import", "/none"]).ends(6).says("cannot read /none");
    scene.run(&["import", "/text", "--from", "aegis"]).ends(6).says("damaged");
    scene.run(&["import", "/text", "--from", "winauth"]).ends(2).says("aegis");
}

#[test]
fn hostile_names_reach_no_terminal_raw() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/aegis.json", aegis("Git\u{1b}[2JHub\u{202e}", ALICE_SECRET));
    let ran = scene.run(&["import", "/aegis.json"]).ends(0);
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{ran:?}");
    assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
}
