//! Codes for the phone beside the screen.

use countersign::otp::uri;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::{NOW, pictures};
use crate::qr::{painted_modules, texts};
use crate::support::accounts::{normal, overfull, strange_names, three};
use crate::support::driver::Driver;

const DARK: Color = Color::Indexed(16);
const LIGHT: Color = Color::Indexed(231);

fn list() -> Driver {
    Driver::at(NOW).unlocked(three())
}

/// Reads the code on the screen as a camera would: by the colours that the cells have.
fn scanned(driver: &mut Driver) -> Option<String> {
    scanned_in(&driver.draw())
}

fn scanned_in(buffer: &Buffer) -> Option<String> {
    let area = buffer.area;
    // What is not part of the code is grey, as most of a dark terminal is.
    let module = |x: u16, y: u16, is_upper: bool| {
        let cell = &buffer[(x, y)];
        let is_front = match cell.symbol() {
            "█" => true,
            "▀" => is_upper,
            "▄" => !is_upper,
            _ => false,
        };
        match if is_front { cell.fg } else { cell.bg } {
            DARK => 0,
            LIGHT => 255,
            _ => 60,
        }
    };
    let rows: Vec<Vec<u8>> =
        (0..area.height * 2).map(|row| (0..area.width).map(|x| module(x, row / 2, row % 2 == 0)).collect()).collect();
    texts(&painted_modules(&rows)).ok().map(|mut texts| texts.remove(0))
}

#[track_caller]
fn shows(driver: &mut Driver, issuer: &str, account: &str) {
    let text = scanned(driver).unwrap_or_else(|| panic!("no code in {}", driver.picture()));
    let read = uri::parse(&text).unwrap();
    assert_eq!((read.issuer.as_str(), read.account.as_str()), (issuer, account));
    let there = driver.vault().accounts().find(|there| there.issuer() == issuer && there.account() == account).unwrap();
    assert_eq!((&read.enrolment, read.counter), (there.enrolment(), there.counter()));
}

#[test]
fn an_account_is_shown_as_a_code() {
    pictures("qr", list().size(80, 24).keys("Q"));
    pictures("qr_inverted", list().keys("Qi"));
    pictures("qr_together", Driver::at(NOW).unlocked(normal()).keys("Qg"));
    pictures("qr_hidden", list().keys("Q").wait(60_000));
}

#[test]
fn what_a_phone_reads_is_the_account() {
    for (width, height) in [(80, 24), (60, 30), (120, 40)] {
        let mut driver = list().size(width, height).keys("jQ");
        shows(&mut driver, "GitHub", "alice@example.com");
        driver = driver.keys("i");
        shows(&mut driver, "GitHub", "alice@example.com");
    }
}

#[test]
fn every_kind_of_account_is_read_one_after_the_other() {
    let mut driver = Driver::at(NOW).unlocked(normal()).size(100, 50).keys("Q");
    for number in 1..=10 {
        assert!(driver.picture().contains(&format!("{number} of 10")), "{}", driver.picture());
        let text = scanned(&mut driver).unwrap();
        let read = uri::parse(&text).unwrap();
        let mut accounts = driver.vault().accounts();
        assert!(
            accounts.any(|there| *there.enrolment() == read.enrolment && there.issuer() == read.issuer),
            "{number}"
        );
        drop(accounts);
        driver = driver.keys("<right>");
    }
    assert!(driver.picture().contains("10 of 10"));
    assert!(driver.keys("<left><left>").picture().contains("8 of 10"));
}

#[test]
fn only_what_the_list_shows_is_paged_through() {
    let mut driver = Driver::at(NOW).unlocked(normal()).size(100, 50).keys("/git<esc>").keys("/git").keys("<enter>");
    driver = driver.keys("Q");
    assert!(driver.picture().contains("of 2"), "{}", driver.picture());
}

#[test]
fn the_colours_are_the_same_in_every_theme_and_without_signs() {
    for unicode in [true, false] {
        let mut driver = Driver::with_settings(NOW, |settings| settings.unicode = unicode);
        driver = driver.unlocked(three()).size(120, 60).keys("jQ");
        let buffer = driver.draw();
        let coloured = buffer.content().iter().filter(|cell| cell.bg == LIGHT).count();
        assert!(coloured > 400, "{coloured}");
        shows(&mut driver, "GitHub", "alice@example.com");
    }
}

#[test]
fn a_window_that_is_too_small_is_told_by_how_much() {
    let mut driver = list().size(80, 14).keys("Q");
    assert!(driver.picture().contains("Enlarge the window by 10 lines"), "{}", driver.picture());
    assert!(scanned(&mut driver).is_none());
    driver = driver.size(30, 40);
    assert!(driver.picture().contains("columns"), "{}", driver.picture());
    shows(&mut driver.size(80, 24), "Fastmail", "me@fastmail.com");
}

#[test]
fn a_code_hides_itself_after_a_minute_and_comes_back_when_asked_for() {
    let mut driver = list().keys("Q").wait(59_000);
    assert!(driver.picture().contains("hides in 1 s") && scanned(&mut driver).is_some());
    driver = driver.wait(1_000);
    assert!(scanned(&mut driver).is_none(), "{}", driver.picture());
    assert!(driver.wakes_in().is_none_or(|millis| millis > 1_000));
    driver = driver.keys("<enter>");
    assert!(scanned(&mut driver).is_some() && driver.picture().contains("hides in 60 s"));
}

#[test]
fn together_they_are_transfer_codes_and_what_cannot_go_along_is_said_first() {
    let mut driver = Driver::at(NOW).unlocked(normal()).size(120, 60).keys("Qg");
    let picture = driver.picture();
    assert!(picture.contains("! Nextcloud · alice stays out: its period"), "{picture}");
    assert!(picture.contains("Token stays out: its type of code"), "{picture}");
    assert!(picture.contains("GitLab · alice goes without its note, its tags"), "{picture}");
    assert!(scanned(&mut driver).is_none());
    driver = driver.keys("<enter>");
    let mut found = 0;
    for _ in 0..20 {
        let text = scanned(&mut driver).unwrap_or_else(|| panic!("{}", driver.picture()));
        let read = countersign::exchange::google::read(&text).unwrap();
        found += read.accounts.len();
        let is_last = read.parts.first().is_none_or(|part| part.number == part.of);
        if is_last {
            break;
        }
        driver = driver.keys("<right>");
    }
    assert_eq!(found, 6);
    assert!(driver.keys("<esc>").picture().contains("of 10"), "esc goes back to one by one");
}

#[test]
fn locking_takes_the_code_away() {
    let mut driver = list().keys("QL");
    assert!(scanned(&mut driver).is_none() && !driver.is_unlocked());
}

#[test]
fn a_picture_pasted_anywhere_opens_the_form() {
    let address = "otpauth://totp/Site:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Site";
    for path in
        ["/home/me/code.png", "file:///home/me/my%20code.JPG", "'/home/me/it.webp'", "/home/me/my\\ code.jpeg\n"]
    {
        for keys in ["", "?", "a", "Q", "D"] {
            let mut driver = list().with_picture(address).keys(keys).paste(path);
            assert!(driver.effects().iter().any(|effect| effect.starts_with("ReadPicture")), "{path}");
            assert!(driver.picture().contains("160-bit secret"), "{path} {keys}: {}", driver.picture());
        }
    }
    let two = format!("{address}\n{address}&period=60\n");
    assert!(list().with_picture(&two).paste("/two.png").picture().contains("add 2 accounts"));
}

#[test]
fn what_is_no_picture_and_what_holds_no_account_changes_nothing() {
    let mut driver = list().with_picture("https://example.com/").paste("/home/me/code.png");
    assert!(driver.picture().contains("is no account"), "{}", driver.picture());
    driver = list().paste("/home/me/code.png");
    assert!(driver.picture().contains("no QR code was found"), "{}", driver.picture());
    driver = list().paste("code.png");
    assert!(driver.effects().is_empty());
    driver = Driver::at(NOW).paste("/home/me/code.png");
    assert!(driver.effects().is_empty() && driver.picture().contains("unlock first"), "{}", driver.picture());
}

#[test]
fn the_clipboard_is_taken_by_a_key() {
    let address = "otpauth://totp/Site:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Site";
    for keys in ["<ctrl-v>", "a<ctrl-v>"] {
        let mut driver = list().with_clipboard(address).keys(keys);
        assert!(driver.picture().contains("160-bit secret"), "{keys}: {}", driver.picture());
        driver = list().with_picture(address).keys(keys);
        assert!(driver.picture().contains("160-bit secret"), "{keys}: {}", driver.picture());
    }
    let mut driver = list().with_clipboard("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").keys("a<ctrl-v>");
    assert!(driver.picture().contains("160-bit secret"), "{}", driver.picture());
    driver = list().keys("<ctrl-v>");
    assert!(driver.picture().contains("no QR code"), "{}", driver.picture());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_and_no_size_break_the_codes(
        keys in prop::collection::vec(prop::sample::select(vec!["Q", "g", "i", "<enter>", "<esc>", "<right>", "<left>", "j", "d", "u", "?", "L"]), 0..14),
        width in 1_u16..130,
        height in 1_u16..60,
        many in any::<bool>(),
    ) {
        let vault = if many { overfull() } else { strange_names() };
        let mut driver = Driver::at(NOW).unlocked(vault).size(width, height).keys("Q").keys(&keys.concat());
        driver.draw();
        driver = driver.size(height, width).wait(3_000);
        driver.draw();
    }
}
