use super::{ALICE, BOB, START, STEAM, Scene, code_at};

fn grouped(code: &str) -> String {
    format!("{} {}", &code[..3], &code[3..])
}

#[test]
fn every_change_is_a_line() {
    let slow = "otpauth://totp/Slow:x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&period=60";
    let mut scene = Scene::with(&[ALICE, slow]);
    scene.handles.clock.advance_secs(10);
    scene.reader_leaves_after = Some(5);
    let ran = scene.run(&["watch"]).ends(0);
    let lines = [
        format!("{}  GitHub · alice  20 s", grouped(&code_at(ALICE, START))),
        format!("{}  Slow · x  50 s", grouped(&code_at(slow, START))),
        format!("{}  GitHub · alice  30 s", grouped(&code_at(ALICE, START + 30))),
        format!("{}  GitHub · alice  30 s", grouped(&code_at(ALICE, START + 60))),
        format!("{}  Slow · x  60 s", grouped(&code_at(slow, START + 60))),
    ];
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn a_query_narrows_it() {
    let mut scene = Scene::with(&[ALICE, STEAM]);
    scene.reader_leaves_after = Some(2);
    let ran = scene.run(&["watch", "steam"]).ends(0);
    assert!(ran.out.lines().all(|line| line.contains("Steam · carol")), "{ran:?}");
    scene.run(&["watch", "nobody-here"]).ends(3);
}

#[test]
fn looking_is_not_using() {
    let mut scene = Scene::with(&[ALICE, BOB]);
    let before = scene.handles.vault_file.bytes();
    scene.reader_leaves_after = Some(2);
    scene.run(&["watch"]).ends(0);
    scene.reader_leaves_after = None;
    assert_eq!(scene.handles.vault_file.bytes(), before);
    scene.run(&["code", "github"]).ends(0).says_not("used");
}

#[test]
fn with_nothing_that_changes_it_ends() {
    Scene::with(&[BOB]).run(&["watch"]).ends(0).prints("").says("no account here has codes that change with time");
    Scene::with(&[]).run(&["watch"]).ends(0).prints("");
}

#[test]
fn json_is_a_line_for_every_change() {
    let mut scene = Scene::with(&[ALICE]);
    scene.reader_leaves_after = Some(200);
    let ran = scene.run(&["watch", "--json"]).ends(0);
    let first: serde_json::Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!(first[0]["code"], code_at(ALICE, START));
    let second: serde_json::Value = serde_json::from_str(ran.out.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second[0]["valid_from"], START + 30);
}
