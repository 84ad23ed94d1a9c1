//! Adding an account: effects, in the order in which they come.

use countersign::otp::{Algorithm, Digits, Enrolment, Kind, Params, Secret, Timestamp};
use countersign::tui::message::Trouble;
use countersign::vault::Account;

use super::{NOW, SECRET, filled, list, saves, uri};
use crate::support::driver::Driver;

fn added(driver: &Driver) -> &Account {
    let new = driver.vault().accounts().find(|account| account.id().to_string().starts_with("ad"));
    new.expect("an account was added")
}

fn code(params: Params, secret: &str, step: u64) -> String {
    let secret = Secret::from_base32(secret).unwrap();
    Enrolment { params, secret, pin: None }.code(step).expose_secret().to_owned()
}

fn usual_code(drift: i64) -> String {
    let step = Timestamp::from_millis(NOW).as_secs() / 30 + drift;
    code(Params::USUAL, SECRET, u64::try_from(step).unwrap())
}

#[test]
fn nothing_is_saved_before_the_question_is_answered() {
    assert!(!saves(&filled()));
    assert!(!saves(&filled().keys("<enter>")));
    assert!(!saves(&filled().keys("<enter>123456<esc><esc>n")));
}

#[test]
fn a_yes_saves_the_account_as_confirmed() {
    for yes in ["y", "<enter>"] {
        let mut driver = filled().keys("<enter>").keys(yes);
        let account = added(&driver);
        assert_eq!((account.issuer(), account.account(), account.pending()), ("GitHub", "bob", false));
        assert_eq!(account.params(), &Params::USUAL);
        assert!(driver.picture().contains("added GitHub"), "{}", driver.picture());
    }
}

#[test]
fn a_not_yet_saves_it_as_pending() {
    for no in ["n", "<down><enter>"] {
        assert!(added(&filled().keys("<enter>").keys(no)).pending(), "{no}");
    }
    assert!(added(&filled().keys("<enter>").click_on("not yet")).pending());
}

#[test]
fn everything_that_was_typed_is_kept() {
    let keys = format!(
        "a{SECRET}<tab>Git Lab<tab>carol<tab>work, home,,work<tab>a note<tab><tab><right><tab><backspace>8<tab><backspace><backspace>60"
    );
    let driver = list().keys(&keys).keys("<enter>y");
    let account = added(&driver);
    assert_eq!((account.issuer(), account.account(), account.note()), ("Git Lab", "carol", "a note"));
    assert_eq!(account.tags(), ["home", "work"]);
    let Params::Totp { algorithm, digits, period } = *account.params() else { panic!("not a TOTP") };
    assert_eq!((algorithm, digits, period.as_secs()), (Algorithm::Sha256, Digits::EIGHT, 60));
}

#[test]
fn the_code_of_another_device_confirms() {
    for drift in [-20, -1, 0, 1, 20] {
        let driver = filled().keys("<enter>").keys(&usual_code(drift)).keys("<enter>");
        assert!(!added(&driver).pending(), "{drift}");
    }
    for drift in [-21, 21] {
        assert!(!saves(&filled().keys("<enter>").keys(&usual_code(drift)).keys("<enter>")), "{drift}");
    }
}

#[test]
fn drift_is_named_in_words() {
    let told = |drift| filled().size(120, 40).keys("<enter>").keys(&usual_code(drift)).picture();
    assert!(told(0).contains("✓ it matches; enter saves it"));
    assert!(told(-1).contains("typed a little late, or a clock 30 s behind"), "{}", told(-1));
    assert!(told(4).contains("the other clock is about 120 s ahead of this one"), "{}", told(4));
    assert!(told(-4).contains("the other clock is about 120 s behind this one"), "{}", told(-4));
}

#[test]
fn a_code_of_other_parameters_says_which() {
    let step = u64::try_from(NOW / 30_000).unwrap();
    let other =
        Params::Totp { algorithm: Algorithm::Sha256, digits: Digits::SIX, period: countersign::otp::Period::THIRTY };
    let mut driver = filled().keys("<enter>").keys(&code(other, SECRET, step));
    assert!(driver.picture().contains("it would match as TOTP · 6 digits · 30 s · SHA-256"), "{}", driver.picture());
    assert!(!saves(&driver));
    let mut longer = filled().keys("<enter>1234567");
    assert!(longer.picture().contains("! a code here has 6 digits"));
    let mut letters = filled().keys("<enter>1x");
    assert!(letters.picture().contains("! a code here has digits only"));
}

#[test]
fn a_hotp_code_that_was_shown_counts_as_used() {
    let hotp = || list().paste(&format!("otpauth://hotp/VPN?secret={SECRET}&counter=7")).keys("<enter>");
    assert_eq!(added(&hotp().keys("y")).counter(), 8);
    assert_eq!(added(&hotp().keys("n")).counter(), 8);
    let params = Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX };
    let driver = hotp().keys(&code(params, SECRET, 9)).keys("<enter>");
    assert_eq!(added(&driver).counter(), 10);
}

#[test]
fn what_is_missing_takes_the_focus_and_is_said() {
    let mut driver = list().keys(&format!("a{SECRET}<enter>"));
    let picture = driver.picture();
    assert!(picture.contains("▌ issuer") && picture.contains("! without issuer or account"), "{picture}");
    let mut pin = list().paste("motp://Bank:me?secret=0123456789abcdef");
    assert!(pin.picture().contains("▌ PIN"), "{}", pin.picture());
    assert_eq!(added(&pin.keys("1234<enter>y")).params().kind(), Kind::Motp);
}

#[test]
fn an_address_that_is_typed_is_taken_apart_when_left() {
    let address = format!("otpauth://totp/GitHub:bob?secret={SECRET}");
    for go_on in ["<tab>", "<enter>"] {
        let mut driver = list().keys("a").keys(&address).keys(go_on);
        assert!(driver.picture().contains("bob"), "{}", driver.picture());
    }
    let mut typing = list().keys("aotpauth:/");
    assert!(!typing.picture().contains('!'), "{}", typing.picture());
}

#[test]
fn a_save_that_fails_keeps_the_form() {
    let trouble = || Trouble { what: "the disk is full".to_owned(), next_step: None };
    let mut driver = filled().keys("<enter>").failing(trouble()).keys("y");
    assert!(driver.picture().contains("the disk is full") && driver.picture().contains("GitHub · bob"));
    assert_eq!(added(&driver.keys("y")).issuer(), "GitHub");
}

#[test]
fn while_it_is_saved_a_second_press_does_nothing() {
    let driver = filled().keys("<enter>").slow().keys("yyy<enter>n");
    assert_eq!(driver.effects().iter().filter(|effect| effect.starts_with("Add")).count(), 1);
    let mut driver = driver.answer();
    assert!(!driver.picture().contains("did the site"), "{}", driver.picture());
}

#[test]
fn letters_that_leave_elsewhere_do_not_leave_the_form() {
    for keys in ["a<up>q", "a<up>L", "a<up>?", "aq", "aL"] {
        assert!(list().keys(keys).picture().contains("add an account"), "{keys}");
    }
    let mut driver = filled().keys("<enter>qLx");
    assert!(driver.picture().contains("did the site accept"), "{}", driver.picture());
    assert!(driver.end().is_none());
}

#[test]
fn esc_goes_back_one_page_and_asks_only_if_something_is_lost() {
    assert!(!list().keys("a<esc>").picture().contains("add an account"));
    assert!(filled().keys("<enter><esc>").picture().contains("add an account"));
    assert!(list().paste(&uri("")).keys("<esc>").picture().contains("throw away"));
}
