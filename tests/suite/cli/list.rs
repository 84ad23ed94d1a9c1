use super::{ALICE, BOB, START, STEAM, Scene};

#[test]
fn accounts_stand_in_columns_without_secrets_and_codes() {
    let scene = Scene::with(&[BOB, ALICE, "otpauth://totp/銀行:太郎?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]);
    scene.run(&["edit", "github", "--add-tag", "work", "--add-tag", "daily", "--pin"]).ends(0);
    let ids: Vec<String> = scene
        .run(&["list", "--json"])
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap()[..8].to_owned())
        .collect();
    let expected = format!(
        "{}  GitHub  alice  totp  daily, work  pinned\n{}  VPN     bob    hotp\n{}  銀行    太郎   totp\n",
        ids[0], ids[1], ids[2]
    );
    scene.run(&["list"]).ends(0).prints(&expected);
}

#[test]
fn json_has_exactly_the_promised_keys() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    let rows = scene.run(&["list", "--json"]).ends(0).json();
    let row = |issuer: &str| rows.as_array().unwrap().iter().find(|row| row["issuer"] == issuer).unwrap().clone();
    let (alice, bob, steam) = (row("GitHub"), row("VPN"), row("Steam"));
    let rest = |kind: &str, algorithm: &str, digits: u8| {
        serde_json::json!({
            "type": kind, "algorithm": algorithm, "digits": digits, "tags": [], "note": "", "pinned": false,
            "pending": false, "recovery": {"unused": 0, "used": 0}, "created": START, "used_at": null,
        })
    };
    let with = |mut rest: serde_json::Value, own: serde_json::Value| {
        rest.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        rest
    };
    let id = |row: &serde_json::Value| row["id"].clone();
    assert_eq!(id(&alice).as_str().unwrap().len(), 16);
    let own = serde_json::json!({"id": id(&alice), "issuer": "GitHub", "account": "alice", "period": 30});
    assert_eq!(alice, with(rest("totp", "SHA1", 6), own));
    let own = serde_json::json!({"id": id(&bob), "issuer": "VPN", "account": "bob", "counter": 7});
    assert_eq!(bob, with(rest("hotp", "SHA1", 6), own));
    let own = serde_json::json!({"id": id(&steam), "issuer": "Steam", "account": "carol", "period": 30});
    assert_eq!(steam, with(rest("steam", "SHA1", 5), own));
}

#[test]
fn used_at_is_when_a_code_was_last_given_out_here() {
    let scene = Scene::with(&[ALICE]);
    scene.handles.clock.advance_secs(100);
    scene.run(&["code", "github"]).ends(0);
    scene.handles.clock.advance_secs(100);
    assert_eq!(scene.run(&["list", "--json"]).json()[0]["used_at"], START + 100);
}

#[test]
fn a_query_and_a_tag_narrow_the_list() {
    let scene = Scene::with(&[ALICE, BOB, STEAM]);
    scene.run(&["edit", "vpn", "--add-tag", "work"]).ends(0);
    let count = |args: &[&str]| scene.run(args).json().as_array().unwrap().len();
    assert_eq!(count(&["list", "--json", "--tag", "WORK"]), 1);
    assert_eq!(count(&["list", "github", "--json"]), 1);
    assert_eq!(count(&["list", "gthb", "--json"]), 1);
    let id = scene.run(&["list", "vpn", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(count(&["list", &id[..6], "--json"]), 1);
    let none = scene.run(&["list", "github", "--tag", "work", "--json"]).ends(3).says("has the tag \"work\"");
    assert_eq!(none.out, "[]\n");
}

#[test]
fn nothing_that_matches_is_exit_3_with_the_nearest_name() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene
        .run(&["list", "githop"])
        .ends(3)
        .prints("")
        .says("no account matches \"githop\"")
        .says("did you mean \"GitHub\"?");
    assert_eq!(scene.run(&["list", "githop", "--json"]).ends(3).out, "[]\n");
    scene.run(&["list", "zzzzzz"]).ends(3).says("countersign list");
    Scene::with(&[]).run(&["list", "github"]).ends(3).says("there are none yet");
}

#[test]
fn an_empty_list_is_no_failure() {
    let scene = Scene::with(&[]);
    scene.run(&["list"]).ends(0).prints("").says("countersign add");
    scene.run(&["list", "--quiet"]).ends(0).prints("").says_not("countersign");
    scene.run(&["list", "--json"]).ends(0).prints("[]\n");
}

#[test]
fn a_reader_that_leaves_ends_the_command_quietly() {
    let mut scene = Scene::with(&[ALICE, BOB, STEAM]);
    for (args, writes) in
        [(["list"].as_slice(), 1), (&["list", "--json"], 3), (&["code", "github"], 1), (&["--help"], 0)]
    {
        scene.reader_leaves_after = Some(writes);
        let ran = scene.run(args).ends(0);
        assert!(!ran.err.contains("error"), "{ran:?}");
    }
}
