//! Large vaults. Their secrets are numbers.

use std::collections::BTreeSet;

use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};
use countersign::sealing::{self, Manifest, Slots, VaultKey, WorkFactor};
use countersign::vault::{self, AccountId, Change, Edit, NewAccount, Stamp, Vault};
use secrecy::{SecretSlice, SecretString};

/// Opens every vault here.
pub const PASSPHRASE: &str = "ochre kettle drifts sideways";

/// Returns a vault with that many accounts.
pub fn with(count: u32) -> Vault {
    let mut made = Vault::default();
    let adds = (0..count).map(|number| Change::Add(Box::new(account(number)))).collect();
    vault::apply(&mut made, &Change::Batch(adds), stamp(0)).expect("the accounts are new");
    made
}

/// Returns a vault whose first accounts somebody else has edited.
pub fn edited(vault: &Vault, count: u32) -> Vault {
    let mut edited = vault.clone();
    let edit = Edit { note: Some("on another device".to_owned()), ..Edit::default() };
    let edits = (0..count).map(|number| Change::Edit(id(number), Box::new(edit.clone()))).collect();
    vault::apply(&mut edited, &Change::Batch(edits), stamp(9)).expect("the accounts are there");
    edited
}

pub fn id(number: u32) -> AccountId {
    AccountId::from_bytes(u64::from(number).to_be_bytes())
}

/// Returns the stamp of a change that many milliseconds after the first.
pub fn stamp(millis: i64) -> Stamp {
    Stamp { at: 1_795_305_600_000 + millis, salt: 7 }
}

fn account(number: u32) -> NewAccount {
    let params = Params::Totp { algorithm: Algorithm::Sha256, digits: Digits::SIX, period: Period::THIRTY };
    let secret = Secret::from_bytes([number.to_be_bytes(); 8].concat()).expect("32 bytes are a secret");
    NewAccount {
        id: id(number),
        issuer: format!("Service {number}"),
        account: format!("alice{number}@example.com"),
        enrolment: Enrolment { params, secret, pin: None },
        counter: 0,
        tags: BTreeSet::from([format!("tag {}", number % 10)]),
        note: String::new(),
        pinned: false,
        pending: false,
        created: Timestamp::from_millis(stamp(0).at),
    }
}

/// Returns one slot. Its passphrase is quick to check: that time is wanted, and not ours to save.
pub fn slots(key: &VaultKey) -> Slots {
    let mut slots = Slots::default();
    let work = WorkFactor::unchecked_for_tests(1);
    slots.add_passphrase(key, &SecretString::from(PASSPHRASE), work).expect("there is room");
    slots
}

/// Returns the file of a vault.
pub fn seal(body: &SecretSlice<u8>, slots: &Slots, key: &VaultKey) -> Vec<u8> {
    let manifest = Manifest::new("00000000000000000000000000000000".to_owned());
    sealing::seal(body, &manifest, slots, key).expect("it has a slot")
}
