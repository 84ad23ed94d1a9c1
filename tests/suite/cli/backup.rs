use countersign::cli::Environment;
use countersign::ports::FileStep;
use serde_json::json;

use super::{ALICE, BOB, PASSPHRASE, START, STEAM, Scene, code_at};

const OWN: &str = "only for the backup";
const MADE: &str = "/stick/countersign-laptop-2026-11-22T00-00-00Z-3-accounts.age";

/// A vault, a stick, and a file with a passphrase for backups.
fn scene() -> Scene {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    scene.handles.documents.put("/stick/photo.jpg", "anything");
    scene.handles.documents.put("/own", format!("{OWN}\n"));
    scene
}

/// An empty computer with the same stick.
fn another(scene: &Scene) -> Scene {
    let other = Scene::elsewhere();
    for path in scene.handles.documents.paths() {
        other.handles.documents.put(&path, scene.handles.documents.get(&path).unwrap());
    }
    other
}

fn create(scene: &Scene) -> String {
    let out = scene.run(&["backup", "create", "/stick", "--password-file", "/own"]).ends(0).out;
    out.trim_end().to_owned()
}

#[test]
fn create_prints_the_path_and_says_what_it_did_and_what_is_not_in_it() {
    let scene = scene();
    let ran = scene.run(&["backup", "create", "/stick", "--password-file", "/own"]).ends(0);
    assert_eq!(ran.out, format!("{MADE}\n"));
    for said in ["3 accounts", "read back from the disk", "age -d", "ways to unlock the vault: passphrase", "contents"]
    {
        assert!(ran.err.contains(said), "{said:?} in {}", ran.err);
    }
    let json = scene.run(&["backup", "create", "--password-file", "/own", "--json"]).ends(0).json();
    assert_eq!(json["file"], MADE.replace("accounts.age", "accounts-2.age"), "the folder was remembered");
    assert_eq!((&json["accounts"], &json["trash"], &json["how"]), (&json!(3), &json!(0), &json!("passphrase")));
    assert_eq!(json["words"].as_str().unwrap().split(' ').count(), 6);
    let listed = scene.run(&["backup", "list", "--json"]).ends(0).json();
    assert_eq!(listed[0]["path"], MADE);
    assert_eq!((&listed[0]["proved"], &listed[0]["exists"]), (&json!(null), &json!(true)));
    assert!(scene.run(&["backup", "list"]).ends(0).out.contains("not proved"));
}

#[test]
fn a_drill_proves_with_the_backups_own_passphrase_and_says_so_in_json() {
    let scene = scene();
    let file = create(&scene);
    let json = scene.run(&["backup", "drill", &file, "--password-file", "/own", "--json"]).ends(0).json();
    let wanted = json!({"file": file, "made": START, "accounts": 3, "same": 3, "differs": [], "missing": 0,
        "extra": 0, "newer": 0, "proved": true});
    assert_eq!(json, wanted);
    let status = scene.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["backup"]["proved"]["path"], MADE);
    assert_eq!(status["backup"]["drill_due"], false);
    scene.handles.clock.advance_secs(91 * 24 * 60 * 60);
    assert_eq!(scene.run(&["status", "--json"]).json()["backup"]["drill_due"], true);
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("prove that a backup opens") && text.contains(MADE), "{text}");
}

#[test]
fn what_changed_since_is_told_and_a_new_account_is_counted_as_newer() {
    let scene = scene();
    let file = create(&scene);
    scene.handles.clock.advance_secs(60);
    scene.run(&["edit", "github", "--note", "since"]).ends(0);
    scene.type_in("otpauth://totp/Later:dora?secret=GEZDGNBVGY3TQOJQGEZDGNBV&issuer=Later");
    scene.run(&["add", "-"]).ends(0);
    let json = scene.run(&["backup", "drill", &file, "--password-file", "/own", "--json"]).ends(0).json();
    assert_eq!(
        (&json["same"], &json["missing"], &json["newer"], &json["proved"]),
        (&json!(2), &json!(1), &json!(1), &json!(true))
    );
    assert_eq!((&json["differs"][0]["what"], &json["differs"][0]["since"]), (&json!("note"), &json!(true)));
    let ran = scene.run(&["backup", "drill", &file, "--password-file", "/own"]).ends(0).says("proved: it opens");
    assert!(ran.out.contains("GitHub · alice: note differs, since then"), "{}", ran.out);
}

#[test]
fn restore_on_an_empty_machine_gives_the_same_codes_under_the_passphrase_that_is_chosen() {
    let scene = scene();
    let file = create(&scene);
    let words = scene.run(&["status", "--json"]).json()["unlocked"]["contents"].clone();
    let other = another(&scene);
    let json = other
        .run(&["backup", "restore", &file, "--password-file", "/own", "--json", "--work-factor", "16"])
        .ends(0)
        .json();
    assert_eq!((&json["accounts"], &json["words"], &json["merged"]), (&json!(3), &words, &json!(null)));
    assert_eq!(other.run(&["code", "github"]).ends(0).out.trim_end(), code_at(ALICE, START));
    assert_eq!(other.run(&["code", "steam"]).ends(0).out, scene.run(&["code", "steam"]).out);
    assert_eq!(other.run(&["code", "vpn"]).ends(0).out, scene.run(&["code", "vpn"]).out);
    let status = other.run(&["status", "--json"]).json();
    assert_eq!(status["unlocked"]["contents"], words, "what both sides compare");

    // Without an option for the vault, the backup's own passphrase becomes the vault's.
    let mut third = another(&scene);
    third.environment = Environment::default();
    third
        .run(&["backup", "restore", &file, "--password-file", "/own", "--work-factor", "16"])
        .ends(0)
        .says("made a vault");
    third.run(&["code", "github"]).ends(7);
    third.run(&["code", "github", "--passphrase-file", "/own"]).ends(0);
}

#[test]
fn restore_into_a_vault_merges_and_undo_takes_it_back() {
    let scene = scene();
    let file = create(&scene);
    let other = another(&scene);
    other.make_vault(PASSPHRASE);
    let ran = other.run(&["backup", "restore", &file, "--password-file", "/own", "--dry-run"]).ends(0).says("dry run");
    assert!(ran.out.contains("GitHub · alice was added"), "{}", ran.out);
    other.run(&["code", "github"]).ends(3);
    let ran = other
        .run(&["backup", "restore", &file, "--password-file", "/own", "--work-factor", "16"])
        .ends(0)
        .says("merged into the vault");
    assert!(ran.err.contains("of another vault"), "{}", ran.err);
    other.run(&["code", "github"]).ends(0);
    other.run(&["undo"]).ends(0);
    other.run(&["code", "github"]).ends(3);
    let json = scene.run(&["backup", "restore", &file, "--password-file", "/own", "--json"]).ends(0).json();
    assert_eq!((&json["merged"]["saved"], &json["merged"]["unchanged"]), (&json!(false), &json!(3)));
}

#[test]
fn without_a_terminal_the_passphrase_of_the_vault_serves_for_the_backup_too() {
    let scene = scene();
    let json = scene.run(&["backup", "create", "/stick", "--json"]).ends(0).json();
    assert_eq!(json["how"], "same-passphrase");
    scene.run(&["backup", "drill", MADE]).ends(0).says("proved");
    let other = another(&scene);
    other.run(&["backup", "restore", MADE, "--work-factor", "16"]).ends(0);
    other.run(&["code", "github"]).ends(0);
}

#[test]
fn without_a_passphrase_at_hand_it_opens_with_what_opens_the_vault() {
    let mut scene = scene();
    let key = scene.handles.vault_file.bytes().map(|bytes| {
        let slots = countersign::sealing::peek(&bytes).unwrap();
        slots.unlock_with_passphrase(&PASSPHRASE.into(), &Default::default()).unwrap().key
    });
    assert!(key.is_some());
    scene.environment = Environment::default();
    scene.answers(&[PASSPHRASE, "", "wrong", PASSPHRASE]);
    let ran = scene.run(&["backup", "create", "/stick", "--json"]).ends(0).says("that does not open the vault");
    assert_eq!(ran.json()["how"], "same-passphrase");
    assert_eq!(scene.handles.prompter.unused(), 0);
}

#[test]
fn on_a_terminal_the_passphrase_is_asked_twice_and_anew_for_the_drill() {
    let mut scene = scene();
    scene.environment = Environment::default();
    scene.answers(&[PASSPHRASE, OWN, "another one", OWN, OWN]);
    scene
        .run(&["backup", "create", "/stick", "--yes"])
        .ends(0)
        .says("not the same")
        .says("opens with its own passphrase");
    scene.answers(&[PASSPHRASE, PASSPHRASE, OWN]);
    let ran = scene.run(&["backup", "drill", MADE]).ends(0).says("a passphrase of its own, not the vault's");
    assert!(ran.err.contains("wrong passphrase") && ran.err.contains("2026-11-22"), "{}", ran.err);
    assert_eq!(scene.handles.prompter.unused(), 0, "the vault's passphrase was not used for the backup");
}

#[test]
fn recipients_open_a_backup_with_their_identities_and_others_are_refused() {
    let scene = scene();
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    scene.handles.documents.put("/key.txt", age::secrecy::ExposeSecret::expose_secret(&identity.to_string()));
    let json = scene.run(&["backup", "create", "/stick", "--to", &recipient, "--json"]).ends(0).json();
    assert_eq!(json["how"], "recipients");
    scene.run(&["backup", "drill", MADE, "--backup-identity", "/key.txt"]).ends(0);
    scene.run(&["backup", "drill", MADE]).ends(5).says("opened with an age identity");
    let other = another(&scene);
    other.run(&["backup", "restore", MADE, "--backup-identity", "/key.txt", "--work-factor", "16"]).ends(0);
    other.run(&["code", "github"]).ends(0);

    let both = ["backup", "create", "/stick/both.age", "--to", &recipient, "--password-file", "/own", "--json"];
    assert_eq!(scene.run(&both).ends(0).json()["how"], "either");
    scene.run(&["backup", "drill", "/stick/both.age", "--backup-identity", "/key.txt"]).ends(0);
    scene.run(&["backup", "drill", "/stick/both.age", "--password-file", "/own"]).ends(0);
    scene.run(&["backup", "create", "/stick", "--to", "ssh-ed25519 AAAA"]).ends(2).says("SSH keys");
    scene.run(&["backup", "create", "/stick", "--to", "alice"]).ends(2).says("not an age recipient");
}

#[test]
fn each_kind_of_trouble_has_its_words_and_its_exit_code() {
    let scene = scene();
    scene.run(&["backup", "create"]).ends(7).says("not known where backups go").says("name a folder");
    scene.run(&["backup", "create", "/no/folder/x.age"]).ends(1).says("there is no folder /no/folder");
    scene.run(&["backup", "create", "/gone/"]).ends(1).says("there is no folder");
    scene.run(&["backup", "create", "/stick/photo.jpg"]).ends(7).says("is there already");
    let file = create(&scene);
    let whole = scene.handles.documents.get(&file).unwrap();
    scene.handles.documents.put("/wrong", "not it");
    scene
        .run(&["backup", "drill", &file, "--password-file", "/wrong"])
        .ends(5)
        .says("wrong passphrase")
        .says("2026-11-22");
    let with = |bytes: &[u8]| {
        scene.handles.documents.put("/stick/odd.age", bytes);
        ["backup", "drill", "/stick/odd.age", "--password-file", "/own"]
    };
    scene.run(&with(b"")).ends(6).says("the file is empty");
    scene.run(&with(&whole[..whole.len() - 1])).ends(6).says("cut short");
    scene.run(&with(&whole[..80])).ends(6).says("cut short");
    scene.run(&with(b"PK anything")).ends(6).says("not an age file");
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    scene.run(&with(&damaged)).ends(6).says("damaged");
    scene.run(&["backup", "drill", "/stick/none.age"]).ends(6).says("cannot read");
    scene.handles.documents.fail_with(FileStep::Write, std::io::ErrorKind::StorageFull);
    scene.run(&["backup", "create", "/stick"]).ends(1).says("cannot write").says("free some space");
    scene.handles.documents.recover();
    let theirs = Scene::elsewhere();
    theirs.make_vault(PASSPHRASE);
    theirs.handles.documents.put("/stick/x", "");
    theirs.run(&["backup", "create", "/stick/theirs.age"]).ends(0);
    scene.handles.documents.put("/stick/theirs.age", theirs.handles.documents.get("/stick/theirs.age").unwrap());
    scene.run(&["backup", "drill", "/stick/theirs.age"]).ends(6).says("another vault");
}

#[test]
fn standard_input_is_a_backup_like_any_other() {
    let scene = scene();
    let file = create(&scene);
    scene.handles.documents.put("-", scene.handles.documents.get(&file).unwrap());
    scene.run(&["backup", "drill", "-", "--password-file", "/own"]).ends(0);
    scene.run(&["backup", "drill", "-", "--password-file", "-"]).ends(2).says("asked for twice");
}

#[test]
fn the_settings_folder_takes_a_backup_of_each_change_and_its_failure_is_an_alarm() {
    let mut scene = scene();
    scene.config = Some("[backup]\nfolder = \"/stick\"\nkeep = 2\ndaily = 0\nweekly = 0\n".to_owned());
    for note in 0..4 {
        scene.handles.clock.advance_secs(60);
        scene.run(&["edit", "github", "--note", &note.to_string()]).ends(0);
    }
    let automatic = scene.run(&["backup", "list", "--json"]).json();
    assert_eq!(automatic.as_array().unwrap().len(), 2);
    assert!(automatic.as_array().unwrap().iter().all(|row| row["automatic"] == true && row["exists"] == true));
    scene.run(&["backup", "drill", automatic[1]["path"].as_str().unwrap()]).ends(0);
    scene.run(&["code", "github"]).ends(0);
    assert_eq!(scene.run(&["backup", "list", "--json"]).json().as_array().unwrap().len(), 2);
    scene.run(&["code", "vpn"]).ends(0);
    assert_eq!(scene.run(&["backup", "list", "--json"]).json()[1]["made"], START + 240, "a counter is a change");

    scene.handles.documents.fail_with(FileStep::Write, std::io::ErrorKind::StorageFull);
    scene.run(&["edit", "github", "--note", "saved"]).ends(0).says("no backup was made");
    scene.handles.clock.advance_secs(3600);
    scene.run(&["list"]).ends(0).says("no backup was made since 2026-11-22 00:04");
    let status = scene.run(&["status"]).ends(0).out;
    assert!(status.contains("FAILING") && status.contains("no backup since 2026-11-22 00:04"), "{status}");
    let json = scene.run(&["status", "--json"]).json();
    assert_eq!(json["backup"]["failing"]["since"], START + 240);
    scene.handles.documents.recover();
    scene.run(&["edit", "github", "--note", "again"]).ends(0);
    assert_eq!(scene.run(&["status", "--json"]).json()["backup"]["failing"], json!(null));
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["note"], "again");
}
