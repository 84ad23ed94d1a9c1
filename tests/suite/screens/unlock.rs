//! The lock: what it says, and what it keeps to itself.

use countersign::tui::message::NotUnlocked;

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::{Driver, PASSPHRASE};

#[test]
fn pictures_of_the_lock() {
    pictures("unlock", Driver::at(NOW).keys("secret"));
}

#[test]
fn pictures_of_a_wrong_passphrase() {
    pictures("unlock_wrong", Driver::at(NOW).keys("wrong<enter>"));
}

#[test]
fn pictures_of_a_key_being_derived() {
    pictures("unlock_deriving", Driver::at(NOW).slow().keys("correct horse<enter>").wait(400));
}

#[test]
fn a_wrong_passphrase_says_so_and_stays() {
    let mut driver = Driver::at(NOW).keys("wrong<enter>");
    assert!(driver.picture().contains("! this is not the passphrase of this vault"));
    let driver = driver.keys(PASSPHRASE).keys("<enter>");
    assert!(driver.is_unlocked());
}

#[test]
fn escape_leaves_the_derivation_and_its_late_answer_opens_nothing() {
    let driver = Driver::at(NOW).slow().keys(PASSPHRASE).keys("<enter><esc>");
    assert_eq!(driver.effects().last().map(String::as_str), Some("Lock"));
    let driver = driver.answer();
    assert!(!driver.is_unlocked());
}

#[test]
fn nothing_typed_asks_for_nothing() {
    assert!(Driver::at(NOW).keys("<enter>").effects().is_empty());
}

#[test]
fn the_passphrase_is_shown_only_when_asked_for() {
    let mut driver = Driver::at(NOW).keys("hunter2");
    assert!(!driver.picture().contains("hunter2"));
    let mut driver = driver.keys("<ctrl-r>");
    assert!(driver.picture().contains("hunter2"));
}

#[test]
fn another_vault_opens_only_after_the_passphrase_was_typed_again() {
    let words = "this is not the vault that was seen here before";
    let mut driver = Driver::at(NOW).refusing(NotUnlocked::Different, words, "").keys("secret<enter>");
    assert!(driver.picture().contains(words));
    let driver = driver.keys("secret<enter>");
    assert!(driver.effects().last().unwrap().contains("different: true"), "{:?}", driver.effects());
}

#[test]
fn a_pasted_passphrase_loses_its_line_end() {
    assert!(Driver::at(NOW).paste(&format!("{PASSPHRASE}\n")).keys("<enter>").is_unlocked());
}

#[test]
fn a_pasted_address_waits_until_the_vault_is_open() {
    let mut driver = Driver::at(NOW).paste("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ");
    assert!(driver.picture().contains("unlock first"), "{}", driver.picture());
    assert!(!driver.picture().contains("otpauth"));
}

#[test]
fn a_locked_screen_shows_no_name_and_no_number() {
    let mut driver = Driver::at(NOW).unlocked(three()).keys("<enter>L");
    let picture = driver.picture();
    for told in ["GitHub", "alice", "Fastmail", "3 accounts"] {
        assert!(!picture.contains(told), "{picture}");
    }
    assert!(picture.contains("locked       today 09:14"), "{picture}");
}
