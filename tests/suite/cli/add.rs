use std::io;

use countersign::ports::FileStep;

use super::{ALICE, ALICE_SECRET, BOB, BOB_SECRET, START, STEAM, Scene, code_at, code_of};

#[test]
fn uris_come_one_a_line_and_become_one_change() {
    let scene = Scene::with(&[]);
    scene.type_in(&format!("# from my old phone\n\n{ALICE}\n  {BOB}  \r\n{STEAM}"));
    scene.run(&["add", "-"]).ends(0).prints("").says("added 3 accounts");
    assert_eq!(scene.run(&["list", "--json"]).json().as_array().unwrap().len(), 3);
    scene.run(&["undo"]).ends(0).says("undid: added 3 accounts");
    scene.run(&["list"]).ends(0).prints("").says("no accounts yet");
}

#[test]
fn a_bad_line_is_named_and_stops_no_other() {
    let scene = Scene::with(&[]);
    scene.type_in(&format!("{ALICE}\nnonsense\notpauth://totp/x?secret=0{BOB_SECRET}\notpauth://totp/x\n{BOB}"));
    let ran = scene.run(&["add", "-"]).ends(1).says("line 2: ").says("line 3: ").says("line 4: the URI has no secret");
    let ran = ran.says("added 2 accounts").says("error: 3 lines could not be read");
    assert!(!ran.err.contains("nonsense"), "a line may be a secret: {ran:?}");
    assert_eq!(scene.run(&["list", "--json"]).json().as_array().unwrap().len(), 2);
}

#[test]
fn with_nothing_to_add_the_vault_is_not_even_opened() {
    let scene = Scene::with(&[]);
    for (input, message) in [("", "holds no URI"), ("nonsense\n", "1 line could not be read, nothing was added")] {
        scene.type_in(input);
        scene.run(&["add", "-", "--passphrase-command", "show vault"]).ends(1).says(message);
    }
    assert!(scene.commands.borrow().is_empty());
}

#[test]
fn options_hold_for_every_line() {
    let scene = Scene::with(&[]);
    scene.type_in(&format!("{ALICE}\n{BOB}"));
    scene.run(&["add", "-", "--tag", "work", "--tag", "two words", "--note", "moved", "--confirmed"]).ends(0);
    for row in scene.run(&["list", "--json"]).json().as_array().unwrap() {
        assert_eq!(row["tags"], serde_json::json!(["two words", "work"]));
        assert_eq!(row["note"], "moved");
        assert_eq!(row["pending"], false);
    }
}

#[test]
fn a_name_that_is_too_long_stops_no_other() {
    let scene = Scene::with(&[]);
    let long = "x".repeat(5000);
    scene.type_in(&format!("otpauth://totp/{long}?secret={ALICE_SECRET}\n{BOB}"));
    scene.run(&["add", "-"]).ends(1).says("line 1: the account name is longer than").says("added 1 account");
}

#[test]
fn what_is_there_already_is_not_added_twice() {
    let scene = Scene::with(&[ALICE]);
    scene.type_in(&format!("{ALICE}\n{BOB}"));
    scene.run(&["add", "-"]).ends(0).says("GitHub · alice is there already").says("added 1 account");
    assert_eq!(scene.run(&["list", "--json"]).json().as_array().unwrap().len(), 2);
}

#[test]
fn the_same_secret_under_another_name_is_added_and_named() {
    let scene = Scene::with(&[ALICE]);
    scene.type_in(ALICE_SECRET);
    let ran = scene.run(&["add", "--issuer", "Other", "--secret-file", "-"]).ends(0);
    ran.says("warning: GitHub · alice has the same secret").says("added Other");
}

#[test]
fn a_transfer_code_of_google_holds_several_accounts() {
    let scene = Scene::with(&[]);
    // Two accounts: Alice's secret as TOTP, Bob's as HOTP at 7.
    scene.type_in(
        "otpauth-migration://offline?data=CisKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgVhbGljZRoGR2l0SHViIAEoATACCigKFEhlbGxvId6tvu9IZWxsbyHerb7vEgNib2IaA1ZQTiABKAEwATgHEAEYASAA",
    );
    scene.run(&["add", "-"]).ends(0).says("added 2 accounts");
    scene.run(&["code", "github"]).prints(&format!("{}\n", code_at(ALICE, START)));
    scene.run(&["code", "vpn"]).prints(&format!("{}\n", code_of(BOB, 7)));
}

#[test]
fn fields_come_as_options_and_the_secret_from_a_file() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/secret", format!(" {} \n", ALICE_SECRET.to_lowercase()));
    let options = ["add", "--issuer", "Ä & Co", "--account", "a:b", "--secret-file", "/secret", "--type", "TOTP"];
    let more = ["--algorithm", "sha512", "--digits", "8", "--period", "60", "--tag", "work", "--note", "n", "--json"];
    let row = &scene.run(&[options.as_slice(), &more].concat()).ends(0).json()[0];
    let expected = serde_json::json!({
        "id": row["id"], "issuer": "Ä & Co", "account": "a:b", "type": "totp", "algorithm": "SHA512", "digits": 8,
        "period": 60, "tags": ["work"], "note": "n", "pinned": false, "pending": true,
        "recovery": {"unused": 0, "used": 0}, "created": START, "used_at": null,
    });
    assert_eq!(*row, expected);
}

#[test]
fn every_type_of_code_can_be_added() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/secret", ALICE_SECRET);
    scene.handles.documents.put("/hex", "0123456789abcdef");
    scene.handles.documents.put("/yandex", "LA2V6KMCGYMWWVEW64RNP3JA3I");
    scene.handles.documents.put("/pin", "1234\n");
    let kinds: [(&str, &[&str]); 5] = [
        ("totp", &["--secret-file", "/secret"]),
        ("hotp", &["--secret-file", "/secret", "--counter", "41"]),
        ("steam", &["--secret-file", "/secret", "--period", "15"]),
        ("motp", &["--secret-file", "/hex", "--pin-file", "/pin"]),
        ("yandex", &["--secret-file", "/yandex", "--pin-file", "/pin"]),
    ];
    for (kind, options) in kinds {
        scene.run(&[["add", "--issuer", kind, "--type", kind].as_slice(), options].concat()).ends(0);
        scene.run(&["code", kind]).ends(0);
    }
    assert_eq!(scene.run(&["list", "hotp", "--json"]).json()[0]["counter"], 42);
}

#[test]
fn options_that_mean_nothing_for_a_type_are_refused() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/secret", ALICE_SECRET);
    let misfits = [
        ("totp", "--counter", "1"),
        ("totp", "--pin-file", "/secret"),
        ("hotp", "--period", "30"),
        ("steam", "--digits", "5"),
        ("steam", "--algorithm", "sha1"),
        ("motp", "--period", "10"),
        ("yandex", "--digits", "8"),
    ];
    for (kind, option, value) in misfits {
        let ran = scene.run(&["add", "--issuer", "x", "--secret-file", "/secret", "--type", kind, option, value]);
        ran.ends(2).says(&format!("{option} means nothing for an account of type {kind}"));
    }
    scene.run(&["list"]).says("no accounts yet");
}

#[test]
fn a_secret_file_that_is_no_use_is_named() {
    let scene = Scene::with(&[]);
    let broken = [("", "the secret is empty"), ("GEZD1NBV", "has a 1 at position 5"), (ALICE, "holds an otpauth URI")];
    for (text, message) in broken {
        scene.handles.documents.put("/secret", text);
        scene.run(&["add", "--issuer", "x", "--secret-file", "/secret"]).ends(1).says(message);
    }
    scene.run(&["add", "--issuer", "x", "--secret-file", "/none"]).ends(6).says("cannot read /none");
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let scene = Scene::with(&[]);
    scene.run(&["add"]).ends(7).says("no terminal").says("countersign add -");
    scene.run(&["add", "--issuer", "x"]).ends(7).says("no terminal").says("--secret-file");
    scene.handles.documents.put("/hex", "0123456789abcdef");
    scene.run(&["add", "--issuer", "x", "--type", "motp", "--secret-file", "/hex"]).ends(7).says("no terminal");
}

#[test]
fn on_a_terminal_a_uri_is_asked_for_and_the_code_shown_until_the_site_accepts_it() {
    let mut scene = Scene::with(&[]);
    scene.answers(&["nonsense!", ALICE, "y"]);
    scene.run(&["add"]).ends(0).says("warning: ").says("added GitHub · alice").prints("");
    assert_eq!(scene.handles.prompter.said(), [format!("{}   (30 s left)", code_at(ALICE, START))]);
    let row = &scene.run(&["list", "--json"]).json()[0];
    assert_eq!(row["pending"], false);
    assert_eq!(row["used_at"], START, "the code that was shown counts as used");
}

#[test]
fn on_a_terminal_a_bare_secret_is_enough() {
    let mut scene = Scene::with(&[]);
    scene.answers(&[ALICE_SECRET, " GitHub ", "alice", "n"]);
    scene.run(&["add"]).ends(0).says("it stays pending");
    let row = &scene.run(&["list", "--json"]).json()[0];
    assert_eq!((row["issuer"].as_str(), row["account"].as_str()), (Some("GitHub"), Some("alice")));
    assert_eq!(row["pending"], true);
}

#[test]
fn on_a_terminal_options_leave_only_the_secret_to_be_asked() {
    let mut scene = Scene::with(&[]);
    scene.answers(&["not base32 !", BOB_SECRET]);
    scene.run(&["add", "--issuer", "VPN", "--type", "hotp", "--confirmed"]).ends(0).says("warning: the secret has");
    assert_eq!(scene.handles.prompter.unused(), 0, "--confirmed answers in advance");
}

#[test]
fn an_account_is_saved_before_the_site_is_asked_about_it() {
    let mut scene = Scene::with(&[]);
    scene.answers(&[ALICE]);
    scene.handles.prompter.give_up();
    scene.run(&["add"]).ends(1);
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["pending"], true);
}

#[test]
fn the_first_code_of_a_counter_is_shown_after_the_counter_was_saved() {
    let mut scene = Scene::with(&[]);
    scene.answers(&[BOB, "y"]);
    scene.run(&["add"]).ends(0);
    assert_eq!(scene.handles.prompter.said(), [code_of(BOB, 7)]);
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["counter"], 8);
}

#[test]
fn a_full_disk_loses_nothing() {
    let scene = Scene::with(&[ALICE]);
    let before = scene.handles.vault_file.bytes();
    scene.handles.vault_file.fail_with(FileStep::Write, io::ErrorKind::StorageFull);
    scene.type_in(BOB);
    scene.run(&["add", "-"]).ends(1).says("free some space").says_not("added");
    assert_eq!(scene.handles.vault_file.bytes(), before);
}

#[test]
fn doubts_about_a_uri_are_said() {
    let scene = Scene::with(&[]);
    scene.type_in(&format!("otpauth://hotp/x?secret={ALICE_SECRET}&colour=red"));
    scene.run(&["add", "-"]).ends(0).says("line 1: the counter is missing").says("line 1: one unknown parameter");
    scene.type_in(&format!("otpauth://hotp/y?secret={ALICE_SECRET}"));
    scene.run(&["add", "-", "--quiet"]).ends(0).says_not("counter");
}
