//! The table of actions, the keys it gives, and the keys that a configuration gives.

use std::collections::BTreeMap;

use countersign::tui::action::{ACTIONS, Action};
use countersign::tui::key::{Key, KeyCode};
use countersign::tui::keymap::{Keymap, KeymapError};
use countersign::tui::screen::ScreenName;

fn own(keys: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    keys.iter().map(|(action, keys)| ((*action).to_owned(), owned(keys))).collect()
}

#[test]
fn the_table_agrees_with_itself() {
    assert!(Keymap::new(&BTreeMap::new()).is_ok());
    for entry in ACTIONS {
        assert_eq!(entry.action.entry().name, entry.name, "two rows for one action");
        assert!(entry.name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{}", entry.name);
    }
}

#[test]
fn a_key_reads_back_as_it_is_written() {
    for text in ["a", "G", "?", "é", "space", "enter", "shift-tab", "ctrl-p", "alt-x", "f12", "page-up", "lt"] {
        assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
    }
    assert_eq!("CTRL-P".parse::<Key>(), "ctrl-p".parse());
    for wrong in ["", "ctrl-", "f13", "entr", "\u{7}"] {
        assert!(wrong.parse::<Key>().is_err(), "{wrong:?}");
    }
}

#[test]
fn the_nth_key_of_a_counting_action_means_the_nth() {
    let keymap = Keymap::default();
    assert_eq!(keymap.action(ScreenName::List, "7".parse().unwrap()), Some(Action::CopyRow(7)));
    assert_eq!(keymap.action(ScreenName::Help, "7".parse().unwrap()), None);
}

#[test]
fn keys_of_the_configuration_replace_those_of_the_table() {
    let keymap = Keymap::new(&own(&[("copy", &["y", "ctrl-y"])])).unwrap();
    assert_eq!(keymap.action(ScreenName::List, "y".parse().unwrap()), Some(Action::Copy));
    assert_eq!(keymap.action(ScreenName::List, Key::plain(KeyCode::Enter)), None);
    assert_eq!(keymap.keys(Action::Copy)[0].label(true), "y");
}

#[test]
fn every_mistake_in_the_configuration_is_reported_at_once() {
    let errors = Keymap::new(&own(&[("copi", &["y"]), ("search", &["entr"]), ("edit", &["a"])])).unwrap_err();
    assert_eq!(
        errors,
        [
            KeymapError::UnknownAction { name: "copi".to_owned(), nearest: Some("copy") },
            KeymapError::UnknownKey { action: "search", key: "entr".to_owned() },
            KeymapError::Clash { key: "a".parse().unwrap(), first: "add", second: "edit" },
        ]
    );
    assert_eq!(errors[0].to_string(), r#"keys: there is no action "copi"; did you mean "copy"?"#);
}
