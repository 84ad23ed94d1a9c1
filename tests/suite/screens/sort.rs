//! The picker of orders.

use super::{NOW, pictures};
use crate::support::accounts::normal;
use crate::support::driver::Driver;

fn list() -> Driver {
    Driver::at(NOW).unlocked(normal())
}

#[test]
fn the_present_order_is_marked_and_selected() {
    pictures("sort", list().keys("o"));
    let mut driver = list().keys("o").click_on("recently used").keys("o");
    assert!(driver.picture().contains("▌ ✓ recently used"), "{}", driver.picture());
}

#[test]
fn the_chosen_order_sorts_the_list() {
    // What was used comes first, but for what is pinned.
    let mut driver = list().keys("GkkC").keys("/pypi<enter><esc><esc>").keys("oj<enter>");
    let picture = driver.picture();
    assert!(picture.find("PyPI").unwrap() < picture.find("GitHub").unwrap(), "{picture}");
}

#[test]
fn esc_leaves_the_order_alone() {
    let mut before = list();
    let mut after = list().keys("ojj<esc>");
    assert_eq!(before.picture(), after.picture());
    assert!(after.effects().is_empty());
}
