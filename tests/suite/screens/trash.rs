//! The trash: 30 days to think it over.

use countersign::otp::Timestamp;
use countersign::vault::{Change, Stamp, apply};

use super::{NOW, pictures};
use crate::support::accounts::{id, overfull, strange_names, three};
use crate::support::driver::Driver;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Three removed accounts: the first so many days ago, the others a day later.
fn removed_days_ago(days: i64) -> Driver {
    let mut vault = three();
    for (number, days) in [(2, days), (1, days - 1), (3, days - 1)] {
        let at = Timestamp::from_millis(NOW - days * DAY);
        apply(&mut vault, &Change::Trash(id(number), at), Stamp { at: 2, salt: 0 }).unwrap();
    }
    Driver::at(NOW).unlocked(vault)
}

fn removed() -> Driver {
    removed_days_ago(1)
}

#[test]
fn the_trash_shows_what_was_removed_and_how_long_it_stays() {
    pictures("trash_empty", Driver::at(NOW).unlocked(three()).keys("D"));
    pictures("trash", removed().keys("D"));
    pictures("trash_last_days", removed_days_ago(29).keys("D"));
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
    let mut vault = three();
    let a_day_ago_in_a_minute = Timestamp::from_millis(NOW - DAY + 60_000);
    apply(&mut vault, &Change::Trash(id(1), a_day_ago_in_a_minute), Stamp { at: 2, salt: 0 }).unwrap();
    let mut driver = Driver::at(NOW).unlocked(vault).keys("D");
    assert!(driver.picture().contains("30 days left"), "{}", driver.picture());
    driver = driver.wait(60_000);
    assert!(driver.picture().contains("29 days left"), "{}", driver.picture());
}
