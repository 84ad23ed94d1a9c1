//! The palette: an action by its name.

use super::{NOW, pictures};
use crate::support::accounts::{normal, three};
use crate::support::driver::Driver;

fn list() -> Driver {
    Driver::at(NOW).unlocked(normal())
}

#[test]
fn the_palette_offers_the_actions_of_the_screen_with_their_keys() {
    pictures("palette", list().keys(":"));
    pictures("palette_found", list().keys(":trash"));
    pictures("palette_nothing", list().keys(":zzzz"));
}

#[test]
fn enter_does_what_is_selected() {
    let driver = Driver::at(NOW).unlocked(three()).keys(":copythe<enter>");
    assert!(driver.effects()[0].starts_with("Copy {"), "{:?}", driver.effects());
    let mut driver = list().keys(":trash<down><enter>");
    assert!(driver.picture().contains("trash"));
}

#[test]
fn a_click_does_what_it_hits() {
    let mut driver = list().keys(":").click_on("Add an account");
    assert!(driver.picture().contains("paste the otpauth address"));
}

#[test]
fn every_order_and_every_tag_can_be_found_by_name() {
    let picture = list().keys(":sort most used").picture();
    assert!(picture.contains("Sort the list by most used"));
    let mut driver = list().keys(":accounts of code<enter>");
    let picture = driver.picture();
    assert!(picture.contains("GitLab") && !picture.contains("Hetzner"), "{picture}");
}

#[test]
fn esc_and_the_key_that_opened_it_close_it() {
    for keys in [":<esc>", ":<ctrl-p>", "<ctrl-p><ctrl-p>"] {
        assert!(!list().keys(keys).picture().contains("commands ──"), "{keys}");
    }
}
