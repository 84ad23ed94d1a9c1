//! `qr`: one account on the terminal's other screen, or in a picture.

use countersign::otp::uri;

use super::{ALICE, BOB, STEAM, Scene};
use crate::qr::{painted, texts};

/// A device whose user sits at a terminal of that size.
fn at_a_terminal(columns: usize, lines: usize) -> Scene {
    let mut scene = Scene::with(&[ALICE, BOB, STEAM]);
    scene.out_is_terminal = true;
    scene.handles.private_screen.resize(columns, lines);
    scene
}

fn same_account(read: &str, uri: &str) {
    let (read, expected) = (uri::parse(read).unwrap(), uri::parse(uri).unwrap());
    assert_eq!((read.issuer, read.account), (expected.issuer, expected.account));
    assert_eq!((read.enrolment, read.counter), (expected.enrolment, expected.counter));
}

#[test]
fn the_code_is_shown_where_nothing_is_left_of_it() {
    let scene = at_a_terminal(80, 40);
    for (query, uri) in [("github", ALICE), ("vpn", BOB), ("steam", STEAM)] {
        scene.run(&["qr", query]).ends(0).prints("");
        let pages = scene.handles.private_screen.pages();
        let (words, lines) = pages.last().unwrap().split_last().unwrap();
        assert!(words.contains("any key puts it away") && words.contains("60 s"), "{words}");
        same_account(&texts(&painted(lines)).unwrap()[0], uri);
    }
    scene.run(&["qr", "vpn"]).ends(0).says("counter stands at 7");
}

#[test]
fn the_margin_is_as_wide_as_there_is_room_for() {
    let margin = |lines: usize| {
        let scene = at_a_terminal(80, lines);
        scene.run(&["qr", "github"]).ends(0);
        let page = scene.handles.private_screen.pages().remove(0);
        page.iter().take_while(|line| line.trim().is_empty()).count()
    };
    assert_eq!(margin(24), 1);
    assert_eq!(margin(40), 2);
}

#[test]
fn a_terminal_that_is_too_small_is_told_how_large_it_must_be() {
    let scene = at_a_terminal(80, 14);
    let ran = scene.run(&["qr", "github"]).ends(1).says("the terminal has 80 and 14").says("--png");
    assert!(ran.err.contains("columns and") && scene.handles.private_screen.pages().is_empty(), "{ran:?}");
}

#[test]
fn a_secret_goes_into_no_pipe() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["qr", "github"]).ends(7).says("on a terminal only").prints("");
    let scene = at_a_terminal(80, 40);
    scene.run(&["qr", "nobody"]).ends(3);
}

#[test]
fn pictures_are_new_files_and_the_user_is_warned() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["qr", "github", "--png", "/a.png"]).ends(0).prints("").says("shows the secret");
    same_account(&texts(&scene.handles.documents.get("/a.png").unwrap()).unwrap()[0], ALICE);
    scene.run(&["qr", "github", "--svg", "/a.svg"]).ends(0).prints("").says("shows the secret");
    let svg = String::from_utf8(scene.handles.documents.get("/a.svg").unwrap()).unwrap();
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
    scene.run(&["qr", "github", "--png", "/a.png"]).ends(7).says("is there already");
    scene.run(&["qr", "github", "--png", "/b.png", "--svg", "/b.svg"]).ends(2);
}
