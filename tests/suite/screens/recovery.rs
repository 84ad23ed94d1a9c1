//! Recovery codes: hidden until asked for, copied and marked in one step, added by a paste from anywhere.

use countersign::exchange::recovery_codes::read;
use countersign::otp::Timestamp;
use countersign::vault::{Change, CodeState, NewSet, RecoveryChange, SetId, SetKind, Stamp, Vault, apply};

use super::{NOW, pictures};
use crate::support::accounts::{id, three};
use crate::support::driver::Driver;

const DAY: i64 = 24 * 60 * 60 * 1000;
const PASTE: &str = "GitHub recovery codes for alice@example.com\r\n\r\na1f0c-77be2\r\n0d9e8-1a2b3 (used)\r\n55aa0-c0ffe\r\n\
                     9b8a7-00112\r\nEach works once.\r\n";

fn change(vault: &mut Vault, change: RecoveryChange) {
    let at = vault.newest_stamp().map_or(1, |stamp| stamp.at + 1);
    apply(vault, &Change::Recovery(id(1), change), Stamp { at, salt: 0 }).unwrap();
}

/// Stores so many codes, issued so many days ago.
fn store(vault: &mut Vault, set: u8, count: usize, days: i64, kind: SetKind) {
    let text: String =
        (0..count).map(|code| format!("{:05x}-{:05x}\n", code * 7919 + 16, 0xfffff - code * 104)).collect();
    let codes = read(text.as_bytes(), None).unwrap().codes.into_iter().map(|code| (code.text, CodeState::Unused));
    let new = NewSet {
        id: SetId::from_bytes([set; 8]),
        created: Timestamp::from_millis(NOW - days * DAY),
        origin: "github-recovery-codes.txt".to_owned(),
        about: String::new(),
        kind,
        codes: codes.collect(),
    };
    change(vault, RecoveryChange::Add(Box::new(new)));
}

/// GitHub with sixteen codes, two of them used.
fn stored() -> Vault {
    let mut vault = three();
    store(&mut vault, 1, 16, 2, SetKind::default());
    for code in [0, 8] {
        let at = Timestamp::from_millis(NOW - DAY);
        change(&mut vault, RecoveryChange::Use { set: SetId::from_bytes([1; 8]), code, at });
    }
    vault
}

/// In front of GitHub's codes.
fn open(vault: Vault) -> Driver {
    Driver::at(NOW).unlocked(vault).keys("jr")
}

fn github(driver: &Driver) -> &countersign::vault::Recovery {
    driver.vault().get(id(1)).unwrap().recovery()
}

#[test]
fn codes_are_hidden_and_say_what_became_of_them() {
    pictures("recovery", open(stored()));
    pictures("recovery_none", open(three()));
    pictures("recovery_revealed", open(stored()).keys("j<space>"));
    pictures("recovery_all", open(stored()).keys("R"));
}

#[test]
fn several_sets_few_codes_and_old_ones_are_told_apart() {
    let mut vault = stored();
    change(&mut vault, RecoveryChange::Supersede(SetId::from_bytes([1; 8]), Some(Timestamp::from_millis(NOW))));
    let expires = Some(Timestamp::from_millis(NOW - DAY));
    store(&mut vault, 2, 2, 400, SetKind { ordered: true, expires, ..SetKind::default() });
    pictures("recovery_few", open(vault.clone()));
    pictures("recovery_old", open(vault).keys("oG"));
}

#[test]
fn no_code_is_visible_before_it_is_asked_for() {
    let mut driver = open(stored());
    assert!(!driver.picture().contains("01eff"), "{}", driver.picture());
    driver = driver.keys("j<space>");
    assert!(driver.picture().contains("01eff-fff97"), "{}", driver.picture());
    driver = driver.wait(10_000);
    assert!(!driver.picture().contains("01eff-fff97"), "hidden again after ten seconds");
    driver = driver.keys("R");
    assert_eq!(driver.picture().matches("-ff").count(), 16, "{}", driver.picture());
    driver = driver.keys("R");
    assert!(!driver.picture().contains("-ff"));
}

#[test]
fn copying_asks_for_the_mark_and_undo_takes_it_back() {
    let mut driver = open(stored()).keys("j<enter>");
    let copy = format!("CopyRecovery {{ id: {:?}, set: {:?}, code: 1 }}", id(1), SetId::from_bytes([1; 8]));
    assert_eq!(driver.effects().last().unwrap(), &copy);
    assert!(driver.picture().contains("marked as used · 13 left"), "{}", driver.picture());
    assert_eq!(github(&driver).unused(), 13);
    driver = driver.keys("u");
    assert_eq!(github(&driver).unused(), 14);
}

#[test]
fn a_code_is_marked_and_unmarked() {
    let driver = open(stored()).keys("jm");
    assert_eq!(github(&driver).unused(), 13);
    let driver = driver.keys("m");
    assert_eq!(github(&driver).unused(), 14);
}

#[test]
fn a_set_is_removed_and_comes_back() {
    let driver = open(stored()).keys("d");
    assert!(github(&driver).sets().is_empty());
    let mut driver = driver.keys("oj");
    assert!(driver.picture().contains("removed"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert_eq!(github(&driver).current().len(), 1);
}

#[test]
fn comparing_with_the_site_is_stamped() {
    let mut vault = three();
    store(&mut vault, 1, 16, 200, SetKind::default());
    let mut driver = open(vault);
    assert!(driver.picture().contains("not compared with the site's for long"), "{}", driver.picture());
    driver = driver.keys("c");
    assert!(driver.picture().contains("checked today"), "{}", driver.picture());
    assert!(!driver.picture().contains("for long"));
}

#[test]
fn a_sheet_needs_a_typed_yes() {
    let driver = open(stored()).keys("pno<enter>");
    assert!(driver.effects().iter().all(|effect| !effect.contains("WriteSheet")));
    let driver = open(stored()).keys("pyes<enter>");
    assert!(driver.effects().last().unwrap().starts_with("WriteSheet"), "{:?}", driver.effects());
}

#[test]
fn a_paste_anywhere_is_shown_and_stored_with_the_account_that_it_names() {
    let anywhere = || Driver::at(NOW).unlocked(three()).paste(PASTE);
    pictures("recovery_whose", anywhere());
    pictures("recovery_preview", anywhere().keys("<enter>"));
    let driver = anywhere().keys("<enter><enter>");
    assert!(driver.effects().last().unwrap().contains("AddRecovery"), "{:?}", driver.effects());
    assert!(!format!("{:?}", driver.effects()).contains("a1f0c"), "no code where effects are written down");
    assert_eq!((github(&driver).unused(), github(&driver).used()), (3, 1));
}

#[test]
fn a_paste_of_anything_else_opens_nothing() {
    for text in ["alice@example.com", "two words", "correct horse battery", "line one\nline two\n"] {
        let mut driver = Driver::at(NOW).unlocked(three()).paste(text);
        assert!(driver.picture().contains("nothing here takes a paste"), "{}", driver.picture());
    }
}

#[test]
fn what_is_no_set_of_codes_is_said_in_place() {
    let driver = || open(three()).keys("a");
    pictures("recovery_adding", driver());
    pictures("recovery_refused", driver().paste("JBSWY3DPEHPK3PXQ"));
    pictures("recovery_odd", driver().paste("11223344\n55667788\na1!f0c#77\n99887766 for grandma\n"));
}

const FILE: &str = "/home/me/codes of GitHub.txt";

/// In front of the form of GitHub's codes, with a file in the home.
fn adding(vault: Vault, text: impl Into<Vec<u8>>) -> Driver {
    let home = |settings: &mut countersign::tui::settings::Settings| settings.home = Some("/home/me".into());
    Driver::with_settings(NOW, home).with_export(FILE, text).unlocked(vault).keys("jra")
}

#[test]
fn a_file_is_read_whether_its_name_is_typed_or_pasted() {
    let text = "11223344\n55667788\n";
    for driver in [
        adding(three(), text).keys("~/codes<space>of<space>GitHub.txt<enter>"),
        adding(three(), text).paste("'/home/me/codes of GitHub.txt'\n"),
        adding(three(), text).paste("file:///home/me/codes%20of%20GitHub.txt"),
        adding(three(), text).paste("/home/me/codes\\ of\\ GitHub.txt"),
    ] {
        let driver = driver.keys("<enter>");
        assert_eq!(github(&driver).unused(), 2);
        assert_eq!(github(&driver).sets()[0].origin(), "codes of GitHub.txt");
    }
    let relative = adding(three(), text).keys("codes.txt<enter>");
    assert!(relative.effects().last().unwrap().contains("ReadRecovery(\"codes.txt\")"), "{:?}", relative.effects());
}

#[test]
fn a_file_without_codes_says_why_and_another_name_can_be_typed() {
    let mut driver = adding(three(), b"\0\x01binary".to_vec()).paste(FILE);
    assert!(driver.picture().contains("this is not text"), "{}", driver.picture());
    driver = driver.keys("nowhere.txt<enter>");
    assert!(driver.picture().contains("cannot read"), "{}", driver.picture());
    let mut driver = adding(three(), vec![b'7'; 10 * 1024 * 1024]).paste(FILE);
    assert!(driver.picture().contains("this is more than 64 KiB"), "{}", driver.picture());
    let mut driver = adding(three(), "").paste(FILE);
    assert!(driver.picture().contains("there is nothing in it"), "{}", driver.picture());
}

#[test]
fn a_code_can_be_typed_by_hand() {
    let driver = adding(three(), "").keys("QW4TK29PZX<enter><enter>");
    assert_eq!(github(&driver).unused(), 1);
    let mut driver = adding(three(), "").keys("password<enter>");
    assert!(driver.picture().contains("this is a single word"), "{}", driver.picture());
}

#[test]
fn what_is_doubtful_is_stored_only_after_a_yes_and_enter_is_none() {
    let mixed = "11223344\n55667788\n1234567890\n0987654321\n";
    let headed = "GitHub recovery codes\n11223344\n55667788\nGoogle backup codes\n99887766\n13572468\n";
    let odd = "11223344\n55667788\n99887766 for grandma\n";
    let other = "Fastmail recovery codes\n11223344\n55667788\n";
    for (text, said) in [
        (mixed, "the codes differ in length"),
        (headed, "codes stand under two headings"),
        (odd, "1 line was not understood"),
        (other, "the text names Fastmail"),
    ] {
        let mut asked = open(three()).keys("a").paste(text).keys("<enter>");
        assert!(asked.picture().contains("all the same?"), "{text}: {}", asked.picture());
        let flat = asked.picture().replace(['\n', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(said), "{said}: {flat}");
        let by_habit = open(three()).keys("a").paste(text).keys("<enter><enter><enter><enter>");
        assert!(github(&by_habit).sets().is_empty(), "{text}");
        asked = asked.keys("y");
        assert_eq!(github(&asked).sets().len(), 1, "{text}");
        assert!(asked.picture().contains("left"), "back among the codes: {}", asked.picture());
    }
    pictures("recovery_doubts", open(three()).keys("a").paste(mixed).keys("<enter>"));
}

#[test]
fn codes_that_are_stored_already_are_not_stored_again() {
    let text = "11223344\n55667788\n";
    let stored = || open(three()).keys("a").paste(text).keys("<enter>");
    let mut again = stored().keys("a").paste(text).keys("<enter><enter>");
    assert!(again.picture().contains("has these very codes already"), "{}", again.picture());
    assert_eq!(github(&again).sets().len(), 1);
    let mut elsewhere = stored().keys("<esc>kra").paste(text).keys("<enter>");
    assert!(elsewhere.picture().contains("all the same?"), "{}", elsewhere.picture());
    let mut partly = stored().keys("a").paste("11223344\n99999998\n12121212\n").keys("<enter>");
    assert!(partly.picture().contains("has 1 of these codes"), "{}", partly.picture());
}

#[test]
fn the_sets_before_stay_when_asked_to() {
    for (keys, current) in [("a", 1), ("ao", 2)] {
        let (open_keys, toggle) = keys.split_at(1);
        let driver = open(stored()).keys(open_keys).paste("11223344\n55667788\n").keys(toggle).keys("<enter>");
        assert_eq!(github(&driver).current().len(), current);
    }
}

#[test]
fn recovery_codes_in_the_secrets_field_are_refused_with_advice() {
    let mut driver = Driver::at(NOW).unlocked(three()).keys("a").paste(PASTE);
    assert!(driver.picture().contains("these are recovery codes, not a secret"), "{}", driver.picture());
    assert!(!driver.picture().contains("a1f0c"));
}

#[test]
fn accounts_without_codes_can_be_listed_alone() {
    let mut driver = Driver::at(NOW).unlocked(stored()).keys("W");
    let picture = driver.picture();
    assert!(picture.contains("without recovery codes") && !picture.contains("GitHub"), "{picture}");
    driver = driver.keys("W");
    assert!(driver.picture().contains("GitHub"));
}

#[test]
fn any_keys_and_pastes_leave_the_screen_whole() {
    let keys = ["j", "k", "G", "g", "<space>", "R", "m", "o", "d", "u", "a", "<esc>", "<enter>", "c", "p"];
    let sizes = [(80, 24), (20, 5), (120, 40), (40, 12), (1, 1)];
    let mut seed: u64 = 7;
    let mut roll = |sides: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % sides
    };
    let mut driver = open(stored());
    for _ in 0..600 {
        driver = match roll(20) {
            0 => driver.paste(PASTE),
            1 => {
                let (width, height) = sizes[roll(sizes.len())];
                driver.size(width, height)
            }
            2 => driver.wait(2_000),
            _ => driver.keys(keys[roll(keys.len())]),
        };
        driver.draw();
        if !driver.is_unlocked() || driver.end().is_some() {
            driver = open(stored());
        }
    }
}

#[test]
fn the_list_marks_accounts_without_codes_and_with_few() {
    let mut vault = three();
    store(&mut vault, 1, 2, 1, SetKind::default());
    let sign = |vault: Vault, row: &str| {
        let mut driver = Driver::at(NOW).unlocked(vault);
        let picture = driver.picture();
        let line = picture.lines().find(|line| line.contains(row)).unwrap().to_owned();
        ["○", "◔"].into_iter().find(|sign| line.contains(sign))
    };
    assert_eq!(sign(vault.clone(), "GitHub"), Some("◔"));
    assert_eq!(sign(vault.clone(), "GitLab"), Some("○"));
    assert_eq!(sign(stored(), "GitHub"), None);
    let mut key = three();
    store(&mut key, 1, 1, 1, SetKind { one_off: true, ..SetKind::default() });
    assert_eq!(sign(key, "GitHub"), None, "one key is all there is");
    let mut panel = Driver::at(NOW).size(120, 40).unlocked(vault).keys("j");
    assert!(panel.picture().contains("◔ 2 of 2 left"), "{}", panel.picture());
    panel = panel.keys("j");
    assert!(panel.picture().contains("○ none stored"), "{}", panel.picture());
}
