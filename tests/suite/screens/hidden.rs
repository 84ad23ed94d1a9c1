//! Hidden codes: nothing of them is on the screen before they are asked for, nor after their time.

use countersign::otp::Timestamp;
use countersign::vault::Vault;

use super::{NOW, pictures};
use crate::support::accounts::{id, normal, three};
use crate::support::driver::Driver;

/// 2026-11-22 09:14:27 UTC: the last seconds of a step, in which next codes are shown as well.
const EXPIRING: i64 = NOW + 16_000;
/// Sizes that show a list, a panel beside it, two lines a row, and one account alone.
const SIZES: [(u16, u16); 5] = [(80, 24), (120, 40), (40, 12), (30, 7), (20, 5)];

fn hidden(millis: i64, vault: Vault) -> Driver {
    Driver::with_settings(millis, |settings| settings.hide_codes = true).unlocked(vault)
}

/// Returns every code that the list could show, in its groups and without: of this step, the next, and counters.
fn codes(driver: &Driver) -> Vec<String> {
    let mut codes = Vec::new();
    for account in driver.vault().accounts() {
        let step = account.step(driver.now());
        for code in [step, step + 1].map(|step| account.code(step)) {
            use secrecy::ExposeSecret;
            codes.push(code.grouped().expose_secret().to_owned());
            codes.push(code.expose_secret().to_owned());
        }
    }
    codes
}

/// Fails if a code is on the screen at any size.
fn assert_covered(mut driver: Driver, when: &str) -> Driver {
    let codes = codes(&driver);
    assert!(codes.len() >= 6);
    for (width, height) in SIZES {
        driver = driver.size(width, height);
        let picture = driver.picture();
        for code in &codes {
            assert!(!picture.contains(code.as_str()), "{when}, {width} x {height}: {picture}");
        }
        // A large code is drawn in blocks, of which bars have no upper and lower halves.
        assert!(!picture.contains(['▀', '▄']), "{when}, {width} x {height}: {picture}");
    }
    driver.size(80, 24)
}

fn shown(driver: &mut Driver) -> Vec<String> {
    let picture = driver.picture();
    codes(driver).into_iter().filter(|code| picture.contains(code.as_str())).collect()
}

#[test]
fn no_code_and_no_next_code_is_on_the_screen_before_it_is_asked_for() {
    for millis in [NOW, EXPIRING] {
        let driver = assert_covered(hidden(millis, normal()), "at first");
        let driver = assert_covered(driver.keys("jjkG"), "after scrolling");
        let driver = assert_covered(driver.keys("/git"), "while searching");
        assert_covered(driver.keys("<enter>"), "after copying what was found");
    }
}

#[test]
fn a_hotp_code_that_was_given_out_stays_hidden_too() {
    let mut driver = hidden(NOW, normal()).keys("/vpn<enter><esc>");
    let row = driver.picture().lines().find(|line| line.contains("VPN")).unwrap().to_owned();
    assert!(row.contains("••• •••"), "{row}");
}

#[test]
fn a_revealed_code_is_gone_from_every_part_of_the_screen_when_its_time_is_over() {
    for millis in [NOW, EXPIRING - 9_000] {
        let mut driver = hidden(millis, three()).keys("<space>");
        assert!(!shown(&mut driver).is_empty(), "{}", driver.picture());
        driver = driver.wait(9_900);
        assert!(!shown(&mut driver).is_empty(), "{}", driver.picture());
        assert_covered(driver.wait(100), "after ten seconds");
    }
}

#[test]
fn how_long_a_code_is_shown_is_a_setting() {
    let change = |settings: &mut countersign::tui::settings::Settings| {
        settings.hide_codes = true;
        settings.reveal_millis = 3_000;
    };
    let mut driver = Driver::with_settings(NOW, change).unlocked(three()).keys("<space>").wait(2_900);
    assert!(!shown(&mut driver).is_empty());
    assert_covered(driver.wait(100), "after three seconds");
}

#[test]
fn revealing_another_row_hides_the_first() {
    let mut driver = hidden(NOW, three()).keys("<space>");
    let first = shown(&mut driver);
    driver = driver.keys("j<space>");
    let second = shown(&mut driver);
    assert!(!second.is_empty() && first.iter().all(|code| !second.contains(code)), "{first:?} {second:?}");
    assert_covered(driver.keys("<space>"), "hidden again by the same key");
}

#[test]
fn hidden_codes_are_equally_wide_however_many_digits_they_have() {
    for (width, height) in [(80, 24), (120, 40)] {
        let picture = hidden(NOW, normal()).size(width, height).picture();
        assert_eq!(picture.matches("••• •••").count(), 10 + usize::from(width == 120), "{picture}");
        assert!(!picture.contains("••••"), "{picture}");
    }
    // Nor does the place of anything else tell: a vault with short codes alone looks the same.
    let bars = |vault: Vault| {
        let picture = hidden(NOW, vault).picture();
        let line = picture.lines().find(|line| line.contains("••• •••")).unwrap();
        line.chars().position(|letter| letter == '█')
    };
    assert_eq!(bars(normal()), bars(three()));
}

#[test]
fn copying_never_needs_revealing() {
    let driver = hidden(NOW, three()).keys("j<enter>");
    assert_eq!(driver.effects(), [format!("Copy {{ id: {}, at: Timestamp({NOW}) }}", id(1))]);
}

#[test]
fn one_key_hides_all_codes_for_this_run_and_shows_them_again() {
    let mut driver = Driver::at(NOW).unlocked(three());
    assert!(!shown(&mut driver).is_empty());
    driver = driver.keys("H");
    assert!(driver.picture().contains("codes are hidden · space shows one for 10 s"), "{}", driver.picture());
    driver = assert_covered(driver, "after the key");
    driver = assert_covered(driver.keys("L").keys(crate::support::driver::PASSPHRASE).keys("<enter>"), "after a lock");
    driver = driver.keys("H");
    assert!(driver.picture().contains("codes are shown · H hides them"), "{}", driver.picture());
    assert!(!shown(&mut driver).is_empty());
    assert!(driver.effects().iter().all(|effect| !effect.starts_with("Commit")), "{:?}", driver.effects());
    let driver = driver.keys(":hide all<enter>");
    assert_covered(driver, "by the palette");
}

#[test]
fn hiding_takes_back_what_was_revealed() {
    let driver = hidden(NOW, three()).keys("<space>").keys("HH");
    assert_covered(driver, "revealed before");
}

#[test]
fn a_code_to_try_is_hidden_too_until_it_is_asked_for() {
    let uri = "otpauth://totp/Example:bob?secret=JBSWY3DPEHPK3PXP&issuer=Example";
    let mut driver = hidden(NOW, three()).paste(uri).keys("<enter>");
    let code = "hidden: ^r shows it";
    assert!(driver.picture().contains(code), "{}", driver.picture());
    pictures("trial_hidden", driver);
    driver = hidden(NOW, three()).paste(uri).keys("<enter><ctrl-r>");
    assert!(driver.picture().contains(['▀', '▄']), "{}", driver.picture());
    driver = driver.wait(10_000);
    assert!(driver.picture().contains(code) && !driver.picture().contains(['▀', '▄']), "{}", driver.picture());
}

#[test]
fn recovery_codes_in_a_paste_hide_themselves_again() {
    let paste = "a1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";
    let mut driver = Driver::at(NOW).unlocked(three()).keys("ra").paste(paste);
    assert!(!driver.picture().contains("77be2"), "{}", driver.picture());
    driver = driver.keys("<space>");
    assert!(driver.picture().contains("77be2"), "{}", driver.picture());
    driver = driver.wait(60_000);
    assert!(!driver.picture().contains("77be2"), "{}", driver.picture());
    let at = Timestamp::from_millis(NOW + 60_000);
    assert_eq!(driver.now(), at);
}
