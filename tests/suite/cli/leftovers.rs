//! What lies about in a folder: found, brought in, deleted after a yes, and nothing else touched.

use super::{ALICE, BOB_SECRET, Scene};
use crate::qr::{drawn, png};

fn folder() -> Scene {
    let scene = Scene::with(&[]);
    let put = |path: &str, bytes: &[u8]| scene.handles.documents.put(path, bytes);
    put("/down/notes.txt", format!("hello\n{ALICE}\n").as_bytes());
    put("/down/deep/github-recovery-codes.txt", b"11111-22222\n33333-44444\n");
    put("/down/deep/Backup-codes-alice.txt", b"1234 5678\n");
    put("/down/holiday.txt", b"nothing here\n");
    put("/down/photo.bin", b"\0otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\0");
    put("/down/otp_accounts.json", b"{}");
    put("/elsewhere/notes.txt", ALICE.as_bytes());
    scene
}

#[test]
fn only_the_folders_that_were_named_are_looked_through() {
    let scene = folder();
    let ran = scene.run(&["audit", "--leftovers", "/down"]).ends(10);
    let found: Vec<&str> = ran.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        found,
        [
            "/down/deep/Backup-codes-alice.txt: 1 recovery code that anybody can read",
            "/down/deep/github-recovery-codes.txt: 2 recovery codes that anybody can read",
            "/down/notes.txt: 1 otpauth address line with a readable secret",
            "/down/otp_accounts.json: called like an app's export",
        ]
    );
    assert_eq!(scene.handles.documents.paths().len(), 8, "nothing was deleted");
}

#[test]
fn as_json_they_have_the_form_of_findings() {
    let rows = folder().run(&["audit", "--json", "--leftovers", "/down"]).ends(10).json();
    let row = &rows[2];
    assert_eq!((row["id"].as_str(), row["severity"].as_str()), (Some("leftover:/down/notes.txt"), Some("warn")));
    assert!(row["advice"].as_str().unwrap().contains("countersign import /down/notes.txt"));
}

#[test]
fn a_folder_must_be_named_and_must_be_there() {
    let scene = folder();
    scene.run(&["audit", "--leftovers"]).ends(2).says("only the folders that you name");
    scene.run(&["audit", "--leftovers", "/nowhere"]).ends(0).says("/nowhere");
    scene.run(&["audit", "--leftovers", "/elsewhere", "--all"]).ends(2);
}

#[test]
fn on_a_terminal_it_is_brought_in_and_deleted_after_a_yes_each() {
    let mut scene = folder();
    scene.handles.documents.put("/one/notes.txt", ALICE);
    scene.answers(&["n", "n"]);
    scene.run(&["audit", "--leftovers", "/one"]).ends(10);
    scene.answers(&["y", "y", "y"]);
    scene.run(&["audit", "--leftovers", "/one"]).ends(0).says("deleted");
    assert!(scene.handles.documents.get("/one/notes.txt").is_none());
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["account"], "alice");
    let asked = scene.handles.prompter.asked().join("\n");
    assert!(asked.contains("may still find what was in it") && !asked.contains("erase"), "{asked}");
}

const CODES: &str = "11111-22222\n33333-44444\n55555-66666\n77777-88888\n";

#[test]
fn recovery_codes_are_known_by_what_the_text_says_and_by_their_name() {
    let scene = Scene::with(&[]);
    let put = |path: &str, text: &str| scene.handles.documents.put(path, text);
    put("/in/login.txt", &format!("Your GitHub recovery codes\n\n{CODES}"));
    put("/in/hashes.txt", CODES);
    put("/in/backup.log", "backup 2026-11-20 10:00 done\nbackup 2026-11-21 10:00 done\n");
    put("/in/emergency kit.pdf", "%PDF-1.7");
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(CODES.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    scene.handles.documents.put("/in/windows recovery codes.txt", wide);
    let ran = scene.run(&["audit", "--leftovers", "/in"]).ends(10);
    let found: Vec<&str> = ran.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        found,
        [
            "/in/emergency kit.pdf: called like a file with recovery codes",
            "/in/login.txt: 4 recovery codes that anybody can read",
            "/in/windows recovery codes.txt: 4 recovery codes that anybody can read",
        ]
    );
}

#[test]
fn recovery_codes_are_stored_with_the_account_that_is_named_and_then_deleted() {
    let mut scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/in/recovery-codes.txt", CODES);
    scene.answers(&["y", "alice", "y", "y"]);
    scene.run(&["audit", "--leftovers", "/in"]).ends(0).says("stored 4 recovery codes").says("deleted");
    assert!(scene.handles.documents.get("/in/recovery-codes.txt").is_none());
    let sets = scene.run(&["recovery", "list", "--json"]).json();
    assert_eq!(
        (sets[0]["sets"][0]["unused"].as_u64(), sets[0]["sets"][0]["origin"].as_str()),
        (Some(4), Some("recovery-codes.txt"))
    );
}

#[test]
fn recovery_codes_of_nobody_stay_where_they_are() {
    let mut scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/in/recovery-codes.txt", CODES);
    scene.answers(&["y", "nobody at all", "y"]);
    scene.run(&["audit", "--leftovers", "/in"]).ends(10).says("nobody at all");
    assert!(scene.handles.documents.get("/in/recovery-codes.txt").is_some());
}

#[test]
fn what_could_not_be_brought_in_is_not_offered_to_be_deleted() {
    let mut scene = folder();
    scene.handles.documents.put("/bad/notes.txt", format!("{ALICE}\notpauth://totp/?nothing={BOB_SECRET}"));
    scene.answers(&["y", "y"]);
    scene.run(&["audit", "--leftovers", "/bad"]).ends(10).says("so it stays");
    assert!(scene.handles.documents.get("/bad/notes.txt").is_some());
}

#[test]
fn it_ends_however_deep_the_folders_are() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put(format!("/a{}/notes.txt", "/b".repeat(50)), ALICE);
    scene.run(&["audit", "--leftovers", "/a"]).ends(0).says("more than was looked at");
}

#[test]
fn a_picture_of_an_account_is_found_and_another_one_is_not() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/pictures/code.png", png(drawn(ALICE, 3)));
    scene.handles.documents.put("/pictures/web.png", png(drawn("https://example.com", 3)));
    scene.handles.documents.put("/pictures/broken.png", "no picture");
    let ran = scene.run(&["audit", "--leftovers", "/pictures"]).ends(10);
    assert!(ran.out.starts_with("/pictures/code.png: a picture with 1 QR code of an account\n"), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 2);
}
