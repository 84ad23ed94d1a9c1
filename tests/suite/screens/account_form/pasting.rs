//! Pasting: whatever it is, wherever the focus is.

use super::{SECRET, filled, list, saves, uri};
use crate::support::accounts::three;
use crate::support::driver::Driver;

#[test]
fn a_secret_in_groups_and_lines_is_whole() {
    for text in [
        "JBSW Y3DP EHPK 3PXP\nJBSW Y3DP EHPK 3PXP\n",
        "jbsw-y3dp-ehpk-3pxp-jbsw-y3dp-ehpk-3pxp",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP====",
    ] {
        let mut driver = list().keys("a").paste(text);
        assert!(driver.picture().contains("160-bit secret"), "{text}: {}", driver.picture());
    }
}

#[test]
fn pasting_twice_does_not_double_the_secret() {
    let mut driver = list().keys("a").paste(SECRET).paste(SECRET);
    assert!(driver.picture().contains("160-bit secret"));
}

#[test]
fn an_address_is_understood_in_any_field_and_anywhere() {
    for before in ["", "a", "a<tab><tab>", "e", "?", "D", "#"] {
        let mut driver = list().keys(before).paste(&format!("scan this: <{}>", uri("&period=60")));
        let picture = driver.picture();
        assert!(picture.contains("60 s · SHA-1 · 160-bit secret"), "{before}: {picture}");
    }
}

#[test]
fn a_plain_text_goes_where_the_focus_is() {
    let mut driver = list().keys("a<tab>").paste("Git Hub\n");
    assert!(driver.picture().contains("issuer      Git Hub"), "{}", driver.picture());
    assert!(!driver.picture().contains('•'));
}

#[test]
fn too_much_is_refused_rather_than_cut() {
    let mut driver = list().keys("a").paste(&"JBSWY3DP".repeat(2000)).keys("<tab>x<enter>");
    assert!(driver.picture().contains("! there is more in what was pasted"), "{}", driver.picture());
    assert!(!saves(&driver.keys("y")));
}

#[test]
fn a_secret_is_never_on_the_screen_unless_it_is_asked_for() {
    for keys in ["", "<enter>", "<tab>", "<esc>"] {
        let picture = filled().keys(keys).picture();
        assert!(!picture.contains("JBSWY3DP"), "{picture}");
    }
    assert!(filled().keys("<ctrl-r>").picture().contains(SECRET));
    assert!(!list().paste(&uri("&digits=0")).picture().contains("JBSWY3DP"));
}

#[test]
fn several_are_added_as_one_change() {
    let block = format!(
        "{}\n{}\notpauth://totp/x?secret=1\n",
        uri(""),
        uri("2").replace("JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ")
    );
    let driver = Driver::at(super::NOW).unlocked(three()).paste(&block).keys("<enter>");
    assert_eq!(driver.effects().iter().filter(|effect| effect.starts_with("AddAll")).count(), 1);
    assert_eq!(driver.vault().len(), 5);
    let mut driver = driver.keys("u");
    assert_eq!(driver.vault().len(), 3);
    assert!(driver.picture().contains("undone"));
}

#[test]
fn what_is_there_already_is_not_added_again() {
    let block = format!("{}\n{}", uri(""), uri("&period=60"));
    let once = Driver::at(super::NOW).unlocked(three()).paste(&block).keys("<enter>");
    let mut twice = once.paste(&block).keys("<enter>");
    assert_eq!(twice.effects().iter().filter(|effect| effect.starts_with("AddAll")).count(), 1);
    assert_eq!(twice.vault().len(), 5);
    assert!(twice.picture().contains("nothing new to add"));
}

#[test]
fn a_block_over_typed_text_goes_back_to_it() {
    let block = format!("{}\n{}", uri(""), uri("&period=60"));
    let mut driver = list().keys("a<tab>Typed").paste(&block).keys("<esc>");
    assert!(driver.picture().contains("Typed"), "{}", driver.picture());
    let mut fresh = list().paste(&block).keys("<esc>");
    assert!(!fresh.picture().contains("add 2 accounts"), "{}", fresh.picture());
}

#[test]
fn a_transfer_code_of_google_is_read() {
    let mut driver =
        list().paste("otpauth-migration://offline?data=CiEKCkhlbGxvId6tvu8SB2V4YW1wbGUaBHRlc3QgASgBMAIQARgBIAA%3D");
    assert!(driver.picture().contains("add 1 account"), "{}", driver.picture());
}
