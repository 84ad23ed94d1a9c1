//! The audit: findings, the worst first, and the way to each.

use countersign::otp::Timestamp;
use countersign::vault::Change;
use countersign::vault::audit::{Backups, Facts};

use super::{NOW, pictures};
use crate::support::accounts::{normal, strange_names, three};
use crate::support::driver::Driver;

fn facts() -> Facts {
    Facts { backups: Some(Backups::default()), weak_work_factor: Some(16), ..Facts::at(Timestamp::from_millis(NOW)) }
}

fn audited() -> Driver {
    Driver::at(NOW).knowing(facts()).unlocked(three()).keys("A")
}

#[test]
fn the_audit_names_what_it_found_and_what_to_do() {
    pictures("audit", audited());
    pictures("audit_many", Driver::at(NOW).knowing(facts()).unlocked(normal()).keys("AG"));
    pictures("audit_strange_names", Driver::at(NOW).unlocked(strange_names()).keys("A"));
    pictures("audit_nothing", Driver::at(NOW).unlocked(Default::default()).keys("A"));
    pictures("audit_reason", audited().keys("xit is in the safe"));
}

#[test]
fn opening_it_asks_the_worker_what_it_knows() {
    assert_eq!(audited().effects(), ["AuditFacts"]);
}

#[test]
fn a_finding_is_dismissed_with_a_reason_and_recalled() {
    let mut driver = audited().keys("x<enter>");
    assert_eq!(driver.effects().len(), 1, "a reason is needed");
    driver = driver.keys("in the safe<enter>");
    let dismissed = Change::Dismiss("no-backup".to_owned(), Some("in the safe".to_owned()));
    assert!(driver.effects().last().unwrap().contains(&format!("{dismissed:?}")), "{:?}", driver.effects());
    assert_eq!(driver.vault().dismissal("no-backup"), Some("in the safe"));
    assert!(driver.picture().contains("1 dismissed"), "{}", driver.picture());
    driver = driver.keys("Gx");
    assert_eq!(driver.vault().dismissal("no-backup"), None);
    driver = driver.keys("gxsafe<enter>u");
    assert_eq!(driver.vault().dismissal("no-backup"), None);
}

#[test]
fn a_reason_is_left_by_escape_and_letters_are_typed() {
    let driver = audited().keys("xquit L<esc>");
    assert!(driver.is_unlocked() && driver.vault().dismissal("no-backup").is_none());
    let mut driver = driver.keys("<esc>");
    assert!(driver.picture().contains("copy"), "{}", driver.picture());
}

#[test]
fn enter_opens_what_sets_it_right_and_comes_back() {
    let mut driver = audited().keys("<enter>");
    assert!(driver.picture().contains("backup and devices"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("there is no backup"), "{}", driver.picture());
    let short = countersign::vault::NewAccount {
        enrolment: countersign::otp::Enrolment {
            secret: countersign::otp::Secret::from_bytes(vec![1; 5]).unwrap(),
            ..crate::support::accounts::enrolment(1, countersign::otp::Params::USUAL)
        },
        ..crate::support::accounts::account(1, "GitHub", "alice")
    };
    let mut driver = Driver::at(NOW).unlocked(crate::support::accounts::vault([short])).keys("A<enter>");
    assert!(driver.picture().contains("a new secret for GitHub"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("RFC 4226"), "{}", driver.picture());
}

#[test]
fn what_is_about_recovery_codes_leads_to_them() {
    let vault = crate::support::accounts::vault([crate::support::accounts::account(1, "GitHub", "alice")]);
    let mut driver = Driver::at(NOW).unlocked(vault).keys("A").click_on("no recovery").keys("<enter>");
    assert!(driver.picture().contains("No recovery codes are stored for this account"), "{}", driver.picture());
    driver = driver.paste("11223344\n55667788\n99887766\n").keys("<enter><esc>");
    assert!(
        driver.picture().contains("audit") && !driver.picture().contains("no recovery codes"),
        "{}",
        driver.picture()
    );
}

#[test]
fn what_is_about_the_passphrase_leads_to_the_ways_to_unlock() {
    let mut driver = audited().click_on("warn").keys("<enter>");
    assert!(driver.picture().contains("ways to unlock"), "{}", driver.picture());
    assert!(driver.effects().iter().any(|effect| effect.contains("Slots(List)")), "{:?}", driver.effects());
}

#[test]
fn an_export_that_lies_about_is_deleted_after_a_yes() {
    let exports = vec!["/home/me/all.txt".to_owned()];
    let facts = Facts { plaintext_exports: exports, ..Facts::at(Timestamp::from_millis(NOW)) };
    let audit = || Driver::at(NOW).knowing(facts.clone()).unlocked(Default::default()).keys("A<enter>");
    let mut driver = audit();
    assert!(driver.picture().contains("delete /home/me/all.txt?"), "{}", driver.picture());
    assert!(driver.picture().contains("This is no secure"), "{}", driver.picture());
    driver = driver.keys("y");
    let effects = driver.effects().join("\n");
    assert!(effects.contains("Delete(\"/home/me/all.txt\")") && effects.ends_with("AuditFacts"), "{effects}");
    let kept = audit().keys("<enter>");
    assert!(!kept.effects().join("\n").contains("Delete("), "enter is no yes");
}

#[test]
fn the_settings_say_after_how_many_days_there_is_a_word() {
    let proved = Some(Timestamp::from_millis(NOW - 10 * 24 * 60 * 60 * 1000));
    let facts = Facts { backups: Some(Backups { made: proved, proved }), ..facts() };
    let facts = Facts { weak_work_factor: None, ..facts };
    let days = |days: u64| {
        let remind = |settings: &mut countersign::tui::settings::Settings| settings.remind_days = days;
        Driver::with_settings(NOW, remind).knowing(facts.clone()).unlocked(Default::default()).keys("A").picture()
    };
    assert!(days(9).contains("10 days old"), "{}", days(9));
    assert!(days(10).contains("Nothing here"), "{}", days(10));
    assert!(days(0).contains("Nothing here"), "{}", days(0));
}

#[test]
fn the_mouse_selects() {
    let driver = audited().click_on("warn").keys("xok<enter>");
    assert_eq!(driver.vault().dismissal("weak-work-factor"), Some("ok"));
}
