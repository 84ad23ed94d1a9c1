//! Recovery codes apart from the vault: the choice, the passphrase that opens them, and nothing of them before.

use countersign::exchange::recovery_codes::read;
use countersign::otp::Timestamp;
use countersign::vault::{
    BasketChange, BasketContents, Change, CodeState, NewSet, RecoveryChange, SetId, SetKind, Stamp, Vault, apply,
};

use super::{NOW, pictures};
use crate::support::accounts::{id, three};
use crate::support::driver::Driver;

const CODES: &str = "a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";
const LONG: &str = "wharf<space>lantern<space>opposes<space>quietly<space>beyond";

fn typed(text: &str) -> String {
    text.replace(' ', "<space>")
}

/// GitHub with four codes in the vault.
fn stored() -> Vault {
    let mut vault = three();
    let codes = read(CODES.as_bytes(), None).unwrap().codes.into_iter().map(|code| (code.text, CodeState::Unused));
    let new = NewSet {
        id: SetId::from_bytes([1; 8]),
        created: Timestamp::from_millis(NOW),
        origin: "codes.txt".to_owned(),
        about: String::new(),
        kind: SetKind::default(),
        codes: codes.collect(),
    };
    change(&mut vault, Change::Recovery(id(1), RecoveryChange::Add(Box::new(new))));
    vault
}

fn change(vault: &mut Vault, change: Change) {
    let at = vault.newest_stamp().map_or(1, |stamp| stamp.at + 1);
    apply(vault, &change, Stamp { at, salt: 0 }).unwrap();
}

/// In front of GitHub's codes, which are apart and closed.
fn apart() -> Driver {
    let mut vault = stored();
    let mut basket = BasketContents::default();
    basket.take_from(&vault);
    let out = BasketChange::MoveOut(vault.sets_here());
    change(&mut vault, Change::Batch([BasketChange::Rule(true), out].map(Change::Basket).into()));
    Driver::at(NOW).unlocked(vault).basket(basket).keys("jr")
}

#[test]
fn codes_that_are_apart_look_so() {
    pictures("apart", apart());
    pictures("apart_opening", apart().keys("<space>"));
    pictures("apart_choice", Driver::at(NOW).unlocked(stored()).keys("jrB"));
    pictures("apart_refused", apart().keys("<space>wrong<enter>"));
}

#[test]
fn whatever_needs_a_code_asks_for_its_passphrase_and_shows_none_before() {
    for keys in ["<space>", "R", "<enter>", "p"] {
        let mut driver = apart().keys(keys);
        let picture = driver.picture();
        assert!(picture.contains("open the recovery codes that are apart"), "{keys}: {picture}");
        driver = driver.keys("wrong<enter>");
        assert!(driver.picture().contains("wrong passphrase"), "{}", driver.picture());
        driver = driver.keys(&format!("{}<enter>", typed("correct horse")));
        assert!(!driver.picture().contains("a1f0c"), "opening them shows none yet");
        driver = driver.keys("R");
        assert!(driver.picture().contains("a1f0c-77be2"), "{}", driver.picture());
    }
    let effects = apart().keys("<space>wrong<enter>").effects().join("\n");
    assert!(effects.contains("Basket") && !effects.contains("wrong"), "{effects}");
}

#[test]
fn marking_and_checking_need_no_passphrase() {
    let driver = apart().keys("m").keys("c");
    let recovery = driver.vault().get(id(1)).unwrap().recovery();
    assert_eq!((recovery.unused(), recovery.current()[0].checked().is_some()), (3, true));
}

#[test]
fn the_choice_is_made_with_a_new_passphrase_typed_twice_and_taken_back_after_a_yes() {
    let mut driver = Driver::at(NOW).unlocked(stored()).keys("jrB");
    let picture = driver.picture().replace("\n|", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["A vault that leaks", "so keep a copy of both"] {
        assert!(picture.contains(words), "{picture}");
    }
    driver = driver.keys(LONG).keys("<tab>other<enter>");
    assert!(driver.vault().sets_apart().is_empty(), "the two are not the same");
    driver = driver.keys("<esc>B").keys(LONG).keys("<tab>").keys(LONG).keys("<enter>");
    assert!(driver.vault().sets_here().is_empty() && driver.vault().keeps_apart());
    driver = driver.keys("R");
    assert!(driver.picture().contains("a1f0c-77be2"), "who has just typed it need not again: {}", driver.picture());
    driver = driver.keys("B");
    assert!(driver.picture().contains("move the recovery codes back"), "{}", driver.picture());
    driver = driver.keys("n");
    assert!(driver.vault().sets_here().is_empty());
    driver = driver.keys("By");
    assert!(driver.vault().sets_apart().is_empty() && !driver.vault().keeps_apart());
}

#[test]
fn a_pasted_set_waits_until_they_are_open() {
    let mut driver = apart().paste("11223344\n55667788\n99001122\n").keys("<enter>");
    assert!(driver.picture().contains("open the recovery codes that are apart"), "{}", driver.picture());
    driver = driver.keys(&format!("{}<enter>", typed("correct horse")));
    assert!(driver.picture().contains("3 recovery codes"), "what was pasted is still there: {}", driver.picture());
    driver = driver.keys("<enter>");
    assert_eq!(driver.vault().get(id(1)).unwrap().recovery().sets().len(), 2);
}
