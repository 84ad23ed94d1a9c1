use super::{ALICE, ALICE_SECRET, BOB, BOB_SECRET, START, Scene, code_at, code_of};

#[test]
fn every_field_can_be_edited() {
    let scene = Scene::with(&[ALICE]);
    let options = ["--issuer", "GitLab", "--account", "anna", "--note", "new", "--digits", "8", "--period", "60"];
    let more = ["--algorithm", "sha256", "--add-tag", "b", "--add-tag", "a", "--pin", "--json"];
    let row = scene.run(&[["edit", "github"].as_slice(), &options, &more].concat()).ends(0).json()[0].clone();
    for (key, value) in [("issuer", "GitLab"), ("account", "anna"), ("note", "new"), ("algorithm", "SHA256")] {
        assert_eq!(row[key], value);
    }
    assert_eq!((row["digits"].as_u64(), row["period"].as_u64()), (Some(8), Some(60)));
    assert_eq!((&row["tags"], &row["pinned"]), (&serde_json::json!(["a", "b"]), &serde_json::json!(true)));
    let row = scene.run(&["edit", "gitlab", "--remove-tag", "b", "--unpin", "--json"]).ends(0).json()[0].clone();
    assert_eq!((&row["tags"], &row["pinned"]), (&serde_json::json!(["a"]), &serde_json::json!(false)));
}

#[test]
fn what_is_not_named_stays() {
    let scene = Scene::with(&[ALICE]);
    scene.run(&["edit", "github", "--digits", "8"]).ends(0);
    scene.run(&["edit", "github", "--period", "60"]).ends(0);
    let row = scene.run(&["list", "--json"]).json()[0].clone();
    assert_eq!((row["digits"].as_u64(), row["period"].as_u64()), (Some(8), Some(60)));
    assert_eq!(row["account"], "alice");
    let same = format!("otpauth://totp/x?secret={ALICE_SECRET}&digits=8&period=60");
    scene.run(&["code", "github"]).prints(&format!("{}\n", code_at(&same, START)));
}

#[test]
fn a_replaced_secret_is_kept_as_a_former_one() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.documents.put("/secret", BOB_SECRET);
    scene.run(&["edit", "github", "--secret-file", "/secret"]).ends(0);
    let now = format!("otpauth://totp/x?secret={BOB_SECRET}");
    scene.run(&["code", "github"]).prints(&format!("{}\n", code_at(&now, START)));
    assert_eq!(scene.run(&["show", "github", "--json"]).json()["former"], 1);
    scene.run(&["undo"]).ends(0);
    scene.handles.clock.advance_secs(30);
    scene.run(&["code", "github"]).prints(&format!("{}\n", code_at(ALICE, START + 30)));
}

#[test]
fn a_pin_comes_and_goes_with_the_type() {
    let mut scene = Scene::with(&[ALICE]);
    scene.run(&["edit", "github", "--type", "motp"]).ends(7).says("no terminal");
    scene.answers(&["1234"]);
    scene.run(&["edit", "github", "--type", "motp"]).ends(0);
    scene.run(&["edit", "github", "--type", "totp"]).ends(0);
    scene.type_in(ALICE);
    scene.run(&["add", "-"]).ends(0).says("GitHub · alice is there already");
}

#[test]
fn a_counter_can_be_set_also_back() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["edit", "vpn", "--counter", "3"]).ends(0);
    scene.run(&["code", "vpn"]).prints(&format!("{}\n", code_of(BOB, 3)));
    scene.run(&["edit", "github", "--counter", "3"]).ends(2).says("counter");
    scene.run(&["edit", "github", "--type", "hotp", "--counter", "3"]).ends(0);
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["counter"], 3);
}

#[test]
fn a_site_that_accepted_a_code_ends_the_pending() {
    let scene = Scene::with(&[]);
    scene.type_in(ALICE);
    scene.run(&["add", "-"]).ends(0);
    assert!(scene.run(&["list"]).out.ends_with("pending\n"));
    scene.run(&["confirm", "github"]).ends(0).says("confirmed GitHub · alice");
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["pending"], false);
    let before = scene.handles.vault_file.bytes();
    scene.run(&["confirm", "github"]).ends(0).says("was confirmed already");
    assert_eq!(scene.handles.vault_file.bytes(), before, "nothing to save");
}

#[test]
fn what_is_too_long_is_refused() {
    let scene = Scene::with(&[ALICE]);
    let before = scene.handles.vault_file.bytes();
    let long = "x".repeat(100_000);
    for option in ["--issuer", "--account", "--note", "--add-tag"] {
        scene.run(&["edit", "github", option, &long]).ends(1).says("is longer than").says("shorten it");
    }
    scene.run(&["edit", "github", "--add-tag", " "]).ends(1).says("a tag is empty");
    assert_eq!(scene.handles.vault_file.bytes(), before);
}

#[test]
fn what_another_device_wrote_meanwhile_is_kept_and_told() {
    let scene = Scene::with(&[ALICE, BOB]);
    let before = scene.handles.vault_file.bytes().unwrap();
    scene.run(&["edit", "vpn", "--note", "theirs"]).ends(0);
    let theirs = scene.handles.vault_file.bytes().unwrap();
    scene.handles.vault_file.changed_by_another_device(&before);
    scene.handles.vault_file.changes_just_before_the_next_save(&theirs);
    scene
        .run(&["edit", "github", "--note", "ours", "--accept", "older"])
        .ends(0)
        .says("meanwhile, elsewhere: VPN · bob was changed");
    assert_eq!(scene.run(&["list", "vpn", "--json"]).json()[0]["note"], "theirs");
    assert_eq!(scene.run(&["list", "github", "--json"]).json()[0]["note"], "ours");
}
