use countersign::ports::{ClipboardError, FileStep};

use super::{ALICE, ALICE_SECRET, BOB, START, STEAM, Scene, code_at, code_of};

fn line(code: &str) -> String {
    format!("{code}\n")
}

#[test]
fn the_code_stands_alone_on_standard_output() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    let ran = scene.run(&["code", "github"]).ends(0).prints(&line(&code_at(ALICE, START)));
    assert_eq!(ran.err, "");
    scene.run(&["code", "steam"]).ends(0).prints(&line(&code_at(STEAM, START)));
}

#[test]
fn rfc_6238_is_right_to_the_last_step() {
    let scene = Scene::with(&[&format!("otpauth://totp/RFC?secret={ALICE_SECRET}&digits=8")]);
    for (at, code) in [
        ("59", "94287082"),
        ("1970-01-01T00:00:59Z", "94287082"),
        ("1111111109", "07081804"),
        ("20000000000", "65353130"),
    ] {
        scene.run(&["code", "rfc", "--at", at]).ends(0).prints(&line(code));
    }
    scene.run(&["code", "rfc", "--at", "2033-05-18T05:33:20+02:00"]).ends(0).prints(&line("69279037"));
    scene.run(&["code", "rfc", "--at", "-5"]).ends(0);
}

#[test]
fn json_has_exactly_the_promised_keys() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.handles.clock.set(countersign::otp::Timestamp::from_millis((START + 12) * 1000 + 400));
    let id = scene.run(&["list", "github", "--json"]).json()[0]["id"].clone();
    let expected = serde_json::json!([{
        "id": id, "issuer": "GitHub", "account": "alice", "code": code_at(ALICE, START), "step": START / 30,
        "valid_from": START, "valid_until": START + 30, "remaining": 18, "used": false, "next": code_at(ALICE, START + 30),
    }]);
    assert_eq!(scene.run(&["code", "github", "--json"]).ends(0).json(), expected);
    let id = scene.run(&["list", "vpn", "--json"]).json()[0]["id"].clone();
    let expected = serde_json::json!([{
        "id": id, "issuer": "VPN", "account": "bob", "code": code_of(BOB, 7), "step": 7, "valid_from": null,
        "valid_until": null, "remaining": null, "used": false, "next": null,
    }]);
    assert_eq!(scene.run(&["code", "vpn", "--json"]).ends(0).json(), expected);
}

#[test]
fn a_code_counts_as_used_once_it_was_printed() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github"]).ends(0).says_not("used");
    scene.run(&["code", "github"]).ends(0).says("this code was used here before").says("--fresh");
    assert_eq!(scene.run(&["code", "github", "--json"]).json()[0]["used"], true);
    scene.handles.clock.advance_secs(30);
    scene.run(&["code", "github"]).ends(0).says_not("used");
}

#[test]
fn a_code_never_changes_the_vault() {
    let scene = Scene::with(&[ALICE]);
    let before = scene.handles.vault_file.bytes();
    scene.run(&["code", "github"]).ends(0);
    assert_eq!(scene.handles.vault_file.bytes(), before);
}

#[test]
fn another_moment_marks_nothing() {
    let scene = Scene::with(&[ALICE]);
    let now = START.to_string();
    scene.run(&["code", "github", "--at", &now]).ends(0).prints(&line(&code_at(ALICE, START)));
    scene.run(&["code", "github"]).ends(0).says_not("used");
    scene.run(&["code", "github", "--at", &now, "--next"]).ends(0).prints(&line(&code_at(ALICE, START + 30)));
    let json = scene.run(&["code", "github", "--at", "59", "--json"]).json();
    assert_eq!((json[0]["valid_until"].as_i64(), json[0]["remaining"].as_i64()), (Some(60), Some(1)));
}

#[test]
fn next_is_the_code_after_this_one_and_used_from_then_on() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github", "--next"]).ends(0).prints(&line(&code_at(ALICE, START + 30)));
    scene.run(&["code", "github"]).ends(0).says_not("used before");
    scene.handles.clock.advance_secs(30);
    scene.run(&["code", "github"]).ends(0).says("this code was used here before");
}

#[test]
fn fresh_waits_for_the_first_step_that_was_not_used() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github", "--fresh"]).ends(0).prints(&line(&code_at(ALICE, START))).says_not("waiting");
    scene.run(&["code", "github", "--next"]).ends(0);
    scene.handles.clock.advance_secs(10);
    let ran = scene.run(&["code", "github", "--fresh"]).ends(0).says("waiting 50 s");
    ran.prints(&line(&code_at(ALICE, START + 60)));
}

#[test]
fn min_left_waits_for_a_code_that_lives_long_enough() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.clock.advance_secs(15);
    scene
        .run(&["code", "github", "--min-left", "15"])
        .ends(0)
        .prints(&line(&code_at(ALICE, START)))
        .says_not("waiting");
    scene.handles.clock.advance_secs(1);
    let ran = scene.run(&["code", "github", "--min-left", "15"]).ends(0).says("waiting 14 s");
    ran.prints(&line(&code_at(ALICE, START + 30)));
    scene.run(&["code", "github", "--min-left", "31"]).ends(2).says("lives 30 s in all");
}

#[test]
fn waiting_is_silent_on_request() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github", "-q"]).ends(0);
    let ran = scene.run(&["code", "github", "--fresh", "-q"]).ends(0);
    assert_eq!(ran.err, "");
}

#[test]
fn a_code_that_is_about_to_expire_says_so() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.clock.advance_secs(26);
    scene.run(&["code", "github"]).ends(0).says("it expires in 4 s");
}

#[test]
fn a_counter_is_saved_before_its_code_is_shown() {
    let scene = Scene::with(&[BOB]);
    scene.handles.vault_file.fail_at(FileStep::Write);
    scene.run(&["code", "vpn"]).ends(1).prints("");
    scene.handles.vault_file.recover();
    scene.run(&["code", "vpn"]).ends(0).prints(&line(&code_of(BOB, 7)));
    scene.run(&["code", "vpn"]).ends(0).prints(&line(&code_of(BOB, 8)));
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["counter"], 9);
}

#[test]
fn a_counter_has_no_time() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["code", "vpn", "--at", "59"]).ends(2).prints("").says("by counter, not by time");
    scene.run(&["code", "--all", "--at", "59"]).ends(0).says("VPN · bob has no code that belongs to a time");
    scene.run(&["code", "vpn", "--fresh", "--min-left", "99"]).ends(0).prints(&line(&code_of(BOB, 7)));
}

#[test]
fn copying_hands_the_code_over_and_prints_nothing() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["code", "github", "--copy"]).ends(0).prints("").says("copied").says("clears in 20 s");
    assert_eq!(scene.handles.clipboard.text(), Some(code_at(ALICE, START)));
    assert_eq!(scene.handles.clipboard.handed_over_for(), Some(20));
    scene.run(&["code", "github"]).ends(0).says("this code was used here before");
    let json = scene.run(&["code", "github", "--copy", "--json"]).ends(0).json();
    assert_eq!((&json[0]["code"], &json[0]["used"]), (&serde_json::Value::Null, &serde_json::Value::Bool(true)));
}

#[test]
fn the_settings_say_how_long_a_copied_code_stays() {
    let mut scene = Scene::with(&[ALICE]);
    scene.config = Some("[clipboard]\nclear_after_seconds = 45\n".to_owned());
    scene.run(&["code", "github", "--copy"]).ends(0).says("clears in 45 s");
    assert_eq!(scene.handles.clipboard.handed_over_for(), Some(45));
    scene.config = Some("[clipboard]\nclear_after = 45\n".to_owned());
    scene.run(&["code", "github", "--copy"]).ends(0).says("line 2").says("clears in 20 s");
}

#[test]
fn a_code_that_nothing_took_was_not_copied_and_not_used() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.clipboard.refuse(ClipboardError::None);
    scene.run(&["code", "github", "--copy"]).ends(1).prints("").says("no clipboard can be reached").says_not("copied");
    scene.run(&["code", "github"]).ends(0).says_not("used");
}

#[test]
fn a_terminal_that_was_asked_to_copy_is_not_said_to_have_done_so() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.clipboard.only_terminal();
    scene.run(&["code", "github", "--copy"]).ends(0).says("handed to the terminal's clipboard");
}

#[test]
fn an_ambiguous_query_lists_the_candidates() {
    let work = "otpauth://totp/GitHub:work?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub";
    let scene = Scene::with(&[ALICE, work, BOB]);
    let ran = scene.run(&["code", "github"]).ends(4).prints("").says("2 accounts match \"github\"");
    let ran = ran.says("GitHub  alice").says("GitHub  work").says_not("VPN");
    assert!(ran.err.ends_with("give more of the name, or the beginning of an id\n"), "{ran:?}");
    scene.run(&["code", "github alice"]).ends(0).prints(&line(&code_at(ALICE, START)));
    let id = scene.run(&["list", "github work", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    scene.run(&["code", &id[..8]]).ends(0).prints(&line(&code_at(work, START)));
}

#[test]
fn an_exact_match_beats_a_fuzzy_one() {
    let enterprise = "otpauth://totp/GitHub%20Enterprise:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let scene = Scene::with(&[ALICE, enterprise]);
    scene.run(&["code", "github"]).ends(0).prints(&line(&code_at(ALICE, START)));
    scene.run(&["code", "githu"]).ends(4);
}

#[test]
fn all_prints_every_match_with_its_name() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    let expected = format!(
        "{}  GitHub  alice\n{}   Steam   carol\n{}  VPN     bob\n",
        code_at(ALICE, START),
        code_at(STEAM, START),
        code_of(BOB, 7)
    );
    scene.run(&["code", "--all"]).ends(0).prints(&expected);
    assert_eq!(scene.run(&["code", "--all", "--json"]).json().as_array().unwrap().len(), 3);
    scene.run(&["code", "nobody-here", "--all"]).ends(3);
    scene.run(&["code", "github", "--all", "--copy"]).ends(2);
}

#[test]
fn the_ends_of_time_do_no_harm() {
    let scene = Scene::with(&[ALICE, &format!("otpauth://totp/long?secret={ALICE_SECRET}&period=9007199254740992")]);
    for at in ["9223372036854775807", "-9223372036854775808", "0"] {
        scene.run(&["code", "github", "--at", at, "--next"]).ends(0);
        scene.run(&["code", "long", "--at", at]).ends(0);
    }
    scene.handles.clock.set(countersign::otp::Timestamp::MAX);
    scene.run(&["code", "github"]).ends(0);
    scene.run(&["code", "github", "--fresh"]).ends(0);
}
