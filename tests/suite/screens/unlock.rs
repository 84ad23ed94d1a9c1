//! The lock: what it says, and what it keeps to itself.

use countersign::otp::Timestamp;
use countersign::tui::key_talk::{Question, Told, Wanted};
use countersign::tui::message::{EasyWay, NotUnlocked, Outcome, Trouble};
use countersign::tui::slots::SlotOutcome;

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

fn keyring() -> EasyWay {
    EasyWay::Keyring { name: "0011223344556677".to_owned() }
}

fn plugin() -> EasyWay {
    EasyWay::Plugin {
        identity: "AGE-PLUGIN-YUBIKEY-1INVENTED".to_owned(),
        recipient: "age1yubikey1invented".to_owned(),
    }
}

fn asks(wanted: Wanted) -> Outcome {
    Outcome::Key(Told::Asks(Question { id: 5, text: "age-plugin-yubikey: the PIN of the key".to_owned(), wanted }))
}

#[test]
fn pictures_of_ways_that_need_no_passphrase() {
    let ways = [keyring(), plugin()];
    pictures("unlock_keyring", Driver::with_ways(NOW, &ways).keys("sec"));
    let silent = Driver::with_ways(NOW, &ways).keys("<esc>").silent(NotUnlocked::Way, "the keyring did not answer");
    pictures("unlock_keyring_silent", silent.answer().keys("<tab>"));
    let touched = Driver::with_ways(NOW, &[plugin()]).keys("<tab>");
    let touched = touched.hear(Outcome::Key(Told::Says("age-plugin-yubikey: touch the key".to_owned())));
    pictures("unlock_plugin", touched);
    pictures("unlock_sheet", Driver::with_sheet(NOW));
}

#[test]
fn pictures_of_what_a_plugin_asks() {
    let driver = || Driver::with_ways(NOW, &[plugin()]).keys("<tab>");
    pictures("unlock_plugin_pin", driver().hear(asks(Wanted::Secret)).keys("123456"));
    let both = Wanted::Choice { yes: "allow".to_owned(), no: Some("deny".to_owned()) };
    pictures("unlock_plugin_choice", driver().hear(asks(both)));
    pictures("unlock_plugin_yes", driver().hear(asks(Wanted::Choice { yes: "done".to_owned(), no: None })));
}

#[test]
fn the_app_opens_with_the_keyring_as_it_starts_and_not_after_a_lock() {
    let driver = Driver::with_ways(NOW, &[keyring()]);
    assert!(driver.effects()[0].starts_with("UnlockEasily { attempt: 1, way: Keyring"), "{:?}", driver.effects());
    let driver = driver.answer();
    assert!(driver.is_unlocked());
    let driver = driver.keys("L").wait(10_000);
    assert!(!driver.is_unlocked(), "a lock stays locked");
    assert_eq!(driver.effects().last().unwrap(), "Look");
    assert!(driver.keys("<tab>").is_unlocked(), "until a key asks for it");
}

#[test]
fn a_plugin_is_asked_by_a_key_alone() {
    let driver = Driver::with_ways(NOW, &[plugin()]);
    assert!(driver.effects().is_empty(), "{:?}", driver.effects());
    let driver = driver.keys("<tab>");
    assert!(driver.effects()[0].contains("way: Plugin"), "{:?}", driver.effects());
    assert!(driver.answer().is_unlocked());
}

#[test]
fn a_way_that_fails_says_why_and_the_passphrase_still_opens() {
    let driver = Driver::with_ways(NOW, &[keyring()]);
    let mut driver = driver.silent(NotUnlocked::Way, "the keyring is locked").keys("<esc><tab>").answer();
    assert!(driver.picture().contains("! the keyring is locked"), "{}", driver.picture());
    assert!(driver.keys(PASSPHRASE).keys("<enter>").is_unlocked());
}

#[test]
fn the_passphrase_can_be_typed_while_the_keyring_is_asked_and_comes_first() {
    let driver = Driver::with_ways(NOW, &[keyring()]).keys(PASSPHRASE).keys("<enter>");
    let effects: Vec<&str> = driver.effects().iter().map(|effect| effect.split(' ').next().unwrap()).collect();
    assert_eq!(effects, ["UnlockEasily", "Lock", "Unlock"], "the lock has the keyring's answer forgotten");
}

#[test]
fn escape_leaves_the_keyring_and_its_late_answer_opens_nothing() {
    let driver = Driver::with_ways(NOW, &[keyring()]).keys("<esc>");
    assert_eq!(driver.effects().last().unwrap(), "Lock");
    assert!(!driver.answer().is_unlocked());
}

#[test]
fn what_a_plugin_asks_is_answered_or_refused() {
    let driver = || Driver::with_ways(NOW, &[plugin()]).keys("<tab>");
    let last = |driver: Driver| driver.effects().last().unwrap().clone();
    let pin = last(driver().hear(asks(Wanted::Secret)).keys("123456<enter>"));
    assert!(pin.starts_with("Answer { id: 5, answer: Some(Secret(") && !pin.contains("123456"), "{pin}");
    assert_eq!(last(driver().hear(asks(Wanted::Secret)).keys("123<esc>")), "Answer { id: 5, answer: None }");
    let choice = || asks(Wanted::Choice { yes: "allow".to_owned(), no: Some("deny".to_owned()) });
    assert_eq!(last(driver().hear(choice()).keys("y")), "Answer { id: 5, answer: Some(Choice(true)) }");
    assert_eq!(last(driver().hear(choice()).keys("<enter>n")), "Answer { id: 5, answer: Some(Choice(false)) }");
    let line = last(driver().hear(asks(Wanted::Line)).keys("key<enter>"));
    assert_eq!(line, "Answer { id: 5, answer: Some(Line(\"key\")) }");
}

#[test]
fn an_enter_that_was_meant_for_something_else_sends_no_empty_pin() {
    let driver = Driver::with_ways(NOW, &[plugin()]).keys("<tab>").hear(asks(Wanted::Secret));
    let before = driver.effects().len();
    let driver = driver.keys("<enter>");
    assert_eq!(driver.effects().len(), before);
}

#[test]
fn a_question_that_is_put_away_is_refused_to_whoever_asked() {
    let driver = Driver::with_ways(NOW, &[plugin()]).keys("<tab>").hear(asks(Wanted::Secret)).hear(Outcome::Locked);
    assert!(driver.effects().contains(&"Answer { id: 5, answer: None }".to_owned()), "{:?}", driver.effects());
}

#[test]
fn a_key_file_that_is_tried_unasked_asks_nothing_but_may_once_a_key_tries_it() {
    let file = EasyWay::File { path: "/keys/locked.age".into(), recipient: "age1invented".to_owned() };
    let unasked = Driver::with_ways(NOW, std::slice::from_ref(&file)).hear(asks(Wanted::Secret));
    assert_eq!(unasked.effects().last().unwrap(), "Answer { id: 5, answer: None }");
    let mut asked = Driver::with_ways(NOW, &[file]).keys("<esc><tab>").hear(asks(Wanted::Secret));
    assert!(asked.picture().contains("a key asks"), "{}", asked.picture());
}

#[test]
fn what_a_key_says_is_there_until_it_has_come_to_an_end() {
    let says = || Outcome::Key(Told::Says("age-plugin-yubikey: touch the key".to_owned()));
    let mut driver = Driver::at(NOW).unlocked(three()).hear(says());
    assert!(driver.picture().contains("touch the key"), "{}", driver.picture());
    let trouble = Trouble { what: "the plugin gave up".to_owned(), next_step: None };
    let refused = SlotOutcome::Refused { asked: Timestamp::from_millis(NOW), trouble };
    let mut driver = driver.hear(Outcome::Slots(Box::new(refused)));
    assert!(!driver.picture().contains("touch the key"), "{}", driver.picture());
}

#[test]
fn a_passphrase_that_is_being_typed_never_answers_a_plugin() {
    let mut driver = Driver::with_ways(NOW, &[plugin()]).keys("<tab>corr").hear(asks(Wanted::Secret));
    assert_eq!(driver.effects().last().unwrap(), "Answer { id: 5, answer: None }");
    assert!(driver.picture().contains("passphrase   ••••"), "{}", driver.picture());
}

#[test]
fn a_plugin_that_nobody_waits_for_is_refused() {
    let driver = Driver::at(NOW).unlocked(three()).hear(asks(Wanted::Line));
    assert_eq!(driver.effects(), ["Answer { id: 5, answer: None }"]);
}
