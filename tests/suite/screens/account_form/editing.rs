//! Changing an account: only what was touched is written.

use countersign::otp::{Params, Pin};
use countersign::vault::{Account, NewAccount};

use secrecy::ExposeSecret;

use super::{NOW, SECRET, list, saves, uri};
use crate::support::accounts::{account, enrolment, id, vault};
use crate::support::driver::Driver;

/// One account, its form open.
fn one(change: impl FnOnce(NewAccount) -> NewAccount) -> Driver {
    Driver::at(NOW).unlocked(vault([change(account(1, "GitHub", "alice"))])).keys("e")
}

fn held(driver: &Driver) -> &Account {
    driver.vault().get(id(1)).unwrap()
}

#[test]
fn a_name_is_changed_without_a_question() {
    let driver = one(|new| new).keys("<ctrl-u>GitLab<enter>");
    assert_eq!(held(&driver).issuer(), "GitLab");
    let effect = driver.effects().last().unwrap();
    assert!(effect.contains("account: None") && effect.contains("enrolment: None"), "{effect}");
    assert!(effect.contains("changed GitHub · alice"), "{effect}");
}

#[test]
fn nothing_changed_is_nothing_saved() {
    let mut driver = one(|new| new).keys("<tab>x<backspace><enter>");
    assert!(!saves(&driver));
    assert!(driver.picture().contains("stays as it was"), "{}", driver.picture());
}

#[test]
fn a_note_keeps_its_line_breaks() {
    let noted = |new| NewAccount { note: "one\ntwo".to_owned(), ..new };
    let driver = one(noted).keys("<tab><tab><tab>!<enter>");
    assert_eq!(held(&driver).note(), "one\ntwo!");
    let driver = one(noted).keys("x<enter>");
    assert_eq!(held(&driver).note(), "one\ntwo");
}

#[test]
fn names_that_a_field_cannot_hold_stay_untouched() {
    let hostile = |new| NewAccount { issuer: "a\u{1b}[31mb".to_owned(), ..new };
    let driver = one(hostile).keys("<tab>x<enter>");
    assert_eq!((held(&driver).issuer(), held(&driver).account()), ("a\u{1b}[31mb", "alicex"));
}

#[test]
fn a_new_secret_is_checked_and_the_old_one_kept() {
    let mut driver = one(|new| NewAccount { pending: true, ..new }).paste(&uri(""));
    assert!(driver.picture().contains("the present secret is kept"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert!(!saves(&driver));
    driver = driver.keys("y");
    assert_eq!(held(&driver).former().count(), 1);
    assert_eq!(held(&driver).enrolment().secret.to_base32().expose_secret(), SECRET);
    // The address named another account; who changes one has named it already.
    assert_eq!((held(&driver).account(), held(&driver).pending()), ("alice", false));
}

#[test]
fn a_pin_stays_unless_another_is_typed() {
    let motp = |new| {
        let enrolment =
            countersign::otp::Enrolment { pin: Some(Pin::from_text("1234").unwrap()), ..enrolment(1, Params::Motp) };
        NewAccount { enrolment, ..new }
    };
    let driver = one(motp).keys("x<enter>");
    assert_eq!(held(&driver).enrolment().pin, Some(Pin::from_text("1234").unwrap()));
    let driver = one(motp).keys("<up><up>99<enter>y");
    assert_eq!(held(&driver).enrolment().pin, Some(Pin::from_text("99").unwrap()));
}

#[test]
fn a_counter_is_set_without_a_question() {
    let driver = list().keys("/office<enter><esc>").keys("e");
    let driver = driver.keys("<up><up><ctrl-u>5<enter>");
    assert!(driver.effects().last().unwrap().contains("counter: Some(5)"), "{:?}", driver.effects());
}
