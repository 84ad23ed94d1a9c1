//! The list: live codes, finding, copying, and what is done to accounts.

use countersign::ports::Delivery;
use countersign::tui::key::MouseKind;
use countersign::tui::message::{Outcome, Trouble};
use countersign::tui::settings::SortBy;
use countersign::vault::Vault;
use secrecy::ExposeSecret;

use super::{NOW, pictures};
use crate::support::accounts::{id, normal, overfull, strange_names, three};
use crate::support::driver::Driver;

/// Five seconds are left.
const EXPIRING: i64 = NOW + 14_000;

fn list(vault: Vault) -> Driver {
    Driver::at(NOW).unlocked(vault)
}

#[test]
fn pictures_of_an_empty_list() {
    pictures("list_empty", list(Vault::default()));
}

#[test]
fn pictures_of_a_normal_list() {
    pictures("list_normal", list(normal()).used(&[id(5)]));
}

#[test]
fn pictures_of_an_overfull_list() {
    pictures("list_overfull", list(overfull()).keys("G"));
}

#[test]
fn pictures_of_strange_names() {
    pictures("list_strange_names", list(strange_names()));
}

#[test]
fn pictures_of_the_last_seconds() {
    pictures("list_expiring", Driver::at(EXPIRING).unlocked(normal()));
}

#[test]
fn pictures_of_a_search() {
    pictures("list_search", list(normal()).keys("/gth"));
}

#[test]
fn pictures_of_hidden_codes() {
    let hidden = Driver::with_settings(NOW, |settings| settings.hide_codes = true).unlocked(normal());
    pictures("list_hidden", hidden.keys("j<space>"));
}

#[test]
fn a_picture_without_signs_beyond_ascii() {
    let mut plain = Driver::with_settings(NOW, |settings| settings.unicode = false).unlocked(normal()).size(120, 20);
    let picture = plain.picture();
    assert!(picture.is_ascii(), "{picture}");
    insta::assert_snapshot!("list_ascii", picture);
}

#[test]
fn enter_copies_the_code_of_the_moment_it_was_pressed_at() {
    let driver = list(three()).keys("j<enter>");
    assert_eq!(driver.effects(), [format!("Copy {{ id: {}, at: Timestamp({NOW}) }}", id(1))]);
}

#[test]
fn a_copied_code_is_marked_and_the_notice_says_when_it_goes() {
    let mut driver = list(three()).keys("<enter>");
    let picture = driver.picture();
    assert!(picture.contains("copied, clears in 20 s") && picture.contains("✓ used"), "{picture}");
}

#[test]
fn a_code_copied_twice_is_told_as_used() {
    let mut driver = list(three()).keys("<enter><enter>");
    assert!(driver.picture().contains("used already, next in 19 s"), "{}", driver.picture());
}

#[test]
fn a_code_about_to_expire_says_so_when_it_is_copied() {
    let mut driver = Driver::at(EXPIRING + 2_000).unlocked(three()).size(120, 24).keys("<enter>");
    assert!(driver.picture().contains("expires in 3 s · n copies the next"), "{}", driver.picture());
}

#[test]
fn that_a_multiplexer_keeps_a_copied_code_is_said_whatever_else_there_is_to_say_of_it() {
    let kept = "tmux keeps it: tmux delete-buffer forgets it";
    let through_tmux = |driver: Driver| driver.copying_through(Delivery::Multiplexer("tmux")).size(120, 24);
    let told = |driver: Driver, keys: &str| driver.keys(keys).picture();
    for (keys, words) in [
        ("<enter>", format!("sent to the terminal's clipboard, {kept}")),
        ("<enter><enter>", format!("copied again: used already, next in 19 s; {kept}")),
        ("n", format!("copied the next code, right in 19 s; {kept}")),
    ] {
        let picture = told(through_tmux(list(three())), keys);
        assert!(picture.contains(&words), "{words}: {picture}");
    }
    let expiring = told(through_tmux(Driver::at(EXPIRING + 2_000).unlocked(three())), "<enter>");
    assert!(expiring.contains(&format!("copied, expires in 3 s; {kept}")), "{expiring}");
}

#[test]
fn in_its_last_seconds_a_code_stands_beside_the_next_one_and_the_app_offers_to_wait() {
    for (width, height) in [(120, 40), (100, 20), (80, 24), (64, 20), (40, 12), (26, 10), (20, 5)] {
        let mut driver = Driver::at(EXPIRING + 2_000).unlocked(three()).size(width, height);
        let picture = driver.picture();
        let next = three().get(id(2)).unwrap().code((u64::try_from(EXPIRING).unwrap() / 1000 + 5) / 30);
        assert!(picture.contains(&format!("▸ {}", grouped(&next))), "{width} × {height}: {picture}");
        let seconds = picture.lines().find(|line| line.contains(&grouped(&next))).unwrap();
        let says_so = seconds.contains('3') || width >= 100 && picture.contains("3 s");
        let offer = if width >= 100 { "w waits" } else { "w wait " };
        assert!(says_so && (picture.contains(offer) || picture.contains("w wait\n")), "{width} × {height}: {picture}");
    }
}

fn grouped(code: &countersign::otp::Code) -> String {
    code.grouped().expose_secret().to_owned()
}

#[test]
fn in_the_last_seconds_w_waits_and_copies_the_code_that_was_shown_as_next() {
    for (width, height) in [(120, 40), (80, 24), (40, 12), (20, 5)] {
        let driver = Driver::at(EXPIRING + 2_000).unlocked(three()).size(width, height).keys("w");
        assert!(driver.effects().is_empty(), "{:?}", driver.effects());
        let driver = driver.wait(3_000);
        assert_eq!(driver.effects(), [format!("Copy {{ id: {}, at: Timestamp({}) }}", id(2), EXPIRING + 5_000)]);
    }
}

#[test]
fn a_code_with_time_left_has_no_next_one_beside_it() {
    for (width, height) in [(120, 40), (80, 24), (64, 20), (40, 12), (20, 5)] {
        let mut driver = Driver::at(EXPIRING - 1_000).unlocked(three()).size(width, height);
        let picture = driver.picture();
        assert!(!picture.contains('▸') && !picture.contains("waits"), "{width} × {height}: {picture}");
    }
}

#[test]
fn the_copied_code_is_cleared_after_twenty_seconds() {
    let driver = list(three()).keys("<enter>").wait(19_900);
    assert!(!driver.effects().contains(&"ClearClipboard".to_owned()));
    let driver = driver.wait(200);
    assert!(driver.effects().contains(&"ClearClipboard".to_owned()), "{:?}", driver.effects());
}

#[test]
fn n_copies_the_code_that_comes_next() {
    let driver = list(three()).keys("n");
    assert_eq!(driver.effects(), [format!("Copy {{ id: {}, at: Timestamp({}) }}", id(2), NOW + 19_000)]);
}

#[test]
fn w_waits_for_the_next_code_and_copies_it_then() {
    let driver = list(three()).keys("w");
    assert!(driver.effects().is_empty());
    let driver = driver.wait(18_999);
    assert!(!driver.effects().iter().any(|effect| effect.starts_with("Copy")), "{:?}", driver.effects());
    let driver = driver.wait(1);
    let copies: Vec<_> = driver.effects().iter().filter(|effect| effect.starts_with("Copy")).collect();
    assert_eq!(copies, [&format!("Copy {{ id: {}, at: Timestamp({}) }}", id(2), NOW + 19_000)]);
}

#[test]
fn a_number_copies_the_code_in_that_row_of_the_screen() {
    let driver = list(overfull()).keys("GG3");
    // 18 rows are visible of 200; the third of them is number 184.
    assert!(driver.effects()[0].contains(&id(184).to_string()), "{:?}", driver.effects());
}

#[test]
fn a_click_copies_and_the_wheel_moves() {
    let driver = list(three()).click_on("GitLab");
    assert!(driver.effects()[0].contains(&id(3).to_string()));
    let driver = list(three()).mouse(MouseKind::WheelDown, 5, 5).keys("<enter>");
    assert!(driver.effects()[0].contains(&id(1).to_string()));
}

#[test]
fn a_hint_can_be_clicked() {
    let driver = list(three()).click_on("next");
    assert!(driver.effects()[0].contains(&(NOW + 19_000).to_string()), "{:?}", driver.effects());
}

#[test]
fn a_hotp_account_moves_on_and_shows_the_code_that_it_gave_out() {
    let mut driver = list(normal()).keys("/vpn<enter>");
    assert_eq!(driver.vault().get(id(7)).unwrap().counter(), 18);
    let picture = driver.picture();
    assert!(picture.contains("#18") && !picture.contains("• ••• •••"), "{picture}");
}

#[test]
fn searching_highlights_and_enter_copies_the_best_match() {
    let mut driver = list(normal()).keys("/gith");
    let snapshot = driver.snapshot();
    assert!(snapshot.contains("matched"), "{snapshot}");
    let driver = driver.keys("<enter>");
    assert!(driver.effects()[0].contains(&id(3).to_string()));
}

#[test]
fn escape_gives_the_whole_list_back() {
    let mut driver = list(normal()).keys("/gith<esc>");
    assert!(driver.picture().contains("10 accounts") && driver.picture().contains("Fastmail"));
}

#[test]
fn what_matches_nothing_says_what_may_have_been_meant() {
    let mut driver = list(normal()).keys("/gtihubx");
    assert!(driver.picture().contains("did you mean GitHub?"), "{}", driver.picture());
}

#[test]
fn a_removed_account_can_be_brought_back_at_once() {
    let driver = list(three()).keys("d");
    assert_eq!(driver.vault().len(), 2);
    let mut driver = driver.keys("");
    assert!(driver.picture().contains("removed Fastmail · me@fastmail.com · u undo"), "{}", driver.picture());
    let driver = driver.keys("u");
    assert_eq!(driver.vault().len(), 3);
}

#[test]
fn the_selection_follows_the_account_and_not_the_row() {
    let mut driver = list(three()).keys("jj").keys("p");
    assert!(driver.vault().get(id(3)).unwrap().pinned());
    let picture = driver.picture();
    assert!(picture.contains("▌1★ GitLab"), "{picture}");
}

#[test]
fn accounts_move_in_the_users_own_order_only() {
    let driver = list(three()).keys("J");
    assert!(driver.effects().is_empty());
    let own = Driver::with_settings(NOW, |settings| settings.sort = SortBy::Own).unlocked(three());
    let mut driver = own.keys("J");
    assert_eq!(driver.vault().get(id(2)).unwrap().order(), Some(1));
    assert!(driver.picture().contains("▌2  Fastmail"), "{}", driver.picture());
}

#[test]
fn the_most_used_account_comes_first_if_so_chosen() {
    let most = Driver::with_settings(NOW, |settings| settings.sort = SortBy::MostUsed).unlocked(three());
    let mut driver = most.keys("jj<enter>");
    assert!(driver.picture().contains("▌1  GitLab"), "{}", driver.picture());
}

#[test]
fn a_pending_account_is_confirmed_with_c() {
    let driver = list(normal()).keys("/pypi<enter>c");
    assert!(!driver.vault().get(id(8)).unwrap().pending());
}

#[test]
fn a_failed_save_says_what_happened_and_what_to_do() {
    let trouble = Trouble { what: "cannot write vault.age".to_owned(), next_step: Some("free some space".to_owned()) };
    let mut driver = list(three()).failing(trouble).keys("d");
    assert!(driver.picture().contains("! cannot write vault.age; free some space"), "{}", driver.picture());
    assert_eq!(driver.vault().len(), 3);
}

#[test]
fn a_clipboard_that_refuses_is_told_and_never_called_copied() {
    let trouble = Trouble { what: "no clipboard can be reached from here".to_owned(), next_step: None };
    let mut driver = list(three()).failing(trouble).keys("<enter>");
    let picture = driver.picture();
    assert!(picture.contains("! no clipboard") && !picture.contains("copied"), "{picture}");
}

#[test]
fn what_another_device_did_is_told() {
    let driver = list(three());
    let snapshot = driver.snapshot_of_vault();
    let mut driver =
        driver.hear(Outcome::Refreshed { snapshot, told: vec!["added GitHub · bob".to_owned()], copy: None });
    assert!(driver.picture().contains("another device added GitHub · bob"), "{}", driver.picture());
}

#[test]
fn pasted_text_is_never_taken_for_keys() {
    let driver = list(three()).paste("ddddq\n");
    assert_eq!(driver.vault().len(), 3);
    assert!(driver.effects().is_empty() && driver.end().is_none());
}

#[test]
fn the_app_wakes_at_the_next_second_and_not_before() {
    let driver = Driver::at(NOW + 250).unlocked(three());
    assert_eq!(driver.wakes_in(), Some(750));
}

#[test]
fn an_empty_list_wakes_only_to_see_what_others_did() {
    let driver = list(Vault::default());
    assert_eq!(driver.wakes_in(), Some(5_000));
}
