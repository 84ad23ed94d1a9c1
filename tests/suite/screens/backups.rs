//! Backups: how they stand, making one, proving one, bringing one in, and what the list says of them.

use countersign::otp::Timestamp;
use countersign::tui::backups::{Drilled, Failing, Fault, OpensWith, Refused};
use countersign::tui::message::Trouble;

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::{Driver, PASSPHRASE};
use crate::support::paper_backups::{PaperBackups, known};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn fault(account: &str, what: &str) -> Fault {
    Fault { account: account.to_owned(), what: what.to_owned() }
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_millis(NOW - days * DAY)
}

/// A backup on a stick that was proved, an automatic one that was not.
fn some(paper: &mut PaperBackups) {
    let stick = "/media/stick/countersign-laptop-2026-11-10T09-14-11Z-3-accounts.age";
    let automatic = "/home/alice/Sync/backups/countersign-auto-laptop-2026-11-21T09-14-11Z-3-accounts.age";
    paper.known.made = vec![
        known(automatic, days_ago(1), None, OpensWith::AsTheVault),
        known(stick, days_ago(12), Some(days_ago(12)), OpensWith::Passphrase),
    ];
    paper.known.made[0].is_automatic = true;
    paper.known.destination = Some("/media/stick".to_owned());
    paper.known.automatic = Some("/home/alice/Sync/backups".to_owned());
}

fn with(change: impl FnOnce(&mut PaperBackups)) -> Driver {
    Driver::at(NOW).backups(change).unlocked(three())
}

/// The form, filled for a backup with a passphrase of its own.
const MAKE: &str = "bc<ctrl-u>/media/stick<enter><enter>lantern harbour velvet<enter>lantern harbour velvet<enter>";

#[test]
fn pictures_of_no_backups() {
    pictures("backups_none", with(|_| {}).keys("b"));
}

#[test]
fn pictures_of_backups() {
    pictures("backups", with(some).keys("b"));
}

#[test]
fn pictures_of_an_alarm_and_conflict_copies() {
    let alarm = |paper: &mut PaperBackups| {
        some(paper);
        paper.known.failing = Some(Failing { since: days_ago(2), why: "there is no folder /media/stick".to_owned() });
        paper.conflict_copies = vec!["vault.sync-conflict-20261121-091411-ABCDEFG.age".to_owned()];
    };
    pictures("backups_alarm", with(alarm).keys("b"));
}

#[test]
fn pictures_of_making_one() {
    pictures("backups_make", with(some).keys("bc<enter>lantern"));
}

#[test]
fn pictures_of_a_made_one() {
    pictures("backups_made", with(|_| {}).keys(MAKE));
}

#[test]
fn pictures_of_a_drill() {
    pictures("backups_drill", with(some).keys("bjD"));
    pictures("backups_drill_wrong", with(some).keys("bjDwrong<enter>"));
    pictures("backups_drilled", with(some).keys("bjD").keys(PASSPHRASE).keys("<enter>"));
}

#[test]
fn pictures_of_a_drill_that_proves_nothing() {
    let broken = |paper: &mut PaperBackups| {
        some(paper);
        paper.found = Some(Drilled {
            file: "/media/stick/a.age".into(),
            made: Some(days_ago(12)),
            accounts: 3,
            same: 1,
            faults: vec![
                fault("GitHub · alice", "another secret or parameters"),
                fault("npm · bob", "not in the vault"),
            ],
            newer: 1,
            ..Drilled::default()
        });
    };
    pictures("backups_not_proved", with(broken).keys("bjD").keys(PASSPHRASE).keys("<enter>"));
}

#[test]
fn a_backup_is_asked_for_once_both_passphrases_agree() {
    let driver = with(|_| {}).keys(&MAKE.replace("velvet<enter>lantern", "velvet<enter>lamp"));
    assert!(!driver.effects().iter().any(|effect| effect.contains("Make")), "{:?}", driver.effects());
    let mut driver = driver.keys("<ctrl-u>lantern harbour velvet<enter>");
    let made = driver.effects().iter().find(|effect| effect.contains("Make")).expect("it was asked for");
    assert!(made.contains("/media/stick") && !made.contains("lantern"), "{made}");
    assert!(driver.picture().contains("read back"), "{}", driver.picture());
}

#[test]
fn the_vaults_passphrase_is_typed_once_and_checked() {
    let mut driver = with(|_| {}).keys("bc/media/stick<enter><right><enter>wrong<enter>");
    assert!(driver.picture().contains("! the passphrase is wrong"), "{}", driver.picture());
    driver = driver.keys(PASSPHRASE).keys("<enter>");
    assert!(driver.picture().contains("backup made"), "{}", driver.picture());
}

#[test]
fn recipients_need_no_passphrase() {
    let driver = with(|_| {}).keys("bc/media/stick<enter>r<enter>age1alice, age1bob<enter>");
    let made = driver.effects().iter().find(|effect| effect.contains("Make")).expect("it was asked for");
    assert!(made.contains(r#"passphrase: None, is_the_vaults: false, recipients: ["age1alice", "age1bob"]"#), "{made}");
}

#[test]
fn what_was_made_is_offered_to_be_drilled() {
    let mut driver = with(|_| {}).keys(MAKE).keys("D");
    assert!(driver.picture().contains("accounts.age"), "{}", driver.picture());
    driver = driver.keys(PASSPHRASE).keys("<enter>");
    assert!(driver.picture().contains("proved: it opens"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert!(driver.picture().contains("proved today"), "{}", driver.picture());
}

#[test]
fn leaving_while_it_is_written_says_that_it_goes_on_and_the_list_shows_it_then() {
    let mut driver = with(|_| {}).keys("b").slow().keys(&MAKE[1..]);
    assert!(driver.picture().contains("writing it"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("it goes on"), "{}", driver.picture());
    driver = driver.answer();
    assert!(driver.picture().contains("2026-11-22 09:14"), "{}", driver.picture());
}

#[test]
fn what_a_drill_finds_after_esc_is_not_shown() {
    let mut driver = with(some).keys("bjD").keys(PASSPHRASE).slow().keys("<enter><esc>").answer();
    assert!(driver.picture().contains("as on the day you need it"), "{}", driver.picture());
}

#[test]
fn a_file_that_opens_with_a_key_asks_for_the_key_then() {
    let trouble = Trouble { what: "this file is opened with an age identity".to_owned(), next_step: None };
    let mut driver = with(|paper| paper.refusal = Some((Refused::NeedsIdentity, trouble)));
    driver = driver.keys("bf/media/a.age<enter><enter>some<enter>");
    assert!(driver.picture().contains("key file"), "{}", driver.picture());
    driver = driver.backups(|paper| paper.refusal = None).keys("/home/alice/key.txt<enter>");
    let drill = driver.effects().iter().rfind(|effect| effect.contains("Drill")).unwrap().clone();
    assert!(drill.contains(r#"IdentityFile("/home/alice/key.txt")"#), "{drill}");
}

#[test]
fn a_backup_is_brought_into_the_open_vault() {
    let mut driver = with(some).keys("bjr").keys(PASSPHRASE).keys("<enter>");
    assert!(driver.effects().iter().any(|effect| effect.contains("BringIn") && effect.contains("/media/stick")));
    assert!(driver.picture().contains("the backup added GitHub · alice · u undo"), "{}", driver.picture());
}

#[test]
fn the_list_says_how_the_backups_stand() {
    let heads = |change: fn(&mut PaperBackups), width: u16| {
        let picture = with(change).size(width, 24).picture();
        picture.lines().next().unwrap().to_owned()
    };
    assert!(heads(some, 100).contains("3 accounts   clock ok   backup proved 12 days ago"), "{}", heads(some, 100));
    assert!(heads(some, 40).ends_with("proved 12 d"), "{}", heads(some, 40));
    assert!(heads(|_| {}, 100).ends_with("no backup"), "{}", heads(|_| {}, 100));
    let unproved: fn(&mut PaperBackups) = |paper| {
        some(paper);
        paper.known.made.pop();
    };
    assert!(heads(unproved, 100).ends_with("backup not proved"));
    let failing: fn(&mut PaperBackups) = |paper| {
        some(paper);
        paper.known.failing = Some(Failing { since: days_ago(2), why: "no folder".to_owned() });
    };
    assert!(heads(failing, 100).ends_with("! backup failing for 2 days"), "{}", heads(failing, 100));
    assert!(heads(failing, 40).contains("! backup fails"), "{}", heads(failing, 40));
}

#[test]
fn a_proof_that_is_too_old_is_said_when_the_vault_opens() {
    let old = |paper: &mut PaperBackups| {
        some(paper);
        paper.known.made[1].proved = Some(days_ago(91));
    };
    let mut driver = with(old);
    assert!(driver.picture().contains("no backup was proved for 91 days"), "{}", driver.picture());
    assert!(!with(some).picture().contains("no backup was proved"));
}

#[test]
fn a_new_account_leads_to_the_backups() {
    let uri = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub";
    let mut driver = Driver::at(NOW).unlocked(countersign::vault::Vault::default()).paste(uri).keys("<enter>yb");
    assert!(driver.picture().contains("none from this device"), "{}", driver.picture());
}
