use std::ffi::OsString;

use super::{ALICE, BOB, Ran, START, STEAM, Scene};

const CODES: &str = "a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";
const LINES: [&str; 4] = ["a1f0c-77be2", "0d9e8-1a2b3", "55aa0-c0ffe", "9b8a7-00112"];

fn free(scene: &Scene, words: &[&str]) -> Ran {
    scene.run_freely(words.iter().map(OsString::from))
}

/// Returns a device whose GitHub account has four codes.
fn stored() -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.handles.documents.put("/home/github-recovery-codes.txt", CODES);
    scene.run(&["recovery", "add", "github", "/home/github-recovery-codes.txt", "--yes"]).ends(0);
    scene
}

#[test]
fn a_file_is_shown_without_its_codes_and_stored_after_a_yes() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.handles.documents.put("/home/github-recovery-codes.txt", CODES);
    let ran = scene.run(&["recovery", "add", "github", "/home/github-recovery-codes.txt", "--yes"]).ends(0);
    let ran = ran.prints("").says("4 recovery codes, for GitHub · alice").says("•••••-•••••").says("stored 4");
    assert!(LINES.iter().all(|code| !ran.err.contains(code)), "{ran:?}");
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["recovery"]["unused"], 4);
}

#[test]
fn nothing_is_stored_without_a_yes() {
    let mut scene = Scene::with(&[ALICE]);
    scene.type_in(CODES);
    scene.run(&["recovery", "add", "github"]).ends(7).says("nothing was stored").says("--yes");
    scene.answers(&["no"]);
    scene.run(&["recovery", "add", "github", "-"]).ends(1).says("nothing was stored");
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["recovery"]["unused"], 0);
    scene.answers(&["yes"]);
    scene.run(&["recovery", "add", "github", "-"]).ends(0).says("stored 4 recovery codes for GitHub · alice");
}

#[test]
fn odd_lines_are_named_and_need_more_than_a_yes() {
    let scene = Scene::with(&[ALICE]);
    scene.type_in(&format!("{CODES}a1!f0c#77\n"));
    let ran = scene.run(&["recovery", "add", "github", "--yes"]).ends(7).says("line 5 is odd").says("--anyway");
    assert!(!ran.err.contains("a1!f0c#77"), "{ran:?}");
    scene.run(&["recovery", "add", "github", "--anyway"]).ends(0).says("stored 4");
}

#[test]
fn a_set_of_another_site_and_the_same_set_twice_are_said() {
    let scene = stored();
    scene.type_in(CODES);
    scene.run(&["recovery", "add", "github", "--yes"]).ends(0).says("has these very codes already");
    scene.run(&["recovery", "add", "vpn", "--yes"]).ends(7).says("GitHub · alice has these very codes already");
    scene.type_in("GitHub recovery codes\n11223344\n55667788\n");
    scene.run(&["recovery", "add", "vpn", "--yes"]).ends(7).says("the text names GitHub, and this account is VPN");
    scene.run(&["recovery", "add", "vpn", "--anyway"]).ends(0);
}

#[test]
fn what_is_no_set_of_codes_is_refused_with_advice() {
    let scene = Scene::with(&[ALICE]);
    let texts: [(&[u8], u8, &str); 6] = [
        (b"", 1, "there is nothing in it"),
        (b"JBSWY3DPEHPK3PXQ", 1, "set-up key"),
        (b"otpauth://totp/a?secret=JBSWY3DPEHPK3PXQ", 1, "countersign add"),
        (b"password", 1, "a single word"),
        (b"\x89PNG\r\n", 6, "this is a picture"),
        (&[b'1'; 70_000], 6, "larger"),
    ];
    for (text, exit, words) in texts {
        scene.handles.documents.put("-", text);
        scene.run(&["recovery", "add", "github", "--yes"]).ends(exit).says(words);
    }
}

#[test]
fn recovery_codes_in_the_place_of_a_secret_are_refused_with_advice() {
    let mut scene = Scene::with(&[]);
    scene.handles.documents.put("/codes", "ABCD EFGH IJKL MN2P\nQRST UVWX YZ23 4567\nABCD 2345 IJKL MNOP\n");
    let add = ["add", "--issuer", "Wiki", "--secret-file", "/codes"];
    scene.run(&add).ends(1).says("these are recovery codes").says("countersign recovery add");
    scene.answers(&["a1f0c-77be2 0d9e8-1a2b3", ALICE]);
    scene.run(&["add", "--confirmed"]).ends(0).says("these are recovery codes");
}

#[test]
fn use_prints_the_code_alone_and_marks_it() {
    let scene = stored();
    let ran = free(&scene, &["recovery", "use", "github"]).ends(0).prints("a1f0c-77be2\n");
    ran.says("recovery code 1 of GitHub · alice is marked as used; 3 left");
    free(&scene, &["recovery", "use", "github", "--code", "3"])
        .ends(0)
        .prints("55aa0-c0ffe\n")
        .says("2 codes are left");
    free(&scene, &["recovery", "use", "github", "--code", "3"]).ends(1).prints("").says("code 3 was used already");
    free(&scene, &["recovery", "use", "github", "--code", "9"]).ends(1).says("the set has 4 codes");
    let row = scene.run(&["recovery", "list", "github", "--json"]).json();
    let set = serde_json::json!({"created": START, "origin": "github-recovery-codes.txt", "kind": "codes", "unused": 2, "used": 2, "superseded": false});
    assert_eq!(row[0]["sets"], serde_json::json!([set]));
    scene.run(&["undo"]).ends(0);
    free(&scene, &["recovery", "use", "github", "--json"]).ends(0);
    free(&scene, &["recovery", "use", "github"]).prints("55aa0-c0ffe\n");
    free(&scene, &["recovery", "use", "github"]).prints("9b8a7-00112\n").says("this was the last code");
    free(&scene, &["recovery", "use", "github"]).ends(3).prints("").says("every stored recovery code was used");
    free(&scene, &["recovery", "use", "vpn"]).ends(3).prints("").says("no recovery codes are stored");
}

#[test]
fn use_copies_and_prints_nothing() {
    let scene = stored();
    scene.run(&["recovery", "use", "github", "--copy"]).ends(0).prints("").says("copied: recovery code 1");
    assert_eq!(scene.handles.clipboard.text().as_deref(), Some("a1f0c-77be2"));
    assert_eq!(scene.handles.clipboard.handed_over_for(), Some(20));
}

#[test]
fn codes_are_shown_on_a_terminal_after_a_typed_yes() {
    let mut scene = stored();
    let ran = scene.run(&["recovery", "show", "github"]).ends(0);
    assert!(ran.out.contains("4 of 4") && ran.out.contains("•••••-•••••"), "{ran:?}");
    scene.run(&["recovery", "show", "github", "--reveal"]).ends(7).prints("");
    scene.out_is_terminal = true;
    scene.answers(&["no", "yes"]);
    free(&scene, &["recovery", "show", "github", "--reveal"]).ends(1).prints("").says("no code was shown");
    let ran = free(&scene, &["recovery", "show", "github", "--reveal"]).ends(0);
    assert!(LINES.iter().all(|code| ran.out.contains(code)), "{ran:?}");
}

#[test]
fn a_sheet_is_written_after_a_typed_yes() {
    let mut scene = stored();
    scene.run(&["recovery", "print", "github", "/home/sheet.txt"]).ends(7);
    free(&scene, &["recovery", "use", "github"]).ends(0);
    scene.answers(&["yes", "yes"]);
    scene.run(&["recovery", "print", "github", "/home/sheet.txt"]).ends(0).prints("").says("not encrypted");
    let sheet = String::from_utf8(scene.handles.documents.get("/home/sheet.txt").unwrap()).unwrap();
    assert!(sheet.contains("[x]   1.  a1f0c-77be2\n[ ]   2.  0d9e8-1a2b3\n"), "{sheet}");
    free(&scene, &["recovery", "print", "github"]).ends(0).prints(&sheet);
}

#[test]
fn sets_are_checked_marked_removed_and_restored() {
    let scene = stored();
    scene.run(&["recovery", "check", "vpn"]).ends(3);
    scene.run(&["recovery", "check", "github"]).ends(0).says("compared the recovery codes of GitHub · alice");
    let shown = scene.run(&["recovery", "show", "github"]).out;
    assert!(shown.contains("checked  2026-11-22"), "{shown}");
    scene.run(&["recovery", "mark", "github", "2"]).ends(0);
    free(&scene, &["recovery", "use", "github", "--code", "2"]).ends(1);
    scene.run(&["recovery", "mark", "github", "2", "--unused"]).ends(0);
    let set = shown.split_whitespace().nth(1).unwrap();
    scene.run(&["recovery", "remove", "github", set]).ends(0);
    assert_eq!(scene.run(&["recovery", "list", "github", "--json"]).json()[0]["sets"], serde_json::json!([]));
    scene.run(&["recovery", "restore", "github", "zz"]).ends(3);
    scene.run(&["recovery", "restore", "github", set]).ends(0);
    free(&scene, &["recovery", "use", "github", "--code", "2"]).ends(0).prints("0d9e8-1a2b3\n");
}

#[test]
fn a_new_set_supersedes_the_old_one_and_undo_brings_it_back() {
    let scene = stored();
    scene.type_in("11223344\n55667788\n");
    scene.run(&["recovery", "add", "github", "--yes"]).ends(0).says("stored before are superseded");
    let sets = scene.run(&["recovery", "list", "github", "--json"]).json()[0]["sets"].clone();
    assert_eq!((&sets[0]["superseded"], &sets[1]["superseded"]), (&true.into(), &false.into()));
    free(&scene, &["recovery", "use", "github"]).prints("11223344\n");
    scene.run(&["undo"]).ends(0);
}

#[test]
fn the_list_says_who_has_none() {
    let scene = stored();
    let ran = scene.run(&["recovery", "list"]).ends(0).says("1 account has no recovery codes");
    assert!(ran.out.contains("4 of 4 left") && ran.out.contains("none stored"), "{ran:?}");
    Scene::with(&[STEAM]).run(&["recovery", "list", "nobody"]).ends(3);
}
