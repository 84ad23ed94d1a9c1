//! What to begin with, and a vault from a backup or from another device.

use super::{NOW, pictures};
use crate::support::driver::{Driver, PASSPHRASE};

#[test]
fn pictures_of_the_choice() {
    pictures("welcome", Driver::first_run(NOW));
}

#[test]
fn pictures_of_a_restore() {
    pictures("restore", Driver::first_run(NOW).keys("j<enter>/media/stick/a.age<enter><enter>lantern"));
    pictures("restore_wrong", Driver::first_run(NOW).keys("j<enter>/media/stick/a.age<enter><enter>x<enter><enter>"));
}

fn restored() -> Driver {
    Driver::first_run(NOW).keys("j<enter>/media/stick/a.age<enter><enter>").keys(PASSPHRASE).keys("<enter><enter>")
}

#[test]
fn pictures_of_what_was_restored() {
    pictures("restored", restored());
}

#[test]
fn a_restored_vault_is_open_and_its_words_can_be_compared() {
    let mut driver = restored();
    assert!(driver.is_unlocked());
    assert!(driver.picture().contains("anchor brisk candle dune ember fjord"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert!(driver.picture().contains("press a to add one"), "{}", driver.picture());
}

#[test]
fn another_passphrase_for_this_device_is_typed_twice() {
    let form = "j<enter>/media/stick/a.age<enter><enter>correct horse<enter>a<enter>";
    let mut driver = Driver::first_run(NOW).keys(form).keys("lantern harbour velvet<enter>lantern harbour<enter>");
    assert!(driver.picture().contains("the two are not the same"), "{}", driver.picture());
    driver = driver.keys("<space>velvet<enter>");
    assert!(driver.is_unlocked(), "{}", driver.picture());
}

#[test]
fn a_restore_that_was_given_up_leaves_the_vault_locked() {
    let driver = Driver::first_run(NOW).keys("j<enter>/media/stick/a.age<enter><enter>").keys(PASSPHRASE).slow();
    let mut driver = driver.keys("<enter><enter><esc>").answer();
    assert!(!driver.is_unlocked());
    assert!(driver.picture().contains("passphrase"), "{}", driver.picture());
    assert!(driver.effects().iter().filter(|effect| *effect == "Lock").count() >= 2, "{:?}", driver.effects());
}

#[test]
fn pictures_of_a_vault_from_another_device() {
    pictures("elsewhere", Driver::first_run(NOW).keys("jj<enter>~/Sync/vault.age"));
}

#[test]
fn a_vault_elsewhere_is_kept_only_once_it_is_open() {
    let driver = Driver::first_run(NOW).keys("jj<enter>~/Sync/vault.age<enter>wrong<enter>");
    assert!(!driver.is_unlocked());
    assert!(!driver.effects().iter().any(|effect| effect.contains("StayElsewhere")));
    let driver = driver.keys("<ctrl-u>").keys(PASSPHRASE).keys("<enter>");
    assert!(driver.is_unlocked());
    assert!(driver.effects().last().unwrap().contains("StayElsewhere"), "{:?}", driver.effects());
}

#[test]
fn esc_goes_back_to_the_choice() {
    for keys in ["<enter>", "j<enter>", "jj<enter>", "G<enter>"] {
        let mut driver = Driver::first_run(NOW).keys(keys).keys("<esc>");
        assert!(driver.picture().contains("welcome to countersign"), "{}", driver.picture());
    }
}

#[test]
fn another_apps_accounts_are_imported_into_a_new_vault() {
    let twice = "lantern harbour velvet prune<enter>lantern harbour velvet prune<enter>";
    let mut driver = Driver::first_run(NOW).keys("G<enter>").keys(twice);
    assert!(driver.is_unlocked());
    assert!(driver.picture().contains("import"), "{}", driver.picture());
}
