//! `slots`: listed, added, removed, and the passphrase changed.

use countersign::ports::KeyringError;
use countersign::sealing::{self, SlotKind};

use super::{ALICE, BOB, PASSPHRASE, Ran, Scene};

const NEW: &str = "seventeen quiet herons by the weir";

/// Runs a command that may print the words of a sheet or a passphrase.
fn free(scene: &Scene, args: &[&str]) -> Ran {
    scene.run_freely(args.iter().map(std::ffi::OsString::from))
}

fn scene() -> Scene {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.handles.documents.put("/new", format!("{NEW}\n"));
    scene
}

fn kinds(scene: &Scene) -> Vec<SlotKind> {
    let bytes = scene.handles.vault_file.bytes().unwrap();
    sealing::peek(&bytes).unwrap().iter().map(|slot| slot.kind()).collect()
}

fn id_of(scene: &Scene, kind: &str) -> String {
    let json = scene.run(&["slots", "list", "--json"]).ends(0).json();
    let slots = json.as_array().unwrap().clone();
    slots.iter().rfind(|slot| slot["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_list_says_what_each_slot_protects_against_and_which_is_the_weakest() {
    let scene = scene();
    scene.run(&["slots", "add", "keyring", "--name", "my login"]).ends(0);
    scene.run(&["slots", "add", "sheet"]).ends(0);
    let ran = scene.run(&["slots", "list"]).ends(0);
    for text in [
        "  passphrase            work factor 1                    last used here 2026-11-22  opened the vault now",
        "  my login",
        "opens here by itself",
        "    protects against  whoever has the file",
        "    but not against   whoever finds the sheet",
        "added 2026-11-22",
    ] {
        assert!(ran.out.contains(text), "{text:?} is missing in\n{}", ran.out);
    }
    assert_eq!(ran.out.lines().count(), 9, "{}", ran.out);
    ran.says("the weakest is keyring ");
    let json = scene.run(&["slots", "list", "--json"]).ends(0).json();
    let rows = json.as_array().unwrap();
    let mut names: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut expected = [
        "id",
        "kind",
        "name",
        "added",
        "last_used",
        "work_factor",
        "in_use",
        "opens_here",
        "device",
        "removable",
        "protects_against",
        "not_against",
        "weakest",
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(rows.iter().filter(|row| row["weakest"] == true).count(), 1);
    assert_eq!((&rows[0]["kind"], &rows[0]["in_use"]), (&"passphrase".into(), &true.into()));
}

#[test]
fn another_passphrase_opens_the_vault_as_well() {
    let scene = scene();
    let ran = scene.run(&["slots", "add", "passphrase", "--new-password-file", "/new", "--work-factor", "16"]).ends(0);
    ran.prints("").says("the new passphrase is strong").says("it has opened the vault once");
    scene.run(&["list", "--passphrase-file", "/new"]).ends(0);
    scene.run(&["list"]).ends(0);
    scene
        .run(&["slots", "add", "passphrase", "--new-password-file", "/new", "--work-factor", "16"])
        .ends(1)
        .says("opens with that passphrase already");
}

#[test]
fn a_generated_passphrase_is_printed_and_opens_the_vault() {
    let scene = scene();
    let made = free(&scene, &["slots", "add", "passphrase", "--generate", "--work-factor", "16"]).ends(0).out;
    assert_eq!(made.trim().split('-').count(), 6, "{made}");
    scene.handles.documents.put("/made", &made);
    scene.run(&["list", "--passphrase-file", "/made"]).ends(0);
}

#[test]
fn without_a_terminal_a_new_passphrase_has_to_be_given() {
    let scene = scene();
    scene.run(&["slots", "add", "passphrase"]).ends(7).says("--new-password-file or --generate");
    scene.run(&["slots", "change-passphrase"]).ends(7).says("--new-password-file or --generate");
    assert_eq!(kinds(&scene), [SlotKind::Passphrase]);
}

#[test]
fn a_keyring_that_fails_adds_nothing_and_says_what_to_do() {
    let scene = scene();
    scene.handles.keyring.fail(Some(KeyringError::Absent));
    scene.run(&["slots", "add", "keyring"]).ends(1).says("no keyring here").says("in a desktop session");
    scene.handles.keyring.fail(Some(KeyringError::Locked));
    scene.run(&["slots", "add", "keyring"]).ends(1).says("the keyring is locked").says("nothing was changed");
    scene.handles.keyring.fail(None);
    assert_eq!(kinds(&scene), [SlotKind::Passphrase]);
    scene.run(&["slots", "add", "keyring"]).ends(0).says("opens without a passphrase on this device");
    scene.run(&["slots", "add", "keyring"]).ends(1).says("opens the vault already");
}

#[test]
fn a_removed_keyring_slot_is_gone_from_the_keyring_too() {
    let scene = scene();
    scene.run(&["slots", "add", "keyring"]).ends(0);
    let id = id_of(&scene, "keyring");
    scene.run(&["slots", "remove", &id[..8]]).ends(7).says("--yes");
    scene.run(&["slots", "remove", &id[..8], "--yes"]).ends(0).says("slots change-passphrase");
    assert_eq!((kinds(&scene), scene.handles.keyring.names().len()), (vec![SlotKind::Passphrase], 0));
    scene.run(&["slots", "remove", "0123abcd", "--yes"]).ends(3).says("no unlock slot of that id");
}

#[test]
fn what_the_keyring_did_not_let_go_of_is_said() {
    let scene = scene();
    scene.run(&["slots", "add", "keyring"]).ends(0);
    let id = id_of(&scene, "keyring");
    scene.handles.keyring.fail(Some(KeyringError::Locked));
    scene.run(&["slots", "remove", &id, "--yes"]).ends(0).says("the keyring did not let go of its key");
}

#[test]
fn a_removal_is_asked_for_and_can_be_declined() {
    let mut scene = scene();
    scene.run(&["slots", "add", "sheet"]).ends(0);
    let id = id_of(&scene, "sheet");
    scene.answers(&["n"]);
    scene.run(&["slots", "remove", &id]).ends(1).says("copies of the vault from before").says("nothing was removed");
    scene.answers(&["y"]);
    scene.run(&["slots", "remove", &id]).ends(0).says("removed sheet");
    assert_eq!(kinds(&scene), [SlotKind::Passphrase]);
}

#[test]
fn the_last_passphrase_or_sheet_stays() {
    let scene = scene();
    scene.run(&["slots", "add", "keyring"]).ends(0);
    let id = id_of(&scene, "passphrase");
    scene.run(&["slots", "remove", &id, "--yes"]).ends(7).says("the last passphrase or recovery sheet");
}

#[test]
fn the_words_of_a_sheet_are_printed_where_there_is_no_terminal_and_open_the_vault() {
    let scene = scene();
    let words = scene.run(&["slots", "add", "sheet", "--name", "safe"]).ends(0).says("added sheet").out;
    assert_eq!(words.trim().split(' ').count(), 11, "{words}");
    scene.handles.documents.put("/words", &words);
    scene.run(&["list", "--passphrase-file", "/words"]).ends(0);
}

#[test]
fn a_sheet_in_a_file_has_all_that_is_needed_on_the_day() {
    let scene = scene();
    scene.run(&["slots", "add", "sheet", "--to", "/sheet.txt"]).ends(0).prints("").says("delete the file");
    let page = String::from_utf8(scene.handles.documents.get("/sheet.txt").unwrap()).unwrap();
    insta::assert_snapshot!("slots-sheet", unsecret(&page));
    let identity = page.lines().find(|line| line.contains("AGE-SECRET-KEY-1")).unwrap().trim();
    let file = scene.handles.vault_file.bytes().unwrap();
    let sheet = sealing::peek(&file).unwrap().only_kind(SlotKind::Sheet);
    assert_eq!(sheet.iter().count(), 1);
    assert!(!identity.contains(' '));
    for line in page.lines().skip_while(|line| !line.contains("awk")).map(str::trim).filter(|line| !line.is_empty()) {
        let recover = include_str!("../../../docs/RECOVER.md");
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(recover).contains(&squeezed(line)), "{line:?} is not in RECOVER.md");
    }
    scene.run(&["slots", "add", "sheet", "--to", "/sheet.txt"]).ends(7);
    assert_eq!(kinds(&scene), [SlotKind::Passphrase, SlotKind::Sheet], "a file that is there is not written over");
}

/// Puts dots in the place of what is another in each run.
fn unsecret(page: &str) -> String {
    let line = |line: &str| match line.split_once("AGE-SECRET-KEY-1") {
        Some((before, _)) => format!("{before}AGE-SECRET-KEY-1…"),
        None => match line.strip_prefix("the vault's name  ") {
            Some(_) => "the vault's name  …".to_owned(),
            None => line.to_owned(),
        },
    };
    page.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sheet_that_opens_the_vault_stays_though_nobody_reads_that_it_was_added() {
    let mut scene = scene();
    scene.reader_leaves_after = Some(0);
    scene.run(&["--json", "slots", "add", "sheet", "--to", "/sheet.txt"]);
    assert_eq!(kinds(&scene), [SlotKind::Passphrase, SlotKind::Sheet]);
    assert!(scene.handles.documents.get("/sheet.txt").is_some(), "nobody has its words");
}

#[test]
fn a_sheet_that_cannot_be_added_leaves_no_page() {
    let scene = scene();
    scene.handles.vault_file.fail_at(countersign::ports::FileStep::Write);
    scene.run(&["slots", "add", "sheet", "--to", "/sheet.txt"]).ends(1);
    assert_eq!((kinds(&scene), scene.handles.documents.get("/sheet.txt")), (vec![SlotKind::Passphrase], None));
}

#[test]
fn a_sheet_that_does_not_read_back_adds_nothing() {
    let scene = scene();
    scene.handles.documents.damage_what_is_written();
    scene.run(&["slots", "add", "sheet", "--to", "/sheet.txt"]).ends(1).says("does not read back");
    assert_eq!((kinds(&scene), scene.handles.documents.get("/sheet.txt")), (vec![SlotKind::Passphrase], None));
}

/// Returns a scene on a terminal.
fn on_a_terminal() -> Scene {
    let mut scene = scene();
    scene.out_is_terminal = true;
    scene.handles.private_screen.resize(80, 24);
    scene
}

#[test]
fn words_that_were_not_written_down_count_for_nothing() {
    let mut scene = on_a_terminal();
    scene.answers(&["no"; 9]);
    scene.run(&["slots", "add", "sheet"]).ends(1).prints("").says("nothing was added");
    assert_eq!((kinds(&scene), scene.handles.private_screen.pages().len()), (vec![SlotKind::Passphrase], 3));
    let asked: Vec<String> = scene.handles.prompter.asked();
    let mut twin = on_a_terminal();
    let shown = scene.handles.private_screen.pages()[0].clone();
    let word = |question: &String| {
        let place = question.trim_start_matches("Word ").trim_end_matches(':').to_owned();
        let line = shown.iter().find(|line| line.trim().starts_with(&format!("{place}."))).unwrap();
        line.rsplit("  ").find(|part| !part.is_empty()).unwrap().trim().to_owned()
    };
    let answers: Vec<String> = asked.iter().take(3).map(word).collect();
    twin.answers(&answers.iter().map(String::as_str).collect::<Vec<_>>());
    twin.run(&["slots", "add", "sheet"]).ends(0).prints("").says("added sheet");
    assert_eq!(kinds(&twin), [SlotKind::Passphrase, SlotKind::Sheet]);
}

#[test]
fn words_are_never_printed_on_a_terminal() {
    let scene = on_a_terminal();
    scene.run(&["slots", "add", "sheet"]).ends(7).prints("").says("--to FILE");
    assert_eq!(kinds(&scene), [SlotKind::Passphrase]);
}

#[test]
fn a_changed_passphrase_gives_the_vault_a_new_key_and_says_what_that_means() {
    let scene = scene();
    scene.run(&["slots", "add", "keyring"]).ends(0);
    let before = scene.handles.vault_file.bytes().unwrap();
    let words = scene.run(&["status", "--json"]).json()["unlocked"]["words"].clone();
    let ran =
        scene.run(&["slots", "change-passphrase", "--new-password-file", "/new", "--work-factor", "16", "--json"]);
    let ran = ran.ends(0).says("the vault gets a new key").says("other devices").says("make a new backup");
    let now = ran.json()["words"].clone();
    assert_ne!(now, words);
    scene.run(&["list"]).ends(5).says("wrong passphrase");
    let json = scene.run(&["status", "--json", "--passphrase-file", "/new"]).ends(0).json();
    assert_eq!(json["unlocked"]["words"], now);
    let slots = sealing::peek(&before).unwrap();
    let old = slots.unlock_with_passphrase(&PASSPHRASE.into(), &Default::default()).unwrap().key;
    assert!(sealing::open(&scene.handles.vault_file.bytes().unwrap(), &old).is_err());
}

#[test]
fn the_keyring_goes_on_after_the_passphrase_was_changed() {
    let mut scene = scene();
    scene.run(&["slots", "add", "keyring"]).ends(0);
    scene.run(&["slots", "change-passphrase", "--new-password-file", "/new", "--work-factor", "16"]).ends(0);
    scene.environment.passphrase_file = None;
    scene.run(&["list"]).ends(0);
}

#[test]
fn a_key_that_is_kept_is_said_to_open_what_is_to_come() {
    let scene = scene();
    let words = scene.run(&["status", "--json"]).json()["unlocked"]["words"].clone();
    let args = ["slots", "change-passphrase", "--keep-key", "--new-password-file", "/new", "--work-factor", "16"];
    scene.run(&args).ends(0).says("can open what is to come");
    let json = scene.run(&["status", "--json", "--passphrase-file", "/new"]).ends(0).json();
    assert_eq!(json["unlocked"]["words"], words);
}

#[test]
fn other_passphrases_of_the_vault_are_needed_for_a_new_key() {
    let mut scene = scene();
    scene.handles.documents.put("/other", "a heron of another feather");
    scene.run(&["slots", "add", "passphrase", "--new-password-file", "/other", "--work-factor", "16"]).ends(0);
    let args = ["slots", "change-passphrase", "--new-password-file", "/new", "--work-factor", "16"];
    scene.run(&args).ends(5).says("--other-passphrase-file");
    scene.run(&[args.as_slice(), &["--other-passphrase-file", "/other"]].concat()).ends(0);
    scene.run(&["list", "--passphrase-file", "/other"]).ends(0);
    scene.environment.passphrase_file = None;
    scene.answers(&[NEW, "a wrong one", "a heron of another feather"]);
    scene.handles.documents.put("/new", "a third one that nobody guesses");
    scene.run(&args).ends(0).says("that is none of the others");
    scene.run(&["list", "--passphrase-file", "/new"]).ends(0);
}

#[test]
fn each_other_passphrase_is_asked_for_before_a_new_one_is_thought_of() {
    let mut scene = scene();
    for (file, passphrase) in [("/other", "a heron of another feather"), ("/third", "the third heron of them all")] {
        scene.handles.documents.put(file, passphrase);
        scene.run(&["slots", "add", "passphrase", "--new-password-file", file, "--work-factor", "16"]).ends(0);
    }
    scene.environment.passphrase_file = None;
    let again = "a heron of another feather";
    scene.answers(&[PASSPHRASE, again, again, "the third heron of them all", NEW, NEW]);
    scene.run(&["slots", "change-passphrase", "--work-factor", "16"]).ends(0).says("that is none of the others");
    assert_eq!(scene.handles.prompter.unused(), 0);
    for file in ["/new", "/other", "/third"] {
        scene.run(&["list", "--passphrase-file", file]).ends(0);
    }

    scene.handles.documents.put("/mistyped", "the third heron of none");
    scene.answers(&[NEW]);
    let args = ["slots", "change-passphrase", "--work-factor", "16", "--other-passphrase-file", "/mistyped"];
    scene.run(&args).ends(5).says("has a passphrase that opens nothing here");

    scene.answers(&[NEW, again, "wrong", "wrong as well", "wrong once more", "never asked for", "never asked for"]);
    let ran = scene.run(&["slots", "change-passphrase", "--work-factor", "16"]).ends(5);
    ran.says("each other passphrase of the vault, of which it has 2");
    assert_eq!(scene.handles.prompter.unused(), 2, "nobody types a new one for nothing");
}

#[test]
fn old_and_new_passphrase_are_asked_for_on_a_terminal() {
    let mut scene = scene();
    scene.environment.passphrase_file = None;
    scene.answers(&["mistyped", PASSPHRASE, NEW, "not the same", NEW, NEW]);
    scene.run(&["slots", "change-passphrase", "--work-factor", "16"]).ends(0).says("strong").says("not the same");
    scene.run(&["list", "--passphrase-file", "/new"]).ends(0);
}

#[test]
fn what_was_typed_instead_of_the_passphrase_is_said_before_a_new_one_is_asked_for() {
    let mut scene = scene();
    let words = free(&scene, &["slots", "add", "sheet"]).ends(0).out;
    scene.environment.passphrase_file = None;
    scene.answers(&[words.trim(), NEW, NEW]);
    let ran = scene.run(&["slots", "change-passphrase", "--work-factor", "16"]).ends(5);
    ran.says("the words of the recovery sheet").says("countersign slots add passphrase");
    assert_eq!(scene.handles.prompter.unused(), 2, "nobody types a new one for nothing");
}

#[test]
fn a_limit_for_the_work_factor_holds_for_new_passphrases_too() {
    let scene = scene();
    for command in ["add passphrase", "change-passphrase"] {
        let mut args = vec!["--max-work-factor", "12", "slots"];
        args.extend(command.split(' '));
        args.extend(["--new-password-file", "/new", "--work-factor", "16"]);
        scene.run(&args).says("the limit is 12");
    }
    assert_eq!(kinds(&scene), [SlotKind::Passphrase]);
    scene.run(&["list"]).ends(0);
}

#[test]
fn the_page_of_a_sheet_says_how_another_sheet_of_the_vault_is_opened() {
    let scene = scene();
    scene.run(&["slots", "add", "sheet"]).ends(0);
    scene.run(&["slots", "add", "sheet", "--to", "/sheet.txt"]).ends(0);
    let page = String::from_utf8(scene.handles.documents.get("/sheet.txt").unwrap()).unwrap();
    assert!(page.contains("slot=2"), "{page}");
}

#[test]
fn too_little_memory_for_a_new_passphrase_is_said() {
    let scene = scene();
    scene.handles.host.leave_memory(200 << 20);
    scene.run(&["slots", "change-passphrase", "--new-password-file", "/new"]).ends(5).says("256 MiB of memory");
    scene.run(&["slots", "add", "passphrase", "--new-password-file", "/new"]).ends(5).says("256 MiB of memory");
    scene.run(&["list"]).ends(0);
}

#[test]
fn the_audits_advice_about_a_low_work_factor_is_a_command_that_works() {
    let scene = scene();
    let found = scene.run(&["audit", "--json"]).ends(10).json();
    let low = found.as_array().unwrap().iter().find(|finding| finding["id"] == "weak-work-factor").unwrap().clone();
    assert!(low["advice"].as_str().unwrap().ends_with("countersign slots change-passphrase"), "{low}");
    scene.run(&["slots", "change-passphrase", "--new-password-file", "/new"]).ends(0).says("work factor 18");
    let found = scene.run(&["audit", "--json", "--passphrase-file", "/new"]).json();
    assert!(found.as_array().unwrap().iter().all(|finding| finding["id"] != "weak-work-factor"), "{found}");
}
