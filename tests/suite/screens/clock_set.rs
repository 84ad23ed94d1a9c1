//! What the app makes of a clock that is set while it runs.

use countersign::tui::message::Message;

use super::NOW;
use crate::support::accounts::{id, normal, three};
use crate::support::driver::Driver;

fn unlocked() -> Driver {
    Driver::at(NOW).unlocked(three())
}

fn copies(driver: &Driver) -> Vec<&String> {
    driver.effects().iter().filter(|effect| effect.starts_with("Copy")).collect()
}

#[test]
fn the_codes_are_those_of_the_new_time_at_once_and_the_app_says_why() {
    let mut there = Driver::at(NOW + 61_000).unlocked(three());
    let mut driver = unlocked().set_clock(61_000);
    let picture = driver.picture();
    assert!(picture.contains("the clock was set forward by 61 s: codes were made anew"), "{picture}");
    let codes = |picture: &str| picture.lines().skip(2).take(12).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(codes(&picture), codes(&there.picture()));
}

#[test]
fn a_countdown_that_jumps_back_is_explained_and_a_small_jump_forward_is_not() {
    let told = |by| unlocked().set_clock(by).picture().contains("the clock was set");
    assert_eq!(
        [-61_000, -2_000, -1_000, -1, 1_000, 2_000, 2_001].map(told),
        [true, true, true, true, false, false, true]
    );
    assert!(unlocked().set_clock(-300).picture().contains("set back a little"));
}

#[test]
fn no_jump_of_the_clock_clears_a_copied_code_early_or_never() {
    for jump in [3_600_000, -3_600_000] {
        let driver = unlocked().keys("<enter>").wait(10_000).set_clock(jump).wait(9_900);
        assert!(!driver.effects().contains(&"ClearClipboard".to_owned()), "{jump}");
        let driver = driver.wait(200);
        assert!(driver.effects().contains(&"ClearClipboard".to_owned()), "{jump}");
    }
}

#[test]
fn a_notice_stays_as_long_as_ever() {
    for jump in [3_600_000, -3_600_000] {
        let mut driver = unlocked().wait(1_000).keys("c").wait(4_000).corrected(jump).wait(1_900);
        assert!(driver.picture().contains("accepted a code"), "{jump}: {}", driver.picture());
        driver = driver.wait(200);
        assert!(!driver.picture().contains("accepted a code"), "{jump}: {}", driver.picture());
    }
}

#[test]
fn what_was_revealed_hides_itself_in_time() {
    for jump in [3_600_000, -3_600_000] {
        let hidden = Driver::with_settings(NOW, |settings| settings.hide_codes = true).unlocked(three());
        let mut driver = hidden.keys("<space>").wait(5_000).set_clock(jump).wait(4_900);
        assert!(is_shown(&driver.picture()), "{jump}: {}", driver.picture());
        driver = driver.wait(200);
        assert!(!is_shown(&driver.picture()), "{jump}: {}", driver.picture());
    }
}

/// Tells whether the first row shows digits.
fn is_shown(picture: &str) -> bool {
    let row = picture.lines().find(|line| line.contains("Fastmail")).unwrap();
    !row.contains('•')
}

#[test]
fn a_hotp_code_that_was_given_out_hides_itself_in_time() {
    let mut driver = Driver::at(NOW).unlocked(normal()).keys("/vpn<enter><esc>").wait(30_000).set_clock(-3_600_000);
    let row = |driver: &mut Driver| driver.picture().lines().find(|line| line.contains("VPN")).unwrap().to_owned();
    assert!(!row(&mut driver).contains('•'));
    driver = driver.wait(30_100);
    assert!(row(&mut driver).contains('•'));
}

#[test]
fn a_qr_code_hides_itself_in_time() {
    for jump in [3_600_000, -3_600_000] {
        let mut driver = unlocked().size(120, 60).keys("Q").wait(30_000).set_clock(jump);
        assert!(driver.picture().contains("hides in 30 s"), "{jump}: {}", driver.picture());
        driver = driver.wait(30_000);
        assert!(driver.picture().contains("hidden"), "{jump}: {}", driver.picture());
    }
}

#[test]
fn who_waits_for_the_next_code_gets_the_next_one_by_the_new_time() {
    for (jump, begins) in [(-61_000, NOW - 61_000 + 20_000), (61_000, NOW + 61_000 + 18_000)] {
        let driver = unlocked().keys("w").set_clock(jump);
        assert!(copies(&driver).is_empty(), "{jump}: {:?}", driver.effects());
        let driver = driver.wait(20_000);
        let expected = format!("Copy {{ id: {}, at: Timestamp({begins}) }}", id(2));
        assert_eq!(copies(&driver), [&expected], "{jump}");
    }
}

#[test]
fn a_new_correction_moves_the_codes_and_nothing_that_waits() {
    let driver = unlocked().wait(200_000);
    let mut driver = driver.corrected(-61_000);
    assert!(!driver.picture().contains("the clock was set"), "{}", driver.picture());
    driver = driver.wait(99_000);
    assert!(driver.is_unlocked());
    assert!(!driver.wait(2_000).is_unlocked());
}

#[test]
fn a_locked_app_says_nothing_of_the_clock() {
    let mut driver = unlocked().keys("L").set_clock(-3_600_000).tell(Message::Tick);
    assert!(!driver.picture().contains("the clock was set"), "{}", driver.picture());
}
