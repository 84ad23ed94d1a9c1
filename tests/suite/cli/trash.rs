use super::{ALICE, BOB, START, Scene};

const MONTH: i64 = 30 * 24 * 3600;

#[test]
fn a_removed_account_lies_in_the_trash_for_thirty_days() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["remove", "github"]).ends(0).prints("").says("removed GitHub · alice").says("30 days");
    scene.run(&["code", "github"]).ends(3);
    let trash = scene.run(&["trash", "list"]).ends(0);
    assert!(trash.out.ends_with("GitHub  alice  until 2026-12-22\n"), "{trash:?}");
    let row = scene.run(&["trash", "list", "--json"]).json()[0].clone();
    assert_eq!((row["issuer"].as_str(), row["removed"].as_i64()), (Some("GitHub"), Some(START)));
    assert_eq!(row["deleted_on"], START + MONTH);
}

#[test]
fn what_was_removed_can_be_restored() {
    let scene = Scene::with(&[ALICE, BOB]);
    let id = scene.run(&["list", "github", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    for query in ["github", "alice", "GitHub · alice", "ithu", &id, &id[..8]] {
        scene.run(&["remove", "github"]).ends(0);
        scene.run(&["trash", "restore", query]).ends(0).says("restored GitHub · alice");
        scene.run(&["code", "github"]).ends(0);
    }
    scene.run(&["trash", "restore", "github"]).ends(3).says("nothing in the trash matches");
}

#[test]
fn an_ambiguous_restore_lists_the_candidates() {
    let work = "otpauth://totp/GitHub:work?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub";
    let scene = Scene::with(&[ALICE, work]);
    scene.run(&["remove", "alice"]).ends(0);
    scene.run(&["remove", "work"]).ends(0);
    scene.run(&["trash", "restore", "github"]).ends(4).says("GitHub  alice").says("GitHub  work");
}

#[test]
fn the_trash_is_emptied_only_on_purpose() {
    let mut scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["remove", "github"]).ends(0);
    scene.run(&["trash", "empty"]).ends(7).says("--for-good");
    scene.run(&["trash", "empty", "--yes"]).ends(7);
    scene.answers(&["n"]);
    scene.run(&["trash", "empty"]).ends(1).says("nothing was deleted");
    scene.run(&["trash", "list"]).says_not("empty");
    scene.answers(&["y"]);
    scene.run(&["trash", "empty"]).ends(0).says("deleted 1 removed account for good");
    scene.run(&["trash", "list"]).ends(0).prints("").says("the trash is empty");
    scene.run(&["trash", "empty", "--for-good"]).ends(0).says("the trash is empty");
    scene.run(&["undo"]).ends(1).says("no change to undo");
    scene.run(&["code", "vpn"]).ends(0);
}

#[test]
fn the_last_change_can_be_undone_and_redone() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["remove", "github"]).ends(0);
    scene.run(&["undo"]).ends(0).says("undid: removed GitHub · alice");
    scene.run(&["code", "github"]).ends(0);
    scene.run(&["undo"]).ends(0).says("did again: removed GitHub · alice");
    scene.run(&["list"]).ends(0).prints("");
}

#[test]
fn with_nothing_to_undo_it_says_so() {
    Scene::with(&[]).run(&["undo"]).ends(1).says("there is no change to undo");
}
