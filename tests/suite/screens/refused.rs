//! The site refused a code: the causes with what is known here, and the key that helps against each.

use countersign::otp::Ahead;

use super::{NOW, pictures};
use crate::support::accounts::{account, id, normal, three, vault};
use crate::support::driver::Driver;

fn refused() -> Driver {
    Driver::at(NOW).unlocked(three()).size(100, 40).keys("x")
}

#[test]
fn pictures_of_the_causes() {
    pictures("refused", refused());
}

#[test]
fn the_causes_stand_in_order_with_the_key_that_helps() {
    let picture = refused().picture();
    let places: Vec<_> = ["used already?", "too late?", "the clock?", "other account?", "other secret?", "other kind?"]
        .iter()
        .map(|name| picture.find(name).unwrap_or_else(|| panic!("{name}: {picture}")))
        .collect();
    assert!(places.is_sorted(), "{picture}");
    for help in ["w waits for the next", "n copies the next", "t shows what is known", "R puts a new", "e shows what"] {
        assert!(picture.contains(help), "{help}: {picture}");
    }
}

#[test]
fn what_is_known_of_this_account_decides_what_is_likely() {
    let mut driver = Driver::at(NOW).unlocked(three()).size(100, 40).keys("<enter>x");
    assert!(
        driver.picture().contains("! likely: the code that is shown now was already copied"),
        "{}",
        driver.picture()
    );
    let ahead = Driver::at(NOW).clock(|clock| {
        clock.unkept();
        clock.compared(Ahead::around(61_000, 900));
    });
    let mut driver = ahead.unlocked(three()).size(100, 40).keys("x");
    assert!(
        driver.picture().contains("! likely: a code is made from the time, and the time here is 61 s"),
        "{}",
        driver.picture()
    );
    let two = vault([account(1, "GitHub", "alice"), account(2, "GitHub", "bob")]);
    let mut driver = Driver::at(NOW).unlocked(two).size(100, 40).keys("x");
    assert!(driver.picture().contains("others that look like it"), "{}", driver.picture());
}

#[test]
fn each_key_does_what_the_page_says_for_this_account() {
    let copies =
        |driver: &Driver| driver.effects().iter().filter(|it| it.starts_with("Copy")).cloned().collect::<Vec<_>>();
    assert_eq!(copies(&refused().keys("n")), [format!("Copy {{ id: {}, at: Timestamp({}) }}", id(2), NOW + 19_000)]);
    assert_eq!(copies(&refused().keys("w").wait(19_000)).len(), 1);
    assert!(refused().keys("t").picture().contains("here alone"));
    assert!(refused().keys("R").picture().contains("new secret"), "{}", refused().keys("R").picture());
    assert!(refused().keys("e").picture().contains("Fastmail"));
    assert!(refused().keys("/git").picture().contains("GitHub"));
    assert!(refused().keys("<esc>").picture().contains("/ search"));
}

#[test]
fn a_counted_code_is_asked_about_its_counter_and_not_about_the_clock() {
    let mut driver = Driver::at(NOW).unlocked(normal()).size(100, 40).keys("/vpn<enter>x");
    let picture = driver.picture();
    assert!(picture.contains("the counter?") && !picture.contains("the clock?"), "{picture}");
}

#[test]
fn an_empty_list_has_nothing_that_was_refused() {
    let mut driver = Driver::at(NOW).unlocked(countersign::vault::Vault::default()).keys("x");
    assert!(driver.picture().contains("no accounts yet"), "{}", driver.picture());
}
