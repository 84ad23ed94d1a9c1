//! `clock`: the page, its JSON, and the user's own correction.

use countersign::otp::{Ahead, Timestamp};
use countersign::ports::{Clock as _, KernelClock, Means, ServerAnswer, ServerError};
use countersign::tasks::clock::{remember_comparison, set_correction};
use serde_json::json;

use super::{ALICE, START, Scene, code_at};

const IN_STEP: KernelClock = KernelClock { is_synchronised: true, max_error_millis: Some(400) };
const SHORT: &str = "otpauth://totp/Quick:dave?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Quick&period=10";

#[test]
fn a_clock_that_nobody_confirms_is_no_finding_and_the_page_says_what_to_do() {
    let scene = Scene::bare();
    scene.handles.time_sources.kept_by(Means::Systemd, false);
    let ran = scene.run(&["clock"]).ends(0);
    assert!(ran.out.starts_with("clock  not confirmed: nothing here tells"), "{}", ran.out);
    assert!(ran.out.contains("sudo timedatectl set-ntp true"), "{}", ran.out);
}

#[test]
fn as_json_it_has_status_offset_uncertainty_source_applied_offset_and_findings() {
    let scene = Scene::bare();
    let unknown = scene.run(&["clock", "--json"]).ends(0).json();
    assert_eq!(
        [&unknown["status"], &unknown["offset"], &unknown["uncertainty"], &unknown["source"]],
        [&json!("unknown"), &json!(null), &json!(null), &json!(null)]
    );
    assert_eq!(unknown["applied_offset"], json!(0.0));
    assert_eq!(unknown["findings"][0]["kind"], json!("kernel"));

    remember_comparison(&mut scene.handles.machine(), Ahead::between(59_500, 62_000), 2, None).unwrap();
    let wrong = scene.run(&["clock", "--json"]).ends(10).json();
    assert_eq!(
        [&wrong["status"], &wrong["offset"], &wrong["uncertainty"], &wrong["source"]],
        [&json!("critical"), &json!(60.75), &json!(1.25), &json!("comparison")]
    );
    assert_eq!(wrong["findings"][0]["says"], json!("wrong"));

    set_correction(&mut scene.handles.machine(), Some(-61_250)).unwrap();
    let repaired = scene.run(&["clock", "--json"]).ends(0).json();
    assert_eq!((&repaired["status"], &repaired["applied_offset"]), (&json!("ok"), &json!(-61.25)));
    assert_eq!(repaired["offset"], json!(60.75));
}

#[test]
fn a_clock_behind_the_build_has_a_least_error_and_no_margin() {
    let scene = Scene::bare();
    scene.handles.clock.set(Timestamp::from_secs(1_700_000_000 - 60));
    let told = scene.run(&["clock", "--json"]).ends(10).json();
    assert_eq!((&told["offset"], &told["uncertainty"]), (&json!(-60.0), &json!(null)));
    assert_eq!(told["findings"][0]["certainty"], json!("certain"));
    assert!(scene.run(&["clock"]).ends(10).out.contains("at least 60 s behind"));
}

#[test]
fn with_the_vault_its_last_save_and_its_shortest_step_count_and_without_nobody_is_asked() {
    let mut scene = Scene::with(&[ALICE, SHORT]);
    remember_comparison(&mut scene.handles.machine(), Ahead::around(3_000, 0), 2, None).unwrap();
    scene.run(&["clock"]).ends(10);
    scene.handles.clock.set(Timestamp::from_secs(START - 3_600));
    assert!(scene.run(&["clock"]).ends(10).out.contains("the vault was last saved"));

    scene.environment.passphrase_file = None;
    let locked = scene.answers(&[]).run(&["clock"]).ends(0);
    assert!(!locked.out.contains("the vault was last saved"), "{}", locked.out);
}

#[test]
fn a_vault_that_cannot_be_opened_does_not_keep_the_clock_from_being_told() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.time_sources.kernel_says(Some(IN_STEP));
    scene.handles.documents.put("/pass", "something else\n");
    let ran = scene.run(&["clock"]).ends(0).says("passphrase");
    assert!(ran.out.starts_with("clock  ok: "), "{}", ran.out);
}

#[test]
fn an_offset_is_added_to_the_time_of_codes_until_it_is_cleared() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["clock", "set-offset", "-61.5"]).ends(0).says("with -61.5 s").says("clear-offset");
    assert_eq!(scene.handles.clock.correction_millis(), -61_500);
    scene.run(&["code", "alice"]).ends(0).prints(&format!("{}\n", code_at(ALICE, START - 62)));
    scene.run(&["clock", "set-offset", "3600"]).ends(0).says("with +3600 s").says("it was -61.5 s");
    scene.run(&["code", "alice"]).ends(0).prints(&format!("{}\n", code_at(ALICE, START + 3_600)));
    scene.run(&["clock", "clear-offset"]).ends(0).says("own time again; it was +3600 s");
    scene.run(&["code", "alice"]).ends(0).prints(&format!("{}\n", code_at(ALICE, START)));
    scene.run(&["clock", "clear-offset"]).ends(0).says("there was no correction");
    scene.run(&["clock", "set-offset", "0"]).ends(0).says("there was no correction");
}

#[test]
fn an_absurd_offset_is_refused_with_a_sentence_and_nothing_changes() {
    let scene = Scene::bare();
    scene.run(&["clock", "set-offset", "5"]).ends(0);
    for absurd in
        ["86400.001", "-86401", "99999999999999999999", "1e3", "NaN", "inf", "", "-", "1:30", "5s", ".5", "--5"]
    {
        let ran = scene.run(&["clock", "set-offset", absurd]).ends(2);
        assert!(ran.says("give").out.is_empty());
    }
    scene.run(&["clock", "set-offset"]).ends(2);
    scene.run(&["clock", "set-offset", "1", "2"]).ends(2);
    assert_eq!(scene.handles.clock.correction_millis(), 5_000);
    for fine in ["+86400", "-86400", "\u{2212}61", "0.25"] {
        scene.run(&["clock", "set-offset", fine]).ends(0);
    }
}

#[test]
fn an_offset_that_cannot_be_stored_is_not_used() {
    let scene = Scene::bare();
    scene.handles.state.fail(std::io::ErrorKind::StorageFull);
    scene.run(&["clock", "set-offset", "-61"]).ends(1).says("could not be stored");
    assert_eq!(scene.handles.clock.correction_millis(), 0);
}

#[test]
fn help_is_no_command_of_clap_here() {
    // It is the walk through the likely causes of a refused code.
    let ran = Scene::bare().run(&["clock", "help", "set-offset"]);
    assert!(!ran.out.contains("Usage:"), "{ran:?}");
}

/// A scene whose clock is 61 seconds ahead, as a comparison has shown.
fn a_minute_ahead() -> Scene {
    let scene = Scene::with(&[ALICE]);
    scene.handles.time_sources.kept_by(Means::Systemd, false);
    remember_comparison(&mut scene.handles.machine(), Ahead::around(61_000, 1_000), 3, None).unwrap();
    scene
}

#[test]
fn codes_of_a_wrong_clock_come_with_a_warning_and_what_to_do_but_not_for_the_quiet() {
    let mut scene = a_minute_ahead();
    scene.reader_leaves_after = Some(2);
    scene.run(&["watch"]).ends(0).says("codes may fail");
    scene.reader_leaves_after = None;
    for command in [&["code", "alice"][..], &["code", "alice", "--json"], &["code", "--all"]] {
        scene.run(command).ends(0).says("codes may fail").says("61 s ahead").says("timedatectl set-ntp true");
    }
    scene.run(&["code", "alice", "--quiet"]).ends(0).says_not("clock");
    scene.run(&["code", "alice", "--at", "59"]).ends(0).says_not("clock");
    scene.run(&["list"]).ends(0).says_not("clock");
}

#[test]
fn codes_that_have_no_time_come_without_a_word_about_the_clock() {
    let scene = Scene::with(&[super::BOB]);
    remember_comparison(&mut scene.handles.machine(), Ahead::around(61_000, 1_000), 3, None).unwrap();
    scene.run(&["code", "bob"]).ends(0).says_not("clock");
}

#[test]
fn codes_of_a_clock_that_nobody_confirms_come_without_a_word() {
    Scene::with(&[ALICE]).run(&["code", "alice"]).ends(0).says_not("clock");
}

#[test]
fn a_correction_is_told_wherever_codes_are() {
    let mut scene = a_minute_ahead();
    scene.run(&["clock", "set-offset", "-61"]).ends(0);
    scene.reader_leaves_after = Some(2);
    scene.run(&["watch"]).ends(0).says("codes are made with -61 s");
    scene.reader_leaves_after = None;
    for command in [&["code", "alice"][..], &["code", "alice", "--json"]] {
        scene.run(command).ends(0).says("codes are made with -61 s (countersign clock)").says_not("may fail");
    }
    assert!(scene.run(&["status"]).ends(0).out.contains("codes are made with -61 s"));
    assert!(scene.run(&["clock"]).ends(0).out.contains("-61 s: added to this computer's time"));
    scene.run(&["code", "alice", "--quiet"]).ends(0).says_not("-61");
}

#[test]
fn a_correction_that_is_doubted_is_told_with_what_to_do() {
    let scene = a_minute_ahead();
    scene.run(&["clock", "set-offset", "-61"]).ends(0);
    scene.handles.time_sources.kernel_says(Some(IN_STEP));
    scene.run(&["code", "alice"]).ends(0).says("the operating system keeps the clock right").says("clear-offset");
    scene.handles.time_sources.kernel_says(None);
    scene.handles.clock.advance_secs(31 * 86_400);
    let ran = scene.run(&["code", "alice"]).ends(0).says("31 days").says("clear-offset");
    assert_eq!(ran.err.matches("warning:").count(), 1, "{ran:?}");
    scene.handles.clock.set(scene.handles.clock.reading().wall.plus_secs(-61));
    scene.run(&["clock", "--json"]).ends(0);
    scene.run(&["code", "alice"]).ends(0).says("the clock was set back by 61 s");
}

#[test]
fn status_tells_the_clock_and_that_the_network_was_never_asked() {
    let scene = Scene::with(&[ALICE]);
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("not confirmed") && text.contains("the network was never asked"), "{text}");
    let clock = scene.run(&["status", "--json"]).json()["clock"].clone();
    assert_eq!(clock, json!({"status": "unknown", "applied_offset": 0.0, "network_asked": null}));
    assert!(scene.handles.time_sources.asked().is_empty());
}

fn server_says(scene: &Scene, server: &str, ahead_millis: i64) {
    let answer = ServerAnswer { ahead_millis, round_trip_millis: 24, stratum: 2 };
    scene.handles.time_sources.server_says(server, Ok(answer));
}

#[test]
fn servers_are_asked_when_they_are_named_and_each_answer_is_shown() {
    let scene = Scene::bare();
    server_says(&scene, "a:123", 61_000);
    server_says(&scene, "b", 61_010);
    scene.handles.time_sources.server_says("c", Err(ServerError::NoAnswer));
    let ran = scene.run(&["clock", "--network", "a:123", "b", "c"]).ends(10).says("asking a:123, b, c");
    for line in ["61 s ahead", "b: this computer is 61 s ahead; it took 0.024 s", "c: it did not answer in time"] {
        assert!(ran.out.contains(line), "{line:?} is missing in {}", ran.out);
    }
    let told = scene.run(&["clock", "--json", "--network", "a:123", "--network", "c"]).ends(10).json();
    assert_eq!((&told["source"], &told["offset"]), (&json!("network"), &json!(61.0)));
    assert_eq!(
        told["servers"],
        json!([
            {"server": "a:123", "offset": 61.0, "round_trip": 0.024, "stratum": 2},
            {"server": "c", "error": "it did not answer in time"}
        ])
    );
    assert_eq!(scene.handles.clock.correction_millis(), 0, "shown, and never applied");
}

#[test]
fn without_a_name_those_of_the_settings_are_asked() {
    let mut scene = Scene::bare();
    scene.config = Some("[clock]\nservers = [\"mine\"]\n".to_owned());
    server_says(&scene, "mine", 0);
    scene.run(&["clock", "--network"]).ends(0);
    assert_eq!(scene.handles.time_sources.asked(), ["mine"]);
    scene.config = Some("[clock]\nservers = []\n".to_owned());
    scene.run(&["clock", "--network"]).ends(2).says("no time server");
    assert!(scene.run(&["status"]).out.contains("the network was last asked at 2026-11-22 00:00"));
}

#[test]
fn servers_that_are_of_no_use_are_named_and_nothing_changes() {
    let scene = Scene::bare();
    server_says(&scene, "a", 0);
    server_says(&scene, "b", 5_000);
    let ran = scene.run(&["clock", "--network", "a", "b"]).ends(1).says("nothing was changed");
    assert!(ran.out.contains("untrustworthy") && ran.out.starts_with("clock  not confirmed"), "{}", ran.out);
    let none = scene.run(&["clock", "--network", "nobody"]).ends(1).says("nothing was changed");
    assert!(none.out.contains("nobody: no server of this name was found"), "{}", none.out);
    assert_eq!(scene.run(&["clock", "--json"]).ends(0).json()["offset"], json!(null));
    assert!(scene.run(&["status"]).out.contains("the network was last asked"));
}

#[test]
fn the_network_is_not_asked_together_with_another_command() {
    let scene = Scene::bare();
    scene.run(&["clock", "--network", "set-offset", "5"]).ends(2).says("--network");
    assert!(scene.handles.time_sources.asked().is_empty());
    assert_eq!(scene.handles.clock.correction_millis(), 0);
}

#[test]
fn nothing_asks_the_network_by_itself() {
    let scene = Scene::with(&[ALICE]);
    for command in [&["clock"][..], &["clock", "--json"], &["code", "alice"], &["status"], &["audit"]] {
        scene.run(command);
    }
    assert!(scene.handles.time_sources.asked().is_empty());
}

#[test]
fn an_answer_that_cannot_be_kept_is_told_all_the_same() {
    let scene = Scene::bare();
    server_says(&scene, "a", 61_000);
    scene.handles.state.fail(std::io::ErrorKind::StorageFull);
    let ran = scene.run(&["clock", "--network", "a"]).ends(10).says("warning");
    assert!(ran.out.starts_with("clock  critical"), "{}", ran.out);
}
