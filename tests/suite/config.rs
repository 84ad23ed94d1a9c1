//! Settings: typed, complete, and every mistake named at once without its value.

use std::path::Path;

use countersign::config::{
    KeyChoice, NotWritten, Placed, Privacy, Settings, Sort, What, When, default_toml, file_of, path_of, with_file,
};

fn messages(toml: &str) -> Vec<String> {
    Settings::read(toml).unwrap_err().mistakes.iter().map(ToString::to_string).collect()
}

fn with_vault_file(toml: &str, path: &str) -> Result<String, NotWritten> {
    with_file(toml, Placed::Vault, path)
}

fn vault_file(toml: &str) -> Option<String> {
    file_of(toml, Placed::Vault)
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let settings = Settings::read("").unwrap();
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.lock.idle_minutes, 5);
    assert!(settings.lock.on_sleep && settings.lock.on_screen_lock);
    assert_eq!(settings.clipboard.clear_after_seconds, 20);
    assert_eq!(settings.look.theme, "terminal");
}

#[test]
fn the_printed_defaults_read_back_as_the_defaults() {
    assert_eq!(Settings::read(&default_toml()).unwrap(), Settings::default());
    let uncommented = default_toml().lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(
        uncommented,
        24 + 11 + 10,
        "24 settings, eleven sections, ten blank lines:
{}",
        default_toml()
    );
}

#[test]
fn every_setting_can_be_set_and_printed() {
    let toml = r#"
        [vault]
        file = "~/shared/vault.age"
        [clock]
        servers = ["time.example.org", "192.0.2.1:123"]
        [lock]
        idle_minutes = 0
        [clipboard]
        clear_after_seconds = 3_600
        osc52 = "never"
        [codes]
        hide = true
        reveal_seconds = 3
        show_next_in_last_seconds = 0x3c
        [list]
        sort = "most-used"
        [recovery]
        check_days = 90
        [look]
        theme = "a \"b\" c"
        color = "always"
        unicode = "never"
        privacy = "on"
        [backup]
        folder = "/media/stick"
        keep = 3
        daily = 0
        weekly = 52
        recipients = ["age1one", "age1two"]
        remind_days = 0
        [keys]
        copy = ["enter", "ctrl-y"]
        lock = "ctrl-l"
        undo = []
    "#;
    let settings = Settings::read(toml).unwrap();
    assert_eq!(settings.vault.file.as_deref(), Some("~/shared/vault.age"));
    assert_eq!(settings.clock.servers, ["time.example.org", "192.0.2.1:123"]);
    assert_eq!(settings.lock.idle_minutes, 0);
    assert_eq!(settings.clipboard.clear_after_seconds, 3600);
    assert_eq!(settings.clipboard.osc52, When::Never);
    assert!(settings.codes.hide);
    assert_eq!(settings.codes.reveal_seconds, 3);
    assert_eq!(settings.codes.show_next_in_last_seconds, 60);
    assert_eq!(settings.list.sort, Sort::MostUsed);
    assert_eq!(settings.look.theme, "a \"b\" c");
    assert_eq!((settings.look.color, settings.look.unicode), (When::Always, When::Never));
    assert_eq!(settings.look.privacy, Privacy::On);
    let keys: Vec<(&str, usize, usize)> =
        settings.keys.iter().map(|KeyChoice { action, keys, line }| (action.as_str(), keys.len(), *line)).collect();
    assert_eq!(keys, [("copy", 2, 32), ("lock", 1, 33), ("undo", 0, 34)]);

    let printed = Settings::read(&settings.to_toml()).unwrap();
    assert_eq!(Settings { keys: Vec::new(), ..printed }, Settings { keys: Vec::new(), ..settings });
}

#[test]
fn a_folder_for_backups_is_a_whole_path_and_a_recipient_looks_like_one() {
    let mistakes = messages("[backup]\nfolder = \"~/backups\"\nkeep = 0\nrecipients = [\"alice\"]\n");
    assert_eq!(
        mistakes,
        [
            "line 2: backup.folder must be the whole path of a folder, in quotes",
            "line 3: backup.keep must be a whole number from 1 to 1000",
            "line 4: backup.recipients must be a list of age recipients in quotes, as age-keygen prints them",
        ]
    );
    let settings = Settings::read("[backup]\nfolder = \"/b\"\nrecipients = \"age1only\"\n").unwrap();
    assert_eq!((settings.backup.folder.as_str(), settings.backup.recipients.len()), ("/b", 1));
    assert_eq!(Settings::default().backup.remind_days, 90);
}

#[test]
fn all_mistakes_are_reported_at_once_with_their_lines() {
    let toml = "[lock]\nidle_minuts = 5\n\n[clipboad]\n[codes]\nhide = \"yes\"\n[list]\nsort = \"colour\"\n";
    assert_eq!(
        messages(toml),
        [
            "line 2: there is no setting \"lock.idle_minuts\"; did you mean idle_minutes?",
            "line 4: there is no setting \"clipboad\"; did you mean [clipboard]?",
            "line 6: codes.hide must be true or false",
            "line 8: list.sort must be \"name\", \"recent\", \"most-used\" or \"own\"",
        ]
    );
}

#[test]
fn a_setting_outside_its_section_is_led_home() {
    assert_eq!(messages("hide = true"), ["line 1: there is no setting \"hide\"; did you mean codes.hide?"]);
    assert_eq!(messages("lock = 5"), ["line 1: there is no setting \"lock\"; did you mean [lock]?"]);
    assert_eq!(messages("[[lock]]"), ["line 1: there is no setting \"lock\"; did you mean [lock]?"]);
}

#[test]
fn a_name_like_no_other_gets_no_suggestion() {
    assert_eq!(messages("[lock]\nwallpaper = 1"), ["line 2: there is no setting \"lock.wallpaper\""]);
}

#[test]
fn numbers_have_bounds_and_are_whole() {
    for value in ["-1", "1441", "5.5", "\"5\"", "99999999999999999999", "[5]", "2026-11-22"] {
        let toml = format!("[lock]\nidle_minutes = {value}");
        assert_eq!(messages(&toml), ["line 2: lock.idle_minutes must be a whole number from 0 to 1440"], "{value}");
    }
    assert_eq!(messages("[clipboard]\nclear_after_seconds = 0").len(), 1);
}

#[test]
fn what_is_no_toml_is_placed_but_not_quoted() {
    let error = Settings::read("[lock]\nidle_minutes = GEZDGNBVGY3TQOJQ\nx = = 2\n").unwrap_err();
    assert!(error.mistakes.iter().all(|mistake| matches!(mistake.what, What::NotToml { .. })));
    assert_eq!(error.mistakes[0].line, 2);
    assert!(!error.to_string().contains("GEZDGNBVGY3TQOJQ"), "{error}");
    assert!(!error.next_step().is_empty());
}

#[test]
fn values_are_never_echoed_and_names_are_harmless() {
    let error = Settings::read("[look]\ncolor = \"S3CRET\"\n[keys]\ncopy = [1, \"S3CRET\"]\n").unwrap_err();
    assert_eq!(error.mistakes.len(), 2);
    assert!(!error.to_string().contains("S3CRET"), "{error}");
    let hostile = messages("\"\\u001b]0;x\\u202e\" = 1");
    assert!(!hostile[0].contains(['\u{1b}', '\u{202e}']), "{hostile:?}");
    let long = messages(&format!("{} = 1", "x".repeat(100_000)));
    assert!(long[0].len() < 200);
}

#[test]
fn key_choices_are_texts() {
    assert_eq!(messages("[keys]\ncopy = 5"), ["line 2: keys.copy must be a list of keys in quotes"]);
}

#[test]
fn a_path_is_what_was_meant_however_a_terminal_writes_it() {
    let home = Some(Path::new("/home/alice"));
    for (written, meant) in [
        ("/media/stick", "/media/stick"),
        (" /media/stick\n", "/media/stick"),
        ("~/Sync/vault.age", "/home/alice/Sync/vault.age"),
        ("~", "/home/alice"),
        ("'/media/my stick/a.age'", "/media/my stick/a.age"),
        ("\"~/my stick\"", "/home/alice/my stick"),
        ("/media/my\\ stick/a.age", "/media/my stick/a.age"),
        ("file:///media/my%20stick/a.age", "/media/my stick/a.age"),
        ("file://localhost/media/a.age", "/media/a.age"),
        ("~alice/x", "~alice/x"),
        ("100%", "100%"),
        ("'", "'"),
        ("", ""),
    ] {
        assert_eq!(path_of(written, home), Path::new(meant), "{written:?}");
    }
    assert_eq!(path_of("~/x", None), Path::new("~/x"), "nobody knows a home: nothing is guessed");
}

#[test]
fn writing_where_the_vault_is_keeps_everything_else_of_the_settings() {
    let file = "/shared/a \"b\"/vault.age";
    for before in [
        "",
        "# mine\n[lock]\nidle_minutes = 7 # seven\n",
        "[lock]\nidle_minutes = 7",
        "[vault]\n",
        "[vault]",
        "[vault] # here\n# nothing yet\n[lock]\nidle_minutes = 7\n",
        "[vault]\nfile = \"/old\" # was here\n[keys]\nlock = \"ctrl-l\"\n",
        "vault.file = '''/old'''\n",
        "vault = { file = \"/old\" }\n",
    ] {
        let after = with_vault_file(before, file).unwrap();
        let settings = Settings::read(&after).unwrap();
        assert_eq!(settings.vault.file.as_deref(), Some(file), "{after}");
        assert_eq!(settings.lock, Settings::read(before).unwrap().lock);
        for comment in ["# mine", "# seven", "# here", "# nothing yet", "# was here"] {
            assert_eq!(before.contains(comment), after.contains(comment), "{after}");
        }
        assert_eq!(with_vault_file(&after, file).unwrap(), after, "writing it again changes nothing");
    }
}

#[test]
fn settings_with_mistakes_are_not_written_to() {
    assert!(matches!(with_vault_file("[lock\n", "/x"), Err(NotWritten::HasMistakes(_))));
    assert!(matches!(with_vault_file("[vault]\nfile = 5\n", "/x"), Err(NotWritten::HasMistakes(_))));
    assert!(matches!(with_vault_file("vault = {}\n", "/x"), Err(NotWritten::NoPlace)));
}

#[test]
fn a_mistake_elsewhere_in_the_settings_leads_to_no_other_vault() {
    for toml in ["[vault]\nfile = \"/a\"\n[lock]\nidle_minuts = 5\n", "[vault]\nfile = \"/a\"\n[lock]\nx = = 2\n"] {
        assert!(Settings::read(toml).is_err());
        assert_eq!(vault_file(toml).as_deref(), Some("/a"));
    }
    assert_eq!(vault_file("[vault]\nfile = \"\"\n"), None);
}
