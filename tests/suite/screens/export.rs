//! Writing the accounts as another app reads them.

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

/// Opens the export through the palette, which is the only way to it.
fn open() -> Driver {
    Driver::at(NOW).unlocked(three()).keys(":export<enter>")
}

#[test]
fn the_export_looks_like_this() {
    pictures("export", open());
    pictures("export_readable", open().keys("<shift-tab><right>").keys("<tab>"));
}

#[test]
fn an_aegis_file_is_encrypted_with_a_password_that_was_typed_twice() {
    let mut driver = open().paste("/stick/aegis.json").keys("<enter>one<enter>two<enter>");
    assert!(driver.picture().contains("are not the same"), "{}", driver.picture());
    driver = driver.keys("one<enter>");
    let last = driver.effects().last().unwrap().clone();
    assert!(last.contains("Export") && last.contains("/stick/aegis.json") && !last.contains("one\""), "{last}");
    assert!(driver.picture().contains("3 accounts in /stick/aegis.json, encrypted"), "{}", driver.picture());
}

#[test]
fn an_empty_password_or_path_is_refused() {
    let mut driver = open().keys("<enter>");
    assert!(driver.picture().contains("there is no path yet"), "{}", driver.picture());
    driver = driver.paste("/stick/aegis.json").keys("<enter><enter><enter>");
    assert!(driver.picture().contains("an empty password protects nothing"), "{}", driver.picture());
    assert!(driver.effects().is_empty());
}

#[test]
fn readable_secrets_need_a_typed_yes() {
    let readable = || open().paste("/stick/list.txt").keys("<shift-tab><right><enter>");
    let mut refused = readable().keys("<enter>");
    assert!(refused.effects().is_empty(), "{:?}", refused.effects());
    assert!(refused.picture().contains("export to another app"), "{}", refused.picture());
    let mut driver = readable().keys("yes<enter>");
    assert!(driver.effects().last().unwrap().contains("Export"), "{:?}", driver.effects());
    assert!(driver.picture().contains("NOT encrypted"), "{}", driver.picture());
    // What was refused once can be asked for again.
    refused = refused.keys("<enter>yes<enter>");
    assert!(refused.effects().last().unwrap().contains("Export"), "{:?}", refused.effects());
}

#[test]
fn what_cannot_go_along_is_said_before() {
    let mut driver = Driver::at(NOW).unlocked(three()).keys("gp:export<enter><shift-tab>");
    assert!(!driver.picture().contains("goes without"), "{}", driver.picture());
    driver = driver.keys("<right>");
    assert!(driver.picture().contains("goes without its place at the top"), "{}", driver.picture());
}
