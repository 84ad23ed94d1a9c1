//! `clock compare`: codes of another device in, how far apart the clocks are out.

use countersign::otp::{Digits, Timestamp, uri};
use countersign::ports::StateSlot;
use countersign::tasks::clock::{known, set_correction};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{ALICE, BOB, START, STEAM, Scene, code_at};
use crate::qr::{painted, texts};

/// How far the other device is behind.
const BEHIND: i64 = 61;

/// The code that the other device shows after so many of our seconds.
fn shown(uri: &str, after: i64) -> String {
    code_at(uri, START + after - BEHIND)
}

/// Lets these codes of the account come through standard input, each at its second.
fn arrive(scene: &Scene, uri: &str, seconds: &[i64]) {
    let mut last = 0;
    for second in seconds {
        scene.handles.documents.type_line(&scene.handles.clock, (second - last) * 1000, &shown(uri, *second));
        last = *second;
    }
}

/// Somebody at the terminal, who answers so many seconds into the comparison.
fn at_the_terminal(answers: &[(i64, &str)]) -> Scene {
    let mut scene = Scene::with(&[ALICE, BOB, STEAM]);
    scene.in_is_terminal = true;
    let mut last = 0;
    for (second, answer) in answers {
        scene.handles.prompter.answer_after(&scene.handles.clock, (second - last) * 1000, answer);
        last = *second;
    }
    scene
}

fn stored(scene: &Scene) -> Option<countersign::tasks::clock::Compared> {
    known(&scene.handles.machine()).compared
}

#[test]
fn codes_from_standard_input_tell_the_difference_and_it_is_remembered() {
    let scene = Scene::with(&[ALICE]);
    arrive(&scene, ALICE, &[5, 50]);
    let told = scene.run(&["clock", "compare", "github", "--json"]).ends(10).json();
    let (offset, uncertainty) = (told["offset"].as_f64().unwrap(), told["uncertainty"].as_f64().unwrap());
    assert!((offset - 61.0).abs() <= uncertainty && uncertainty < 15.0, "{told}");
    assert_eq!(
        (&told["status"], &told["source"], &told["applied_offset"]),
        (&json!("critical"), &json!("comparison"), &json!(0.0))
    );
    assert!(told["findings"][0]["finding"].as_str().unwrap().contains("by 2 codes; a coincidence: 1 in"), "{told}");

    let compared = stored(&scene).unwrap();
    assert_eq!(compared.codes, 2);
    assert_eq!(compared.ahead.centre() as f64 / 1000.0, offset);
    let list = scene.run(&["list", "--json"]).json();
    assert_eq!(compared.account.unwrap().to_string(), list[0]["id"].as_str().unwrap());
    let later = scene.run(&["clock", "--json"]).ends(10).json();
    assert_eq!(later["source"], json!("comparison"));
}

#[test]
fn the_result_reads_like_a_sentence_and_says_what_to_do() {
    let scene = Scene::with(&[ALICE]);
    arrive(&scene, ALICE, &[5, 50]);
    let ran = scene.run(&["clock", "compare", "github"]).ends(10);
    let result =
        "compared  this computer is 58 s ahead of that device, ±8 s, by 2 codes; a coincidence: 1 in 170,000,000";
    assert_eq!(ran.out.lines().next(), Some(result));
    assert!(ran.out.contains("countersign clock set-offset -58\n"), "{}", ran.out);
    assert!(ran.out.contains("most sites refuse"), "{}", ran.out);
}

#[test]
fn one_code_is_said_with_its_chance_and_not_remembered() {
    let scene = Scene::with(&[ALICE]);
    arrive(&scene, ALICE, &[5]);
    let ran = scene.run(&["clock", "compare", "github", "--json"]).ends(10).says("one code can be a coincidence");
    let told = ran.json();
    let (offset, uncertainty) = (told["offset"].as_f64().unwrap(), told["uncertainty"].as_f64().unwrap());
    assert!((offset - 61.0).abs() <= uncertainty, "{told}");
    assert!(told["findings"][0]["finding"].as_str().unwrap().contains("1 in 350"), "{told}");
    assert_eq!(stored(&scene), None);
}

#[test]
fn with_the_correction_the_same_difference_is_no_finding() {
    let scene = Scene::with(&[ALICE]);
    set_correction(&mut scene.handles.machine(), Some(-61_000)).unwrap();
    arrive(&scene, ALICE, &[25, 40, 70, 100]);
    let ran = scene.run(&["clock", "compare", "github", "--json"]);
    let told = ran.json();
    assert_eq!(told["applied_offset"], json!(-61.0));
    assert!((told["offset"].as_f64().unwrap() - 61.0).abs() <= told["uncertainty"].as_f64().unwrap(), "{told}");
    assert_eq!(ran.exit, 0, "{told}");
}

#[test]
fn what_does_not_belong_together_fails_and_changes_nothing() {
    let wrong: [(&[&str], &str); 5] = [
        (&["12345"], "a code of this account has 6 characters"),
        (&["1234567"], "a code of this account has 6 characters"),
        (&["12a456"], "no code of this account"),
        (&["000000"], "up to 12 hours from now either way"),
        (&["good", "an hour ago"], "does not belong to the ones before"),
    ];
    for (lines, sentence) in wrong {
        let scene = Scene::with(&[ALICE]);
        for line in lines {
            let line = match *line {
                "good" => shown(ALICE, 5),
                "an hour ago" => shown(ALICE, -3600),
                line => line.to_owned(),
            };
            scene.handles.documents.type_line(&scene.handles.clock, 5_000, &line);
        }
        scene.run(&["clock", "compare", "github"]).ends(1).says(sentence).says("nothing was changed").prints("");
        assert_eq!(scene.handles.state.get(StateSlot::Clock), None, "{lines:?}");
    }
}

#[test]
fn counted_codes_unknown_accounts_and_no_codes_at_all_are_refused() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["clock", "compare", "vpn"]).ends(2).says("the codes of this account are counted");
    scene.run(&["clock", "compare", "nobody"]).ends(3);
    scene.run(&["clock", "compare", "github"]).ends(7).says("no code on standard input");
    scene.run(&["clock", "compare"]).ends(2).says("--calibrate");
    scene.run(&["clock", "compare", "github", "--calibrate"]).ends(2);
    scene.run(&["clock", "compare", "github", "--png", "x.png"]).ends(2).says("--calibrate");
}

#[test]
fn a_clock_that_is_set_meanwhile_spoils_the_comparison() {
    let scene = at_the_terminal(&[(5, &shown(ALICE, 5))]);
    let clock = scene.handles.clock.clone();
    let set = move || clock.set(Timestamp::from_secs(START + 500));
    scene.handles.prompter.answer_once(set, &shown(ALICE, 50));
    scene.run(&["clock", "compare", "github"]).ends(1).says("was set while it was compared");
    assert_eq!(stored(&scene), None);
}

#[test]
fn at_the_terminal_each_code_narrows_and_the_best_moment_for_the_next_is_said() {
    let first = shown(ALICE, 5);
    let scene = at_the_terminal(&[(5, "999"), (6, &first), (51, &shown(ALICE, 51)), (60, "done")]);
    let ran = scene.run(&["clock", "compare", "github"]).ends(10);
    ran.says("look at GitHub").says("a code of this account has 6 characters").says("a coincidence is still possible");
    let asked = scene.handles.prompter.asked();
    assert_eq!(asked[0], "Its code:");
    assert!(asked[2].starts_with("Its next code (it tells the most in "), "{asked:?}");
    assert!(asked[3].starts_with("Another code (it tells the most in "), "{asked:?}");
    assert!(stored(&scene).is_some());
}

#[test]
fn three_key_presses_after_two_codes_end_it_within_half_a_second() {
    // Our clock shows 31 s into a minute when the other one changes.
    let (first, second) = (shown(ALICE, 5), shown(ALICE, 45));
    let scene = at_the_terminal(&[(5, &first), (45, &second), (61, ""), (91, ""), (121, "")]);
    let told = scene.run(&["clock", "compare", "github", "--json"]).ends(10).json();
    let (offset, uncertainty) = (told["offset"].as_f64().unwrap(), told["uncertainty"].as_f64().unwrap());
    assert!((offset - 61.0).abs() <= uncertainty && uncertainty <= 0.5, "{told}");
    assert_eq!(scene.handles.prompter.unused(), 0);
}

#[test]
fn giving_up_before_there_is_a_result_changes_nothing() {
    let scene = at_the_terminal(&[(5, &shown(ALICE, 5))]);
    scene.handles.prompter.give_up();
    scene.run(&["clock", "compare", "github"]).ends(1);
    assert_eq!(stored(&scene), None);
}

/// The enrolment that the shown code gives to the other device.
fn scanned(scene: &Scene) -> uri::OtpUri {
    let pages = scene.handles.private_screen.pages();
    let (_, lines) = pages.last().unwrap().split_last().unwrap();
    uri::parse(&texts(&painted(lines)).unwrap()[0]).unwrap()
}

#[test]
fn a_throw_away_secret_needs_no_vault_and_one_code_and_is_kept_nowhere() {
    // The secret is the same in each run of the fakes: the first shows what the second must be told.
    let run = |code: Option<String>| {
        let mut scene = Scene::bare();
        scene.in_is_terminal = true;
        scene.out_is_terminal = true;
        scene.handles.private_screen.resize(80, 40);
        match code {
            Some(code) => scene.handles.prompter.answer(&code).answer("done"),
            None => scene.handles.prompter.give_up(),
        };
        let ran = scene.run(&["clock", "compare", "--calibrate"]);
        (scene, ran)
    };
    let (scene, ran) = run(None);
    ran.ends(1);
    let parsed = scanned(&scene);
    assert_eq!((parsed.issuer.as_str(), parsed.account.as_str()), ("countersign", "clock comparison"));
    assert_eq!(parsed.enrolment.params.digits(), Digits::EIGHT);
    let step = parsed.enrolment.step_at(Timestamp::from_secs(START - BEHIND)).unwrap();
    let code = parsed.enrolment.code(step).expose_secret().to_owned();

    let (scene, ran) = run(Some(code.clone()));
    let ran = ran.ends(10).says("kept nowhere else");
    assert!(ran.out.contains("ahead of that device"), "{ran:?}");
    let compared = stored(&scene).unwrap();
    assert_eq!((compared.codes, compared.account), (1, None));
    let secret = parsed.enrolment.secret.to_base32();
    for slot in [StateSlot::Clock, StateSlot::Device, StateSlot::Private] {
        let bytes = scene.handles.state.get(slot).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains(secret.expose_secret()));
    }

    // An app that shows six digits whatever it was told shows the last six.
    let (scene, ran) = run(Some(code[2..].to_owned()));
    ran.ends(10).says("a coincidence is still possible");
    assert_eq!(stored(&scene), None);
}

#[test]
fn a_throw_away_secret_goes_into_a_picture_and_into_no_pipe() {
    let scene = Scene::bare();
    scene.run(&["clock", "compare", "--calibrate"]).ends(7).says("on a terminal only").prints("");
    scene.run(&["clock", "compare", "--calibrate", "--png", "/clock.png"]).ends(7).says("shows the secret");
    assert!(scene.handles.documents.get("/clock.png").is_some());
}

#[test]
fn help_names_every_cause_in_order_with_what_is_known_here() {
    let second = ALICE.replace("alice", "alice-work").replace("GEZD", "MFRG");
    let scene = Scene::with(&[ALICE, &second, BOB]);
    let code = scene.run(&["code", "alice"]).ends(0).out;
    let ran = scene.run(&["clock", "help", "GitHub alice"]);
    let ran = if ran.exit == 4 { scene.run(&["clock", "help", "alice"]) } else { ran }.ends(0);
    let order = [
        "was the code used already?  <- likely",
        "too old when it arrived?",
        "clock wrong?",
        "another account?",
        "another secret?",
        "in another way?",
    ];
    let places: Vec<usize> =
        order.iter().map(|text| ran.out.find(text).unwrap_or_else(|| panic!("{text}: {}", ran.out))).collect();
    assert!(places.is_sorted(), "{}", ran.out);
    assert!(ran.out.contains("alice-work"), "{}", ran.out);
    assert!(!ran.out.contains(code.trim()), "a code that nobody asked for: {}", ran.out);
    let counted = scene.run(&["clock", "help", "vpn"]).ends(0);
    assert!(counted.out.contains("the next one here is number 7"), "{}", counted.out);
}

#[test]
fn help_without_an_account_needs_no_vault() {
    let ran = Scene::bare().run(&["clock", "help"]).ends(0);
    assert!(
        ran.out.contains("1. was the code used already?") && ran.out.contains("countersign code QUERY --fresh"),
        "{}",
        ran.out
    );
    let causes = Scene::bare().run(&["clock", "help", "--json"]).ends(0).json();
    let kinds: Vec<&str> = causes.as_array().unwrap().iter().map(|cause| cause["cause"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["used", "expired", "clock", "other-account", "other-secret", "parameters"]);
}
