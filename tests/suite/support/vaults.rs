//! Vaults and accounts to start from. All secrets are invented.

use std::collections::BTreeSet;

use countersign::otp::{Algorithm, Digits, Enrolment, Params, Secret, Timestamp};
use countersign::ports::Machine;
use countersign::sealing::WorkFactor;
use countersign::tasks::{self, Session, Trust, Way};
use countersign::vault::{AccountId, Change, NewAccount};
use secrecy::SecretString;

/// The passphrase of every vault in the tests.
pub fn passphrase() -> SecretString {
    SecretString::from("ochre kettle drifts sideways")
}

/// Returns an id made of one repeated byte.
pub fn id(number: u8) -> AccountId {
    AccountId::from_bytes([number; 8])
}

/// Returns the usual TOTP enrolment with a secret made of one repeated byte.
pub fn enrolment(number: u8) -> Enrolment {
    let secret = Secret::from_bytes(vec![number; 20]).expect("twenty bytes are a secret");
    Enrolment { params: Params::USUAL, secret, pin: None }
}

/// Returns the usual HOTP enrolment with a secret made of one repeated byte.
pub fn hotp(number: u8) -> Enrolment {
    Enrolment { params: Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX }, ..enrolment(number) }
}

/// Returns an account that is ready to be added; its id and secret follow from `number`.
pub fn account(number: u8, issuer: &str, name: &str) -> NewAccount {
    NewAccount {
        id: id(number),
        issuer: issuer.to_owned(),
        account: name.to_owned(),
        enrolment: enrolment(number),
        counter: 0,
        tags: BTreeSet::new(),
        note: String::new(),
        pinned: false,
        pending: false,
        created: Timestamp::from_secs(1_795_305_600),
    }
}

/// Returns the change that adds it.
pub fn add(account: NewAccount) -> Change {
    Change::Add(Box::new(account))
}

/// Makes a vault that is quick to open, and leaves it open.
pub fn create(machine: &mut Machine) -> Session {
    tasks::create(machine, &passphrase(), WorkFactor::unchecked_for_tests(4)).expect("there is none yet")
}

/// Opens it as the next run of the program would.
pub fn unlock(machine: &mut Machine) -> Session {
    tasks::unlock(machine, &Way::Passphrase(passphrase()), &Trust::default()).expect("it was made so")
}

/// Makes a vault with these accounts and leaves it open.
pub fn with(machine: &mut Machine, accounts: impl IntoIterator<Item = NewAccount>) -> Session {
    let mut session = create(machine);
    let changes = accounts.into_iter().map(add).collect();
    tasks::commit(machine, &mut session, "added accounts", &Change::Batch(changes)).expect("they are new");
    session
}
