//! The first run.

use super::{NOW, pictures};
use crate::support::driver::Driver;

#[test]
fn pictures_of_the_welcome() {
    pictures("first_run", Driver::first_run(NOW).keys("<enter>"));
}

#[test]
fn pictures_of_a_weak_passphrase() {
    pictures("first_run_weak", Driver::first_run(NOW).keys("<enter>").keys("hello<enter>hello<enter>"));
}

#[test]
fn pictures_of_a_made_passphrase() {
    pictures("first_run_made", Driver::first_run(NOW).keys("<enter>").keys("<ctrl-g>anchor"));
}

#[test]
fn two_different_passphrases_make_no_vault() {
    let mut driver = Driver::first_run(NOW).keys("<enter>").keys("lantern harbour velvet<enter>lantern harbour<enter>");
    assert!(driver.picture().contains("! the two are not the same"));
    assert!(driver.effects().is_empty());
}

#[test]
fn a_good_passphrase_typed_twice_makes_the_vault_and_the_list_says_how_to_go_on() {
    let mut driver = Driver::first_run(NOW)
        .keys("<enter>")
        .keys("lantern harbour velvet prune<enter>lantern harbour velvet prune<enter>");
    assert!(driver.is_unlocked());
    assert!(driver.picture().contains("press a to add one"), "{}", driver.picture());
    assert!(driver.picture().contains("keep a copy"), "{}", driver.picture());
}

#[test]
fn a_weak_passphrase_is_warned_of_once() {
    let driver = Driver::first_run(NOW).keys("<enter>").keys("hello<enter>hello<enter>");
    assert!(!driver.is_unlocked());
    assert!(driver.keys("<enter>").is_unlocked());
}

#[test]
fn a_made_passphrase_must_be_typed_back() {
    let driver = Driver::first_run(NOW).keys("<enter>").keys("<ctrl-g>anchor<enter>");
    assert!(!driver.is_unlocked());
    assert!(driver.keys("<ctrl-u>anchor brisk candle dune ember fjord<enter>").is_unlocked());
}
