//! The clock in the app: in a word above the codes, on its page, compared, corrected.

use countersign::otp::{Ahead, Enrolment, Timestamp};

use super::{NOW, pictures};
use crate::support::accounts::{id, normal, three};
use crate::support::driver::Driver;
use crate::support::paper_clock::PaperClock;

fn with(change: impl FnOnce(&mut PaperClock)) -> Driver {
    Driver::at(NOW).clock(change).unlocked(three())
}

/// This computer is a good minute ahead, as a phone has shown.
fn ahead(clock: &mut PaperClock) {
    clock.unkept();
    clock.compared(Ahead::around(61_000, 900));
}

fn corrected(clock: &mut PaperClock) {
    ahead(clock);
    clock.corrected(-61_000);
}

#[test]
fn pictures_of_the_page() {
    pictures("clock_fine", with(|_| {}).keys("t"));
    pictures("clock_unknown", with(|clock| clock.unkept()).keys("t"));
    pictures("clock_ahead", with(ahead).keys("t"));
    pictures("clock_corrected", with(corrected).keys("t"));
}

#[test]
fn pictures_of_the_plain_words() {
    pictures("clock_explained", with(|_| {}).keys("t?"));
}

#[test]
fn pictures_of_the_list_under_a_correction() {
    pictures("clock_list_corrected", Driver::at(NOW).clock(corrected).unlocked(normal()));
}

#[test]
fn the_list_says_in_a_word_how_the_clock_stands_and_a_click_opens_the_page() {
    type Change = fn(&mut PaperClock);
    let states: [(&str, Change); 4] = [
        ("clock ok", |_| {}),
        ("clock not confirmed", |clock| clock.unkept()),
        ("! clock +61 s", ahead),
        ("clock −61 s applied", corrected),
    ];
    for (words, change) in states {
        let driver = with(change);
        let mut driver = driver.size(100, 24);
        assert!(driver.picture().contains(words), "{words}: {}", driver.picture());
        let mut driver = driver.click_on(words);
        assert_eq!(driver.effects(), ["Clock(Look)"]);
        assert!(driver.picture().contains("the system"), "{}", driver.picture());
    }
}

#[test]
fn a_correction_stands_wherever_codes_are() {
    for (width, height) in [(120, 40), (80, 24), (60, 20), (40, 12), (30, 24), (26, 6), (20, 5)] {
        let mut driver = Driver::at(NOW).clock(corrected).unlocked(normal()).size(width, height);
        assert!(driver.picture().contains("−61 s applied"), "{width} × {height}: {}", driver.picture());
    }
    for (width, height) in [(120, 40), (80, 24), (60, 20), (40, 12)] {
        let form = Driver::at(NOW).clock(corrected).unlocked(three()).size(width, height);
        let mut driver = form.paste("otpauth://totp/GitHub:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBV").keys("<enter>");
        assert!(driver.picture().contains("accept this code"), "{}", driver.picture());
        assert!(driver.picture().contains("−61 s applied"), "{width} × {height}: {}", driver.picture());
    }
}

#[test]
fn a_clock_that_makes_wrong_codes_is_named_in_the_smallest_window_too() {
    let mut driver = with(ahead).size(20, 5);
    assert!(driver.picture().contains("! clock +61 s"), "{}", driver.picture());
}

#[test]
fn a_clock_that_was_set_is_looked_at_again_and_the_comparison_counts_no_more() {
    let mut driver = with(ahead).set_clock(-61_000).size(100, 24);
    assert_eq!(driver.effects(), ["Refresh"]);
    assert!(driver.picture().contains("clock not confirmed"), "{}", driver.picture());
    driver = driver.keys("t");
    assert!(driver.picture().contains("counts no more: the clock was set since"), "{}", driver.picture());
}

#[test]
fn the_page_says_what_is_known_how_sure_that_is_and_what_to_do() {
    let mut driver = with(ahead).size(120, 40).keys("t");
    let picture = driver.picture();
    for words in [
        "critical: this computer's clock is 61 s ahead",
        "they fail: most sites refuse codes",
        "other device",
        "(likely)",
        "the system",
        "the last save",
        "the network       not asked",
        "o applies −61 s to codes (shown everywhere, asked again in 30 days)",
    ] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
}

#[test]
fn the_small_page_scrolls_to_its_end() {
    let mut driver = with(ahead).size(40, 12).keys("t");
    assert!(driver.picture().contains('↓') && !driver.picture().contains("here alone"), "{}", driver.picture());
    driver = driver.keys("G");
    assert!(driver.picture().contains("here alone") && !driver.picture().contains('↓'), "{}", driver.picture());
    driver = driver.keys("g");
    assert!(driver.picture().contains("critical"), "{}", driver.picture());
}

#[test]
fn escape_leaves_the_page_and_the_words() {
    let mut driver = with(|_| {}).keys("t?<esc>");
    assert!(driver.picture().contains("the system"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("/ search"), "{}", driver.picture());
}

#[test]
fn a_correction_is_asked_for_with_its_number_and_nothing_is_set_without_a_yes() {
    let mut driver = with(ahead).keys("t").keys("o");
    let picture = driver.picture();
    assert!(picture.contains("enter applies −61 s: codes are made as if it were 61 s earlier"), "{picture}");
    assert!(picture.contains("30 days"), "{picture}");
    let driver = driver.keys("<esc>");
    assert_eq!(driver.effects(), ["Clock(Look)"]);
    assert_eq!(driver.clock_now().correction_millis(), 0);
}

#[test]
fn enter_applies_the_correction_the_codes_follow_and_one_key_takes_it_away() {
    let raw = Timestamp::from_millis(NOW);
    let mut driver = with(ahead).size(100, 24).keys("to<enter>");
    assert!(driver.effects().contains(&"Clock(Correct(Some(-61000)))".to_owned()), "{:?}", driver.effects());
    assert_eq!((driver.clock_now().correction_millis(), driver.now()), (-61_000, raw.plus_secs(-61)));
    assert!(driver.picture().contains("codes are made with −61 s · x takes it away"), "{}", driver.picture());
    assert!(driver.picture().contains("it is right to within 0.9 s"), "{}", driver.picture());

    let mut driver = driver.keys("x");
    assert_eq!((driver.clock_now().correction_millis(), driver.now()), (0, raw));
    assert!(driver.picture().contains("this computer's own time again; it was −61 s"), "{}", driver.picture());
    assert!(!driver.keys("<esc>").picture().contains("applied"));
}

#[test]
fn the_codes_under_a_correction_are_those_of_the_corrected_time() {
    let code = |driver: &mut Driver| {
        let picture = driver.picture();
        picture.lines().find(|line| line.contains("Fastmail")).unwrap()[30..].to_owned()
    };
    let mut corrected = with(ahead).keys("to<enter><esc>");
    let mut there = Driver::at(NOW - 61_000).unlocked(three());
    assert_eq!(code(&mut corrected), code(&mut there));
}

#[test]
fn a_correction_can_be_changed_to_another_number() {
    let mut driver = with(corrected).keys("to");
    assert!(driver.picture().contains("now") && driver.picture().contains("−61 s"), "{}", driver.picture());
    let driver = driver.keys("<ctrl-u>1.5<enter>");
    assert_eq!(driver.clock_now().correction_millis(), 1_500);
    let driver = driver.keys("o<ctrl-u>0<enter>");
    assert_eq!(driver.clock_now().correction_millis(), 0);
}

#[test]
fn what_is_no_number_of_seconds_is_told_in_place_and_changes_nothing() {
    for (typed, words) in [
        ("", "! no number was typed"),
        ("abc", "! that is no number of seconds"),
        ("--5", "! that is no number of seconds"),
        ("1.2345", "! that is no number of seconds"),
        ("86401", "! a correction is at most a day"),
        ("999999999999", "! a correction is at most a day"),
    ] {
        let mut driver = with(corrected).keys("to<ctrl-u>").keys(typed).keys("<enter>");
        assert!(driver.picture().contains(words), "{typed:?}: {}", driver.picture());
        assert_eq!(driver.clock_now().correction_millis(), -61_000, "{typed:?}");
    }
}

#[test]
fn without_a_correction_there_is_none_to_take_away() {
    let mut driver = with(|_| {}).keys("tx");
    assert!(driver.picture().contains("there is no correction"), "{}", driver.picture());
    assert_eq!(driver.effects(), ["Clock(Look)"]);
}

/// What a device shows whose clock is behind this computer's own by so many milliseconds.
fn phone(driver: &Driver, account: u8, behind: i64) -> String {
    let raw = driver.now().plus_millis(-driver.clock_now().correction_millis());
    shown(three().get(id(account)).unwrap().enrolment(), raw.plus_millis(-behind))
}

fn shown(enrolment: &Enrolment, at: Timestamp) -> String {
    enrolment.code(enrolment.step_at(at).unwrap()).expose_secret().to_owned()
}

/// Types what the phone shows.
fn typed(driver: Driver, behind: i64) -> Driver {
    let code = phone(&driver, 1, behind);
    driver.keys(&code).keys("<enter>")
}

fn comparing() -> Driver {
    with(|clock| clock.unkept()).size(100, 24).keys("tc").keys("git").keys("hub<enter>")
}

#[test]
fn pictures_of_a_comparison() {
    pictures("clock_picking", with(|clock| clock.unkept()).keys("tc"));
    pictures("clock_comparing", typed(comparing(), 61_000).size(80, 24));
}

#[test]
fn accounts_whose_codes_are_counted_are_not_offered() {
    let mut driver = Driver::at(NOW).unlocked(normal()).keys("tc");
    let picture = driver.picture();
    assert!(picture.contains("GitHub") && !picture.contains("Office VPN"), "{picture}");
}

#[test]
fn codes_of_a_phone_say_how_far_this_computer_is_ahead_and_it_is_remembered() {
    let mut driver = typed(comparing(), 61_000);
    for secs in [23, 39, 44] {
        driver = typed(driver.wait(secs * 1_000), 61_000);
    }
    let picture = driver.picture();
    assert!(picture.contains("✓ this computer is") && picture.contains("ahead of that device, ±"), "{picture}");
    assert!(driver.effects().iter().any(|effect| effect.starts_with("Clock(Remember")), "{:?}", driver.effects());
    let mut driver = driver.keys("<esc>");
    assert!(driver.picture().contains("compared with another device"), "{}", driver.picture());
    assert!(!driver.picture().contains("not compared"), "{}", driver.picture());
}

#[test]
fn each_code_narrows_the_interval_and_says_when_the_next_one_tells_the_most() {
    let mut driver = typed(comparing(), 61_000);
    let first = driver.picture();
    assert!(first.contains("±15 s") || first.contains("±16 s"), "{first}");
    assert!(first.contains("tells the most"), "{first}");
    driver = typed(driver.wait(38_000), 61_000);
    assert!(!driver.picture().contains("±15 s") && driver.picture().contains('±'), "{}", driver.picture());
}

#[test]
fn a_space_at_the_moment_the_code_changes_is_a_key_press_and_narrows_to_a_second() {
    let mut driver = typed(comparing(), 61_000);
    // The phone's code changes at its own half minutes.
    let change = |driver: &Driver| {
        let there = driver.now().as_millis() - 61_000;
        30_000 - there.rem_euclid(30_000)
    };
    for reaction in [200, 250, 150] {
        let wait = change(&driver) + reaction;
        driver = driver.wait(wait).keys("<space>");
    }
    driver = typed(driver.wait(5_000), 61_000);
    let picture = driver.picture();
    assert!(picture.contains("this computer is 61 s ahead of that device") || picture.contains("61."), "{picture}");
    assert!(picture.contains("key presses"), "{picture}");
}

#[test]
fn a_space_inside_a_code_belongs_to_the_code() {
    let mut driver = comparing();
    let code = phone(&driver, 1, 61_000);
    driver = driver.keys(&code[..3]).keys("<space>").keys(&code[3..]).keys("<enter>");
    assert!(driver.picture().contains("ahead of that device"), "{}", driver.picture());
}

#[test]
fn the_moment_of_the_first_key_counts_and_narrows() {
    let slow = |wait: i64| {
        let driver = comparing();
        let code = phone(&driver, 1, 61_000);
        let driver = driver.keys(&code[..1]).wait(wait).keys(&code[1..]).keys("<enter>");
        let ahead = driver.clock_now().at_a_glance(driver.now()).ahead;
        let words = driver.effects().last().cloned().unwrap_or_default();
        (driver, ahead, words)
    };
    // Ten seconds of typing are ten seconds that the code stood there.
    let (mut quick, _, _) = slow(0);
    let (mut slow, _, _) = slow(10_000);
    assert!(quick.picture().contains("±15 s"), "{}", quick.picture());
    assert!(slow.picture().contains("±10 s"), "{}", slow.picture());
}

#[test]
fn what_is_no_code_of_the_account_is_told_in_place_and_nothing_is_remembered() {
    for (typed, words) in [
        ("123", "! a code of this account has 6 characters"),
        ("12345678", "! a code of this account has 6 characters"),
        ("abcdef", "! that is no code of this account"),
    ] {
        let mut driver = comparing().keys(typed).keys("<enter>");
        assert!(driver.picture().contains(words), "{typed}: {}", driver.picture());
        assert!(!driver.effects().iter().any(|effect| effect.contains("Remember")), "{typed}");
    }
    let mut driver = comparing();
    let code = phone(&driver, 1, 20 * 3_600_000);
    driver = driver.keys(&code).keys("<enter>");
    assert!(driver.picture().contains("! no code of this account is this one"), "{}", driver.picture());
}

#[test]
fn a_code_that_contradicts_the_ones_before_changes_nothing_of_them() {
    let mut driver = typed(comparing(), 61_000);
    driver = typed(driver.wait(40_000), 3_600_000);
    assert!(driver.picture().contains("! this code does not belong to the ones before"), "{}", driver.picture());
    driver = typed(driver.wait(1_000), 61_000);
    assert!(driver.picture().contains("ahead of that device"), "{}", driver.picture());
}

#[test]
fn a_clock_that_is_set_meanwhile_begins_the_comparison_again() {
    let mut driver = typed(comparing(), 61_000).set_clock(-61_000);
    assert!(driver.picture().contains("! this computer's clock was set meanwhile"), "{}", driver.picture());
    driver = typed(driver, 0);
    assert!(driver.picture().contains("agree to within") || driver.picture().contains("±15 s"), "{}", driver.picture());
}

#[test]
fn under_a_correction_the_computers_own_clock_is_compared() {
    let mut driver = with(|clock| {
        clock.unkept();
        clock.corrected(-30_000);
    });
    driver = driver.size(100, 24).keys("tc").keys("git").keys("hub<enter>");
    driver = typed(driver, 61_000);
    for secs in [23, 39, 44] {
        driver = typed(driver.wait(secs * 1_000), 61_000);
    }
    let known = driver.clock_now().at_a_glance(driver.now()).ahead.unwrap();
    assert!(known.low() <= 61_000 && known.high() >= 61_000, "{known:?}");
}

#[test]
fn the_result_offers_the_correction_with_its_number() {
    let mut driver = typed(comparing(), 61_000);
    for secs in [23, 39, 44] {
        driver = typed(driver.wait(secs * 1_000), 61_000);
    }
    driver = driver.keys("<ctrl-o>");
    assert!(driver.picture().contains("enter applies −6"), "{}", driver.picture());
    assert_eq!(driver.clock_now().correction_millis(), 0);
    driver = driver.keys("<enter>");
    let correction = driver.clock_now().correction_millis();
    assert!((-66_000..=-56_000).contains(&correction), "{correction}");
}

#[test]
fn a_throw_away_secret_is_shown_as_a_code_and_then_compared_with() {
    let mut driver = with(|clock| clock.unkept()).size(100, 40).keys("tc<down><down><down><enter>");
    assert!(driver.picture().contains("scan this with the other device"), "{}", driver.picture());
    assert!(driver.picture().contains('▀'), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert!(driver.picture().contains("a throw-away secret"), "{}", driver.picture());
    let secret = countersign::otp::Secret::from_bytes(crate::support::paper_clock::SECRET.to_vec()).unwrap();
    let enrolment = Enrolment { secret, ..three().get(id(1)).unwrap().enrolment().clone() };
    let code = shown(&enrolment, driver.now().plus_millis(-61_000));
    driver = driver.keys(&code).keys("<enter>");
    assert!(driver.picture().contains("ahead of that device"), "{}", driver.picture());
}

#[test]
fn the_comparison_keeps_no_secret_in_what_it_asks_for() {
    let driver = with(|clock| clock.unkept()).size(100, 40).keys("tc<down><down><down><enter>");
    assert_eq!(driver.effects().last().unwrap(), "Clock(MakeSecret)");
}
