//! Every screen on terminals of every size: no panic, and nothing a terminal would obey.

use super::NOW;
use crate::support::accounts::{overfull, strange_names};
use crate::support::driver::Driver;

/// Draws at every width with a few heights and at every height with a few widths.
fn at_every_size(mut driver: Driver) {
    let widths = (1..=200).flat_map(|width| [4, 5, 11, 24].map(|height| (width, height)));
    let heights = (1..=60).step_by(2).flat_map(|height| [1, 20, 39, 60, 120].map(|width| (width, height)));
    for (width, height) in widths.chain(heights) {
        driver = driver.size(width, height);
        let buffer = driver.draw();
        for cell in buffer.content() {
            assert!(!cell.symbol().chars().any(char::is_control), "{:?} at {width} x {height}", cell.symbol());
        }
    }
}

#[test]
fn the_lock_fits_every_size() {
    at_every_size(Driver::at(NOW).keys("wrong<enter>some text"));
    at_every_size(Driver::at(NOW).slow().keys("some text<enter>"));
}

#[test]
fn the_first_run_fits_every_size() {
    at_every_size(Driver::first_run(NOW));
    at_every_size(Driver::first_run(NOW).keys("<enter>hello<enter>hello<enter>"));
    at_every_size(Driver::first_run(NOW).keys("<enter><ctrl-g>"));
    at_every_size(Driver::first_run(NOW).keys("j<enter>/media/stick/a.age<enter><enter>x<enter>a<enter>x"));
    at_every_size(Driver::first_run(NOW).keys("jj<enter>/media/stick/vault.age"));
}

#[test]
fn the_list_fits_every_size() {
    at_every_size(Driver::at(NOW).unlocked(strange_names()).keys("jj"));
    at_every_size(Driver::at(NOW + 15_000).unlocked(strange_names()).keys("/a"));
    at_every_size(Driver::at(NOW).unlocked(overfull()).keys("G<enter>"));
    at_every_size(Driver::at(NOW).unlocked(countersign::vault::Vault::default()));
}

#[test]
fn what_lies_on_top_fits_every_size() {
    for keys in ["?", ":", "a", "e", "D", "o", "#", "Q", "b", "bc", "bD", "br", "U", "Ua", "Uc", "Ud"] {
        at_every_size(Driver::at(NOW).unlocked(strange_names()).keys(keys));
    }
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut driver = Driver::at(NOW).unlocked(strange_names()).size(19, 4);
    assert!(driver.picture().contains("too small"), "{}", driver.picture());
}

#[test]
fn twenty_by_five_cells_are_of_use() {
    let mut driver = Driver::at(NOW).unlocked(crate::support::accounts::three()).size(20, 5).keys("j");
    insta::assert_snapshot!("list_20x5", driver.snapshot());
    let driver = driver.keys("<enter>");
    assert!(driver.effects()[0].starts_with("Copy"));
}

#[test]
fn what_is_about_the_clock_fits_every_size() {
    for keys in ["t", "tG", "t?", "tc", "tc<enter>", "to", "tn", "x"] {
        at_every_size(Driver::at(NOW).unlocked(crate::support::accounts::three()).keys(keys));
    }
}
