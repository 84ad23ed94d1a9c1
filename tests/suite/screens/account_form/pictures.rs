//! What it looks like.

use super::super::pictures;
use super::{SECRET, filled, list, uri};
use crate::support::accounts::{account, normal, strange_names, vault};
use crate::support::driver::Driver;
use countersign::vault::NewAccount;

#[test]
fn the_empty_form_invites() {
    pictures("account_form_empty", list().keys("a"));
    pictures("account_form_missing", list().keys("a<enter>"));
}

#[test]
fn what_was_understood_stands_beside_the_secret() {
    pictures("account_form_filled", filled());
    pictures("account_form_typed", list().keys(&format!("a{SECRET}<tab>GitHub")));
    pictures("account_form_shown", list().keys(&format!("a{SECRET}<ctrl-r>")));
}

#[test]
fn mistakes_stand_under_the_field_where_they_are() {
    pictures("account_form_wrong_letter", list().keys("aJBSWY3DP1HPK3PXP"));
    pictures("account_form_wrong_uri", list().paste(&uri("&algorithm=MD5")));
    let digits = "<up><up><backspace>11<up>";
    pictures("account_form_wrong_digits", filled().keys(digits));
}

#[test]
fn what_to_know_is_told_before_anything_is_saved() {
    let doubtful = "otpauth://totp/Steam:alice?secret=JBSWY3DPEHPK3PXP&issuer=Steam&image=x&colour=y";
    pictures("account_form_doubtful", list().paste(doubtful));
    let twin = "otpauth://totp/Again?secret=AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB";
    pictures("account_form_twin", list().paste(twin));
}

#[test]
fn the_advanced_fields_unfold_for_who_goes_there() {
    pictures("account_form_advanced", filled().keys("<up>"));
    pictures("account_form_hotp", list().keys("a<up><up><up><up>h<down><down><down>"));
    pictures("account_form_motp", list().keys("a<up><up><up><up>m<down>1234"));
}

#[test]
fn the_code_stands_large_with_the_question() {
    pictures("account_form_check", filled().keys("<enter>"));
    pictures("account_form_expiring", filled().keys("<enter>").wait(16_000));
    pictures("account_form_no_match", filled().keys("<enter>123456"));
    let hotp = format!("otpauth://hotp/VPN?secret={SECRET}&counter=7");
    pictures("account_form_check_hotp", list().paste(&hotp).keys("<enter>"));
}

#[test]
fn leaving_asks() {
    pictures("account_form_leaving", filled().keys("<esc>"));
}

#[test]
fn an_account_is_shown_as_it_is() {
    pictures("account_form_editing", list().keys("e"));
    pictures("account_form_replacing", list().keys("e").paste(&uri("")));
    let lines =
        || Driver::at(super::NOW).unlocked(vault([NewAccount { note: "one\ntwo".to_owned(), ..account(1, "a", "b") }]));
    pictures("account_form_note_of_two_lines", lines().keys("e"));
    let hostile = || Driver::at(super::NOW).unlocked(strange_names()).keys("/evil<enter>e");
    pictures("account_form_hostile", hostile());
}

#[test]
fn several_addresses_are_offered_together() {
    let block = format!(
        "{}\n\notpauth://totp/x?secret=1\nnothing\n{}\notpauth://hotp/Gi:carol?secret=JBSWY3DPEHPK3PXP\notpauth://totp/Again?secret=AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB",
        uri(""),
        uri("")
    );
    pictures("account_form_several", list().paste(&block));
    let many: String = (0..60)
        .map(|number| format!("otpauth://totp/Site%20{number}:someone@example.com?secret={}\n", secret(number)))
        .collect();
    pictures("account_form_overfull", list().paste(&many).keys("<down><down><down>"));
}

/// Returns a secret of its own for a number.
fn secret(number: u8) -> String {
    let letter = |digit: u8| char::from(b'A' + digit);
    format!("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3P{}{}", letter(number / 10), letter(number % 10))
}

#[test]
fn the_smallest_terminals_keep_what_matters() {
    let at = |width, height| Driver::at(super::NOW).unlocked(normal()).size(width, height).paste(&uri(""));
    assert!(at(20, 5).picture().contains("▌ secret"));
    assert!(at(20, 5).keys("<enter>").picture().contains("218 593"), "{}", at(20, 5).keys("<enter>").picture());
    for (width, height) in [(1, 1), (20, 5), (500, 2), (21, 400)] {
        at(width, height).keys("<enter>123<esc><esc>").picture();
    }
}
