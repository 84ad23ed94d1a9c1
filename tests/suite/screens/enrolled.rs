//! After a new account: its recovery codes, and a backup.

use countersign::otp::Timestamp;
use countersign::vault::audit::{Backups, Facts};

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

const ADDRESS: &str = "otpauth://totp/GitHub:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub";

fn added(answer: &str, backups: Backups) -> Driver {
    let facts = Facts { backups: Some(backups), ..Facts::at(Timestamp::from_millis(NOW)) };
    Driver::at(NOW).knowing(facts).unlocked(three()).paste(ADDRESS).keys("<enter>").keys(answer)
}

fn days_ago(days: i64) -> Option<Timestamp> {
    Some(Timestamp::from_millis(NOW - days * 24 * 60 * 60 * 1000))
}

#[test]
fn a_new_account_is_followed_by_its_recovery_codes_and_a_backup() {
    pictures("enrolled", added("y", Backups::default()));
    pictures("enrolled_pending", added("n", Backups { made: days_ago(3), proved: days_ago(2) }));
    let mut unproved = added("y", Backups { made: days_ago(5), proved: None });
    assert!(unproved.picture().contains("5 days old, was never proved"), "{}", unproved.picture());
}

#[test]
fn one_key_leaves_it_for_later_and_one_takes_it_back() {
    let mut driver = added("y", Backups::default()).keys("<esc>");
    assert!(driver.picture().contains("4 accounts"), "{}", driver.picture());
    let mut driver = added("y", Backups::default()).keys("u");
    assert_eq!(driver.vault().len(), 3);
    assert!(driver.picture().contains("in the trash"), "{}", driver.picture());
}

#[test]
fn going_on_leads_to_the_recovery_codes_of_the_new_account_and_back() {
    let mut driver = added("y", Backups::default()).keys("<enter>");
    assert!(driver.picture().contains("GitHub · bob") && driver.picture().contains("add recovery codes"));
    driver = driver.paste("11223344\n55667788\n").keys("<enter>");
    assert!(driver.picture().contains("2 recovery codes are stored"), "{}", driver.picture());
    pictures(
        "enrolled_with_codes",
        added("y", Backups::default()).keys("<enter>").paste("11223344\n55667788\n").keys("<enter>"),
    );
    driver = driver.keys("<enter>");
    assert!(driver.picture().contains("4 accounts"), "{}", driver.picture());
}

#[test]
fn recovery_codes_that_are_pasted_are_those_of_the_new_account() {
    let mut driver = added("y", Backups::default()).paste("11223344\n55667788\n");
    assert!(driver.picture().contains("GitHub · bob"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert!(driver.picture().contains("2 recovery codes are stored"), "{}", driver.picture());
}

#[test]
fn one_key_goes_to_the_backups() {
    let mut driver = added("y", Backups::default()).keys("b");
    assert!(driver.picture().contains("backup and devices"), "{}", driver.picture());
}
