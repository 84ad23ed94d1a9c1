use std::ffi::OsString;

use super::{ALICE, Scene};

#[test]
fn a_secret_typed_as_an_argument_is_refused_and_not_repeated() {
    let scene = Scene::with(&[]);
    let places: [&[&str]; 8] = [
        &["add", ALICE],
        &[ALICE],
        &["add", "-", ALICE],
        &["add", "--secret-file", "x", "--issuer", "y", ALICE],
        &["list", ALICE, ALICE],
        &["add", "--digits", ALICE],
        &["add", "--type", ALICE],
        &["--color", ALICE, "list"],
    ];
    for args in places {
        scene.run(args).ends(2).says("countersign add -").prints("");
    }
}

#[test]
fn a_refusal_repeats_nothing_that_was_typed() {
    let scene = Scene::with(&[]);
    let places: [&[&str]; 9] = [
        &["JBSWY3DPEHPK3PXP"],
        &["add", "JBSWY3DPEHPK3PXP"],
        &["add", "-", "JBSWY3DPEHPK3PXP"],
        &["add", "--secret=JBSWY3DPEHPK3PXP"],
        &["add", "--JBSWY3DPEHPK3PXP"],
        &["add", "-JBSWY3DPEHPK3PXP"],
        &["add", "--digits=JBSWY3DPEHPK3PXP"],
        &["add", "--algorithm", "JBSWY3DPEHPK3PXP"],
        &["code", "x", "--at", "JBSWY3DPEHPK3PXP"],
    ];
    for args in places {
        scene.run(args).ends(2).says_not("JBSWY3DPEHPK3PXP").prints("");
    }
}

#[test]
fn a_refusal_says_what_is_expected() {
    let scene = Scene::with(&[]);
    scene.run(&["liste"]).ends(2).says("there is no such command").says("did you mean list?");
    scene.run(&["add", "--secret", "x"]).ends(2).says("did you mean --secret-file?");
    scene.run(&["add", "--digits", "11"]).ends(2).says("--digits <N>").says("a whole number from 1 to 10");
    scene.run(&["add", "--period", "0"]).ends(2).says("1 at least");
    scene.run(&["add", "--type", "sms"]).ends(2).says("totp, hotp, steam, motp, yandex");
    scene.run(&["add", "--algorithm", "md5"]).ends(2).says("sha1, sha256, sha512");
    scene.run(&["add", "--pending", "--confirmed"]).ends(2).says("--pending and --confirmed exclude each other");
    scene.run(&["code"]).ends(2).says("<QUERY> is missing");
    scene.run(&["code", "a", "b"]).ends(2).says("an argument too many");
    scene.run(&["code", "x", "--at", "yesterday"]).ends(2).says("seconds since 1970");
    scene.run(&["init", "--work-factor", "15"]).ends(2).says("from 16 to 20");
    scene.run(&["list", "--max-work-factor", "23"]).ends(2).says("from 1 to 22");
    scene.run(&["edit", "x"]).ends(2).says("no new value was given");
}

#[test]
fn every_refusal_is_two_sentences() {
    let ran = Scene::with(&[]).run(&["liste"]).ends(2);
    assert_eq!(ran.err, "error: there is no such command\n       did you mean list?\n");
}

#[test]
fn help_and_version_are_data() {
    let scene = Scene::bare();
    let help = scene.run(&["--help"]).ends(0);
    assert!(help.err.is_empty() && help.out.contains("Usage: countersign"), "{help:?}");
    let version = scene.run(&["--version"]).ends(0);
    assert_eq!(version.out, format!("countersign {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_is_what_it_was_when_it_was_last_read() {
    let scene = Scene::bare();
    insta::assert_snapshot!("help", scene.run(&["--help"]).ends(0).out);
    for command in [
        "init", "add", "list", "code", "watch", "show", "qr", "edit", "trash", "merge", "import", "export", "devices",
        "audit", "rotate", "config", "slots",
    ] {
        let help = scene.run(&[command, "-h"]).ends(0).out;
        // The global options are the same for all.
        let own = help.split("Global options:").next().unwrap().to_owned();
        insta::assert_snapshot!(format!("help-{command}"), own);
    }
}

#[test]
fn only_what_works_is_offered() {
    let help = Scene::bare().run(&["--help"]).out;
    assert!(!help.contains("\n  clipboard-holder "), "it is in the help but does not work");
    Scene::bare().run(&["clipboard-holder"]).ends(2);
}

#[test]
fn a_group_of_commands_without_one_shows_its_help() {
    for group in ["trash", "backup", "config", "recovery", "slots"] {
        Scene::bare().run(&[group]).ends(2).prints("").says("Usage: countersign");
    }
}

#[test]
fn an_option_beats_its_variable() {
    let mut scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/wrong", "not the passphrase");
    scene.environment.passphrase_file = Some("/wrong".into());
    scene.run(&["list"]).ends(5);
    scene.run(&["list", "--passphrase-file", "/pass"]).ends(0);
    scene.run(&["list", "--passphrase-command", "show vault"]).ends(0);
}

#[test]
fn messages_are_coloured_on_request_and_data_never() {
    let mut scene = Scene::with(&[ALICE]);
    let coloured = scene.run(&["code", "nobody-here", "--color", "always"]).ends(3);
    assert!(coloured.err.contains("\x1b[1;31merror: \x1b[0m"), "{coloured:?}");
    assert!(!scene.run(&["list", "--color", "always"]).out.contains('\x1b'));
    assert!(!scene.run(&["code", "nobody-here"]).err.contains('\x1b'));
    scene.environment.no_color = true;
    assert!(!scene.run(&["code", "nobody-here"]).err.contains('\x1b'));
    assert!(scene.run(&["code", "nobody-here", "--color", "always"]).err.contains('\x1b'));
}

#[test]
fn an_argument_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let strange = OsString::from_vec(vec![0xff, 0xfe]);
    let scene = Scene::with(&[ALICE]);
    scene.run_os(["code".into(), strange.clone()]).ends(2).says("not valid UTF-8");
    scene.run_os(["add".into(), strange]).ends(2).says("not given as an argument");
}

#[test]
fn everything_that_cannot_be_understood_ends_with_a_message() {
    let scene = Scene::with(&[ALICE]);
    let pieces =
        ["add", "code", "-", "--", "--at", "=", "--issuer", "", "\u{202e}", "--json", "trash", "x", "-q", "--next=1"];
    for first in pieces {
        for second in pieces {
            let ran = scene.run(&[first, second, "x"]);
            assert!(ran.exit == 0 || !ran.err.is_empty(), "{first} {second}: {ran:?}");
            assert!(!ran.err.contains('\u{202e}'), "{first} {second}: {ran:?}");
        }
    }
}
