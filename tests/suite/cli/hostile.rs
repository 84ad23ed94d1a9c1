//! Text from outside never reaches a terminal raw, and data keeps it exactly.

use super::{ALICE_SECRET, BOB, Scene};

/// An issuer that would rewrite the screen, turn names around, and hide.
const HOSTILE: &str = "\x1b[2J\u{202e}evil\u{200b}\u{9b}31m\u{7f}\u{3164}";

fn scene() -> Scene {
    let scene = Scene::with(&[BOB]);
    scene.type_in(ALICE_SECRET);
    scene
        .run(&["add", "--issuer", HOSTILE, "--account", "e\u{301}", "--note", "a\u{1b}]0;x\u{7}", "--secret-file", "-"])
        .ends(0);
    scene
}

fn is_harmless(text: &str) -> bool {
    text.chars().all(|letter| letter == '\n' || !(letter.is_control() || "\u{202e}\u{200b}\u{3164}".contains(letter)))
}

#[test]
fn names_are_shown_with_visible_marks() {
    let scene = scene();
    let commands: [&[&str]; 11] = [
        &["list"],
        &["code", "evil"],
        &["code", "--all"],
        &["show", "evil"],
        &["edit", "evil", "--add-tag", "\u{202e}gat"],
        &["confirm", "evil"],
        &["status"],
        &["remove", "evil"],
        &["trash", "list"],
        &["undo"],
        &["code", "\u{1b}[31mx\u{202e}"],
    ];
    for args in commands {
        let ran = scene.run(args);
        assert!(is_harmless(&ran.out) && is_harmless(&ran.err), "{args:?}: {ran:?}");
    }
    assert!(scene.run(&["list"]).out.contains("<U+001B>[2J<U+202E>evil<U+200B>"));
}

#[test]
fn json_keeps_names_exactly_and_shows_them_harmlessly() {
    let scene = scene();
    let ran = scene.run(&["list", "evil", "--json"]).ends(0);
    assert!(is_harmless(&ran.out), "{ran:?}");
    let row = ran.json()[0].clone();
    assert_eq!(row["issuer"], HOSTILE);
    assert_eq!(row["account"], "e\u{301}");
    assert_eq!(row["note"], "a\u{1b}]0;x\u{7}");
}

#[test]
fn json_keeps_letters_of_every_script_readable() {
    let scene = Scene::with(&["otpauth://totp/Bücher:太郎?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]);
    assert!(scene.run(&["list", "--json"]).out.contains("\"issuer\":\"Bücher\",\"account\":\"太郎\""));
    scene.run(&["edit", "bücher", "--note", "🔑 \"quoted\" \\ / \u{1f}"]).ends(0);
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["note"], "🔑 \"quoted\" \\ / \u{1f}");
}

#[test]
fn a_flood_of_marks_stays_short() {
    let scene = Scene::with(&[BOB]);
    let flood = format!("a{}", "\u{301}".repeat(400));
    scene.run(&["edit", "vpn", "--issuer", &flood]).ends(0);
    assert!(scene.run(&["list"]).out.len() < 200);
}

#[test]
fn hostile_paths_are_shown_with_visible_marks() {
    let scene = Scene::with(&[]);
    for args in [["list", "--passphrase-file", "/\u{202e}x"], ["merge", "/\u{1b}[2J", "--dry-run"]] {
        let ran = scene.run(&args).ends(6);
        assert!(is_harmless(&ran.err), "{ran:?}");
    }
}
