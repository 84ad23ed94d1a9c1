//! The vault's policy in the app: what it forbids is answered with a sentence, and the header says that it holds.

use countersign::vault::{Change, Deed, Policy, Stamp, apply};

use super::NOW;
use crate::support::accounts::three;
use crate::support::driver::Driver;

fn single() -> Driver {
    let mut vault = three();
    apply(&mut vault, &Change::Policy(Policy::SingleDevice), Stamp { at: NOW, salt: 0 }).unwrap();
    Driver::at(NOW).unlocked(vault)
}

#[test]
fn the_header_says_that_the_vault_is_for_a_single_device() {
    let picture = single().size(120, 40).picture();
    assert!(picture.contains("single device"), "{picture}");
}

#[test]
fn every_action_that_lets_a_secret_out_is_answered_with_a_sentence() {
    for deed in Deed::ALL {
        let keys = match deed {
            Deed::Export => ":export<enter>",
            Deed::QrCode => "Q",
            Deed::AddDevice => "bda",
            // No action shows a secret; who makes a backup says for whom in a form, which the worker answers.
            Deed::ShowSecret | Deed::BackupForOthers => continue,
        };
        let before = if deed == Deed::AddDevice { single().keys("bd").on() } else { single().on() };
        let mut driver = single().keys(keys);
        let picture = driver.picture();
        assert!(picture.contains("this vault is for a single device, which forbids"), "{deed:?}: {picture}");
        assert_eq!(driver.on(), before, "{deed:?}");
    }
}
