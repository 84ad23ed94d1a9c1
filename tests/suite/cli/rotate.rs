use super::{ALICE, ALICE_SECRET, BOB, BOB_SECRET, START, Scene, code_at, code_of};

fn alice_with(secret: &str) -> String {
    ALICE.replace(ALICE_SECRET, secret)
}

/// A scene in which GitHub is being rotated to Bob's secret.
fn rotating() -> Scene {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/new", BOB_SECRET);
    scene.run(&["rotate", "github", "--secret-file", "/new"]).ends(0).says("beside the old one").says("other sessions");
    scene
}

#[test]
fn both_secrets_give_codes_and_each_says_which_it_is() {
    let scene = rotating();
    let (old, new) = (code_at(ALICE, START), code_at(&alice_with(BOB_SECRET), START));
    scene.run(&["code", "github"]).ends(0).prints(&format!("{old}\n")).says("of the old secret of GitHub · alice");
    scene.run(&["code", "github", "--new"]).ends(0).prints(&format!("{new}\n")).says("of the new secret");
    assert_eq!(scene.run(&["code", "github", "--json"]).json()[0]["secret"], "old");
    let row = scene.run(&["code", "github", "--new", "--json"]).json()[0].clone();
    assert_eq!((row["secret"].as_str(), row["code"].as_str()), (Some("new"), Some(new.as_str())));
    assert!(scene.run(&["list"]).out.contains("rotating"));
    assert!(scene.run(&["show", "github"]).out.contains("a new secret waits"));
}

#[test]
fn without_a_rotation_there_is_no_new_code_and_no_word_about_it() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github", "--new"]).ends(1).says("not being rotated");
    assert!(scene.run(&["code", "github", "--json"]).json()[0].get("secret").is_none());
    scene.run(&["rotate", "github", "--stop"]).ends(1).says("no new secret");
}

#[test]
fn confirming_puts_the_new_secret_into_use_and_the_old_one_into_the_trash() {
    let scene = rotating();
    scene.run(&["confirm", "github"]).ends(0).says("uses its new secret").says("30 days");
    scene.handles.clock.advance_secs(30);
    let new = code_at(&alice_with(BOB_SECRET), START + 30);
    scene.run(&["code", "github"]).prints(&format!("{new}\n")).says_not("rotated");
    assert!(scene.run(&["trash", "list"]).out.contains("alice (old secret)"));
    scene.run(&["trash", "restore", "old secret"]).ends(0);
    scene.handles.clock.advance_secs(30);
    scene.run(&["code", "alice (old secret)"]).prints(&format!("{}\n", code_at(ALICE, START + 60)));
}

#[test]
fn a_confirmed_rotation_is_one_step_that_can_be_undone_and_done_again() {
    let scene = rotating();
    scene.run(&["confirm", "github"]).ends(0);
    scene.run(&["undo"]).ends(0).says("confirmed the new secret of GitHub · alice");
    scene.run(&["code", "github"]).prints(&format!("{}\n", code_at(ALICE, START))).says("old secret");
    scene.run(&["undo"]).ends(0);
    let new = code_at(&alice_with(BOB_SECRET), START);
    scene.run(&["code", "github"]).prints(&format!("{new}\n")).says_not("old secret");
}

#[test]
fn beginning_and_stopping_can_be_undone() {
    let scene = rotating();
    scene.run(&["undo"]).ends(0);
    scene.run(&["code", "github", "--new"]).ends(1);
    scene.run(&["undo"]).ends(0);
    scene.run(&["code", "github", "--new"]).ends(0);
    scene.run(&["rotate", "github", "--stop"]).ends(0).says("kept as a former one");
    assert_eq!(scene.run(&["show", "github", "--json"]).json()["former"], 1);
    scene.run(&["undo"]).ends(0);
    scene.run(&["code", "github", "--new"]).ends(0);
}

#[test]
fn the_new_secret_comes_by_uri_by_text_or_by_prompt_and_never_as_an_argument() {
    let new = code_at(&alice_with(BOB_SECRET), START);
    for text in [alice_with(BOB_SECRET), BOB_SECRET.to_owned()] {
        let scene = Scene::with(&[ALICE]);
        scene.type_in(&text);
        scene.run(&["rotate", "github", "-"]).ends(0);
        scene.run(&["code", "github", "--new"]).prints(&format!("{new}\n"));
    }
    let scene = Scene::with(&[ALICE]);
    scene.run(&["rotate", "github"]).ends(7).says("no terminal");
    scene.run(&["rotate", "github", BOB_SECRET]).ends(2);
    scene.type_in("not a secret!");
    scene.run(&["rotate", "github", "-"]).ends(1);
    scene.type_in(ALICE_SECRET);
    scene.run(&["rotate", "github", "-"]).ends(1).says("is the one in use already");
}

#[test]
fn on_a_terminal_both_codes_are_shown_and_the_answer_counts() {
    let (old, new) = (code_at(ALICE, START), code_at(&alice_with(BOB_SECRET), START));
    for (answer, is_confirmed) in [("no", false), ("yes", true), (new.as_str(), true), ("000000", false)] {
        let mut scene = Scene::with(&[ALICE]);
        scene.answers(&[BOB_SECRET, answer, "no"]);
        scene.run(&["rotate", "github"]).ends(0);
        let said = scene.handles.prompter.said().join("\n");
        assert!(said.contains(&format!("old  {old}")) && said.contains(&format!("new  {new}")), "{said}");
        let is_rotating = scene.run(&["list"]).out.contains("rotating");
        assert_eq!(is_rotating, !is_confirmed, "{answer}");
    }
}

#[test]
fn a_hotp_account_counts_anew_with_its_new_secret() {
    let scene = Scene::with(&[BOB]);
    let new = BOB.replace(BOB_SECRET, ALICE_SECRET);
    scene.type_in(ALICE_SECRET);
    scene.run(&["rotate", "vpn", "-"]).ends(0);
    scene.run(&["code", "vpn", "--new"]).prints(&format!("{}\n", code_of(&new, 0)));
    scene.run(&["code", "vpn", "--new"]).prints(&format!("{}\n", code_of(&new, 1)));
    scene.run(&["code", "vpn"]).prints(&format!("{}\n", code_of(BOB, 7)));
    scene.run(&["confirm", "vpn"]).ends(0);
    scene.run(&["code", "vpn"]).prints(&format!("{}\n", code_of(&new, 2)));
}

#[test]
fn a_typed_code_of_another_clock_names_the_difference() {
    let mut scene = Scene::with(&[]);
    let late = code_at(ALICE, START - 120);
    scene.answers(&[ALICE, &late]);
    scene.run(&["add"]).ends(0).says("about 120 s behind this one");
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["pending"], false);
}

#[test]
fn the_new_code_is_copied_waited_for_and_asked_for_at_another_time() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/new", BOB_SECRET);
    scene.run(&["rotate", "github", "--secret-file", "/new"]).ends(0);
    let new = |at| code_at(&alice_with(BOB_SECRET), at);
    scene.run(&["code", "github", "--new", "--copy"]).ends(0).prints("").says("copied").says("of the new secret");
    assert_eq!(scene.handles.clipboard.text().as_deref(), Some(new(START).as_str()));
    scene.run(&["code", "github", "--new", "--next"]).prints(&format!("{}\n", new(START + 30)));
    let at = (START + 90).to_string();
    scene.run(&["code", "github", "--new", "--at", &at]).prints(&format!("{}\n", new(START + 90)));
    let row = scene.run(&["code", "github", "--new", "--copy", "--json"]).json()[0].clone();
    assert_eq!((row["secret"].as_str(), row["code"].is_null()), (Some("new"), true));
    scene.run(&["code", "github", "--new", "--fresh"]).ends(2).says("never count as used");
    scene.run(&["code", "--all", "--new"]).ends(2).says("one account at a time");
    scene.handles.clock.advance_secs(25);
    scene.run(&["code", "github", "--new", "--min-left", "10"]).ends(0).prints(&format!("{}\n", new(START + 30)));
}

#[test]
fn watching_shows_both_secrets_codes() {
    let mut scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/new", BOB_SECRET);
    scene.run(&["rotate", "github", "--secret-file", "/new"]).ends(0);
    scene.reader_leaves_after = Some(3);
    let ran = scene.run(&["watch"]).ends(0);
    let grouped = |code: String| format!("{} {}", &code[..3], &code[3..]);
    let (old, new) = (grouped(code_at(ALICE, START)), grouped(code_at(&alice_with(BOB_SECRET), START)));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], format!("{old}  GitHub · alice (old secret)  30 s"));
    assert_eq!(lines[1], format!("{new}  GitHub · alice (new secret)  30 s"));
    assert!(lines[2].contains("(old secret)"), "{lines:?}");
}
