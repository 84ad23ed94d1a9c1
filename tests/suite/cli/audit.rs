use std::path::Path;

use countersign::ports::Documents as _;

use super::{ALICE, BOB, Scene};

const DAY: i64 = 24 * 3600;

#[test]
fn findings_end_with_10_and_say_what_to_do() {
    let scene = Scene::with(&[ALICE]);
    let ran = scene.run(&["audit"]).ends(10);
    assert!(ran.out.contains("GitHub · alice: no recovery codes are stored"), "{ran:?}");
    assert!(ran.out.contains("have the site show its recovery codes"), "{ran:?}");
    assert!(!ran.err.contains("error"), "{ran:?}");
}

#[test]
fn as_json_each_finding_has_id_severity_account_finding_and_advice() {
    let scene = Scene::with(&[ALICE]);
    let all = scene.run(&["audit", "--json"]).ends(10).json();
    let rows = all.as_array().unwrap();
    let row = rows.iter().find(|row| row["id"].as_str().unwrap().starts_with("no-recovery-codes:")).unwrap();
    let id = scene.run(&["list", "--json"]).json()[0]["id"].clone();
    assert_eq!((&row["account"], row["severity"].as_str()), (&id, Some("note")));
    assert!(row["finding"].is_string() && row["advice"].is_string() && row.get("dismissed").is_none());
}

#[test]
fn a_finding_is_dismissed_with_a_reason_recalled_and_undone() {
    let scene = Scene::with(&[ALICE]);
    let ids = |args: &[&str]| {
        let all = scene.run(args).json();
        let ids: Vec<String> = all.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().into()).collect();
        ids.iter().filter(|id| id.starts_with("no-recovery")).count()
    };
    scene.run(&["audit", "--dismiss", "no-recovery-codes"]).ends(2);
    scene.run(&["audit", "--dismiss", "no-rec", "--reason", " "]).ends(1).says("with a reason only");
    scene.run(&["audit", "--dismiss", "nothing", "--reason", "x"]).ends(3);
    scene.run(&["audit", "--dismiss", "no-rec", "--reason", "it has none"]).ends(0).says("dismissed GitHub · alice");
    assert_eq!((ids(&["audit", "--json"]), ids(&["audit", "--json", "--all"])), (0, 1));
    assert!(scene.run(&["audit", "--all"]).out.contains("dismissed: it has none"));
    scene.run(&["undo"]).ends(0);
    assert_eq!(ids(&["audit", "--json"]), 1);
    scene.run(&["undo"]).ends(0);
    assert_eq!(ids(&["audit", "--json"]), 0);
    scene.run(&["audit", "--recall", "no-rec"]).ends(0);
    assert_eq!(ids(&["audit", "--json"]), 1);
}

#[test]
fn a_pending_account_is_found_after_a_day() {
    let scene = Scene::with(&[]);
    scene.type_in(BOB);
    scene.run(&["add", "-"]).ends(0);
    let is_found = || scene.run(&["audit"]).out.contains("VPN · bob: no site has accepted a code yet");
    assert!(!is_found());
    scene.handles.clock.advance_secs(DAY);
    assert!(is_found());
}

#[test]
fn an_export_that_everybody_can_read_is_found_as_long_as_it_is_there() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["export", "--to", "otpauth", "/out.txt", "--plaintext"]).ends(0);
    let found = || scene.run(&["audit"]).out.contains("secrets lie readable in /out.txt");
    assert!(found());
    scene.handles.documents.clone().remove(Path::new("/out.txt")).unwrap();
    assert!(!found());
}

#[test]
fn the_settings_say_after_how_many_days_there_is_a_word() {
    let mut scene = Scene::with(&[ALICE]);
    scene.type_in("11223344\n55667788\n99887766\n");
    scene.run(&["recovery", "add", "alice", "-", "--yes"]).ends(0);
    scene.handles.clock.advance_secs(20 * DAY + 60);
    assert!(!scene.run(&["audit"]).out.contains("were not compared"));
    scene.config = Some("[recovery]\ncheck_days = 19\n".to_owned());
    let ran = scene.run(&["audit"]);
    assert!(ran.out.contains("were not compared with the site's for 20 days"), "{ran:?}");
    scene.config = Some("[recovery]\ncheck_days = 0\n".to_owned());
    scene.handles.clock.advance_secs(400 * DAY);
    assert!(!scene.run(&["audit"]).out.contains("were not compared"));
}
