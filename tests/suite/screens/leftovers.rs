//! What lies about: where to look, what was found, bringing it in, deleting it.

use countersign::tui::leftovers::{Leftover, LeftoverKind};

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

const CODES: &str = "/home/me/Downloads/github-recovery-codes.txt";
const EXPORT: &str = "/home/me/Desktop/aegis-export.json";
const ADDRESSES: &str = "/home/me/Downloads/notes.txt";
const NAMED: &str = "/home/me/Downloads/Emergency Kit.pdf";

fn found() -> Vec<Leftover> {
    let one = |path: &str, kind| Leftover { path: path.into(), kind };
    vec![
        one(CODES, LeftoverKind::RecoveryCodes { count: 4 }),
        one(EXPORT, LeftoverKind::Export { title: "Aegis" }),
        one(ADDRESSES, LeftoverKind::Addresses { count: 1 }),
        one("/home/me/Downloads/qr.png", LeftoverKind::Picture { count: 1 }),
        one(NAMED, LeftoverKind::NamedCodes),
        one("/home/me/Downloads/old.2fas", LeftoverKind::NamedExport),
    ]
}

fn asked() -> Driver {
    let home = |settings: &mut countersign::tui::settings::Settings| settings.home = Some("/home/me".into());
    Driver::with_settings(NOW, home)
        .lying_about(found(), &["/home/me/Downloads/qr.png"])
        .with_export(CODES, "GitHub recovery codes\n11111-aaaaa\n22222-bbbbb\n33333-ccccc\n44444-ddddd\n")
        .with_export(ADDRESSES, "otpauth://totp/New:me?secret=GEZDGNBVGY3TQOJQ&issuer=New\n")
        .unlocked(three())
        .keys("Al")
}

fn searched() -> Driver {
    asked().keys("<enter>")
}

#[test]
fn it_asks_where_to_look_and_says_what_it_found() {
    pictures("leftovers_where", asked());
    pictures("leftovers_found", searched());
    pictures("leftovers_nothing", Driver::at(NOW).unlocked(three()).keys("l<enter>"));
    pictures("leftovers_looking", asked().slow().keys("<enter>"));
    pictures("leftovers_delete", searched().keys("d"));
}

#[test]
fn only_the_folders_that_are_chosen_are_looked_through() {
    let folders = |driver: Driver| driver.effects().iter().find(|it| it.contains("Search")).unwrap().clone();
    let both = folders(searched());
    assert!(both.contains("\"/home/me/Downloads\"") && both.contains("\"/home/me/Desktop\""), "{both}");
    let one = folders(asked().keys("<space><enter>"));
    assert!(!one.contains("Downloads") && one.contains("Desktop"), "{one}");
    let typed = folders(asked().keys("<space><down><space><down>~/stick<enter>"));
    assert!(typed.contains("[\"/home/me/stick\"]"), "{typed}");
    let mut none = asked().keys("<space><down><space><enter>");
    assert!(none.picture().contains("choose a folder"), "{}", none.picture());
}

#[test]
fn the_search_goes_on_until_it_is_left() {
    let effects = searched().effects().join("\n");
    assert!(effects.contains("GoOn"), "{effects}");
    let mut left = asked().slow().keys("<enter><esc>").answer();
    assert!(!left.effects().join("\n").contains("GoOn"), "nobody waits for it any more");
    assert!(left.picture().contains("audit"), "{}", left.picture());
}

#[test]
fn recovery_codes_are_shown_stored_and_then_their_file_may_go() {
    let mut driver = searched().keys("<enter>");
    assert!(driver.picture().contains("4 recovery codes: whose are they?"), "{}", driver.picture());
    driver = driver.keys("<enter><enter>");
    let effects = driver.effects().join("\n");
    assert!(effects.contains("AddRecovery") && effects.contains("origin: \"github-recovery-codes.txt\""), "{effects}");
    assert!(driver.picture().contains("delete ~/Downloads/github-recovery-codes.txt?"), "{}", driver.picture());
    assert!(driver.picture().contains("no secure erasure"), "{}", driver.picture());
    let mut kept = searched().keys("<enter><enter><enter><enter>");
    assert!(!kept.effects().join("\n").contains("Delete("), "enter is no yes");
    assert!(kept.picture().contains("2 in the vault"), "{}", kept.picture());
    driver = driver.keys("y");
    assert!(driver.effects().join("\n").contains("Delete("), "{:?}", driver.effects());
    assert!(!driver.picture().contains("recovery-codes.txt  "), "{}", driver.picture());
    assert!(driver.picture().contains("not erased"), "{}", driver.picture());
}

#[test]
fn each_kind_goes_its_own_way_in() {
    let effects = searched().keys("j<enter>").effects().join("\n");
    assert!(effects.contains("ReadExport") && effects.contains(EXPORT), "{effects}");
    let mut form = searched().keys("jj<enter>");
    assert!(form.picture().contains("issuer") && form.picture().contains("New"), "{}", form.picture());
    let mut there = searched().keys("jjj<enter>");
    assert!(there.picture().contains("The vault has all of it"), "{}", there.picture());
    let mut named = searched().keys("jjjj<enter>");
    assert!(named.picture().contains("cannot read"), "{}", named.picture());
}

#[test]
fn what_the_vault_does_not_have_is_deleted_only_after_a_typed_word() {
    let driver = searched().keys("dy<enter>");
    assert!(!driver.effects().join("\n").contains("Delete("), "{:?}", driver.effects());
    let mut driver = searched().keys("ddelete<enter>");
    assert!(driver.effects().join("\n").contains("Delete("), "{:?}", driver.effects());
    assert!(driver.picture().contains("5 found"), "{}", driver.picture());
}

#[test]
fn the_palette_leads_there() {
    let mut driver = Driver::at(NOW).unlocked(three()).keys(":lie about<enter>");
    assert!(driver.picture().contains("find what lies about"), "{}", driver.picture());
}

#[test]
fn the_mouse_chooses_folders_and_files() {
    let driver = asked().click_on("Downloads").keys("<enter>");
    let search = driver.effects().iter().find(|it| it.contains("Search")).unwrap().clone();
    assert!(!search.contains("Downloads"), "{search}");
    let driver = searched().click_on("aegis-export").keys("<enter>");
    assert!(driver.effects().last().unwrap().contains("ReadExport"), "{:?}", driver.effects());
}
