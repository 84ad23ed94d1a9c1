//! The question: going on by habit answers no.

use countersign::vault::Change;

use super::{NOW, pictures};
use crate::support::accounts::{id, three};
use crate::support::driver::Driver;

/// The trash with the three accounts in it.
fn trash() -> Driver {
    Driver::at(NOW).unlocked(three()).keys("dddD")
}

fn purges(driver: &Driver) -> usize {
    driver.effects().iter().filter(|effect| effect.contains("Purge")).count()
}

#[test]
fn the_question_stands_over_what_it_is_about() {
    pictures("confirm_typed", trash().keys("x"));
    pictures("confirm_wrong_word", trash().keys("xdelte<enter>"));
}

#[test]
fn nothing_is_deleted_before_the_word_is_typed() {
    for keys in ["x<enter>", "xy", "xdelet<enter>", "xdelete<esc>", "x<esc>", "xn<enter>", "X<enter>"] {
        assert_eq!(purges(&trash().keys(keys)), 0, "{keys}");
    }
    for keys in ["xdelete<enter>", "x Delete <enter>", "xdelte<backspace><backspace>ete<enter>"] {
        assert_eq!(purges(&trash().keys(keys)), 1, "{keys}");
    }
}

#[test]
fn a_yes_deletes_what_was_asked_about_and_closes_the_question() {
    let mut driver = trash().keys("jxdelete<enter>");
    assert!(driver.effects().last().unwrap().contains(&format!("{:?}", Change::Purge(id(2)))));
    assert!(!driver.picture().contains("for good"));
    assert!(driver.vault().get(id(2)).is_none());
}

#[test]
fn the_plain_question_of_the_form_answers_by_key_and_by_click() {
    let asked = || Driver::at(NOW).unlocked(three()).keys("aJBSW<esc>");
    assert!(asked().picture().contains("throw away"));
    assert!(!asked().keys("y").picture().contains("add an account"));
    assert!(!asked().click_on("yes, throw").picture().contains("add an account"));
    for stays in ["n", "<esc>", "<enter>"] {
        let picture = asked().keys(stays).picture();
        assert!(picture.contains("add an account") && !picture.contains("throw away"), "{stays}");
    }
    assert!(asked().click_on("no, go on").picture().contains("add an account"));
}
