//! A new secret beside the old one: from the list to the checklist.

use countersign::otp::Timestamp;
use countersign::vault::{Account, Change, RotationChange, Stamp, Vault, apply};

use super::{NOW, pictures};
use crate::support::accounts::{enrolment, id, normal, three};
use crate::support::driver::Driver;

const NEW: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn rotating(mut vault: Vault) -> Vault {
    let enrolment = Box::new(enrolment(77, countersign::otp::Params::USUAL));
    let change = Change::Rotation(id(1), RotationChange::Try { enrolment, counter: 0 });
    apply(&mut vault, &change, Stamp { at: NOW, salt: 1 }).unwrap();
    vault
}

fn github(driver: &Driver) -> &Account {
    driver.vault().get(id(1)).unwrap()
}

fn code(account: &Account, is_new: bool) -> String {
    let enrolment = if is_new { account.candidate().unwrap() } else { account.enrolment() };
    let step = enrolment.step_at(Timestamp::from_millis(NOW)).unwrap();
    let code = enrolment.code(step).expose_secret().to_owned();
    format!("{} {}", &code[..3], &code[3..])
}

#[test]
fn a_rotation_looks_like_this() {
    pictures("rotation_form", Driver::at(NOW).unlocked(three()).keys("/github<enter>R"));
    pictures("rotation_list", Driver::at(NOW).unlocked(rotating(normal())).keys("gg"));
    pictures("rotation_checklist", begun("n").keys("<enter>j<enter>"));
}

/// GitHub, with the new secret pasted and the question answered.
fn begun(answer: &str) -> Driver {
    Driver::at(NOW).unlocked(three()).keys("/github<enter>R").paste(NEW).keys("<enter>").keys(answer)
}

#[test]
fn a_new_secret_that_was_accepted_is_in_use() {
    let driver = begun("y");
    let account = github(&driver);
    assert_eq!(account.enrolment().secret.bits(), 160);
    assert!(account.candidate().is_none() && account.former().count() == 1);
    let effects = driver.effects().join("\n");
    assert!(effects.contains("Try {") && effects.contains("AcceptRotation("), "{effects}");
    assert!(!effects.contains(NEW));
}

#[test]
fn a_new_secret_that_waits_stands_beside_the_old_one() {
    let mut driver = begun("n");
    assert!(driver.picture().contains("[ ] change the password"), "{}", driver.picture());
    driver = driver.keys("<esc>").size(120, 40);
    let picture = driver.picture();
    let new = code(github(&driver), true);
    assert!(picture.contains("rotating") && picture.contains(&new), "{new} in {picture}");
    driver = driver.keys("c");
    assert!(github(&driver).candidate().is_none());
    assert_eq!(driver.effects().last().unwrap(), &format!("AcceptRotation({:?})", id(1)));
}

#[test]
fn copying_says_which_of_the_two_it_was() {
    let mut driver = Driver::at(NOW).unlocked(rotating(three())).keys("/github<enter>");
    assert!(driver.picture().contains("copied the old secret's code"), "{}", driver.picture());
}

#[test]
fn beginning_is_undone_by_one_key() {
    let driver = begun("n").keys("<esc>u");
    assert!(github(&driver).candidate().is_none());
    assert_eq!(github(&driver).enrolment(), three().get(id(1)).unwrap().enrolment());
}

#[test]
fn without_a_new_secret_nothing_is_begun() {
    let mut driver = Driver::at(NOW).unlocked(three()).keys("/github<enter>R<enter>");
    assert!(driver.picture().contains("paste the new secret"), "{}", driver.picture());
    assert!(!driver.effects().iter().any(|effect| effect.starts_with("Commit")), "{:?}", driver.effects());
}

#[test]
fn an_open_rotation_is_confirmed_from_the_audit() {
    let day = 24 * 3600 * 1000;
    let driver = Driver::at(NOW + 2 * day).unlocked(rotating(three())).keys("A");
    let mut driver = driver.click_on("a new secret waits").keys("<enter>");
    assert!(driver.picture().contains("did the site accept this code?"), "{}", driver.picture());
    driver = driver.keys("y");
    assert!(github(&driver).candidate().is_none());
    assert!(!driver.picture().contains("a new secret waits"), "{}", driver.picture());
}

#[test]
fn stopping_keeps_the_old_secret() {
    let driver = Driver::at(NOW).unlocked(rotating(three())).keys("/github<enter>:stop<enter>");
    assert!(github(&driver).candidate().is_none());
    assert_eq!(github(&driver).former().count(), 1);
}

#[test]
fn the_new_secrets_code_is_shown_and_copied_by_a_key_of_its_own() {
    let mut driver = Driver::at(NOW).unlocked(rotating(three())).keys("/github<enter>").keys("<esc>gj");
    let new = code(github(&driver), true);
    assert!(driver.picture().contains(&format!("+ {new}")), "{new} in {}", driver.picture());
    driver = driver.size(120, 40);
    assert!(driver.picture().contains(&format!("{new}  19 s")), "{new} in {}", driver.picture());
    driver = driver.keys("N");
    assert!(driver.effects().last().unwrap().starts_with("CopyCandidate"), "{:?}", driver.effects());
    assert!(driver.picture().contains("copied the new secret's code"), "{}", driver.picture());
    let mut other = Driver::at(NOW).unlocked(three()).keys("N");
    assert!(other.picture().contains("not being rotated"), "{}", other.picture());
}
