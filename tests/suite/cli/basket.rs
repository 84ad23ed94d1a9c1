//! `recovery apart`, `recovery together`, and the other commands once the codes are apart.

use countersign::vault::APART_EXPLAINED;

use super::{ALICE, BOB, PASSPHRASE, Ran, Scene};

const CODES: &str = "a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";
const OWN: &str = "wharf lantern opposes quietly";

/// Runs a command that may print a recovery code.
fn free(scene: &Scene, args: &[&str]) -> Ran {
    scene.run_freely(args.iter().map(std::ffi::OsString::from))
}

/// Returns a vault with the codes of one account in it, and a file with the passphrase that they shall have.
fn stored() -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.type_in(CODES);
    scene.run(&["recovery", "add", "github", "--yes"]).ends(0);
    scene.handles.documents.put("/own", format!("{OWN}\n"));
    scene
}

fn apart() -> Scene {
    let scene = stored();
    let ran = scene.run(&["recovery", "apart", "--password-file", "/own"]).ends(0);
    ran.prints("")
        .says("4 recovery codes moved out of the vault, into /memory/recovery.age")
        .says("new ones go there too");
    scene
}

#[test]
fn codes_that_are_apart_need_their_own_passphrase() {
    let scene = apart();
    assert!(scene.run(&["recovery", "list"]).ends(0).out.contains("4 of 4 left"));
    let shown = scene.run(&["recovery", "show", "github"]).ends(0).out;
    assert!(shown.contains("apart from the vault") && !shown.contains("•••••-•••••"), "{shown}");
    free(&scene, &["recovery", "use", "github"]).ends(7).prints("").says("--password-file");
    scene.handles.documents.put("/wrong", "not this one\n");
    free(&scene, &["recovery", "use", "github", "--password-file", "/wrong"]).ends(5).prints("");
    free(&scene, &["recovery", "use", "github", "--password-file", "/own"]).ends(0).prints("a1f0c-77be2\n");
    scene.run(&["recovery", "mark", "github", "2"]).ends(0);
    let last = free(&scene, &["recovery", "use", "github", "--password-file", "/own"]).ends(0);
    last.prints("55aa0-c0ffe\n").says("1 code is left");
    scene.type_in("11223344\n55667788\n");
    scene.run(&["recovery", "add", "github", "--yes"]).ends(7);
    scene.type_in("11223344\n55667788\n");
    scene.run(&["recovery", "add", "github", "--yes", "--password-file", "/own"]).ends(0);
    scene.type_in("11223344\n55667788\n");
    let again = scene.run(&["recovery", "add", "github", "--yes", "--password-file", "/own"]).ends(0);
    again.says("has these very codes already");
    free(&scene, &["recovery", "use", "github", "--password-file", "/own"]).ends(0).prints("11223344\n");
}

#[test]
fn a_terminal_is_asked_for_their_passphrase() {
    let mut scene = apart();
    scene.out_is_terminal = true;
    scene.answers(&["yes", "wrong", OWN]);
    let ran = free(&scene, &["recovery", "show", "github", "--reveal"]).ends(0).says("");
    assert!(ran.out.contains("9b8a7-00112"), "{ran:?}");
    scene.answers(&["yes", OWN]);
    scene.run(&["recovery", "print", "github", "/home/sheet.txt"]).ends(0);
    let sheet = String::from_utf8(scene.handles.documents.get("/home/sheet.txt").unwrap()).unwrap();
    assert!(sheet.contains("[ ]   1.  a1f0c-77be2"), "{sheet}");
}

#[test]
fn any_eleven_words_may_open_the_kept_codes_but_those_of_the_sheet() {
    let scene = stored();
    let words = free(&scene, &["slots", "add", "sheet"]).ends(0).out;
    scene.handles.documents.put("/words", &words);
    scene.run(&["recovery", "apart", "--password-file", "/words"]).ends(7).says("opens the vault as well");
    scene.handles.documents.put("/eleven", "one two three four five six seven eight nine ten eleven\n");
    scene.run(&["recovery", "apart", "--password-file", "/eleven"]).ends(0).says("moved out of the vault");
}

#[test]
fn the_choice_is_explained_and_the_vaults_own_passphrase_refused() {
    let mut scene = stored();
    scene.answers(&[PASSPHRASE, PASSPHRASE, OWN, OWN]);
    let ran = scene.run(&["--yes", "recovery", "apart"]).ends(0).says("opens the vault as well");
    APART_EXPLAINED.iter().fold(ran, |ran, sentence| ran.says(sentence));
    let scene = stored();
    scene.handles.documents.put("/same", format!("{PASSPHRASE}\n"));
    scene.run(&["recovery", "apart", "--password-file", "/same"]).ends(7).says("opens the vault as well");
    scene.run(&["recovery", "apart"]).ends(7).says("give --password-file or --to");
    scene.run(&["recovery", "apart", "--to", "age1nobody"]).ends(2);
    assert_eq!(scene.handles.basket_file.bytes(), None);
}

#[test]
fn codes_come_together_again() {
    let scene = apart();
    let ran = scene.run(&["recovery", "together", "--password-file", "/own"]).ends(0);
    ran.says("4 recovery codes moved back into the vault");
    free(&scene, &["recovery", "use", "github"]).ends(0).prints("a1f0c-77be2\n");
    scene.run(&["recovery", "apart", "--password-file", "/own"]).ends(0).says("4 recovery codes moved out");
}

#[test]
fn a_basket_that_is_gone_is_named_and_none_is_made_in_its_place() {
    let scene = apart();
    scene.handles.basket_file.remove();
    for args in [["recovery", "use", "github"], ["recovery", "apart", "--yes"], ["recovery", "together", "--yes"]] {
        free(&scene, &args).ends(5).says("there is no file with recovery codes at /memory/recovery.age");
    }
    assert_eq!(scene.handles.basket_file.bytes(), None);
}

#[test]
fn a_place_that_was_named_is_in_the_settings_afterwards() {
    let scene = stored();
    let args = ["recovery", "apart", "/media/stick/codes.age", "--password-file", "/own"];
    scene.run(&args).ends(0).says("[recovery] file");
    let settings = String::from_utf8(scene.handles.documents.get("/home/config.toml").unwrap()).unwrap();
    assert_eq!(settings, "[recovery]\nfile = \"/memory/recovery.age\"\n", "the machine's path, as main made it");
}

#[test]
fn earlier_copies_that_hold_the_codes_are_told_and_removed() {
    let scene = stored();
    for (number, bytes) in scene.handles.vault_file.earlier().iter().enumerate() {
        scene.handles.documents.put(format!("/memory/vault.age.earlier/{number}"), bytes);
    }
    let next = scene.handles.vault_file.earlier().len();
    let held = scene.handles.vault_file.bytes().unwrap();
    scene.handles.documents.put(format!("/memory/vault.age.earlier/{next}"), held);
    let ran = scene.run(&["recovery", "apart", "--password-file", "/own"]).ends(0);
    ran.says("1 earlier copy of the vault still holds the codes").says("--remove-earlier");
    let again = ["recovery", "apart", "--remove-earlier", "--password-file", "/own"];
    scene.run(&again).ends(0).says("removed 1 earlier copy").says("0 recovery codes moved");
    assert_eq!(scene.handles.documents.get(format!("/memory/vault.age.earlier/{next}")), None);
}

#[test]
fn status_and_audit_say_where_the_codes_are_and_when_their_file_is_missing() {
    let scene = apart();
    let recovery = |exists: bool| serde_json::json!({"file": "/memory/recovery.age", "exists": exists, "sets": 1});
    assert_eq!(scene.run(&["status", "--json"]).json()["unlocked"]["recovery"], recovery(true));
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("codes of 1 set apart, in /memory/recovery.age\n"), "{text}");
    let ids = |scene: &Scene| scene.run(&["audit", "--json"]).ends(10).out;
    assert!(!ids(&scene).contains("recovery-file-missing") && !ids(&scene).contains("recovery-codes-in-vault"));
    scene.handles.basket_file.remove();
    assert!(ids(&scene).contains("\"id\":\"recovery-file-missing\",\"severity\":\"critical\""), "{}", ids(&scene));
    assert_eq!(scene.run(&["status", "--json"]).json()["unlocked"]["recovery"], recovery(false));
    let before = stored();
    assert_eq!(before.run(&["status", "--json"]).json()["unlocked"].get("recovery"), None);
}

#[test]
fn a_backup_has_a_copy_of_their_file_beside_it_and_says_so() {
    let scene = apart();
    scene.handles.documents.put("/stick/other", "");
    let ran = scene.run(&["backup", "create", "/stick", "--same"]).ends(0);
    let backup = ran.out.trim().to_owned();
    let copy = backup.replace("-accounts.age", "-accounts-recovery.age");
    ran.says(&format!("beside it is a copy of their file, {copy}"));
    assert_eq!(scene.handles.documents.get(&copy), scene.handles.basket_file.bytes());
    scene.run(&["backup", "drill", &backup, "--password-file", "/pass"]).ends(0).says("a file of their own");
    scene.handles.basket_file.remove();
    scene.run(&["backup", "create", "/stick", "--same"]).ends(0).says("were not copied: there is none at");
    let json = scene.run(&["--json", "backup", "create", "/stick", "--same"]).ends(0).json();
    assert_eq!(json.get("recovery"), None);
}
