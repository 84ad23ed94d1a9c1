//! The help: all that can be done on a screen, found by typing, done from there.

use countersign::tui::action::ACTIONS;
use countersign::tui::screen::ScreenName;

use super::{NOW, pictures};
use crate::support::accounts::{normal, three};
use crate::support::driver::Driver;

fn list() -> Driver {
    Driver::at(NOW).unlocked(normal())
}

#[test]
fn the_help_tells_the_keys_of_the_screen_below() {
    pictures("help", list().keys("?"));
    pictures("help_filtered", list().keys("?/trsh"));
    pictures("help_nothing", list().keys("?/zzzz"));
    pictures("help_of_the_form", list().keys("a<f1>"));
}

#[test]
fn every_action_with_a_key_is_in_it() {
    let mut driver = list().size(120, 80).keys("?");
    let picture = driver.picture();
    for entry in ACTIONS.iter().filter(|entry| entry.is_on(ScreenName::List) && !entry.keys.is_empty()) {
        assert!(picture.contains(entry.title), "{}", entry.name);
    }
}

#[test]
fn what_is_read_can_be_done_from_there() {
    let driver = Driver::at(NOW).unlocked(three()).keys("?/move the account to<enter>");
    assert!(driver.effects().last().unwrap().contains("Trash"), "{:?}", driver.effects());
}

#[test]
fn esc_leaves_the_filter_and_then_the_help() {
    let mut driver = list().keys("?/undo<esc>");
    assert!(driver.picture().contains("help · list"));
    assert!(!driver.picture().contains("undo   "));
    driver = driver.keys("<esc>");
    assert!(!driver.picture().contains("help · list"));
}

#[test]
fn help_and_palette_do_not_pile_up() {
    let mut driver = list();
    for _ in 0..20 {
        driver = driver.keys("<f1><ctrl-p>");
    }
    assert!(driver.keys("<esc>").picture().contains("countersign"));
    assert!(!list().keys("?<f1>").picture().contains("help · list"));
}
