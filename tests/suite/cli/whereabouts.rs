//! `status`, `config`, `completions` and `man`.

use super::{ALICE, BOB, START, Scene};

#[test]
fn status_says_where_everything_is_and_how_the_vault_stands() {
    let scene = Scene::with(&[ALICE, BOB]);
    scene.run(&["remove", "vpn"]).ends(0);
    let json = scene.run(&["status", "--json"]).ends(0).json();
    assert_eq!(json["vault"], "/memory/vault.age");
    assert_eq!(json["exists"], true);
    assert_eq!(json["settings"], "/home/config.toml");
    let slot = &json["slots"][0];
    assert_eq!((slot["kind"].as_str(), slot["work_factor"].as_u64()), (Some("passphrase"), Some(1)));
    assert_eq!((slot["in_use"].as_bool(), slot["opens_here"].as_bool()), (Some(true), Some(false)));
    assert_eq!(json["earlier_copies"].as_array().unwrap().len(), 2);
    let unlocked = &json["unlocked"];
    assert_eq!((unlocked["accounts"].as_u64(), unlocked["pending"].as_u64()), (Some(1), Some(0)));
    assert_eq!((unlocked["trash"].as_u64(), unlocked["saved_at"].as_i64()), (Some(1), Some(START)));
    assert_eq!(unlocked["devices"], serde_json::json!([{"name": "laptop", "saves": 3}]));
    assert_eq!(unlocked["can_undo"], "removed VPN · bob");
    assert_eq!(unlocked["words"].as_str().unwrap().split(' ').count(), 6);
    let text = scene.run(&["status"]).ends(0).out;
    for fact in [
        "vault         /memory/vault.age",
        "unlocks with  passphrase, work factor 1: quicker to guess at than the usual 18, last used here 2026-11-22",
        "1, 0 pending, 1 in the trash",
        "saved         2026-11-22 00:00",
    ] {
        assert!(text.contains(fact), "{fact:?} is missing in {text}");
    }
}

#[test]
fn status_says_whether_the_key_can_get_onto_the_disk_and_when_the_app_locks() {
    let mut scene = Scene::with(&[ALICE]);
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("memory        the vault's key is locked in memory\n"), "{text}");
    let when = "after 5 min without a key, when this computer sleeps, with the screen\n";
    assert!(text.contains(&format!("locks         {when}")), "{text}");
    scene.handles.host.may_keep(4096);
    scene.handles.host.hear_nothing_of_the_screen();
    scene.config = Some("[lock]\nidle_minutes = 0\non_sleep = false\n".to_owned());
    let text = scene.run(&["status"]).ends(0).out;
    assert!(text.contains("may be swapped out: the limit on locked memory (ulimit -l) is 4 KiB"), "{text}");
    assert!(text.contains("locks         not with the screen, of which nothing is heard here"), "{text}");
    scene.config = Some("[lock]\nidle_minutes = 0\non_sleep = false\non_screen_lock = false\n".to_owned());
    assert!(scene.run(&["status"]).ends(0).out.contains("locks         never by itself"));
}

#[test]
fn status_tells_what_it_can_of_a_locked_vault() {
    let mut scene = Scene::with(&[ALICE]);
    scene.environment.passphrase_file = None;
    let json = scene.run(&["status", "--json"]).ends(0).says("locked").json();
    assert_eq!((&json["exists"], &json["unlocked"]), (&serde_json::json!(true), &serde_json::Value::Null));
    assert_eq!(json["slots"], serde_json::json!([{"kind": "passphrase", "work_factor": 1}]));
}

#[test]
fn status_without_a_vault_is_no_failure() {
    let scene = Scene::bare();
    let ran = scene.run(&["status"]).ends(0).says("there is no vault yet");
    assert!(ran.out.contains("/memory/vault.age"), "{ran:?}");
    assert_eq!(scene.run(&["status", "--json"]).json()["exists"], false);
}

#[test]
fn the_settings_are_found_shown_and_checked() {
    let mut scene = Scene::bare();
    scene.run(&["config", "path"]).ends(0).prints("/home/config.toml\n");
    let defaults = scene.run(&["config", "default"]).ends(0).out;
    assert!(defaults.contains("clear_after_seconds = 20"), "{defaults}");
    scene.run(&["config", "show"]).ends(0).prints(&defaults);
    scene.run(&["config", "check"]).ends(0).prints("").says("in order");
    scene.config = Some(defaults.replace("= 20", "= 21"));
    assert!(scene.run(&["config", "show"]).out.contains("clear_after_seconds = 21"));
}

#[test]
fn every_mistake_in_the_settings_is_named_at_once() {
    let mut scene = Scene::bare();
    scene.config = Some("[clipboard]\nclear_after_second = 5\nosc52 = \"maybe\"\n".to_owned());
    for command in ["check", "show"] {
        let ran = scene.run(&["config", command]).ends(1).prints("").says("there are 2 mistakes in /home/config.toml");
        ran.says("line 2: ").says("line 3: ").says("config default");
    }
    scene.run(&["config", "default"]).ends(0);
}

#[test]
fn what_only_the_app_understands_is_checked_too() {
    let mut scene = Scene::bare();
    scene.config = Some("[look]\ntheme = \"nowhere\"\n".to_owned());
    scene.run(&["config", "check"]).ends(1).says("there is a mistake in").says("look.theme: there is no such theme");
    scene.run(&["config", "show"]).ends(0);
}

#[test]
fn mistakes_in_the_settings_do_not_come_between_a_user_and_a_code() {
    let mut scene = Scene::with(&[ALICE]);
    scene.config = Some("nonsense".to_owned());
    scene.run(&["code", "github"]).ends(0);
}

#[test]
fn completions_exist_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = Scene::bare().run(&["completions", shell]).ends(0);
        assert!(ran.out.contains("passphrase-file"), "{shell}");
    }
    Scene::bare().run(&["completions", "tcsh"]).ends(2).says("bash, elvish, fish, powershell, zsh");
}

#[test]
fn the_manual_is_one_page_or_all_of_them() {
    let scene = Scene::bare();
    let page = scene.run(&["man"]).ends(0).out;
    assert!(page.contains(".TH countersign 1"), "{page}");
    let ran = scene.run(&["man", "/pages"]).ends(0);
    for name in ["countersign.1", "countersign-code.1", "countersign-trash-restore.1"] {
        assert!(ran.out.contains(&format!("{name}\n")), "{ran:?}");
        assert!(scene.handles.documents.get(format!("/pages/{name}")).is_some());
    }
    scene.run(&["man", "/pages"]).ends(7).says("is there already");
}
