//! The devices: letting one in, showing one out, and what is said about it.

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn devices() -> Driver {
    Driver::at(NOW).unlocked(three()).keys("bd")
}

#[test]
fn the_devices_are_shown_with_their_way_in() {
    pictures("devices", devices());
    pictures("devices_add", devices().keys("a"));
    pictures("devices_remove", devices().keys("jx"));
    pictures("devices_remove_passphrase", devices().keys("Gx"));
    pictures("devices_request", devices().keys("o"));
}

#[test]
fn a_device_is_added_by_its_recipient_and_a_name() {
    let driver = devices().keys("a").paste(RECIPIENT).keys("<tab>phone<enter>");
    let last = driver.effects().last().unwrap();
    assert_eq!(last, &format!("Devices(Add {{ recipient: \"{RECIPIENT}\", name: \"phone\" }})"));
    let mut driver = driver;
    let picture = driver.picture();
    assert!(picture.contains("phone") && picture.contains("has not saved yet"), "{picture}");
}

#[test]
fn an_empty_field_is_asked_for_before_anything_is_done() {
    let driver = devices().keys("a<enter>").paste(RECIPIENT).keys("<enter><enter>");
    assert!(!driver.effects().iter().any(|effect| effect.contains("Add")), "{:?}", driver.effects());
}

#[test]
fn removing_takes_the_passphrase_and_a_typed_word_and_names_what_is_known() {
    let refused = devices().keys("jxsecret-words<tab>yes<enter>");
    assert!(!refused.effects().iter().any(|effect| effect.contains("Remove")), "{:?}", refused.effects());
    let mut driver = devices().keys("jxsecret-words<tab>remove<enter>");
    let last = driver.effects().last().unwrap().clone();
    assert!(last.contains("Remove { id: \"d2\", passphrase: Some(") && last.contains("new_passphrase: None"), "{last}");
    assert!(!last.contains("secret-words"), "{last}");
    let picture = driver.picture();
    for text in ["may still hold a copy with these 3 secrets", "GitHub", "Fastmail", "GitLab"] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    pictures("devices_removed", driver);
}

#[test]
fn a_device_that_knows_the_passphrase_goes_with_a_new_one() {
    let typed_wrong = devices().keys("Gxone<tab>two<tab>remove<enter>");
    assert!(!typed_wrong.effects().iter().any(|effect| effect.contains("Remove")), "{:?}", typed_wrong.effects());
    let driver = devices().keys("Gxone<tab>one<tab>remove<enter>");
    let last = driver.effects().last().unwrap();
    assert!(last.contains("passphrase: None, new_passphrase: Some("), "{last}");
}

#[test]
fn this_device_is_not_removed_from_here() {
    let mut driver = devices().keys("gx");
    assert!(driver.picture().contains("remove it from another one"), "{}", driver.picture());
}

#[test]
fn the_own_recipient_is_made_once_and_shown() {
    let mut driver = devices().keys("oown<tab>own<enter>");
    assert!(driver.picture().contains(RECIPIENT), "{}", driver.picture());
    assert!(!driver.effects().iter().any(|effect| effect.contains("own\"")), "{:?}", driver.effects());
    pictures("devices_own", driver.keys("<esc>o"));
}

#[test]
fn the_locked_screen_says_whose_passphrase_is_meant() {
    pictures("unlock_own", Driver::at(NOW).with_own_passphrase());
}
