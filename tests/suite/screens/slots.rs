//! The ways to unlock: what is said of each, adding, taking away, another passphrase.

use countersign::tui::message::{Outcome, Trouble};
use countersign::tui::screen::ScreenName;

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::{Driver, PASSPHRASE};
use crate::support::paper_slots::SHEET;

/// A long passphrase that is not to be seen anywhere.
const NEW: &str = "brass lantern under stairs";

fn one() -> Driver {
    Driver::at(NOW).unlocked(three()).keys("U")
}

fn all() -> Driver {
    let driver = Driver::at(NOW);
    let now = driver.now();
    driver.slots(|slots| slots.with_all(now)).unlocked(three()).keys("bU")
}

fn last(driver: &Driver) -> &str {
    driver.effects().last().expect("something was asked for")
}

#[test]
fn pictures_of_the_ways() {
    pictures("slots", all());
    pictures("slots_keyring", all().keys("j"));
    pictures("slots_unknown", all().keys("G"));
    pictures("slots_one", one());
}

#[test]
fn pictures_of_adding_a_way() {
    pictures("slots_add_passphrase", all().keys("a").keys("<tab><tab>correct horse"));
    pictures("slots_add_keyring", all().keys("a<right>"));
    pictures("slots_add_plugin", all().keys("a<left><tab><tab>"));
    pictures("slots_add_sheet", all().keys("a<right><right>"));
    pictures("slots_sheet", all().keys("a<right><right><enter>safe<enter>"));
    pictures("slots_sheet_back", all().keys("a<right><right><enter><enter><enter>anc"));
}

#[test]
fn pictures_of_another_passphrase() {
    pictures("slots_change", one().keys("c").keys(PASSPHRASE).keys("<tab>correct horse"));
    pictures("slots_change_made", one().keys("c").keys(PASSPHRASE).keys("<tab><ctrl-g>anchor"));
    pictures("slots_change_key", one().keys("c<tab><tab><tab><tab>"));
    let typed = one().keys("c").keys(PASSPHRASE).keys("<tab>").keys(NEW).keys("<tab>").keys(NEW);
    pictures("slots_changed", typed.keys("<enter><enter><enter>"));
}

#[test]
fn pictures_of_taking_one_away() {
    pictures("slots_remove", all().keys("jd"));
}

#[test]
fn the_weakest_is_named_with_a_sign_and_a_word() {
    let mut driver = all();
    let picture = driver.picture();
    assert!(picture.contains("! weakest"), "{picture}");
    let mut driver = one();
    assert!(!driver.picture().contains("weakest"), "one alone is not compared");
}

#[test]
fn a_passphrase_is_added_after_it_was_typed_twice() {
    let typed = |second: &str| {
        let driver = one().keys("a<tab>second one<tab>").keys(NEW).keys("<tab>");
        driver.keys(second).keys("<enter>")
    };
    let mut other = typed("another");
    assert!(other.picture().contains("the two are not the same"), "{}", other.picture());
    let driver = typed(NEW);
    assert!(last(&driver).starts_with("Slots(Add {"), "{}", last(&driver));
    assert!(last(&driver).contains("Passphrase(") && last(&driver).contains("name: \"second one\""));
    assert!(!last(&driver).contains(NEW), "{}", last(&driver));
    assert_eq!(driver.on(), ScreenName::Slots);
}

#[test]
fn a_keyring_is_added_without_another_word() {
    let driver = one().keys("a<right><enter>desktop<enter>");
    assert!(last(&driver).contains("way: Keyring, name: \"desktop\""), "{}", last(&driver));
    let mut driver = driver;
    assert!(driver.picture().contains("keyring"), "{}", driver.picture());
}

#[test]
fn a_key_in_a_file_or_behind_a_plugin_is_added_by_the_files_path() {
    let typed = |ways: &str| one().keys("a").keys(ways).keys("<enter>key<enter>").keys("~/key.txt<enter>");
    let driver = typed("<right><right><right>");
    assert!(last(&driver).contains("way: KeyFile(\"~/key.txt\"), name: \"key\""), "{}", last(&driver));
    let driver = typed("<left>");
    assert!(last(&driver).contains("way: Plugin(\"~/key.txt\")"), "{}", last(&driver));
    let nothing = one().keys("a<left><enter><enter><enter>");
    assert!(!nothing.effects().iter().any(|effect| effect.contains("Add")), "{:?}", nothing.effects());
}

#[test]
fn a_plugin_that_is_being_added_may_ask_for_a_touch_or_a_pin() {
    use countersign::tui::key_talk::{Question, Told, Wanted};
    let asks = Told::Asks(Question { id: 9, text: "the PIN".to_owned(), wanted: Wanted::Secret });
    let waiting = one().slow().keys("a<left><enter><enter>key.txt<enter>");
    let driver = waiting.hear(Outcome::Key(asks)).keys("123456<enter>");
    assert!(last(&driver).starts_with("Answer { id: 9, answer: Some("), "{}", last(&driver));
    assert_eq!(driver.answer().on(), ScreenName::Slots);
}

#[test]
fn a_way_that_is_refused_says_why_in_its_place() {
    let trouble = Trouble { what: "there is no keyring here".to_owned(), next_step: Some("find one".to_owned()) };
    let mut driver = one().slots(|slots| slots.refuses = Some(trouble)).keys("a<right><enter><enter>");
    let picture = driver.picture();
    assert!(picture.contains("! there is no keyring here") && picture.contains("find one"), "{picture}");
    assert_eq!(driver.on(), ScreenName::FileForm);
}

#[test]
fn a_sheet_is_shown_once_and_counts_once_it_was_typed_back() {
    let words: Vec<&str> = SHEET.split(' ').collect();
    let mut driver = one().keys("a<right><right><enter><enter>");
    assert!(last(&driver).starts_with("Slots(DrawSheet"), "{}", last(&driver));
    let picture = driver.picture();
    assert!(words.iter().all(|word| picture.contains(word)), "{picture}");
    let mut driver = driver.keys("<enter>");
    let picture = driver.picture();
    assert!(!words.iter().any(|word| picture.contains(word)), "{picture}");
    // Which of them are asked for follows from the moment.
    let is_asked = |number: &usize| picture.lines().any(|line| line.trim_end().ends_with(&format!("word {number}")));
    let asked: Vec<usize> = (1..=words.len()).filter(is_asked).collect();
    assert_eq!(asked.len(), 3, "{picture}");
    let mut wrong = driver.keys("wrong<enter>wrong<enter>wrong<enter>");
    assert!(wrong.picture().contains("is another on the sheet"), "{}", wrong.picture());
    assert!(!wrong.effects().iter().any(|effect| effect.contains("Add")), "{:?}", wrong.effects());
    let mut driver = wrong.keys("<esc><enter>");
    for number in asked {
        driver = driver.keys(words[number - 1]).keys("<enter>");
    }
    assert!(last(&driver).contains("way: Sheet("), "{}", last(&driver));
    assert!(!last(&driver).contains(words[0]), "{}", last(&driver));
    assert_eq!(driver.on(), ScreenName::Slots);
}

#[test]
fn the_words_go_into_a_file_after_a_typed_yes() {
    let driver = one().keys("a<right><right><enter><enter>p<enter>");
    assert!(!driver.effects().iter().any(|effect| effect.contains("WriteSheet")), "{:?}", driver.effects());
    let mut driver = driver.keys("pyes<enter>");
    assert!(last(&driver).starts_with("Slots(WriteSheet(SecretBox"), "{}", last(&driver));
    let picture = driver.picture();
    assert!(picture.contains("print it, then delete it") && picture.contains("kettle"), "{picture}");
}

#[test]
fn a_sheet_that_is_left_opens_nothing() {
    let driver = one().keys("a<right><right><enter><enter><esc>");
    assert_eq!(driver.on(), ScreenName::Slots);
    assert!(!driver.effects().iter().any(|effect| effect.contains("Add")), "{:?}", driver.effects());
}

#[test]
fn a_way_is_taken_away_after_a_yes() {
    let driver = all().keys("jd");
    assert!(!driver.effects().iter().any(|effect| effect.contains("Remove")), "{:?}", driver.effects());
    let driver = driver.keys("<enter>");
    assert!(!driver.effects().iter().any(|effect| effect.contains("Remove")), "a habit answers no");
    let driver = driver.keys("dy");
    assert_eq!(last(&driver), "Slots(Remove(\"62bb\"))");
}

#[test]
fn the_last_one_for_people_stays_and_says_why() {
    let mut driver = one().keys("d");
    assert!(driver.picture().contains("must not be the only way in"), "{}", driver.picture());
    assert!(!driver.effects().iter().any(|effect| effect.contains("Remove")), "{:?}", driver.effects());
}

#[test]
fn a_devices_way_goes_with_the_device() {
    let mut driver = all().keys("jjd");
    assert!(driver.picture().contains("it belongs to a device"), "{}", driver.picture());
}

#[test]
fn another_passphrase_means_another_key_unless_it_is_kept() {
    let typed = || one().keys("c").keys(PASSPHRASE).keys("<enter>").keys(NEW).keys("<enter>").keys(NEW).keys("<enter>");
    let driver = typed().keys("<enter><enter>");
    let effect = last(&driver).to_owned();
    assert!(effect.contains("cost: AsBefore, others: [], keep_key: false"), "{effect}");
    assert!(!effect.contains(NEW) && !effect.contains(PASSPHRASE), "{effect}");
    let mut driver = driver;
    assert!(driver.picture().contains("kiwi lemon mango nectarine olive papaya"), "{}", driver.picture());
    let driver = typed().keys("<right><right><enter><right><enter>");
    assert!(last(&driver).contains("cost: Factor(18), others: [], keep_key: true"), "{}", last(&driver));
}

#[test]
fn the_vaults_other_passphrases_are_asked_for_unless_the_key_stays() {
    let second = || one().keys("a<tab><tab>").keys(NEW).keys("<tab>").keys(NEW).keys("<enter>").keys("c");
    let mut driver = second();
    assert!(driver.picture().contains("another one"), "{}", driver.picture());
    let typed = second().keys("a<enter>").keys(SHEET).keys("<enter>").keys(SHEET);
    let driver = typed.keys("<enter><enter><enter>b<enter>");
    assert!(last(&driver).contains("others: [SecretBox"), "{}", last(&driver));
    let mut driver = second().keys("<tab><tab><tab><tab><right>");
    assert!(!driver.picture().contains("another one"), "{}", driver.picture());
}

#[test]
fn a_passphrase_that_was_made_is_typed_back_once() {
    let made = "anchor brisk candle dune ember fjord";
    let driver = one().keys("co<tab><ctrl-g>").keys(made);
    let driver = driver.keys("<enter><enter><enter>");
    assert!(last(&driver).starts_with("Slots(Change("), "{}", last(&driver));
    let mut wrong = one().keys("co<tab><ctrl-g>anchor<enter><enter><enter>");
    assert!(wrong.picture().contains("these are not the six words"), "{}", wrong.picture());
}
