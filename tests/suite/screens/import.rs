//! Bringing another app's accounts in.

use countersign::exchange::FORMATS;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

const PATH: &str = "/home/me/aegis.json";

/// An Aegis file with two new accounts, one of the same name with another secret, and one that cannot be read.
fn aegis() -> String {
    let entry = |issuer: &str, name: &str, secret: &str, digits: u8| {
        json!({
            "type": "totp", "name": name, "issuer": issuer, "icon": "aWNvbg==",
            "info": {"secret": secret, "algo": "SHA1", "digits": digits, "period": 30},
        })
    };
    let entries = [
        entry("Nextcloud", "alice", "GEZDGNBVGY3TQOJQ", 6),
        entry("GitHub", "alice@example.com", "JBSWY3DPEHPK3PXP", 6),
        entry("\u{202e}Hetzner", "k0012345", "MFRGGZDFMZTWQ2LK", 8),
        entry("Broken", "alice", "MFRGGZDFMZTWQ2LK", 60),
        entry("Nextcloud", "again", "GEZDGNBVGY3TQOJQ", 6),
    ];
    json!({"version": 1, "header": {"slots": null, "params": null}, "db": {"version": 2, "entries": entries}})
        .to_string()
}

/// The same accounts, encrypted to `open sesame`.
fn encrypted() -> Vec<u8> {
    let aegis_format = FORMATS.iter().find(|format| format.name == "aegis").unwrap();
    let accounts = (aegis_format.read)(aegis().as_bytes(), None).unwrap().accounts;
    let write = aegis_format.write.as_ref().unwrap().write;
    write(&accounts, Some(&SecretString::from("open sesame")), &mut |bytes| bytes.fill(7)).expose_secret().to_vec()
}

fn open() -> Driver {
    Driver::at(NOW).unlocked(three()).with_export(PATH, aegis()).keys("i").paste(PATH)
}

#[test]
fn the_import_looks_like_this() {
    pictures("import_path", Driver::at(NOW).unlocked(three()).keys("i"));
    pictures("import_preview", open().keys("<enter>"));
    let locked = Driver::at(NOW).unlocked(three()).with_export(PATH, encrypted()).keys("i").paste(PATH);
    pictures("import_password", locked.keys("<enter>wrong<enter>"));
}

#[test]
fn what_is_chosen_comes_in_as_one_change_and_the_file_shall_go() {
    let mut driver = open().keys("<enter><enter>");
    let names: Vec<String> = driver.vault().accounts().map(|account| account.label()).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(driver.picture().contains("delete the file"), "{}", driver.picture());
    driver = driver.keys("u");
    assert_eq!(driver.vault().accounts().count(), 3);
}

#[test]
fn space_turns_each_account_and_what_differs_can_take_the_others_place() {
    let mut driver = open().keys("<enter>");
    assert!(driver.picture().contains("beside yours"), "{}", driver.picture());
    // The first stays out, the second takes the place of ours, the third stays out.
    driver = driver.keys("<space>j<space>j<space>");
    assert!(driver.picture().contains("replaces yours"), "{}", driver.picture());
    driver = driver.keys("<enter>");
    assert_eq!(driver.vault().accounts().count(), 3);
    let former = driver.vault().accounts().filter(|account| account.former().count() == 1).count();
    assert_eq!(former, 1);
}

#[test]
fn with_nothing_chosen_nothing_happens() {
    let mut driver = open().keys("<enter><space>j<space><space>j<space><enter>");
    assert!(driver.picture().contains("nothing is chosen"), "{}", driver.picture());
    assert_eq!(driver.vault().accounts().count(), 3);
}

#[test]
fn an_encrypted_file_asks_for_its_password_until_it_is_right() {
    let driver = || Driver::at(NOW).unlocked(three()).with_export(PATH, encrypted()).keys("i").paste(PATH);
    let mut wrong = driver().keys("<enter>wrong<enter>");
    assert!(wrong.picture().contains("the password does not open the export"), "{}", wrong.picture());
    wrong = wrong.keys("open<space>sesame<enter>");
    assert!(wrong.picture().contains("encrypted"), "{}", wrong.picture());
    let mut done = wrong.keys("<enter>");
    assert!(!done.picture().contains("delete the file"), "{}", done.picture());
    assert!(done.effects().iter().all(|effect| !effect.contains("sesame")), "{:?}", done.effects());
}

#[test]
fn escape_goes_back_step_by_step() {
    let mut driver = open().keys("<enter><esc>");
    assert!(driver.picture().contains("import from another app"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(!driver.picture().contains("import from"), "{}", driver.picture());
}

#[test]
fn a_path_may_come_quoted_or_as_an_address() {
    for text in
        ["'/home/me/aegis.json' ", "\"/home/me/aegis.json\"", "file:///home/me/aegis%2Ejson", " /home/me/aegis\\.json"]
    {
        let mut driver =
            Driver::at(NOW).unlocked(three()).with_export(PATH, aegis()).keys("i").paste(text).keys("<enter>");
        assert!(driver.picture().contains("Nextcloud"), "{text}: {}", driver.picture());
    }
}
