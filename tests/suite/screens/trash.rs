//! The trash: 30 days to think it over.

use countersign::vault::Change;

use super::{NOW, pictures};
use crate::support::accounts::{id, overfull, strange_names, three};
use crate::support::driver::Driver;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn removed() -> Driver {
    Driver::with_settings(NOW, |settings| settings.lock_after_secs = None)
        .unlocked(three())
        .keys("d")
        .wait(DAY)
        .keys("dd")
}

#[test]
fn the_trash_shows_what_was_removed_and_how_long_it_stays() {
    pictures("trash_empty", Driver::at(NOW).unlocked(three()).keys("D"));
    pictures("trash", removed().keys("D"));
    pictures("trash_last_days", removed().wait(28 * DAY).keys("D"));
    let many = || Driver::at(NOW).unlocked(overfull()).keys(&"d".repeat(60));
    pictures("trash_overfull", many().keys("DG"));
    let strange = || Driver::at(NOW).unlocked(strange_names()).keys(&"d".repeat(9));
    pictures("trash_strange_names", strange().keys("D"));
}

#[test]
fn an_account_comes_back() {
    for keys in ["D<enter>", "Dr"] {
        let driver = removed().keys(keys);
        assert!(driver.effects().last().unwrap().contains("Restore("), "{:?}", driver.effects());
        assert_eq!(driver.vault().trash().count(), 2);
    }
}

#[test]
fn the_selection_follows_the_account() {
    let mut driver = removed().keys("DG");
    assert!(driver.picture().contains("▌ Fastmail"), "{}", driver.picture());
    driver = driver.keys("gr");
    assert!(driver.picture().contains("▌ GitLab"), "{}", driver.picture());
}

#[test]
fn emptying_deletes_everything_as_one_change() {
    let driver = removed().keys("DXdelete<enter>");
    let last = driver.effects().last().unwrap();
    for number in 1..=3 {
        assert!(last.contains(&format!("{:?}", Change::Purge(id(number)))), "{last}");
    }
    assert_eq!(driver.vault().trash().count(), 0);
}

#[test]
fn an_empty_trash_has_nothing_to_do() {
    for keys in ["Dr", "Dx", "DX"] {
        let mut driver = Driver::at(NOW).unlocked(three()).keys(keys);
        assert!(driver.effects().is_empty());
        assert!(driver.picture().contains("The trash is empty"));
    }
}

#[test]
fn days_pass_while_one_looks() {
    let mut driver = removed().keys("D");
    assert!(driver.picture().contains("29 days left"), "{}", driver.picture());
    driver = driver.wait(DAY);
    assert!(driver.picture().contains("28 days left"), "{}", driver.picture());
}
